"""The cases of a home: opened, read as of any time, and written entry by entry."""
