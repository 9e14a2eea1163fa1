"""Sharing: threat information between states, with rights protected."""
