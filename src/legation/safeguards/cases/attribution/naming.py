"""Who is named: what others claim, what this desk proposes, and what two of it agree on.

To name who did it is the step that others build on, and it cannot be taken back in the world. So
one person proposes, another agrees, and until then nothing is attributed. What others say is kept
apart: a claim is a fact about who says it. All is worded one way, "attributed to X by Y on DATE",
and no field lets it be said otherwise. In law, nobody's act is a state's without a link, so
an attribution in law to a state needs a test that is met, or whose answers are disputed.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Final

import msgspec

from legation.errors import RecordError
from legation.knowledge.organisations import organisations
from legation.safeguards.cases.attribution.layers import Layer
from legation.safeguards.cases.attribution.matrix import STANDING, Weighed, columns
from legation.safeguards.cases.attribution.rows import Row, before, folded, of_kind, then
from legation.safeguards.cases.attribution.state_link import CARRIES, Link, Linked, link, links
from legation.safeguards.cases.bodies import (
    Body,
    Confidence,
    Likelihood,
    Line,
    Number,
    On,
    Party,
    Short,
    Words,
)

# Filled with a name, who says so, and the day.
WORDING: Final = "attributed to %s by %s on %s"
NOBODY_PROPOSED: Final = "nobody has proposed an attribution"
WAITS: Final = "it waits for a second person"
WITHDRAWN: Final = "it was withdrawn"
REPLACED: Final = "another took its place since: it is agreed to anew, or another is proposed"
NOTHING_WEIGHED: Final = "no evidence was weighed against the hypotheses"
UNWEIGHED: Final = "false flag, insider and error were not weighed against every item"
NO_LINK: Final = (
    "an attribution in law to a state needs a link to the state whose test is met or disputed"
)


class Claimed(Body, frozen=True, kw_only=True, tag="claimed"):
    """An attribution by others: a fact about who says it, and not this desk's own.

    Attributes:
        by: Who says so: a party's code, or words.
        on: When they said it.
        how: In which form, such as a statement, an indictment, a listing.
    """

    party: Party | None = None
    actor: Short = ""
    by: Line
    on: On
    how: Words
    source: Line

    def __post_init__(self) -> None:
        """Refuse a claim that names nobody."""
        _require_name(self.party, self.actor)


class Attributed(Body, frozen=True, kw_only=True, tag="attributed"):
    """A proposal of this desk; it holds once another person agrees.

    Attributes:
        layer: In which sense it is meant; only that in law can carry a countermeasure.
        by: In whose name it is said.
        on: The day from which it is said.
        rests_on: Numbers of the layers and other entries that it rests on.
    """

    layer: Layer
    party: Party | None = None
    actor: Short = ""
    likelihood: Likelihood
    confidence: Confidence
    by: Line
    on: On
    rests_on: Annotated[tuple[Number, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        """Refuse a proposal that names nobody."""
        _require_name(self.party, self.actor)


class Agreed(Body, frozen=True, kw_only=True, tag="agreed"):
    """Another person's yes to a proposal, and why."""

    to: Number
    words: Words


class Withdrawn(Body, frozen=True, kw_only=True, tag="attribution-withdrawn"):
    """A proposal, or a yes to one, taken back; one person is enough to say less."""

    to: Number
    words: Words


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """An attribution that two people stand for.

    Attributes:
        number: Of the proposal.
        agreed: Number of the entry by which the second person agreed; the last, if several did.
        since: When that was written.
        links: Tests that link it to a state and carry it, each by the weaker of what it came to
            when the second person agreed and what it comes to now; empty where none is needed.
        relinked: Entries that stated the link anew, or took it back, after they agreed.
    """

    number: int
    body: Attributed
    author: str
    agreed: int
    agreed_by: str
    since: datetime
    links: tuple[Link, ...] = ()
    relinked: tuple[int, ...] = ()


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal that does not hold, and why."""

    number: int
    why: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The attribution in force, if there is one.

    Attributes:
        why: Why there is none; empty when there is one.
        refused: All proposals that do not hold, the latest first.
    """

    in_force: InForce | None
    why: str
    refused: tuple[Refused, ...]


def wording(named: Attributed | Claimed, names: Mapping[str, str] | None = None) -> str:
    """Return the one sentence in which an attribution, or a claim of one, is told.

    Args:
        named: It.
        names: Of parties by code, where the code is not to stand for them.
    """
    told = names or {}
    party = told.get(named.party, named.party) if named.party else ""
    name = ", ".join(one for one in (party, named.actor) if one)
    return WORDING % (name, told.get(named.by, named.by), named.on)


def standing_attribution(
    rows: Iterable[Row], *, gone: Mapping[int, int] | None = None, layer: Layer | None = None
) -> Standing:
    """Return the attribution in force: the latest that another person agreed to.

    Two set an attribution in the place of another, so one person who takes it back leaves none:
    the other is agreed to anew.

    Args:
        rows: Entries of the case, also those taken back.
        gone: What was taken back, each with the number of the entry that did it.
        layer: Only of this layer; None: of any.
    """
    some = _Rows(rows, gone or {})
    refused: list[Refused] = []
    ended: list[tuple[int, Attributed]] = []
    for row in reversed(some.every):
        number, _, _, body = row
        if not isinstance(body, Attributed) or layer not in (None, body.layer):
            continue
        found = _judged(some, row)
        set_at = _set_at(some, row)
        if any(set_at < at and _replaces(one, body) for at, one in ended):
            found = REPLACED if isinstance(found, InForce) else found
        if isinstance(found, InForce):
            return Standing(in_force=found, why="", refused=tuple(refused))
        refused.append(Refused(number=number, why=found))
        if set_at:
            ended.append((set_at, body))
    why = refused[0].why if refused else NOBODY_PROPOSED
    return Standing(in_force=None, why=why, refused=tuple(refused))


