"""Which reader reads which kind: one line for each."""

from collections.abc import Mapping
from typing import Final, Protocol

from legation.formats.documents.html import read_html
from legation.formats.documents.mail import read_mail, read_saved_page
from legation.formats.documents.pdf import read_pdf
from legation.formats.documents.simple import (
    read_jpeg,
    read_nothing,
    read_png,
    read_post,
    read_text,
)
from legation.formats.documents.told import Told
from legation.formats.documents.web_archive import read_wacz, read_warc
from legation.formats.documents.word import read_word


class Reads(Protocol):
    """Reads one kind of document."""

    def __call__(self, raw: bytes, *, stated: str = "") -> Told:
        """Return what is told of it."""


READERS: Final[Mapping[str, Reads]] = {
    "html": read_html,
    "mhtml": read_saved_page,
    "warc": read_warc,
    "wacz": read_wacz,
    "png": read_png,
    "jpeg": read_jpeg,
    "pdf": read_pdf,
    "docx": read_word,
    "doc": read_nothing,
    "text": read_text,
    "eml": read_mail,
    "post": read_post,
}
