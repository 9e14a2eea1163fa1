"""Recalling an object: everybody who was sent it is told, and who they are is listed.

What has versions is taken back by a version that is revoked, which reaches whoever goes on
reading. What has none is taken out of the collection, where a tombstone stays. The ledger keeps
that it was sent, and that it was recalled; it does not leave again until somebody says so.
"""

import hashlib
from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.errors import NotFoundError, UsageError
from legation.formats.envelope import Taken, judged
from legation.stix.timestamps import Timestamp
from legation.store.exchange.collections import Posting
from legation.store.exchange.ledger import Sending
from legation.store.exchange.reading import Wanted
from legation.store.values import moment

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.store.exchange.partners import Partner

RECALL: Final = "share.recall"
RECALLED: Final = ("recalled", "deleted")
IN_A_FILE: Final = "it went in a file: tell the partner"
_LONGEST: Final = 500
_ALL: Final = 1 << 40


class Had(msgspec.Struct, frozen=True, kw_only=True):
    """A partner that had been sent an object.

    Attributes:
        partner: Its name, for people of the house.
        sent_id: Id of the object there.
        sent: When it was last sent.
        versions: How many versions it was sent.
        outcome: What was done now: recalled, deleted; or what stands, where nothing was.
    """

    partner: str
    sent_id: str
    sent: datetime
    versions: int
    outcome: str


@final
class Recalling:
    """Takes back what was sent, for somebody on an open store."""

    def __init__(self, scope: "Scope") -> None:
        """Act in a scope: what its reader may not know it cannot recall."""
        self._scope, self._store = scope, scope.store

    def who_had(self, object_id: str) -> list[Had]:
        """Return who was sent an object, and what stands there now.

        Raises:
            NotFoundError: Nobody was, or this reader may not know the object.
        """
        names = {one.partner_id: one.name for one in self._store.partners.every()}
        return [
            Had(
                partner=names.get(last.partner_id, last.partner_id),
                sent_id=last.sent_id,
                sent=last.at,
                versions=versions,
                outcome=last.outcome,
            )
            for last, versions in self._sent(object_id)
        ]

    def recall(self, object_id: str, reason: str) -> list[Had]:
        """Take an object back from everybody who was sent it.

        Args:
            object_id: Its id on our side.
            reason: Why, for the trail.

        Raises:
            UsageError: No reason is given.
            NotFoundError: Nobody was sent it, or this reader may not know it.
        """
        why = " ".join(reason.split())[:_LONGEST]
        if not why:
            raise UsageError("a recall has a reason", hint="say why in a few words")
        partners = {one.partner_id: one for one in self._store.partners.every()}
        done = []
        with self._store.transaction():
            for last, versions in self._sent(object_id):
                partner = partners[last.partner_id]
                outcome = last.outcome
                if outcome not in RECALLED:
                    outcome = self._take_back(partner, last)
                done.append(
                    Had(
                        partner=partner.name,
                        sent_id=last.sent_id,
                        sent=last.at,
                        versions=versions,
                        outcome=outcome,
                    )
                )
            self._scope.note(
                self._scope.reader.actor, RECALL, object_id, reason=why, partners=len(done)
            )
        return done

    def _sent(self, object_id: str) -> list[tuple[Sending, int]]:
        """Return the last sending to each partner, and how many versions each was sent."""
        known = self._scope.objects
        known.get(object_id)
        by_copy: dict[tuple[str, str], list[Sending]] = defaultdict(list)
        for one in self._store.ledger.find(object_id=object_id):
            by_copy[one.partner_id, one.sent_id].append(one)
        if not by_copy:
            raise NotFoundError(
                f"nobody was sent {object_id!r:.90}", hint="see legation share ledger"
            )
        return [
            (entries[0], sum(one.outcome not in RECALLED for one in entries))
            for entries in by_copy.values()
        ]

    def _take_back(self, partner: "Partner", last: Sending) -> str:
        collections = self._store.collections
        now = self._scope.now()
        asked = Wanted(ids=(last.sent_id,), which=("last",))
        with collections.reading(partner.outbox) as shelf:
            found, _ = shelf.page(asked, after_us=0, limit=1, most_bytes=_ALL)
        if not found:
            # It went in a file alone: nothing there reaches the partner, somebody has to.
            self._write(last, "recalled", last.sent_modified, b"", now)
            return IN_A_FILE
        value = msgspec.json.decode(found[0].raw, type=dict[str, Any])
        if "modified" not in value:
            collections.delete(
                partner.outbox, last.sent_id, Wanted(which=("all",)), partner_id="", now=now
            )
            self._write(last, "deleted", last.sent_modified, b"", now)
            return "deleted"
        later = Timestamp(value["modified"]).instant + timedelta(milliseconds=1)
        modified = Timestamp.of(max(now, later)).text
        raw = msgspec.json.encode(value | {"modified": modified, "revoked": True})
        taken = judged(raw, "recall")
        if not isinstance(taken, Taken):
            raise taken.error
        posting = Posting(number=partner.outbox, partner_id="", items=((taken.facts, taken.raw),))
        (outcome,) = collections.post(posting, now)
        self._write(last, "recalled", modified, raw, moment(outcome.added_us))
        return "recalled"

    def _write(
        self, last: Sending, outcome: str, modified: str, raw: bytes, added: datetime
    ) -> None:
        entry = msgspec.structs.replace(
            last,
            sent_modified=modified,
            raw_sha256=hashlib.sha256(raw).digest(),
            added=added,
            outcome=outcome,
            actor=self._scope.reader.actor,
            at=self._scope.now(),
        )
        self._store.ledger.add([entry])
