"""What came and was not taken in, as one reader may know it.

What contradicts what is here is an object with a label, and is known to whoever meets it. What
is not as the standard asks says of itself only what it likes: it is shown to those who may know
who sent it and meet the label that can be read from it all the same; one from which none can be
read is TLP:RED and PAP:RED.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.app.sharing.arrived import MOST_IN_FILE, MOST_SEEN
from legation.app.sharing.knowing import Knowing
from legation.app.sharing.senders import KNOWS, called
from legation.errors import NotFoundError
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.values import moment

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.store.exchange.quarantined import Quarantined

SHOWN: Final = 100_000
"""Bytes of an object that a page shows."""
KINDS: Final = ("conflict", "invalid")
_AT_ONCE: Final = 100
_CLOSED: Final = Label(tlp=Tlp.RED, pap=Pap.RED)
# Of what was refused, anything may stand in it; what nests deeper is read by nobody.
_DEEPEST: Final = 100


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """One object that was put aside, as a list shows it.

    Attributes:
        seq: Its number.
        sender: Who sent it, as this reader is told.
        reason: What is held against it.
        label: Its own, or that of what says nothing.
    """

    seq: int
    came: datetime
    kind: str
    reason: str
    object_id: str
    version: str
    sender: str
    label: Label


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The same as a row of a file."""

    number: int
    came: datetime
    kind: str
    reason: str
    object_id: str
    version: str
    sender: str
    label: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What of it is asked for.

    Attributes:
        kind: `invalid` or `conflict`; empty: both.
        sender_id: Only what this partner sent; empty: any.
        newest: Whether the last that came is the first.
    """

    kind: str = ""
    sender_id: str = ""
    newest: bool = True


class PutPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of it.

    Attributes:
        follows: Number of the last one of this page; None: there is no next one.
        looked: Whether the page ended at what one answer reads, and not at its length.
    """

    items: tuple[Put, ...]
    follows: int | None = None
    looked: bool = False


class Stands(msgspec.Struct, frozen=True, kw_only=True):
    """A version that stands where another contradicted it."""

    version: str
    came: datetime
    raw: bytes
    label: Label


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """One of them, with all that is held against it.

    Attributes:
        raw: Its bytes as they came.
        stands: What stands in its place and may be known; None: nothing.
    """

    put: Put
    raw: bytes
    stands: Stands | None


@final
class Aside:
    """What was put aside, for one reader."""

    def __init__(self, scope: "Scope", verbs: Collection[str]) -> None:
        """Read in a scope; `verbs` is what the reader may do on the desk."""
        self._scope, self._verbs, self._store = scope, verbs, scope.store
        self._partners = {one.partner_id: one for one in scope.store.partners.every()}
        self._knowing = Knowing(scope)

    def page(self, asked: Asked, *, after: int, limit: int) -> PutPage:
        """Return a page of it, on from a number; 0: the first page."""
        found: list[Put] = []
        end = None
        for key, some in self._batches(asked, after, limit + 1):
            found += some
            end = key
            if len(found) > limit:
                return PutPage(items=tuple(found[:limit]), follows=found[limit - 1].seq)
        return PutPage(items=tuple(found), follows=end, looked=end is not None)

    def lines(self, asked: Asked) -> tuple[list[Line], list[Label]]:
        """Return the first ten thousand as rows of a file, and their labels."""
        rows: list[Line] = []
        labels: list[Label] = []
        for _, some in self._batches(asked, 0, _AT_ONCE, most=None):
            for one in some[: MOST_IN_FILE - len(rows)]:
                rows.append(
                    Line(
                        number=one.seq,
                        came=one.came,
                        kind=one.kind,
                        reason=one.reason,
                        object_id=one.object_id,
                        version=one.version,
                        sender=one.sender,
                        label=one.label.text(self._scope.ladder),
                    )
                )
                labels.append(one.label)
            if len(rows) == MOST_IN_FILE:
                break
        return rows, labels

    def explain(self, seq: int) -> Explained:
        """Return one by its number.

        Raises:
            NotFoundError: For this reader there is none.
        """
        held = self._store.quarantine.get(seq)
        known = self._known([held])
        if not known:
            raise NotFoundError(
                f"nothing in quarantine has the number {seq}", hint="see share quarantine list"
            )
        return Explained(put=known[0], raw=held.raw, stands=self._stands(held))

    def _stands(self, held: "Quarantined") -> Stands | None:
        if held.kind != "conflict":
            return None
        every = self._store.arrivals.named([(held.number, held.object_id)], every=True)
        same = [one for one in every if one.version_text == held.version_text]
        for one in (same or every)[-1:]:
            value = msgspec.json.decode(one.raw, type=dict[str, Any])
            labels = self._knowing.labels([(one.number, value)])
            if all(self._knowing.known(labels)):
                return Stands(
                    version=one.version_text,
                    came=moment(one.added_us),
                    raw=one.raw,
                    label=labels[0],
                )
        return None

    def _batches(
        self, asked: Asked, after: int, first: int, *, most: int | None = MOST_SEEN
    ) -> Iterator[tuple[int | None, list[Put]]]:
        key, seen, limit = after, 0, first
        while most is None or seen < most:
            some = self._store.quarantine.find(
                partner_id=asked.sender_id or None,
                kind=asked.kind,
                after=key,
                newest=asked.newest,
                limit=limit,
            )
            seen += len(some)
            ends = len(some) < limit
            key = some[-1].seq if some else 0
            yield (None if ends else key), self._known(some)
            if ends:
                return
            limit = _AT_ONCE

    def _known(self, some: "Sequence[Quarantined]") -> list[Put]:
        values = [value_of(one.raw) for one in some]
        readable = [
            (one.number, value)
            for one, value in zip(some, values, strict=True)
            if value is not None
        ]
        read = iter(self._knowing.labels(readable))
        labels = [None if value is None else next(read) for value in values]
        # What cannot be read says nothing that could be believed: it is for who may know all.
        stated = [one or _CLOSED for one in labels]
        return [
            self._put(one, label)
            for one, label, met in zip(some, stated, self._knowing.known(stated), strict=True)
            if met and (one.kind == "conflict" or KNOWS in self._verbs)
        ]

    def _put(self, one: "Quarantined", label: Label) -> Put:
        partner = self._partners.get(one.partner_id)
        return Put(
            seq=one.seq,
            came=one.came,
            kind=one.kind,
            reason=one.reason,
            object_id=one.object_id,
            version=one.version_text,
            sender=called(partner, one.partner_id, self._verbs),
            label=label,
        )


def value_of(raw: bytes) -> dict[str, Any] | None:
    """Return what was put aside as an object of STIX, as far as it is one; None: it is none.

    >>> value_of(b'{"type": "note"}'), value_of(b"[1]"), value_of(b"no JSON")
    ({'type': 'note'}, None, None)
    """
    try:
        value = msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value.get("type"), str) and _is_flat(value) else None


def _is_flat(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return True
    return False
