"""A log as static files: tiles of hashes and bundles of entries (C2SP tlog-tiles).

A tile is 256 neighbouring hashes of one level, and what a hash of level L + 1 stands for is
one full tile of level L. So a proof needs a few files of 8 KiB that any web server can give.
The server is not believed: the tiles of the right edge must lead to the root that was
signed, and every other tile to the hash above it, before a hash of it is used.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Final, final

import msgspec

from legation.crypto.log.merkle import (
    HASH_BYTES,
    Frontier,
    Node,
    TreeHead,
    leaf_hash,
    node_hash,
    peaks,
)
from legation.errors import BadInputError, NotFoundError, UsageError, VerificationError

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
LARGEST_ENTRY: Final = 2**16 - 1

FileReader = Callable[[str], bytes]

LEVELS: Final = 8  # eight levels of height 8 hold 2**64 leaves
_KEPT_TILES = 512
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<groups>(?:x[0-9]{3}/){0,6})(?P<last>[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)
_GET_AGAIN = "the log's files are damaged or were exchanged: get them from another mirror"


class Tile(msgspec.Struct, frozen=True):
    """A tile of hashes.

    Attributes:
        level: 0 for leaves; each level stands for 256 hashes of the one below.
        index: Its place in the level, from 0.
        width: How many hashes it has, 1 to 256; fewer than 256 is a partial tile.
    """

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return its file.

        >>> Tile(0, 1234067, 5).path
        'tile/0/x001/x234/067.p/5'
        """
        return f"tile/{self.level}/{_numbered(self.index, self.width)}"

    @property
    def full(self) -> "Tile":
        """Return the full tile of the same place."""
        return Tile(self.level, self.index)


class Bundle(msgspec.Struct, frozen=True):
    """A bundle of entries, beside the tile of level 0 of the same place.

    Attributes:
        index: Its place, from 0.
        width: How many entries it has, 1 to 256.
    """

    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return its file.

        >>> Bundle(0, 7).path
        'tile/entries/000.p/7'
        """
        return f"tile/entries/{_numbered(self.index, self.width)}"

    @property
    def full(self) -> "Bundle":
        """Return the full bundle of the same place."""
        return Bundle(self.index)


def parse_path(path: str) -> Tile | Bundle:
    """Return what lies at a path.

    Raises:
        BadInputError: It is no path of a tile or bundle, or not the only one for it.
    """
    found = _PATH.fullmatch(path)
    if found is None:
        raise _no_path(path)
    index = int(found["groups"].replace("x", "").replace("/", "") + found["last"])
    width = int(found["width"]) if found["width"] else WIDTH
    if found["level"] == "entries":
        named: Tile | Bundle = Bundle(index, width)
    else:
        named = Tile(int(found["level"]), index, width)
    if named.path != path or (found["width"] and width >= WIDTH):
        raise _no_path(path)
    return named


def tiles_of(old: int, new: int) -> Iterator[Tile]:
    """Yield the tiles that a log of `new` entries has beyond one of `old`, from the leaves up.

    >>> [tile.path for tile in tiles_of(255, 257)]
    ['tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']
    """
    for level in range(LEVELS):
        before, after = old >> HEIGHT * level, new >> HEIGHT * level
        if before == after:
            return
        for index in range(before >> HEIGHT, after >> HEIGHT):
            yield Tile(level, index)
        if after % WIDTH:
            yield Tile(level, after >> HEIGHT, after % WIDTH)


def bundles_of(old: int, new: int) -> Iterator[Bundle]:
    """Yield the bundles that a log of `new` entries has beyond one of `old`."""
    for tile in tiles_of(old, new):
        if tile.level == 0:
            yield Bundle(tile.index, tile.width)


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return a bundle's bytes: each entry after its length in two bytes, big-endian.

    Raises:
        BadInputError: An entry is longer than 65,535 bytes.
    """
    for each in entries:
        if len(each) > LARGEST_ENTRY:
            raise BadInputError(
                f"the entry has {len(each)} bytes",
                place="entry",
                hint=f"an entry of a log has {LARGEST_ENTRY} bytes at most: log its hash",
            )
    return b"".join(len(each).to_bytes(2, "big") + each for each in entries)


