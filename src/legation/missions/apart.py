"""What only one row may hold in the same days: a key, an account, a domain, a place in an order.

Rows that come in are judged against those that stand and against one another, the first before
the later ones. A row that is refused leaves what it would have replaced standing, which may
then be in the way of others. All of it takes a number of comparisons that grows with the
number of rows and little more: each claim keeps its days in order, and only neighbours meet.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Final, final

import msgspec

from legation.errors import RecordError
from legation.missions.register import Channel, Voice
from legation.missions.voices import account_of

# A name for the kind of thing, and the thing.
Claim = tuple[str | int, ...]
Numbered = tuple[int, msgspec.Struct]
_NOTHING: Final[Mapping[str, msgspec.Struct]] = {}


def verify_apart(
    rows: Sequence[Numbered], on_record: Mapping[str, msgspec.Struct] = _NOTHING
) -> list[tuple[int, RecordError]]:
    """Return the rows that claim what another one holds in the same days, with the reason.

    A key names one row. An account, a domain or a place in the order of fallbacks may pass from
    one row to another, when the days of the first are over. A row that says what is on record
    already is never refused.

    Args:
        rows: What comes in, with its lines.
        on_record: By key, the rows that stand; one of the same key is replaced.
    """
    first: dict[str, tuple[int, msgspec.Struct]] = {}
    for line, row in rows:
        first.setdefault(_key(row), (line, row))
    fixed = _Standing(
        old for key, old in on_record.items() if key not in first or first[key][1] == old
    )
    taken = _Taken()
    faults: list[tuple[int, RecordError]] = []
    lost: list[msgspec.Struct] = []
    for number, (line, row) in enumerate(rows):
        key = _key(row)
        if first[key][1] is not row:
            said = f"the key {key} comes twice, first in line {first[key][0]}"
            faults.append((line, RecordError(said, place="key", hint="keep one of the rows")))
        elif on_record.get(key) == row:
            pass
        elif fault := fixed.fault(row) or taken.fault(row, rows):
            faults.append((line, fault))
            lost.append(row)
        else:
            taken.add(row, number)
    # What is refused stands as it was, and whoever is in its way is refused in turn.
    while lost:
        key = _key(lost.pop())
        for number, claim in taken.meets(on_record[key]) if key in on_record else ():
            line, row = rows[number]
            taken.remove(row, number)
            faults.append((line, _overlap(claim, key=key)))
            lost.append(row)
    return faults


@final
class _Standing:
    """Rows that stay: of each claim its days in the order of their first, and the last so far."""

    def __init__(self, rows: Iterable[msgspec.Struct]) -> None:
        held: dict[Claim, list[tuple[date, date, str]]] = defaultdict(list)
        for row in rows:
            for claim in claims(row):
                held[claim].append((*_days(row), _key(row)))
        self._starts: dict[Claim, list[date]] = {}
        self._last: dict[Claim, list[tuple[date, str]]] = {}
        for claim, spans in held.items():
            spans.sort(key=lambda one: one[0])
            self._starts[claim] = [start for start, _, _ in spans]
            ends = [(end, key) for _, end, key in spans]
            self._last[claim] = list(accumulate(ends, _later))

    def fault(self, row: msgspec.Struct) -> RecordError | None:
        """Return why a row cannot be beside them; None when it can."""
        since, until = _days(row)
        for claim in claims(row):
            before = bisect_right(self._starts.get(claim, []), until)
            if before and self._last[claim][before - 1][0] >= since:
                return _overlap(claim, key=self._last[claim][before - 1][1])
        return None


@final
class _Taken:
    """Rows that were let in: of each claim its days, which do not meet, in their order."""

    def __init__(self) -> None:
        self._held: dict[Claim, list[tuple[date, date, int]]] = defaultdict(list)

    def fault(self, row: msgspec.Struct, rows: Sequence[Numbered]) -> RecordError | None:
        """Return why a row cannot be beside them; None when it can."""
        for number, claim in self.meets(row):
            return _overlap(claim, line=rows[number][0])
        return None

    def meets(self, row: msgspec.Struct) -> list[tuple[int, Claim]]:
        """Return who holds something of a row in the same days."""
        since, until = _days(row)
        found = []
        for claim in claims(row):
            held = self._held.get(claim, [])
            at = max(bisect_left(held, since, key=_first) - 1, 0)
            while at < len(held) and held[at][0] <= until:
                if held[at][1] >= since:
                    found.append((held[at][2], claim))
                at += 1
        return list({number: (number, claim) for number, claim in found}.values())

    def add(self, row: msgspec.Struct, number: int) -> None:
        """Let a row in that meets none of them."""
        since, until = _days(row)
        for claim in claims(row):
            held = self._held[claim]
            held.insert(bisect_left(held, since, key=_first), (since, until, number))

    def remove(self, row: msgspec.Struct, number: int) -> None:
        """Let a row go that was let in."""
        since, until = _days(row)
        for claim in claims(row):
            held = self._held[claim]
            at = bisect_left(held, since, key=_first)
            if held[at : at + 1] == [(since, until, number)]:
                del held[at]


def claims(row: msgspec.Struct) -> list[Claim]:
    """Return what only this row may hold, but for its key."""
    if isinstance(row, Voice):
        return [(row.kind, *account_of(row))]
    if isinstance(row, Channel) and row.fallback is not None:
        return [("fallback", row.mission, row.fallback)]
    return []


def _key(row: msgspec.Struct) -> str:
    return row.key  # type: ignore[attr-defined,no-any-return]  # each row has one


def _later(one: tuple[date, str], other: tuple[date, str]) -> tuple[date, str]:
    return other if other[0] > one[0] else one


def _first(span: tuple[date, date, int]) -> date:
    return span[0]


def _days(row: msgspec.Struct) -> tuple[date, date]:
    return getattr(row, "since", None) or date.min, getattr(row, "until", None) or date.max


def _overlap(claim: Claim, *, key: str = "", line: int = 0) -> RecordError:
    held = " ".join(str(part) for part in claim if part)
    return RecordError(
        f"{held} is held in the same days by the row {key!r} on record"
        if key
        else f"{held} is held in the same days by line {line}",
        place="fallback" if claim[0] == "fallback" else "name",
        hint="end the earlier one with `until`, or remove one of the two",
    )
