"""What a home knows of agreements, norms and sources: packs that ship, and packs that were added.

Of each pack that was added the newest version holds; those that ship are the program's, and
nothing that was added stands in their place. Taking one in is one transaction with an entry of
the trail, or nothing: first the file is judged whole and its difference shown, then it is applied.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.app.knowledge.naming import verify_check_names_nobody, verify_names_nobody
from legation.app.knowledge.offers import (
    Given,
    KnownPack,
    Offer,
    judge,
    verify_name,
    verify_only_adds,
)
from legation.errors import DeniedError
from legation.knowledge.comparing import Checked, checked, is_stale_pack, verify_newer
from legation.knowledge.facts import Fact
from legation.knowledge.marks import Shown
from legation.knowledge.objects import (
    HEAD,
    Carried,
    Head,
    Stated,
    carried_in,
    head_object,
    object_id,
    row_object,
)
from legation.knowledge.pack_file import Pack, ordered
from legation.knowledge.publishers import DESK, SHIPPED
from legation.knowledge.shipped import shipped_packs, shipped_sums
from legation.knowledge.standing import StateCount, StatePage, state_counts, state_page
from legation.knowledge.tables import table_of
from legation.knowledge.telling import Told

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.rights.vault import Vault
    from legation.stix.vocabulary import Grouping
    from legation.store.readable import Readable

ADDED: Final = "knowledge.add"
_STEP: Final = timedelta(milliseconds=1)


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A pack as a list shows it."""

    pack: str
    date: datetime
    as_of: str
    licence: str
    signature: str
    rows: dict[str, int]
    unverified: int
    stale: bool
    note: str


