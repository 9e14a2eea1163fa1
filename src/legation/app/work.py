"""What each kind of job does.

Each can be cut off at any point and done again: an import goes on behind its last whole
part, an undo and a watch find what is done. What a job is given are names and ids, never
the contents of anything.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.errors import ConflictError, DeniedError

if TYPE_CHECKING:
    from legation.app.importing import Intakes, Reading
    from legation.app.jobs import Task, Work

TAKE: Final = "import"
REHEARSE: Final = "import.preview"
UNDO: Final = "import.undo"
WATCH: Final = "watch"
EXPORT: Final = "export"
VERIFY: Final = "evidence.verify"
# What somebody must be able to do, to have a job of a kind at work; for any other: read jobs.
NEEDS: Final = {
    TAKE: "import.posts",
    REHEARSE: "import.posts",
    UNDO: "import.undo",
    WATCH: "detect.coordination",
    EXPORT: "campaign.export",
    VERIFY: "evidence.verify",
}
_DAY_S: Final = 86_400


def works() -> "dict[str, Work]":
    """Return all kinds of job, each with what does it."""
    return {
        TAKE: take,
        REHEARSE: rehearse,
        UNDO: undo,
        WATCH: watch,
        EXPORT: export,
        VERIFY: verify_evidence,
    }


def take(task: "Task") -> tuple[str, dict[str, Any]]:
    """Take in a file of posts."""
    file, reading = _file(task)
    taken = _intakes(task).take(file, reading)
    told = {**msgspec.to_builtins(taken), "file": file.name}
    if taken.known:
        return "this file was taken in before, nothing to do", told
    posts, rows = _counted(taken.rows, "post"), _counted(taken.rejected, "row")
    return f"{posts} taken in, {rows} rejected", told


def rehearse(task: "Task") -> tuple[str, dict[str, Any]]:
    """Say what an import would do, keeping nothing."""
    from legation.app.uploads import Uploads

    file, reading = _file(task)
    rejects = Uploads(task.home).rejects(str(task.job.given["upload"]))
    taken = _intakes(task).rehearse(file, reading, rejects)
    told = {**msgspec.to_builtins(taken), "file": file.name}
    posts, rows = _counted(taken.rows, "post"), _counted(taken.rejected, "row")
    return f"{posts} would come in, {rows} would be rejected", told


def undo(task: "Task") -> tuple[str, dict[str, Any]]:
    """Take back an import."""
    from legation.app.import_record import undo as taken_back

    task.tell(10, "takes back what the import brought")
    import_id = str(task.job.given["import_id"])
    if task.job.attempts > 1 and task.store.imports.get(import_id).state == "undone":
        return "what the import brought has left the lake", {"import_id": import_id}
    began = task.job.given.get("began")
    if began and began != task.store.imports.get(import_id).started.isoformat():
        raise ConflictError(
            "the file was taken in again since this was asked for",
            hint="look at what it brought, and ask anew",
        )
    gone = taken_back(task.home, task.store, import_id, actor=task.job.actor)
    return "what the import brought has left the lake", msgspec.to_builtins(gone)


def watch(task: "Task") -> tuple[str, dict[str, Any]]:
    """Look for campaigns in what is new."""
    from legation.app.handing import Handing
    from legation.app.statements.shelf import Shelf
    from legation.app.watching import look, look_for_copies, nothing_to_look_at

    task.tell(10, "looks for accounts that act together")
    handing = Handing(task.home, task.store, task.protection)
    shelf = Shelf(task.home.folder, task.home.now)
    copies = look_for_copies(task.home, task.store, shelf, task.protection)
    report = look(task.home, task.store, known=handing.known(), beside=handing.beside())
    if report is None:
        return nothing_to_look_at(task.store), {"copies": copies}
    # As far as the reader may know them: a count would tell of what is hidden.
    kept = task.home.library(task.store, task.job.actor).latest()
    found = len(kept.campaigns) if kept else 0
    task.tell_of(kept.objects.values() if kept else ())
    words = (
        f"{_counted(report.run.posts, 'post')} looked at, {_counted(found, 'campaign')} "
        "that whoever asked may know of"
    )
    return words, {"run_id": report.run.run_id, "campaigns": found, "copies": copies} | {
        "posts": report.run.posts
    }


def verify_evidence(task: "Task") -> tuple[str, dict[str, Any]]:
    """Hash all captured files again; of what does not hold, tell what the person may know."""
    from legation.app.evidence.checking import verify

    task.tell(10, "hashes captured files again")
    key = None if task.protection is None else task.home.keys(task.protection).sealing_key()
    found = verify(task.home, task.store, key)
    ids = {fault.evidence_id for fault in found.faults}
    clearance = task.home.reader(task.store, task.job.actor).clearance
    known = task.store.objects.as_read_by(clearance).standing(ids)
    faults = [[one.evidence_id, one.said] for one in found.faults if one.evidence_id in known]
    told = {"faults": faults, "opened": found.opened}
    how = "opened and hashed again" if found.opened else "hashed again as they are sealed"
    if not faults:
        return f"captured files were {how}: what you may know of them holds", told
    return f"captured files were {how}; what does not hold: {_counted(len(faults), 'file')}", told


def export(task: "Task") -> tuple[str, dict[str, Any]]:
    """Write all campaigns as a file, which stays for a day."""
    kind = str(task.job.given["kind"])
    folder = exports_of(task.home.folder)
    folder.mkdir(mode=0o700, exist_ok=True)
    now = task.home.now().timestamp()
    for old in folder.iterdir():
        if now - old.stat().st_mtime > _DAY_S:
            old.unlink()
    task.tell(10, f"writes campaigns as {kind}")
    library = task.home.library(task.store, task.job.actor)
    kept = library.latest()
    if kept is None or not kept.campaigns:
        raise ConflictError("there is no campaign to export", hint="look for campaigns first")
    ids = [one.campaign_id for one in kept.campaigns]
    task.tell_of(kept.objects.values())
    label = library.require_export(ids)
    made = library.export(ids, kind)
    path = folder / task.job.job_id
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(made.content)
    told = {
        "name": made.name,
        "media_type": made.media_type,
        "size": len(made.content),
        "campaigns": ids,
        "label": label,
    }
    return f"{made.name} is ready for a day", told


def exports_of(home: Path) -> Path:
    """Return where a home's exports wait to be fetched."""
    return home / "exports"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _file(task: "Task") -> "tuple[Path, Reading]":
    from legation.app.importing import Reading
    from legation.app.uploads import Uploads

    given = task.job.given
    file = Path(Uploads(task.home).get(str(given["upload"])).path)
    mapping, zone, platform = (str(given.get(name, "")) for name in ("mapping", "zone", "platform"))
    return file, Reading(mapping=mapping, zone=zone, platform=platform)


def _intakes(task: "Task") -> "Intakes":
    from legation.app.importing import Intakes

    if task.protection is None:
        raise DeniedError(
            "the keys are protected, and this desk was not given their passphrase",
            hint="open it with: legation desk --passphrase-file FILE",
        )
    return Intakes(task.home, task.store, task.protection, actor=task.job.actor, tell=task.tell)
