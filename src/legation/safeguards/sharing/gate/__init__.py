"""The gate: what would leave for a partner, and why each object is sent, redacted or held.

Pure: objects, the partner's policy and what the desk knows go in, a preview comes out. Start at
`deciding`.
"""
