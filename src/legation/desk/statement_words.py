"""Words of statements, as pages say them: states of drafts, what was done, verdicts, changes."""

from typing import Final, get_args

from legation.app.statements.drafts import STATES
from legation.app.statements.handed import ALONE
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
    "signing",
    "not signed",
    "published",
    "released",
    "posted",
)
STATEMENT_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "state of a draft": STATES,
    "done to a draft": DEEDS,
    "what a statement does": RELATIONS,
    "verdict on a statement": tuple(SENTENCES.values()),
    "what a verdict is on": tuple(ALONE.values()),
    "part of a statement": ("whole", "excerpt", "quoted", "mixed"),
    "difference of words": ("changed", "added", "missing"),
    "who posted a copy": ("official", "others"),
    "how a post has a statement": ("whole", "excerpt"),
    "standing of a statement": ("current", "corrected", "withdrawn", "replaced"),
}
DONE_BY: Final = {"corrects": "corrected", "retracts": "withdrawn", "supersedes": "replaced"}
"""How a statement stands after a later one."""
