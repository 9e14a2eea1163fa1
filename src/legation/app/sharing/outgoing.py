"""What leaves for a partner: shown first, then put where the partner reads it.

The gate decides; here it is handed what it needs, and what it lets go is written: into the
partner's collection, the ledger and the trail, in one transaction. A preview is what a push
would do at the same moment, by the same function.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.app.marking import refuse_unproven
from legation.app.sharing.aligning import Aligning
from legation.app.sharing.contexts import context_for
from legation.app.sharing.gathering import gathered
from legation.app.sharing.packages import packed, signer
from legation.app.sharing.policies import policy_of, silent_of
from legation.app.sharing.putting import Putting, counts_of, item_of
from legation.app.sharing.shown import digest_of, label_of_all, labels_of
from legation.errors import ConflictError, DeniedError, UsageError
from legation.formats.envelope import Taken
from legation.formats.profiles.catalogue import EXPORTS
from legation.formats.profiles.losses import Loss, Piece
from legation.safeguards.sharing.gate.context import BACK, Preview
from legation.safeguards.sharing.gate.deciding import decide
from legation.stix.labels import all_joined
from legation.stix.tlp import Tlp

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.crypto.keys import KeySet
    from legation.store.exchange.partners import Partner

PUSH: Final = "share.push"
WRITE: Final = "share.write"


class Pushed(msgspec.Struct, frozen=True, kw_only=True):
    """What a push did.

    Attributes:
        preview: What the gate decided.
        new: How many versions the partner had not.
        known: How many it had already.
        withdrawn: How many objects stood there that may not any more, and were taken out.
        recalled: How many objects were taken back before, and so did not leave.
    """

    preview: Preview
    new: int
    known: int
    withdrawn: int = 0
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
        with self._settled(lambda: self._to_leave(name, ids, shown)) as (partner, preview):
            return self._put(partner, preview)

    def push_values(
        self, partner: "Partner", values: Sequence[dict[str, Any]], *, about: str
    ) -> Pushed:
        """Send objects that were made for a partner, about one that it sent itself.

        Args:
            partner: Who it is.
            values: The objects.
            about: Id of what they are about; what the partner may know of it is not ours to judge.

        Raises:
            UsageError: Nothing may leave at all.
            DeniedError: The policy holds one of them; the reasons are told.
            StepUpError: It is above TLP:AMBER, and no passkey was shown just now.
        """
        with self._settled(lambda: self._answers(partner, values, about)) as (still, preview):
            return self._put(still, preview)

    def write(
        self,
        name: str,
        ids: Sequence[str],
        *,
        shown: str = "",
        keep: Callable[[bytes], object] | None = None,
    ) -> Written:
        """Write what the gate lets go as a signed package, in the form of the policy's profile.

        Args:
            name: The partner.
            ids: What is to be shared; nothing: all that the reader may know.
            shown: `digest_of` what somebody was shown; empty: nobody was.
            keep: Is handed the file before the ledger is closed: where it fails, nothing was sent.

        Raises:
            UsageError: The sharing has ended, nothing says what may leave, or nothing is left.
            ConflictError: What would leave is another than was shown.
            StepUpError: It is above TLP:AMBER, and no passkey was shown just now.
        """
        with self._settled(lambda: self._to_leave(name, ids, shown)) as (partner, preview):
            return self._write(partner, preview, keep)

    def _write(
        self, partner: "Partner", preview: Preview, keep: Callable[[bytes], object] | None
    ) -> Written:
        policy = policy_of(partner)
        items = [item_of(value) for value in preview.leaving]
        if not items:
            raise UsageError("nothing is left that may leave", hint="see share preview")
        profile = policy.sharing.profile
        export = EXPORTS[profile]([Piece(value_of(one), one.raw) for one in items])
        now = self._scope.now()
        by = signer(self._keys, partner.partner_id, named=policy.sharing.attribution == "named")
        labels = labels_of(preview.leaving, self._scope.marking)
        marking = all_joined(labels.values()).tlp
        content = packed(export.content, items, by, profile=profile, marking=str(marking), made=now)
        verdicts = {one.sent_id: one for one in preview.verdicts if one.sent_id}
        putting = Putting(self._scope, self._keys)
        self._store.ledger.add(
            [
                msgspec.structs.replace(
                    putting.sending(
                        partner,
                        one,
                        verdicts.get(one.facts.object_id),
                        0,
                        tlp=labels[one.facts.object_id].tlp,
                    ),
                    channel="file",
                    added=now,
                )
                for one in items
            ]
        )
        digest = hashlib.sha256(content).hexdigest()
        counts = counts_of(preview.verdicts)
        self._scope.note(
            self._scope.reader.actor, WRITE, partner.partner_id, sha256=digest, **counts
        )
        if keep is not None:
            keep(content)
        return Written(
            content=content,
            preview=preview,
            losses=export.losses,
            objects=len(items),
            recalled=_recalled(preview),
            fingerprint=by.public().fingerprint(),
        )

    @contextmanager
    def _settled(
        self, judge: "Callable[[], tuple[Partner, Preview]]"
    ) -> "Iterator[tuple[Partner, Preview]]":
        """Give what is decided, in a transaction in which nothing of it can change any more.

        To judge takes seconds, in which others write. Whatever rules what may leave (a policy, a
        label, a recall) stands in the trail: where that has grown since, it is judged again.
        """
        head = self._store.audit.head().seq
        found = judge()
        with self._store.transaction():
            yield found if self._store.audit.head().seq == head else judge()

    def _to_leave(self, name: str, ids: Sequence[str], shown: str) -> "tuple[Partner, Preview]":
        partner = self._store.partners.get(name)
        if partner.ended is not None:
            raise UsageError(
                f"the sharing with {partner.name} has ended", hint="see legation partner list"
            )
        preview = self._decided(partner, ids)
        if preview.silent:
            raise UsageError(
                f"nothing leaves: {preview.silent}", hint="see legation partner policy"
            )
        if shown and shown != digest_of(preview, partner.partner_id):
            raise ConflictError(
                "what would leave has changed since it was shown", hint="look at it again"
            )
        self._refuse_unproven(preview)
        return partner, preview

    def _answers(
        self, partner: "Partner", values: Sequence[dict[str, Any]], about: str
    ) -> "tuple[Partner, Preview]":
        still = self._store.partners.get(partner.partner_id)
        context = context_for(self._scope, self._keys, still, values)
        context = msgspec.structs.replace(context, theirs=frozenset({about}))
        preview = decide(values, policy_of(still), context)
        silent = silent_of(still, self._scope.now().date())
        if silent:
            raise UsageError(f"nothing leaves: {silent}", hint="see legation partner policy")
        held = [one for one in preview.verdicts if one.outcome == "held"]
        if held:
            why = "; ".join(dict.fromkeys(reason for one in held for reason in one.reasons))
            raise DeniedError(
                f"the policy of {still.name} does not let this leave: {why}",
                hint="see legation partner policy, or state another level with --tlp",
            )
        self._refuse_unproven(preview)
        return still, preview

    def _refuse_unproven(self, preview: Preview) -> None:
        label = label_of_all(preview.leaving, self._scope.marking)
        refuse_unproven(self._scope.reader, label, own=Tlp.CLEAR)

    def _decided(self, partner: "Partner", ids: Sequence[str]) -> Preview:
        policy = policy_of(partner)
        values = gathered(self._scope, ids)
        found = decide(values, policy, context_for(self._scope, self._keys, partner, values))
        silent = silent_of(partner, self._scope.now().date())
        return msgspec.structs.replace(found, silent=silent, leaving=()) if silent else found

    def _put(self, partner: "Partner", preview: Preview) -> Pushed:
        done = Putting(self._scope, self._keys).put(partner, preview, verb=PUSH)
        if done.withdrawn:
            # What else stands there may point to what does not any more.
            Aligning(self._scope, self._keys).align(partner)
        return Pushed(
            preview=preview,
            new=done.new,
            known=done.known,
            withdrawn=done.withdrawn,
            recalled=_recalled(preview),
        )


def value_of(one: Taken) -> dict[str, Any]:
    """Return an object that leaves as a JSON value."""
    return msgspec.json.decode(one.raw, type=dict[str, Any])


def _recalled(preview: Preview) -> int:
    return sum(BACK in one.reasons for one in preview.verdicts)
