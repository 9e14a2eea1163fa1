"""Merkle trees: one hash stands for a whole log, and a short proof for one entry in it.

The trees, proofs and their verification are those of RFC 6962, section 2.1, and RFC 9162,
section 2.1, over SHA-256. Nothing here reads a file: who builds a proof hands in a reader
of the hashes of whole subtrees. Verifying raises or returns nothing, and a proof of any
other length than the tree's shape asks for is refused before it is looked at.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from typing import Final, final

import msgspec

from legation.errors import UsageError, VerificationError

HASH_BYTES: Final = 32
LARGEST_SIZE: Final = 2**63 - 1
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

_LEAF, _NODE = b"\x00", b"\x01"
_GET_AGAIN = (
    "get the proof and the checkpoint again from the log; if they differ still, tell others"
)


@final
class Node(msgspec.Struct, frozen=True):
    """The whole subtree of 2**level leaves that begins at leaf index * 2**level."""

    level: int
    index: int


NodeReader = Callable[[Sequence[Node]], Sequence[bytes]]


class TreeHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a tree of one size is.

    Attributes:
        size: Number of leaves.
        root: The hash of the tree, 32 bytes.
    """

    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse what is no tree: bounds, and an empty tree with a root of its own."""
        if not 0 <= self.size <= LARGEST_SIZE or len(self.root) != HASH_BYTES:
            raise VerificationError("this is no head of a tree", hint=_GET_AGAIN)
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise VerificationError("an empty tree has another root", hint=_GET_AGAIN)


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf (RFC 9162, section 2.1.1).

    >>> leaf_hash(b"").hex()
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
    """
    return hashlib.sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return hashlib.sha256(_NODE + left + right).digest()


