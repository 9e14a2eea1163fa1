"""legation: the security desk for digital diplomacy."""

__version__ = "0.1.0"
