"""The web desk: one of the two doors.

Whoever enters passes the gate; no page of content runs a script in the browser.
"""
