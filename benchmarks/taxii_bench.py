"""One run of the TAXII benchmark: its sizes, its homes, and its servers.

Homes are filled once and served as copies, so that what one part adds is not there in the next
run. A server is started when a part first needs it, and ends with the run.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import taxii_load
import taxii_servers
from taxii_load import Place

_PAGE, _WALK, _ENVELOPE = 100, 1_000, 1_000
# Parts that need the home with the most objects, which takes minutes to fill.
_LONG = ("grown", "flat", "memory")
# Parts in which OpenTAXII stands beside.
_BESIDE = ("queries", "crawl", "ingest", "one-object")


class Bench:
    """One run: its sizes, its servers, and how often each is asked."""

    def __init__(
        self, given: argparse.Namespace, asked: Sequence[str], work: Path, running: ExitStack
    ) -> None:
        """Prepare; servers start when they are first needed."""
        self.short: bool = given.short
        self._given, self._work, self._running = given, work, running
        by = 50 if given.short else 1
        self.tiny, self.small = 1_000 // by, 10_000 // by
        self.large, self.largest = 100_000 // by, 1_000_000 // by
        self.envelope = _ENVELOPE // (5 if given.short else 1)
        self.page = _PAGE // (5 if given.short else 1)
        self.walk = _WALK // (5 if given.short else 1)
        self.times = 10 if given.short else 40
        self.rounds = 3 if given.short else 7
        sizes = [self.tiny, self.small, self.large, self.largest]
        sizes = sizes if set(asked) & set(_LONG) else sizes[:3]
        self._homes = taxii_servers.homes(work, sizes, observables=True)
        if set(asked) & set(_BESIDE):
            self._plain = taxii_servers.homes(work, [self.large], observables=False)
        self._places: dict[tuple[str, int], Place] = {}
        # Ids that no run before laid down in a home that is used again.
        self._seed = int.from_bytes(os.urandom(4), "big")

    def ours(self, size: int) -> Place:
        """Return legation with so many objects."""
        return self._started("legation", size)

    def beside(self) -> list[Place]:
        """Return legation and OpenTAXII with the same objects, none of them an observable."""
        return [self._started(name, self.large) for name in ("legation, plain", "opentaxii")]

    def medallion(self) -> Place:
        """Return medallion with few objects."""
        return self._started("medallion", self.tiny)

    @contextmanager
    def anew(self, size: int, *, desk: bool) -> Iterator[Place]:
        """Give a process that was asked nothing yet: `share serve`, or the whole desk."""
        with taxii_servers.served(self._homes[size], desk=desk) as place:
            yield place

    def fresh(self) -> taxii_load.Objects:
        """Return objects that no server has; none of them an observable."""
        self._seed += 1
        return taxii_load.objects(self._seed)

    def command(self, part: str) -> str:
        """Return what was run for a row."""
        peers = " --peers DIR" if part in _BESIDE or part == "medallion" else ""
        return f"benchmarks/taxii.py{peers} --part {part}"

    def _started(self, name: str, size: int) -> Place:
        if (name, size) not in self._places:
            if name in taxii_servers.PEERS:
                place = taxii_servers.peer(name, self._given.peers, size, self._work)
            else:
                homes = self._homes if name == "legation" else self._plain
                place = taxii_servers.served(homes[size])
            self._places[name, size] = self._running.enter_context(place)
        return self._places[name, size]


def lacking_peer(part: str, peers: Path | None) -> str:
    """Return the peer that a part needs and that is not there, or nothing."""
    peer = "opentaxii" if part in _BESIDE else "medallion" if part == "medallion" else ""
    there = peers is not None and (peers / peer / "bin" / "python").exists()
    return "" if there else peer
