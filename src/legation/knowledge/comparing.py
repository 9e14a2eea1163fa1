"""What a new version of a pack would change, and what known facts say against each other.

Two publishers may disagree: their rows stand side by side and the contradiction is named, for
no rule can say who is right.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from legation.errors import ConflictError
from legation.knowledge.facts import Agreement, Fact, Party
from legation.knowledge.marks import Shown, is_stale
from legation.knowledge.pack_file import Pack
from legation.knowledge.tables import TABLES, said_by, table_of
from legation.knowledge.telling import Told, as_words


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One row that a new version would add, change or remove.

    Attributes:
        kind: What would become of it.
        fact: As it would be; as it was, when it is removed.
        fields: Names of what differs, for a changed one.
        before: What those fields said.
        after: What they would say.
        mark_before: What stood beside the fact, for a changed one.
    """

    kind: str
    fact: Shown
    fields: tuple[str, ...] = ()
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    mark_before: str = ""

    def line(self) -> str:
        """Return the change as one line; of what changed, what was and what would be."""
        if not self.fields:
            return f"{self.kind} {self.fact.line()}"
        said = ", ".join(
            f"{name}: {_quoted(self.before.get(name))} -> {_quoted(self.after.get(name))}"
            for name in self.fields
        )
        fact = self.fact
        was = f"; mark before: {self.mark_before or 'none'}" * (self.mark_before != fact.mark)
        return (
            f"{self.kind} {fact.table} {fact.key}: {said} [{fact.note()}{was}] "
            f"({fact.source}; stated by {fact.pack})"
        )


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What separates a pack from the version before it, by table and key.

    Attributes:
        absent: Agreements of which it newly says that all parties are listed, by key.
    """

    changes: tuple[Change, ...]
    absent: tuple[str, ...] = ()

    def warnings(self) -> list[str]:
        """Return what follows for states that the pack does not name."""
        return [
            f"{key}: each state that is not in its list is told not to have joined. Between its "
            'parties alone, write kind = "bilateral"; where the list has gaps, '
            'parties = "incomplete"'
            for key in self.absent
        ]

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many rows are added, changed and removed, by table."""
        found: dict[str, dict[str, int]] = {}
        for change in self.changes:
            table = found.setdefault(change.fact.table, {"added": 0, "changed": 0, "removed": 0})
            table[change.kind] += 1
        return found


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """Facts that cannot all hold.

    Attributes:
        what: In a sentence.
        facts: Those facts.
    """

    what: str
    facts: tuple[Shown, ...]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with what is known.

    Attributes:
        facts: How many there are.
        unverified: Those that nobody checked, or whose pack nobody signed.
        stale: Those whose day is longer ago than 180 days.
        stale_packs: Titles of packs that as a whole are.
        contradictions: Facts that speak against each other.
    """

    facts: int
    unverified: tuple[Shown, ...]
    stale: tuple[Shown, ...]
    stale_packs: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]


def verify_newer(pack: Pack, before: Pack | None, place: str) -> None:
    """Require that a pack follows the version that is known.

    Raises:
        ConflictError: It is older, or has the same date and another content.
    """
    if before is None or pack.dated > before.dated or pack == before:
        return
    if pack.dated < before.dated:
        raise ConflictError(
            f"{place}: {pack.title} of {_day(pack)} is older than the known one of {_day(before)}",
            hint="ask the publisher for the newest; the known one stays",
        )
    raise ConflictError(
        f"{place}: {pack.title} of {_day(pack)} differs from the known one of the same date",
        hint="a changed pack takes a later date; the known one stays",
    )


def difference(pack: Pack, before: Pack | None, *, today: date) -> Difference:
    """Return what a pack would change."""
    old = {(table_of(row), row.key): row for row in before.rows} if before else {}
    new = {(table_of(row), row.key): row for row in pack.rows}
    told = Told([pack], today)
    told_before = Told([before], today) if before else told
    order = list(TABLES)
    changes = []
    for at in sorted(old.keys() | new.keys(), key=lambda one: (order.index(one[0]), one[1])):
        was, now = old.get(at), new.get(at)
        seen_before = told_before.shown(was, before) if was and before else None
        seen = told.shown(now, pack) if now else None
        if was != now:
            changes.append(_change(was, now, seen_before, seen))
    absent = [
        key
        for (table, key), row in new.items()
        if isinstance(row, Agreement)
        and (row.parties, row.kind == "bilateral") == ("complete", False)
        and getattr(old.get((table, key)), "parties", "") != "complete"
    ]
    return Difference(changes=tuple(changes), absent=tuple(absent))


def checked(packs: Sequence[Pack], *, today: date) -> Checked:
    """Return what is unverified, stale or contradictory in some packs."""
    told = Told(packs, today)
    every = [(row, told.shown(row, pack)) for row, pack in told.rows]
    return Checked(
        facts=len(every),
        unverified=tuple(one for _, one in every if one.unchecked),
        stale=tuple(one for _, one in every if one.stale),
        stale_packs=tuple(pack.title for pack in packs if is_stale_pack(pack, today)),
        contradictions=tuple(contradictions(told)),
    )


def is_stale_pack(pack: Pack, today: date) -> bool:
    """Tell whether a pack as a whole speaks for a day long ago, of things that change."""
    return is_stale(pack.as_of, today) and any(row.ages == "standing" for row in pack.rows)


def contradictions(told: Told) -> list[Contradiction]:
    """Return the facts that speak against each other, in the order of the packs."""
    found: list[Contradiction] = []
    for thing, several in told.disagreements():
        row = several[0][0]
        if isinstance(row, Party) and ":" not in thing:
            what = f"{row.state} has two standings in {row.agreement} in the same days"
        else:
            what = f"{thing} is stated in {len({said_by(one) for one, _ in several})} ways"
        found.append(_contradiction(what, (told.shown(*one) for one in several)))
    by_name: dict[str, list[Shown]] = {}
    for row, pack in told.rows:
        by_name.setdefault(f"{table_of(row)}:{row.key}", []).append(told.shown(row, pack))
    for row, pack in told.rows:
        found += [
            _contradiction(
                f"{name} is contradicted by {table_of(row)} {row.key}",
                (told.shown(row, pack), *by_name.get(name, ())),
            )
            for name in getattr(row, "contradicts", ())
        ]
    return found


def _contradiction(what: str, facts: Iterable[Shown]) -> Contradiction:
    return Contradiction(what=what, facts=tuple(facts))


def _change(
    old: Fact | None, new: Fact | None, seen_before: Shown | None, seen: Shown | None
) -> Change:
    if seen is None or old is None or new is None or seen_before is None:
        fact = seen or seen_before
        assert fact is not None  # noqa: S101 - one of the two is there
        return Change(kind="removed" if seen is None else "added", fact=fact)
    was, now = msgspec.to_builtins(old), msgspec.to_builtins(new)
    fields = tuple(name for name in now if now[name] != was[name])
    return Change(
        kind="changed",
        fact=seen,
        fields=fields,
        before={name: was[name] for name in fields},
        after={name: now[name] for name in fields},
        mark_before=seen_before.mark,
    )


def _quoted(part: object) -> str:
    return f'"{part}"' if isinstance(part, str) and part else as_words(part)


def _day(pack: Pack) -> str:
    return f"{pack.dated:%Y-%m-%d}"
