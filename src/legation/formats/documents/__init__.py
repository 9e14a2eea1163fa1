"""Foreign documents, read for their words alone.

A page, letter or paper that is kept as evidence is a stranger's file: whatever reads it
runs in a process of its own with little memory and little time (`__main__`), opens nothing
that is packed inside, follows no link, and runs nothing. What it meets on the way is listed.
"""
