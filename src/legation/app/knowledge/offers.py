"""A pack that is offered to a home: judged whole before anything of it is taken.

Signature, form, pointers and version are looked at in this order, and the first fault is told. A
pack that nobody signed is taken only when asked for in so many words, and never in place of one
that was signed.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from legation.app.knowledge.signatures import signer_of
from legation.errors import BadInputError, VerificationError
from legation.knowledge.comparing import Difference, difference, verify_newer
from legation.knowledge.facts import table_of
from legation.knowledge.pack_file import Pack, dangling, read_pack

# Somewhere on earth it is tomorrow already.
_AHEAD: Final = timedelta(days=1)
_SHIPPED: Final = "shipped with legation, not signed"


class KnownPack(msgspec.Struct, frozen=True, kw_only=True):
    """A pack that holds, and how it came here.

    Attributes:
        signed_by: Fingerprint of who signed it; empty: nobody did.
        own: Whether the desk's own keys signed it.
        shipped: Whether it came with the program.
        sha256: Of its file; empty for one that ships.
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
            return _SHIPPED
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
        signed_by: Fingerprint of who signed it; empty: nobody did.
        own: Whether the desk's own keys signed it.
        trusted: Whether that key is the desk's own, that of the version before, or the one named.
    """

    pack: Pack
    sha256: str
    before: str
    signed_by: str
    own: bool = False
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
        VerificationError: A signature is missing or does not hold.
        BadInputError: It is no pack, or a row does not hold.
        ConflictError: It does not follow the version that is known.
    """
    signed_by = _signer(content, place, given)
    pack = read_pack(content, place=place)
    if pack.dated.date() > today + _AHEAD:
        raise BadInputError(
            f"dated {pack.dated:%Y-%m-%d}, which is to come", place=place, hint="check the clocks"
        )
    before = next((one for one in known if one.pack.title == pack.title), None)
    verify_newer(pack, before.pack if before else None, place)
    if before and before.signed_by and not signed_by:
        raise VerificationError(
            f"{place}: the known version of {pack.title} is signed, and this one is not",
            hint="ask its publisher for the signature",
        )
    _verify_pointers(pack, known, place)
    shown = next((one for one in seen if one.pack.title == pack.title), None)
    same_key = before is not None and before.signed_by == signed_by
    return Offer(
        pack=pack,
        sha256=hashlib.sha256(content).hexdigest(),
        before=f"{shown.pack.dated:%Y-%m-%d}" if shown else "",
        signed_by=signed_by,
        trusted=not signed_by or bool(given.by) or same_key,
        difference=difference(pack, shown.pack if shown else None, today=today),
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


def _verify_pointers(pack: Pack, known: Sequence[KnownPack], place: str) -> None:
    others = (row for one in known if one.pack.title != pack.title for row in one.pack.rows)
    for row, named in dangling(pack.rows, others):
        raise BadInputError(
            f"names {named}, which no pack states",
            place=f"{place}: {table_of(row)} {row.key}",
            hint="add the fact to the pack, or take the pack that states it first",
        )
