"""Facts of several packs, told together: who says what, who checked it, who says otherwise.

Publishers may disagree, and no rule can say who is right. So no fact hides another: each is
shown with its pack, and where another pack states something else of the same thing, what that
one states stands beside it. That a person checked one of the two does not hide the other.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import final

import msgspec

from legation.knowledge.facts import Check, Fact, Party, StateName
from legation.knowledge.marks import Shown, mark_of, shown
from legation.knowledge.pack_file import Pack, overlap
from legation.knowledge.publishers import DESK
from legation.knowledge.tables import about_of, said_by, table_of

Stated = tuple[Fact, Pack]


@final
class Told:
    """All that some packs state.

    Args:
        packs: What is known.
        today: For what is stale.

    Attributes:
        names: Names of codes that the standard leaves to users, each with its mark.
    """

    def __init__(self, packs: Sequence[Pack], today: date) -> None:
        """Sort the rows by what they are about."""
        self.rows: list[Stated] = [(row, pack) for pack in packs for row in pack.rows]
        self._today = today
        self._shown: dict[tuple[int, int], Shown] = {}
        self._said: dict[int, bytes] = {}
        self._about: dict[str, list[Stated]] = {}
        self._checks: dict[str, list[tuple[Check, Pack]]] = {}
        for row, pack in self.rows:
            for thing in _things(row):
                self._about.setdefault(thing, []).append((row, pack))
            if isinstance(row, Check):
                self._checks.setdefault(row.about, []).append((row, pack))
        self.names = self._named()

    def shown(self, row: Fact, pack: Pack) -> Shown:
        """Return a fact with all that must stand beside it."""
        # A page asks for an agreement once for each state; rows and packs never change.
        at = (id(row), id(pack))
        if (known := self._shown.get(at)) is None:
            known = self._shown[at] = self._made(row, pack)
        return known

    def _made(self, row: Fact, pack: Pack) -> Shown:
        return shown(
            row,
            pack=pack.title,
            today=self._today,
            named=self.names,
            signed=not pack.unsigned,
            checks=self._counted(row, pack),
            disputed=[self._otherwise(row, *other) for other in self.others(row, pack)],
        )

    def others(self, row: Fact, pack: Pack) -> list[Stated]:
        """Return what other packs state of the same thing, and otherwise."""
        found: dict[int, Stated] = {}
        for thing in _things(row):
            for other, theirs in self._about[thing]:
                if theirs is not pack and self._says(other) != self._says(row):
                    pair = isinstance(row, Party) and isinstance(other, Party)
                    # Two stretches of time of one state say nothing against each other.
                    if not pair or other.key == row.key or overlap(other, row):
                        found[id(other)] = (other, theirs)
        return list(found.values())

    def _says(self, row: Fact) -> bytes:
        if (said := self._said.get(id(row))) is None:
            said = self._said[id(row)] = said_by(row)
        return said

    def beside(self, row: Fact, pack: Pack) -> list[Stated]:
        """Return what else is told beside a fact: other statements, checks, names of its state."""
        state = getattr(row, "state", "")
        names = [
            one for one in self.rows if isinstance(one[0], StateName) and one[0].state == state
        ]
        checks = self._checks.get(f"{table_of(row)}:{row.key}", ())
        return [*self.others(row, pack), *checks, *names]

    def refuted(self, row: Fact, pack: Pack) -> bool:
        """Tell whether the last who compared a fact with its source found that it does not hold."""
        checks = self._counted(row, pack)
        return bool(checks) and checks[-1].found == "does not hold"

    def disagreements(self) -> Iterator[tuple[str, list[Stated]]]:
        """Yield what several packs state in several ways, each with all of its rows."""
        seen: set[frozenset[int]] = set()
        for thing, several in self._about.items():
            odd = [one for one in several if self.others(*one)] if len(several) > 1 else []
            which = frozenset(id(row) for row, _ in odd)
            if odd and which not in seen:
                seen.add(which)
                yield thing, odd

    def _counted(self, row: Fact, pack: Pack) -> list[Check]:
        """Return the checks that count for a row, the latest last.

        Those of this desk count for the pack that they name, those of a publisher for its own
        packs alone. A check of what the row does not state any more counts no more.
        """
        found = []
        for check, theirs in self._checks.get(f"{table_of(row)}:{row.key}", ()):
            own = theirs.publisher in (DESK, pack.publisher)
            named = (check.pack or theirs.title) == pack.title
            same = check.said == digest(row) if check.said else check.on >= row.as_of.isoformat()
            if own and named and same:
                found.append(check)
        return sorted(found, key=lambda check: (check.on, check.key))

    def _mark(self, row: Fact, pack: Pack) -> str:
        checks = self._counted(row, pack)
        return mark_of(row, signed=not pack.unsigned, check=checks[-1] if checks else None)

    def _otherwise(self, row: Fact, other: Fact, pack: Pack) -> str:
        """Return what another pack states instead, with the mark of that."""
        mine, theirs = msgspec.to_builtins(row), msgspec.to_builtins(other)
        meta = ("key", "source", "as_of", "verified", "checked_by", "checked_on")
        said = [
            f"{name}: {as_words(theirs[name])}"
            for name in theirs
            if name not in meta and theirs[name] != mine.get(name)
        ]
        mark = self._mark(other, pack)
        return f"contradicted by {pack.title} ({', '.join(said)}{f'; {mark}' if mark else ''})"

    def _named(self) -> dict[str, str]:
        """Return a name for each code, with its mark; every name where packs disagree."""
        said: dict[str, dict[str, list[tuple[str, str]]]] = {}
        for row, pack in self.rows:
            if isinstance(row, StateName):
                by_name = said.setdefault(row.state, {})
                by_name.setdefault(row.name, []).append((self._mark(row, pack), pack.title))
        return {code: _all_of(by_name) for code, by_name in said.items()}


def digest(row: Fact) -> str:
    """Return the SHA-256 of what a row states, for a check of it."""
    return hashlib.sha256(said_by(row)).hexdigest()


def _all_of(by_name: dict[str, list[tuple[str, str]]]) -> str:
    told = []
    for name, sayers in by_name.items():
        mark, pack = min(sayers)
        who = f"as {pack} says" if len(by_name) > 1 else ""
        note = "; ".join(part for part in (who, mark) if part)
        told.append(f"{name} [{note}]" if note else name)
    return " / ".join(told)


def _things(row: Fact) -> list[str]:
    """Return the names of what a row is about: its key, and what it is a statement of."""
    table = table_of(row)
    about = about_of(row)
    own = [f"{table} of {' '.join(map(str, about))}"] if about else []
    return [f"{table}:{row.key}", *own]


def as_words(part: object) -> str:
    """Return a value as it is written in a sentence."""
    if isinstance(part, bool):
        return "yes" if part else "no"
    if isinstance(part, list):
        return ", ".join(map(str, part)) or "-"
    return "-" if part in (None, "") else str(part)
