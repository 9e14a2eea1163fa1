"""Signatures that travel with what is sent by TAXII, and their check on the other side.

With each sending goes a grouping that carries a signed list: every object in it with its version
and the hash of its exact bytes. The signature is detached, so no object is changed by it, and
programs that know nothing of it see a grouping of what came together.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.app.sharing.packages import Listed, listed, signed_by, verified
from legation.errors import BadInputError, VerificationError
from legation.formats.envelope import Taken, judged
from legation.stix.codec import mapping_of
from legation.stix.extensions import AUTHOR, carry, definition, extension_id
from legation.stix.ids import fact_id
from legation.stix.timestamps import Timestamp
from legation.store.exchange.reading import Entry, Wanted
from legation.store.numbering import batches

if TYPE_CHECKING:
    from legation.crypto.signing import SigningIdentity
    from legation.store.exchange.partners import Partner
    from legation.store.opening import Store

# A list is read whole by whoever verifies it.
_MOST: Final = 1_000
_ALL: Final = 1 << 40
_NAME: Final = "Signed list of what was sent"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a collection under the signatures of one signer.

    Attributes:
        fingerprint: Of who signed.
        pinned: Whether that is the partner's, as it was told by another way.
        lists: How many signed lists.
        objects: How many objects that are here are as they were signed.
        differing: Ids of objects that are here with other bytes than were signed.
        absent: How many that were signed are not here.
    """

    fingerprint: str
    pinned: bool
    lists: int
    objects: int
    differing: tuple[str, ...]
    absent: int


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What the signatures of a partner say of what it sent.

    Attributes:
        signers: One for each who signed.
        broken: Ids of lists whose signature does not hold.
        unsigned: How many versions stand in no list.
    """

    signers: tuple[Held, ...]
    broken: tuple[str, ...]
    unsigned: int


def signed_lists(
    items: Sequence[Taken], by: "SigningIdentity", partner_id: str, now: datetime
) -> list[Taken]:
    """Return groupings that sign what is sent, with what declares them; of nothing, nothing."""
    if not items:
        return []
    made = [mapping_of(AUTHOR), mapping_of(definition("sending"))]
    for some in batches(items, _MOST):
        told = msgspec.json.encode({"made": now, "objects": listed(some)})
        at = Timestamp.of(now).text
        made.append(
            {
                "type": "grouping",
                "spec_version": "2.1",
                "id": fact_id(
                    "grouping", "sending", partner_id, at, hashlib.sha256(told).hexdigest()
                ),
                "created": at,
                "modified": at,
                "name": _NAME,
                "context": "unspecified",
                "object_refs": list(dict.fromkeys(one.facts.object_id for one in some)),
                "object_marking_refs": _strictest(some),
                "extensions": carry("sending", {"manifest": told.decode(), **signed_by(told, by)}),
            }
        )
    found = [judged(msgspec.json.encode(_filled(value)), "signature") for value in made]
    return [one for one in found if isinstance(one, Taken)]


def verify_sent(store: "Store", partner: "Partner") -> Verified:
    """Verify what a partner sent against the lists that it signed.

    Args:
        store: The open store.
        partner: Whose collection is read.
    """
    signers: dict[str, list[Listed]] = {}
    lists: dict[str, int] = {}
    broken: list[str] = []
    carriers = 0
    for entry in _entries(store, partner.inbox, Wanted(types=("grouping",), which=("all",))):
        value = msgspec.json.decode(entry.raw, type=dict[str, Any])
        carried = (value.get("extensions") or {}).get(extension_id("sending"))
        if carried is None:
            continue
        carriers += 1
        try:
            told = carried["manifest"].encode()
            found = verified(told, carried)
            objects = msgspec.convert(msgspec.json.decode(told)["objects"], list[Listed])
        except (
            AttributeError, KeyError, TypeError, msgspec.MsgspecError, BadInputError,
            VerificationError,
        ):  # fmt: skip
            broken.append(entry.object_id)
            continue
        signers.setdefault(found, []).extend(objects)
        lists[found] = lists.get(found, 0) + 1
    here = {
        (entry.object_id, entry.version_text): hashlib.sha256(entry.raw).hexdigest()
        for entry in _entries(store, partner.inbox, Wanted(which=("all",)))
    }
    named = {(one.id, one.modified) for some in signers.values() for one in some}
    pinned = partner.signer
    return Verified(
        signers=tuple(
            _held(print_, pinned, lists[print_], some, here) for print_, some in signers.items()
        ),
        broken=tuple(broken),
        unsigned=len(here.keys() - named) - carriers,
    )


def _held(
    fingerprint: str,
    pinned: str,
    lists: int,
    objects: Sequence[Listed],
    here: dict[tuple[str, str], str],
) -> Held:
    same = {(one.id, one.modified): one.sha256 for one in objects}
    found = {key: here[key] for key in same if key in here}
    return Held(
        fingerprint=fingerprint,
        pinned=bool(pinned) and "".join(fingerprint.split()) == pinned,
        lists=lists,
        objects=sum(same[key] == digest for key, digest in found.items()),
        differing=tuple(sorted({key[0] for key in found if same[key] != found[key]})),
        absent=len(same) - len(found),
    )


def _entries(store: "Store", number: int, wanted: Wanted) -> Iterator[Entry]:
    after = 0
    while True:
        with store.collections.reading(number) as shelf:
            page, more = shelf.page(wanted, after_us=after, limit=_MOST, most_bytes=8_000_000)
        yield from page
        if not more:
            return
        after = page[-1].added_us


def _strictest(items: Sequence[Taken]) -> list[str]:
    """Return the markings of the strictest of what is signed: a list of ids tells of them."""
    from legation.stix.labels import label_of

    values = [msgspec.json.decode(one.raw, type=dict[str, Any]) for one in items]
    marked = [value for value in values if value.get("object_marking_refs")]
    if not marked:
        return []
    refs: list[str] = max(marked, key=lambda value: label_of(value).tlp)["object_marking_refs"]
    return refs


def _filled(value: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if part not in ([], {})}
