"""Statements beside what they answer: with a campaign, each under the reader's own need-to-know."""

from collections.abc import Sequence

from legation.desk.answers import Ask
from legation.desk.reading import Reading
from legation.stix.labels import Label
from legation.store.statements import DraftRow


def statements_about(request: Ask, reading: Reading, object_id: str) -> Sequence[DraftRow] | None:
    """Return the statements that answer an object, and their drafts; None: not for this reader.

    Args:
        request: Who asks.
        reading: What they may know.
        object_id: Of an object that they may know.
    """
    library = reading.library()
    if library is None or "statement.read" not in request.user.verbs:
        return None
    scope = library.scope()
    known = scope.store.statements.as_read_by(scope.reader.clearance)
    return known.answering([object_id])


def labels_of(found: Sequence[DraftRow] | None) -> Sequence[Label]:
    """Return the labels of what is told on a page, where there is any."""
    return [one.label for one in found or ()]
