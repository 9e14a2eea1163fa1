"""Whether captured evidence is what was captured: rows, texts and trail compared.

Who can write to the database can change a record, swap a text or take one away. The trail has
the hash of each in its chain, so the two are laid side by side. The sealed files are compared
by whoever knows where they stand.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from legation.store.audit import Audit, Entry
from legation.store.evidence import CAPTURE, EXPIRE, READ_AGAIN, TRANSLATE, Evidence, Kept

_AT_ONCE = 1000


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as it was."""

    evidence_id: str
    said: str


def faults_of_records(evidence: Evidence, audit: Audit) -> Iterator[Fault]:
    """Yield what in the records and their texts is not as the trail says."""
    entries = {entry.event.subject: entry for entry in _entries(audit, CAPTURE)}
    hashes: dict[str, list[str]] = defaultdict(list)
    for subject, entry in entries.items():
        hashes[subject] += entry.event.detail.get("parts", [])
    later = [entry for verb in (READ_AGAIN, TRANSLATE) for entry in _entries(audit, verb)]
    for entry in sorted(later, key=lambda one: one.seq):
        hashes[entry.event.subject].append(str(entry.event.detail.get("sha256", "")))
    expired = {entry.event.subject for entry in _entries(audit, EXPIRE)}
    seen: set[str] = set()
    for kept in evidence.every():
        seen.add(kept.evidence_id)
        said = entries.get(kept.evidence_id)
        if said is None:
            yield Fault(evidence_id=kept.evidence_id, said="the trail does not know this record")
        elif _differs(kept, said):
            yield Fault(evidence_id=kept.evidence_id, said="the record is not as it was made")
        yield from _faults_of_parts(
            evidence, kept, hashes[kept.evidence_id], expired=kept.evidence_id in expired
        )
    for lost in sorted(entries.keys() - seen):
        yield Fault(evidence_id=lost, said="the record is gone")


def _faults_of_parts(
    evidence: Evidence, kept: Kept, hashes: list[str], *, expired: bool
) -> Iterator[Fault]:
    parts = evidence.parts([kept.evidence_id])[kept.evidence_id]
    found = [hashlib.sha256(part.body).hexdigest() for part in parts]
    if found != hashes and not (expired and not parts):
        yield Fault(evidence_id=kept.evidence_id, said="its texts are not as they were written")


def _differs(kept: Kept, entry: Entry) -> bool:
    detail = entry.event.detail
    now = {
        "sha256": kept.sha256,
        "sealed": kept.sealed_sha256,
        "size": kept.size,
        "kind": kept.kind,
        "method": kept.method,
        "belongs_to": kept.belongs_to,
        "until": kept.until.isoformat(),
    }
    return (
        any(detail.get(name) != value for name, value in now.items())
        or entry.event.actor != kept.actor
        or entry.event.at != kept.captured
    )


def _entries(audit: Audit, verb: str) -> Iterator[Entry]:
    after = 0
    while True:
        some = audit.entries(verb=verb, after=after, limit=_AT_ONCE)
        yield from some
        if len(some) < _AT_ONCE:
            return
        after = some[-1].seq
