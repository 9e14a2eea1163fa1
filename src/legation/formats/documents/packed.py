"""ZIP containers and XML inside them, read within limits.

Sizes that an archive states are not believed: what is unpacked is counted while it comes.
XML that declares a document type is refused as a whole, so that neither an outside entity nor a
tower of entities is ever looked at (XXE, "billion laughs").
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Final
from xml.parsers import expat

from legation.formats.documents.told import MOST_EXPANDED, MOST_PARTS, refused

_ENCRYPTED: Final = 1
_PIECE: Final = 65_536
Starts = Callable[[str, Mapping[str, str]], None]
Ends = Callable[[str], None]
Words = Callable[[str], None]


class Packed:
    """A ZIP container, opened once."""

    def __init__(self, raw: bytes, most: int = MOST_EXPANDED) -> None:
        """Look at the table of contents.

        Raises:
            BadInputError: It is damaged, encrypted, or has too many parts.
        """
        self._left = most
        self._most = most
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as bad:
            raise refused("the file is packed and damaged") from bad
        entries = self._archive.infolist()
        if len(entries) > MOST_PARTS:
            raise refused(f"the file has {len(entries):,} parts, more than {MOST_PARTS:,}")
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise refused("the file is encrypted")
        self.names = tuple(entry.filename for entry in entries)

    def read(self, name: str) -> bytes:
        """Unpack one part.

        Raises:
            BadInputError: It is damaged, or all that was unpacked passes the limit.
        """
        pieces: list[bytes] = []
        try:
            with self._archive.open(name) as part:
                while piece := part.read(_PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise refused(
                            f"unpacked, the file is larger than {self._most // 1_000_000} MB"
                        )
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as bad:
            raise refused("a part of the file is damaged") from bad
        return b"".join(pieces)


def walk_xml(raw: bytes, starts: Starts, ends: Ends, words: Words) -> None:
    """Walk through XML; names come as the namespace, a blank, and the local name.

    Raises:
        BadInputError: It is no XML, or declares a document type.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = starts
    parser.EndElementHandler = ends
    parser.CharacterDataHandler = words
    parser.StartDoctypeDeclHandler = _refuse_type
    parser.EntityDeclHandler = _refuse_type
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as bad:
        raise refused("a part of the file is no XML") from bad


def _refuse_type(*_: object) -> None:
    raise refused("a part of the file declares a document type, which no Word document does")
