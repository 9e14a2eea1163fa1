"""What the ledger says became of what was sent, beside sent and redacted."""

from typing import Final

RECALLED: Final = ("recalled", "deleted")
"""It was taken back from the partner, and does not leave again."""
WITHDRAWN: Final = "withdrawn"
"""It stands there no longer, as the policy or its label is another; it may leave again."""
IN_A_FILE: Final = "it went in a file: tell the partner"
