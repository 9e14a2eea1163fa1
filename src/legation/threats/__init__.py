"""What endangers a mission: one folder per threat, one file per detector."""
