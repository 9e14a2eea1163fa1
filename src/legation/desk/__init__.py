"""The web desk: one of the two doors."""
