"""One file for each step; the tables as they were then, whatever they are today."""
