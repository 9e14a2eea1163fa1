"""Whether the parts of a store agree: trail, log of imports, log of runs, lake.

Each part alone can be emptied or edited and look sound. But every import and every run
is written down three times: as a row, as an entry of the trail, and as batches of the
lake. What the entry says of the other two is compared here; entries of a time when they
said less are held to what they say.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from legation.errors import NotFoundError, VerificationError
from legation.store.audit import Entry
from legation.store.imports import Import, id_of
from legation.store.lake import Lake
from legation.store.manifests import Manifest
from legation.store.opening import Store

_HINT = "keep this store as evidence, and compare it with the last backup"
_AT_ONCE = 500
_Key = tuple[str, Any]  # hash of a file, and how it was read


def content_of(lake: Lake, batch: str) -> str:
    """Return a SHA-256 over the files of a batch and of its parts, `<batch>-...`."""
    return _content(lake.batches(), batch)


def verify_made(store: Store, verb: str) -> None:
    """Check that the trail says that this store was made.

    Raises:
        VerificationError: It does not: its entries are gone.
    """
    if not store.audit.entries(verb=verb, limit=1):
        raise _broken(f"the audit trail has no entry {verb!r}, with which it began")


def verify_imports(store: Store, kind: str, verb: str, *, undone: str) -> int:
    """Check that each import of a kind stands in the log, in the trail and in the lake.

    Args:
        store: The store.
        kind: What was imported.
        verb: How the trail names an import.
        undone: How the trail names one that was taken back; its rows are in the lake no more.

    Returns:
        The number of imports.

    Raises:
        VerificationError: One of the three is missing or says something else.
    """
    _verify_log(store)
    every = {(row.sha256, row.rule): row for row in _imports(store, kind)}
    rows = {key: row for key, row in every.items() if row.state == "done"}
    gone = {key: row for key, row in every.items() if row.state == "undone"}
    entries = {(e.event.subject, e.event.detail.get("mapping")): e for e in store.audit.every(verb)}
    batches = store.lake.batches()
    for key, row in rows.items():
        named = f"the import of {row.name} ({row.sha256[:16]})"
        if key not in entries:
            raise _broken(f"the audit trail has no entry of {named}")
        detail = entries[key].event.detail
        if (detail.get("good"), detail.get("rejected")) != (row.good, row.rejected):
            raise _broken(f"the log of imports and the audit trail count differently in {named}")
        batch = str(detail.get("batch") or f"{kind}-{row.sha256[:32]}")
        if not any(_belongs(each, batch) and each.batch.endswith("-end") for each in batches):
            raise _broken(f"the lake has no batch of {named}")
        if detail.get("lake", "") not in ("", _content(batches, batch)):
            raise _broken(f"the lake has not all files of {named}, or others")
        _verify_counts([each for each in batches if _belongs(each, batch)], row, named)
    _verify_names(entries, every)
    told = {
        (e.event.subject, e.event.detail.get("mapping")): e.seq for e in store.audit.every(undone)
    }
    # One that was done, and is begun anew or refused now, was taken back in between.
    for left in gone.keys() | (entries.keys() - rows.keys()) & every.keys():
        if told.get(left, 0) < (entries[left].seq if left in entries else 1):
            raise _broken(f"the audit trail does not say that the import {left[0][:16]} was undone")
    return len(rows)


def verify_runs(store: Store, verb: str) -> int:
    """Check that each run stands in the log as the trail says, with its batch in the lake.

    Returns:
        The number of runs.

    Raises:
        VerificationError: A run is missing, was edited, or its proofs or findings are gone.
    """
    entries = {entry.event.subject: entry for entry in store.audit.every(verb)}
    batches = store.lake.batches()
    for run_id, entry in entries.items():
        _verify_run(store, run_id, entry, batches)
    for run_id in store.runs.ids():
        if run_id not in entries:
            raise _broken(f"the audit trail has no entry of run {run_id:.70}")
    return len(entries)


def verify_batches(
    store: Store,
    kind: str,
    *,
    taken: str,
    undone: str,
    looked: str,
    begun: str,
    proofs: Collection[str],
) -> list[str]:
    """Check that each batch of the lake is one that an import, an undo or a run has put there.

    An import that is not finished stands in the log before its first batch, and a look in the
    trail before its proofs.

    Args:
        store: The store.
        kind: What is imported.
        taken: How the trail names an import.
        undone: How it names one that was taken back.
        looked: How it names a run.
        begun: How it names a run whose proofs are about to be kept.
        proofs: What the files of runs are.

    Returns:
        The runs whose proofs are there and that were not recorded: broken off, or at work now.

    Raises:
        VerificationError: Nothing names a batch; the first one is named.
    """
    known = {entry.event.subject for entry in store.audit.every(looked)}
    for entry in store.audit.every(taken):
        file = entry.event.subject[:32]
        known |= {str(entry.event.detail.get("batch") or f"{kind}-{file}"), f"undo-{file}"}
    for entry in store.audit.every(undone):
        known.add(f"undo-{entry.event.subject[:32]}")
    for row in _imports(store, kind):
        if row.state in ("started", "failed"):
            known |= {f"{kind}-{row.sha256[:32]}", f"undo-{row.sha256[:32]}"}
    looks = {entry.event.subject for entry in store.audit.every(begun)} - known
    open_looks = []
    for each in store.lake.batches():
        start, whole = "-".join(each.batch.split("-")[:2]), each.batch.rpartition("-")[0]
        undo = start.startswith("undo-")
        if {each.batch, whole, start} & known and not (undo and each.files):
            continue
        if undo or start.startswith(f"{kind}-") or {f.kind for f in each.files} - {*proofs}:
            raise _broken(f"the lake has a batch that neither import nor run names: {each.batch}")
        if each.batch in looks:
            open_looks.append(each.batch)
            continue
        raise VerificationError(
            f"the lake has proofs of a run that was never recorded: {each.batch:.70}",
            hint="where an earlier version of legation was broken off in a look, run: legation "
            "watch --once, which records it unless posts came in since; otherwise keep this store "
            "as evidence",
        )
    return open_looks


def _verify_log(store: Store) -> None:
    """Check that the imports are numbered without gaps, each under the id that it makes."""
    number, after = 0, 0
    while some := store.imports.find(after=after, limit=_AT_ONCE):
        for row in some:
            number += 1
            if row.seq != number:
                raise _broken(f"the log has no import {number}, and has an import {row.seq}")
            if row.import_id != id_of(row.kind, row.sha256, row.rule):
                raise _broken(f"import {number} of the log has the id of another import")
        after = some[-1].seq


def _verify_names(entries: Mapping[_Key, Entry], every: Mapping[_Key, Import]) -> None:
    """Check that each import of the trail stands in the log, under the same name and number."""
    for file, _ in entries.keys() - every.keys():
        raise _broken(f"the log has no import of the file {file[:16]}, which the trail names")
    for key, entry in entries.items():
        # Entries of earlier versions do not say it.
        if entry.event.detail.get("log", "") not in ("", every[key].fingerprint()):
            raise _broken(
                f"name, number or id of the import {key[0][:16]} are not those that the trail knows"
            )


def _verify_counts(parts: list[Manifest], row: Import, named: str) -> None:
    """Check that the batches of an import count what its log does, where they count."""
    slices = [part.facts for part in parts if "good" in part.facts]
    counted = [(facts["good"], facts.get("refused", 0)) for facts in slices]
    totals = [tuple(map(sum, zip(*counted, strict=True)))] if counted else []
    for told in (part.facts["finished"] for part in parts if part.facts.get("finished")):
        totals.append((told["good"], told["refused"]))
        if (told["sha256"], told["rule"]) != (row.sha256, row.rule):
            raise _broken(f"the lake tells of another file or mapping than the log in {named}")
    if any(each != (row.good, row.rejected) for each in totals):
        raise _broken(f"the lake and the log of imports count differently in {named}")


def _verify_run(store: Store, run_id: str, entry: Entry, batches: list[Manifest]) -> None:
    detail = entry.event.detail
    try:
        run = store.runs.get(run_id)
    except NotFoundError as gone:
        raise _broken(f"the log has no run {run_id:.70}, which the trail names") from gone
    if detail.get("facts", "") not in ("", run.fingerprint()):
        raise _broken(f"the facts of run {run_id:.70} were edited after it was recorded")
    if not any(each.batch == run_id for each in batches):
        raise _broken(f"the lake has no proofs of run {run_id:.70}")
    if detail.get("lake", "") not in ("", _content(batches, run_id)):
        raise _broken(f"the lake has not all proofs of run {run_id:.70}, or others")
    campaigns = run.facts.get("campaigns", [])
    missing = set(campaigns) - store.objects.get_many(campaigns).keys()
    if missing:
        raise _broken(f"the store has no object {min(missing)}, which run {run_id:.70} found")


def _imports(store: Store, kind: str) -> Iterator[Import]:
    after = 0
    while some := store.imports.find(kind=kind, after=after, limit=_AT_ONCE):
        yield from some
        after = some[-1].seq


def _content(batches: list[Manifest], batch: str) -> str:
    listing = sorted(
        f"{file.sha256}  {file.path}\n"
        for each in batches
        if _belongs(each, batch)
        for file in each.files
    )
    return hashlib.sha256("".join(listing).encode()).hexdigest()


def _belongs(manifest: Manifest, batch: str) -> bool:
    return manifest.batch == batch or manifest.batch.startswith(f"{batch}-")


def _broken(what: str) -> VerificationError:
    return VerificationError(f"the parts of the store do not agree: {what}", hint=_HINT)
