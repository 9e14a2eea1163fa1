"""A knowledge pack: one TOML file with a head and typed tables, read whole or refused whole.

A new fact is a new row in a file, never code. Days are days; a time needs its zone. What does not
fit is named with its table and key, and then nothing of the file is taken.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Any, Final

import msgspec

from legation.errors import BadInputError, LegationError
from legation.knowledge.facts import Fact, Key, Party, Title
from legation.knowledge.holding import span, verify_fact, verify_year
from legation.knowledge.publishers import verify_publisher
from legation.knowledge.states import alpha2
from legation.knowledge.tables import TABLES, about_of, points_to, table_of
from legation.knowledge.toml_file import read_toml

_HEAD: Final = ("name", "publisher", "date", "as_of", "licence", "note", "successor")
_HINT: Final = "compare with the page of the reference about knowledge packs"
# Controls, ends of lines, what turns the order of writing, and what is drawn as nothing.
_STEERING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
# All that ships is a hundredth of it, and it is read within seconds whatever stands in it.
LONGEST: Final = 4_000_000
MOST_ROWS: Final = 10_000
_LARGEST: Final = 2**63
# Who came and went more often than that is no state.
_MOST_STRETCHES: Final = 50
Fingerprint = Annotated[str, msgspec.Meta(pattern=r"^(|[0-9a-f]{8}( [0-9a-f]{8}){7})$")]


class Pack(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One pack.

    Attributes:
        name: Names it among its publisher's.
        publisher: Who compiled it.
        dated: Its version: when it was published, UTC.
        as_of: Day that it as a whole speaks for.
        licence: Terms of the file.
        note: What it lacks, in its publisher's words.
        successor: Fingerprint of the key that may follow the one that signed this version.
        rows: Its facts, by table and key.
        unsigned: Whether it was taken in without a signature; no file says so of itself.
    """

    name: Key
    publisher: Title
    dated: datetime = msgspec.field(name="date")
    as_of: date
    licence: Title
    note: str = ""
    successor: Fingerprint = ""
    rows: tuple[Fact, ...] = ()
    unsigned: bool = False

    @property
    def title(self) -> str:
        """Return publisher and name: packs of the same title follow each other."""
        return f"{self.publisher}/{self.name}"

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the facts that it states, each by its table and key."""
        return frozenset(f"{table_of(row)}:{row.key}" for row in self.rows)

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        tables = [table_of(row) for row in self.rows]
        return {name: tables.count(name) for name in TABLES if name in tables}


class _Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Key
    publisher: Title
    dated: datetime = msgspec.field(name="date")
    as_of: date
    licence: Title
    note: str = ""
    successor: Fingerprint = ""


def read_pack(content: bytes, *, place: str) -> Pack:
    """Read a pack.

    Args:
        content: The file: TOML in UTF-8.
        place: Its name, for errors.

    Raises:
        BadInputError: It is no pack, or one row does not hold; the place names table and key.
    """
    value = read_toml(content, place=place, longest=LONGEST, hint=_HINT)
    for name in value:
        if name not in _HEAD and name not in TABLES:
            near = get_close_matches(name[:40], [*_HEAD, *TABLES], 1)
            raise BadInputError(
                f"unknown part {name[:40]!r}",
                place=place,
                hint=f"did you mean {near[0]!r}?" if near else f"tables: {', '.join(TABLES)}",
            )
    head = _head({name: part for name, part in value.items() if name in _HEAD}, place)
    rows = [
        row for table in TABLES for row in _rows_of(value.get(table, []), table, head.as_of, place)
    ]
    if len(rows) > MOST_ROWS:
        raise BadInputError(f"more than {MOST_ROWS:,} rows", place=place, hint="split the pack")
    _verify_apart(rows, place)
    return Pack(**msgspec.structs.asdict(head), rows=ordered(rows))


def overlap(one: Fact, other: Fact) -> bool:
    """Tell whether two rows speak of one state, one agreement and the same days."""
    if not isinstance(one, Party) or not isinstance(other, Party):
        return False
    if (one.agreement, one.state) != (other.agreement, other.state):
        return False
    (first, last), (begun, ended) = span(one), span(other)
    return first <= ended and begun <= last


def dangling(rows: Iterable[Fact], known: Iterable[Fact]) -> Iterator[tuple[Fact, str]]:
    """Yield rows that name a fact which is neither among them nor known, with its name."""
    rows = tuple(rows)
    there = {f"{table_of(row)}:{row.key}" for row in (*rows, *known)}
    for row in rows:
        for named in points_to(row):
            if named not in there:
                yield row, named


def ordered(rows: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return rows in the order of the tables and their keys."""
    order = list(TABLES)
    return tuple(sorted(rows, key=lambda row: (order.index(table_of(row)), row.key)))


