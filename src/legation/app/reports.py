"""Reports for an auditor: what of the trail answers one question, in a period.

Each report is a set of verbs, no more: the entries are shown as they stand in the trail, so
whoever doubts a report reads the trail beside it. A report that leaves the desk is itself in
the trail.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from legation.errors import ConflictError, NotFoundError, UsageError

if TYPE_CHECKING:
    from legation.formats.siem import AuditLine, Cursor
    from legation.store.audit import AuditQuery, Entry
    from legation.store.knowing import Cleared
    from legation.store.opening import Store

_Line = TypeVar("_Line", "Line", "AuditLine")
EXPORTED: Final = "audit.export"
_AT_ONCE: Final = 1000
_LONGEST_ACTOR: Final = 200
# People of the desk; other verbs that begin so are of persons whose names are held.
_PEOPLE: Final = (
    *("person.add", "person.clearance", "person.disable", "person.enrol", "person.read"),
    *("person.roles", "person.tie"),
)
# Name, and the verbs that it is made of; one that ends in a dot is a beginning.
REPORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "exports": (
        *("campaign.export", "page.export", "evidence.export", "dossier.export"),
        *("decision.export", "draft.export", EXPORTED),
        *("share.push", "share.write", "share.answer", "share.recall", "share.align"),
    ),
    "looks": (
        *("name.look", "name.mask", "person.look", "person.use", "evidence.open"),
        "dossier.look",
    ),
    "reads": ("campaign.read", "campaign.list"),
    "refusals": ("session.refuse", "route.deny", "order.refuse", "name.refuse", "decision.refuse"),
    "people": (*_PEOPLE, "enrolment.", "recovery.", "kit.", "key.", "token.add", "token.revoke"),
    "sessions": ("session.", "token.use"),
    "labels": ("label.",),
    "erasures": (
        *("name.expire", "name.erase", "name.lift", "name.withhold"),
        *("person.erase", "person.lift", "import.undo"),
    ),
}


# Acts on people, doors, the trail, names and imports, of which no object is made.
_OF_NO_OBJECT: Final = (
    *("session.", "token.", "enrolment.", "recovery.", "kit.", "key.", "route.", "order."),
    *("audit.", "clearance.", "name.", "import.", *_PEOPLE),
)
_HASH: Final = re.compile(r"[0-9a-f]{64}")
NO_NAME: Final = "(a compartment)"
# Values that are words of ours, which a compartment may be called by too.
_OURS: Final = frozenset({"kind", "page", "register", "rule", "report"})
_WITHHELD: Final = "sums and hashes that may tell of what you may not know"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What an auditor asks.

    Attributes:
        report: Name of a report; empty: the whole trail.
        actor: Name or id of who acted; empty: anybody.
        since: First day, UTC.
        until: Last day.
    """

    report: str = ""
    actor: str = ""
    since: date | None = None
    until: date | None = None

    def given(self) -> dict[str, str]:
        """Return it as an address has it, without what is not asked."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: str(value) for name, value in values.items() if value}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry; `name` is that of a person of this desk, or empty."""

    seq: int
    at: str
    actor: str
    name: str
    verb: str
    subject: str
    detail: dict[str, Any]
    hash: str


def read_asked(given: Mapping[str, str]) -> Asked:
    """Read what an address or a command asks.

    Raises:
        UsageError: There is no such report, or a day is none.
    """
    report = given.get("report", "")
    if report and report not in REPORTS:
        raise UsageError(f"no report {report[:40]!r}", hint=f"choose from: {', '.join(REPORTS)}")
    asked = Asked(
        report=report,
        actor=" ".join(given.get("actor", "").split())[:_LONGEST_ACTOR],
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )
    if asked.since and asked.until and asked.until < asked.since:
        raise UsageError("the period ends before it begins", hint="exchange the two days")
    return asked


def lines(
    store: "Store", asked: Asked, *, before: int | None = None, up: bool = False, limit: int
) -> list[Line]:
    """Return what is asked, the newest entry first.

    Args:
        store: Whose trail.
        asked: What.
        before: Number of the last entry of the page before.
        up: The oldest first.
        limit: How many at most.
    """
    names = {person.person_id: person.name for person in store.people.every()}
    query = msgspec.structs.replace(_query(asked, names), limit=limit, up=up)
    if before is not None:
        place = {"after": before} if up else {"before": before}
        query = msgspec.structs.replace(query, **place)
    return [_line(entry, names) for entry in store.audit.search(query)]


def every_line(store: "Store", asked: Asked, *, up: bool = False, most: int) -> Iterator[Line]:
    """Yield all that is asked, the newest first, up to a number of entries."""
    before: int | None = None
    left = most
    while left > 0 and (
        found := lines(store, asked, before=before, up=up, limit=min(_AT_ONCE, left))
    ):
        yield from found
        before, left = found[-1].seq, left - len(found)


