"""Moves that stand beside the ladder: ways off it, open at every height."""
