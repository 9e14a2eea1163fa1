"""Escalation watch: what passes between two parties over time, and the ways out beside it."""
