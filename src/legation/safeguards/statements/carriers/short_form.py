"""The short form of a statement: what fits into a QR code or on a line of print.

It names the register, the number and half the hash of one wording, and may be signed by Ed25519
alone, because ML-DSA-65 does not fit. It is an address that any phone opens; what follows the `#`
is sent to no server. It shows that the issuer's key said "this wording is my number such and
such", never that it still stands: only the register knows what was corrected or withdrawn since.
"""

import base64
import re
from datetime import datetime
from typing import Final, final

import msgspec

from legation.crypto.classical import sign_classical, verify_classical
from legation.crypto.directory.directory import Directory, IssuerKey
from legation.crypto.signing import Signer
from legation.errors import BadInputError, VerificationError
from legation.safeguards.statements.statement import Statement, Version
from legation.safeguards.statements.verifying import Issuer, key_of
from legation.text.wording import digest

PURPOSE: Final = "legation/classical-short-form/v1"
MAX_SHORT: Final = 250
"""Bytes of a short form; the usual ones have about 170."""
NOTE: Final = "classical signature only"
"""What stands beside a short form that verifies: no quantum-safe signature fits."""

_WORDING_BYTES: Final = 16
_KEY_BYTES: Final = 8
_SCHEME: Final = "https://"
_MARK: Final = "#L1~"
_REGISTER: Final = re.compile(
    r"[0-9a-z][0-9a-z.-]{0,99}+(?::[1-9][0-9]{0,4}+)?(?:/[0-9A-Za-z._/-]{0,100}+)?"
)
_FORM: Final = re.compile(
    rf"https://(?P<register>{_REGISTER.pattern})#L1~"
    r"(?P<number>[0-9A-Za-z][0-9A-Za-z./_-]{0,63}+)~(?P<wording>[0-9A-Za-z_-]{22})"
    r"(?:~(?P<key>[0-9A-Za-z_-]{11})~(?P<signature>[0-9A-Za-z_-]{86}))?"
)


@final
class ShortForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a short form says. It is a claim until `verify_short` has passed.

    Attributes:
        register: The origin of the register's log, which is its address without `https://`.
        number: The statement's.
        wording: The first 16 bytes of the SHA-256 of the wording.
        key: The first 8 bytes of the fingerprint of the issuer's keys; empty when unsigned.
        signature: Ed25519 over the form up to here; empty when unsigned.
    """

    register: str
    number: str
    wording: bytes
    key: bytes = b""
    signature: bytes = b""

    @property
    def address(self) -> str:
        """The register's address."""
        return _SCHEME + self.register

    @property
    def signed(self) -> bytes:
        """What the signature is over: the form as it stands, without `~` and the signature."""
        return _unsigned(self).encode()

    def __str__(self) -> str:
        """Return the form as it is printed."""
        return _unsigned(self) + (f"~{_text(self.signature)}" if self.signature else "")


def short_form(
    statement: Statement, version: Version, register: str, by: Signer | None = None
) -> ShortForm:
    """Make the short form of one wording of a statement.

    Args:
        statement: The statement.
        version: The language version whose wording it names.
        register: The origin of the register's log.
        by: The issuer's keys; None for a form without a signature.

    Raises:
        BadInputError: The register's name or the number is too long or has other signs.
        VerificationError: The statement was signed by other keys.
    """
    key = b""
    if by is not None:
        if key_of(by.public()) != statement.key:
            raise VerificationError(
                "the statement was signed by other keys",
                hint="sign its short form by the keys that signed the statement",
            )
        key = bytes.fromhex(statement.key)[:_KEY_BYTES]
    form = ShortForm(
        register=register,
        number=statement.number,
        wording=bytes.fromhex(version.wording)[:_WORDING_BYTES],
        key=key,
    )
    if by is not None:
        signature = sign_classical(form.signed, PURPOSE, by)
        form = msgspec.structs.replace(form, signature=signature)
    if read_short(str(form)) != form:
        raise _refusal("the register's address is not written so")
    return form


def read_short(text: str) -> ShortForm:
    """Read a short form, as a scanner gives it.

    Raises:
        BadInputError: It is none.
    """
    if len(text) > MAX_SHORT:
        raise _refusal(f"a short form has at most {MAX_SHORT} signs")
    parts = _FORM.fullmatch(text)
    if parts is None:
        raise _refusal(f"{text!r:.60} is no short form of a statement")
    form = ShortForm(
        register=parts["register"],
        number=parts["number"],
        wording=_octets(parts["wording"]),
        key=_octets(parts["key"] or ""),
        signature=_octets(parts["signature"] or ""),
    )
    if str(form) != text:  # the last letter of base64 can be written in several ways
        raise _refusal("the form is not written in its one way")
    return form


def verify_short(form: ShortForm, issuer: Issuer) -> None:
    """Verify that an issuer's Ed25519 key signed a short form.

    Args:
        form: What was scanned.
        issuer: Whose form it must be, as the key directory has it.

    Raises:
        VerificationError: It has no signature, one of another key, one that does not hold, or its
            key was revoked: no witness has seen a short form, so its time is anybody's to choose.
    """
    if not form.signature:
        raise _not_proven("the short form has no signature")
    if bytes.fromhex(key_of(issuer.keys))[:_KEY_BYTES] != form.key:
        raise _not_proven("the short form names other keys than the issuer's")
    verify_classical(form.signed, form.signature, PURPOSE, issuer.keys)
    if issuer.revoked is not None:
        raise _not_proven("the key was revoked, and no witness has seen the short form")


def verify_short_in(form: ShortForm, directory: Directory, now: datetime) -> IssuerKey:
    """Verify a short form by the key directory of its register, and return who signed it.

    Args:
        form: What was scanned.
        directory: The directory, followed from an anchor.
        now: The time; a short form states none, so its key must be in force at this one.

    Raises:
        VerificationError: It is of another register, of no key that is in force, or its signature
            does not hold.
    """
    if form.register != directory.policy.origin:
        raise _not_proven("the short form names another register")
    for row in directory.issuers:
        if form.key and bytes.fromhex(key_of(row.keys)).startswith(form.key):
            if now < row.since:
                raise _not_proven("the key is not in force yet")
            verify_short(form, Issuer(name=row.name, keys=row.keys, revoked=row.revoked))
            return row
    raise _not_proven("the directory has no key that the short form names")


def require_wording(form: ShortForm, text: str) -> None:
    """Require that a text has the wording that a short form names.

    Raises:
        VerificationError: It has another one.
    """
    if bytes.fromhex(digest(text))[:_WORDING_BYTES] != form.wording:
        raise _not_proven("the text is not worded as the short form says")


def _unsigned(form: ShortForm) -> str:
    parts = [form.number, _text(form.wording), *([_text(form.key)] if form.key else [])]
    return f"{_SCHEME}{form.register}{_MARK}{'~'.join(parts)}"


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def _octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _refusal(what: str) -> BadInputError:
    return BadInputError(
        what,
        place="short form",
        hint="scan it again; it begins with https:// and names the register and the number",
    )


def _not_proven(what: str) -> VerificationError:
    return VerificationError(what, hint="look the text or the number up in the register")
