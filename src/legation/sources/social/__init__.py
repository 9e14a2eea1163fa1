"""Exports of posts as analysts hold them: one file for each kind, each citing its field list."""
