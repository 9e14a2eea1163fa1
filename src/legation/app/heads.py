"""Signed heads: each day the desk signs the end of its audit trail, to be printed and kept apart.

A chain of hashes shows any change inside it, but whoever can write to the store could write the
whole chain anew, or a shorter one. A head that the desk signed says how many entries there
were on a day and what the last one's hash was; each head also names the one before it. So a
chain that was rewritten, cut or begun again no longer passes through its heads, and
a head that is gone is missed by the next one and by the trail. A page on paper, out of reach of the
machine, holds against whoever has the machine and its keys.
"""

import base64
import binascii
import hashlib
import logging
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from legation.errors import BadInputError, LegationError, VerificationError

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.crypto.key_files import Protection
    from legation.crypto.signing import SigningIdentity
    from legation.store.audit import AuditHead
    from legation.store.opening import Store

SIGNED: Final = "audit.sign"
PURPOSE: Final = "legation/audit-head/v1"
_NONE: Final = "none"
_BEGIN, _END = "-----BEGIN LEGATION SIGNATURE-----", "-----END LEGATION SIGNATURE-----"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FILE: Final = re.compile(
    r"(?P<text>legation audit head 1\n"
    r"desk: (?P<desk>identity--[0-9a-f-]{36})\n"
    r"date: (?P<date>\d{4}-\d\d-\d\d)\n"
    r"signed: (?P<signed>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n"
    r"entries: (?P<entries>[1-9]\d{0,17})\n"
    r"head: (?P<head>[0-9a-f]{64})\n"
    r"previous: (?P<previous>none|[0-9a-f]{64})\n"
    r"fingerprint: (?P<fingerprint>[0-9a-f]{8}(?: [0-9a-f]{8}){7})\n)"
    r"code: (?P<code>[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3})\n"
    rf"{_BEGIN}\n(?P<armour>[A-Za-z0-9+/=\n]+)\n{_END}\n",
    re.ASCII,
)
_ED25519, _ML_DSA = 32, 1952
_LINE: Final = 64
_log = logging.getLogger(__name__)


class SignedHead(msgspec.Struct, frozen=True, kw_only=True):
    """One signed end of the trail.

    Attributes:
        desk: Id of the desk's identity, which follows from its fingerprint.
        date: The day, UTC.
        signed: When.
        entries: How many entries the trail had.
        head: Hash of the last one.
        previous: SHA-256 of the text of the head before it; empty for the first one.
        fingerprint: Of the desk's two public keys.
        code: What two people compare: 100 bits of the text's SHA-256.
        sha256: Of the text that is signed.
        content: The whole file.
    """

    desk: str
    date: str
    signed: str
    entries: int
    head: str
    previous: str
    fingerprint: str
    code: str
    sha256: str
    content: str

    @property
    def name(self) -> str:
        """Return the name of its file."""
        return f"{self.date}-{self.entries:09d}.head"

    def page(self) -> str:
        """Return what is printed: all that a person compares, without the signatures."""
        return self.content.partition(_BEGIN)[0]

    def audit_head(self) -> "AuditHead":
        """Return what must still be in the trail."""
        from legation.store.audit import AuditHead

        return AuditHead(seq=self.entries, hash=self.head)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with the heads.

    Attributes:
        newest: The head that was signed last; None when none ever was.
        days: Days since then, or since the trail began; 0 when today's is signed.
    """

    newest: SignedHead | None
    days: int


def sign_head(store: "Store", now: datetime, by: "SigningIdentity", *, actor: str) -> SignedHead:
    """Sign the end of the trail as it stands, keep it in the home, and note it in the trail.

    The file comes first: a kill in between leaves a sound head that the trail does not name.

    Raises:
        VerificationError: The trail no longer passes through the head before; nothing is signed.
    """
    from legation.store.audit import Event

    # One writer at a time, so that two programs do not both follow the same head.
    with store.transaction():
        before = newest_head(store)
        if before is not None and not store.audit.has(before.audit_head()):
            raise _broken(f"the head of {before.date} is no longer in the trail")
        end = store.audit.head()
        made = read_head_file(_written(end.seq, end.hash, now, by, before))
        store.signed_heads.put(made.name, made.content.encode())
        detail = {
            "date": made.date,
            "entries": made.entries,
            "head": made.head,
            "sha256": made.sha256,
        }
        store.audit.append(
            Event(at=now, actor=actor, verb=SIGNED, subject=made.desk, detail=detail)
        )
    return made


def sign_if_due(
    home: "Home", store: "Store", protection: "Protection | None", *, actor: str
) -> SignedHead | None:
    """Sign the day's head when it is not signed yet; None when it is, or when nobody gave the keys.

    Raises:
        LegationError: The keys cannot be read, or the trail does not hold.
    """
    if protection is None or not standing(store, home.now()).days:
        return None
    by = home.keys(protection).identity()
    with store.transaction():
        if not standing(store, home.now()).days:
            return None
        return sign_head(store, home.now(), by, actor=actor)


def sign_daily(home: "Home", store: "Store", protection: "Protection | None") -> None:
    """Sign the day's head for the desk; what stands in the way is told, and the desk goes on."""
    try:
        sign_if_due(home, store, protection, actor="desk")
    except LegationError as fault:
        _log.warning("the head of the audit trail is not signed: %s (%s)", fault, fault.hint)


