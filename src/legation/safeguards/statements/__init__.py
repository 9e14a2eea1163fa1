"""Statements: what was said officially, as anybody can check it without asking us."""
