"""Statements made to travel, and taken out of what came: text, QR, page, paper, picture.

What is made says what the `.statement` says; nothing is verified here, and whoever receives it
looks it up. What came is a stranger's: a PDF or picture is read in a process of its own.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, final

import msgspec

from legation.app.statements.handed import (
    OWN,
    PDF,
    PICTURES,
    files_in_text,
    refuse_larger,
    text_of,
)
from legation.errors import NotFoundError, UsageError
from legation.safeguards.statements.carriers.page import (
    write_article,
    write_fragment,
    write_page,
)
from legation.safeguards.statements.carriers.picture import Provenance
from legation.safeguards.statements.carriers.plain import write_armoured, write_text
from legation.safeguards.statements.carriers.qr import QrKind, draw_qr
from legation.safeguards.statements.carriers.short_form import ShortForm, short_form
from legation.safeguards.statements.statement import Statement, Version, read_statement
from legation.safeguards.statements.statement_file import SUFFIX, read_file

if TYPE_CHECKING:
    from cryptography import x509

    from legation.crypto.signing import Signer
    from legation.safeguards.statements.carriers.certificates import Certificate
    from legation.safeguards.statements.carriers.discovery import WellKnown

SetPaper = Callable[[str, bytes, str], bytes]
"""Sets a page on paper: the page, what is attached, the attachment's name."""


@final
class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """One language version of a statement, about to travel.

    Attributes:
        data: The `.statement`, whole.
        statement: What it says; a claim.
        version: Which language version is shown.
        form: Its short form.
    """

    data: bytes
    statement: Statement
    version: Version
    form: ShortForm

    def text(self, *, whole: bool) -> str:
        """Return it as a block of text; `whole` adds the `.statement` in armour."""
        block = write_text(self.statement, self.version, self.form)
        return block + (f"\n{write_armoured(self.data)}" if whole else "")

    def code(self, kind: QrKind, scale: int) -> bytes:
        """Return its short form as a QR code."""
        return draw_qr(str(self.form), kind, scale=scale)

    def page(self, href: str, *, fragment: bool) -> str:
        """Return it as a page of the web, or as a part of one."""
        made = write_fragment(
            self.statement,
            self.version,
            self.form,
            data=self.data,
            href=href,
            picture=self._drawing(),
        )
        return made if fragment else write_page(made, self.statement)

    def paper(self, set_paper: SetPaper, certificate: "Certificate | None") -> bytes:
        """Return it as a PDF with the `.statement` attached, signed where there is a certificate.

        Raises:
            MissingPartError: What sets or signs it is not installed.
        """
        article = write_article(self.statement, self.version, self.form, self._drawing())
        name = f"{self.statement.number.replace('/', '-')}{SUFFIX}"
        made = set_paper(write_page(article, self.statement), self.data, name)
        if certificate is None:
            return made
        from legation.safeguards.statements.carriers.pades import sign_paper

        return sign_paper(made, certificate, reason=f"Statement {self.statement.number}")

    def picture(self, picture: bytes, certificate: "Certificate | None", *, code: bool) -> bytes:
        """Return a picture that names it: by a QR code below, by a signed manifest, or both.

        Raises:
            UsageError: Neither is asked for.
            MissingPartError: What draws or signs it is not installed.
        """
        from legation.safeguards.statements.carriers.picture import add_qr, sign_picture

        if certificate is None and not code:
            raise UsageError(
                "the picture would stay as it is",
                hint="give a certificate for its manifest, or ask for the QR code below it",
            )
        made = add_qr(picture, self.form) if code else picture
        if certificate is None:
            return made
        return sign_picture(made, self.statement, self.form, certificate)

    def _drawing(self) -> str:
        return draw_qr(str(self.form), "svg").decode()


def carried(
    data: bytes, register: str, *, language: str = "", by: "Signer | None" = None
) -> Carried:
    """Return a statement as it is about to travel.

    Args:
        data: The `.statement`.
        register: The origin of the register's log.
        language: Of the version that is shown; empty for the first.
        by: The issuer's keys, which sign the short form; None leaves it unsigned. With keys, the
            file's own signatures are verified by them first.

    Raises:
        BadInputError: It is no statement file, or the register is written in another way.
        VerificationError: It was not signed by these keys.
        NotFoundError: It has no version in that language.
    """
    statement = read_statement(read_file(data).signed)
    if by is not None:
        from legation.safeguards.statements.verifying import Issuer, verify_file

        verify_file(data, Issuer(name=statement.issuer, keys=by.public()))
    versions = [one for one in statement.versions if language in ("", one.language)]
    if not versions:
        able = ", ".join(one.language for one in statement.versions)
        raise NotFoundError(f"no text in {language!r:.20}", hint=f"this statement has {able}")
    form = short_form(statement, versions[0], register, by)
    return Carried(data=data, statement=statement, version=versions[0], form=form)


@final
class Extracted(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a file that came.

    Attributes:
        kind: `statement`, `text` (a page too), `pdf` or `picture`.
        files: The `.statement` files in it, not verified.
        provenance: What a picture's manifest says; None where there is none, which proves nothing.
    """

    kind: str
    files: tuple[bytes, ...] = ()
    provenance: Provenance | None = None


def extracted(data: bytes, authorities: "Sequence[x509.Certificate]" = ()) -> Extracted:
    """Look for statements in a file of any known kind.

    Args:
        data: The file.
        authorities: Certificates that are trusted for pictures.

    Raises:
        BadInputError: It is too large, cannot be read, or what is in it is broken.
        VerificationError: A picture's manifest does not hold.
        MissingPartError: What reads pictures is not installed.
    """
    from legation.safeguards.statements.carriers.told import files_apart, provenance_apart

    refuse_larger(data)
    if data.startswith(OWN.encode()):
        read_file(data)
        return Extracted(kind="statement", files=(data,))
    if data.startswith(PDF):
        return Extracted(kind="pdf", files=files_apart(data))
    if data.startswith(PICTURES):
        return Extracted(kind="picture", provenance=provenance_apart(data, authorities))
    return Extracted(kind="text", files=tuple(files_in_text(text_of(data))))


def discovered(
    host: str, fetch: Callable[[str], bytes], printed: str = ""
) -> "tuple[WellKnown, bool]":
    """Ask a host for its register, and compare the anchor with what was printed.

    Args:
        host: Its name.
        fetch: Fetches an address of https.
        printed: The fingerprint that was printed; empty when there is none at hand.

    Returns:
        What the host says, and whether the printed fingerprint is that of its anchor.

    Raises:
        BadInputError: It is no host, the file is none, or what was printed is no fingerprint.
        VerificationError: The host serves another anchor than the one that was printed.
        UnreachableError: The host does not answer.
    """
    from legation.crypto.directory.roots import Anchor
    from legation.safeguards.statements.carriers.discovery import (
        WELL_KNOWN,
        host_of,
        read_well_known,
        require_anchor,
    )

    expected = Anchor.parse(printed) if printed else None
    said = read_well_known(fetch(f"https://{host_of(host)}/{WELL_KNOWN}"))
    if expected is not None:
        require_anchor(said.known_anchor, expected)
    return said, expected is not None
