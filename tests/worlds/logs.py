"""Logs, witnesses and disks for tests: in memory, so that a test can look at every file.

`Disk` keeps what is on the platter apart from what was only written, and loses power after any
number of steps; what was written and not flushed is then gone, torn or there, as a seed says.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from legation.crypto.log.checkpoints import Checkpoint
from legation.crypto.log.files import CHECKPOINT
from legation.crypto.log.keys import NoteKey, signed_bytes
from legation.crypto.log.merkle import Frontier, Node, TreeHead, leaf_hash, node_hash, peaks
from legation.crypto.log.notes import SignatureLine, SignedNote
from legation.crypto.log.policies import Policy, Witness
from legation.crypto.log.signers import (
    NoteSigner,
    WitnessIdentity,
    log_signers,
    sign_checkpoint,
    witness_signers,
)
from legation.crypto.log.tiles import HEIGHT, Tile, parse_path
from legation.crypto.log.writing import create_log, open_log
from legation.crypto.signing import SigningIdentity
from legation.errors import NotFoundError

ORIGIN = "statements.ministry.example/log"
PUBLISHER = log_signers(ORIGIN, SigningIdentity(bytes([1]) * 32, bytes([2]) * 32))
STRANGER = log_signers(ORIGIN, SigningIdentity(bytes([3]) * 32, bytes([4]) * 32))
LOG_KEYS = tuple(each.key for each in PUBLISHER)
WITNESS_NAMES = ("university.example/w", "press.example/w", "embassy.example/w")
WITNESSES = {
    name: witness_signers(name, WitnessIdentity(bytes([at]) * 32, bytes([at + 9]) * 32))
    for at, name in enumerate(WITNESS_NAMES, 10)
}


def keys_of(signers: Sequence[NoteSigner]) -> tuple[NoteKey, ...]:
    """Return the public keys of signers."""
    return tuple(each.key for each in signers)


def policy(quorum: int = 2) -> Policy:
    """Return the policy of a reader of the invented ministry's log."""
    witnesses = tuple(Witness(name=name, keys=keys_of(by)) for name, by in WITNESSES.items())
    return Policy(origin=ORIGIN, log_keys=LOG_KEYS, witnesses=witnesses, quorum=quorum)


def signed_text(text: str, signers: Sequence[NoteSigner] = PUBLISHER) -> SignedNote:
    """Return a note of any text, signed by the log's keys, as no log of legation signs one."""
    message = {each.key: signed_bytes(each.key.type, each.key.name, text, None) for each in signers}
    lines = tuple(
        SignatureLine(
            name=each.key.name, key_id=each.key.key_id, signature=each.sign(message[each.key])
        )
        for each in signers
    )
    return SignedNote(text=text, signatures=lines)


class Tree:
    """A tree in memory, every node of it, to build proofs from."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.leaves = [leaf_hash(entry) for entry in entries]
        self.heads = [Frontier().head()]
        self._nodes: dict[Node, bytes] = {}
        frontier = Frontier()
        for leaf in self.leaves:
            self._nodes.update(frontier.append(leaf))
            self.heads.append(frontier.head())

    def read(self, wanted: Sequence[Node]) -> list[bytes]:
        return [self._nodes[node] for node in wanted]

    def note(self, size: int, signers: Sequence[NoteSigner] = PUBLISHER) -> SignedNote:
        """Return the signed checkpoint of the first entries."""
        return sign_checkpoint(Checkpoint(origin=ORIGIN, head=self.heads[size]), signers)


class Even:
    """A log of any size whose entries are all the same, made as it is read."""

    def __init__(self, entry: bytes = b"") -> None:
        self._whole = [leaf_hash(entry)]
        for _ in range(63):
            self._whole.append(node_hash(self._whole[-1], self._whole[-1]))

    @property
    def leaf(self) -> bytes:
        return self._whole[0]

    def head(self, size: int) -> TreeHead:
        return Frontier(size, [self._whole[node.level] for node in peaks(size)]).head()

    def read(self, path: str) -> bytes:
        tile = parse_path(path)
        assert isinstance(tile, Tile)
        return self._whole[HEIGHT * tile.level] * tile.width


class PowerLossError(Exception):
    """The disk has stopped."""


class Disk:
    """A log's folder in memory that can lose power."""

    def __init__(self) -> None:
        self.safe: dict[str, bytes] = {}
        self.written: dict[str, bytes] = {}
        self.steps = 0
        self.stop_after: int | None = None
        self.fault: Callable[[str], None] = lambda _: None

    def read(self, path: str) -> bytes:
        for place in (self.written, self.safe):
            if path in place:
                return place[path]
        raise NotFoundError(path, hint="")

    def put(self, path: str, content: bytes) -> None:
        self._step(path)
        self.written[path] = content

    def settle(self, under: str = "") -> None:
        for path in [each for each in self.written if each.startswith(under)]:
            self._step(path)
            self.safe[path] = self.written.pop(path)

    def publish(self, path: str, content: bytes) -> None:
        self._step(path)
        self.safe[path] = content
        self._step(path)

    def remove(self, path: str) -> None:
        self._step(path)
        for place in (self.written, self.safe):
            for name in [each for each in place if f"{each}/".startswith(f"{path}/")]:
                del place[name]

    def listed(self, path: str) -> list[str]:
        names = [*self.safe, *self.written]
        return sorted(name for name in names if name.startswith(f"{path}/"))

    @contextmanager
    def locked(self) -> Iterator[None]:
        yield

    def lose_power(self, seed: int) -> None:
        """Keep what was flushed; of the rest anything may be there, gone or torn."""
        chance = random.Random(seed)  # noqa: S311 - a test's dice
        for path, content in self.written.items():
            fate = chance.randrange(4)
            if fate == 1:
                self.safe[path] = content
            elif fate == 2:
                self.safe[path] = content[: chance.randrange(len(content) + 1)]
            elif fate == 3:
                self.safe[path] = bytes(len(content))
        self.written = {}
        self.stop_after = None

    def _step(self, path: str) -> None:
        self.steps += 1
        if self.stop_after is not None and self.steps > self.stop_after:
            raise PowerLossError
        self.fault(path)


def log_of(batches: Sequence[Sequence[bytes]]) -> Disk:
    """Return the files of a log that was written in these batches."""
    disk = Disk()
    create_log(disk, ORIGIN, PUBLISHER)
    with open_log(disk, ORIGIN, PUBLISHER) as log:
        for batch in batches:
            log.append(batch)
    return disk


def published(disk: Disk) -> bytes:
    """Return the checkpoint that stands."""
    return disk.read(CHECKPOINT)
