"""The balance: exposure to threats against safeguards, with how sure it is and why."""
