"""Where the vertices of a network stand: the same network always in the same place.

Groups push one another apart and links pull them together, from a start on a spiral: no
chance is in it, so two readers, a page and a paper show one picture. Accounts of an
opened group stand around its middle as they have settled by their ties; until that is worked
out, like seeds of a sunflower, best attested innermost.
"""

import math
from collections.abc import Sequence
from typing import Final, final

import msgspec
import numpy as np
from numpy.typing import NDArray

from legation.desk.network import Network, Vertex
from legation.desk.settling import GOLDEN, SEED, Places, sunflower

Floats = NDArray[np.float64]

WIDTH: Final = 960.0
_MARGIN: Final = 26.0
_LEAST_HEIGHT, _MOST_HEIGHT = 220.0, 720.0
_STEPS: Final = 160
_PATIENCE: Final = 150
_CLASSES: Final = 4
_DENSE: Final = 250
# A picture as PDF or PNG goes wrong where one line has thousands of parts.
_LONGEST: Final = 250


@final
class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A vertex in its place."""

    vertex: Vertex
    x: float
    y: float
    radius: float


@final
class Strand(msgspec.Struct, frozen=True, kw_only=True):
    """Links of one strength as one path: a picture of five thousand stays small."""

    path: str
    width: float
    links: int
    opacity: float


@final
class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A network ready to be drawn."""

    spots: tuple[Spot, ...]
    strands: tuple[Strand, ...]
    width: float
    height: float


def drawn(network: Network, places: Places | None = None) -> Picture | None:
    """Return the picture of a network; None when nobody is in it.

    Args:
        network: What is shown.
        places: Where the accounts of opened groups have settled, if that is known.
    """
    if not network.vertices:
        return None
    groups = list(dict.fromkeys(one.group for one in network.vertices))
    inner = {key: [one for one in network.vertices if one.group == key] for key in groups}
    reach = np.array([_reach(inner[key]) for key in groups])
    middle = _settled(reach, _pulls(network, groups))
    at: dict[str, tuple[float, float, float]] = {}
    for key, (x, y) in zip(groups, middle.tolist(), strict=True):
        at |= _around(inner[key], x, y, places or {})
    return _fitted(network, at)


def _reach(vertices: Sequence[Vertex]) -> float:
    whole = sum(_radius(one) for one in vertices if not one.account)
    seeds = sum(one.account for one in vertices)
    return whole + SEED * math.sqrt(seeds) + 6


def _radius(vertex: Vertex) -> float:
    return 3.2 if vertex.account else min(5 + 1.7 * math.sqrt(vertex.size), 56)


def _pulls(network: Network, groups: Sequence[str]) -> Floats:
    """Return how strongly each two groups are linked, from 0 to 1."""
    place = {one.key: groups.index(one.group) for one in network.vertices}
    pull = np.zeros((len(groups), len(groups)))
    for link in network.links:
        a, b = place[link.a], place[link.b]
        if a != b:
            pull[a, b] += link.post_pairs
            pull[b, a] += link.post_pairs
    strength: Floats = np.log1p(pull)
    told: Floats = strength / max(float(strength.max()), 1.0)
    return told


def _settled(reach: Floats, pull: Floats) -> Floats:
    """Return the middles of the groups: pulled by links, pushed apart until none overlap."""
    count = len(reach)
    turn = np.arange(count) * GOLDEN
    # Wider than high, as a page is.
    out = np.sqrt(np.arange(count)) * float(reach.mean()) * 2.1
    at = np.stack([out * np.cos(turn) * 1.5, out * np.sin(turn)], axis=1)
    apart = reach[:, None] + reach[None, :] + 14
    for step in range(_STEPS):
        gap = at[:, None, :] - at[None, :, :]
        far = np.maximum(np.hypot(gap[..., 0], gap[..., 1]), 1e-6)
        away = np.where(far < apart, (apart - far) / 2, 0.0)
        inward = pull * np.maximum(far - apart, 0) * 0.12 * (1 - step / _STEPS)
        at = at + (((away - inward) / far)[..., None] * gap).sum(axis=1) * 0.5
    return _cleared(at, apart)


