from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.merkle import (
    Node,
    TreeHead,
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)
from legation.crypto.log.notes import parse_note
from legation.crypto.log.tiles import (
    LARGEST_ENTRY,
    Bundle,
    Tile,
    TileReader,
    bundles_of,
    decode_bundle,
    encode_bundle,
    parse_path,
    tiles_of,
)
from legation.errors import BadInputError, NotFoundError, UsageError, VerificationError
from worlds.logs import Disk, Even, Tree, log_of, published

ENTRIES = [b"statement %d" % at for at in range(70_000)]
LOG = log_of([ENTRIES[:300], ENTRIES[300:5_000], ENTRIES[5_000:66_000], ENTRIES[66_000:]])
HEAD = parse_checkpoint(parse_note(published(LOG))).head
TEN_MILLION = 10_000_000


def test_an_inclusion_proof_in_ten_million_entries_reads_eight_tiles_at_most() -> None:
    even = Even()
    head = even.head(TEN_MILLION)
    most = 0
    for index in [0, 1, 255, 256, TEN_MILLION - 1, *range(0, TEN_MILLION, 104_729)]:
        reader = TileReader(even.read, head)
        proof = prove_inclusion(index, TEN_MILLION, reader.nodes)
        verify_inclusion(even.leaf, index, proof, head)
        most = max(most, reader.tiles_read)
    assert most == 5  # eight are allowed


@given(st.integers(1, 2**40), st.data())
def test_a_proof_reads_two_tiles_of_a_level_at_most(size: int, data: Any) -> None:
    even = Even()
    head, index = even.head(size), data.draw(st.integers(0, size - 1))
    reader = TileReader(even.read, head)
    verify_inclusion(even.leaf, index, prove_inclusion(index, size, reader.nodes), head)
    assert reader.tiles_read <= 2 * -(-size.bit_length() // 8)


@given(st.integers(1, 2**40), st.data())
def test_a_consistency_proof_is_read_from_tiles(size: int, data: Any) -> None:
    even = Even()
    head, old = even.head(size), data.draw(st.integers(0, size))
    reader = TileReader(even.read, head)
    verify_consistency(even.head(old), head, prove_consistency(old, size, reader.nodes))
    assert reader.tiles_read <= 2 * -(-size.bit_length() // 8)


def test_a_neighbour_costs_no_further_tile() -> None:
    reader = TileReader(LOG.read, HEAD)
    prove_inclusion(1000, HEAD.size, reader.nodes)
    before = reader.tiles_read
    prove_inclusion(1001, HEAD.size, reader.nodes)
    assert reader.tiles_read == before


@given(st.integers(0, HEAD.size - 1))
def test_an_entry_is_read_with_its_proof(index: int) -> None:
    assert TileReader(LOG.read, HEAD).entry(index) == ENTRIES[index]


_NAMED: list[Tile | Bundle] = [*tiles_of(0, HEAD.size), *bundles_of(0, HEAD.size)]
FILES = sorted(each.path for each in _NAMED)


def _ask(reader: TileReader, named: Tile | Bundle) -> None:
    if isinstance(named, Bundle):
        reader.entries(named.index)
    else:
        reader.nodes([Node(8 * named.level, named.index * 256)])


@settings(max_examples=300)
@given(st.sampled_from(FILES), st.data())
def test_a_reader_that_lies_in_any_bit_is_caught(path: str, data: Any) -> None:
    content = bytearray(LOG.read(path))
    at = data.draw(st.integers(0, len(content) * 8 - 1))
    content[at // 8] ^= 1 << at % 8

    def lie(asked: str) -> bytes:
        return bytes(content) if asked == path else LOG.read(asked)

    named = parse_path(path)
    with pytest.raises(VerificationError):
        _ask(TileReader(lie, HEAD), named)


@given(st.sampled_from(FILES), st.sampled_from(FILES))
def test_a_reader_that_gives_another_file_is_caught(asked: str, given_: str) -> None:
    assume(LOG.read(asked) != LOG.read(given_))

    def lie(path: str) -> bytes:
        return LOG.read(given_ if path == asked else path)

    named = parse_path(asked)
    with pytest.raises(VerificationError):
        _ask(TileReader(lie, HEAD), named)


def test_a_log_under_another_root_is_refused() -> None:
    reader = TileReader(LOG.read, TreeHead(size=HEAD.size, root=bytes(32)))
    with pytest.raises(VerificationError, match="signed root"):
        reader.nodes([Node(0, 0)])


def test_a_partial_tile_that_was_dropped_is_read_from_the_full_one() -> None:
    tree = Tree(ENTRIES[:300])
    disk = log_of([ENTRIES[:300]])
    assert "tile/0/000.p/200" not in disk.safe
    reader = TileReader(disk.read, tree.heads[200])
    proof = prove_inclusion(7, 200, reader.nodes)
    verify_inclusion(tree.leaves[7], 7, proof, tree.heads[200])
    assert reader.entry(199) == ENTRIES[199]


def test_a_missing_file_is_said_to_be_missing() -> None:
    disk = Disk()
    disk.safe = {path: each for path, each in LOG.safe.items() if path != "tile/0/003"}
    with pytest.raises(NotFoundError):
        TileReader(disk.read, HEAD).nodes([Node(0, 3 * 256)])


@pytest.mark.parametrize("node", [Node(0, HEAD.size), Node(20, 0), Node(-1, 0), Node(0, -1)])
def test_a_subtree_that_the_log_has_not_is_no_question(node: Node) -> None:
    with pytest.raises(UsageError):
        TileReader(LOG.read, HEAD).nodes([node])


@pytest.mark.parametrize("index", [-1, HEAD.size])
def test_an_entry_that_the_log_has_not_is_no_question(index: int) -> None:
    with pytest.raises(UsageError):
        TileReader(LOG.read, HEAD).entry(index)


def test_a_bundle_that_the_log_has_not_is_no_question() -> None:
    with pytest.raises(UsageError):
        TileReader(LOG.read, HEAD).entries(HEAD.size // 256 + 1)


@given(st.integers(0, 2**40), st.integers(1, 256))
def test_a_path_is_read_and_written_back(index: int, width: int) -> None:
    for named in (Tile(3, index, width), Bundle(index, width)):
        assert parse_path(named.path) == named


@given(
    st.text(max_size=60) | st.from_regex(r"tile/[0-9a-z]{1,9}(/x?[0-9]{3}){1,8}(\.p/[0-9]{1,4})?")
)
def test_reading_a_path_raises_nothing_undeclared(path: str) -> None:
    try:
        named = parse_path(path)
    except BadInputError:
        return
    assert named.path == path


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_read_and_written_back(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


@given(st.binary(max_size=600), st.integers(0, 256))
def test_reading_a_bundle_raises_nothing_undeclared(content: bytes, width: int) -> None:
    try:
        entries = decode_bundle(content, width)
    except BadInputError:
        return
    assert encode_bundle(entries) == content


def test_an_entry_may_have_65535_bytes_and_no_more() -> None:
    longest = bytes(LARGEST_ENTRY)
    assert decode_bundle(encode_bundle([longest]), 1) == [longest]
    with pytest.raises(BadInputError, match="65536 bytes"):
        encode_bundle([bytes(LARGEST_ENTRY + 1)])
