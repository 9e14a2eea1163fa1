"""The register as a page for everybody: one static file beside the log, without a script.

It lists what is public and nothing else; an embargoed statement is in the log as a hash, and here
not at all. The page proves nothing and says so: the files do, by the verifier page or the command.
"""

import hashlib
from collections.abc import Sequence
from html import escape
from typing import Final

import msgspec

from legation.crypto.log.files import LogFiles
from legation.errors import NotFoundError
from legation.safeguards.statements.books import path_of
from legation.safeguards.statements.register_copy import OpenedRegister
from legation.safeguards.statements.register_folder import COPY
from legation.safeguards.statements.statement import Statement, read_statement, time_text
from legation.safeguards.statements.statement_file import read_file
from legation.safeguards.statements.verdict import Later

PAGE: Final = "index.html"
VERIFIER: Final = "verify.html"
_STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;"
    "padding:.4rem .6rem;border-block-start:1px solid}code{overflow-wrap:anywhere}"
    "div.scroll{overflow-x:auto}"
)
_DID: Final = {
    "corrects": "Corrected by",
    "retracts": "Withdrawn by",
    "supersedes": "Replaced by",
}


class PublicStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that is public.

    Attributes:
        index: Its place in the log.
        said: What it says.
        later: Statements that changed it.
    """

    index: int
    said: Statement
    later: tuple[Later, ...]


def public_statements(files: LogFiles, opened: OpenedRegister) -> list[PublicStatement]:
    """Return the statements of a register that are public and verified, the newest first.

    Args:
        files: The public folder.
        opened: The register, verified.
    """
    later = {one.signed: one.later for one in opened.held.every()}
    found = []
    for index in range(opened.checkpoint.head.size):
        try:
            file = read_file(files.read(path_of(index)))
        except NotFoundError:
            continue  # under embargo
        signed = _sha256(file.signed)
        if signed in later:
            said = read_statement(file.signed)
            found.append(PublicStatement(index=index, said=said, later=later[signed]))
    return found[::-1]


def write_public_page(files: LogFiles, opened: OpenedRegister) -> bytes:
    """Write the page into the public folder, and return it.

    Args:
        files: The public folder.
        opened: The register, verified.
    """
    verifier = bool({VERIFIER} & set(files.listed("")))
    page = public_page(public_statements(files, opened), opened, verifier=verifier)
    files.publish(PAGE, page)
    return page


def public_page(
    statements: Sequence[PublicStatement], opened: OpenedRegister, *, verifier: bool
) -> bytes:
    """Return the page.

    Args:
        statements: What is public, the newest first.
        opened: The register.
        verifier: Whether the verifier page lies beside it.
    """
    name = escape(opened.directory.name)
    rows = "".join(_row(one) for one in statements)
    check = f' <a href="{VERIFIER}">Check a text or a file in your browser</a>.' if verifier else ""
    table = (
        '<div class="scroll" tabindex="0" role="group" aria-label="Statements"><table>'
        f"<caption>{len(statements)} statements, the newest first</caption>"
        '<thead><tr><th scope="col">Number</th><th scope="col">Issued</th>'
        '<th scope="col">Issuer</th><th scope="col">Title</th><th scope="col">State</th></tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
        if statements
        else "<p>No statement is public yet.</p>"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        f"<title>Statements: {name}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1 dir="auto">{name}</h1>'
        f"<p>Register <code>{escape(opened.checkpoint.origin)}</code>, "
        f"key directory {opened.directory.version}. This page proves nothing: "
        f"the files do.{check} "
        f'<a href="{COPY}" download="copy.register">The whole register as one file</a>.</p>'
        f"{table}</main></body></html>\n"
    ).encode()


def _row(one: PublicStatement) -> str:
    said = one.said
    titles = "".join(
        f'<div lang="{escape(text.language)}" dir="auto">{escape(_title(text.text))}</div>'
        for text in said.versions
    )
    state = "<br>".join(
        f"{_DID[later.relation]} {escape(later.number)}: "
        f'<span dir="auto">{escape(later.reason)}</span>'
        for later in one.later
    )
    file = f"{said.number.replace('/', '-')}.statement"
    return (
        f'<tr><th scope="row"><a href="{path_of(one.index)}" download="{escape(file)}">'
        f"{escape(said.number)}</a></th><td>{time_text(said.issued)}</td>"
        f"<td><bdi>{escape(said.issuer)}</bdi><br><bdi>{escape(said.office)}</bdi></td>"
        f"<td>{titles}</td><td>{state or 'Current'}</td></tr>"
    )


def _title(text: str) -> str:
    return text.partition("\n")[0][:200]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