@final
class Frontier:
    """The right edge of a growing tree: enough to append and to know the root.

    Holds one hash for each bit that is set in the size, so appending costs two hashes on
    average, and one more than log2(size) at most.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Begin at a tree of that size.

        Args:
            size: Number of leaves.
            peaks: Hashes of the nodes of `peaks(size)`.

        Raises:
            UsageError: Another number of hashes stands for that size.
        """
        self.size = size
        self._peaks = list(peaks)
        if len(self._peaks) != size.bit_count():
            raise UsageError(
                f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(self._peaks)}",
                hint="read them from the log's tiles",
            )

    def append(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Add a leaf's hash, and return all subtrees that it completed, the leaf first."""
        node, value, done = Node(0, self.size), leaf, [(Node(0, self.size), leaf)]
        while self.size >> node.level & 1:
            value = node_hash(self._peaks.pop(), value)
            node = Node(node.level + 1, node.index >> 1)
            done.append((node, value))
        self._peaks.append(value)
        self.size += 1
        return done

    def root(self) -> bytes:
        """Return the root of the tree."""
        return _joined(self._peaks) if self._peaks else EMPTY_ROOT

    def head(self) -> TreeHead:
        """Return size and root."""
        return TreeHead(size=self.size, root=self.root())

    def copy(self) -> "Frontier":
        """Return another one that grows on its own."""
        return Frontier(self.size, self._peaks)


def peaks(size: int) -> list[Node]:
    """Return the whole subtrees that make up a tree of that size, the largest first.

    >>> peaks(6)
    [Node(level=2, index=0), Node(level=1, index=2)]
    """
    return _whole(0, size)


def tree_root(size: int, read: NodeReader) -> bytes:
    """Return the root of the first `size` leaves (RFC 9162, section 2.1.1).

    Raises:
        UsageError: The size is negative or too large.
    """
    _bounded(size)
    return _joined(list(read(peaks(size)))) if size else EMPTY_ROOT


def prove_inclusion(index: int, size: int, read: NodeReader) -> tuple[bytes, ...]:
    """Return the proof that a leaf is in a tree (RFC 9162, section 2.1.3.1).

    Args:
        index: Number of the leaf, from 0.
        size: Number of leaves of the tree.
        read: Gives the hashes of whole subtrees of that tree; it is asked once.

    Raises:
        UsageError: The tree has no such leaf.
    """
    _bounded(size)
    if not 0 <= index < size:
        raise UsageError(f"a tree of {size} leaves has no leaf {index}", hint="count from 0")
    beside, first, end = [], 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((first, middle))
            first = middle
    return _hashes(beside[::-1], read)


def prove_consistency(old: int, new: int, read: NodeReader) -> tuple[bytes, ...]:
    """Return the proof that a tree is the beginning of another (RFC 9162, section 2.1.4.1).

    Args:
        old: Number of leaves of the smaller tree.
        new: Number of leaves of the larger tree.
        read: Gives the hashes of whole subtrees of the larger tree; it is asked once.

    Raises:
        UsageError: The smaller tree is the larger one.
    """
    _bounded(new)
    if not 0 <= old <= new:
        raise UsageError(f"a tree of {old} leaves begins none of {new}", hint="swap the sizes")
    if old in (0, new):
        return ()
    beside, first, end = [], 0, new
    while old != end:
        middle = first + _split(end - first)
        if old <= middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((first, middle))
            first = middle
    if first:
        beside.append((first, end))
    return _hashes(beside[::-1], read)


def verify_inclusion(leaf: bytes, index: int, proof: Sequence[bytes], head: TreeHead) -> None:
    """Verify that a leaf stands at that place of a tree (RFC 9162, section 2.1.3.2).

    Args:
        leaf: The leaf's hash.
        index: Its number, from 0.
        proof: Hashes from the leaf's sibling up to the root's child.
        head: The tree.

    Raises:
        VerificationError: It does not, or the proof has another length than it must.
    """
    if not 0 <= index < head.size:
        raise VerificationError(
            f"a log of {head.size} entries has no entry {index}", hint=_GET_AGAIN
        )
    _sized(proof, _inclusion_length(index, head.size))
    value, at, last = leaf, index, head.size - 1
    for each in proof:
        while at and at == last and not at & 1:
            # The right edge: this level has no sibling, so the proof has none of it.
            at, last = at >> 1, last >> 1
        value = node_hash(each, value) if at & 1 else node_hash(value, each)
        at, last = at >> 1, last >> 1
    if not hmac.compare_digest(value, head.root):
        raise VerificationError("the entry is not in the log at that place", hint=_GET_AGAIN)


def verify_consistency(old: TreeHead, new: TreeHead, proof: Sequence[bytes]) -> None:
    """Verify that a tree is the beginning of another (RFC 9162, section 2.1.4.2).

    Every tree begins with the empty one; a tree begins with itself.

    Raises:
        VerificationError: It is not, or the proof has another length than it must.
    """
    computed_old, computed_new = roots_of(old, new.size, proof)
    if old.size == 0:
        return
    if not (
        hmac.compare_digest(computed_old, old.root) and hmac.compare_digest(computed_new, new.root)
    ):
        raise VerificationError(
            f"the log of {new.size} entries does not begin with the log of {old.size} entries",
            hint="the log may have been rewritten: keep both checkpoints, and tell the witnesses",
        )


def roots_of(old: TreeHead, new_size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the roots of the smaller and the larger tree that a consistency proof leads to.

    Two roots differ from what was signed when the proof is wrong; when the larger one is as
    signed, the smaller one is what that tree truly begins with.

    Raises:
        VerificationError: The sizes are swapped, or the proof has another length than it must.
    """
    if old.size > new_size:
        raise VerificationError(
            f"the log has shrunk from {old.size} to {new_size} entries", hint=_GET_AGAIN
        )
    _sized(proof, consistency_length(old.size, new_size))
    if old.size in (0, new_size):
        return old.root, old.root
    path = list(proof)
    if old.size.bit_count() == 1:
        # The smaller tree is one whole subtree, so its root stands in for the first hash.
        path.insert(0, old.root)
    at, last = old.size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    small = large = path[0]
    for each in path[1:]:
        if at & 1 or at == last:
            small, large = node_hash(each, small), node_hash(each, large)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            large = node_hash(large, each)
        at, last = at >> 1, last >> 1
    return small, large


def consistency_length(old: int, new: int) -> int:
    """Return how many hashes a consistency proof between two sizes has."""
    if old in (0, new):
        return 0
    length, first, end = 0, 0, new
    while old != end:
        middle = first + _split(end - first)
        length += 1
        if old <= middle:
            end = middle
        else:
            first = middle
    return length + bool(first)


def _inclusion_length(index: int, size: int) -> int:
    # Below where the paths to this leaf and to the last one part, every level has a sibling;
    # above, those of the last leaf's path that hang to the left.
    inner = (index ^ (size - 1)).bit_length()
    return inner + (index >> inner).bit_count()


def _sized(proof: Sequence[bytes], length: int) -> None:
    if len(proof) != length or any(len(each) != HASH_BYTES for each in proof):
        raise VerificationError(
            f"the proof must have {length} hashes of {HASH_BYTES} bytes", hint=_GET_AGAIN
        )


def _bounded(size: int) -> None:
    if not 0 <= size <= LARGEST_SIZE:
        raise UsageError(f"no tree has {size} leaves", hint=f"a tree has 0 to {LARGEST_SIZE}")


def _split(count: int) -> int:
    """Return the largest power of two below a count of leaves of two or more."""
    return 1 << (count - 1).bit_length() - 1


def _whole(first: int, end: int) -> list[Node]:
    """Return the whole subtrees of leaves from `first` up to `end`, left to right.

    `first` is the beginning of a subtree at least as large as any that follows.
    """
    nodes = []
    while first < end:
        level = (end - first).bit_length() - 1
        nodes.append(Node(level, first >> level))
        first += 1 << level
    return nodes


def _hashes(spans: Sequence[tuple[int, int]], read: NodeReader) -> tuple[bytes, ...]:
    parts = [_whole(*span) for span in spans]
    values = iter(read([node for part in parts for node in part]))
    return tuple(_joined([next(values) for _ in part]) for part in parts)


def _joined(hashes: Sequence[bytes]) -> bytes:
    """Return the root over whole subtrees side by side, the largest first."""
    value = hashes[-1]
    for left in reversed(hashes[:-1]):
        value = node_hash(left, value)
    return value
