"""A state's policy: which answers it opens, from how sure an attribution, and in which words."""
