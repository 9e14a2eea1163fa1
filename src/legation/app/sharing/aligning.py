"""What stands where a partner reads, brought in line with what may leave today.

A policy is tightened, a label raised, an object recalled: what was put before then stands there
still. So all that stands is judged anew, in the versions that were sent. What is held is taken
out; what may leave otherwise, such as without a reference to what is gone, is put anew. Nothing
is put that the partner was not sent before.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.app.sharing.contexts import context_for
from legation.app.sharing.gathering import as_labelled, close
from legation.app.sharing.outcomes import RECALLED
from legation.app.sharing.policies import policy_of, set_policy
from legation.app.sharing.putting import Putting
from legation.safeguards.sharing.gate.context import Preview
from legation.safeguards.sharing.gate.deciding import decide
from legation.safeguards.sharing.gate.parts import lacking, pruned, references
from legation.safeguards.sharing.gate.policy import Policy, read_policy
from legation.safeguards.sharing.gate.shelf import public
from legation.stix.timestamps import Timestamp
from legation.store.exchange.ledger import Sending
from legation.store.exchange.reading import Entry, Wanted

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.crypto.keys import KeySet
    from legation.store.exchange.partners import Partner

ALIGN: Final = "share.align"
# What is made for a partner alone, and stands in no register: what we answer.
_ANSWERS: Final = ("sighting", "opinion", "note", "course-of-action", "relationship")


class Aligned(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it.

    Attributes:
        withdrawn: Ids there of what was taken out.
        renewed: How many objects were put anew.
    """

    withdrawn: tuple[str, ...] = ()
    renewed: int = 0


@final
class Aligning:
    """Brings what stands in line, for somebody on an open store."""

    def __init__(self, scope: "Scope", keys: "KeySet") -> None:
        """Act in a scope, with the keys of the desk."""
        self._scope, self._keys, self._store = scope, keys, scope.store
        self._putting = Putting(scope, keys)

    def align(self, partner: "Partner") -> Aligned:
        """Bring in line what stands where a partner reads; all of it, whoever may know it.

        Where nothing may leave to the partner at all, nothing is read there: nothing is done.
        """
        policy = policy_of(partner)
        if partner.ended is not None or policy.silent(self._scope.now().date()):
            return Aligned()
        with self._store.transaction():
            return self._align(partner)

    def _align(self, partner: "Partner") -> Aligned:
        newest = self._store.ledger.newest(partner.partner_id)
        every = self._putting.standing(partner)
        # What was recalled stands there as revoked, and shall.
        stands = {
            sent_id: newest[sent_id]
            for sent_id in every
            if sent_id in newest and newest[sent_id].outcome not in RECALLED
        }
        gone, preview = self._judged(partner, stands, every)
        self._putting.take_out(partner, gone)
        renewed = _renewed(preview, stands, every, gone)
        done = self._putting.put(partner, renewed)
        self._beside(partner, stands)
        if gone or done.new:
            told = {"withdrawn": len(gone), "renewed": done.new}
            self._scope.note(self._scope.reader.actor, ALIGN, partner.partner_id, **told)
        return Aligned(withdrawn=tuple(sorted(gone)), renewed=done.new)

    def _judged(
        self, partner: "Partner", stands: Mapping[str, Sending], every: Mapping[str, Entry]
    ) -> tuple[set[str], Preview]:
        """Return what of that falls, and what the gate says of the rest."""
        policy = policy_of(partner)
        originals = {one.object_id for one in stands.values()}
        found = self._store.objects.get_many(originals)
        # Of what is no longer in the register nobody knows the label; answers never were there.
        gone = {
            sent_id
            for sent_id, one in stands.items()
            if one.object_id not in found and one.object_id.partition("--")[0] not in _ANSWERS
            and not _is_definition(one.object_id)
        }  # fmt: skip
        close(self._store.objects, found)
        values = as_labelled(self._store, self._store.objects, found.values())
        context = context_for(self._scope, self._keys, partner, values)
        unsent = found.keys() - originals
        judged = {sent_id for sent_id, one in stands.items() if one.object_id in found}
        while True:
            held = context.recalled | unsent | {stands[one].object_id for one in gone}
            preview = decide(values, policy, msgspec.structs.replace(context, recalled=held))
            leaving = {value["id"] for value in preview.leaving}
            versions = {one.sent_id: one.modified for one in preview.verdicts}
            more = {one for one in judged if one not in leaving}
            more |= {
                one
                for one in stands.keys() - more
                if versions.get(one) != stands[one].modified and _points_to(every[one], gone | more)
            }
            if more <= gone:
                return gone, preview
            gone |= more

    def _beside(self, partner: "Partner", judged: Collection[str]) -> None:
        """Let nothing else point to what stands there no longer: lists, and what was recalled.

        What a list signs stays as it is, for that stands in its signature.
        """
        every = self._putting.standing(partner)
        at = Timestamp.of(self._scope.now()).text
        for sent_id, entry in every.items():
            value = msgspec.json.decode(entry.raw, type=dict[str, Any])
            cuts = {
                path
                for path, target in references(value)
                if target not in every and target not in public()
            }
            if sent_id in judged or not cuts:
                continue
            left = pruned(value, cuts)
            self._putting.take_out(partner, [sent_id], told=False)
            if not lacking(left) and "modified" in left:
                self._putting.put_beside(partner, left | {"modified": at})


def put_in_force(
    scope: "Scope", name: str, text: bytes, place: str, keys: "Callable[[], KeySet]"
) -> tuple[Policy, Aligned]:
    """Put a partner's policy in force, and bring in line with it what stands where it reads.

    Args:
        scope: Who does it, on which store.
        name: The partner.
        text: The policy (TOML).
        place: Its name, for errors.
        keys: Gives the keys of the desk; asked for where something stands there alone.

    Raises:
        BadInputError: It cannot be read.
        UsageError: It is for another party.
    """
    read_policy(text, place)
    partner = scope.store.partners.get(name)
    with scope.store.collections.reading(partner.outbox) as shelf:
        stands, _ = shelf.page(Wanted(which=("all",)), after_us=0, limit=1, most_bytes=1)
    opened = keys() if stands else None
    with scope.store.transaction():
        policy = set_policy(scope, name, text, place)
        partner = scope.store.partners.get(name)
        done = Aligning(scope, opened).align(partner) if opened is not None else Aligned()
    return policy, done


def _is_definition(object_id: str) -> bool:
    return object_id.startswith(("marking-definition--", "extension-definition--", "identity--"))


def _points_to(entry: Entry, ids: set[str]) -> bool:
    value = msgspec.json.decode(entry.raw, type=dict[str, Any])
    return any(target in ids for _, target in references(value))


def _renewed(
    preview: Preview, stands: Mapping[str, Sending], every: Mapping[str, Entry], gone: set[str]
) -> Preview:
    """Return what is put anew: what stands with other content than it may leave with now."""
    versions = {one.sent_id: one.modified for one in preview.verdicts}
    leaving = []
    for value in preview.leaving:
        sent_id = value["id"]
        if sent_id in gone or sent_id not in stands:
            continue
        if versions.get(sent_id, "") != stands[sent_id].modified:
            continue
        if msgspec.json.decode(every[sent_id].raw) != value:
            leaving.append(value)
    kept = {value["id"] for value in leaving}
    return Preview(
        partner=preview.partner,
        silent="",
        verdicts=tuple(one for one in preview.verdicts if one.sent_id in kept),
        leaving=tuple(leaving),
    )
