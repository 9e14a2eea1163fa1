"""What may be taken back, and for whom what barred something bars it still.

One person may always say less, and two are needed to say more. So a withdrawal is never taken
back, and what bars answers is taken back by one person for others: not for themselves.
"""

from datetime import datetime
from typing import Final

from legation.errors import RecordError
from legation.safeguards.cases.attribution.naming import Withdrawn as AttributionWithdrawn
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.case import Case, case_of
from legation.safeguards.cases.entries import latest
from legation.safeguards.cases.facts import Moved, Opened, Withdrawn
from legation.safeguards.cases.persons import Protected, SpeechNamed
from legation.safeguards.cases.responses.answering.steps import Chosen, Step

_BARRING: Final = (SpeechNamed, Protected)


def verify_withdrawn(case: Case, body: Withdrawn, now: datetime) -> None:
    """Require that an entry is one that is taken back.

    Raises:
        RecordError: It is not; the place is the field.
    """
    del now
    stands = case.cited(body.what)
    if stands is None or isinstance(stands.body, Opened | Moved):
        raise RecordError(
            "this is not taken back", place="what", hint="correct it, or close the case"
        )
    if isinstance(stands.body, Withdrawn):
        raise RecordError(
            "a withdrawal is not taken back",
            place="what",
            hint="enter anew what was taken back",
        )
    if isinstance(stands.body, AttributionWithdrawn):
        raise RecordError(
            "that an attribution was withdrawn is not taken back",
            place="what",
            hint="propose it anew, or agree to it anew: that takes a second person",
        )
    if isinstance(stands.body, Chosen) and any(step.of == body.what for _, step in case.of(Step)):
        raise RecordError(
            "steps were taken on this choice", place="what", hint="enter that they were stopped"
        )


def bars(body: Body) -> bool:
    """Tell whether an entry bars answers by being there."""
    return isinstance(body, _BARRING) or (isinstance(body, Step) and body.what == "complied")


def barring_still(case: Case, author: str | None) -> Case:
    """Return a case in which what bars holds still, though it was taken back.

    Args:
        case: As it stands; the same is returned where nothing of it differs.
        author: Whose withdrawals count for nothing here; None: everybody's.
    """
    barring = {number for number, one in latest(case.entries).items() if bars(one.body)}
    left = tuple(
        one
        for one in case.entries
        if not isinstance(one.body, Withdrawn)
        or one.body.what not in barring
        or author not in (None, one.author)
    )
    return case if len(left) == len(case.entries) else case_of(case.number, case.id, left)
