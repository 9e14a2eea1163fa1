"""What partners answered, beside what they answer: with a campaign, with a case."""

from collections.abc import Sequence
from datetime import datetime

from legation.app.sharing.heard import Answers, heard_of
from legation.desk.answers import Ask
from legation.desk.reading import Reading
from legation.stix.labels import Label


def answers_about(
    request: Ask, reading: Reading, object_id: str, until: datetime | None = None
) -> Answers | None:
    """Return what partners answered to an object; None: not for this reader.

    Args:
        request: Who asks.
        reading: What they may know.
        object_id: Of an object that they may know.
        until: Only what came until then.
    """
    library = reading.library()
    if library is None or "share.read" not in request.user.verbs:
        return None
    return heard_of(library.scope(), object_id, request.user.verbs, until=until)


def labels_beside(found: Answers | None) -> Sequence[Label]:
    """Return the labels of what answers tell on a page, where there are any."""
    return found.labels if found is not None else ()
