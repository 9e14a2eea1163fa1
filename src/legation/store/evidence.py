"""Captured evidence: a record of each capture, and the texts that belong to it.

The file itself stands sealed beside the database under its hash. A record never changes;
its parts (what is known of the file in clear, sealed; the masked text; translations) are only
added, and deleted when the last day is over. Every capture, text and translation has its hash in
the audit trail, so that one which is changed by other means is found. Whoever serves a person
gives what that reader may know; there is no list without it.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Row, delete, func, insert, select

from legation.errors import ConflictError, NotFoundError
from legation.store.audit import Audit, Event
from legation.store.database import Database
from legation.store.evidence_sorted import Wanted, asked_for, behind, sorted_by
from legation.store.evidence_tables import evidence as table
from legation.store.evidence_tables import evidence_parts as parts
from legation.store.numbering import batches, next_number
from legation.store.readable import KnownObjects
from legation.store.values import microseconds, moment, plain

CAPTURE: Final = "evidence.capture"
READ_AGAIN: Final = "evidence.text"
TRANSLATE: Final = "evidence.translate"
EXPIRE: Final = "evidence.expire"
_ABOUT: Final = "about"
_AT_ONCE: Final = 200

PartKind = Literal["about", "text", "translation"]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One capture.

    Attributes:
        evidence_id: Id of its object.
        seq: Order of arrival.
        sha256: Of the file as it came.
        sealed_sha256: Of the sealed file as it stands on the disk.
        kind: `html`, `pdf`, `post`, ...
        title: What the file calls itself or a person called it, names masked.
        source: Where it comes from, names masked.
        method: How it came: `upload`, `post`, `fetch`, `command line`.
        belongs_to: Id of the object that it was captured for; empty for none.
        seen: When a person says that they saw it; None when nobody said.
        until: Last day on which the file and its texts are kept.
    """

    evidence_id: str
    seq: int
    sha256: str
    sealed_sha256: str
    size: int
    kind: str
    title: str
    source: str
    method: str
    belongs_to: str
    captured: datetime
    seen: datetime | None
    actor: str
    until: date


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Something that belongs to a capture.

    Attributes:
        number: Grows with each; a later text or translation stands beside the earlier ones.
        kind: `about`: sealed facts; `text`: what was read; `translation`.
        lang: Language of the text (ISO 639-1), `und` when it cannot be told.
        author: Who wrote or read it.
        machine: Program that translated, with its version; empty for a person's own words.
        sha256: Of the body.
        facts: What is known of the text.
    """

    evidence_id: str
    number: int
    kind: PartKind
    lang: str
    author: str
    machine: str
    created: datetime
    sha256: str
    facts: dict[str, Any]
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode("utf-8", "replace")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A part that is to be added."""

    kind: PartKind
    body: bytes
    author: str
    lang: str = ""
    machine: str = ""
    facts: dict[str, Any] = {}


