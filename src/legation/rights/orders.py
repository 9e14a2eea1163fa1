"""Monitoring orders: what may be watched, why, with which effect on expression, until when.

An order states its aim and legal basis as the five-part test does, the effect on expression, and
a last day, after which it holds no longer. One that is aimed at domestic political speech,
protest, journalists or opposition is refused: by the class that whoever orders must declare, and
by the words of each of its parts. One of which the rules cannot tell, because they do not know its
language, it names no hostile conduct, or a word of it could name somebody, is in doubt: it does
not hold before a second person, of the legal role, has read it and agreed. No setting or policy
has a part in it; there is nothing here that could be handed one.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, Protocol, get_args

import msgspec

from legation.errors import DeniedError, UsageError
from legation.rights.aims import Found, names_conduct, names_one, names_people, refused_words
from legation.rights.intrusion import MOST_LETTERS, Intrusion, require_actor, require_statement
from legation.rights.lettering import disguises
from legation.rights.plainness import (
    all_plain,
    almost_listed,
    names_groups,
    names_hostile,
    names_nobody,
    points_outside,
)
from legation.rights.wording import LEAST_WORDS, length, understood

Threat = Literal["T1", "T2", "T3", "T4", "T5", "T6"]
Target = Literal[
    "accounts-acting-together",
    "impersonation",
    "lures",
    "attack-infrastructure",
    "leaked-papers",
    "domestic-political-speech",
    "protest",
    "journalists",
    "opposition",
]
TARGETS: Final[tuple[Target, ...]] = get_args(Target)
REFUSED: Final[frozenset[Target]] = frozenset(
    {"domestic-political-speech", "protest", "journalists", "opposition"}
)
MOST_DAYS: Final = 90
_THREATS: Final = get_args(Threat)
# A part that is longer is refused as it is filled in; see `require_statement`.
_READ: Final = 2 * MOST_LETTERS
_HANDLE: Final = re.compile(r"(?<!\w)@\w|\w@\w")
_REWORD: Final = (
    "an order is about what accounts, domains or programs do together, not about what people "
    'think: such as "accounts that post one text about the treaty within seconds"; say under '
    "expression and safeguards whom it spares"
)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to order, as it was stated.

    Attributes:
        threat: T1 to T6.
        target: Class of what is watched, from the closed list.
        watched: Terms, accounts or channels, in words; accounts by their pseudonyms.
        expression: The effect on expression, and what limits it.
        legality: Legal basis.
        aim: What it is for.
        necessity: Why nothing less intrusive would do.
        proportionality: Why the gain outweighs the interference.
        safeguards: What limits it.
        actor: Who orders.
        ends: Last day on which it holds, as 2026-03-31.
    """

    threat: str
    target: str
    watched: str
    expression: str
    legality: str
    aim: str
    necessity: str
    proportionality: str
    safeguards: str
    actor: str
    ends: str


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why an order is refused, without a word of what was stated.

    Attributes:
        rule: `target`: the declared class; `disguise`: words are hidden; `words`: those of a part;
            `conduct`: people are named, and nothing that is done; `name`: a person is named whose
            name is held sealed or was erased.
        targets: The refused classes that are met.
        words: Entries of the list that were found.
        disguises: In which ways words are hidden.
        parts: The parts of the order in which it was seen.
    """

    rule: Literal["target", "disguise", "words", "conduct", "name"]
    targets: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    disguises: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    def error(self) -> DeniedError:
        """Return the error that names the rule, and says how such an order can be worded."""
        listed_parts, hint = ", ".join(self.parts), _REWORD
        listed_targets, listed_ways = ", ".join(self.targets), ", ".join(self.disguises)
        told_target = next(iter(self.targets), "")
        match self.rule:
            case "target":
                said = f"aimed at {told_target}, at which no order may be aimed"
            case "disguise":
                said = f"its words are hidden by {listed_ways}, in {listed_parts}"
                hint = "write each word plainly, in the letters of its language"
            case "words":
                words = ", ".join(self.words)
                said = f"its words point to {listed_targets}: {words} (in {listed_parts})"
            case "name":
                said = (
                    f"it names a person whose name is held sealed or was erased, in {listed_parts}"
                )
                hint = "an order is never deleted: name what is done, and nobody"
            case "conduct":
                said = (
                    "its aim and target name people, and nothing that accounts, domains or "
                    "programs do"
                )
        return DeniedError(f"the order is refused (rule {self.rule}): {said}", hint=hint)


Doubt = Literal[
    "language",
    "short",
    "vague",
    "unknown",
    "person",
    "outside",
    "almost",
    "foreign",
    "imitated",
    "spared",
]
# What cannot be told, for whoever reads the order.
DOUBTS: Final[Mapping[Doubt, str]] = {
    "language": "a part is in a language or script that the rules do not know",
    "short": "aim and target say too little",
    "vague": "aim and target name no hostile conduct of the list that lets an order hold at once",
    "unknown": "it holds a word that could name somebody, a group or a place",
    "person": "it could be aimed at a single person, a group, or people by their calling",
    "outside": "it points to accounts that somebody picked, or to a list outside of the order",
    "almost": "a word is almost one of those refused, or one of them written backwards",
    "foreign": "a word of it is one of those refused, in another language than the text",
    "imitated": "it names people whom no order may be aimed at, as if they were imitated",
    "spared": "it names people whom no order may be aimed at, as if they were spared",
}


class Worded(Protocol):
    """What has the words of an order: a draft, or an order that is kept."""

    @property
    def target(self) -> str:
        """Its class."""

    @property
    def watched(self) -> str:
        """What is watched."""

    @property
    def expression(self) -> str:
        """The effect on expression."""

    @property
    def legality(self) -> str:
        """Legal basis."""

    @property
    def aim(self) -> str:
        """What it is for."""

    @property
    def necessity(self) -> str:
        """Why nothing less would do."""

    @property
    def proportionality(self) -> str:
        """Why the gain outweighs the interference."""

    @property
    def safeguards(self) -> str:
        """What limits it."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order that was given; see `Draft` for its words.

    Attributes:
        order_id: Its own name.
        test: The five-part test, aim and legal basis among it.
        ordered: When, aware.
    """

    order_id: str
    threat: Threat
    target: Target
    watched: str
    expression: str
    test: Intrusion
    actor: str
    ordered: datetime
    ends: date

    def holds(self, now: datetime) -> bool:
        """Tell whether it holds still; after its last day it does not, by itself."""
        return now.astimezone(UTC).date() <= self.ends


def refusal_of(order: Worded) -> Refusal | None:
    """Return why an order may not be given; None where that cannot be said.

    It is asked before all else, so that an order that is badly filled in is refused too. All of
    its text is read. Aim and target may name none of those whom no order may be aimed at; the
    other parts may where they say that these are spared, or who may complain.
    """
    if order.target in REFUSED:
        return Refusal(rule="target", targets=(order.target,))
    texts = _texts(order)
    hidden = {name: disguises(text) for name, text in texts.items()}
    if any(hidden.values()):
        ways = dict.fromkeys(way for ways in hidden.values() for way in ways)
        parts = tuple(name for name, some in hidden.items() if some)
        return Refusal(rule="disguise", disguises=tuple(ways), parts=parts)
    met = {
        name: [one for one in _met(name, text) if not one.turned] for name, text in texts.items()
    }
    if any(met.values()):
        found = [one for some in met.values() for one in some]
        return Refusal(
            rule="words",
            targets=tuple(dict.fromkeys(one.target for one in found)),
            words=tuple(dict.fromkeys(one.word for one in found)),
            parts=tuple(name for name, some in met.items() if some),
        )
    stated = _stated(order)
    if found := _parted(texts["aim"], texts["watched"]):
        return Refusal(
            rule="words",
            targets=tuple(dict.fromkeys(one.target for one in found)),
            words=tuple(dict.fromkeys(one.word for one in found)),
            parts=_AIMED,
        )
    if not names_conduct(stated) and names_people(stated):
        return Refusal(rule="conduct", parts=_AIMED)
    return None


def doubts_of(order: Worded) -> tuple[Doubt, ...]:
    """Return what cannot be told of an order that is not refused; nothing where all can.

    An order in doubt holds only when a second person, of the legal role, has agreed.
    """
    return tuple(name for name in DOUBTS if name in _doubts(order))


def order_of(draft: Draft, order_id: str, now: datetime) -> Order:
    """Return the order that a draft states.

    Args:
        draft: What was stated.
        order_id: The order's own name.
        now: The time.

    Raises:
        DeniedError: It is refused, or a part of its test says nothing.
        UsageError: Threat, target or last day is none, or it names an account in clear.
    """
    if refusal := refusal_of(draft):
        raise refusal.error()
    if draft.threat not in _THREATS:
        raise UsageError(
            f"no threat {draft.threat[:20]!r}", hint=f"choose from: T1 to {_THREATS[-1]}"
        )
    if draft.target not in TARGETS:
        allowed = ", ".join(one for one in TARGETS if one not in REFUSED)
        asked = draft.target
        raise UsageError(f"no target {asked[:40]!r}", hint=f"choose from: {allowed}")
    require_actor(draft.actor, "orders")
    for name in ("watched", "expression"):
        require_statement(getattr(draft, name), f"what is said of {name}", name)
    if any(_HANDLE.search(text) for text in _texts(draft).values()):
        raise UsageError(
            "the order names an account or an address in clear",
            hint="name accounts by their pseudonyms (acct-...): an order is never deleted",
        )
    ends = _last_day(draft.ends, now)
    return Order(
        order_id=order_id,
        threat=msgspec.convert(draft.threat, Threat),
        target=msgspec.convert(draft.target, Target),
        watched=draft.watched,
        expression=draft.expression,
        test=Intrusion(**{name: getattr(draft, name) for name in Intrusion.__struct_fields__}),
        actor=draft.actor,
        ordered=now,
        ends=ends,
    )


# A week or a day without hyphens would be another day to whoever reads it.
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_AIMED: Final = ("aim", "watched")
_TEXTS: Final = ("watched", "expression", *Intrusion.__struct_fields__)


def _texts(order: Worded) -> dict[str, str]:
    """Return the free text of an order, by part; no more of each than may be kept."""
    return {name: getattr(order, name)[:_READ] for name in _TEXTS}


def _stated(order: Worded) -> str:
    return f"{order.aim}\n{order.watched}"


def _met(name: str, text: str) -> list[Found]:
    """Return the words of the list in a part, each with whether it is turned there."""
    return (
        refused_words(text, "posed") if name in _AIMED else refused_words(text, "posed", "spared")
    )


def _parted(aim: str, watched: str) -> list[Found]:
    """Return the words of the list that are parted over aim and target, in either order."""
    found: list[Found] = []
    for one, other in ((aim.split(), watched.split()), (watched.split(), aim.split())):
        if one and other:
            alone = {each.word for word in (one[-1], other[0]) for each in refused_words(word)}
            both = refused_words(one[-1] + other[0])
            found += [each for each in both if each.word not in alone]
    return found


def _doubts(order: Worded) -> set[Doubt]:
    stated, texts = _stated(order), _texts(order)
    found: set[Doubt] = set()
    known = (understood(text, cites=name == "legality") for name, text in texts.items())
    if not understood(stated) or not all(known):
        found.add("language")
    if length(stated) < LEAST_WORDS:
        found.add("short")
    if not names_hostile(stated):
        found.add("vague")
    reasons = (text for name, text in texts.items() if name not in _AIMED)
    if not all(all_plain(texts[name]) for name in _AIMED) or not all(map(names_nobody, reasons)):
        found.add("unknown")
    if any(names_one(text) or names_groups(text) for text in texts.values()):
        found.add("person")
    if any(map(points_outside, texts.values())):
        found.add("outside")
    if any(map(almost_listed, texts.values())):
        found.add("almost")
    for name, text in texts.items():
        for one in _met(name, text):
            found.add("foreign" if one.foreign else "imitated" if name in _AIMED else "spared")
    return found


def _last_day(text: str, now: datetime) -> date:
    try:
        ends = date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError as bad:
        raise UsageError(
            f"{text[:20]!r} is no day" if text else "the order has no last day",
            hint="give one, such as 2026-03-31",
        ) from bad
    today = now.astimezone(UTC).date()
    if ends < today:
        raise UsageError(f"the order ends on {ends}, which is past", hint="name a day to come")
    if ends > today + timedelta(days=MOST_DAYS):
        raise UsageError(
            f"the order ends on {ends}, later than {MOST_DAYS} days from now",
            hint=f"name a day until {today + timedelta(days=MOST_DAYS)}; a new order can follow it",
        )
    return ends
