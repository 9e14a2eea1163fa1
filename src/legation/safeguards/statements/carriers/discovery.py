"""How a register is found: a file that its host serves, a record of its name, a printed sheet.

A host's name is never proof: whoever takes it over answers in its place. So each of the three
only says which anchor to compare, and what it is compared with was printed or handed over.
Nothing here asks the network.
"""

import html
import re
from pathlib import Path
from typing import Final, final
from urllib.parse import urlsplit

import msgspec

from legation.crypto.directory.roots import Anchor
from legation.crypto.durable import written_whole
from legation.errors import BadInputError, VerificationError
from legation.safeguards.statements.carriers.qr import draw_qr

WELL_KNOWN: Final = ".well-known/legation/register.json"
"""Where a host serves the file."""
MAX_WELL_KNOWN: Final = 20_000
"""Bytes of the file."""
NO_PROOF: Final = "A host's name is no proof: compare the anchor with a printed fingerprint."
NO_DNSSEC: Final = "The record's DNSSEC was not checked here: your resolver may do it."
DNS_LABEL: Final = "_legation"

_HEX: Final = re.compile(r"[0-9a-f]{64}")
_HOST: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}+(?<!-))?\.){0,20}+[a-z](?:[a-z0-9-]{1,61}+(?<!-))"
)
_ADDRESS: Final = re.compile(r"https://[!-~]{1,500}+")
_RECORD: Final = re.compile(r"v=legation1; anchor=([0-9a-f]{64})")
_LONGEST_HOST: Final = 253
_PUBLIC: Final = 0o644


@final
class WellKnown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a host says of the register of its ministry. It is a claim.

    Attributes:
        version: 1.
        name: Whose register it is.
        anchor: 64 hexadecimal digits: the hash of the root keys of the key directory.
        register: The origin of the log.
        directory: Address of the key directory: its versions stand there as `1`, `2`, …
        copy: Address of the register copy; empty when there is none.
    """

    name: str
    anchor: str
    register: str
    directory: str
    copy: str = ""
    version: int = 1

    @property
    def known_anchor(self) -> Anchor:
        """The anchor, to be compared."""
        return Anchor(sha256=bytes.fromhex(self.anchor))

    def __post_init__(self) -> None:
        """Refuse what a reader would refuse."""
        known = self.version == 1 and _HEX.fullmatch(self.anchor)
        addresses = [
            self.directory,
            f"https://{self.register}",
            *([self.copy] if self.copy else []),
        ]
        plain = 0 < len(self.name) <= 500 and self.name.isprintable()  # noqa: PLR2004 -- as issuers
        if not (known and plain and all(map(_is_address, addresses))):
            raise _refusal("it has no name, no anchor, or an address that is not one of https")


def write_well_known(folder: Path, said: WellKnown) -> Path:
    """Write the file where a web server serves it, readable by all.

    Args:
        folder: The root of what the host serves.
        said: What the file says.

    Returns:
        The file.

    Raises:
        NotFoundError: The folder does not exist.
    """
    path = folder / WELL_KNOWN
    if folder.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n"
    with written_whole(path, replace=True, mode=_PUBLIC) as file:
        file.write(text)
    return path


def read_well_known(data: bytes) -> WellKnown:
    """Read the file as a host served it.

    Raises:
        BadInputError: It is too long, or says something else than is known.
    """
    if len(data) > MAX_WELL_KNOWN:
        raise _refusal(f"it has over {MAX_WELL_KNOWN:,} bytes")
    try:
        return msgspec.json.decode(data, type=WellKnown)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as bad:
        raise _refusal("it is not the JSON that a register's host serves") from bad


def require_anchor(found: Anchor, printed: Anchor) -> None:
    """Require that the anchor that a host serves is the one that was printed.

    Raises:
        VerificationError: It is another one.
    """
    if printed != found:
        raise VerificationError(
            "this is not the anchor that was printed",
            hint="trust nothing of this host; ask the ministry by another way",
        )


def host_of(text: str) -> str:
    """Return a host as it stands in the network, in small letters.

    Raises:
        BadInputError: It is no name of a host.
    """
    host = text.lower().removesuffix(".")
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
        raise BadInputError(
            f"{text!r:.80} is no name of a host",
            place="host",
            hint="give it without https:// and path, as mfa.example; other scripts as xn--…",
        )
    return host


def dns_record(host: str, anchor: Anchor) -> str:
    """Return the TXT record for a host's zone, as a line of a zone file.

    >>> dns_record("mfa.example", Anchor(sha256=bytes(32)))[:49]
    '_legation.mfa.example. IN TXT "v=legation1; ancho'

    Raises:
        BadInputError: It is no name of a host.
    """
    return f'{DNS_LABEL}.{host_of(host)}. IN TXT "v=legation1; anchor={anchor.sha256.hex()}"'


def read_dns_record(text: str) -> Anchor:
    """Return the anchor that the text of a TXT record names.

    Args:
        text: The record's text, without quotes.

    Raises:
        BadInputError: It is written in another way.
    """
    record = _RECORD.fullmatch(text)
    if record is None:
        raise BadInputError(
            f"{text!r:.80} is no record of a register",
            place="TXT",
            hint='it reads v=legation1; anchor= and 64 hexadecimal digits; join parts in ""',
        )
    return Anchor(sha256=bytes.fromhex(record[1]))


def fingerprint_text(said: WellKnown) -> str:
    """Return the sheet with the fingerprint as plain text."""
    anchor = str(said.known_anchor)
    return (
        f"{said.name}\n\nFingerprint of the key directory\n\n"
        f"    {anchor[:35]}\n    {anchor[36:]}\n\n"
        f"Register: https://{said.register}\n"
        f"Keys:     {said.directory}\n\n"
        "Whoever verifies a statement compares these digits, all of them, with those that the\n"
        "program shows. Hand this sheet over in person or by note verbale.\n"
    )


def fingerprint_page(said: WellKnown) -> str:
    """Return the sheet as a page to be set on paper, with the digits as a QR code."""
    own = html.escape
    anchor = str(said.known_anchor)
    code = draw_qr(said.anchor.upper(), "svg", scale=4).decode()
    return f"""\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{own(said.name)}: fingerprint</title></head>
<body>
<h1>{own(said.name)}</h1>
<h2>Fingerprint of the key directory</h2>
<p class="digits">{anchor[:35]}<br>{anchor[36:]}</p>
<figure role="img" aria-label="The same digits as a QR code">{code}</figure>
<p>Register: <span class="code">https://{own(said.register)}</span></p>
<p>Keys: <span class="code">{own(said.directory)}</span></p>
<p>Whoever verifies a statement compares these digits, all of them, with those that the program
shows. Hand this sheet over in person or by note verbale.</p>
</body>
</html>
"""


def _is_address(text: str) -> bool:
    try:
        return bool(_ADDRESS.fullmatch(text) and urlsplit(text).hostname)
    except ValueError:  # a bracket without its other
        return False


def _refusal(what: str) -> BadInputError:
    return BadInputError(
        what,
        place=WELL_KNOWN,
        hint="see docs/reference/statement-carriers; ask the host's ministry by another way",
    )
