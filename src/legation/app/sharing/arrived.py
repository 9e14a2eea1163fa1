"""What came from all partners, as one reader may know it: a list, one object, a file.

What the reader may not know is neither listed nor counted: a page reads on until it is full, so
that its length tells nothing. How much one answer reads is bounded; where a reader may know so
little that the bound is met first, the page says until when it has looked, and the next looks on.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.app.sharing.knowing import Knowing
from legation.app.sharing.receiving import given
from legation.app.sharing.senders import KNOWS, by_inbox, called
from legation.errors import NotFoundError, UsageError
from legation.stix.ids import fact_id
from legation.stix.labels import Label
from legation.store.exchange.partners import Partner
from legation.store.values import moment

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.store.exchange.arrivals import Arrival

MOST_SEEN: Final = 20_000
"""Objects that one answer looks through at most."""
MOST_IN_FILE: Final = 10_000
_AT_ONCE: Final = 200
_MOST_BYTES: Final = 100_000_000
_MOST_LINKS: Final = 100
_MOST_VERSIONS: Final = 100
_NAMES: Final = ("name", "value", "abstract", "opinion", "relationship_type")


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """One object that came, as a list shows it.

    Attributes:
        at_us: When it was added, in microseconds since 1970: the key of its row.
        sender_id: Random id of the partner that sent it.
        sender: Who sent it, as this reader is told.
        version: As the object states it; empty where it has none.
        name: Its name or value, as far as it has one.
        confidence: 0 to 100 as the object states it, at most as much as we give the partner; None:
            neither says.
        revoked: Whether its author took it back.
        label: Of the object, all its parts together.
    """

    at_us: int
    came: datetime
    sender_id: str
    sender: str
    object_type: str
    object_id: str
    version: str
    name: str
    confidence: int | None
    revoked: bool
    label: Label


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The same as a row of a file."""

    came: datetime
    type: str
    name: str
    label: str
    confidence: int | None
    revoked: bool
    sender: str
    object_id: str
    version: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What of all that came is asked for.

    Attributes:
        sender_id: Only what this partner sent; empty: any.
        kind: Only of this type; empty: of any.
        newest: Whether the newest come first.
    """

    sender_id: str = ""
    kind: str = ""
    newest: bool = True


class CamePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of what came.

    Attributes:
        follows: Key of the next page; None: there is none.
        looked: Until when this page has looked, where it ended at its bound and not at its length.
        senders: Random id and name of each partner, for a reader who may know them.
    """

    items: tuple[Came, ...]
    follows: int | None = None
    looked: datetime | None = None
    senders: tuple[tuple[str, str], ...] = ()


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """What an object refers to.

    Attributes:
        property: By which property.
        name: Its name; empty where it is not here for this reader.
        here: Whether it is.
    """

    property: str
    object_id: str
    name: str
    here: bool


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """One object as its page shows it.

    Attributes:
        came: As in the list.
        partner: Who sent it.
        raw: Its bytes as they came.
        value: The same as a JSON value.
        versions: Versions that are here, the newest first: as each writes itself, and when it came.
        more_versions: Whether there are more.
        ties: What it refers to.
        more_ties: How many more there are.
    """

    came: Came
    partner: Partner
    raw: bytes
    value: dict[str, Any]
    versions: tuple[tuple[str, datetime], ...]
    more_versions: bool
    ties: tuple[Tie, ...]
    more_ties: int


