"""The one way in which a fact is shown: with the mark that says how far it was checked.

No door reads a row itself. It asks here, and what it gets carries the mark in its sentence, its
fields and its JSON; a test of the release goes through every door and fails where one is missing.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from legation.knowledge.facts import Fact, Verified, table_of
from legation.knowledge.states import state_name

STALE: Final = timedelta(days=180)
MARKS: Final[Mapping[Verified, str]] = {
    "verified-excerpt": "",
    "verified-excerpt-press": "named in the press, not checked with the depositary",
    "verified-excerpt-signature-only": "signature seen; the rest from memory, not checked",
    "verified-excerpt-ratification-only": "ratification seen; the rest from memory, not checked",
    "from-memory": "from memory, not checked",
}
ANECDOTE: Final = "an anecdote: nobody knows that it was said"
_META: Final = ("key", "source", "as_of", "verified")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as a door may show it.

    Attributes:
        table: Its table.
        key: Its key there.
        pack: Publisher and name of its pack.
        fields: What it states, by name; what it does not say is absent.
        source: Where it is from.
        as_of: Day that the source speaks for.
        verified: How far it was checked, in the word of the data.
        mark: What must stand beside it; empty when the source itself was seen.
        stale: Whether its day is longer ago than 180 days.
    """

    table: str
    key: str
    pack: str
    fields: dict[str, Any]
    source: str
    as_of: date
    verified: Verified
    mark: str
    stale: bool

    def note(self) -> str:
        """Return what stands beside the fact: its day, its mark, and whether it is stale."""
        parts = (f"as of {self.as_of}", "stale" if self.stale else "", self.mark)
        return "; ".join(part for part in parts if part)

    def line(self) -> str:
        """Return the fact as one line, with all that must stand beside it."""
        said = ", ".join(f"{name}: {_plain(part)}" for name, part in self.fields.items())
        return f"{self.table} {self.key}: {said} [{self.note()}] ({self.source})"


def mark_of(fact: Fact) -> str:
    """Return what must stand beside a fact whoever shows it."""
    parts = (MARKS[fact.verified], ANECDOTE if getattr(fact, "anecdote", False) else "")
    return "; ".join(part for part in parts if part)


def shown(fact: Fact, *, pack: str, today: date, named: Mapping[str, str] | None = None) -> Shown:
    """Return a fact as a door may show it.

    Args:
        fact: Of any table.
        pack: Publisher and name of its pack.
        today: For what is stale.
        named: Names for codes that the standard leaves to users.
    """
    fields = {
        name: part
        for name, part in msgspec.to_builtins(fact).items()
        if name not in _META and part not in (None, "", (), [], False)
    }
    if "state" in fields and "name" not in fields:
        fields["name"] = state_name(fields["state"], named)
    return Shown(
        table=table_of(fact),
        key=fact.key,
        pack=pack,
        fields=fields,
        source=fact.source,
        as_of=fact.as_of,
        verified=fact.verified,
        mark=mark_of(fact),
        stale=is_stale(fact.as_of, today),
    )


def is_stale(as_of: date, today: date) -> bool:
    """Tell whether a day is longer ago than a fact may be old."""
    return today - as_of > STALE


def _plain(part: Any) -> str:
    if isinstance(part, list | tuple):
        return ", ".join(map(str, part))
    return "yes" if part is True else str(part)