def needs_link(body: Attributed) -> bool:
    """Tell whether an attribution needs a link to a state: one in law, to a state."""
    return body.layer == "legal" and body.party is not None and body.party not in organisations()


def carrying_links(
    rows: Iterable[Row], body: Attributed, gone: Collection[int] = ()
) -> tuple[Link, ...]:
    """Return the tests that link an attribution's state to what was done, met or disputed.

    Where it names an actor, a link of another actor carries nothing.

    Args:
        rows: Entries that hold.
        body: The attribution.
        gone: Numbers of entries that were taken back: what rests on them counts as unknown.
    """
    return tuple(_carrying(rows, body, gone).values())


def is_another(one: str, other: str) -> bool:
    """Tell whether two authors are two people; who is not named is nobody."""
    left, right = folded(one), folded(other)
    return bool(left) and bool(right) and left != right


class _Rows:
    """The entries of a case as they hold, and as they held."""

    def __init__(self, rows: Iterable[Row], gone: Mapping[int, int]) -> None:
        self.every = sorted(rows, key=lambda row: row[0])
        self.gone = gone
        self.held = [row for row in self.every if row[0] not in gone]
        # Also by a withdrawal that was withdrawn: one person says less, two say more.
        self.taken = {body.to for _, body in of_kind(self.every, Withdrawn)} | {*gone}

    def yeses(self, proposal: Row) -> list[Row]:
        """Return what another person said yes to a proposal by, the last at the front."""
        number, author, _, _ = proposal
        return [
            row
            for row in reversed(self.every)
            if isinstance(row[3], Agreed)
            and row[3].to == number < row[0]
            and is_another(row[1], author)
        ]

    def then(self, number: int) -> tuple[list[Row], frozenset[int]]:
        """Return the entries that held when one was written, and what was taken back by then."""
        fell = frozenset(one for one, at in self.gone.items() if at < number)
        return then(self.every, number, self.gone), fell


def _judged(some: _Rows, proposal: Row) -> InForce | str:
    """Return the attribution that a proposal comes to, or why it comes to none."""
    number, author, _, body = proposal
    if not isinstance(body, Attributed) or number in some.taken:
        return WITHDRAWN
    told = ""
    counted: list[int] = []
    for at, second, written, _ in some.yeses(proposal):
        # To take a later yes back must not give an earlier one more than both had before them.
        counted.append(at)
        if at in some.taken:
            continue
        links = _agreed_links(some, body, counted) if needs_link(body) else ()
        # The second person agrees to what is there; and a link that fell since carries nothing.
        why = _unweighed(before(some.held, at), some.gone)
        if not why and needs_link(body) and not links:
            why = NO_LINK
        told = told or why
        if not why:
            return InForce(
                number=number,
                body=body,
                author=author,
                agreed=at,
                agreed_by=second,
                since=written,
                links=links,
                relinked=_relinked(some, body, at) if needs_link(body) else (),
            )
    return told or WAITS


def _set_at(some: _Rows, proposal: Row) -> int:
    """Return the entry by which two had set a proposal last, whatever came since; 0: never."""
    body = proposal[3]
    if not isinstance(body, Attributed):
        return 0
    for at, *_ in some.yeses(proposal):
        rows, fell = some.then(at)
        linked = not needs_link(body) or carrying_links(rows, body, fell)
        if linked and not _unweighed(rows, fell):
            return at
    return 0


def _replaces(later: Attributed, earlier: Attributed) -> bool:
    """Tell whether one takes the place of another: of the same layer, or of somebody else."""
    return later.layer == earlier.layer or _who(later) != _who(earlier)


def _who(body: Attributed) -> str:
    return body.party or folded(body.actor)


def _unweighed(rows: Iterable[Row], gone: Collection[int]) -> str:
    some = list(rows)
    weighed = [one for _, one in of_kind(some, Weighed) if one.item not in gone]
    if not weighed:
        return NOTHING_WEIGHED
    items = {one.item for one in weighed}
    cells = {(one.item, one.hypothesis) for one in weighed}
    always = (one.key for one in columns(some) if one.kind in STANDING)
    return UNWEIGHED if any((item, key) not in cells for key in always for item in items) else ""


def _carrying(
    rows: Iterable[Row], body: Attributed, gone: Collection[int]
) -> dict[tuple[str, str], Link]:
    if body.party is None:
        return {}
    found = {
        (one.test, one.actor): link(one, gone)
        for _, one in links(rows, body.party)
        if _concerns(one, body)
    }
    return {key: one for key, one in found.items() if one.result in CARRIES}


def _agreed_links(some: _Rows, body: Attributed, yeses: Iterable[int]) -> tuple[Link, ...]:
    """Return what carries an attribution now and did at each yes, by the weakest of these."""
    found = _carrying(some.held, body, some.gone)
    for at in yeses:
        rows, fell = some.then(at)
        agreed = _carrying(rows, body, fell)
        found = {
            key: agreed[key] if agreed[key].result == "disputed" else one
            for key, one in found.items()
            if key in agreed
        }
    return tuple(found.values())


def _relinked(some: _Rows, body: Attributed, at: int) -> tuple[int, ...]:
    stated = (
        max(number, some.gone.get(number, 0))
        for number, one in of_kind(some.every, Linked)
        if one.party == body.party and _concerns(one, body)
    )
    return tuple(sorted({number for number in stated if number > at}))


def _concerns(one: Linked, body: Attributed) -> bool:
    return not one.actor or not body.actor or folded(one.actor) == folded(body.actor)


def _require_name(party: str | None, actor: str) -> None:
    if not party and not actor.strip():
        raise RecordError("it names nobody", place="party", hint="name a party, an actor, or both")