def _verify_signs(part: Any, at: str) -> None:
    """Refuse what would break a line or turn its order: a mark could be parted from its fact."""
    if isinstance(part, int) and abs(part) >= _LARGEST:
        raise BadInputError("a number too large to read", place=at, hint=_HINT)
    if isinstance(part, str) and (found := _STEERING.search(part)):
        raise BadInputError(
            f"holds the sign U+{ord(found[0]):04X}", place=at, hint="write each text as one line"
        )
    if isinstance(part, list):
        for one in part:
            _verify_signs(one, at)


def _head(value: dict[str, Any], place: str) -> _Head:
    for name, part in value.items():
        _verify_signs(part, f"{place}: {name}")
        _verify_zone(part, f"{place}: {name}")
    dated = value.get("date")
    for name in ("date", "as_of"):
        if isinstance(value.get(name), date):
            _verify_reach(name, value[name], place)
    if isinstance(dated, date) and not isinstance(dated, datetime):
        value = value | {"date": datetime.combine(dated, time(), UTC)}
    try:
        head = msgspec.convert(value, _Head)
        head = msgspec.structs.replace(head, dated=head.dated.astimezone(UTC))
    except msgspec.ValidationError as bad:
        raise BadInputError(_plainly(bad), place=place, hint=_HINT) from bad
    verify_publisher(head.publisher, f"{place}: publisher")
    return head


def _verify_reach(name: str, day: date, place: str) -> None:
    try:
        verify_year(name, day)
    except LegationError as bad:
        raise BadInputError(str(bad), place=f"{place}: {name}", hint=bad.hint) from bad


def _rows_of(value: Any, table: str, as_of: date, place: str) -> Iterator[Fact]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise BadInputError(f"{table} is no list of rows", place=place, hint=_HINT)
    for number, fields in enumerate(value, 1):
        named = fields.get("key")
        at = f"{place}: {table} {named[:80] if isinstance(named, str) and named else number}"
        try:
            row = msgspec.convert({"as_of": as_of} | _plain(fields, at), TABLES[table])
            verify_fact(row)
        except msgspec.ValidationError as bad:
            raise BadInputError(_plainly(bad), place=at, hint=_HINT) from bad
        except BadInputError as bad:
            raise bad if bad.place else BadInputError(str(bad), place=at, hint=bad.hint) from bad
        except LegationError as bad:
            raise BadInputError(str(bad), place=at, hint=bad.hint) from bad
        yield row


def _plain(fields: Mapping[str, Any], at: str) -> dict[str, Any]:
    """Write days as text, and codes of three letters as those of two."""
    plain: dict[str, Any] = {}
    for name, part in fields.items():
        _verify_zone(part, f"{at}: {name}")
        _verify_signs(part, f"{at}: {name}")
        if isinstance(part, datetime):
            raise BadInputError("a time where a day is meant", place=f"{at}: {name}", hint=_HINT)
        plain[name] = part.isoformat() if isinstance(part, date) else part
    if isinstance(plain.get("state"), str):
        plain["state"] = alpha2(plain["state"])
    return plain


def _verify_zone(part: Any, at: str) -> None:
    local = isinstance(part, time) or (isinstance(part, datetime) and part.tzinfo is None)
    typed = isinstance(part, str) and re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", part)
    if local or typed:
        raise BadInputError(
            f"the time {part} has no zone",
            place=at,
            hint="write it as 2026-03-02T10:00:00+01:00, or give the day alone",
        )


def _verify_apart(rows: list[Fact], place: str) -> None:
    seen: set[tuple[object, ...]] = set()
    by_pair: dict[tuple[str, str], list[Party]] = {}
    for row in rows:
        table = table_of(row)
        at = f"{place}: {table} {row.key}"
        if (table, row.key) in seen:
            raise BadInputError("the key comes twice", place=at, hint="keep one row")
        seen.add((table, row.key))
        if isinstance(row, Party):
            by_pair.setdefault((row.agreement, row.state), []).append(row)
        elif about := about_of(row):
            if (table, "about", *about) in seen:
                raise BadInputError(
                    f"the pack states {' '.join(map(str, about))} twice", place=at, hint="keep one"
                )
            seen.add((table, "about", *about))
    for several in by_pair.values():
        _verify_stretches(several, place)


def _verify_stretches(several: list[Party], place: str) -> None:
    """Require that the stretches of time of one state in one agreement follow each other."""
    at = f"{place}: party {several[-1].key}"
    if len(several) > _MOST_STRETCHES:
        raise BadInputError(
            f"more than {_MOST_STRETCHES} rows of {several[0].state} in {several[0].agreement}",
            place=at,
            hint="give one row for each stretch of time",
        )
    for place_of, row in enumerate(several):
        for other in several[:place_of]:
            if overlap(row, other):
                raise BadInputError(
                    f"overlaps with party {other.key}: {row.state} in {row.agreement} "
                    "has two standings in the same days",
                    place=f"{place}: party {row.key}",
                    hint="end the earlier one with `withdrawn`, or keep one row",
                )


def _plainly(bad: msgspec.ValidationError) -> str:
    said = str(bad).replace("`", "")
    return said[:1].lower() + said[1:]
