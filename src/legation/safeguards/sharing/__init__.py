"""Sharing: what goes to partners, what comes from them, and under which rules."""
