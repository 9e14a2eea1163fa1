"""Statements: keys, the directory of keys, registers, carriers, and what readers ask."""
