"""Files of partners: judged as all that comes, kept beside the register.

What a mail or a stick brings goes the same way as what comes over a line: into the collection
for what the partner sends, or into quarantine with the reason. A file that comes again adds
nothing, and what we sent to the partner ourselves is not taken in as the partner's.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.app.sharing.files import ReadFile, read_file
from legation.app.sharing.packages import Opened
from legation.app.sharing.proofs import is_list, kept_manifest
from legation.errors import BadInputError, ConflictError, UsageError, VerificationError
from legation.formats.envelope import Refused, Taken, judged
from legation.formats.profiles.catalogue import IMPORTS
from legation.formats.profiles.losses import Loss
from legation.safeguards.sharing.postings import posting_of
from legation.stix.extensions import AUTHOR
from legation.store.audit import Event
from legation.store.exchange.reading import Wanted
from legation.store.numbering import batches

if TYPE_CHECKING:
    from legation.store.exchange.filing import Outcome
    from legation.store.exchange.partners import Partner
    from legation.store.opening import Store

TAKE: Final = "share.take"
_ALL: Final = 1 << 40
_DEFINITIONS: Final = ("marking-definition", "extension-definition")
# Of two that read the same, the one that changes less is named.
_OTHERS: Final = ("plain", *sorted(IMPORTS.keys() - {"plain"}))
_NO_ROOM: Final = "the signed manifest is too long to be kept: share verify will not count by it"
# Packages of a partner among which the last one is looked for.
_LATEST: Final = 200


class TakenIn(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file.

    Attributes:
        profile: By which it was read.
        new: Versions that were not here.
        known: Versions that were.
        contradicting: Versions that contradict what is here, in quarantine.
        refused: Objects that are not as the standard asks, in quarantine.
        ours: Objects that we sent to the partner ourselves; they were left out.
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
    ours: int = 0
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
    force: bool = False,
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
        force: Take it in although its objects are here already as another profile reads them.
        actor: Who does it.
        now: The time.

    Raises:
        UsageError: There is no such profile, the sharing has ended, or it is what we sent.
        BadInputError: The file is not what its profile reads.
        VerificationError: It is a package, and its signature does not hold.
        ConflictError: Objects of it are here already as another profile reads them; nothing of it
            was taken in.
    """
    partner = store.partners.get(name)
    if partner.ended is not None:
        raise UsageError(
            f"the sharing with {partner.name} has ended", hint="see legation partner list"
        )
    read = read_file(data, place, profile=profile, pinned=partner.signer)
    objects, ours = _theirs(store, partner, read.objects, place)
    posting = posting_of(objects, partner.inbox, partner.partner_id)
    package = read.package
    notes = [*_age(store, partner, package), *read.notes]
    with store.transaction():
        outcomes = store.collections.post(posting, now)
        states = [one.state for one in outcomes]
        if not force and (profile or "conflict" in states or read.profile != "plain"):
            _refuse_other_reading(store, partner, read, place)
        if package:
            good = [one for one in objects if isinstance(one, Taken)]
            manifest = kept_manifest(package, good)
            kept = posting_of([manifest], partner.inbox, partner.partner_id)
            if kept.items:
                store.collections.post(kept, now)
            else:
                notes.append(_NO_ROOM)
        signed = package.fingerprint if package else ""
        done = TakenIn(
            profile=read.profile,
            new=states.count("new"),
            known=states.count("known"),
            contradicting=states.count("conflict"),
            refused=len(posting.held),
            ours=ours,
            losses=read.losses,
            notes=tuple(notes),
            fingerprint=signed,
            pinned=bool(signed and partner.signer),
        )
        counts = {key: getattr(done, key) for key in ("new", "known", "contradicting", "refused")}
        detail: dict[str, Any] = {"profile": done.profile, "losses": len(done.losses), **counts}
        if package:
            detail |= {"signed": signed, "made": package.manifest.made.isoformat()}
        store.audit.append(
            Event(at=now, actor=actor, verb=TAKE, subject=partner.partner_id, detail=detail)
        )
    return done


def _age(store: "Store", partner: "Partner", package: Opened | None) -> tuple[str, ...]:
    """Return what to tell of when a package was made, held against others of who signed it.

    Whoever holds an old one can send it again: what was taken back since stays taken back, but
    whoever takes it in should know that it is no news.
    """
    if package is None:
        return ()
    signed, made = package.fingerprint, package.manifest.made
    _, before = store.audit.newest(TAKE, [partner.partner_id], _LATEST)
    told = [one.event.detail for one in before if one.event.detail.get("signed") == signed]
    times = [datetime.fromisoformat(one["made"]) for one in told if "made" in one]
    if not times or made >= max(times):
        return ()
    last = max(times).isoformat(timespec="minutes")
    return (f"this package is older than the last one taken, which was made {last}",)


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


def _theirs(
    store: "Store", partner: "Partner", objects: Sequence[Taken | Refused], place: str
) -> tuple[list[Taken | Refused], int]:
    """Return what is the partner's, and how many objects were left out as ours.

    What has no versions, such as an address, is nobody's: both may have written it down.

    Raises:
        UsageError: All of it is what we sent to this partner.
    """
    good = [one for one in objects if isinstance(one, Taken) and _is_somebodys(one)]
    sent = store.ledger.versions_of(partner.partner_id, [one.facts.object_id for one in good])
    ours = [one for one in good if (one.facts.object_id, one.facts.version_text) in sent]
    if good and len(ours) == len(good) and not any(isinstance(one, Refused) for one in objects):
        raise UsageError(
            f"{place} is what we sent to {partner.name} ourselves",
            hint="take in what the partner sent; see legation share ledger",
        )
    same = {
        id(one)
        for one in ours
        if hashlib.sha256(one.raw).digest() in sent[one.facts.object_id, one.facts.version_text]
    }
    return [one for one in objects if id(one) not in same], len(same)


def _is_somebodys(one: Taken) -> bool:
    facts = one.facts
    if not facts.version or facts.object_type in _DEFINITIONS or facts.object_id == AUTHOR.id:
        return False
    return facts.object_type != "grouping" or not is_list(msgspec.json.decode(one.raw))


def _refuse_other_reading(store: "Store", partner: "Partner", read: ReadFile, place: str) -> None:
    """Refuse a file whose objects are here already, as another profile reads them.

    To take it in would put each of them into quarantine, or beside itself under another id.

    Raises:
        ConflictError: Of some of its objects that is so.
    """
    own = {one.raw for one in read.objects if isinstance(one, Taken)}
    counts: dict[str, int] = {}
    for other in _OTHERS:
        with suppress(BadInputError, VerificationError):
            found = read_file(read.content, place, profile=other).objects
            asked = [one for one in found if isinstance(one, Taken) and one.raw not in own]
            here = _here(store, partner, sorted({one.facts.object_id for one in asked}))
            counts[other] = sum(one.raw in here for one in asked)
    most = max(counts, key=lambda name: counts[name], default="")
    if most and counts[most]:
        raise ConflictError(
            f"{place}: {counts[most]:,} of its objects are here already as the profile {most}"
            " reads them; nothing was taken in",
            hint=f"read it by --profile {most}; or with --force, which puts what contradicts"
            " into quarantine",
        )


def _here(store: "Store", partner: "Partner", ids: Sequence[str]) -> set[bytes]:
    with store.collections.reading(partner.inbox) as shelf:
        return {
            entry.raw
            for some in batches(ids)
            for entry in shelf.page(
                Wanted(ids=tuple(some), which=("all",)), after_us=0, limit=_ALL, most_bytes=_ALL
            )[0]
        }
