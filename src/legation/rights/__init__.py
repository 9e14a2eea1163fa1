"""Rights of persons: pseudonyms, purposes, and the log of looks."""
