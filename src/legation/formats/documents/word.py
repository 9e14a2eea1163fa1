"""A Word document's words: paragraphs, tables, notes and comments.

Macros, embedded files, pictures and links are listed by name. Fields are listed with their
instruction, because some of them fetch or start something when a document is opened in Word.
"""

import re
from collections.abc import Mapping
from typing import Final

from legation.formats.documents.packed import Packed, walk_xml
from legation.formats.documents.told import Listing, Told, bounded, tidy

_WORDS: Final = re.compile(
    r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml"
)
_BREAKS: Final = frozenset({"p", "br", "cr", "tr"})
_MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_EXTERNAL: Final = "External"
_EMBEDDED: Final = re.compile(r"/(?:embeddings|activeX)/", re.IGNORECASE)


def read_word(raw: bytes, *, stated: str = "") -> Told:
    """Read a Word document (Office Open XML)."""
    del stated  # XML says its encoding itself
    packed, listing = Packed(raw), Listing()
    pieces: list[str] = []
    main = "word/document.xml"
    for name in sorted(packed.names, key=lambda one: (one != main, one)):
        if name.endswith(".rels"):
            _relations(packed.read(name), listing)
        elif _WORDS.fullmatch(name):
            pieces.append("\n\n" if pieces else "")
            _words(packed.read(name), pieces, listing)
        else:
            _list(name, listing)
    text, left_out = bounded(tidy(pieces))
    return Told(
        text=text,
        title=_title(packed, listing),
        encoding="as its XML says",
        left_out=left_out,
        found=listing.all(),
        tool="zipfile and expat",
    )


def _words(raw: bytes, pieces: list[str], listing: Listing) -> None:
    taking: list[str] = []

    def starts(name: str, given: Mapping[str, str]) -> None:
        del given
        local = _local(name)
        taking.append(local)
        if local in _BREAKS:
            pieces.append("\n")
        elif local in {"tab", "tc"}:
            pieces.append("\t")
        elif local in {"del", "ins", "moveFrom"}:
            listing.add("tracked change", note="deleted or moved words are not shown")

    def ends(name: str) -> None:
        del name
        if taking.pop() == "p":
            pieces.append("\n")

    def words(text: str) -> None:
        within = taking[-1] if taking else ""
        if within == "t":
            pieces.append(text)
        elif within == "instrText":
            listing.add("field", text)

    walk_xml(raw, starts, ends, words)


def _relations(raw: bytes, listing: Listing) -> None:
    def starts(name: str, given: Mapping[str, str]) -> None:
        if name.rpartition(" ")[2] == "Relationship" and given.get("TargetMode") == _EXTERNAL:
            kind = given.get("Type", "").rpartition("/")[2] or "link"
            what = "link" if kind == "hyperlink" else f"outside {kind}"
            listing.add(what, given.get("Target", ""))

    walk_xml(raw, starts, lambda _: None, lambda _: None)


def _list(name: str, listing: Listing) -> None:
    if name.lower().endswith("vbaproject.bin"):
        listing.add("macro", name)
    elif _EMBEDDED.search(name):
        listing.add("embedded file", name)
    elif "/media/" in name:
        listing.add("picture", name)


def _title(packed: Packed, listing: Listing) -> str:
    """Return the title among the properties; that an author stands there is said, not who."""
    title: list[str] = []
    within = [""]

    def starts(name: str, given: Mapping[str, str]) -> None:
        del given
        within[0] = name.rpartition(" ")[2]

    def words(text: str) -> None:
        if within[0] == "title":
            title.append(text)
        elif within[0] in {"creator", "lastModifiedBy"} and text.strip():
            listing.add("names a person", note="among the document's properties; not read out")

    def ends(_: str) -> None:
        within[0] = ""

    if "docProps/core.xml" in packed.names:
        walk_xml(packed.read("docProps/core.xml"), starts, ends, words)
    return " ".join("".join(title).split())[:300]


def _local(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return local if space in (_MAIN, _STRICT) else ""
