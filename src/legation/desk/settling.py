"""Where the accounts of opened groups settle: those that are tied draw together, all keep apart.

That takes a moment for a thousand accounts, so it is a job, and what came of it is kept. It is
kept under a hash of the very network that was shown: whoever may not know the network cannot name
it, another version of a campaign is another network, and the same network settles the same way.
"""

import hashlib
import math
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, final

import msgspec
import numpy as np
from numpy.typing import NDArray

from legation.desk.network import Network, Vertex

Floats = NDArray[np.float64]
Places = dict[str, tuple[float, float]]
"""For each account its place, from the middle of its group."""

AT_ONCE: Final = 200
_VERSION: Final = 1
_STEPS: Final = 120
_MOST_KEPT: Final = 200
_BLOCK: Final = 256
GOLDEN: Final = math.pi * (3 - math.sqrt(5))
SEED: Final = 9.0


@final
class Settled:
    """What has been worked out before.

    Args:
        folder: Where it is kept; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        """Read nothing yet."""
        self._folder = folder

    def of(self, network: Network) -> Places | None:
        """Return where the accounts of a network stand; None when that is still to be done.

        A few accounts are settled at once.
        """
        shown = accounts_of(network)
        if not shown:
            return {}
        if self._folder is not None:
            with suppress(OSError, msgspec.DecodeError):
                return msgspec.json.decode(_file(self._folder, network).read_bytes(), type=Places)
        return self.work_out(network) if shown <= AT_ONCE else None

    def work_out(self, network: Network, tell: Callable[[int], object] = lambda _: None) -> Places:
        """Settle a network and keep what comes of it."""
        places = settle(network, tell)
        if self._folder is not None:
            self._keep(self._folder, network, places)
        return places

    def _keep(self, folder: Path, network: Network, places: Places) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._forget(folder)
        file = _file(folder, network)
        new = file.with_suffix(f".{os.getpid()}")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(msgspec.json.encode(places))
        new.replace(file)

    @staticmethod
    def _forget(folder: Path) -> None:
        """Remove the oldest, so that the folder stays small."""
        kept = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in kept[_MOST_KEPT - 1 :]:
            file.unlink(missing_ok=True)


def _file(folder: Path, network: Network) -> Path:
    return folder / f"{key_of(network)}.json"


def accounts_of(network: Network) -> int:
    """Return how many accounts a network shows one by one."""
    return sum(one.account for one in network.vertices)


def key_of(network: Network) -> str:
    """Return the name of a network: a hash of all that is shown of it."""
    shown = [(one.key, one.role, one.size, one.group) for one in network.vertices]
    told = (_VERSION, shown, network.links)
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def settle(network: Network, tell: Callable[[int], object] = lambda _: None) -> Places:
    """Return where the accounts of opened groups stand.

    Args:
        network: What is shown.
        tell: Is told how many hundredths are done.
    """
    inner: dict[str, list[Vertex]] = {}
    for one in network.vertices:
        if one.account:
            inner.setdefault(one.group, []).append(one)
    found: Places = {}
    done, whole = 0, sum(len(some) ** 2 for some in inner.values())
    for some in inner.values():
        keys = [one.key for one in some]
        ties = _ties(network, keys)

        def step(at: float, done: int = done, size: int = len(some) ** 2) -> None:
            tell(int(100 * (done + at * size) / whole))

        at = _settled(sunflower(len(keys)), *ties, step)
        found |= {
            key: (round(x, 2), round(y, 2)) for key, (x, y) in zip(keys, at.tolist(), strict=True)
        }
        done += len(some) ** 2
    return found


def sunflower(count: int) -> Floats:
    """Return places like those of seeds, the first innermost."""
    number = np.arange(count)
    out, turn = SEED * np.sqrt(number), number * GOLDEN
    places: Floats = np.stack([out * np.cos(turn), out * np.sin(turn)], axis=1)
    return places


def _ties(network: Network, keys: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    place = {key: number for number, key in enumerate(keys)}
    inside = [link for link in network.links if link.a in place and link.b in place]
    weight = np.log1p(np.array([link.post_pairs for link in inside], float))
    return (
        np.array([place[link.a] for link in inside], np.int64),
        np.array([place[link.b] for link in inside], np.int64),
        weight / max(float(weight.max(initial=0.0)), 1.0),
    )


def _settled(
    at: Floats,
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    weight: Floats,
    step: Callable[[float], object],
) -> Floats:
    """Let ties draw and all push, ever more gently, and fit the result into the group's disc."""
    count = len(at)
    reach = SEED * math.sqrt(count)
    apart = SEED * 1.6
    for turn in range(_STEPS):
        force = _pushed(at, apart) - at * (0.9 / reach)
        gap = at[one] - at[other]
        far = np.hypot(gap[:, 0], gap[:, 1])
        pull = (far * weight / apart * 0.6)[:, None] * gap / np.maximum(far, 1e-6)[:, None]
        np.add.at(force, one, -pull)
        np.add.at(force, other, pull)
        strength = np.hypot(force[:, 0], force[:, 1])
        most = reach * 0.12 * (1 - turn / _STEPS)
        at = at + force / np.maximum(strength, 1e-6)[:, None] * np.minimum(strength, most)[:, None]
        step((turn + 1) / _STEPS)
    at = at - at.mean(axis=0)
    out = np.hypot(at[:, 0], at[:, 1])
    fitted: Floats = at * (reach / max(float(np.quantile(out, 0.97)), reach * 0.2))
    out = np.hypot(fitted[:, 0], fitted[:, 1])
    return fitted * (np.minimum(out, reach) / np.maximum(out, 1e-6))[:, None]


def _pushed(at: Floats, apart: float) -> Floats:
    force = np.empty_like(at)
    x, y = at.astype(np.float32).T
    for start in range(0, len(at), _BLOCK):
        some = slice(start, start + _BLOCK)
        across, down = x[some, None] - x, y[some, None] - y
        near = 1 / np.maximum(across * across + down * down, np.float32(1))
        force[some, 0] = np.einsum("ij,ij->i", across, near)
        force[some, 1] = np.einsum("ij,ij->i", down, near)
    pushed: Floats = force * apart
    return pushed