def decode_bundle(content: bytes, width: int, *, place: str = "bundle") -> list[bytes]:
    """Return the entries of a bundle.

    Args:
        content: The bundle's bytes.
        width: How many entries it must have.
        place: Its file, for the error.

    Raises:
        BadInputError: It is cut, or has more or fewer entries.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(content) and len(entries) <= width:
        end = at + 2 + int.from_bytes(content[at : at + 2], "big")
        if end > len(content) or at + 2 > len(content):
            raise BadInputError("the bundle of entries is cut", place=place, hint=_GET_AGAIN)
        entries.append(content[at + 2 : end])
        at = end
    if len(entries) != width:
        raise BadInputError(f"the bundle has not {width} entries", place=place, hint=_GET_AGAIN)
    return entries


@final
class TileReader:
    """Reads a log of one signed head; each file is proved before it is used.

    Its `nodes` is the `NodeReader` that proofs are built with. Tiles read are kept, the last
    512, so that neighbouring entries cost no further files.

    Attributes:
        head: The head that all must lead to.
        tiles_read: How many tiles were asked for.
    """

    def __init__(self, read: FileReader, head: TreeHead) -> None:
        """Read through a function that gives a file's bytes.

        Args:
            read: Gives the bytes of a path; a missing file is a NotFoundError.
            head: A head whose signature was verified.
        """
        self.head = head
        self.tiles_read = 0
        self._read = read
        self._edge: dict[int, _Content] = {}
        self._kept: OrderedDict[Tile, _Content] = OrderedDict()

    def nodes(self, wanted: Sequence[Node]) -> list[bytes]:
        """Return the hashes of whole subtrees.

        Raises:
            VerificationError: A tile does not lead to the signed root.
            NotFoundError: A tile is missing.
            UsageError: The tree has no such subtree.
        """
        return [self._node(each) for each in wanted]

    def frontier(self) -> Frontier:
        """Return the right edge, to append to."""
        return Frontier(self.head.size, self.nodes(peaks(self.head.size)))

    def edge(self) -> dict[int, list[bytes]]:
        """Return the hashes of the partial tiles at the log's end, by level."""
        self._edge = self._edge or self._proved_edge()
        return {level: content.hashes() for level, content in self._edge.items()}

    def entries(self, index: int) -> list[bytes]:
        """Return the entries of one bundle, each proved against its leaf.

        Args:
            index: The bundle's place: an entry's number divided by 256.

        Raises:
            VerificationError: The bundle or a tile does not lead to the signed root.
            NotFoundError: A file is missing.
            UsageError: The log has no such bundle.
        """
        tile = self._tile_at(0, index)
        bundle = Bundle(tile.index, tile.width)
        leaves = self._tile(tile)
        try:
            entries = self._prefix(bundle)
        except BadInputError as bad:
            raise VerificationError(str(bad), hint=_GET_AGAIN) from bad
        if [leaf_hash(each) for each in entries] != leaves.hashes():
            raise VerificationError(
                f"{bundle.path} has other entries than the log's hashes say", hint=_GET_AGAIN
            )
        return entries

    def entry(self, index: int) -> bytes:
        """Return one entry, proved; see `entries`."""
        if not 0 <= index < self.head.size:
            raise UsageError(
                f"a log of {self.head.size} entries has no entry {index}", hint="count from 0"
            )
        return self.entries(index // WIDTH)[index % WIDTH]

    def _node(self, node: Node) -> bytes:
        if node.level < 0 or not 0 <= (node.index + 1) << node.level <= self.head.size:
            raise UsageError(f"the tree has no {node}", hint="ask for whole subtrees of it")
        level, inner = divmod(node.level, HEIGHT)
        at = node.index << inner
        return self._tile(self._tile_at(level, at // WIDTH)).span(at % WIDTH, inner)

    def _tile_at(self, level: int, index: int) -> Tile:
        wide = (self.head.size >> HEIGHT * level) - index * WIDTH
        if index < 0 or wide <= 0:
            raise UsageError(f"level {level} has no tile {index}", hint="the log is smaller")
        return Tile(level, index, min(wide, WIDTH))

    def _tile(self, tile: Tile) -> "_Content":
        if not self._edge:
            self._edge = self._proved_edge()
        if tile.width < WIDTH:
            return self._edge[tile.level]
        if tile in self._kept:
            self._kept.move_to_end(tile)
            return self._kept[tile]
        above = self._tile(self._tile_at(tile.level + 1, tile.index // WIDTH))
        content = self._fetched(tile)
        if content.span(0, HEIGHT) != above.span(tile.index % WIDTH, 0):
            raise VerificationError(f"{tile.path} is not the log's", hint=_GET_AGAIN)
        self._kept[tile] = content
        if len(self._kept) > _KEPT_TILES:
            self._kept.popitem(last=False)
        return content

    def _proved_edge(self) -> "dict[int, _Content]":
        """Return the partial tiles by level, once they lead to the signed root."""
        edge = {
            level: self._fetched(Tile(level, at // WIDTH, at % WIDTH))
            for level in range(LEVELS)
            if (at := self.head.size >> HEIGHT * level) % WIDTH
        }
        hashes = [
            edge[node.level // HEIGHT].span(
                (node.index << node.level % HEIGHT) % WIDTH, node.level % HEIGHT
            )
            for node in peaks(self.head.size)
        ]
        if Frontier(self.head.size, hashes).root() != self.head.root:
            raise VerificationError(
                "the tiles at the log's end do not lead to the signed root", hint=_GET_AGAIN
            )
        return edge

    def _fetched(self, tile: Tile) -> "_Content":
        self.tiles_read += 1
        content = self._bytes(tile)
        if len(content) != tile.width * HASH_BYTES:
            raise VerificationError(
                f"{tile.path} has {len(content)} bytes, not {tile.width * HASH_BYTES}",
                hint=_GET_AGAIN,
            )
        return _Content(content)

    def _bytes(self, tile: Tile) -> bytes:
        try:
            return self._read(tile.path)
        except NotFoundError:
            if tile.width == WIDTH:
                raise
            # A log may drop a partial tile once the full one is there, which begins with it.
            return self._read(tile.full.path)[: tile.width * HASH_BYTES]

    def _prefix(self, bundle: Bundle) -> list[bytes]:
        try:
            return decode_bundle(self._read(bundle.path), bundle.width, place=bundle.path)
        except NotFoundError:
            if bundle.width == WIDTH:
                raise
            whole = decode_bundle(self._read(bundle.full.path), WIDTH, place=bundle.full.path)
            return whole[: bundle.width]


@final
class _Content:
    """The hashes of one tile."""

    __slots__ = ("_bytes",)

    def __init__(self, content: bytes) -> None:
        self._bytes = content

    def hashes(self) -> list[bytes]:
        return [self._bytes[at : at + HASH_BYTES] for at in range(0, len(self._bytes), HASH_BYTES)]

    def span(self, first: int, height: int) -> bytes:
        """Return the root over 2**height hashes from `first` on."""
        begin, count = first * HASH_BYTES, HASH_BYTES << height
        row = _Content(self._bytes[begin : begin + count]).hashes()
        while len(row) > 1:
            row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=True)]
        return row[0]


def _numbered(index: int, width: int) -> str:
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return name if width == WIDTH else f"{name}.p/{width}"


def _no_path(path: str) -> BadInputError:
    return BadInputError(
        f"{path!r:.80} is no path of a log's file",
        place="path",
        hint="write it as tile/0/x001/234 or tile/entries/000.p/7 (C2SP tlog-tiles)",
    )
