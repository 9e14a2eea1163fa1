"""`legation statement carrier`, `extract`, `discover`, `announce`: how statements travel.

Carriers are made from a `.statement` and say what it says; the register is the proof.
"""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from legation.cli.doors import Lent, PassphraseFile, first_line
from legation.cli.statement_keys import Module, PinFile, access_of
from legation.cli.words import answer, tell
from legation.errors import BadInputError, NotFoundError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from legation.app.statements.carriers import Carried
    from legation.cli.doors import Doors
    from legation.crypto.signing import Signer
    from legation.safeguards.statements.carriers.certificates import Certificate
    from legation.safeguards.statements.carriers.picture import Provenance

StatementFile = Annotated[Path, Parameter(help="The .statement.")]
Out = Annotated[Path, Parameter(help="File to write.")]
Register = Annotated[
    str, Parameter(help="The register's address without https://: the origin of its log.")
]
Language = Annotated[
    str, Parameter("--language", help="Language of the text. [default: the first]")
]
KeyFile = Annotated[
    Path | None,
    Parameter("--key", help="Issuer's key that signs the short form, classically only."),
]
CertificateFile = Annotated[
    Path | None, Parameter("--certificate", help="PKCS#12 file that signs what is made.")
]
CertificatePassphrase = Annotated[
    Path | None,
    Parameter("--certificate-passphrase-file", help="File whose first line opens it."),
]
Replace = Annotated[bool, Parameter("--replace", help="Replace the file if it is there.")]
Authorities = Annotated[
    Path | None, Parameter("--authorities", help="Certificates (PEM) that are trusted.")
]
_PUBLIC: Final = "A carrier is a courtesy: the register is the proof."


def text(
    file: StatementFile,
    out: Out,
    /,
    *,
    register: Register,
    language: Language = "",
    whole: Annotated[bool, Parameter(help="Add the whole .statement in armour.")] = False,
    key: KeyFile = None,
    passphrase_file: PassphraseFile = None,
    module: Module = None,
    pin_file: PinFile = None,
    replace: Replace = False,
    doors: Lent,
) -> int:
    """Write a statement as a block of text for mails and messengers."""
    signer = _signer(doors, key, passphrase_file, module, pin_file)
    one = _carried(file, register, language, signer)
    return _write(out, replace, lambda: one.text(whole=whole).encode())


def qr(
    file: StatementFile,
    out: Out,
    /,
    *,
    register: Register,
    language: Language = "",
    scale: Annotated[int, Parameter(help="Pixels of a module.")] = 6,
    key: KeyFile = None,
    passphrase_file: PassphraseFile = None,
    module: Module = None,
    pin_file: PinFile = None,
    replace: Replace = False,
    doors: Lent,
) -> int:
    """Draw a statement's short form as a QR code: PNG, or SVG where the file is named so."""
    kind: Literal["svg", "png"] = "svg" if out.suffix.lower() == ".svg" else "png"
    signer = _signer(doors, key, passphrase_file, module, pin_file)
    one = _carried(file, register, language, signer)
    done = _write(out, replace, lambda: one.code(kind, scale))
    answer(str(one.form))
    return done


def html(
    file: StatementFile,
    out: Out,
    /,
    *,
    register: Register,
    href: Annotated[str, Parameter(help="Address at which the .statement is served.")],
    language: Language = "",
    fragment: Annotated[bool, Parameter(help="Write a part of a page, no whole one.")] = False,
    key: KeyFile = None,
    passphrase_file: PassphraseFile = None,
    module: Module = None,
    pin_file: PinFile = None,
    replace: Replace = False,
    doors: Lent,
) -> int:
    """Write a statement as a page of the web that holds the whole .statement."""
    signer = _signer(doors, key, passphrase_file, module, pin_file)
    one = _carried(file, register, language, signer)
    return _write(out, replace, lambda: one.page(href, fragment=fragment).encode())


