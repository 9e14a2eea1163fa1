"""When a row says less against a safeguard than it did: what counts, until somebody says why.

A row whose key is there becomes a new version, so a breach, a test that failed or an attempt could
be taken back by stating its row again. It is not refused, since it may have been entered wrongly;
but what it said counts on until a version names a source that no earlier one named, and either
way the change is told.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from legation.missions.register import Proof

_WORD: Final = re.compile(r"\w+")


class Weakened(msgspec.Struct, frozen=True, kw_only=True):
    """A version by which a breach says less.

    Attributes:
        number: Of the version, from 0.
        columns: In what it says less.
        counts: Whether what was said before counts on: no other source was named.
    """

    number: int
    columns: tuple[str, ...]
    counts: bool


def is_breach(row: Proof) -> bool:
    """Tell whether a safeguard was broken: a breach, or a real case that did not hold."""
    return row.kind == "breach" or (row.kind == "case" and row.outcome == "failed")


def has_failed(row: Proof) -> bool:
    """Tell whether a test or drill showed that a safeguard does not hold."""
    return row.kind in ("test", "drill") and row.outcome == "failed"


def weaker(before: Proof, after: Proof) -> tuple[str, ...]:
    """Return the columns in which a row says less against a safeguard than before.

    Of a breach all of it may say less; of a test or drill that failed, that it was one, that it
    failed, where, and against what; of an attempt, that it was one, and when it became known.

    A channel that is named at last, another day of the beginning, more threats and words that
    are added to the consequence are no less; a consequence in other words may be.
    """
    if before.kind == "attempt":
        return _weaker_attempt(before, after)
    if not is_breach(before) and not has_failed(before):
        return ()
    ill = is_breach(after) or (has_failed(before) and has_failed(after))
    less = {
        "mission": after.mission != before.mission,
        "channel": bool(before.channel) and after.channel != before.channel,
        "kind": not ill and after.kind != before.kind,
        "outcome": not ill and after.kind == before.kind,
        "threats": not set(before.threats) <= set(after.threats),
        # A day to come would take it out of today's balance, one long past out of the year.
        "on": after.on > before.on if is_breach(before) else after.on != before.on,
        "known": after.known < before.known,
        "consequence": not _bare(after.consequence).startswith(_bare(before.consequence)),
    }
    return tuple(column for column, is_less in less.items() if is_less)


def _weaker_attempt(before: Proof, after: Proof) -> tuple[str, ...]:
    less = {
        "mission": after.mission != before.mission,
        "kind": after.kind != "attempt" and not is_breach(after),
        "threats": not set(before.threats) <= set(after.threats),
        "on": after.on > before.on,
        "known": after.known < before.known,
    }
    return tuple(column for column, is_less in less.items() if is_less)


def what_counts(versions: Sequence[Proof]) -> tuple[Proof, tuple[Weakened, ...]]:
    """Return what counts of the versions of a row, and those by which a breach says less.

    Args:
        versions: From the first to the last; at least one.
    """
    counts = versions[0]
    sources = {_bare(counts.source)}
    found: list[Weakened] = []
    for number, row in enumerate(versions[1:], 1):
        columns = weaker(counts, row)
        stays = bool(columns) and _bare(row.source) in sources
        if columns:
            found.append(Weakened(number=number, columns=columns, counts=stays))
        if not stays:
            counts = row
            found = [msgspec.structs.replace(one, counts=False) for one in found]
        elif is_breach(row):
            # What else it adds is no less: a threat more, a later day.
            threats = tuple(sorted({*counts.threats, *row.threats}))
            counts = msgspec.structs.replace(
                counts, threats=threats, known=max(counts.known, row.known)
            )
        sources.add(_bare(row.source))
    return counts, tuple(found)


def _bare(source: str) -> str:
    """Return a source without what makes no other one of it: case, blanks and marks."""
    return " ".join(_WORD.findall(source.casefold()))
