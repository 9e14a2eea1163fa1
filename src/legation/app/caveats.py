"""What a page or a file must say of itself, by what it tells of.

Each room has a caveat of its own: what coordination does not show is no answer to what a balance
does not show. It stands at the foot of the page, in the paper, in the table and in the bundle.
"""

from collections.abc import Mapping
from typing import Final

from legation.threats.disinformation.findings import CAVEAT

BALANCE: Final = (
    "A balance weighs what stands in the registers, by stated weights that nobody has measured. "
    "What is not entered is not weighed, and a bar without its interval says nothing."
)
REGISTERS: Final = (
    "A register holds what its owners have said, each row with its source and its day; legation "
    "has not checked it."
)
KNOWLEDGE: Final = (
    "Each fact is as good as its source, its day and its mark. Not known is no proof of absence, "
    "and none of this is legal advice."
)
RECEIVED: Final = (
    "What partners sent says what its author says; legation has not checked it, and that it is "
    "here does not make it true."
)
COPIES: Final = (
    "Whether changed words were meant to deceive cannot be told from words. Only posts that were "
    "imported were compared."
)
# Of a list that claims nothing about anybody: its rows are the desk's own acts and papers.
NO_CAVEAT: Final = ""
# By the room that a page says it is in; a page of another room claims nothing about anybody.
BY_ROOM: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("campaign", "campaigns", "decision", "decisions", "notices", "search", "today", "words"),
        CAVEAT,
    ),
    "balance": BALANCE,
    "mission": BALANCE,
    "talks": REGISTERS,
    "voices": REGISTERS,
    "registers": REGISTERS,
    "states": KNOWLEDGE,
    "facts": KNOWLEDGE,
    "received": RECEIVED,
    "copies": COPIES,
}