def pdf(
    file: StatementFile,
    out: Out,
    /,
    *,
    register: Register,
    language: Language = "",
    certificate: CertificateFile = None,
    certificate_passphrase_file: CertificatePassphrase = None,
    key: KeyFile = None,
    passphrase_file: PassphraseFile = None,
    module: Module = None,
    pin_file: PinFile = None,
    replace: Replace = False,
    doors: Lent,
) -> int:
    """Set a statement as a PDF with the .statement attached, signed (PAdES) by a certificate."""
    office = _office(doors, certificate, certificate_passphrase_file)
    signer = _signer(doors, key, passphrase_file, module, pin_file)
    one = _carried(file, register, language, signer)
    return _write(out, replace, lambda: one.paper(doors.set_statement, office))


def image(
    file: StatementFile,
    out: Out,
    /,
    *,
    register: Register,
    picture: Annotated[Path, Parameter(help="JPEG or PNG that shows the statement.")],
    language: Language = "",
    code: Annotated[bool, Parameter("--qr", help="Set the QR code below the picture.")] = False,
    certificate: CertificateFile = None,
    certificate_passphrase_file: CertificatePassphrase = None,
    key: KeyFile = None,
    passphrase_file: PassphraseFile = None,
    module: Module = None,
    pin_file: PinFile = None,
    replace: Replace = False,
    doors: Lent,
) -> int:
    """Name a statement in a picture: by a QR code below it, by a signed C2PA manifest."""
    office = _office(doors, certificate, certificate_passphrase_file)
    signer = _signer(doors, key, passphrase_file, module, pin_file)
    one = _carried(file, register, language, signer)
    return _write(out, replace, lambda: one.picture(_read(picture), office, code=code))


def extract(
    file: Annotated[Path, Parameter(help="Text, page, PDF, JPEG or PNG.")],
    out: Annotated[Path, Parameter(help="The .statement to write.")],
    /,
    *,
    authorities: Authorities = None,
    replace: Replace = False,
    doors: Lent,
) -> int:
    """Take the .statement out of a text, a page or a PDF; say what a picture names."""
    del doors
    from cryptography.x509 import load_pem_x509_certificates

    from legation.app.outputs import put, require_new
    from legation.app.statements.asking import read_bounded
    from legation.app.statements.carriers import extracted
    from legation.app.statements.handed import only
    from legation.safeguards.statements.carriers.told import MOST_AUTHORITIES

    require_new(out, replace=replace)
    try:
        pem = read_bounded(authorities, MOST_AUTHORITIES) if authorities else b""
        roots = load_pem_x509_certificates(pem) if pem else []
    except ValueError as bad:
        raise BadInputError(
            "it holds no certificates in PEM",
            place=str(authorities),
            hint="give the file of the authorities that you trust",
        ) from bad
    found = extracted(_read(file), roots)
    if found.kind == "picture":
        _tell_picture(found.provenance)
    if not found.files:
        raise NotFoundError(
            "it holds no .statement", hint="look its text up in the register; that is the proof"
        )
    put(out, only(found.files))
    answer(str(out))
    tell("It is not verified yet: what its signatures and the register say, counts.")
    return 0


def discover(
    host: Annotated[str, Parameter(help="The ministry's host, as mfa.example.")],
    /,
    *,
    fingerprint: Annotated[
        str, Parameter(help="The fingerprint that was printed or handed over.")
    ] = "",
    doors: Lent,
) -> int:
    """Ask a host for its register by https, and compare its anchor with a printed fingerprint."""
    del doors
    from legation.app.statements.carriers import discovered
    from legation.safeguards.statements.carriers.discovery import NO_DNSSEC, NO_PROOF
    from legation.sources.well_known import fetch_well_known

    said, compared = discovered(host, fetch_well_known, fingerprint)
    answer(f"{said.name}\nanchor     {said.known_anchor}\nregister   https://{said.register}")
    answer(f"directory  {said.directory}")
    if said.copy:
        answer(f"copy       {said.copy}")
    tell("The anchor is the one that was printed." if compared else NO_PROOF)
    tell(f"No record of the host's name was asked for. {NO_DNSSEC}")
    return 0


