"""Profiles: what partners' programs read and write, and what it costs.

A profile turns STIX objects into the shape that one family of programs understands, and
reads that shape. Each tells what did not pass unchanged: nothing is dropped silently.
Profiles work on JSON values, so what they do not know goes through them whole.
"""
