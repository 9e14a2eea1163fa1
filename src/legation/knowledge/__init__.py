"""Facts about the field, kept as data files with source and as-of date."""