@final
class Knowledge:
    """What one reader may know of the packs of a home, and may add to them.

    Args:
        scope: Who asks, of which store.
        at_hand: Gives what opens personal names where nobody needs to be asked for a passphrase:
            then no pack may hold a name in clear that is held sealed or was erased.
    """

    def __init__(self, scope: "Scope", at_hand: "Callable[[], Vault | None] | None" = None) -> None:
        """Read who the desk is, and nothing else yet."""
        from legation.app.home import author_of

        self._scope = scope
        self._at_hand = at_hand or (lambda: None)
        self._store = scope.store
        self._author = author_of(scope.store)

    def packs(self, *, as_of: datetime | None = None) -> list[KnownPack]:
        """Return the packs that hold, by publisher and name.

        Args:
            as_of: What was known at this time; a pack that ships was known from its own date on.
        """
        return self._packs(self._scope.objects, as_of)

    def names(self) -> dict[str, str]:
        """Return the names, each with its mark, of codes that the standard leaves to users."""
        return dict(self._told(None).names)

    def listed(self, *, as_of: datetime | None = None) -> list[Listed]:
        """Return the packs as a list shows them.

        Raises:
            VerificationError: The signature of one that ships does not hold.
        """
        from legation.app.knowledge.signatures import verify_shipped

        today, release = self._scope.now().date(), verify_shipped()
        return [
            Listed(
                pack=one.pack.title,
                date=one.pack.dated,
                as_of=one.pack.as_of.isoformat(),
                licence=one.pack.licence,
                signature=f"{one.signature}, signed by {release}" if one.shipped else one.signature,
                rows=one.pack.counts(),
                unverified=len(checked([one.pack], today=today).unverified),
                stale=is_stale_pack(one.pack, today),
                note=one.pack.note,
            )
            for one in self.packs(as_of=as_of)
        ]

    def facts(self, table: str, *, state: str = "", as_of: datetime | None = None) -> list[Shown]:
        """Return the facts of a table, each with what must stand beside it.

        Args:
            table: Its name.
            state: Only those about this state.
            as_of: What was known at this time.
        """
        told = self._told(as_of)
        return [
            told.shown(row, pack)
            for row, pack in told.rows
            if table_of(row) == table and (not state or getattr(row, "state", "") == state)
        ]

    def every(self, *, as_of: datetime | None = None) -> list[Shown]:
        """Return all facts, each with what must stand beside it."""
        told = self._told(as_of)
        return [told.shown(row, pack) for row, pack in told.rows]

    def objects_of(
        self, facts: Iterable[Shown], *, as_of: datetime | None = None
    ) -> tuple[str, ...]:
        """Return the ids of the objects of facts, and of what is told beside them."""
        told, asked = self._told(as_of), {(one.table, one.key, one.pack) for one in facts}
        which = [
            (table_of(row), row.key, pack)
            for fact in told.rows
            if (table_of(fact[0]), fact[0].key, fact[1].title) in asked
            for row, pack in (fact, *told.beside(*fact))
        ]
        ids = (object_id(self._author, one.publisher, one.name, *at) for *at, one in which)
        return tuple(dict.fromkeys(ids))

    def page(self, state: str, *, on: datetime, as_of: datetime | None = None) -> StatePage:
        """Return how a state stands to each agreement."""
        packs = [one.pack for one in self.packs(as_of=as_of)]
        today = self._scope.now().date()
        return state_page(state, packs, on=on.astimezone(UTC).date(), today=today)

    def counts(self, codes: Sequence[str], *, on: datetime) -> list[StateCount]:
        """Return for each state how many answers are no, and how many nobody knows."""
        packs = [one.pack for one in self.packs()]
        day = on.astimezone(UTC).date()
        return state_counts(codes, packs, on=day, today=self._scope.now().date())

    def check(self) -> Checked:
        """Return what is unverified, stale or contradictory."""
        return checked([one.pack for one in self.packs()], today=self._scope.now().date())

    def offer(self, content: bytes, place: str, given: Given) -> Offer:
        """Judge a pack and return what it would change; nothing is changed yet.

        Args:
            content: The file.
            place: Its name, for errors.
            given: Its signature, and what was asked of it.

        Raises:
            VerificationError: A signature is missing or does not hold.
            BadInputError: It is no pack, or a row does not hold, or names whom it may not.
            ConflictError: It does not follow the version that is known.
        """
        known = self._packs(self._store.objects, None)
        judged = judge(
            content,
            place,
            given,
            known=known,
            seen=self.packs(),
            today=self._scope.now().date(),
        )
        if (vault := self._at_hand()) is not None:
            actor = self._scope.reader.actor
            verify_names_nobody(self._store, judged.pack, place, vault, actor=actor)
        own = self._is_own(judged.signed_by)
        return msgspec.structs.replace(judged, own=own, trusted=judged.trusted or own)

    def add(self, offer: Offer) -> int:
        """Apply what was offered, as one transaction; return how many objects were written.

        Raises:
            DeniedError: Its signer is not known here and was not named.
            ConflictError: Another version came in meanwhile.
        """
        from legation.stix.codec import encode_object
        from legation.store.audit import Event

        if not offer.trusted:
            raise DeniedError(
                f"{offer.pack.title} is signed by a key that this desk does not know",
                hint=f"compare {offer.signed_by} with the publisher, then give it with --by",
            )
        with self._store.transaction():
            known = self._packs(self._store.objects, None)
            before = next((one for one in known if one.pack.title == offer.pack.title), None)
            owners = verify_name(offer.pack, offer.signed_by, known, offer.pack.name)
            if not (offer.named or offer.own or offer.signed_by in owners):
                raise DeniedError(
                    f"the key of {offer.pack.publisher} is another meanwhile",
                    hint="look at the difference again",
                )
            if not offer.signed_by and before is not None:
                verify_only_adds(offer.pack, before.pack, offer.pack.name)
            verify_newer(offer.pack, before.pack if before else None, offer.pack.name)
            if before is not None and (before.sha256, before.signed_by) == (
                offer.sha256,
                offer.signed_by,
            ):
                return 0
            things = list(self._things(offer.pack, offer.sha256, offer.signed_by))
            self._store.objects.put_many(encode_object(thing) for thing in things)
            sums = offer.difference.counts().values()
            self._store.audit.append(
                Event(
                    at=self._scope.now(),
                    actor=self._scope.reader.actor,
                    verb=ADDED,
                    subject=offer.pack.title,
                    detail={
                        "date": offer.pack.dated.isoformat(),
                        "sha256": offer.sha256,
                        "signed_by": offer.signed_by,
                        **({"succeeds": offer.succeeds} if offer.succeeds else {}),
                        **{
                            kind: sum(one[kind] for one in sums)
                            for kind in ("added", "changed", "removed")
                        },
                    },
                )
            )
        return len(things)

    def state(
        self,
        publisher: str,
        make: Callable[[Pack | None], Pack],
        *,
        verb: str,
        subject: str,
        detail: Mapping[str, Any],
    ) -> None:
        """Write what this desk itself states, in one transaction with an entry of the trail.

        Args:
            publisher: Whose pack it is.
            make: Makes it from the one that holds, whoever may know that one.
            verb: For the trail.
            subject: For the trail.
            detail: For the trail.
        """
        from legation.stix.codec import encode_object

        with self._store.transaction():
            known = self._packs(self._store.objects, None)
            pack = make(next((one.pack for one in known if one.pack.publisher == publisher), None))
            # There is no file of it; its rows are what its sum is of.
            sha256 = hashlib.sha256(msgspec.json.encode(pack.rows)).hexdigest()
            things = list(self._things(pack, sha256, ""))
            self._store.objects.put_many(encode_object(thing) for thing in things)
            self._scope.note(self._scope.reader.actor, verb, subject, **detail)

    def refuse_naming(self, check: msgspec.Struct) -> None:
        """Refuse a check that names whom it may not, where the keys are at hand."""
        if (vault := self._at_hand()) is not None:
            verify_check_names_nobody(self._store, check, vault, actor=self._scope.reader.actor)

    def told(self) -> Told:
        """Return all that holds, told together."""
        return self._told(None)

    def _told(self, as_of: datetime | None) -> Told:
        packs = [one.pack for one in self.packs(as_of=as_of)]
        return Told(packs, self._scope.now().date())

    def _things(self, pack: Pack, sha256: str, signed_by: str) -> Iterable["Grouping"]:
        """Yield the objects that say something new."""
        kept = {
            (one.table, one.key): (one, raw)
            for one, raw in self._carried(self._store.objects, None)
            if one.title == pack.title
        }
        new = {(table_of(row), row.key): row for row in pack.rows}
        head = kept.get((HEAD, pack.name))
        # The sentence of each row says that nobody signed it, until somebody did.
        was = head[0].row if head else None
        anew = isinstance(was, Head) and bool(was.signed_by) != bool(signed_by)
        yield head_object(
            pack, self._stated(head[1] if head else None), sha256=sha256, signed_by=signed_by
        )
        for at, row in new.items():
            before = kept.get(at)
            if anew or before is None or before[0].gone or before[0].row != row:
                yield row_object(pack, row, self._stated(before[1] if before else None))
        for at, (one, raw) in kept.items():
            if at not in new and isinstance(one.row, Fact) and not one.gone:
                yield row_object(pack, one.row, self._stated(raw), gone=True)

    def _packs(self, source: "Readable", as_of: datetime | None) -> list[KnownPack]:
        rows: dict[str, list[Fact]] = {}
        heads: dict[str, Head] = {}
        for one, _ in self._carried(source, as_of):
            if isinstance(one.row, Head):
                heads[one.title] = one.row
            elif not one.gone:
                rows.setdefault(one.title, []).append(one.row)
        found = {
            pack.title: KnownPack(pack=pack, shipped=True, sha256=shipped_sums()[pack.name])
            for pack in shipped_packs()
            if as_of is None or pack.dated <= as_of
        }
        for title, head in heads.items():
            # What a home took in under the program's name, when that was possible, holds no more.
            if head.publisher != SHIPPED:
                pack = _pack_of(head, rows.get(title, []))
                found[title] = KnownPack(
                    pack=pack,
                    signed_by=head.signed_by,
                    own=self._is_own(head.signed_by),
                    sha256=head.sha256,
                )
        return [found[title] for title in sorted(found)]

    def _carried(
        self, source: "Readable", as_of: datetime | None
    ) -> Iterable[tuple[Carried, bytes]]:
        """Yield what the desk itself stated; what a partner sends is no pack of ours."""
        from legation.stix.codec import decode_object
        from legation.stix.objects import DomainObject
        from legation.store.cards import KNOWLEDGE

        for version in source.registered([KNOWLEDGE], as_of=as_of):
            thing = decode_object(version.raw, place=version.object_id)
            if not isinstance(thing, DomainObject) or thing.created_by_ref != self._author:
                continue
            one = carried_in(thing)
            if one is None or thing.id != object_id(
                self._author, one.publisher, one.pack, one.table, one.key
            ):
                continue
            yield one, version.raw

    def _stated(self, before: bytes | None) -> Stated:
        now, marking = self._scope.now(), self._scope.marking
        if before is None:
            return Stated(author=self._author, created=now, modified=now, marking=marking)
        value: dict[str, Any] = msgspec.json.decode(before)
        created, last = (datetime.fromisoformat(value[name]) for name in ("created", "modified"))
        # A clock may stand still or be put back; a later version is later all the same.
        return Stated(
            author=self._author, created=created, modified=max(now, last + _STEP), marking=marking
        )

    def _is_own(self, fingerprint: str) -> bool:
        from legation.stix.ids import fact_id

        return bool(fingerprint) and fact_id("identity", fingerprint) == self._author


def _pack_of(head: Head, rows: Iterable[Fact]) -> Pack:
    return Pack(
        name=head.name,
        publisher=head.publisher,
        dated=head.dated.astimezone(UTC),
        as_of=head.as_of,
        licence=head.licence,
        note=head.note,
        successor=head.successor,
        rows=ordered(rows),
        unsigned=not head.signed_by and head.publisher != DESK,
    )
