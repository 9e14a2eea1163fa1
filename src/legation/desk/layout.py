"""Where the vertices of a network stand: the same network always in the same place.

Groups push one another apart and links pull them together, from a start on a spiral: no
chance is in it, so two readers, a page and a paper show one picture. Accounts of an
opened group stand around its middle like seeds of a sunflower, best attested innermost.
"""

import math
from collections.abc import Sequence
from typing import Final, final

import msgspec
import numpy as np
from numpy.typing import NDArray

from legation.desk.network import Network, Vertex

Floats = NDArray[np.float64]

WIDTH: Final = 960.0
_MARGIN: Final = 26.0
_LEAST_HEIGHT, _MOST_HEIGHT = 220.0, 720.0
_GOLDEN: Final = math.pi * (3 - math.sqrt(5))
_SEED: Final = 9.0
_STEPS: Final = 160
_CLASSES: Final = 4


@final
class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A vertex in its place."""

    vertex: Vertex
    x: float
    y: float
    radius: float


@final
class Strand(msgspec.Struct, frozen=True, kw_only=True):
    """All links of one strength as one path: a picture of five thousand stays small."""

    path: str
    width: float
    links: int


@final
class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A network ready to be drawn."""

    spots: tuple[Spot, ...]
    strands: tuple[Strand, ...]
    width: float
    height: float


def drawn(network: Network) -> Picture | None:
    """Return the picture of a network; None when nobody is in it."""
    if not network.vertices:
        return None
    groups = list(dict.fromkeys(one.group for one in network.vertices))
    inner = {key: [one for one in network.vertices if one.group == key] for key in groups}
    reach = np.array([_reach(inner[key]) for key in groups])
    middle = _settled(reach, _pulls(network, groups))
    at: dict[str, tuple[float, float, float]] = {}
    for key, (x, y) in zip(groups, middle.tolist(), strict=True):
        at |= _around(inner[key], x, y)
    return _fitted(network, at)


def _reach(vertices: Sequence[Vertex]) -> float:
    whole = sum(_radius(one) for one in vertices if not one.account)
    seeds = sum(one.account for one in vertices)
    return whole + _SEED * math.sqrt(seeds) + 6


def _radius(vertex: Vertex) -> float:
    return 3.2 if vertex.account else min(6 + 2.2 * math.sqrt(vertex.size), 60)


def _pulls(network: Network, groups: Sequence[str]) -> Floats:
    """Return how strongly each two groups are linked, from 0 to 1."""
    place = {one.key: groups.index(one.group) for one in network.vertices}
    pull = np.zeros((len(groups), len(groups)))
    for link in network.links:
        a, b = place[link.a], place[link.b]
        if a != b:
            pull[a, b] += link.objects
            pull[b, a] += link.objects
    strength: Floats = np.log1p(pull)
    told: Floats = strength / max(float(strength.max()), 1.0)
    return told


def _settled(reach: Floats, pull: Floats) -> Floats:
    """Return the middles of the groups: pulled by links, pushed apart until none overlap."""
    count = len(reach)
    turn = np.arange(count) * _GOLDEN
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
    middle: Floats = at - at.mean(axis=0)
    return middle


def _around(
    vertices: Sequence[Vertex], x: float, y: float
) -> dict[str, tuple[float, float, float]]:
    whole = sum(_radius(one) for one in vertices if not one.account)
    found = {one.key: (x, y, _radius(one)) for one in vertices if not one.account}
    for number, one in enumerate(each for each in vertices if each.account):
        out = whole + _SEED * math.sqrt(number + (1 if whole else 0))
        turn = number * _GOLDEN
        found[one.key] = (x + out * math.cos(turn), y + out * math.sin(turn), _radius(one))
    return found


def _fitted(network: Network, at: dict[str, tuple[float, float, float]]) -> Picture:
    """Scale everything onto the page."""
    spots = np.array([at[one.key] for one in network.vertices])
    low = (spots[:, :2] - spots[:, 2:]).min(axis=0)
    span = np.maximum((spots[:, :2] + spots[:, 2:]).max(axis=0) - low, 1.0)
    scale = min((WIDTH - 2 * _MARGIN) / span[0], (_MOST_HEIGHT - 2 * _MARGIN) / span[1], 3.0)
    height = max(span[1] * scale + 2 * _MARGIN, _LEAST_HEIGHT)
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
    most = math.log1p(max(link.objects for link in network.links))
    paths: dict[int, list[str]] = {}
    for link in network.links:
        level = min(int(_CLASSES * math.log1p(link.objects) / most), _CLASSES - 1)
        (x, y), (u, v) = where[link.a], where[link.b]
        paths.setdefault(level, []).append(f"M{x:g} {y:g}L{u:g} {v:g}")
    return tuple(
        Strand(path="".join(paths[level]), width=0.6 + 1.1 * level, links=len(paths[level]))
        for level in sorted(paths)
    )