def announce(
    folder: Annotated[Path, Parameter(help="Root folder of what the host serves.")],
    /,
    *,
    host: Annotated[str, Parameter(help="The host, as mfa.example.")],
    name: Annotated[str, Parameter(help="Whose register it is.")],
    anchor: Annotated[str, Parameter(help="Fingerprint of the root keys: 64 digits.")],
    register: Register,
    directory: Annotated[str, Parameter(help="Address of the key directory's folder.")],
    register_copy: Annotated[str, Parameter("--copy", help="Address of the register copy.")] = "",
    sheet: Annotated[
        Path | None, Parameter(help="Fingerprint sheet to write: .pdf, else plain text.")
    ] = None,
    replace: Replace = False,
    doors: Lent,
) -> int:
    """Write what a host serves so that its register is found, its DNS record, and a sheet."""
    from legation.app.outputs import put, require_new
    from legation.crypto.directory.roots import Anchor
    from legation.safeguards.statements.carriers.discovery import (
        WellKnown,
        dns_record,
        fingerprint_page,
        fingerprint_text,
        write_well_known,
    )

    if sheet is not None:
        require_new(sheet, replace=replace)
    known = Anchor.parse(anchor)
    record = dns_record(host, known)
    said = WellKnown(
        name=name,
        anchor=known.sha256.hex(),
        register=register,
        directory=directory,
        copy=register_copy,
    )
    answer(str(write_well_known(folder, said)))
    answer(record)
    if sheet is not None:
        paper = sheet.suffix.lower() == ".pdf"
        made = doors.set_statement(fingerprint_page(said), b"", "") if paper else b""
        put(sheet, made or fingerprint_text(said).encode())
        answer(str(sheet))
    return 0


def _signer(
    doors: "Doors", key: Path | None, passphrase: Path | None, module: Path | None, pin: Path | None
) -> "AbstractContextManager[Signer | None]":
    from legation.app.statements.keys import open_signer
    from legation.crypto.holder_files import Kind

    if key is None:
        return nullcontext()
    protection = doors.opening(passphrase, "Passphrase of the issuer's key: ")
    return open_signer(key, Kind.ISSUER, protection, access_of(doors, module, "", pin))


def _carried(
    file: Path,
    register: str,
    language: str,
    signer: "AbstractContextManager[Signer | None]",
) -> "Carried":
    from legation.app.statements.carriers import carried

    with signer as by:
        return carried(_read(file), register, language=language, by=by)


def _office(doors: "Doors", file: Path | None, passphrase: Path | None) -> "Certificate | None":
    from legation.safeguards.statements.carriers.certificates import Certificate

    if file is None:
        return None
    if passphrase is None:
        words = doors.ask_secret("Passphrase of the certificate: ")
    else:
        words = first_line(passphrase)
    return Certificate(_read(file), words.encode() or None)


def _read(file: Path) -> bytes:
    from legation.app.statements.asking import read_bounded
    from legation.app.statements.handed import MAX_SOURCE

    return read_bounded(file, MAX_SOURCE)


def _write(out: Path, replace: bool, made: Callable[[], bytes]) -> int:
    from legation.app.outputs import put, require_new

    require_new(out, replace=replace)
    put(out, made())
    answer(str(out))
    tell(_PUBLIC)
    return 0


def _tell_picture(found: "Provenance | None") -> None:
    from legation.safeguards.statements.carriers.picture import NOTHING_FOUND

    if found is None:
        raise NotFoundError(NOTHING_FOUND, hint="look the text in the picture up in the register")
    said = found.statement
    signer = found.signer or "nobody it names"
    answer(f"signed by  {signer} ({'trusted' if found.trusted else 'not among the trusted'})")
    if said is not None:
        answer(f"issuer     {said.issuer}\nnumber     {said.number}")
        answer(f"register   {said.form.address}\nshort      {said.short}")
