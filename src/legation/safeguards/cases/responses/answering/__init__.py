"""How the answers stand in a case: which are open, what was chosen, what became of it."""
