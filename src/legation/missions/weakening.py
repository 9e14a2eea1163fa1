"""When a row of a breach says less than it did: what counts, until somebody says why.

A row whose key is there becomes a new version, so a breach could be taken back by stating its row
again. It is not refused, since a breach may have been entered wrongly; but what it said counts
on until a version names a source that no earlier one named, and either way the change is told.
"""

from collections.abc import Sequence

import msgspec

from legation.missions.register import Proof


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


def weaker(before: Proof, after: Proof) -> tuple[str, ...]:
    """Return the columns in which a row says less of a breach than before.

    A channel that is named at last, another day of the beginning, more threats and words that
    are added to the consequence are no less; a consequence in other words may be.
    """
    if not is_breach(before):
        return ()
    less = {
        "mission": after.mission != before.mission,
        "channel": bool(before.channel) and after.channel != before.channel,
        "kind": not is_breach(after) and after.kind != before.kind,
        "outcome": not is_breach(after) and after.kind == before.kind,
        "threats": not set(before.threats) <= set(after.threats),
        "known": after.known < before.known,
        "consequence": not _bare(after.consequence).startswith(_bare(before.consequence)),
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
    return " ".join(source.split()).casefold()
