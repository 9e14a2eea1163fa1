"""STIX 2.1: the one language spoken inside legation."""
