"""The one way in which a fact is shown: with the mark that says how far it was checked.

No door reads a row itself. It asks here, and what it gets carries the mark in its sentence, its
fields and its JSON; a test of the release goes through every door and fails where one is missing.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from legation.knowledge.facts import Check, Fact, Party, Verified
from legation.knowledge.holding import AHEAD, latest
from legation.knowledge.states import state_name
from legation.knowledge.tables import table_of

STALE: Final = timedelta(days=180)
MARKS: Final[Mapping[Verified, str]] = {
    "verified-excerpt": "",
    "verified-excerpt-press": "named in the press, not checked with the depositary",
    "verified-excerpt-signature-only": "signature seen; the rest from memory, not checked",
    "verified-excerpt-ratification-only": "ratification seen; the rest from memory, not checked",
    "from-memory": "from memory, not checked",
}
UNSIGNED: Final = "from a pack that nobody signed"
ANECDOTE: Final = "an anecdote: nobody knows that it was said"
# How much of who takes part is listed; a bare "none" would say that nobody does.
_LISTED: Final = {
    "complete": "the whole list here",
    "incomplete": "a list with gaps here",
    "none": "no list here",
}
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
        stale: Whether it may have changed since its day, and that is longer ago than 180 days.
        unchecked: Whether the mark says more than that other packs state something else.
        checks: Who compared it with its source, when, and what they found; the latest last.
        disputed: What other packs state instead; stands in the mark too.
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
    unchecked: bool
    checks: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()

    def note(self) -> str:
        """Return what stands beside the fact: its day, whether it is stale, mark and checks."""
        return self._note(self.mark)

    def note_of_its_own(self) -> str:
        """Return the same without what other packs state, for where that stands anyway."""
        own = self.mark.removesuffix("; ".join(self.disputed)).removesuffix("; ")
        return self._note(own)

    def _note(self, mark: str) -> str:
        parts = (f"as of {self.as_of}", "stale" if self.stale else "", mark, *self.checks)
        return "; ".join(part for part in parts if part)

    def line(self) -> str:
        """Return the fact as one line, with all that must stand beside it."""
        said = as_text(self.fields)
        where = f"({self.source}; stated by {self.pack})"
        return f"{self.table} {self.key}: {said} [{self.note()}] {where}"


def as_text(fields: Mapping[str, Any]) -> str:
    """Return what a fact states, part by part."""
    return ", ".join(
        f"{name}: {_LISTED[part] if name == 'parties' and part in _LISTED else _plain(part)}"
        for name, part in fields.items()
    )


def mark_of(
    fact: Fact,
    *,
    signed: bool = True,
    check: Check | None = None,
    disputed: Sequence[str] = (),
) -> str:
    """Return what must stand beside a fact whoever shows it.

    Args:
        fact: Of any table.
        signed: Whether its pack is, or came with the program.
        check: The latest of those that count: when it holds, the fact is unchecked no more.
        disputed: What other packs state instead.
    """
    by, on = getattr(fact, "checked_by", ""), getattr(fact, "checked_on", "")
    # What was found not to hold was checked: that stands in place of how far its pack was.
    lifted = (by and on) if check is None else check.found != "cannot tell"
    parts = (
        "" if lifted else MARKS[fact.verified],
        f"does not hold, as {check.by} found" if check and check.found == "does not hold" else "",
        ANECDOTE if getattr(fact, "anecdote", False) else "",
        "" if signed else UNSIGNED,
        *disputed,
    )
    return "; ".join(part for part in parts if part)


def shown(
    fact: Fact,
    *,
    pack: str,
    today: date,
    named: Mapping[str, str] | None = None,
    signed: bool = True,
    checks: Sequence[Check] = (),
    disputed: Sequence[str] = (),
) -> Shown:
    """Return a fact as a door may show it.

    Args:
        fact: Of any table.
        pack: Publisher and name of its pack.
        today: For what is stale.
        named: Names for codes that the standard leaves to users.
        signed: Whether its pack is, or came with the program.
        checks: Those that count for it, the latest last.
        disputed: What other packs state instead.
    """
    fields = {
        name: part
        for name, part in msgspec.to_builtins(fact).items()
        if name not in _META and part not in (None, "", (), [], False)
    }
    if "state" in fields and "name" not in fields:
        fields["name"] = state_name(fields["state"], named)
    told = [f"checked by {one.by} on {one.on}: {one.found} ({one.source})" for one in checks]
    by, on = getattr(fact, "checked_by", ""), getattr(fact, "checked_on", "")
    if by and on:
        told.insert(0, f"checked by {by} on {on}: holds")
    last = checks[-1] if checks else None
    return Shown(
        table=table_of(fact),
        key=fact.key,
        pack=pack,
        fields=fields,
        source=fact.source,
        as_of=fact.as_of,
        verified=fact.verified,
        mark=mark_of(fact, signed=signed, check=last, disputed=disputed),
        stale=grows_stale(fact, today) and is_stale(_known_on(fact, last), today),
        unchecked=bool(mark_of(fact, signed=signed, check=last)),
        checks=tuple(told),
        disputed=tuple(disputed),
    )


def grows_stale(fact: Fact, today: date) -> bool:
    """Tell whether what a fact states may have changed since its day.

    What was written, decided or done on a day stays so: rules and norms by number, works,
    quotations, corrections, trials, controls of an edition, and who has left an agreement. What
    is in force, who takes part, which law stands and what a state holds may change.
    """
    if isinstance(fact, Party) and fact.withdrawn and latest(fact.withdrawn) <= today.isoformat():
        return False
    return fact.ages == "standing"


def is_stale(as_of: date, today: date) -> bool:
    """Tell whether a day is longer ago than a fact may be old; one to come speaks for nothing."""
    return today - as_of > STALE or as_of > today + AHEAD


def _known_on(fact: Fact, check: Check | None) -> date:
    """Return the last day on which somebody saw that it holds."""
    holds = check is not None and check.found == "holds"
    return max(fact.as_of, date.fromisoformat(check.on)) if check and holds else fact.as_of


def _plain(part: Any) -> str:
    if isinstance(part, list | tuple):
        return ", ".join(map(str, part))
    return "yes" if part is True else str(part)
