"""Impersonation: what is said in a mission's name, and the mission did not say."""
