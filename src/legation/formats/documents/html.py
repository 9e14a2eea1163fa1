"""A web page's words: text as a reader would see it, and a list of what it would have loaded.

Nothing is rendered and nothing fetched. Scripts, styles and templates are not words.
"""

import re
from html.parser import HTMLParser
from typing import Final

from legation.errors import BadInputError
from legation.formats.documents.letters import read_letters
from legation.formats.documents.told import Listing, Told, bounded, tidy

_META: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
_PRESCAN: Final = 4096
_SILENT: Final = frozenset({"script", "style", "template", "noscript", "svg", "math"})
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "option", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
_CELLS: Final = frozenset({"td", "th"})
_LOADED: Final = {
    "img": ("src", "outside picture"),
    "source": ("src", "outside media"),
    "video": ("src", "outside media"),
    "audio": ("src", "outside media"),
    "iframe": ("src", "frame"),
    "embed": ("src", "embedded object"),
    "object": ("data", "embedded object"),
    "link": ("href", "linked file"),
    "script": ("src", "script"),
    "form": ("action", "form"),
    "base": ("href", "base address"),
}
_MOST_DEPTH: Final = 10_000


def read_html(raw: bytes, *, stated: str = "") -> Told:
    """Read a web page.

    Args:
        raw: The page.
        stated: Encoding that a person or a header states.
    """
    text, encoding, candidates = page_letters(raw, stated=stated)
    seen = Seen()
    seen.feed(text)
    seen.close()
    words, left_out = bounded(tidy(seen.pieces))
    return Told(
        text=words,
        title=" ".join("".join(seen.titles).split())[:300],
        encoding=encoding,
        candidates=candidates,
        left_out=left_out,
        found=seen.listing.all(),
        tool="html.parser",
    )


def page_letters(raw: bytes, *, stated: str = "") -> tuple[str, str, tuple[str, ...]]:
    """Return a page's letters: as stated, as it says itself where that fits, or as can be told."""
    if stated:
        return read_letters(raw, stated=stated)
    text, encoding, candidates = read_letters(raw)
    said = _META.search(raw[:_PRESCAN])
    if encoding or said is None:
        return text, encoding, candidates
    name = said[1].decode("ascii").lower()
    try:
        return read_letters(raw, stated=name)[0], f"{name}, as the page says", ()
    except BadInputError:
        return text, encoding, candidates


class Seen(HTMLParser):
    """Gathers words and lists the rest."""

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.titles: list[str] = []
        self.listing = Listing()
        self._silent: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag would load, and where a line begins."""
        given = {name: value or "" for name, value in attrs}
        self._list(tag, given)
        if tag in _SILENT and len(self._silent) < _MOST_DEPTH:
            self._silent.append(tag)
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" \t")
        self._in_title = tag == "title"
        if tag == "img" and given.get("alt") and not self._silent:
            self.pieces.append(f" [{given['alt']}] ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read a tag that closes itself."""
        self.handle_starttag(tag, attrs)
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_endtag(self, tag: str) -> None:
        """Note where a line ends."""
        self._in_title = False
        if tag in _SILENT and tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Take words."""
        if self._in_title:
            self.titles.append(data)
        elif not self._silent:
            self.pieces.append(data)

    def _list(self, tag: str, given: dict[str, str]) -> None:
        if tag == "a" and given.get("href", "").strip():
            self.listing.add("link", given["href"])
        elif tag in _LOADED:
            name, what = _LOADED[tag]
            value = given.get(name, "")
            if value.startswith("data:"):
                self.listing.add(what, value.partition(",")[0], ", inside the page")
            elif value or tag == "script":
                self.listing.add(what, value, "" if value else "inside the page")
        elif tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.listing.add("moves on by itself", given.get("content", ""))
        if any(name.startswith("on") for name in given):
            self.listing.add("script", note="on an element of the page")
