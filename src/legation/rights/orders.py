"""Monitoring orders: what may be watched, why, with which effect on expression, until when.

An order states its aim and legal basis as the five-part test does, the effect on expression, and
a last day, after which it holds no longer. One that is aimed at domestic political speech,
protest, journalists or opposition is refused: by the class that whoever orders must declare, and
by the words of aim and target. No setting, role or policy has a part in it; there is nothing
here that could be handed one.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, get_args

import msgspec

from legation.errors import DeniedError, UsageError
from legation.rights.aims import names_conduct, refused_words
from legation.rights.intrusion import Intrusion, require_actor, require_statement

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
        rule: `target`: the declared class; `words`: those of aim or target; `conduct`: none named.
        targets: The refused classes that are met.
        words: Entries of the list that were found.
    """

    rule: Literal["target", "words", "conduct"]
    targets: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def error(self) -> DeniedError:
        """Return the error that names the rule, and says how such an order can be worded."""
        match self.rule:
            case "target":
                said = f"aimed at {self.targets[0]}, at which no order may be aimed"
            case "words":
                said = f"its words point to {', '.join(self.targets)}: {', '.join(self.words)}"
            case "conduct":
                said = "its aim and target name nothing that accounts, domains or programs do"
        return DeniedError(f"the order is refused (rule {self.rule}): {said}", hint=_REWORD)


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


def refusal_of(*, target: str, aim: str, watched: str) -> Refusal | None:
    """Return why an order may not be given; None where it may.

    It is asked before all else, so that an order that is badly filled in is refused too.

    Args:
        target: The declared class.
        aim: What it is for.
        watched: What is watched, in words.
    """
    if target in REFUSED:
        return Refusal(rule="target", targets=(target,))
    stated = f"{aim}\n{watched}"
    if found := refused_words(stated):
        targets = tuple(dict.fromkeys(one.target for one in found))
        return Refusal(rule="words", targets=targets, words=tuple(one.word for one in found))
    return None if names_conduct(stated) else Refusal(rule="conduct")


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
    if refusal := refusal_of(target=draft.target, aim=draft.aim, watched=draft.watched):
        raise refusal.error()
    if draft.threat not in _THREATS:
        raise UsageError(
            f"no threat {draft.threat[:20]!r}", hint=f"choose from: T1 to {_THREATS[-1]}"
        )
    if draft.target not in TARGETS:
        allowed = ", ".join(one for one in TARGETS if one not in REFUSED)
        raise UsageError(f"no target {draft.target[:40]!r}", hint=f"choose from: {allowed}")
    require_actor(draft.actor, "orders")
    for name in ("watched", "expression"):
        require_statement(getattr(draft, name), f"what is said of {name}", name)
    if any(_HANDLE.search(getattr(draft, name)) for name in _TEXTS):
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


_TEXTS: Final = ("watched", "expression", *Intrusion.__struct_fields__)


def _last_day(text: str, now: datetime) -> date:
    try:
        ends = date.fromisoformat(text)
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
