"""A pack that is offered to a home: judged whole before anything of it is taken.

Signature, form, days, name, pointers and version are looked at in this order, and the first
fault is told. A publisher's name belongs to the key that signed the first of its packs here:
nobody else changes what stands under it, and what nobody signed only adds, marked so. What
ships belongs to the program and is changed by a new version of it alone.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from legation.app.knowledge.signatures import signer_of
from legation.errors import BadInputError, ConflictError, DeniedError, VerificationError
from legation.knowledge.comparing import Difference, difference, verify_newer
from legation.knowledge.holding import AHEAD, to_come
from legation.knowledge.pack_file import Pack, dangling, read_pack
from legation.knowledge.publishers import DESK, SHIPPED, verify_apart
from legation.knowledge.tables import table_of

_ANCHORED: Final = "shipped with legation, anchored by its SHA-256"


class KnownPack(msgspec.Struct, frozen=True, kw_only=True):
    """A pack that holds, and how it came here.

    Attributes:
        signed_by: Fingerprint of who signed it; empty: nobody did.
        own: Whether the desk's own keys signed it.
        shipped: Whether it came with the program.
        sha256: Of its file.
    """

    pack: Pack
    signed_by: str = ""
    own: bool = False
    shipped: bool = False
    sha256: str = ""

    @property
    def signature(self) -> str:
        """Return how it is signed, in words."""
        if self.shipped:
            return _ANCHORED
        if self.pack.publisher == DESK:
            return "recorded at this desk"
        if not self.signed_by:
            return "NOT SIGNED"
        return "signed by this desk" if self.own else f"signed by {self.signed_by}"


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What came with a pack.

    Attributes:
        signature: The file beside it; None: there is none.
        by: Fingerprint of who must have signed it; empty: nobody was named.
        unsigned: Whether it is to be taken without a signature.
    """

    signature: bytes | None = None
    by: str = ""
    unsigned: bool = False


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A pack that was judged and holds, and what it would change.

    Attributes:
        before: Version that holds now, as a day; empty: none does.
        before_signature: How that one is signed, in words.
        signed_by: Fingerprint of who signed it; empty: nobody did.
        own: Whether the desk's own keys signed it.
        named: Whether a person named that key, or asked for it unsigned.
        succeeds: Fingerprint of the key that it takes the name over from; empty: of none.
        trusted: Whether that key is the desk's own, that of the publisher, or the one named.
    """

    pack: Pack
    sha256: str
    before: str
    before_signature: str = ""
    signed_by: str
    own: bool = False
    named: bool
    succeeds: str = ""
    trusted: bool
    difference: Difference

    @property
    def signature(self) -> str:
        """Return how it is signed, in words."""
        return KnownPack(pack=self.pack, signed_by=self.signed_by, own=self.own).signature


def judge(
    content: bytes,
    place: str,
    given: Given,
    *,
    known: Sequence[KnownPack],
    seen: Sequence[KnownPack],
    today: date,
) -> Offer:
    """Judge a pack by what is known.

    Args:
        content: The file.
        place: Its name, for errors.
        given: Its signature, and what was asked of it.
        known: All that holds.
        seen: What of it the reader may know: the difference is to that.
        today: For what is stale, and what is to come.

    Raises:
        VerificationError: A signature is missing or does not hold, or is not the publisher's.
        BadInputError: It is no pack, or a row does not hold.
        ConflictError: It does not follow the version that is known, or takes another's name.
    """
    signed_by = _signer(content, place, given)
    pack = msgspec.structs.replace(read_pack(content, place=place), unsigned=not signed_by)
    _verify_past(pack, place, today)
    before = next((one for one in known if one.pack.title == pack.title), None)
    owners = verify_name(pack, signed_by, known, place)
    verify_newer(pack, before.pack if before else None, place)
    if not signed_by and before is not None:
        verify_only_adds(pack, before.pack, place)
    _verify_pointers(pack, known, place)
    shown = next((one for one in seen if one.pack.title == pack.title), None)
    named = bool(given.by) if signed_by else given.unsigned
    return Offer(
        pack=pack,
        sha256=hashlib.sha256(content).hexdigest(),
        before=f"{shown.pack.dated:%Y-%m-%d}" if shown else "",
        before_signature=shown.signature if shown else "",
        signed_by=signed_by,
        named=named,
        succeeds="" if not owners or signed_by in owners else min(owners),
        trusted=named or (bool(signed_by) and signed_by in owners),
        difference=difference(pack, shown.pack if shown else None, today=today),
    )


def verify_name(
    pack: Pack, signed_by: str, known: Sequence[KnownPack], place: str
) -> frozenset[str]:
    """Require that a pack may stand under its publisher's name; return the keys that own it.

    Raises:
        VerificationError: The name belongs to another key.
        ConflictError: It is the program's or this desk's, or looks like another's.
    """
    if pack.publisher in (SHIPPED, DESK):
        raise ConflictError(
            f"{place}: nothing is taken under the publisher {pack.publisher!r}",
            hint="what ships changes with the program; state what differs under your own name",
        )
    verify_apart(pack.publisher, (one.pack.publisher for one in known), place)
    signed = [one for one in known if one.pack.publisher == pack.publisher and one.signed_by]
    owners = frozenset(one.signed_by for one in signed)
    if not owners or signed_by in owners:
        return owners
    if not signed_by:
        raise VerificationError(
            f"{place}: what is known of {pack.publisher} is signed, and this one is not",
            hint="ask its publisher for the signature",
        )
    if not any(one.pack.successor == signed_by for one in signed):
        raise VerificationError(
            f"{place}: the name {pack.publisher} belongs to the key {min(owners)}, "
            f"and this pack is signed by {signed_by}",
            hint="its publisher names a new key as `successor` in a version signed by the old one",
        )
    return owners


def verify_only_adds(pack: Pack, before: Pack, place: str) -> None:
    """Require of a pack that nobody signed that it takes nothing away and changes nothing.

    Raises:
        DeniedError: It does.
    """
    there = {(table_of(row), row.key): row for row in pack.rows}
    for row in before.rows:
        at = (table_of(row), row.key)
        if there.get(at) != row:
            what = "changes" if at in there else "takes away"
            raise DeniedError(
                f"{place}: nobody signed it, and it {what} {' '.join(at)}",
                hint="an unsigned pack may only add; ask its publisher for a signature, "
                "or sign it as your own after you have read it",
            )


def _signer(content: bytes, place: str, given: Given) -> str:
    if given.signature is None:
        if given.by or not given.unsigned:
            raise VerificationError(
                f"{place}: the pack is not signed",
                hint="put its signature beside it, as FILE.sig"
                + ("" if given.by else ", or take it with --unsigned: it is marked so"),
            )
        return ""
    signer = signer_of(content, given.signature, place=f"{place}.sig")
    if given.by and "".join(given.by.split()).casefold() != signer.replace(" ", ""):
        raise VerificationError(
            f"{place}: signed by {signer}, not by the one named",
            hint="compare the fingerprint with the publisher",
        )
    return signer


def _verify_past(pack: Pack, place: str, today: date) -> None:
    """Refuse days to come: what speaks for tomorrow would never grow stale."""
    if pack.dated.date() > today + AHEAD:
        raise BadInputError(
            f"dated {pack.dated:%Y-%m-%d}, which is to come", place=place, hint="check the clocks"
        )
    if pack.as_of > today + AHEAD:
        raise BadInputError(
            f"as_of {pack.as_of}, which is to come",
            place=place,
            hint="give the day that the sources speak for",
        )
    for row in pack.rows:
        if name := to_come(row, today):
            raise BadInputError(
                f"{name} {getattr(row, name)}, which is to come",
                place=f"{place}: {table_of(row)} {row.key}",
                hint="give the day on which it was seen, or was done",
            )


def _verify_pointers(pack: Pack, known: Sequence[KnownPack], place: str) -> None:
    others = (row for one in known if one.pack.title != pack.title for row in one.pack.rows)
    for row, named in dangling(pack.rows, others):
        raise BadInputError(
            f"names {named}, which no pack states",
            place=f"{place}: {table_of(row)} {row.key}",
            hint="add the fact to the pack, or take the pack that states it first",
        )
