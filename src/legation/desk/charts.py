"""The geometry of the desk's charts, drawn as SVG by the templates.

Charts are made here, without a script, so the same picture stands in the page and on
paper. Each carries the rows of its table twin. Positions are plain attributes: the
desk's policy for content allows no inline style.
"""

import math
from collections.abc import Sequence
from typing import final

import msgspec

from legation.desk.saying import count, day, many, short_day, span
from legation.desk.tongues import gettext
from legation.threats.disinformation.findings import Burst

_DAY = 86400
_MOST_BARS = 120
_MOST_LABELS = 8
WIDTH, HEIGHT = 960.0, 150.0


@final
class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One bar: where it stands and what it says; `marked` for a burst."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int
    marked: bool = False


@final
class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """A label on an axis."""

    at: float
    label: str


@final
class Bars(msgspec.Struct, frozen=True, kw_only=True):
    """A bar chart; `unit` names what one bar covers."""

    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    unit: str
    width: float = WIDTH
    height: float = HEIGHT


@final
class Dot(msgspec.Struct, frozen=True, kw_only=True):
    """One pair of posts on the strip of lags."""

    x: float
    y: float


@final
class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs of posts by the time between them, from nought to the window."""

    dots: tuple[Dot, ...]
    across: tuple[Tick, ...]
    width: float = WIDTH
    height: float = 48.0


def timeline(activity: Sequence[tuple[int, int]], bursts: Sequence[Burst] = ()) -> Bars | None:
    """Return posts over time, quiet days included; None when there is nothing to draw.

    More than 120 days are joined into longer steps, so the chart never grows.
    """
    if not activity:
        return None
    start, end = activity[0][0] // _DAY, activity[-1][0] // _DAY
    step = math.ceil((end - start + 1) / _MOST_BARS)
    counts = [0] * ((end - start) // step + 1)
    for at, posts in activity:
        counts[(at // _DAY - start) // step] += posts
    starts = [(start + place * step) * _DAY for place in range(len(counts))]
    marked = [
        any(burst.start < at + step * _DAY and burst.end > at for burst in bursts) for at in starts
    ]
    unit = many(step, "day") if step > 1 else gettext("day")
    labels = [
        day(at)
        if step == 1
        else gettext("%(days)s from %(day)s") % {"days": many(step, "day"), "day": day(at)}
        for at in starts
    ]
    return _bars(counts, labels, [short_day(at) for at in starts], marked=marked, unit=unit)


def hours(counts: Sequence[int]) -> Bars | None:
    """Return posts by hour of the day, UTC; None when they are not known."""
    if not any(counts):
        return None
    said = gettext("%(start)s to %(end)s")
    labels = [
        said % {"start": f"{hour:02}:00", "end": f"{hour:02}:59"} for hour in range(len(counts))
    ]
    feet = [f"{hour:02}" for hour in range(len(counts))]
    return _bars(counts, labels, feet, unit=gettext("hour"))


def strip(lags: Sequence[int], window: int) -> Strip | None:
    """Return the lags of a tie's evidence, earliest row at the top; None without evidence."""
    if not lags:
        return None
    reach = max(window, *(abs(lag) for lag in lags), 1)
    rows = min(len(lags), 6)
    dots = tuple(
        Dot(x=round(8 + (WIDTH - 16) * abs(lag) / reach, 1), y=6 + 36 * (place % rows + 0.5) / rows)
        for place, lag in enumerate(lags)
    )
    ticks = sorted({0, reach // 4, reach // 2, reach * 3 // 4, reach})
    across = tuple(
        Tick(at=round(8 + (WIDTH - 16) * tick / reach, 1), label=span(tick)) for tick in ticks
    )
    return Strip(dots=dots, across=across)


def _bars(
    counts: Sequence[int],
    labels: Sequence[str],
    feet: Sequence[str],
    *,
    unit: str,
    marked: Sequence[bool] | None = None,
) -> Bars:
    top = _round_up(max(counts))
    room = WIDTH / len(counts)
    wide = min(room * 0.78, 44)
    bars = tuple(
        Bar(
            x=round(place * room + (room - wide) / 2, 2),
            y=round(HEIGHT * (1 - value / top), 2),
            width=round(wide, 2),
            height=round(HEIGHT * value / top, 2),
            label=label,
            value=value,
            marked=bool(marked and marked[place]),
        )
        for place, (value, label) in enumerate(zip(counts, labels, strict=True))
    )
    each = math.ceil(len(feet) / (_MOST_LABELS if len(feet) != 24 else 12))  # noqa: PLR2004 - hours
    across = tuple(
        Tick(at=round((place + 0.5) * room, 2), label=foot)
        for place, foot in enumerate(feet)
        if place % each == 0
    )
    steps = (0, top // 2, top) if top > 1 else (0, top)
    up = tuple(Tick(at=round(HEIGHT * (1 - n / top), 2), label=count(n)) for n in steps)
    return Bars(bars=bars, across=across, up=up, unit=unit)


def _round_up(value: int) -> int:
    """Return the next round number whose half is whole where it can be.

    >>> [_round_up(value) for value in (0, 7, 116, 950)]
    [1, 8, 120, 1000]
    """
    if value <= 1:
        return 1
    size = int("1".ljust(len(str(value)) - 1, "0"))
    steps = (1, 2, 4, 6, 8, 10, 12, 16, 20, 30, 40, 50, 60, 80, 100)
    return next(step * size for step in steps if step * size >= value)
