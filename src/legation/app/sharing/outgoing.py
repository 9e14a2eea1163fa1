"""What leaves for a partner: shown first, then put where the partner reads it.

The gate decides; here it is handed what it needs, and what it lets go is written: into the
partner's collection, the ledger and the trail, in one transaction. A preview is what a push
would do at the same moment, by the same function.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.app.marking import refuse_unproven
from legation.app.sharing.gathering import gathered
from legation.app.sharing.packages import packed, signer
from legation.app.sharing.policies import policy_of
from legation.app.sharing.proofs import signed_lists
from legation.app.sharing.recalling import RECALLED
from legation.app.sharing.shown import digest_of, label_of_all
from legation.errors import ConflictError, DeniedError, UsageError
from legation.formats.envelope import Taken, judged
from legation.formats.profiles.catalogue import EXPORTS
from legation.formats.profiles.losses import Loss, Piece
from legation.safeguards.sharing.gate.context import Before, Context, Preview, Verdict
from legation.safeguards.sharing.gate.deciding import decide
from legation.stix.codec import mapping_of
from legation.stix.extensions import KINDS, definition, extension_id
from legation.stix.timestamps import sortable as in_order
from legation.stix.tlp import Tlp
from legation.store.exchange.collections import Posting
from legation.store.exchange.ledger import Sending
from legation.store.exchange.reading import Wanted
from legation.store.numbering import batches
from legation.store.values import moment

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.crypto.keys import KeySet
    from legation.store.exchange.partners import Partner

PUSH: Final = "share.push"
WRITE: Final = "share.write"
_ALL: Final = 1 << 40


class Pushed(msgspec.Struct, frozen=True, kw_only=True):
    """What a push did.

    Attributes:
        preview: What the gate decided.
        new: How many versions the partner had not.
        known: How many it had already.
        recalled: How many objects were taken back before, and so did not leave.
    """

    preview: Preview
    new: int
    known: int
    recalled: int = 0


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A package for a partner.

    Attributes:
        content: The file.
        preview: What the gate decided.
        losses: What the profile does not carry as it is.
        objects: How many objects are in it.
        recalled: How many were taken back before, and so are not.
        fingerprint: Of the keys that signed it.
    """

    content: bytes
    preview: Preview
    losses: tuple[Loss, ...]
    objects: int
    recalled: int
    fingerprint: str


