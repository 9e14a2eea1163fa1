"""Situations of invented cases: one in which everything is open, and any other, by chance."""

import random
from collections.abc import Sequence
from typing import Any, Final, get_args

import msgspec

from legation.safeguards.cases.bodies import Answer
from legation.safeguards.cases.policy.pack import Asked, Policy, default_policy
from legation.safeguards.cases.responses.catalogue import RESPONSES
from legation.safeguards.cases.responses.situation import (
    CALLS,
    CONFIDENCES,
    LIKELIHOODS,
    OBLIGATIONS,
    STATUSES,
    Attributed,
    Duty,
    Excluded,
    OnFoot,
    Situation,
    Speech,
    Uncounted,
)

OWN: Final = "XA"
OTHER: Final = "XB"
KEYS: Final = [one.key for one in RESPONSES]
SAID: Final[tuple[Answer, ...]] = get_args(Answer)
TESTS: Final[tuple[Excluded, ...]] = get_args(Excluded)
SPEECH: Final[tuple[Speech, ...]] = get_args(Speech)
UNCOUNTED: Final[tuple[Uncounted, ...]] = get_args(Uncounted)
# Of each field, what it may hold; the first stands in the situation in which all is open.
_DAYS: Final = ("2026-03-01", "", "2026-04", "2026-03-09", "2026-03-10", "2025", "2027-01-01")


def all_open(**changed: Any) -> Situation:
    """Return a case in which no answer lacks anything, with what is changed."""
    return msgspec.structs.replace(
        Situation(
            status="attributed",
            day="2026-03-10",
            attributed=Attributed(
                kind="state",
                party=OTHER,
                likelihood="very likely",
                confidence="moderate",
                agreed=True,
                state_link="yes",
                layer="legal",
            ),
            norms=(
                Duty(
                    key="vcdr-1961.22",
                    kind="duty of states",
                    weight="binding",
                    met="yes",
                    binds="yes",
                ),
                Duty(key="xa-law", kind="offence", weight="binding", met="yes", binds="yes"),
            ),
            injured="own",
            tests=dict.fromkeys(KEYS, "neither"),
            called="2026-03-01",
            notified="2026-03-02",
            offered="2026-03-02",
            obligations=dict.fromkeys(OBLIGATIONS, "no"),
            commensurate="the same service is withheld, for as long as ours is hindered",
            legal_ground="xa-act-7",
            grounds={"xa-act-7": "law", "a-treaty": "between states"},
            on_foot=(OnFoot(of=3, answer="retorsion"),),
        ),
        **changed,
    )


def by_chance(dice: random.Random) -> Situation:
    """Return a case of any kind: half of them are the open one with a few things changed."""
    if dice.random() < 0.5:
        names = dice.sample(Situation.__struct_fields__, dice.randint(0, 3))
    else:
        names = list(Situation.__struct_fields__)
    open_one = all_open()
    return msgspec.structs.replace(open_one, **{name: _any(name, dice, open_one) for name in names})


def any_policy(dice: random.Random) -> Policy:
    """Return a policy that asks something of a countermeasure, or the one that ships."""
    if dice.random() < 0.3:
        return default_policy()
    # A file could not say some of these: the floor must hold all the same.
    asked = Asked(
        open=dice.random() < 0.9,
        likelihood=dice.choice([None, *LIKELIHOODS]),
        confidence=dice.choice([None, *CONFIDENCES]),
        persons=dice.choice([None, 1, 2, 3]),
        never_for=tuple(dice.sample(SPEECH, dice.choice([0, 0, 1]))),
    )
    return Policy(name="any", answers={"countermeasure": asked})


def _any(name: str, dice: random.Random, open_one: Situation) -> Any:
    made: dict[str, Any] = {
        "status": lambda: dice.choice(STATUSES),
        "day": lambda: dice.choice(["2026-03-10", "2026-02-01", "2026"]),
        "attributed": lambda: _attributed(dice, open_one.attributed),
        "norms": lambda: tuple(_duty(dice) for _ in range(dice.randint(0, 3))),
        "injured": lambda: dice.choice(["own", "other", "community", "unknown"]),
        "touching": lambda: {one: dice.random() < 0.5 for one in _some(dice, KEYS)},
        "tests": lambda: {one: dice.choice(TESTS) for one in _some(dice, KEYS)},
        "tested": lambda: {one: dice.choice(TESTS) for one in _some(dice, [1, 2, 3, 4])},
        "uncounted": lambda: {one: dice.choice(UNCOUNTED) for one in _some(dice, CALLS)},
        "urgent": lambda: dice.choice(["", " ", "data are being wiped"]),
        "pending": lambda: dice.random() < 0.5,
        "obligations": lambda: _obligations(dice),
        "commensurate": lambda: dice.choice(["", "  ", "as much as was done"]),
        "speech": lambda: frozenset(_some(dice, SPEECH)),
        "legal_ground": lambda: dice.choice(["", " ", "xa-act-7", "a-treaty"]),
        "grounds": lambda: {"xa-act-7": dice.choice(["law", "between states"])},
        "grounds_named": lambda: {"takedown-request": tuple(_some(dice, ["xa-act-7", "b"]))},
        "platform_rule": lambda: dice.choice(["", "rule-4"]),
        "guarded": lambda: frozenset(_some(dice, ["protected disclosure", "press source"])),
        "tried": lambda: frozenset(_some(dice, KEYS)),
        "on_foot": lambda: tuple(_foot(dice, of) for of in _some(dice, [1, 2, 3])),
        "signed": lambda: {one: dice.randint(0, 3) for one in _some(dice, [1, 2, 3])},
    }
    return made[name]() if name in made else dice.choice(_DAYS)


def _obligations(dice: random.Random) -> dict[str, str]:
    """Return what is said of each barred duty; mostly that all but one are spared, or all."""
    if dice.random() < 0.5:
        return {one: dice.choice(SAID) for one in _some(dice, OBLIGATIONS)}
    spared: dict[str, str] = dict.fromkeys(OBLIGATIONS, "no")
    if dice.random() < 0.7:
        spared[dice.choice(OBLIGATIONS)] = dice.choice(SAID)
    return spared


def _attributed(dice: random.Random, open_one: Attributed) -> Attributed:
    parts: dict[str, Any] = {
        "kind": dice.choice(["state", "group", "none"]),
        "party": dice.choice([OTHER, OWN, ""]),
        "likelihood": dice.choice([None, *LIKELIHOODS]),
        "confidence": dice.choice([None, *CONFIDENCES]),
        "agreed": dice.random() < 0.5,
        "state_link": dice.choice(SAID),
    }
    names = dice.sample(list(parts), dice.randint(1, len(parts)))
    return msgspec.structs.replace(open_one, **{name: parts[name] for name in names})


def _duty(dice: random.Random) -> Duty:
    return Duty(
        key="a-norm",
        kind=dice.choice(["duty of states", "offence", "domestic law"]),
        weight=dice.choice(["binding", "political", "expert", "unilateral", "national position"]),
        met=dice.choice(SAID),
        binds=dice.choice(SAID),
    )


def _foot(dice: random.Random, of: int) -> OnFoot:
    return OnFoot(of=of, answer=dice.choice(KEYS), touches=dice.random() < 0.5)


def _some(dice: random.Random, among: Sequence[Any]) -> list[Any]:
    return dice.sample(among, dice.randint(0, len(among)))
