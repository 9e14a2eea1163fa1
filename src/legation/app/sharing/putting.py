"""What the gate lets go, put where a partner reads it; and what it holds now, taken out there.

All of it in the transaction of whoever calls: the collection, the ledger, the signed list and the
trail say the same, or nothing was done.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.app.sharing.outcomes import RECALLED, WITHDRAWN
from legation.app.sharing.packages import signer
from legation.app.sharing.policies import policy_of
from legation.app.sharing.proofs import signed_lists
from legation.app.sharing.shown import labels_of
from legation.errors import ConflictError
from legation.formats.envelope import Taken, judged
from legation.safeguards.sharing.gate.context import Preview, Verdict
from legation.stix.timestamps import sortable as in_order
from legation.stix.tlp import Tlp
from legation.store.exchange.collections import Posting
from legation.store.exchange.ledger import Sending
from legation.store.exchange.reading import Entry, Wanted
from legation.store.numbering import batches
from legation.store.values import moment

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.crypto.keys import KeySet
    from legation.store.exchange.partners import Partner

_ALL: Final = 1 << 40


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """What was put, and what was taken out.

    Attributes:
        new: How many versions the partner had not.
        known: How many it had already.
        withdrawn: How many objects stood there that may not any more.
    """

    new: int
    known: int
    withdrawn: int


@final
class Putting:
    """Puts and takes out, for one reader on an open store."""

    def __init__(self, scope: "Scope", keys: "KeySet") -> None:
        """Act in a scope, with the keys that sign."""
        self._scope, self._keys, self._store = scope, keys, scope.store

    def put(self, partner: "Partner", preview: Preview, *, verb: str = "") -> Put:
        """Put what a preview lets go, and take out what it holds and what it lets go otherwise.

        Args:
            partner: Where.
            preview: What the gate decided.
            verb: What the trail calls it; empty: whoever calls says it.

        Raises:
            ConflictError: What would leave contradicts what the partner has.
        """
        now = self._scope.now()
        verdicts = {one.sent_id: one for one in preview.verdicts if one.sent_id}
        items = [item_of(value) for value in preview.leaving]
        labels = labels_of(preview.leaving, self._scope.marking)
        gone = self._replaced(partner, preview)
        self.take_out(partner, gone)
        self._make_room(partner, items)
        outcomes = self._store.collections.post(_posting(partner, items), now)
        sendings, fresh = [], []
        for one, outcome in zip(items, outcomes, strict=True):
            if outcome.state == "conflict":
                raise ConflictError(
                    f"{one.facts.object_id} contradicts what the partner has: {outcome.reason}",
                    hint="nothing was sent; see share quarantine list",
                )
            if outcome.state == "new":
                told = verdicts.get(one.facts.object_id)
                tlp = labels[one.facts.object_id].tlp
                sendings.append(self.sending(partner, one, told, outcome.added_us, tlp=tlp))
                fresh.append(one)
        self._store.ledger.add(sendings)
        self._sign(partner, fresh, now)
        counts = counts_of(preview.verdicts) | {"withdrawn": len(gone)}
        if verb:
            self._scope.note(
                self._scope.reader.actor, verb, partner.partner_id, new=len(sendings), **counts
            )
        return Put(new=len(sendings), known=len(items) - len(sendings), withdrawn=len(gone))

    def take_out(self, partner: "Partner", gone: Collection[str], *, told: bool = True) -> None:
        """Take objects out of the collection from which a partner reads.

        Args:
            partner: Who reads.
            gone: Their ids there.
            told: Whether the ledger says so.
        """
        now, newest = self._scope.now(), self._store.ledger.newest(partner.partner_id)
        entries = []
        for sent_id in sorted(gone):
            self._store.collections.delete(
                partner.outbox, sent_id, Wanted(which=("all",)), partner_id="", now=now
            )
            if told and sent_id in newest:
                entries.append(
                    msgspec.structs.replace(
                        newest[sent_id],
                        outcome=WITHDRAWN,
                        channel="taxii",
                        added=now,
                        actor=self._scope.reader.actor,
                        at=now,
                    )
                )
        self._store.ledger.add(entries)

    def put_beside(self, partner: "Partner", value: dict[str, Any]) -> int:
        """Put an object that is no sending of its own; return when it was added."""
        posting = _posting(partner, [item_of(value)])
        (outcome,) = self._store.collections.post(posting, self._scope.now())
        return outcome.added_us

    def standing(self, partner: "Partner", ids: Iterable[str] | None = None) -> dict[str, Entry]:
        """Return the last version of what stands where a partner reads, by its id there.

        Args:
            partner: Who reads.
            ids: Only of these; None: of all.
        """
        asked = [None] if ids is None else list(batches(sorted(set(ids))))
        found: dict[str, Entry] = {}
        with self._store.collections.reading(partner.outbox) as shelf:
            for some in asked:
                wanted = Wanted(ids=None if some is None else tuple(some))
                page, _ = shelf.page(wanted, after_us=0, limit=_ALL, most_bytes=_ALL)
                found |= {entry.object_id: entry for entry in page}
        return found

    def sending(
        self, partner: "Partner", one: Taken, told: Verdict | None, added_us: int, *, tlp: Tlp
    ) -> Sending:
        """Return the entry of the ledger for one version, under the level at which it leaves."""
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
            tlp=tlp,
            actor=self._scope.reader.actor,
            at=self._scope.now(),
        )

    def _replaced(self, partner: "Partner", preview: Preview) -> set[str]:
        """Return the ids there of what stands and is held now, or leaves under another id."""
        leaving = {value["id"] for value in preview.leaving}
        judged_now = {one.object_id for one in preview.verdicts}
        newest = self._store.ledger.newest(partner.partner_id)
        old = {
            one.sent_id
            for one in newest.values()
            if one.object_id in judged_now
            and one.sent_id not in leaving
            and one.outcome not in (*RECALLED, WITHDRAWN)
        }
        return set(self.standing(partner, old)) if old else set()

    def _sign(self, partner: "Partner", sent: Sequence[Taken], now: datetime) -> None:
        """Put a signed list of what was sent beside it."""
        named = policy_of(partner).sharing.attribution == "named"
        by = signer(self._keys, partner.partner_id, named=named)
        lists = signed_lists(sent, by, partner.partner_id, now)
        if lists:
            self._store.collections.post(_posting(partner, lists), now)

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


def item_of(value: Any) -> Taken:
    """Return an object that leaves as its bytes, once it is as the standard asks."""
    found = judged(msgspec.json.encode(value), "what leaves")
    if not isinstance(found, Taken):
        raise found.error
    return found


def counts_of(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Return how many are sent, redacted and held."""
    counts = {"sent": 0, "redacted": 0, "held": 0}
    for one in verdicts:
        counts[one.outcome] += 1
    return counts


def _posting(partner: "Partner", items: Sequence[Taken]) -> Posting:
    return Posting(
        number=partner.outbox,
        partner_id="",
        items=tuple((one.facts, one.raw) for one in items),
    )
