"""Outside shapes turned into STIX and back."""