def standing(store: "Store", now: datetime) -> Standing:
    """Tell how long ago a head was signed."""
    newest = newest_head(store)
    if newest is None:
        first = store.audit.entries(limit=1)
        since = first[0].event.at if first else now
        return Standing(newest=None, days=max(1, (now - since).days) if first else 0)
    day = datetime.fromisoformat(f"{newest.date}T00:00:00+00:00")
    # One of a day to come was signed under a clock that was wrong: today's is due.
    past = (now - day) // timedelta(days=1)
    return Standing(newest=newest, days=past if past >= 0 else 1)


def newest_head(store: "Store") -> SignedHead | None:
    """Return the head that was signed last."""
    found = heads(store)
    return found[-1] if found else None


def heads(store: "Store") -> list[SignedHead]:
    """Return all heads that the home keeps, the oldest first; signatures are not checked here.

    The trail grows by each that is signed, so its entries tell their order; days may not, where a
    clock was wrong.

    Raises:
        BadInputError: One is no signed head.
    """
    found = [_head_of(name, content) for name, content in store.signed_heads.every()]
    return sorted(found, key=lambda head: head.entries)


def verify_heads(store: "Store", made: str) -> "list[SignedHead]":
    """Check all heads: signatures, signer, their own chain, and that the trail misses none.

    That the trail passes through them is checked by whoever walks it: see `audit_head`.

    Args:
        store: The store.
        made: Verb of the entries that name the desk's identity.

    Raises:
        VerificationError: One does not hold, or is gone.
        BadInputError: A file is no signed head.
    """
    found = heads(store)
    desks = {entry.event.subject for entry in store.audit.every(made)}
    for head in found:
        verify_signature(head)
        if head.desk not in desks:
            raise _broken(f"the head of {head.date} was signed by another desk's keys")
    _verify_row(found)
    kept = {head.sha256 for head in found}
    for entry in store.audit.every(SIGNED):
        if entry.event.detail.get("sha256") not in kept:
            raise _broken(f"the signed head of {entry.event.detail.get('date')} is gone")
    return found