@final
class Outgoing:
    """Shows and sends, for one reader on an open store."""

    def __init__(self, scope: "Scope", keys: "KeySet") -> None:
        """Act in a scope.

        Args:
            scope: Who shares, from which store.
            keys: By which pseudonyms are made, and held names opened in memory.
        """
        self._scope, self._keys = scope, keys
        self._store = scope.store

    def preview(self, name: str, ids: Sequence[str]) -> Preview:
        """Return what would leave for a partner, and why each object is sent, redacted or held.

        Args:
            name: The partner.
            ids: What is to be shared; nothing: all that the reader may know.
        """
        partner = self._store.partners.get(name)
        return self._decided(partner, ids)

    def push(self, name: str, ids: Sequence[str], *, shown: str = "") -> Pushed:
        """Put what the gate lets go where the partner reads it.

        Args:
            name: The partner.
            ids: What is to be shared; nothing: all that the reader may know.
            shown: `digest_of` what somebody was shown; empty: nobody was.

        Raises:
            UsageError: The sharing has ended, or nothing says what may leave.
            ConflictError: What would leave is another than was shown, or contradicts what the
                partner has; nothing was sent.
            StepUpError: It is above TLP:AMBER, and no passkey was shown just now.
        """
        partner = self._store.partners.get(name)
        preview = self._to_leave(partner, ids, shown)
        with self._store.transaction():
            return self._put(partner, preview)

    def push_values(
        self, partner: "Partner", values: Sequence[dict[str, Any]], *, about: dict[str, Any]
    ) -> Pushed:
        """Send objects that were made for a partner, about one that it sent itself.

        Args:
            partner: Who it is.
            values: The objects.
            about: What they are about; it does not leave, and keeps the id that the partner knows.

        Raises:
            UsageError: Nothing may leave at all.
            DeniedError: The policy holds one of them; the reasons are told.
        """
        policy = policy_of(partner)
        context = self._context(partner, values)
        preview = decide([*values, about], policy, context)
        if partner.ended is not None or preview.silent:
            raise UsageError(
                f"nothing leaves: {preview.silent or 'the sharing has ended'}",
                hint="see legation partner policy",
            )
        ids = {value["id"] for value in values}
        held = [one for one in preview.verdicts if one.outcome == "held" and one.object_id in ids]
        if held:
            why = "; ".join(dict.fromkeys(reason for one in held for reason in one.reasons))
            raise DeniedError(
                f"the policy of {partner.name} does not let this leave: {why}",
                hint="see legation partner policy, or state another level with --tlp",
            )
        known = next((one for one in preview.verdicts if one.object_id == about["id"]), None)
        copy = known.sent_id if known else ""
        leaving = [
            value
            if not copy
            else msgspec.json.decode(
                msgspec.json.encode(value).replace(copy.encode(), about["id"].encode())
            )
            for value in preview.leaving
            if value["id"] not in (copy, about["id"])
        ]
        preview = msgspec.structs.replace(preview, leaving=tuple(leaving))
        with self._store.transaction():
            return self._put(partner, preview)

    def write(self, name: str, ids: Sequence[str], *, shown: str = "") -> Written:
        """Write what the gate lets go as a signed package, in the form of the policy's profile.

        Args:
            name: The partner.
            ids: What is to be shared; nothing: all that the reader may know.
            shown: `digest_of` what somebody was shown; empty: nobody was.

        Raises:
            UsageError: The sharing has ended, nothing says what may leave, or nothing is left.
            ConflictError: What would leave is another than was shown.
            StepUpError: It is above TLP:AMBER, and no passkey was shown just now.
        """
        partner = self._store.partners.get(name)
        policy = policy_of(partner)
        preview = self._to_leave(partner, ids, shown)
        items, taken_back = self._items(partner, preview)
        if not items:
            raise UsageError("nothing is left that may leave", hint="see share preview")
        profile = policy.sharing.profile
        export = EXPORTS[profile]([Piece(value_of(one), one.raw) for one in items])
        now = self._scope.now()
        by = signer(self._keys, partner.partner_id, named=policy.sharing.attribution == "named")
        marking = label_of_all([value_of(one) for one in items], self._scope.marking).tlp
        content = packed(export.content, items, by, profile=profile, marking=str(marking), made=now)
        verdicts = {one.sent_id: one for one in preview.verdicts if one.sent_id}
        with self._store.transaction():
            self._store.ledger.add(
                [
                    msgspec.structs.replace(
                        self._sending(partner, one, verdicts.get(one.facts.object_id), 0),
                        channel="file",
                        added=now,
                    )
                    for one in items
                ]
            )
            digest = hashlib.sha256(content).hexdigest()
            counts = _counts(preview.verdicts)
            self._scope.note(
                self._scope.reader.actor, WRITE, partner.partner_id, sha256=digest, **counts
            )
        return Written(
            content=content,
            preview=preview,
            losses=export.losses,
            objects=len(items),
            recalled=taken_back,
            fingerprint=by.public().fingerprint(),
        )

    def _to_leave(self, partner: "Partner", ids: Sequence[str], shown: str) -> Preview:
        if partner.ended is not None:
            raise UsageError(
                f"the sharing with {partner.name} has ended", hint="see legation partner list"
            )
        preview = self._decided(partner, ids)
        if preview.silent:
            raise UsageError(
                f"nothing leaves: {preview.silent}", hint="see legation partner policy"
            )
        if shown and shown != digest_of(preview):
            raise ConflictError(
                "what would leave has changed since it was shown", hint="look at it again"
            )
        label = label_of_all(preview.leaving, self._scope.marking)
        refuse_unproven(self._scope.reader, label, own=Tlp.CLEAR)
        return preview

    def _items(self, partner: "Partner", preview: Preview) -> tuple[list[Taken], int]:
        """Return what leaves as bytes, and how many objects were recalled before and do not."""
        newest = self._store.ledger.newest(partner.partner_id)
        taken_back = {one.sent_id for one in newest.values() if one.outcome in RECALLED}
        values = [value for value in preview.leaving if value["id"] not in taken_back]
        return [_item(value) for value in values], len(preview.leaving) - len(values)

    def _decided(self, partner: "Partner", ids: Sequence[str]) -> Preview:
        policy = policy_of(partner)
        values = gathered(self._scope, ids)
        return decide(values, policy, self._context(partner, values))

    def _context(self, partner: "Partner", values: Iterable[dict[str, Any]]) -> Context:
        from legation.app.home import author_of
        from legation.app.persons import opened_in_memory, vault_of

        held = opened_in_memory(
            self._store, vault_of(self._keys), None, actor=self._scope.reader.actor
        )
        people = (one.name for one in self._store.people.every())
        sent = self._store.ledger.newest(partner.partner_id)
        return Context(
            secret=self._keys.pseudonym_secret,
            today=self._scope.now().date(),
            default=self._scope.marking,
            ladder=tuple(self._scope.ladder),
            house=frozenset({author_of(self._store)}),
            names=tuple(sorted({*held.values(), *people})),
            roster=frozenset(_telling_of_partners(values)),
            definitions=tuple(mapping_of(definition(kind)) for kind in KINDS),
            before={one.sent_id: Before(one.sent_modified, one.sha256) for one in sent.values()},
        )

    def _put(self, partner: "Partner", preview: Preview) -> Pushed:
        now = self._scope.now()
        verdicts = {one.sent_id: one for one in preview.verdicts if one.sent_id}
        items, taken_back = self._items(partner, preview)
        posting = Posting(
            number=partner.outbox,
            partner_id="",
            items=tuple((one.facts, one.raw) for one in items),
        )
        self._make_room(partner, items)
        outcomes = self._store.collections.post(posting, now)
        sendings = []
        told_new = list(zip(items, outcomes, strict=True))
        for one, outcome in told_new:
            if outcome.state == "conflict":
                raise ConflictError(
                    f"{one.facts.object_id} contradicts what the partner has: {outcome.reason}",
                    hint="nothing was sent; see share quarantine list",
                )
            if outcome.state == "new":
                told = verdicts.get(one.facts.object_id)
                sendings.append(self._sending(partner, one, told, outcome.added_us))
        self._store.ledger.add(sendings)
        self._sign(partner, [one for one, outcome in told_new if outcome.state == "new"], now)
        counts = _counts(preview.verdicts)
        self._scope.note(
            self._scope.reader.actor, PUSH, partner.partner_id, new=len(sendings), **counts
        )
        return Pushed(
            preview=preview,
            new=len(sendings),
            known=len(items) - len(sendings),
            recalled=taken_back,
        )

    def _sign(self, partner: "Partner", sent: Sequence[Taken], now: datetime) -> None:
        """Put a signed list of what was sent beside it."""
        named = policy_of(partner).sharing.attribution == "named"
        by = signer(self._keys, partner.partner_id, named=named)
        lists = signed_lists(sent, by, partner.partner_id, now)
        posting = Posting(
            number=partner.outbox,
            partner_id="",
            items=tuple((one.facts, one.raw) for one in lists),
        )
        if lists:
            self._store.collections.post(posting, now)

    def _make_room(self, partner: "Partner", items: Sequence[Taken]) -> None:
        """Take out versions that stand there with other bytes, such as under another marking.

        A marking may change without a new version; what is stricter now must reach the partner.
        """
        wanted = {(one.facts.object_id, one.facts.version_text): one.raw for one in items}
        collections = self._store.collections
        with collections.reading(partner.outbox) as shelf:
            stands = [
                entry
                for some in batches(sorted({object_id for object_id, _ in wanted}))
                for entry in shelf.page(
                    Wanted(ids=tuple(some), which=("all",)),
                    after_us=0,
                    limit=_ALL,
                    most_bytes=_ALL,
                )[0]
            ]
        for entry in stands:
            raw = wanted.get((entry.object_id, entry.version_text))
            if raw is not None and raw != entry.raw:
                version = in_order(entry.version_text) if entry.version_text else ""
                asked = Wanted(which=(), versions=(version,)) if version else Wanted(which=("all",))
                collections.delete(
                    partner.outbox,
                    entry.object_id,
                    asked,
                    partner_id="",
                    now=self._scope.now(),
                )

    def _sending(
        self, partner: "Partner", one: Taken, told: Verdict | None, added_us: int
    ) -> Sending:
        return Sending(
            partner_id=partner.partner_id,
            object_id=told.object_id if told else one.facts.object_id,
            modified=told.modified if told else one.facts.version_text,
            sent_id=one.facts.object_id,
            sent_modified=one.facts.version_text,
            sha256=told.sha256 if told else "",
            raw_sha256=hashlib.sha256(one.raw).digest(),
            added=moment(added_us),
            outcome=told.outcome if told else "sent",
            actor=self._scope.reader.actor,
            at=self._scope.now(),
        )


def value_of(one: Taken) -> dict[str, Any]:
    """Return an object that leaves as a JSON value."""
    return msgspec.json.decode(one.raw, type=dict[str, Any])


def _item(value: Any) -> Taken:
    raw = msgspec.json.encode(value)
    found = judged(raw, "what leaves")
    if not isinstance(found, Taken):
        raise found.error
    return found


def _telling_of_partners(values: Iterable[dict[str, Any]]) -> Iterable[str]:
    """Yield the ids of entries of cases that say which partner was told what."""
    entry = extension_id("entry")
    for value in values:
        extensions = value.get("extensions")
        carried = extensions.get(entry) if isinstance(extensions, dict) else None
        states = carried.get("states") if isinstance(carried, dict) else None
        if isinstance(states, dict) and states.get("entry") == "told":
            yield value["id"]


def _counts(verdicts: Iterable[Verdict]) -> dict[str, int]:
    counts = {"sent": 0, "redacted": 0, "held": 0}
    for one in verdicts:
        counts[one.outcome] += 1
    return counts
