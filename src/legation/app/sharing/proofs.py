"""Signatures that travel with what is sent by TAXII, and their check on the other side.

With each sending goes a grouping that carries a signed list: every object in it with its version
and the hash of its exact bytes. The signature is detached, so no object is changed by it, and
programs that know nothing of it see a grouping of what came together. The signed manifest of a
package that was taken in is kept as such a grouping, so that both are verified in one way.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.app.sharing.packages import Listed, Opened, listed, signed_by, verified
from legation.errors import BadInputError, VerificationError
from legation.formats.envelope import Refused, Taken, judged
from legation.stix.codec import mapping_of
from legation.stix.extensions import AUTHOR, KINDS, carry, definition, extension_id
from legation.stix.ids import fact_id
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import level_of
from legation.store.exchange.reading import Entry, Wanted
from legation.store.numbering import batches

if TYPE_CHECKING:
    from legation.crypto.signing import SigningIdentity
    from legation.store.exchange.partners import Partner
    from legation.store.opening import Store

# A list is read whole by whoever verifies it.
_MOST: Final = 1_000
_NAME: Final = "Signed list of what was sent"
_PLAIN: Final = "plain"
_NO_LIST: Final = (
    AttributeError, KeyError, TypeError, msgspec.MsgspecError, BadInputError, VerificationError,
)  # fmt: skip
# An object's id and its version.
_Key = tuple[str, str]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a collection under the signatures of one signer.

    Attributes:
        fingerprint: Of who signed.
        pinned: Whether that is the partner's, as it was told by another way.
        lists: How many signed lists.
        objects: How many objects that are here are as they were signed; where another signer is
            pinned, none counts.
        differing: Ids of objects that are here with other bytes than were signed.
        absent: How many that were signed are not here.
        reshaped: How many were signed in packages that wrote them in another form than STIX as it
            is: these packages were verified when they were taken in, and the bytes that are here
            are not those that were signed.
        uncounted: How many would hold, but for another signer being pinned.
    """

    fingerprint: str
    pinned: bool
    lists: int
    objects: int
    differing: tuple[str, ...]
    absent: int
    reshaped: int = 0
    uncounted: int = 0


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What the signatures of a partner say of what it sent.

    Attributes:
        signers: One for each who signed.
        broken: Ids of lists whose signature does not hold.
        unsigned: How many versions stand in no list whose signature holds; where a signer is
            pinned, in none of its. Such lists themselves do not count, and what is published, such
            as a level of TLP or the definition of an extension of legation, needs none.
        pin: Fingerprint of who must sign, as it was told by another way; empty: nobody pinned it.
    """

    signers: tuple[Held, ...]
    broken: tuple[str, ...]
    unsigned: int
    pin: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing is broken or differs, and nobody signed but who is pinned."""
        strangers = bool(self.pin) and any(not one.pinned for one in self.signers)
        return not (self.broken or strangers or any(one.differing for one in self.signers))


class _Told(msgspec.Struct, frozen=True):
    """What a signed text says: a list of ours, or the manifest of a package."""

    objects: tuple[Listed, ...]
    profile: str = _PLAIN


