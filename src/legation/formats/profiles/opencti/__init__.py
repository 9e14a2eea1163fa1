"""OpenCTI: what it reads, the ids that it gives, and the way there and back."""
