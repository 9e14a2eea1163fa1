"""The record of imports: what stands in the lake or left it, as log and trail say it.

The lake is committed first, then log and trail say so in one transaction. A kill between the
two is made good by `reconcile`: the lake knows which files stand in it, and how many rows
they had.
"""

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.home import Home
from legation.errors import ConflictError

if TYPE_CHECKING:
    from legation.store.imports import Import
    from legation.store.intake_told import Finished
    from legation.store.intake_undo import TakenBack as Left
    from legation.store.opening import Store

TAKEN: Final = "import.posts"
UNDONE: Final = "import.undo"


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """An import that was undone: what it had brought has left the lake.

    Attributes:
        import_id: Names it.
        file: The file's name.
        mapping: Name of the mapping it was read by.
        good: Rows of the file that had been taken in, new or not.
    """

    import_id: str
    file: str
    mapping: str
    good: int


def undo(home: Home, store: "Store", import_id: str, *, actor: str) -> TakenBack:
    """Take back an import, be it done, broken off or refused: what it brought leaves the lake.

    The trail says so. The sealed names stay for their term: other imports may have met the
    same accounts.

    Args:
        home: The home.
        store: Its open store.
        import_id: Names the import; the start is enough if it is one's only.
        actor: Who does it, for the trail.

    Raises:
        NotFoundError: There is no such import.
        ConflictError: It was undone before, or a later import leans on it.
        BusyError: An import is running.
    """
    from legation.store.intake_undo import take_back
    from legation.store.scratch import FOLDER as SCRATCH

    reconcile(home, store)
    entry = store.imports.begun_with(import_id)
    require_there(entry)
    left = take_back(store.lake, entry.sha256, entry.rule, home.folder / SCRATCH)
    good = entry.good if entry.state == "done" else sum(one.good for one in left)
    _record_undone(home, store, entry, actor, good=good, left=[one.batch for one in left])
    return TakenBack(import_id=entry.import_id, file=entry.name, mapping=entry.rule, good=good)


def require_there(entry: "Import") -> None:
    """Refuse to undo an import twice.

    Raises:
        ConflictError: It was undone.
    """
    from legation.errors import ConflictError

    if entry.state == "undone":
        raise ConflictError(f"this import is {entry.state}", hint="there is nothing to undo")


def standing(store: "Store", entry: "Import") -> int:
    """Return how many rows of an import stand in the lake, whether it ended or not."""
    from legation.store.intake_undo import standing as stands

    if entry.state == "done":
        return entry.good
    return 0 if entry.state == "undone" else stands(store.lake, entry.sha256, entry.rule)[0]


def note_refused(store: "Store", import_id: str) -> None:
    """Write that a file was refused, and how many rows of it had come in by then."""
    from legation.store.intake_undo import standing as stands

    entry = store.imports.get(import_id)
    good, rejected = stands(store.lake, entry.sha256, entry.rule)
    store.imports.finish(import_id, good=good, rejected=rejected, state="failed")


def leaning_on(store: "Store", entry: "Import") -> tuple[str, ...]:
    """Return the files of later imports that have to be undone before this one.

    A name is empty where an earlier version of the program was broken off.
    """
    from legation.store.intake_undo import leaning_on as leaning

    return tuple(leaning(store.lake, entry.sha256, entry.rule))


def reconcile(home: Home, store: "Store") -> None:
    """Write the record of what stands in the lake, or left it, and was killed before it."""
    from legation.store.intake_told import finished_files
    from legation.store.intake_undo import taken_back

    logged = store.imports.done("posts")
    for one in finished_files(store.lake):
        if (one.sha256, one.rule) not in logged:
            record(home, store, one, "reconciliation")
    for gone in taken_back(store.lake):
        for entry in store.imports.find(kind="posts", sha256=gone.sha256):
            if entry.rule == gone.rule and _is_untold(store, entry, gone):
                good = entry.good if entry.state == "done" else gone.good
                left = [gone.batch]
                _record_undone(home, store, entry, "reconciliation", good=good, left=left)


def _is_untold(store: "Store", entry: "Import", gone: "Left") -> bool:
    """Tell whether neither log nor trail say that a file has left the lake."""
    if entry.state in ("done", "undone"):
        return entry.state == "done"
    # One that was told stands in the trail, and the same file was begun anew since.
    entries = store.audit.every(UNDONE)
    told = any(gone.batch in entry.event.detail.get("left", ()) for entry in entries)
    return not gone.whole and not told


def record(home: Home, store: "Store", finished: "Finished", actor: str) -> str:
    """Write that a file stands in the lake, once; return the number of its import."""
    from legation.store.agreement import content_of
    from legation.store.audit import Event

    with store.transaction():
        entry = store.imports.begin(
            "posts", PurePath(finished.file), finished.sha256, rule=finished.rule
        )
        if entry.state == "done":
            return entry.import_id
        good, rejected = finished.good, finished.refused
        store.imports.finish(entry.import_id, good=good, rejected=rejected)
        store.audit.append(
            Event(
                at=home.now(),
                actor=actor,
                verb=TAKEN,
                subject=finished.sha256,
                detail={
                    "mapping": entry.rule,
                    "good": good,
                    "rejected": rejected,
                    "batch": finished.batch,
                    "lake": content_of(store.lake, finished.batch) if finished.batch else "",
                    "log": entry.fingerprint(),
                },
            )
        )
        return entry.import_id


def _record_undone(
    home: Home, store: "Store", entry: "Import", actor: str, *, good: int, left: list[str]
) -> None:
    """Write that an import was undone, and remove what was derived from its posts."""
    from legation.app.indexing import forget_posts
    from legation.app.noticing import tell_undone
    from legation.store.audit import Event
    from legation.store.coaction_files import empty

    # Lists were named by the file alone once; what is left of those goes, too.
    for name in (entry.import_id, entry.sha256):
        (home.folder / "rejected" / f"{name[:16]}.csv").unlink(missing_ok=True)
    # Texts stand there too; the next watch makes them anew from the lake.
    for folder in home.co_actions.glob("*"):
        empty(folder)
    with store.transaction():
        store.imports.undo(entry.import_id)
        forget_posts(store)
        store.copies.forget(store.copies.compared("batch") - store.lake.parts("posts").keys())
        told = store.audit.append(
            Event(
                at=home.now(),
                actor=actor,
                verb=UNDONE,
                subject=entry.sha256,
                detail={
                    "mapping": entry.rule,
                    "good": good,
                    "import": entry.import_id,
                    "left": left,
                },
            )
        )
        tell_undone(store, entry.import_id, told.seq)


def require_standing(stale: str) -> None:
    """Refuse to let findings leave that may rest on posts that were taken back.

    Args:
        stale: Why the latest run is stale, as `Library.stale` says; empty when it is not.

    Raises:
        ConflictError: Posts were taken back since.
    """
    if "taken back" in stale:
        raise ConflictError(
            "posts that this finding may rest on have been taken back since",
            hint="look again first: legation watch --once",
        )
