"""That a person compared a fact with its source: recorded at this desk, beside what was known.

The fact itself stays as its publisher states it, with its history. A check says who looked, when,
where and what they found; while the fact states what was checked, it is unchecked no more.
"""

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from legation.errors import BadInputError, NotFoundError, RecordError, UsageError
from legation.knowledge.facts import Check, Fact, Finding
from legation.knowledge.holding import to_come, verify_fact
from legation.knowledge.marks import Shown
from legation.knowledge.pack_file import Pack, ordered
from legation.knowledge.publishers import DESK
from legation.knowledge.tables import table_of
from legation.knowledge.telling import digest

if TYPE_CHECKING:
    from datetime import datetime

    from legation.app.knowledge.packs import Knowledge

CHECKED: Final = "knowledge.confirm"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says of a fact that they compared.

    Attributes:
        about: The fact, as `TABLE:KEY`.
        by: Who compared it.
        on: When.
        found: What they found.
        source: Where they looked.
        pack: Whose statement; needed where several packs make one.
    """

    about: str
    by: str
    on: date
    found: Finding = "holds"
    source: str
    pack: str = ""


def record(known: "Knowledge", look: Look, now: "datetime") -> Shown:
    """Record that a person compared a fact with its source; return the fact as it is shown now.

    Raises:
        NotFoundError: No pack states it.
        UsageError: Several do, or the check does not say who, when or where.
        BadInputError: It names somebody whose name is held sealed or was erased.
    """
    try:
        known.refuse_naming(look)
    except RecordError as fault:
        raise BadInputError(
            str(fault),
            place="check",
            hint="a check is never erased: name the office and not the person",
        ) from fault
    row, stated = _stated(known, look)
    check = _check(row, stated, look, now)

    def with_it(held: Pack | None) -> Pack:
        return Pack(
            name="checks",
            publisher=DESK,
            dated=now,
            as_of=now.date(),
            licence="of this desk",
            rows=ordered((*(held.rows if held else ()), check)),
        )

    detail = {"pack": stated.title, "found": look.found, "on": look.on.isoformat()}
    known.state(DESK, with_it, verb=CHECKED, subject=look.about, detail=detail)
    return known.told().shown(row, stated)


def _stated(known: "Knowledge", look: Look) -> tuple[Fact, Pack]:
    found = [
        (row, pack)
        for row, pack in known.told().rows
        if f"{table_of(row)}:{row.key}" == look.about and look.pack in ("", pack.title)
    ]
    if not found:
        raise NotFoundError(
            f"no pack states {look.about}" + (f" in {look.pack}" if look.pack else ""),
            hint="name it as TABLE:KEY, as `legation knowledge show TABLE` lists it",
        )
    if len(found) > 1:
        titles = ", ".join(pack.title for _, pack in found)
        raise UsageError(
            f"several packs state {look.about}: {titles}", hint="say which pack: one of these"
        )
    return found[0]


def _check(row: Fact, pack: Pack, look: Look, now: "datetime") -> Check:
    """Return a check of a fact as it is stated now; of one day, the one recorded last counts."""
    today = now.date()
    said = (look.by, look.source)
    if not all(part.strip() and part.isprintable() for part in said):
        raise UsageError(
            "a check needs who compared it and where they looked",
            hint="state both, in letters and on one line",
        )
    check = Check(
        key=f"{now:%Y%m%d-%H%M%S-%f}-{digest(row)[:8]}",
        about=look.about,
        pack=pack.title,
        by=look.by,
        on=look.on.isoformat(),
        found=look.found,
        said=digest(row),
        source=look.source,
        as_of=look.on,
        verified="verified-excerpt",
    )
    try:  # what is kept is read again: a check that cannot be would close the pack for good
        msgspec.convert(msgspec.to_builtins(check), Check)
    except msgspec.ValidationError as bad:
        raise UsageError(
            "who compared it, or where they looked, is told at too great a length",
            hint="name the office in at most 300 letters, and the place in at most 2,000",
        ) from bad
    verify_fact(check)
    if to_come(check, today) or look.on < row.as_of:
        raise UsageError(
            f"checked on {look.on}, and the fact speaks for {row.as_of}; today is {today}",
            hint="give the day of the check: not before that of the fact, and not to come",
        )
    return check
