"""MISP: events written and read in its own shape, without its converter."""
