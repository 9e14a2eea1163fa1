"""Sheets: what of the balance and of what is known leaves as a file, by one way for both doors."""
