"""Knowledge packs of a home: signed, compared, added, read."""
