"""Answers that do something: to a system, a person, a text or a state."""
