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
from legation.safeguards.cases.attribution.rows import Row, before, folded, of_kind
from legation.safeguards.cases.attribution.state_link import CARRIES, Link, link, links
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
        agreed: Number of the entry by which the second person agreed.
        since: When that was written.
        links: Tests that link it to a state and carry it; empty where none is needed.
    """

    number: int
    body: Attributed
    author: str
    agreed: int
    agreed_by: str
    since: datetime
    links: tuple[Link, ...] = ()


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
    rows: Iterable[Row], *, withdrawn: Collection[int] = (), layer: Layer | None = None
) -> Standing:
    """Return the attribution in force: the latest that another person agreed to.

    Args:
        rows: Entries of the case.
        withdrawn: Numbers of entries that the case's own corrections took back.
        layer: Only of this layer; None: of any.
    """
    some = sorted((row for row in rows if row[0] not in withdrawn), key=lambda row: row[0])
    taken = {body.to for _, body in of_kind(some, Withdrawn)} | {*withdrawn}
    refused: list[Refused] = []
    for row in reversed(some):
        body = row[3]
        if not isinstance(body, Attributed) or layer not in (None, body.layer):
            continue
        found = _judged(some, row, taken)
        if isinstance(found, InForce):
            return Standing(in_force=found, why="", refused=tuple(refused))
        refused.append(Refused(number=row[0], why=found))
    why = refused[0].why if refused else NOBODY_PROPOSED
    return Standing(in_force=None, why=why, refused=tuple(refused))


def needs_link(body: Attributed) -> bool:
    """Tell whether an attribution needs a link to a state: one in law, to a state."""
    return body.layer == "legal" and body.party is not None and body.party not in organisations()


def carrying_links(rows: Iterable[Row], body: Attributed) -> tuple[Link, ...]:
    """Return the tests that link an attribution's state to what was done, met or disputed.

    Where it names an actor, a link of another actor carries nothing.
    """
    if body.party is None:
        return ()
    found = (
        link(one)
        for _, one in links(rows, body.party)
        if not one.actor or not body.actor or folded(one.actor) == folded(body.actor)
    )
    return tuple(one for one in found if one.result in CARRIES)


def is_another(one: str, other: str) -> bool:
    """Tell whether two authors are two people; who is not named is nobody."""
    left, right = folded(one), folded(other)
    return bool(left) and bool(right) and left != right


def _judged(rows: list[Row], proposal: Row, taken: Collection[int]) -> InForce | str:
    """Return the attribution that a proposal comes to, or why it comes to none."""
    number, author, _, body = proposal
    if not isinstance(body, Attributed) or number in taken:
        return WITHDRAWN
    why = WAITS
    for at, second, written, yes in rows:
        if not isinstance(yes, Agreed) or yes.to != number or at < number or at in taken:
            continue
        if not is_another(second, author):
            continue
        # The second person agrees to what is there; and a link that fell since carries nothing.
        why = _unset(before(rows, at), body) or _unlinked(rows, body)
        if not why:
            return InForce(
                number=number,
                body=body,
                author=author,
                agreed=at,
                agreed_by=second,
                since=written,
                links=carrying_links(rows, body) if needs_link(body) else (),
            )
    return why


def _unset(rows: list[Row], body: Attributed) -> str:
    weighed = of_kind(rows, Weighed)
    if not weighed:
        return NOTHING_WEIGHED
    items = {one.item for _, one in weighed}
    cells = {(one.item, one.hypothesis) for _, one in weighed}
    always = (one.key for one in columns(rows) if one.kind in STANDING)
    if any((item, key) not in cells for key in always for item in items):
        return UNWEIGHED
    return _unlinked(rows, body)


def _unlinked(rows: list[Row], body: Attributed) -> str:
    return NO_LINK if needs_link(body) and not carrying_links(rows, body) else ""


def _require_name(party: str | None, actor: str) -> None:
    if not party and not actor.strip():
        raise RecordError("it names nobody", place="party", hint="name a party, an actor, or both")
