"""Words of statements, as pages say them: states of drafts, what was done, verdicts, changes."""

from typing import Final, get_args

from legation.app.statements.drafts import STATES
from legation.safeguards.statements.statement import Relation
from legation.safeguards.statements.verdict import SENTENCES

RELATIONS: Final = get_args(Relation)
DEEDS: Final = (
    "drafted",
    "changed",
    "approved",
    "sent back",
    "refused",
    "withdrawn",
    "published",
    "released",
    "posted",
)
STATEMENT_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "state of a draft": STATES,
    "done to a draft": DEEDS,
    "what a statement does": RELATIONS,
    "verdict on a statement": tuple(SENTENCES.values()),
    "part of a statement": ("whole", "excerpt", "quoted", "mixed"),
    "difference of words": ("changed", "added", "missing"),
    "standing of a statement": ("current", "corrected", "withdrawn", "replaced"),
}
DONE_BY: Final = {"corrects": "corrected", "retracts": "withdrawn", "supersedes": "replaced"}
"""How a statement stands after a later one."""
