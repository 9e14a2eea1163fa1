"""Answers to a case: what each is, who may use it, and what refuses it."""
