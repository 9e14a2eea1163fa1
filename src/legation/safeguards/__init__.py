"""Safeguards: what protects a desk and the people who work at it."""
