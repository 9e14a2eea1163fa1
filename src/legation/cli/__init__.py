"""The command line: one of the two doors.

`program` lists the commands; each module holds one group of them. What a command
needs from the machine (clock, terminal, the way to open the desk) it is lent by the
front door.
"""
