"""The purposes for which personal data may be held or opened: a closed list, as data.

Whoever holds or opens says which of these it is for; another purpose is a change of this list,
which is reviewed, and not a word typed at a form. Each purpose to hold has its usual retention:
the last day is fixed when something is taken in, and is part of its seal.
"""

from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import Final, Literal

import msgspec

from legation.errors import DeniedError, UsageError
from legation.rights.intrusion import Intrusion

Use = Literal["hold", "open"]


class Purpose(msgspec.Struct, frozen=True, kw_only=True):
    """One purpose.

    Attributes:
        key: Its name.
        use: Whether something may be held for it, or opened.
        told: What it means.
        days: Usual retention of what is held for it; 0 for a purpose to open.
        after: Days after the end of what it is held for, when that end is known; the
            earlier of the two last days holds.
        setting: The setting that gives the days in place of `days`; empty for none.
    """

    key: str
    use: Use
    told: str
    days: int = 0
    after: int = 0
    setting: str = ""


PURPOSES: Final = (
    Purpose(
        key="protect-holder",
        use="hold",
        told="find look-alikes of the name of somebody who holds an office",
        days=400,
        after=90,
    ),
    Purpose(
        key="reach-holder",
        use="hold",
        told="know who holds an office, to reach them",
        days=400,
        after=30,
    ),
    Purpose(
        key="account-name",
        use="hold",
        told="know which account a pseudonym stands for, to mask its name and to warn its owner",
        days=365,
        setting="retention_days",
    ),
    Purpose(
        key="captured-file",
        use="hold",
        told="keep a page, post or paper as evidence before it vanishes",
        days=1825,
        setting="evidence_days",
    ),
    Purpose(key="reach-person", use="open", told="reach the person in their office"),
    Purpose(key="warn-person", use="open", told="warn the person of a threat to them"),
    Purpose(key="verify-likeness", use="open", told="judge whether a name imitates theirs"),
    Purpose(key="correct-record", use="open", told="correct what is recorded of the person"),
    Purpose(key="answer-person", use="open", told="tell the person what is held of them"),
    Purpose(key="answer-authority", use="open", told="answer a court or a supervisory authority"),
    Purpose(key="look-for-likenesses", use="open", told="compare, in memory, with what comes in"),
)
_BY_KEY: Final = {one.key: one for one in PURPOSES}
# Only the program itself opens for these; nobody is shown what they open.
INTERNAL: Final = "look-for-likenesses"
# The test of that use. Each of its safeguards the program guarantees.
INTERNAL_TEST: Final = Intrusion(
    legality="the rule of this desk that no personal name is stored outside of its seal",
    aim="let no name that is held sealed, or was erased, come in again in clear",
    necessity="a name can be found in what comes in only by comparing it",
    proportionality="names are compared in memory; none is shown, written or kept",
    safeguards="nobody is shown a name, none is opened after its last day, an erased one is known "
    "by a mark alone, and the trail tells of it each day",
)


def purpose_to(use: Use, key: str) -> Purpose:
    """Return a purpose of the list.

    Raises:
        DeniedError: It is not on the list for this use.
    """
    found = _BY_KEY.get(key)
    if found is not None and found.use == use and key != INTERNAL:
        return found
    allowed = [one.key for one in PURPOSES if one.use == use and one.key != INTERNAL]
    near = get_close_matches(key, allowed, 1)
    raise DeniedError(
        f"no purpose {key[:40]!r} to {use} personal data" if key else "no purpose is stated",
        hint=f"did you mean {near[0]!r}?" if near else f"choose from: {', '.join(allowed)}",
    )


def last_day(purpose: Purpose, now: datetime, ended: date | None = None) -> date:
    """Return the last day on which something taken in now may be kept.

    Args:
        purpose: What it is held for.
        now: When it is taken in, aware.
        ended: Last day of what it is held for, such as an office, when it is known.

    Raises:
        UsageError: That day is past already: there is no purpose left to hold it for.
    """
    today = now.astimezone(UTC).date()
    last = today + timedelta(days=purpose.days)
    if ended is not None:
        last = min(last, min(ended, last) + timedelta(days=purpose.after))
    if last < today:
        raise UsageError(
            f"the purpose {purpose.key} ended on {last}", hint="leave the personal name out"
        )
    return last
