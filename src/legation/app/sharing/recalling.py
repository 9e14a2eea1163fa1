"""Recalling objects: everybody who was sent one is told, and who they are is listed.

What has versions is taken back by a version that is revoked and says nothing more, which reaches
whoever goes on reading; its earlier versions are taken out. What has none is taken out, and a
tombstone stays. What rested on it falls with it, or stands without it. The ledger keeps that it
was sent, and that it was recalled; it does not leave again, under any id.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.app.sharing.aligning import Aligning
from legation.app.sharing.outcomes import IN_A_FILE, RECALLED
from legation.app.sharing.putting import Putting
from legation.errors import ConflictError, NotFoundError, UsageError
from legation.safeguards.sharing.gate.parts import bare
from legation.stix.timestamps import Timestamp
from legation.store.exchange.ledger import Sending
from legation.store.exchange.reading import Wanted
from legation.store.values import moment

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.crypto.keys import KeySet
    from legation.store.exchange.partners import Partner

RECALL: Final = "share.recall"
_LONGEST: Final = 500


class Had(msgspec.Struct, frozen=True, kw_only=True):
    """A partner that had been sent an object.

    Attributes:
        partner: Its name, for people of the house.
        object_id: Id of the object on our side.
        sent_id: Id of the object there.
        sent: When it was last sent.
        versions: How many versions it was sent.
        outcome: What was done now: recalled, deleted; or what stands, where nothing was.
        with_it: How many objects were taken out there because they rested on what was recalled.
    """

    partner: str
    object_id: str
    sent_id: str
    sent: datetime
    versions: int
    outcome: str
    with_it: int = 0


@final
class Recalling:
    """Takes back what was sent, for somebody on an open store."""

    def __init__(self, scope: "Scope") -> None:
        """Act in a scope: what its reader may not know it cannot recall."""
        self._scope, self._store = scope, scope.store

    def who_had(self, ids: Sequence[str]) -> list[Had]:
        """Return who was sent objects, and what stands there now.

        Args:
            ids: Of the objects, on our side.

        Raises:
            NotFoundError: Nobody was, or this reader may not know one of them.
        """
        names = {one.partner_id: one.name for one in self._store.partners.every()}
        return [
            _had(names.get(last.partner_id, last.partner_id), last, versions, last.outcome)
            for object_id in dict.fromkeys(ids)
            for last, versions in self._sent(object_id)
        ]

    def recall(self, ids: Sequence[str], reason: str, keys: "Callable[[], KeySet]") -> list[Had]:
        """Take objects back from everybody who was sent them.

        Args:
            ids: Of the objects, on our side.
            reason: Why, for the trail.
            keys: Gives the keys of the desk: what stands beside is judged anew.

        Raises:
            UsageError: No reason is given.
            NotFoundError: Nobody was sent one of them, or this reader may not know it.
            ConflictError: All of them were recalled before.
        """
        why = " ".join(reason.split())
        if not why or len(why) > _LONGEST:
            raise UsageError(
                "a recall has a reason", hint=f"say why in a few words, up to {_LONGEST} signs"
            )
        partners = {one.partner_id: one for one in self._store.partners.every()}
        opened = keys()
        putting = Putting(self._scope, opened)
        done: list[tuple[Partner, Had]] = []
        with self._store.transaction():
            for object_id in dict.fromkeys(ids):
                for last, versions in self._sent(object_id):
                    if last.outcome in RECALLED:
                        continue
                    partner = partners[last.partner_id]
                    outcome = self._take_back(putting, partner, last)
                    done.append((partner, _had(partner.name, last, versions, outcome)))
            if not done:
                raise ConflictError("this was recalled already", hint="see legation share ledger")
            fallen = {
                partner_id: len(Aligning(self._scope, opened).align(partners[partner_id]).withdrawn)
                for partner_id in dict.fromkeys(partner.partner_id for partner, _ in done)
            }
            for object_id in dict.fromkeys(one.object_id for _, one in done):
                self._scope.note(
                    self._scope.reader.actor, RECALL, object_id, reason=why, partners=len(fallen)
                )
        return [
            msgspec.structs.replace(one, with_it=fallen[partner.partner_id])
            for partner, one in done
        ]

    def _sent(self, object_id: str) -> list[tuple[Sending, int]]:
        """Return the last sending to each partner, and how many versions each was sent."""
        by_copy: dict[tuple[str, str], list[Sending]] = defaultdict(list)
        reader = self._scope.reader.clearance
        for one in self._store.ledger.find(object_id=object_id, reader=reader):
            by_copy[one.partner_id, one.sent_id].append(one)
        if not by_copy:
            raise NotFoundError(
                f"nobody was sent {object_id!r:.90}", hint="see legation share ledger"
            )
        return [
            (entries[0], len({one.sent_modified for one in entries}))
            for entries in by_copy.values()
        ]

    def _take_back(self, putting: Putting, partner: "Partner", last: Sending) -> str:
        """Take an object back from a partner, and return what was done."""
        found = putting.standing(partner, [last.sent_id]).get(last.sent_id)
        now = self._scope.now()
        if found is None:
            # Nothing of it stands there: nothing there reaches the partner, somebody has to.
            self._write(last, "recalled", last.sent_modified, b"", now)
            return IN_A_FILE if last.channel == "file" else "recalled"
        value = msgspec.json.decode(found.raw, type=dict[str, Any])
        self._store.collections.delete(
            partner.outbox, last.sent_id, Wanted(which=("all",)), partner_id="", now=now
        )
        there = msgspec.structs.replace(last, channel="taxii")
        if "modified" not in value:
            self._write(there, "deleted", last.sent_modified, b"", now)
            return "deleted"
        later = Timestamp(value["modified"]).instant + timedelta(milliseconds=1)
        modified = Timestamp.of(max(now, later)).text
        revoked = bare(value) | {"modified": modified, "revoked": True}
        added = moment(putting.put_beside(partner, revoked))
        self._write(there, "recalled", modified, msgspec.json.encode(revoked), added)
        return "recalled"

    def _write(
        self, last: Sending, outcome: str, modified: str, raw: bytes, added: datetime
    ) -> None:
        entry = msgspec.structs.replace(
            last,
            sent_modified=modified,
            raw_sha256=sha256(raw).digest(),
            added=added,
            outcome=outcome,
            actor=self._scope.reader.actor,
            at=self._scope.now(),
        )
        self._store.ledger.add([entry])


def _had(partner: str, last: Sending, versions: int, outcome: str) -> Had:
    return Had(
        partner=partner,
        object_id=last.object_id,
        sent_id=last.sent_id,
        sent=last.at,
        versions=versions,
        outcome=outcome,
    )
