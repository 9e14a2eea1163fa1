"""Captured evidence: files that are kept before they vanish.

`taking` brings a file, a post or an address in; `vault` keeps the sealed bytes; `room` is
what the doors ask; `leaving` writes what goes out.
"""
