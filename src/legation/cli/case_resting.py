"""What rested on an entry that is taken back, told by `legation case withdraw`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from legation.cli.case_doors import cited, seen
from legation.cli.doors import Doors
from legation.cli.words import table, tell

if TYPE_CHECKING:
    from legation.app.cases.resting import Falls
    from legation.app.cases.sheets import EntryLine


@dataclass(frozen=True, kw_only=True)
class Rested:
    """What rests on an entry, and what falls with it."""

    entry: int
    lines: "tuple[tuple[EntryLine, tuple[int, ...]], ...]"
    falls: "Falls"


def resting(doors: Doors, home: Path | None, case: str, entry: int, *, actor: str) -> Rested:
    """Return what rests on an entry, before it is taken back."""
    from legation.app.cases.resting import falls_with, resting_on
    from legation.app.cases.sheets import entry_line

    with seen(doors, home, case, actor=actor) as found:
        return Rested(
            entry=entry,
            lines=tuple(
                (entry_line(found.case, one.entry, found.names), one.by)
                for one in resting_on(found.case, entry)
            ),
            falls=falls_with(found.case, found.book, entry),
        )


def say_resting(rested: Rested) -> None:
    """Say what rested on an entry and stays without it, and what does not hold any more."""
    if rested.lines:
        tell(
            f"These entries rested on entry {rested.entry}; they stay, and lose what they rest on:"
        )
        rows = [
            (str(one.corrects or one.number), one.kind, cited(by), one.says)
            for one, by in rested.lines
        ]
        tell(table(("entry", "kind", "rests on", "says"), rows))
    if rested.falls.attribution:
        tell(f"The attribution of entry {rested.falls.attribution} is not in force any more.")
    for one in rested.falls.norms:
        tell(f"{one.name}: {one.before} before, now {one.after}")