@final
class Arrived:
    """What came, for one reader."""

    def __init__(self, scope: "Scope", verbs: Collection[str]) -> None:
        """Read in a scope.

        Args:
            scope: The reader before the store.
            verbs: What the reader may do on the desk.
        """
        self._scope, self._verbs, self._store = scope, verbs, scope.store
        self._partners = by_inbox(scope.store.partners.every())
        self.knowing = Knowing(scope)

    def page(self, asked: Asked, *, after_us: int | None, limit: int) -> CamePage:
        """Return a page of what came.

        Args:
            asked: What of it.
            after_us: Key of the page before; None: the first page.
            limit: How many at most.
        """
        found: list[Came] = []
        end = None
        for key, some in self._batches(asked, after_us, limit + 1):
            found += [one for one, _ in some]
            end = key
            if len(found) > limit:
                end = None
                break
        more = len(found) > limit
        return CamePage(
            items=tuple(found[:limit]),
            follows=found[limit - 1].at_us if more else end,
            looked=None if more or end is None else moment(end),
            senders=self._senders(),
        )

    def lines(self, asked: Asked) -> tuple[list[Line], list[Label]]:
        """Return the first ten thousand as rows of a file, and their labels."""
        rows, labels = [], []
        for came, _ in self._every(asked):
            label = came.label.text(self._scope.ladder)
            rows.append(
                Line(
                    came=came.came,
                    type=came.object_type,
                    name=came.name,
                    label=label,
                    confidence=came.confidence,
                    revoked=came.revoked,
                    sender=came.sender,
                    object_id=came.object_id,
                    version=came.version,
                )
            )
            labels.append(came.label)
        return rows, labels

    def bundle(self, asked: Asked) -> tuple[bytes, list[Label]]:
        """Return the first ten thousand as a bundle of their exact bytes, and their labels.

        Raises:
            NotFoundError: There is nothing.
            UsageError: They are too large for one file.
        """
        raws, labels, size = [], [], 0
        for came, raw in self._every(asked):
            size += len(raw)
            if size > _MOST_BYTES:
                raise UsageError(
                    f"these are more than {_MOST_BYTES // 1_000_000} MB", hint="narrow the filter"
                )
            raws.append(raw)
            labels.append(came.label)
        if not raws:
            raise NotFoundError("there is nothing to export", hint="choose another filter")
        return bundled(raws), labels

    def one(self, sender_id: str, object_id: str) -> Opened:
        """Return one object.

        Raises:
            NotFoundError: For this reader there is none of that id from there.
        """
        partner = next(
            (one for one in self._partners.values() if one.partner_id == sender_id), None
        )
        every = (
            self._store.arrivals.versions(partner.inbox, object_id, limit=_MOST_VERSIONS + 1)
            if partner
            else []
        )
        if partner is None or not every:
            raise _nothing(object_id)
        value = _value(every[0])
        refs = list(_references(value))
        wanted = [(partner.inbox, named) for _, named in refs[:_MOST_LINKS] if named != object_id]
        there = self._store.arrivals.named(wanted) if wanted else []
        # Judged together: what stands under one marking asks for its definition once.
        known = {came.object_id: came for came, _, _ in self._known([every[0], *there])}
        if object_id not in known:
            raise _nothing(object_id)
        return Opened(
            came=known[object_id],
            partner=partner,
            raw=every[0].raw,
            value=value,
            versions=_versions(every[:_MOST_VERSIONS]),
            more_versions=len(every) > _MOST_VERSIONS,
            ties=tuple(_tie(name, named, known.get(named)) for name, named in refs[:_MOST_LINKS]),
            more_ties=max(0, len(refs) - _MOST_LINKS),
        )

    def _every(self, asked: Asked) -> Iterator[tuple[Came, bytes]]:
        found = 0
        for _, some in self._batches(asked, None, _AT_ONCE, most=None):
            for one in some:
                if found == MOST_IN_FILE:
                    return
                found += 1
                yield one

    def _batches(
        self, asked: Asked, after_us: int | None, first: int, *, most: int | None = MOST_SEEN
    ) -> Iterator[tuple[int | None, list[tuple[Came, bytes]]]]:
        """Yield what may be known of batches, and where each ended; None where all is read."""
        numbers = [
            one.inbox for one in self._partners.values() if asked.sender_id in ("", one.partner_id)
        ]
        key, seen, limit = after_us, 0, first
        while numbers and (most is None or seen < most):
            some = self._store.arrivals.page(
                numbers, kind=asked.kind, after_us=key, newest=asked.newest, limit=limit
            )
            seen += len(some)
            key = some[-1].added_us if some else None
            ends = len(some) < limit
            yield (None if ends else key), [(came, raw) for came, _, raw in self._known(some)]
            if ends:
                return
            limit = _AT_ONCE

    def _known(self, some: "Sequence[Arrival]") -> list[tuple[Came, dict[str, Any], bytes]]:
        values = [_value(one) for one in some]
        pairs = [(one.number, value) for one, value in zip(some, values, strict=True)]
        labels = self.knowing.labels(pairs)
        known = self.knowing.known(labels)
        return [
            (self._came(one, value, label), value, one.raw)
            for one, value, label, may in zip(some, values, labels, known, strict=True)
            if may
        ]

    def _came(self, one: "Arrival", value: Mapping[str, Any], label: Label) -> Came:
        partner = self._partners[one.number]
        return Came(
            at_us=one.added_us,
            came=moment(one.added_us),
            sender_id=partner.partner_id,
            sender=called(partner, partner.partner_id, self._verbs),
            object_type=one.object_type,
            object_id=one.object_id,
            version=one.version_text,
            name=name_of(value),
            confidence=given(value.get("confidence"), partner.confidence),
            revoked=value.get("revoked") is True,
            label=label,
        )

    def _senders(self) -> tuple[tuple[str, str], ...]:
        if KNOWS not in self._verbs:
            return ()
        return tuple((one.partner_id, one.name) for one in self._partners.values())


def name_of(value: Mapping[str, Any]) -> str:
    """Return the name or value of an object, as far as it has one.

    >>> name_of({"type": "url", "value": "https://letters.example/"})
    'https://letters.example/'
    """
    named = next((value[name] for name in _NAMES if isinstance(value.get(name), str)), "")
    return str(named)


def bundled(raws: Sequence[bytes]) -> bytes:
    """Return objects as one bundle, each in its exact bytes, the same bytes once.

    >>> bundled([b'{"type":"x"}'])[:46]
    b'{"type":"bundle","id":"bundle--44777d6e-385f-5'
    """
    objects = b",".join(dict.fromkeys(raws))
    name = fact_id("bundle", "received", objects.decode("utf-8", "replace"))
    return b'{"type":"bundle","id":"%s","objects":[%s]}' % (name.encode(), objects)


def _value(one: "Arrival") -> dict[str, Any]:
    return msgspec.json.decode(one.raw, type=dict[str, Any])


def _nothing(object_id: str) -> NotFoundError:
    return NotFoundError(f"no object {object_id!r:.90} came from there", hint="go back to the list")


def _versions(every: "Sequence[Arrival]") -> tuple[tuple[str, datetime], ...]:
    last_first = sorted(every, key=lambda one: one.added_us, reverse=True)
    return tuple((one.version_text, moment(one.added_us)) for one in last_first)


def _tie(name: str, object_id: str, came: Came | None) -> Tie:
    told = came.name if came else ""
    return Tie(property=name, object_id=object_id, name=told, here=came is not None)


def _references(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what an object refers to: the property, and the id."""
    for name, part in value.items():
        if name.endswith("_ref") and isinstance(part, str):
            yield name, part
        elif name.endswith("_refs") and isinstance(part, list):
            for one in part:
                if isinstance(one, str):
                    yield name, one