@dataclass(slots=True)
class _Signed:
    """What one signer signed: hashes of each version."""

    lists: set[_Key] = field(default_factory=set)
    same: dict[_Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    reshaped: dict[_Key, set[str]] = field(default_factory=lambda: defaultdict(set))


def signed_lists(
    items: Sequence[Taken], by: "SigningIdentity", partner_id: str, now: datetime
) -> list[Taken]:
    """Return groupings that sign what is sent, with what declares them; of nothing, nothing."""
    if not items:
        return []
    made = [mapping_of(AUTHOR), mapping_of(definition("sending"))]
    for some in batches(items, _MOST):
        told = msgspec.json.encode({"made": now, "objects": listed(some)})
        digest = hashlib.sha256(told).hexdigest()
        at = Timestamp.of(now).text
        named = fact_id("grouping", "sending", partner_id, at, digest)
        made.append(_carrier(named, at, some, {"manifest": told.decode(), **signed_by(told, by)}))
    found = [judged(msgspec.json.encode(_filled(value)), "signature") for value in made]
    return [one for one in found if isinstance(one, Taken)]


def kept_manifest(package: Opened, items: Sequence[Taken]) -> Taken | Refused:
    """Return the signed manifest of a package as a signed list, to be kept beside its objects.

    Args:
        package: A package whose signature holds.
        items: The objects that were read from it.

    Returns:
        The grouping; refused where the manifest is longer than an object may be.
    """
    named = fact_id("grouping", "package", hashlib.sha256(package.told).hexdigest())
    at = Timestamp.of(package.manifest.made).text
    told = {"manifest": package.told.decode(), **package.signed}
    value = _carrier(named, at, items, told)
    value["object_refs"] = list(dict.fromkeys(one.id for one in package.manifest.objects))
    return judged(msgspec.json.encode(_filled(value)), "manifest")


def is_list(value: Mapping[str, Any]) -> bool:
    """Tell whether an object carries a signed list."""
    extensions = value.get("extensions")
    return isinstance(extensions, Mapping) and extension_id("sending") in extensions


def is_published(value: Mapping[str, Any]) -> bool:
    """Tell whether an object says what is published, whoever sends it: nobody has to sign it.

    >>> is_published(mapping_of(AUTHOR))
    True
    """
    if value["type"] == "marking-definition":
        return level_of(value["id"]) is not None
    return value == _published().get(value["id"])


def verify_sent(store: "Store", partner: "Partner") -> Verified:
    """Verify what a partner sent against the lists that it signed.

    Args:
        store: The open store.
        partner: Whose collection is read.
    """
    signers: dict[str, _Signed] = defaultdict(_Signed)
    broken: list[str] = []
    here: dict[_Key, str] = {}
    unsigned: set[_Key] = set()
    for entry in _entries(store, partner.inbox, Wanted(which=("all",))):
        key = (entry.object_id, entry.version_text)
        here[key] = hashlib.sha256(entry.raw).hexdigest()
        value = msgspec.json.decode(entry.raw, type=dict[str, Any])
        if not is_published(value):
            unsigned.add(key)
        if not is_list(value):
            continue
        try:
            found, told = _read(value["extensions"][extension_id("sending")])
        except _NO_LIST:
            broken.append(entry.object_id)
            continue
        signed = signers[found]
        signed.lists.add(key)
        of_it = signed.same if told.profile == _PLAIN else signed.reshaped
        for one in told.objects:
            of_it[one.id, one.modified].add(one.sha256)
    pin = partner.signer
    for name, signed in signers.items():
        if not pin or "".join(name.split()) == pin:
            unsigned -= signed.same.keys() | signed.reshaped.keys() | signed.lists
    return Verified(
        signers=tuple(_held(name, partner.signer, one, here) for name, one in signers.items()),
        broken=tuple(broken),
        unsigned=len(unsigned),
        pin=_in_groups(partner.signer),
    )


def _read(carried: Any) -> tuple[str, _Told]:
    """Return who signed a list, and what it says."""
    told = carried["manifest"].encode()
    return verified(told, carried), msgspec.json.decode(told, type=_Told)


def _held(name: str, pin: str, signed: _Signed, here: Mapping[_Key, str]) -> Held:
    pinned = bool(pin) and "".join(name.split()) == pin
    same = {key for key, digests in signed.same.items() if here.get(key) in digests}
    whole = {key for key, digests in signed.reshaped.items() if here.get(key) in digests}
    differing = (signed.same.keys() & here.keys()) - same - whole
    holding = len(same | whole)
    counts = pinned or not pin
    return Held(
        fingerprint=name,
        pinned=pinned,
        lists=len(signed.lists),
        objects=holding if counts else 0,
        differing=tuple(sorted({object_id for object_id, _ in differing})),
        absent=len(signed.same.keys() - here.keys()),
        reshaped=len(signed.reshaped.keys() - same - whole),
        uncounted=0 if counts else holding,
    )


def _in_groups(digits: str) -> str:
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))


@cache
def _published() -> Mapping[str, Any]:
    return {AUTHOR.id: mapping_of(AUTHOR)} | {
        extension_id(kind): mapping_of(definition(kind)) for kind in KINDS
    }


def _carrier(
    named: str, at: str, items: Sequence[Taken], carried: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "type": "grouping",
        "spec_version": "2.1",
        "id": named,
        "created": at,
        "modified": at,
        "name": _NAME,
        "context": "unspecified",
        "object_refs": list(dict.fromkeys(one.facts.object_id for one in items)),
        "object_marking_refs": _strictest(items),
        "extensions": carry("sending", carried),
    }


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
