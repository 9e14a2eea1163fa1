"""Tables of facts in the order of pages; a test holds them to those of the packs."""

from typing import Final

TABLES: Final = (
    *("agreement", "party", "norm", "offence", "law", "rule", "numbering", "position", "trial"),
    *("question", "form", "control", "state_name", "source", "quotation", "correction", "check"),
)
