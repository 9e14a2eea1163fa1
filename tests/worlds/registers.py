"""A register for tests: public folder and books on one disk that can lose power at any step."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

import msgspec

from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.merkle import prove_consistency
from legation.crypto.log.notes import SignedNote
from legation.crypto.log.signers import NoteSigner, cosign_checkpoint
from legation.crypto.log.tiles import TileReader
from legation.crypto.log.witnessing import MayCosign, WitnessRequest, decide
from legation.crypto.signing import SigningIdentity
from legation.safeguards.statements.drafting import Draft, Order, drafted
from legation.safeguards.statements.publishing import (
    Published,
    RegisterWriter,
    create_register,
    open_register,
)
from worlds.logs import ORIGIN, PUBLISHER, Disk
from worlds.statements import ALDANIA, NAME, NOON, TEXT


class Part:
    """One folder of a disk."""

    def __init__(self, disk: Disk, name: str) -> None:
        self._disk, self._lead = disk, f"{name}/"

    def read(self, path: str) -> bytes:
        return self._disk.read(self._lead + path)

    def put(self, path: str, content: bytes) -> None:
        self._disk.put(self._lead + path, content)

    def settle(self) -> None:
        self._disk.settle(self._lead)

    def publish(self, path: str, content: bytes) -> None:
        self._disk.publish(self._lead + path, content)

    def remove(self, path: str) -> None:
        self._disk.remove(self._lead + path)

    def listed(self, path: str) -> list[str]:
        return [name.removeprefix(self._lead) for name in self._disk.listed(self._lead + path)]

    def locked(self) -> AbstractContextManager[None]:
        return self._disk.locked()


class House:
    """A publisher's house: a disk, a clock, and the two folders."""

    def __init__(self, origin: str = ORIGIN, signers: Sequence[NoteSigner] = PUBLISHER) -> None:
        self.disk = Disk()
        self.public, self.private = Part(self.disk, "public"), Part(self.disk, "private")
        self.time = NOON
        self.origin, self.signers = origin, signers
        create_register(self.public, self.private, origin, signers)

    def now(self) -> datetime:
        return self.time

    @contextmanager
    def opened(self, **more: Any) -> Iterator[RegisterWriter]:
        with open_register(
            self.public, self.private, self.origin, self.signers, now=self.now, **more
        ) as writer:
            yield writer

    def publish(self, *orders: Order, by: SigningIdentity = ALDANIA) -> list[Published]:
        with self.opened() as writer:
            return writer.publish(orders, by)


def order(key: str, text: str = TEXT, **changed: Any) -> Order:
    """Return an order of the invented ministry."""
    draft = Draft(
        issuer=NAME,
        office="Office of the Spokesperson",
        versions=drafted([("en", text), ("fr", "Les pourparlers commencent le 3 mai.")]),
    )
    return Order(draft=msgspec.structs.replace(draft, **changed), key=key)


class Watcher:
    """A witness: it keeps the checkpoint that it cosigned last, and cosigns what only grew."""

    def __init__(self, signers: Sequence[NoteSigner]) -> None:
        self.signers = signers
        self.last: SignedNote | None = None

    def cosign(self, house: House, at: datetime) -> None:
        """Be shown the log, and let the publisher have the cosignature.

        Raises:
            AssertionError: It did not only grow.
        """
        with house.opened() as writer:
            note = writer.checkpoint
            old = parse_checkpoint(self.last).head.size if self.last else 0
            head = parse_checkpoint(note).head
            proof = prove_consistency(old, head.size, TileReader(house.public.read, head).nodes)
            asked = WitnessRequest(old_size=old, proof=proof, checkpoint=note)
            keys = {house.origin: tuple(one.key for one in house.signers)}
            decision = decide(asked, keys, self.last)
            assert isinstance(decision, MayCosign), decision
            self.last = decision.note
            lines = cosign_checkpoint(decision.checkpoint, self.signers, at)
            writer.add_cosignatures(lines, [one.key for one in self.signers])