def verify_signature(head: SignedHead) -> None:
    """Check that a head was signed by the keys that it carries, and names them and their desk.

    Raises:
        VerificationError: It was not.
    """
    from legation.crypto.signing import SIGNATURE_BYTES, PublicIdentity, verify
    from legation.stix.ids import fact_id

    armour = head.content.partition(_BEGIN)[2].partition(_END)[0]
    try:
        octets = base64.b64decode("".join(armour.split()), validate=True)
    except binascii.Error as bad:
        raise _broken(f"the signature of the head of {head.date} cannot be read") from bad
    if len(octets) != _ED25519 + _ML_DSA + SIGNATURE_BYTES:
        raise _broken(f"the signature of the head of {head.date} is cut")
    keys = PublicIdentity(
        ed25519=octets[:_ED25519], ml_dsa_65=octets[_ED25519 : _ED25519 + _ML_DSA]
    )
    text = head.content.partition("code: ")[0].encode()
    verify(text, octets[_ED25519 + _ML_DSA :], PURPOSE, keys)
    if keys.fingerprint() != head.fingerprint or fact_id("identity", head.fingerprint) != head.desk:
        raise _broken(f"the head of {head.date} names other keys than those that signed it")
    if head.code != _code(head.sha256):
        raise _broken(f"the code of the head of {head.date} does not follow from its text")


def read_head_file(content: str) -> SignedHead:
    """Read a signed head; its signature is not checked here.

    Raises:
        BadInputError: It is something else.
    """
    found = _FILE.fullmatch(content.replace("\r\n", "\n").strip() + "\n")
    if found is None:
        raise BadInputError(
            "this is no signed head", place="", hint="give the file as audit head wrote it"
        )
    return SignedHead(
        desk=found["desk"],
        date=found["date"],
        signed=found["signed"],
        entries=int(found["entries"]),
        head=found["head"],
        previous="" if found["previous"] == _NONE else found["previous"],
        fingerprint=found["fingerprint"],
        code=found["code"],
        sha256=hashlib.sha256(found["text"].encode()).hexdigest(),
        content=found[0],
    )


def _head_of(name: str, content: bytes) -> SignedHead:
    try:
        head = read_head_file(content.decode("ascii", "replace"))
    except BadInputError as bad:
        raise BadInputError(str(bad), place=f"heads/{name}", hint="restore the backup") from bad
    if head.name != name:
        raise _broken(f"the head in heads/{name} is of another day")
    return head


def _verify_row(found: Sequence[SignedHead]) -> None:
    """Check that no head between two others, or before the first, was taken away."""
    before = ""
    for head in found:
        if head.previous != before:
            raise _broken(f"the head before that of {head.date} is gone, or was exchanged")
        before = head.sha256


def _written(
    entries: int, digest: str, now: datetime, by: "SigningIdentity", before: SignedHead | None
) -> str:
    from legation.crypto.signing import sign
    from legation.stix.ids import fact_id

    public = by.public()
    fingerprint = public.fingerprint()
    text = (
        "legation audit head 1\n"
        f"desk: {fact_id('identity', fingerprint)}\n"
        f"date: {now:%Y-%m-%d}\n"
        f"signed: {now:%Y-%m-%dT%H:%M:%SZ}\n"
        f"entries: {entries}\n"
        f"head: {digest}\n"
        f"previous: {before.sha256 if before else _NONE}\n"
        f"fingerprint: {fingerprint}\n"
    )
    octets = public.ed25519 + public.ml_dsa_65 + sign(text.encode(), PURPOSE, by)
    armour = base64.b64encode(octets).decode()
    lines = [armour[at : at + _LINE] for at in range(0, len(armour), _LINE)]
    code = _code(hashlib.sha256(text.encode()).hexdigest())
    return f"{text}code: {code}\n" + "\n".join((_BEGIN, *lines, _END)) + "\n"


def _code(sha256: str) -> str:
    """Return 100 bits of a hash as letters that are told apart on paper and on the telephone."""
    number = int(sha256, 16) >> 156
    letters = "".join(_LETTERS[(number >> shift) & 31] for shift in range(95, -1, -5))
    return "-".join(letters[at : at + 5] for at in range(0, 20, 5))


def _broken(what: str) -> VerificationError:
    return VerificationError(
        f"the audit trail does not hold: {what}",
        hint="keep this store as evidence, and compare its heads with those on paper",
    )