def _cleared(at: Floats, apart: Floats) -> Floats:
    """Push apart what still overlaps, until nothing does or patience ends."""
    for _ in range(_PATIENCE):
        gap = at[:, None, :] - at[None, :, :]
        far = np.maximum(np.hypot(gap[..., 0], gap[..., 1]), 1e-6)
        away = np.where(far < apart, (apart - far) / 2, 0.0)
        np.fill_diagonal(away, 0.0)
        if away.max(initial=0.0) < 1:
            break
        at = at + ((away / far)[..., None] * gap).sum(axis=1) * 0.6
    middle: Floats = at - at.mean(axis=0)
    return middle


def _around(
    vertices: Sequence[Vertex], x: float, y: float, places: Places
) -> dict[str, tuple[float, float, float]]:
    whole = sum(_radius(one) for one in vertices if not one.account)
    found = {one.key: (x, y, _radius(one)) for one in vertices if not one.account}
    accounts = [one for one in vertices if one.account]
    seeds = sunflower(len(accounts)).tolist()
    for one, seed in zip(accounts, seeds, strict=True):
        right, down = places.get(one.key, seed)
        # Outside of the circle of those who stand together in the group's middle.
        far = math.hypot(right, down)
        out = whole + math.hypot(far, SEED if whole else 0)
        turn = math.atan2(down, right)
        found[one.key] = (x + out * math.cos(turn), y + out * math.sin(turn), _radius(one))
    return found


def _fitted(network: Network, at: dict[str, tuple[float, float, float]]) -> Picture:
    """Scale everything onto the page."""
    spots = np.array([at[one.key] for one in network.vertices])
    low = (spots[:, :2] - spots[:, 2:]).min(axis=0)
    span = np.maximum((spots[:, :2] + spots[:, 2:]).max(axis=0) - low, 1.0)
    scale = min((WIDTH - 2 * _MARGIN) / span[0], (_MOST_HEIGHT - 2 * _MARGIN) / span[1], 3.0)
    height = max(float(span[1] * scale) + 2 * _MARGIN, _LEAST_HEIGHT)
    shift = (np.array([WIDTH, height]) - span * scale) / 2
    placed = np.round((spots[:, :2] - low) * scale + shift, 1)
    radii = np.round(np.maximum(spots[:, 2] * scale, 1.8), 1)
    where = {one.key: (x, y) for one, (x, y) in zip(network.vertices, placed.tolist(), strict=True)}
    return Picture(
        spots=tuple(
            Spot(vertex=one, x=x, y=y, radius=radius)
            for one, (x, y), radius in zip(
                network.vertices, placed.tolist(), radii.tolist(), strict=True
            )
        ),
        strands=_strands(network, where),
        width=WIDTH,
        height=round(height, 1),
    )


def _strands(network: Network, where: dict[str, tuple[float, float]]) -> tuple[Strand, ...]:
    if not network.links:
        return ()
    most = math.log1p(max(link.post_pairs for link in network.links))
    paths: dict[int, list[str]] = {level: [] for level in range(_CLASSES)}
    for link in network.links:
        level = min(int(_CLASSES * math.log1p(link.post_pairs) / most), _CLASSES - 1)
        (x, y), (u, v) = where[link.a], where[link.b]
        paths[level].append(f"M{x:g} {y:g}L{u:g} {v:g}")
    # Thousands of lines are drawn faint, or they would be one grey field.
    faint = min(1.0, math.sqrt(_DENSE / len(network.links)))
    return tuple(
        Strand(
            path="".join(some),
            width=round(0.5 + 0.7 * level, 1),
            links=len(some),
            opacity=round((0.2 + 0.16 * level) * faint, 3),
        )
        for level, every in paths.items()
        for start in range(0, len(every), _LONGEST)
        for some in [every[start : start + _LONGEST]]
    )
