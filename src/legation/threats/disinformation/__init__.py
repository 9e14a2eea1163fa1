"""T1: coordinated campaigns in social-media posts."""
