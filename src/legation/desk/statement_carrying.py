"""Public statements made to travel, from the desk: paper, block of text, part of a page, QR code.

They say what the register says and are public, so they leave under TLP:CLEAR in their names and
without any label inside. The `.statement` that goes along has its proof, so it is checked without
this desk.
"""

from typing import Final

from legation.app.statements.carriers import carried
from legation.app.statements.public_page import PublicStatement
from legation.app.statements.shelf import Shelf
from legation.desk.reading import Download
from legation.desk.statement_papers import set_statement
from legation.errors import NotFoundError
from legation.formats.marked import marking_of, named
from legation.safeguards.statements.books import path_of
from legation.stix.labels import Label
from legation.stix.tlp import Tlp

CARRIERS: Final = {
    "pdf": "application/pdf",
    "txt": "text/plain;charset=utf-8",
    "html": "text/html;charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
}
"""Kinds, each with its media type: paper, text, part of a page, QR code twice."""
_SCALE: Final = 8


def carrier_of(shelf: Shelf, public: PublicStatement, kind: str, language: str) -> Download:
    """Return a public statement as it travels; this takes seconds.

    Args:
        shelf: The register.
        public: The statement.
        kind: One of `CARRIERS`.
        language: Of the version that is shown; empty for the first.

    Raises:
        NotFoundError: There is no such kind, or no version in that language.
        MissingPartError: What sets papers is not installed.
    """
    if kind not in CARRIERS:
        raise NotFoundError(
            f"no export as {kind!r:.20}",
            hint="choose statement, json, pdf, txt, html, png or svg",
        )
    able = [one.language for one in public.said.versions]
    if language and language not in able:
        raise NotFoundError(
            f"this statement has no text in {language!r:.20}",
            hint=f"choose from: {', '.join(able)}",
        )
    house, said, index = shelf.house, public.said, public.index
    origin = house.directory().policy.origin
    one = carried(house.export(said.issuer, said.number), origin, language=language)
    stem = said.number.replace("/", "-")
    match kind:
        case "pdf":
            content = one.paper(set_statement, None)
        case "txt":
            content = one.text(whole=True).encode()
        case "html":
            # A log is named by the address at which its folder is served.
            content = one.page(f"https://{origin}/{path_of(index)}", fragment=True).encode()
        case "png":
            content = one.code("png", _SCALE)
        case _:
            content = one.code("svg", _SCALE)
    spoken = f".{one.version.language}" if len(said.versions) > 1 else ""
    name = named(f"{stem}{spoken}.{kind}", marking_of(Label(tlp=Tlp.CLEAR)).tag)
    return Download(name=name, media_type=CARRIERS[kind], content=content)