class Evidence:
    """The captures of one store."""

    def __init__(self, database: Database, audit: Audit) -> None:
        """Work on this database."""
        self._database = database
        self._audit = audit

    def add(self, kept: Kept, drafts: Sequence[Draft]) -> Kept:
        """Record a capture with its first parts, inside the caller's transaction or alone.

        A record of the same id is the same capture: nothing is written again.
        """
        with self._database.write() as connection:
            known = connection.execute(
                select(table).where(table.c.evidence_id == kept.evidence_id)
            ).one_or_none()
            if known is not None:
                return _kept(known)
            row = {
                **msgspec.structs.asdict(kept),
                "seq": next_number(connection, table),
                "title": plain(kept.title),
                "source": plain(kept.source),
                "actor": plain(kept.actor),
                "captured_us": microseconds(kept.captured),
                "seen_us": None if kept.seen is None else microseconds(kept.seen),
            }
            del row["captured"], row["seen"]
            connection.execute(insert(table), row)
            detail = {
                "sha256": kept.sha256,
                "sealed": kept.sealed_sha256,
                "size": kept.size,
                "kind": kept.kind,
                "method": kept.method,
                "belongs_to": kept.belongs_to,
                "until": kept.until.isoformat(),
                "parts": [hashlib.sha256(draft.body).hexdigest() for draft in drafts],
            }
            self._note(kept.captured, kept.actor, CAPTURE, kept.evidence_id, detail)
            for draft in drafts:
                self._put(kept.evidence_id, draft)
            return msgspec.structs.replace(kept, seq=row["seq"])

    def add_part(self, evidence_id: str, draft: Draft, *, verb: str) -> Part:
        """Add a text or a translation; earlier ones stay beside it.

        Raises:
            ConflictError: The last day of the capture is over, and its texts are deleted.
        """
        with self._database.write():
            if not self.parts([evidence_id])[evidence_id]:
                raise ConflictError(
                    "this evidence was deleted at the end of its term", hint="capture it anew"
                )
            part = self._put(evidence_id, draft)
            detail = {
                "number": part.number,
                "sha256": part.sha256,
                "lang": part.lang,
                "machine": part.machine,
            }
            self._note(part.created, draft.author, verb, evidence_id, detail)
            return part

    def get(self, known: KnownObjects, evidence_id: str) -> Kept:
        """Return a capture that the reader may know.

        Raises:
            NotFoundError: For them there is none of that id.
        """
        chosen = select(table).where(
            table.c.evidence_id == evidence_id, known.among(table.c.evidence_id)
        )
        with self._database.read() as connection:
            row = connection.execute(chosen).one_or_none()
        if row is None:
            raise NotFoundError("there is no such evidence", hint="go back to the list of evidence")
        return _kept(row)

    def find(
        self,
        known: KnownObjects,
        wanted: Wanted,
        *,
        order: str = "when",
        before: int | None = None,
        limit: int = 50,
    ) -> tuple[list[Kept], int]:
        """Return captures that the reader may know, the newest first, and how many there are."""
        where = [known.among(table.c.evidence_id), *asked_for(wanted)]
        turned = where if before is None else [*where, behind(order, before)]
        chosen = select(table).where(*turned).order_by(*sorted_by(order)).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(chosen).all()
            if before is None and len(rows) < limit:
                return [_kept(row) for row in rows], len(rows)
            counted = select(func.count()).select_from(table).where(*where)
            total = int(connection.execute(counted).scalar_one())
        return [_kept(row) for row in rows], total

    def of_sources(
        self, known: KnownObjects, sources: Collection[str], *, belongs_to: str = ""
    ) -> dict[str, Kept]:
        """Return by its source the latest capture of each; of those for an object when given."""
        chosen = select(table).where(
            table.c.source.in_(sorted(sources)), known.among(table.c.evidence_id)
        )
        if belongs_to:
            chosen = chosen.where(table.c.belongs_to == belongs_to)
        with self._database.read() as connection:
            rows = connection.execute(chosen.order_by(table.c.seq)).all()
        return {row.source: _kept(row) for row in rows}

    def with_parts(
        self, known: KnownObjects, sources: Collection[str]
    ) -> dict[str, tuple[str, list[Part]]]:
        """Return by its source the latest capture of each that has parts: its hash, and they."""
        wanted = table.c.source.in_(sorted(sources)), known.among(table.c.evidence_id)
        joined = table.join(parts, parts.c.evidence_id == table.c.evidence_id, isouter=True)
        columns = select(table.c.source, table.c.sha256.label("file"), parts)
        chosen = columns.select_from(joined).where(*wanted)
        found: dict[str, tuple[str, list[Part]]] = {}
        last: dict[str, int] = {}
        with self._database.read() as connection:
            for row in connection.execute(
                chosen.add_columns(table.c.seq).order_by(table.c.seq, parts.c.number)
            ):
                if last.get(row.source) != row.seq:
                    last[row.source], found[row.source] = row.seq, (row.file, [])
                if row.evidence_id is not None:
                    found[row.source][1].append(_part(row))
        return {source: of for source, of in found.items() if of[1]}

    def held(self, known: KnownObjects | None = None) -> tuple[int, date | None, date | None]:
        """Return how many captures are kept, and the first and last of their last days.

        Args:
            known: Leave out what is not among these.
        """
        told = select(func.count(), func.min(table.c.until), func.max(table.c.until))
        if known is not None:
            told = told.where(known.among(table.c.evidence_id))
        living = table.c.evidence_id.in_(select(parts.c.evidence_id))
        with self._database.read() as connection:
            number, first, last = connection.execute(told.where(living)).one()
        return int(number), first, last

    def parts(self, ids: Iterable[str]) -> dict[str, list[Part]]:
        """Return the parts of captures by their ids, in order; of one whose term is over, none."""
        found: dict[str, list[Part]] = {}
        with self._database.read() as connection:
            for some in batches(ids):
                found |= {each: [] for each in some}
                chosen = select(parts).where(parts.c.evidence_id.in_(some))
                for row in connection.execute(chosen.order_by(parts.c.number)):
                    found[row.evidence_id].append(_part(row))
        return found

    def texts(self, known: KnownObjects, *, after: int = 0) -> Iterator[tuple[Kept, Part]]:
        """Yield every text and translation that the reader may know, in order of capture.

        Args:
            known: What the reader may know.
            after: Only of captures that came later than the one of this number.
        """
        while True:
            chosen = select(table).where(table.c.seq > after, known.among(table.c.evidence_id))
            with self._database.read() as connection:
                rows = connection.execute(chosen.order_by(table.c.seq).limit(_AT_ONCE)).all()
            some = [_kept(row) for row in rows]
            found = self.parts(one.evidence_id for one in some)
            for one in some:
                yield from ((one, part) for part in found[one.evidence_id] if part.kind != _ABOUT)
            if len(rows) < _AT_ONCE:
                return
            after = some[-1].seq

    def every(self) -> Iterator[Kept]:
        """Yield all captures, for checks by the house itself."""
        after = 0
        while True:
            chosen = select(table).where(table.c.seq > after).order_by(table.c.seq).limit(_AT_ONCE)
            with self._database.read() as connection:
                some = [_kept(row) for row in connection.execute(chosen)]
            yield from some
            if len(some) < _AT_ONCE:
                return
            after = some[-1].seq

    def expire(self, today: date) -> list[str]:
        """Delete the parts of captures whose last day is over, and say of which.

        Returns:
            Hashes of the files that no capture keeps any more.
        """
        living = select(parts.c.evidence_id).where(parts.c.evidence_id == table.c.evidence_id)
        past = select(table.c.evidence_id, table.c.sha256).where(
            table.c.until < today, living.exists()
        )
        with self._database.read() as connection:
            if connection.execute(past.limit(1)).first() is None:
                return []
        with self._database.write() as connection:
            gone = connection.execute(past.order_by(table.c.seq)).all()
            for row in gone:
                connection.execute(delete(parts).where(parts.c.evidence_id == row.evidence_id))
                detail = {"sha256": row.sha256, "today": today.isoformat()}
                self._note(self._database.now(), "store", EXPIRE, row.evidence_id, detail)
            hashes = {row.sha256 for row in gone}
            still = select(table.c.sha256).where(table.c.sha256.in_(hashes), living.exists())
            return sorted(hashes - set(connection.execute(still).scalars()))

    def _put(self, evidence_id: str, draft: Draft) -> Part:
        now = self._database.now()
        with self._database.write() as connection:
            last = connection.execute(
                select(func.max(parts.c.number)).where(parts.c.evidence_id == evidence_id)
            ).scalar_one()
            row = {
                "evidence_id": evidence_id,
                "number": 1 if last is None else int(last) + 1,
                "kind": draft.kind,
                "lang": plain(draft.lang),
                "author": plain(draft.author),
                "machine": plain(draft.machine),
                "created_us": microseconds(now),
                "sha256": hashlib.sha256(draft.body).hexdigest(),
                "facts": msgspec.json.encode(draft.facts, order="sorted"),
                "body": draft.body,
            }
            connection.execute(insert(parts), row)
        return Part(
            evidence_id=evidence_id,
            number=int(str(row["number"])),
            kind=draft.kind,
            lang=str(row["lang"]),
            author=str(row["author"]),
            machine=str(row["machine"]),
            created=now,
            sha256=str(row["sha256"]),
            facts=draft.facts,
            body=draft.body,
        )

    def _note(
        self, at: datetime, actor: str, verb: str, subject: str, detail: dict[str, Any]
    ) -> None:
        self._audit.append(Event(at=at, actor=actor, verb=verb, subject=subject, detail=detail))


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        evidence_id=row.evidence_id,
        seq=row.seq,
        sha256=row.sha256,
        sealed_sha256=row.sealed_sha256,
        size=row.size,
        kind=row.kind,
        title=row.title,
        source=row.source,
        method=row.method,
        belongs_to=row.belongs_to,
        captured=moment(row.captured_us),
        seen=None if row.seen_us is None else moment(row.seen_us),
        actor=row.actor,
        until=row.until,
    )


def _part(row: Row[Any]) -> Part:
    return Part(
        evidence_id=row.evidence_id,
        number=row.number,
        kind=row.kind,
        lang=row.lang,
        author=row.author,
        machine=row.machine,
        created=moment(row.created_us),
        sha256=row.sha256,
        facts=msgspec.json.decode(row.facts),
        body=row.body,
    )
