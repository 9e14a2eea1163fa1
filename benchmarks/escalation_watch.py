"""The escalation watch on invented pairs: how often it warns where nothing changed, or much did.

    python benchmarks/escalation_watch.py --looks 400 --keep

Worlds without change: incidents at a steady rate, incidents in bunches, and tone that drifts from
week to week. Then one of the pairs is made to change. Every figure comes with its 95 % interval
(Wilson); nothing is read or stored. The seed is fixed, so each run prints the same.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import data
import numpy as np
import results

from legation.safeguards.cases.effects import wilson
from legation.safeguards.cases.escalation.signals import Kind, Signal
from legation.safeguards.cases.escalation.watch import Terms, Watch, watch

_DAY = date(2026, 6, 30)
_PAIRS = 30
_BY = Terms()
_WEEKS = _BY.recent_weeks + _BY.past_weeks
_SINCE = _DAY - timedelta(days=7 * _WEEKS - 1)
# Codes that the standard leaves to users: of nobody.
_CODES = [f"X{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
_SIDES = [(one, other) for one in _CODES for other in _CODES if one < other][:_PAIRS]
_TONED = 0.6
_ANSWERS_A_WEEK = 0.1
_BUNCH = 4.0
_DRIFT = 0.6

Draw = np.random.Generator
Plant = Callable[[Draw], list[Signal]]


def main() -> None:
    """Print the shares, and keep those of worlds without change and of what is planted."""
    parser = data.options(__doc__)
    parser.add_argument("--looks", type=int, default=400, help="how many worlds of each kind")
    given = parser.parse_args()
    looks = given.looks
    print(f"{_PAIRS} pairs, {looks} looks of each kind, level {_BY.level:.0%}")
    false = []
    for name, bunch, drift in (
        ("nothing changes", False, False),
        ("incidents in bunches", True, False),
        ("tone drifts", False, True),
    ):
        made = [_look(seed, bunch=bunch, drift=drift) for seed in range(looks)]
        _print_false(name, made)
        false.append(f"{name} {_share(sum(map(_warned, made)), looks)}")
    planted = []
    for name, sign, plant in _planted():
        found = 0
        others = 0
        for seed in range(looks):
            told = _look(seed, plant=plant)
            found += any(one.sign == sign and one.warns for one in told[0].reasons)
            others += any(one.verdict == "warns" for one in told[1:])
        print(f"planted, {name}: found {_share(found, looks)}; others warn {_share(others, looks)}")
        planted.append(f"{name} {_share(found, looks)}")
    command = f"benchmarks/escalation_watch.py --looks {looks}"
    world = f"{_PAIRS} invented pairs, {looks} looks of each kind, 95 % intervals (Wilson)"
    results.show(
        [
            results.Result(
                name="escalation-false",
                figure="looks that warn of anybody: " + "; ".join(false),
                detail=world,
                goal=f"at most {_BY.level:.0%} where nothing changes",
                command=command,
            ),
            results.Result(
                name="escalation-planted",
                figure="looks that find what was planted: " + "; ".join(planted),
                detail=world,
                goal="",
                command=command,
            ),
        ],
        keep=given.keep,
    )


def _print_false(name: str, looks: list[tuple[Watch, ...]]) -> None:
    told = [one for look in looks for one in look]
    print(
        f"{name}: a look warns of anybody {_share(sum(map(_warned, looks)), len(looks))}; "
        f"a pair is warned of {_share(sum(one.verdict == 'warns' for one in told), len(told))}"
    )
    for sign in ("incidents", "tone", "climb"):
        by = sum(any(_has(one, sign) for one in look) for look in looks)
        print(f"    by {sign}: looks {_share(by, len(looks))}")
    for verdict in ("no warning", "cannot tell"):
        print(f"    {verdict}: {_share(sum(one.verdict == verdict for one in told), len(told))}")


def _warned(look: tuple[Watch, ...]) -> bool:
    return any(one.verdict == "warns" for one in look)


def _has(one: Watch, sign: str) -> bool:
    return any(reason.sign == sign and reason.warns for reason in one.reasons)


def _share(held: int, tried: int) -> str:
    low, high = wilson(held / tried, tried)
    return f"{held / tried:.2%} ({low:.2%} to {high:.2%}; {held} of {tried})"


def _look(
    seed: int, *, bunch: bool = False, drift: bool = False, plant: Plant | None = None
) -> tuple[Watch, ...]:
    draw = np.random.default_rng(seed)
    signals: list[Signal] = []
    for at, (a, b) in enumerate(_SIDES):
        if plant is None or at:
            signals += _pair(draw, a, b, bunch=bunch, drift=drift)
    if plant is not None:
        signals += plant(draw)
    return watch(signals, _DAY, since=_SINCE)


def _pair(draw: Draw, a: str, b: str, *, bunch: bool, drift: bool) -> Iterator[Signal]:
    rate = float(np.exp(draw.uniform(np.log(0.05), np.log(2.0))))
    yield from _incidents(draw, a, b, [rate] * _WEEKS, bunch=bunch)
    yield from _tones(draw, a, b, 0.0, drift=drift)
    for week in range(_WEEKS):
        for _ in range(draw.poisson(_ANSWERS_A_WEEK)):
            yield _signal(draw, (a, b), week, "answer", rung=int(draw.integers(0, 12)))


def _incidents(
    draw: Draw, a: str, b: str, rates: list[float], *, bunch: bool = False
) -> Iterator[Signal]:
    """Yield incidents by weeks back; in bunches, the variance is that many times the mean."""
    for week, mean in enumerate(rates):
        drawn = draw.negative_binomial(mean / (_BUNCH - 1), 1 / _BUNCH) if bunch else None
        for _ in range(draw.poisson(mean) if drawn is None else drawn):
            yield _signal(draw, (a, b), week, "incident")


def _tones(draw: Draw, a: str, b: str, step: float, *, drift: bool = False) -> Iterator[Signal]:
    """Yield a tone in most weeks; it changes by a step a week, and drifts if asked."""
    level = 0.0
    for week in reversed(range(_BY.tone_weeks)):
        noise = float(draw.normal(0, 1))
        level = _DRIFT * level + noise if drift else noise
        told = level + step * (_BY.tone_weeks / 2 - week)
        if draw.random() < _TONED:
            yield _signal(draw, (a, b), week, "tone", tone=int(np.clip(round(told), -3, 3)))


def _signal(
    draw: Draw,
    sides: tuple[str, str],
    week: int,
    kind: Kind,
    *,
    rung: int | None = None,
    tone: int | None = None,
) -> Signal:
    a, b = sides if draw.random() < 0.5 else sides[::-1]
    ago = 7 * week + int(draw.integers(0, 7))
    return Signal(
        on=_DAY - timedelta(days=ago),
        a=a,
        b=b,
        kind=kind,
        rung=rung,
        tone=tone,
        reference=f"{kind} {draw.integers(1 << 60)}",
        source="invented",
    )


def _planted() -> Iterator[tuple[str, str, Plant]]:
    a, b = _SIDES[0]

    def more(base: float, times: float) -> Plant:
        rates = [base * times] * _BY.recent_weeks + [base] * _BY.past_weeks
        return lambda draw: [*_incidents(draw, a, b, rates)]

    def falls(step: float) -> Plant:
        return lambda draw: [*_tones(draw, a, b, step)]

    for base, times in ((0.25, 4), (0.5, 4), (1, 2), (1, 3), (1, 4), (2, 2), (2, 3)):
        yield f"{base} incidents a week, then {times} times as many", "incidents", more(base, times)
    for whole in (1, 2, 3, 4):
        name = f"tone falls by {whole} in {_BY.tone_weeks} weeks, noise of 1"
        yield name, "tone", falls(-whole / _BY.tone_weeks)


if __name__ == "__main__":
    main()
