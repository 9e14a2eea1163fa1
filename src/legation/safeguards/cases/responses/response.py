"""What a response declares of itself, and the reasons by which it is refused.

A response is one file. It says what it is, who may use it, what law it needs, what it costs, what
it is known to bring about, how high it stands, and its own rules. A rule is a pure function: a
situation in, reasons out. What several responses share is asked in `floor`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from legation.rights.roles import Role
from legation.safeguards.cases.bodies import Confidence, Likelihood
from legation.safeguards.cases.responses.law import Article
from legation.safeguards.cases.responses.situation import Situation, Status

# "refused": law or a rule says no; "needs": it opens once this is there; "later": it stays owed
# once the step is taken; "note": what whoever decides has to know.
Kind = Literal["refused", "needs", "later", "note"]
Cost = Literal["low", "moderate", "high"]
COSTS: Final[dict[Cost, str]] = {
    "low": "hours of one desk",
    "moderate": "days of several offices",
    "high": "weeks of several offices, and a strain on relations",
}
# "may": whoever chooses it says whether it does.
Touches = Literal["always", "may", "never"]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a response is not open, or what goes with it.

    Attributes:
        kind: What it does.
        words: The reason, the same words each time.
        named: What it is about in this case, such as the threshold; empty: nothing.
        by: Where it stands.
    """

    kind: Kind
    words: str
    named: str = ""
    by: Article


Rule = Callable[[Situation], Iterator[Reason]]


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """The law that a response rests on, and what it asks."""

    by: Article
    words: str


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What a response is known to bring about.

    Attributes:
        words: What is known; where nobody measured it, these say so.
        source: Where that is from.
        measured: Whether anybody measured it.
    """

    words: str
    source: str
    measured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer.

    Attributes:
        key: Its name.
        title: Its title.
        what: What it is, in one or two sentences.
        roles: Who at the desk may use it.
        legal: The law that it rests on.
        cost: What it takes.
        effect: What it is known to bring about.
        rung: Where it stands on the ladder; None: beside it.
        touches: Whether it touches persons.
        two_persons: Whether two persons must sign it.
        room_built: Whether the room that sends it is there; if not, it is prepared as a document
            and a draft in the outbox.
        exits: The moves that stand beside it.
        rules: Its own rules.
        addressed: Whether it is given to a state or an organisation that must be named.
        kinds: To what an attribution must be for it; empty: it needs none.
        layers: In which senses the attribution can be meant; empty: in any.
        least: How likely the attribution must be, unless the policy asks for more or less.
        floor: Below which no policy may go; None: a policy is free.
        confidence: How much the estimate must be leaned on, unless the policy says otherwise.
        status: How far the case must be.
        needs_law: Whether it needs a domestic law that the policy or the case names.
        finds_source: Whether it could look for a source that the law guards, strike it, or show
            who it is. Then it is refused where it touches persons, whatever its rights test says;
            any other answer needs a test by which that source is not concerned.
        stops: Whether it must end when the other state complies.
        open: Whether it is open where a policy does not speak of it.
        deadline: Whether it sets one.
    """

    key: str
    title: str
    what: str
    roles: tuple[Role, ...]
    legal: tuple[Need, ...]
    cost: Cost
    effect: Effect
    rung: int | None
    touches: Touches
    two_persons: bool = False
    room_built: bool = False
    exits: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    addressed: bool = False
    kinds: tuple[Literal["state", "group"], ...] = ()
    layers: tuple[Literal["technical", "operational", "legal", "political"], ...] = ()
    least: Likelihood | None = None
    floor: Likelihood | None = None
    confidence: Confidence | None = None
    status: Status = "reported"
    needs_law: bool = False
    finds_source: bool = False
    stops: bool = False
    open: bool = True
    deadline: bool = False


def refused(words: str, by: Article, named: str = "") -> Reason:
    """Return that law or a rule says no."""
    return Reason(kind="refused", words=words, by=by, named=named)


def needs(words: str, by: Article, named: str = "") -> Reason:
    """Return what is missing still."""
    return Reason(kind="needs", words=words, by=by, named=named)


def later(words: str, by: Article, named: str = "") -> Reason:
    """Return what stays owed once the step is taken."""
    return Reason(kind="later", words=words, by=by, named=named)


def note(words: str, by: Article, named: str = "") -> Reason:
    """Return what whoever decides has to know."""
    return Reason(kind="note", words=words, by=by, named=named)