def as_known(store: "Store", reader: "Cleared", told: "list[_Line]") -> "list[_Line]":
    """Return entries without the sums and hashes of what a reader may not know.

    Nor do they name a compartment that the reader does not hold, whether a label says it or a
    person wrote it into a reason: that it is there is known to those who are in it.

    That something was done, by whom, when and under which label, is for whoever watches over
    the desk. How much it was, and its hash, is kept from them where it may count or hash an
    object that is hidden from them: an entry does not say of which rows it tells.

    Args:
        store: Whose trail.
        reader: Who reads it, or fetches it for a program.
        told: The entries.
    """
    is_any, compartments = store.hidden.closed_to(reader)
    if compartments:
        pattern = _names_of(compartments)
        told = [
            msgspec.structs.replace(line, detail=_without_names(line.detail, pattern))
            for line in told
        ]
    if not is_any:
        return told
    known = store.hidden.known_of(reader, {line.subject for line in told if "--" in line.subject})
    return [
        line
        if line.subject in known or line.verb.startswith(_OF_NO_OBJECT)
        else msgspec.structs.replace(line, detail=_without_sums(line.detail))
        for line in told
    ]


def _names_of(compartments: Collection[str]) -> re.Pattern[str]:
    """Return what finds a name of a compartment as a word of its own."""
    longest = sorted(compartments, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)


def _without_names(value: Any, names: re.Pattern[str]) -> Any:
    """Return a value without the names of compartments; what page or kind it was stays."""
    if isinstance(value, str):
        return names.sub(NO_NAME, value)
    if isinstance(value, Mapping):
        return {
            key: one if key in _OURS else _without_names(one, names) for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_names(one, names) for one in value]
    return value


def _without_sums(detail: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in detail.items() if not _is_sum(value)}
    return kept if len(kept) == len(detail) else kept | {"withheld": _WITHHELD}


def _is_sum(value: Any) -> bool:
    """Tell whether a value counts or hashes something, or has other values inside."""
    if isinstance(value, str):
        return _HASH.fullmatch(value) is not None
    return isinstance(value, int | float | Mapping) and not isinstance(value, bool)


def note_export(
    store: "Store", by: tuple[datetime, str], asked: Asked, *, kind: str, entries: int
) -> None:
    """Note that a part of the trail left the desk, when, and by whose hand."""
    from legation.store.audit import Event

    detail: dict[str, Any] = {"kind": kind, "entries": entries, **asked.given()}
    with store.transaction():
        store.audit.append(
            Event(at=by[0], actor=by[1], verb=EXPORTED, subject="audit trail", detail=detail)
        )


def after(
    store: "Store", cursor: "Cursor | None", *, since: date | None = None, limit: int
) -> "list[AuditLine]":
    """Return the entries that follow the last one that somebody has, the oldest first.

    Raises:
        ConflictError: The trail no longer has that one: it was rewritten, or cut.
    """
    from legation.formats.siem import AuditLine
    from legation.store.audit import AuditHead, AuditQuery

    if cursor is not None and not store.audit.has(AuditHead(seq=cursor.seq, hash=cursor.hash)):
        raise ConflictError(
            f"the trail does not have entry {cursor.seq} as it was exported",
            hint="it was rewritten or cut, or is another desk's; run: legation audit verify",
        )
    query = AuditQuery(
        after=cursor.seq if cursor else 0,
        since=None if since is None or cursor else _begin(since),
        limit=limit,
        up=True,
    )
    return [
        AuditLine(
            seq=entry.seq,
            at=entry.event.at,
            actor=entry.event.actor,
            verb=entry.event.verb,
            subject=entry.event.subject,
            detail=entry.event.detail,
            hash=entry.hash,
        )
        for entry in store.audit.search(query)
    ]


def _query(asked: Asked, names: Mapping[str, str]) -> "AuditQuery":
    from legation.store.audit import AuditQuery

    actors: tuple[str, ...] | None = None
    if asked.actor:
        ids = [person_id for person_id, name in names.items() if name == asked.actor]
        actors = (asked.actor, *ids)
    return AuditQuery(
        verbs=REPORTS[asked.report] if asked.report else (),
        actors=actors,
        since=_begin(asked.since) if asked.since else None,
        until=_begin(asked.until) + timedelta(days=1) if asked.until else None,
    )


def _line(entry: "Entry", names: Mapping[str, str]) -> Line:
    event = entry.event
    return Line(
        seq=entry.seq,
        at=event.at.isoformat(),
        actor=event.actor,
        name=names.get(event.actor, ""),
        verb=event.verb,
        subject=event.subject,
        detail=event.detail,
        hash=entry.hash,
    )


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as bad:
        raise UsageError(f"{text[:20]!r} is no day", hint="write it as 2026-03-01") from bad
    # The day after must be a day too, and the years those of a clock.
    if not 1971 <= found.year <= 9998:  # noqa: PLR2004 - as said
        raise NotFoundError("the trail has no entries of that time", hint="name another day")
    return found
