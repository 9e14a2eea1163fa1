"""The record of imports: what stands in the lake or left it, as log and trail say it.

The lake is committed first, then log and trail say so in one transaction. A kill between the
two is made good by `reconcile`: the lake knows which files stand in it, and how many rows
they had.
"""

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.home import Home

if TYPE_CHECKING:
    from legation.store.imports import Import
    from legation.store.intake_told import Finished
    from legation.store.opening import Store

TAKEN: Final = "import.posts"
UNDONE: Final = "import.undo"


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """An import that was undone: what it had brought has left the lake."""

    import_id: str
    file: str
    posts: int


def undo(home: Home, store: "Store", import_id: str, *, actor: str) -> TakenBack:
    """Take back an import: what it brought leaves the lake, and the trail says so.

    The sealed names stay for their term: other imports may have met the same accounts.

    Args:
        home: The home.
        store: Its open store.
        import_id: Names the import; the start is enough if it is one's only.
        actor: Who does it, for the trail.

    Raises:
        NotFoundError: There is no such import.
        ConflictError: It is not in the lake, or a later import leans on it.
        BusyError: An import is running.
    """
    from legation.store.intake_undo import take_back
    from legation.store.scratch import FOLDER as SCRATCH

    reconcile(home, store)
    entry = store.imports.begun_with(import_id)
    require_done(entry)
    take_back(store.lake, entry.sha256, entry.rule, home.folder / SCRATCH)
    _record_undone(home, store, entry, actor)
    return TakenBack(import_id=entry.import_id, file=entry.name, posts=entry.good)


def require_done(entry: "Import") -> None:
    """Refuse to undo an import that is not done.

    Raises:
        ConflictError: It was undone, or has not ended.
    """
    from legation.errors import ConflictError

    if entry.state == "started":
        raise ConflictError(
            "this import has not ended",
            hint="import the same file again: it goes on where it stopped; then undo it",
        )
    if entry.state != "done":
        raise ConflictError(f"this import is {entry.state}", hint="only one that is done is undone")


def leaning_on(store: "Store", entry: "Import") -> tuple[str, ...]:
    """Return the files of later imports that have to be undone before this one.

    The name of an import that was broken off is empty.
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
        if (gone.sha256, gone.rule) in logged:
            (entry,) = (
                row
                for row in store.imports.find(kind="posts", sha256=gone.sha256)
                if row.rule == gone.rule
            )
            _record_undone(home, store, entry, "reconciliation")


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
                },
            )
        )
        return entry.import_id


def _record_undone(home: Home, store: "Store", entry: "Import", actor: str) -> None:
    """Write that an import was undone, and remove what was derived from its posts."""
    from legation.app.indexing import forget_posts
    from legation.app.noticing import tell_undone
    from legation.store.audit import Event
    from legation.store.coaction_files import empty

    (home.folder / "rejected" / f"{entry.sha256[:16]}.csv").unlink(missing_ok=True)
    # Texts stand there too; the next watch makes them anew from the lake.
    for folder in home.co_actions.glob("*"):
        empty(folder)
    with store.transaction():
        store.imports.undo(entry.import_id)
        forget_posts(store)
        told = store.audit.append(
            Event(
                at=home.now(),
                actor=actor,
                verb=UNDONE,
                subject=entry.sha256,
                detail={"mapping": entry.rule, "good": entry.good, "import": entry.import_id},
            )
        )
        tell_undone(store, entry.import_id, told.seq)
