"""Files of partners: read by their profile, judged as all that comes, kept beside the register.

What a mail or a stick brings goes the same way as what comes over a line: into the collection
for what the partner sends, or into quarantine with the reason. A file that comes again adds
nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.app.sharing.packages import MAGIC, opened
from legation.errors import UsageError
from legation.formats.envelope import judged
from legation.formats.profiles.catalogue import IMPORTS
from legation.formats.profiles.losses import Imported, Loss
from legation.formats.profiles.opencti.ids import EXTENSION as OPENCTI
from legation.safeguards.sharing.postings import posting_of
from legation.store.audit import Event

if TYPE_CHECKING:
    from legation.store.exchange.filing import Outcome
    from legation.store.exchange.partners import Partner
    from legation.store.opening import Store

TAKE: Final = "share.take"


class TakenIn(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file.

    Attributes:
        profile: By which it was read.
        new: Versions that were not here.
        known: Versions that were.
        contradicting: Versions that contradict what is here, in quarantine.
        refused: Objects that are not as the standard asks, in quarantine.
        losses: What of the file did not pass as it was.
        notes: What a person should know of it.
        fingerprint: Of who signed it; empty: nobody did.
        pinned: Whether that is the partner's, as it was told by another way.
    """

    profile: str
    new: int
    known: int
    contradicting: int
    refused: int
    losses: tuple[Loss, ...] = ()
    notes: tuple[str, ...] = ()
    fingerprint: str = ""
    pinned: bool = False


def take(
    store: "Store",
    name: str,
    data: bytes,
    place: str,
    *,
    profile: str = "",
    actor: str,
    now: datetime,
) -> TakenIn:
    """Take in a file that a partner sent.

    Args:
        store: The open store.
        name: The partner.
        data: The file.
        place: Its name, for errors.
        profile: By which it is read; empty: it is recognised.
        actor: Who does it.
        now: The time.

    Raises:
        UsageError: There is no such profile, or the sharing has ended.
        BadInputError: The file is not what its profile reads.
        VerificationError: It is a package, and its signature does not hold.
    """
    partner = store.partners.get(name)
    if partner.ended is not None:
        raise UsageError(
            f"the sharing with {partner.name} has ended", hint="see legation partner list"
        )
    signed = ""
    if data.startswith(MAGIC):
        package = opened(data, pinned=partner.signer)
        data, profile, signed = package.content, package.manifest.profile, package.fingerprint
    chosen = profile or recognised(data)
    if chosen not in IMPORTS:
        raise UsageError(
            f"no profile {chosen!r:.40}", hint=f"choose one of: {', '.join(sorted(IMPORTS))}"
        )
    read = IMPORTS[chosen](data)
    with store.transaction():
        outcomes, refused = post(store, partner, _raws(read), place, now)
        states = [one.state for one in outcomes]
        done = TakenIn(
            profile=chosen,
            new=states.count("new"),
            known=states.count("known"),
            contradicting=states.count("conflict"),
            refused=refused,
            losses=read.losses,
            notes=read.notes,
            fingerprint=signed,
            pinned=bool(signed and partner.signer),
        )
        counts = {key: getattr(done, key) for key in ("new", "known", "contradicting", "refused")}
        detail: dict[str, Any] = {"profile": chosen, "losses": len(read.losses), **counts}
        detail |= {"signed": signed} if signed else {}
        store.audit.append(
            Event(at=now, actor=actor, verb=TAKE, subject=partner.partner_id, detail=detail)
        )
    return done


def recognised(data: bytes) -> str:
    """Return by which profile a file is read: MISP and OpenCTI say whose they are.

    >>> recognised(b'{"Event": {}}')
    'misp'
    """
    try:
        top = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "plain"
    if "Event" in top or "response" in top:
        return "misp"
    return "opencti" if OPENCTI.encode() in data else "plain"


def post(
    store: "Store", partner: "Partner", raws: Sequence[bytes], place: str, now: datetime
) -> "tuple[list[Outcome], int]":
    """Judge objects of a partner and keep them, in a transaction of the caller.

    Returns:
        What became of the good ones, and how many were refused.
    """
    found = [judged(raw, f"{place}#/objects/{at}") for at, raw in enumerate(raws)]
    posting = posting_of(found, partner.inbox, partner.partner_id)
    return store.collections.post(posting, now), len(posting.held)


def _raws(read: Imported) -> list[bytes]:
    """Return the objects as bytes: as they came where they came as STIX, else as they are made."""
    raws = []
    for piece in read.pieces:
        if piece.raw is not None:
            raws.append(piece.raw)
            continue
        value = dict(piece.value)
        if read.marked and value.get("type") not in ("marking-definition", "extension-definition"):
            marked = [*value.get("object_marking_refs", ()), *read.marked]
            value["object_marking_refs"] = list(dict.fromkeys(marked))
        raws.append(msgspec.json.encode(value))
    return raws
