"""The web desk: one of the two doors. Read-only, on loopback, without a script in its pages."""
