"""Cases: from a finding to an answer that is lawful, in proportion, and does not escalate."""
