"""Competing hypotheses: what was weighed against which, and what was not.

After Heuer, "Psychology of Intelligence Analysis" (1999), chapter 8. A false flag, somebody inside
and an error are hypotheses of every case: where nobody entered one, it stands as a row of its own,
to be weighed as the others are. A cell that nobody weighed says so. It is not a 0: a 0 is a
judgement, that an item neither fits nor speaks against.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases.attribution.rows import AT, Row, of_kind
from legation.safeguards.cases.bodies import (
    Body,
    Credibility,
    Key,
    Number,
    Party,
    Reliability,
    Short,
    Words,
)

Kind = Literal["state", "group", "insider", "false flag", "error", "other"]
Fit = Annotated[int, msgspec.Meta(ge=-2, le=2)]
FITS: Final[Mapping[int, str]] = {
    -2: "strongly inconsistent",
    -1: "inconsistent",
    0: "neither fits nor speaks against",
    1: "consistent",
    2: "strongly consistent",
}
NOT_WEIGHED: Final = "not weighed"
_STANDS: Final = "standing."
# Key and words of the rows that stand in every matrix.
STANDING: Final[Mapping[Kind, tuple[str, str]]] = {
    "false flag": ("standing.false-flag", "somebody else made it look so"),
    "insider": ("standing.insider", "somebody acted who was let in"),
    "error": ("standing.error", "what was seen is a fault or a misreading, and no act"),
}
NO_HYPOTHESIS: Final = "no hypothesis of this case has that key"
NO_ITEM: Final = "no fact of this case has that number"


class Hypothesis(Body, frozen=True, kw_only=True, tag="hypothesis"):
    """One answer to the question who did it; a later one of the same key takes its place."""

    key: Key
    kind: Kind
    says: Words
    party: Party | None = None
    actor: Short = ""

    def __post_init__(self) -> None:
        """Refuse the key of a row that stands in every matrix: it would hide that row."""
        if self.key.startswith(_STANDS):
            raise RecordError(
                f"{self.key!r} is the key of a row that stands in every matrix",
                place="key",
                hint="give it another key",
            )


class Weighed(Body, frozen=True, kw_only=True, tag="weighed"):
    """How one fact fits one hypothesis; a later one of the same two takes its place."""

    item: Number
    hypothesis: Key
    fit: Fit
    why: Words


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of the case, as it is weighed.

    Attributes:
        number: Of its entry.
        source: Who says so; facts of one source fall together.
    """

    number: int
    says: str
    source: str
    reliability: Reliability
    credibility: Credibility


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A hypothesis of the matrix.

    Attributes:
        entry: Its number; None: it stands in every matrix, and nobody entered one of its kind.
    """

    key: str
    kind: Kind
    says: str
    party: str | None = None
    actor: str = ""
    entry: int | None = None


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """How an item fits a hypothesis, and the entry that says so."""

    fit: int
    why: str
    entry: int


class MatrixLine(msgspec.Struct, frozen=True, kw_only=True):
    """An item with its cells, in the order of the columns; None: not weighed."""

    item: Item
    cells: tuple[Cell | None, ...]


class Stray(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that weighs what the case does not have."""

    place: str
    words: str


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """Items by hypotheses.

    Attributes:
        lines: Of items that were weighed against one hypothesis or more, by number.
        unweighed: Item and hypothesis of each cell that nobody weighed.
        aside: Numbers of facts that were weighed against no hypothesis.
        stray: Entries that weigh a fact or a hypothesis that is not there.
    """

    columns: tuple[Column, ...]
    lines: tuple[MatrixLine, ...]
    unweighed: tuple[tuple[int, str], ...]
    aside: tuple[int, ...]
    stray: tuple[Stray, ...]


def matrix(rows: Iterable[Row], items: Iterable[Item]) -> Matrix:
    """Return the matrix of a case.

    Args:
        rows: Entries of the case that stand.
        items: Its facts.
    """
    some = list(rows)
    facts = {one.number: one for one in items}
    weighed = of_kind(some, Weighed)
    across = columns(some)
    keys = {one.key for one in across}
    stray = tuple(_strays(weighed, facts, keys))
    cells: dict[int, dict[str, Cell]] = {}
    for number, one in weighed:
        if one.item in facts and one.hypothesis in keys:
            cell = Cell(fit=one.fit, why=one.why, entry=number)
            cells.setdefault(one.item, {})[one.hypothesis] = cell
    lines = tuple(
        MatrixLine(item=facts[item], cells=tuple(cells[item].get(one.key) for one in across))
        for item in sorted(cells)
    )
    return Matrix(
        columns=across,
        lines=lines,
        unweighed=tuple(_unweighed(across, lines)),
        aside=tuple(sorted(facts.keys() - cells.keys())),
        stray=stray,
    )


def columns(rows: Iterable[Row]) -> tuple[Column, ...]:
    """Return the hypotheses of a case, those that stand in every matrix last."""
    some = list(rows)
    used = {one.hypothesis for _, one in of_kind(some, Weighed)}
    told = {
        one.key: Column(
            key=one.key,
            kind=one.kind,
            says=one.says,
            party=one.party,
            actor=one.actor,
            entry=number,
        )
        for number, one in of_kind(some, Hypothesis)
    }
    kinds = {one.kind for one in told.values()}
    # A standing row that was weighed stays, so that nothing weighed is lost to a later entry.
    standing = (
        Column(key=key, kind=kind, says=says)
        for kind, (key, says) in STANDING.items()
        if kind not in kinds or key in used
    )
    return (*told.values(), *standing)


def require_whole(told: Matrix) -> None:
    """Require that each entry weighs a fact and a hypothesis of the case.

    Raises:
        RecordError: One does not; it must not be written.
    """
    for one in told.stray:
        raise RecordError(
            one.words, place=one.place, hint="weigh a fact and a hypothesis that the case has"
        )


def _strays(
    weighed: list[tuple[int, Weighed]], facts: Mapping[int, Item], keys: set[str]
) -> Iterable[Stray]:
    for number, one in weighed:
        if one.item not in facts:
            yield Stray(place=f"{AT % number}: item", words=NO_ITEM)
        if one.hypothesis not in keys:
            yield Stray(place=f"{AT % number}: hypothesis", words=NO_HYPOTHESIS)


def _unweighed(
    columns: tuple[Column, ...], lines: tuple[MatrixLine, ...]
) -> Iterable[tuple[int, str]]:
    for line in lines:
        for column, cell in zip(columns, line.cells, strict=True):
            if cell is None:
                yield line.item.number, column.key
