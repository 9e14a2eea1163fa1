"""A PDF's words, page by page, and what it would do when opened.

pypdf reads; nothing is drawn. Scripts, actions, attachments and links are listed.
"""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from legation.formats.documents.told import MOST_PAGES, MOST_TEXT, Listing, Told, bounded, refused

if TYPE_CHECKING:
    from pypdf import PdfReader

_LINKS_ON: Final = 200


def read_pdf(raw: bytes, *, stated: str = "") -> Told:
    """Read a PDF.

    Raises:
        BadInputError: It is encrypted, or no PDF.
    """
    del stated  # fonts say which letters they draw
    import pypdf
    from pypdf.errors import PyPdfError

    listing = Listing()
    try:
        reader = pypdf.PdfReader(io.BytesIO(raw), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise refused("the document is encrypted")
        pages = len(reader.pages)
        _actions(reader, listing)
        text, left_out = bounded(_words(reader, min(pages, MOST_PAGES), listing))
        title = str(getattr(reader.metadata, "title", "") or "")
        if getattr(reader.metadata, "author", None):
            listing.add("names a person", note="among the document's properties; not read out")
    except (PyPdfError, RecursionError, KeyError, TypeError, ValueError, AttributeError) as bad:
        raise refused(f"the document is damaged ({type(bad).__name__})") from bad
    if pages > MOST_PAGES:
        listing.add("not read", note=f"{pages - MOST_PAGES:,} of {pages:,} pages")
    listing.add("pages", note=f"{pages:,}")
    return Told(
        text=text,
        title=" ".join(title.split())[:300],
        encoding="as its fonts say",
        left_out=left_out,
        found=listing.all(),
        unread="" if text.strip() else "the pages hold no letters: they may be pictures",
        tool=f"pypdf {pypdf.__version__}",
    )


def _words(reader: "PdfReader", pages: int, listing: Listing) -> Iterator[str]:
    size = 0
    for number in range(pages):
        page = reader.pages[number]
        if number < _LINKS_ON:
            _links(page, listing)
        text = page.extract_text()
        size += len(text)
        yield f"{text}\n\n"
        if size > MOST_TEXT:
            listing.add("not read", note=f"{pages - number - 1:,} pages beyond the limit of text")
            return


def _actions(reader: "PdfReader", listing: Listing) -> None:
    root = _plain(reader.trailer.get("/Root"))
    names = _plain(root.get("/Names"))
    for key, what in (("/OpenAction", "opens with"), ("/AA", "acts by itself")):
        if key in root:
            listing.add(what, _kind(root[key]))
    if "/JavaScript" in names:
        listing.add("script", note="among the document's names")
    for name in (reader.attachments or {}) if "/EmbeddedFiles" in names else ():
        listing.add("embedded file", str(name))
    if "/AcroForm" in root:
        form = _plain(root["/AcroForm"])
        listing.add("form", note="with fields of XFA" if "/XFA" in form else "")


def _links(page: Any, listing: Listing) -> None:
    for one in page.get("/Annots") or ():
        action = _plain(_plain(one).get("/A"))
        if "/URI" in action:
            uri = action["/URI"]
            listing.add("link", uri if isinstance(uri, str) else repr(uri))
        elif action:
            listing.add("acts when clicked", _kind(action))


def _kind(action: Any) -> str:
    return str(_plain(action).get("/S", "a place in the document")).lstrip("/")


def _plain(value: Any) -> dict[str, Any]:
    found = value.get_object() if hasattr(value, "get_object") else value
    return found if isinstance(found, dict) else {}
