"""Duty: who is woken when something waits, in which order, and in which words.

What leaves says nothing of the matter: that something waits, a reference, how urgent, and a
link that leads nowhere without a log-in.
"""
