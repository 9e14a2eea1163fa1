import itertools
import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.crypto.log.merkle import (
    EMPTY_ROOT,
    LARGEST_SIZE,
    Frontier,
    Node,
    TreeHead,
    consistency_length,
    leaf_hash,
    node_hash,
    peaks,
    prove_consistency,
    prove_inclusion,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from legation.errors import UsageError, VerificationError
from worlds.logs import Tree

LARGEST = 300
FLIPS = int(os.environ.get("LEGATION_LOG_FLIPS", "20000"))
TREE = Tree([b"entry %d" % at for at in range(LARGEST)])
PAIRS = st.integers(1, LARGEST).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n)))


def naive_root(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 9162, section 2.1.1, defines it, by recursion."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(naive_root(leaves[:half]), naive_root(leaves[half:]))


def _flip(parts: list[bytes], chance: random.Random) -> None:
    at, bit = chance.randrange(len(parts)), chance.randrange(256)
    parts[at] = (int.from_bytes(parts[at], "big") ^ 1 << bit).to_bytes(32, "big")


@pytest.mark.parametrize("size", [*range(70), 127, 128, 129, 255, 256, 257, LARGEST])
def test_the_root_is_that_of_the_definition(size: int) -> None:
    root = naive_root(TREE.leaves[:size])
    assert TREE.heads[size].root == tree_root(size, TREE.read) == root


def test_every_inclusion_proof_up_to_300_entries_holds() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = prove_inclusion(index, size, TREE.read)
            verify_inclusion(TREE.leaves[index], index, proof, TREE.heads[size])


def test_every_consistency_proof_up_to_300_entries_holds() -> None:
    for new in range(LARGEST + 1):
        for old in range(new + 1):
            proof = prove_consistency(old, new, TREE.read)
            assert len(proof) == consistency_length(old, new)
            verify_consistency(TREE.heads[old], TREE.heads[new], proof)


def test_no_proof_with_a_bit_flipped_holds() -> None:
    chance = random.Random(FLIPS)  # noqa: S311 - a test's dice
    for _ in range(FLIPS):
        new = chance.randint(1, LARGEST)
        index, old = chance.randrange(new), chance.randint(1, new)
        included = [
            TREE.leaves[index],
            TREE.heads[new].root,
            *prove_inclusion(index, new, TREE.read),
        ]
        _flip(included, chance)
        leaf, root, *path = included
        with pytest.raises(VerificationError):
            verify_inclusion(leaf, index, path, TreeHead(size=new, root=root))
        continued = [
            TREE.heads[old].root,
            TREE.heads[new].root,
            *prove_consistency(old, new, TREE.read),
        ]
        _flip(continued, chance)
        before, after, *path = continued
        older, newer = TreeHead(size=old, root=before), TreeHead(size=new, root=after)
        with pytest.raises(VerificationError):
            verify_consistency(older, newer, path)


@given(PAIRS, st.integers(0, LARGEST + 5))
def test_an_entry_is_proved_at_its_own_place_only(pair: tuple[int, int], other: int) -> None:
    index, size = pair
    if other != index:
        proof = prove_inclusion(index, size, TREE.read)
        with pytest.raises(VerificationError):
            verify_inclusion(TREE.leaves[index], other, proof, TREE.heads[size])


@given(PAIRS, st.integers(-1, 65))
def test_a_proof_of_another_length_is_refused(pair: tuple[int, int], length: int) -> None:
    index, size = pair
    proof = list(prove_inclusion(index, size, TREE.read))
    if length not in (-1, len(proof)):
        made = (proof + [bytes(32)] * 65)[:length]
        with pytest.raises(VerificationError, match="must have"):
            verify_inclusion(TREE.leaves[index], index, made, TREE.heads[size])
    with pytest.raises(VerificationError, match="must have"):
        verify_inclusion(TREE.leaves[index], index, [*proof, b""], TREE.heads[size])


@given(PAIRS)
def test_a_hash_of_a_proof_has_32_bytes(pair: tuple[int, int]) -> None:
    index, size = pair
    proof = [each + b"\x00" for each in prove_inclusion(index, size, TREE.read)]
    if proof:
        with pytest.raises(VerificationError, match="32 bytes"):
            verify_inclusion(TREE.leaves[index], index, proof, TREE.heads[size])


def test_a_log_that_shrinks_is_refused() -> None:
    with pytest.raises(VerificationError, match="shrunk"):
        verify_consistency(TREE.heads[8], TREE.heads[7], ())


def test_every_log_continues_the_empty_one_without_a_proof() -> None:
    verify_consistency(TREE.heads[0], TREE.heads[9], ())
    with pytest.raises(VerificationError, match="must have 0"):
        verify_consistency(TREE.heads[0], TREE.heads[9], (bytes(32),))


def test_two_roots_of_one_size_are_refused() -> None:
    other = TreeHead(size=9, root=bytes(32))
    with pytest.raises(VerificationError, match="does not begin with"):
        verify_consistency(TREE.heads[9], other, ())


@pytest.mark.parametrize(
    ("size", "root"),
    [(-1, EMPTY_ROOT), (LARGEST_SIZE + 1, bytes(32)), (1, b""), (1, bytes(33)), (0, bytes(32))],
)
def test_what_is_no_head_of_a_tree_is_refused(size: int, root: bytes) -> None:
    with pytest.raises(VerificationError):
        TreeHead(size=size, root=root)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, -1)])
def test_a_proof_of_an_entry_that_is_not_there_is_not_built(index: int, size: int) -> None:
    with pytest.raises(UsageError):
        prove_inclusion(index, size, TREE.read)


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3), (0, LARGEST_SIZE + 1)])
def test_a_proof_between_sizes_that_are_none_is_not_built(old: int, new: int) -> None:
    with pytest.raises(UsageError):
        prove_consistency(old, new, TREE.read)


@given(st.integers(0, LARGEST), st.integers(0, 40))
def test_a_frontier_goes_on_from_any_size(size: int, more: int) -> None:
    frontier = Frontier(size, TREE.read(peaks(size)))
    end = min(size + more, LARGEST)
    for leaf in itertools.islice(TREE.leaves, size, end):
        frontier.append(leaf)
    assert frontier.head() == TREE.heads[end]


def test_appending_costs_two_hashes_on_average_and_names_what_it_completed() -> None:
    frontier, made = Frontier(), 0
    for leaf in TREE.leaves:
        done = frontier.append(leaf)
        made += len(done)
        assert done[0] == (Node(0, frontier.size - 1), leaf)
        assert len(done) <= LARGEST.bit_length()
    assert made < 2 * LARGEST


def test_a_copy_of_a_frontier_grows_on_its_own() -> None:
    frontier = Frontier()
    other = frontier.copy()
    other.append(leaf_hash(b"x"))
    assert (frontier.size, other.size) == (0, 1)


def test_a_frontier_with_another_number_of_peaks_is_refused() -> None:
    with pytest.raises(UsageError, match="2 peaks"):
        Frontier(3, [bytes(32)])
