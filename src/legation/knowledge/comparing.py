"""What a new version of a pack would change, and what known facts say against each other.

Two publishers may disagree: their rows stand side by side and the contradiction is named, for
no rule can say who is right.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from legation.errors import ConflictError
from legation.knowledge.facts import TABLES, Fact, Party, table_of
from legation.knowledge.marks import Shown, is_stale, shown
from legation.knowledge.pack_file import Pack, names_in, overlap

_META: Final = ("source", "as_of", "verified")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One row that a new version would add, change or remove.

    Attributes:
        kind: What would become of it.
        fact: As it would be; as it was, when it is removed.
        fields: Names of what differs, for a changed one.
        before: What those fields said.
    """

    kind: str
    fact: Shown
    fields: tuple[str, ...] = ()
    before: dict[str, Any] = {}

    def line(self) -> str:
        """Return the change as one line."""
        was = ", ".join(f"{name}: {self.before.get(name) or '-'}" for name in self.fields)
        return f"{self.kind} {self.fact.line()}" + (f" (before: {was})" if was else "")


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What separates a pack from the version before it, by table and key."""

    changes: tuple[Change, ...]

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
        unverified: Those that carry a mark.
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
    named = names_in(pack.rows)
    order = list(TABLES)
    changes = [
        change
        for at in sorted(old.keys() | new.keys(), key=lambda one: (order.index(one[0]), one[1]))
        if (change := _change(old.get(at), new.get(at), pack.title, today, named)) is not None
    ]
    return Difference(changes=tuple(changes))


def checked(packs: Sequence[Pack], *, today: date) -> Checked:
    """Return what is unverified, stale or contradictory in some packs."""
    named = names_in(row for pack in packs for row in pack.rows)
    every = [
        (row, shown(row, pack=pack.title, today=today, named=named))
        for pack in packs
        for row in pack.rows
    ]
    return Checked(
        facts=len(every),
        unverified=tuple(one for _, one in every if one.mark),
        stale=tuple(one for _, one in every if one.stale),
        stale_packs=tuple(pack.title for pack in packs if is_stale(pack.as_of, today)),
        contradictions=tuple(contradictions(every)),
    )


def contradictions(every: Sequence[tuple[Fact, Shown]]) -> list[Contradiction]:
    """Return the facts that speak against each other, in the order of the packs."""
    found: list[Contradiction] = []
    by_name: dict[str, list[tuple[Fact, Shown]]] = {}
    for fact, seen in every:
        by_name.setdefault(f"{seen.table}:{fact.key}", []).append((fact, seen))
    for name, several in by_name.items():
        if len({_said(fact) for fact, _ in several}) > 1:
            found.append(
                _contradiction(f"{name} is stated in {len(several)} ways", (s for _, s in several))
            )
    by_pair: dict[tuple[str, str], list[tuple[Party, Shown]]] = {}
    for fact, seen in every:
        if not isinstance(fact, Party):
            continue
        others = by_pair.setdefault((fact.agreement, fact.state), [])
        found += [
            _contradiction(
                f"{fact.state} has two standings in {fact.agreement} in the same days",
                (before, seen),
            )
            for other, before in others
            if other.key != fact.key and overlap(other, fact) and _said(other) != _said(fact)
        ]
        others.append((fact, seen))
    for fact, seen in every:
        for name in getattr(fact, "contradicts", ()):
            found.append(
                _contradiction(
                    f"{name} is contradicted by {seen.table} {fact.key}",
                    (seen, *(one for _, one in by_name.get(name, ()))),
                )
            )
    return found


def _contradiction(what: str, facts: Iterable[Shown]) -> Contradiction:
    return Contradiction(what=what, facts=tuple(facts))


def _said(fact: Fact) -> bytes:
    """Return what a row states, without where it is from and how far it was checked."""
    value = msgspec.to_builtins(fact)
    return msgspec.json.encode(
        {name: part for name, part in value.items() if name not in ("key", *_META)}
    )


def _change(
    old: Fact | None, new: Fact | None, pack: str, today: date, named: dict[str, str]
) -> Change | None:
    if old == new:
        return None
    fact = old if new is None else new
    assert fact is not None  # noqa: S101 - one of the two is there
    seen = shown(fact, pack=pack, today=today, named=named)
    if old is None or new is None:
        return Change(kind="added" if old is None else "removed", fact=seen)
    was, now = msgspec.to_builtins(old), msgspec.to_builtins(new)
    fields = tuple(name for name in now if now[name] != was[name])
    return Change(
        kind="changed", fact=seen, fields=fields, before={name: was[name] for name in fields}
    )


def _day(pack: Pack) -> str:
    return f"{pack.dated:%Y-%m-%d}"
