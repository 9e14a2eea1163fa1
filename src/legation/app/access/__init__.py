"""Who may enter the desk: people and their links, sessions, recovery kits, tokens.

Both doors come here: the command line for what the host decides, the desk for what a
person does in a browser. Each act is in the audit trail, in one transaction with what it
changes, under the ids of people and never with a secret.
"""
