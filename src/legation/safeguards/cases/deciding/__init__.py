"""The decision record: what was decided, on what, and which two persons signed it."""
