"""`legation job` and `legation import list`, `undo`: long work, and what came in, from a terminal.

Jobs are done by the desk of the home, as long as it is open; a terminal asks how far they
are, and asks to end one.
"""

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, counted, table, tell, typed
from legation.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from legation.app.home import Home
    from legation.rights.clearance import Clearance
    from legation.store.imports import Import
    from legation.store.jobs import Job
    from legation.store.opening import Store

_ACTOR = "command line"
_MOST = 1000
_HERE = Parameter(help="How many at most. [default: 50]")
JobId = Annotated[str, Parameter(help="Number of the job, as the list shows it.")]


def listed(
    *,
    limit: Annotated[int, _HERE] = 50,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List jobs, the newest first."""
    _refuse_limit(limit)
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        jobs = store.jobs.as_read_by(_clearance(place, store)).find(limit=limit)
    if as_json:
        answer_json([_told(job) for job in jobs])
    elif jobs:
        rows = [
            (job.job_id, job.state, f"{job.percent} %", _moment(job.created), job.title, job.words)
            for job in jobs
        ]
        answer(table(("number", "state", "done", "asked for", "job", "in words"), rows))
    else:
        tell("No job has been asked for.")
    return 0


def show(job_id: JobId, *, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """Show one job: how far it is, who asked, and what it did."""
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        job = store.jobs.as_read_by(_clearance(place, store)).get(job_id)
        log = store.jobs.log(job_id)
    if as_json:
        answer_json(_told(job) | {"log": msgspec.to_builtins(log)})
        return 0
    answer(f"{job.title}: {job.state}, {job.percent} %: {job.words}")
    answer(f"asked for by {job.actor} at {_moment(job.created)}")
    for line in log:
        answer(f"  {_moment(line.at)}  {line.words}")
    if job.hint:
        tell(f"legation: hint: {job.hint}")
    return 0


def cancel(job_id: JobId, *, home: HomeFolder = None, doors: Lent) -> int:
    """Ask to end a job: one that waits ends now, one that runs at its next halt."""
    from legation.app.jobs import StoredJobs

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        store.jobs.as_read_by(_clearance(place, store)).get(job_id)
        job = StoredJobs(place, store).cancel(job_id, actor=_ACTOR)
    answer(f"{job.title}: {'ends at its next halt' if job.is_open else job.state}")
    return 0


def imports(
    *,
    limit: Annotated[int, _HERE] = 50,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List what came in, the newest first."""
    _refuse_limit(limit)
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        found = store.imports.newest("posts", limit=limit)
    if as_json:
        answer_json([_came(one) for one in found])
    elif found:
        rows = [
            (
                one.import_id[:12],
                one.said,
                *("" if number is None else f"{number:,}" for number in one.rows),
                _moment(one.started),
                one.rule,
                one.name,
            )
            for one in found
        ]
        answer(table(("number", "state", "posts", "rejected", "when", "read as", "file"), rows))
        command = typed("legation import undo NUMBER", home)
        if any(one.state == "started" for one in found):
            tell(
                "Not finished: it runs, or was broken off. The same file, imported again, goes on; "
                f"{command} takes back what came in by then."
            )
        if any(one.state == "failed" and one.good for one in found):
            tell(f"Failed with posts: these stand in the lake; {command} takes them back.")
    else:
        tell("Nothing came in yet.")
    return 0


def undo(
    import_id: Annotated[str, Parameter(help="Number of the import; its start is enough.")],
    *,
    yes: Annotated[
        bool, Parameter(help="Do it; without this it is only said what would go.")
    ] = False,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Take back an import: what it brought leaves the lake, and the trail says so."""
    from legation.app.import_record import TakenBack, leaning_on, require_there, standing
    from legation.app.import_record import undo as take_back

    place = doors.home(home)
    place.require()
    with place.store() as store:
        entry = store.imports.begun_with(import_id)
        require_there(entry)
        if not yes:
            good, leaning = standing(store, entry), leaning_on(store, entry)
            if as_json:
                would = TakenBack(
                    import_id=entry.import_id, file=entry.name, mapping=entry.rule, good=good
                )
                answer_json({**msgspec.to_builtins(would), "undone": False, "first": leaning})
            else:
                answer(
                    f"{entry.name}: {entry.said}, read as {entry.rule}: "
                    f"{counted(good, 'post')}; those that this import brought would leave"
                )
            if leaning:
                names = ", ".join(each or "an import that was broken off" for each in leaning)
                tell(f"It cannot go yet. Later imports repeat or edit its posts: {names}")
                tell("Undo those first.")
                return 0
            command = typed(f"legation import undo {import_id} --yes", home)
            tell(f"Nothing was changed. To take it back: {command}")
            return 0
        gone = take_back(place, store, entry.import_id, actor=_ACTOR)
    if as_json:
        answer_json({**msgspec.to_builtins(gone), "undone": True, "first": ()})
    else:
        answer(f"{gone.file}: what it brought has left the lake")
    command = typed("legation watch --once", home)
    tell(f"Campaigns that were found in it are stale; next: {command}")
    return 0


def _came(entry: "Import") -> dict[str, Any]:
    """Return an import under the names that `import posts` and `import undo` use."""
    told: dict[str, Any] = msgspec.to_builtins(entry)
    told |= {"file": told.pop("name"), "mapping": told.pop("rule"), "state": entry.said}
    return told


def _clearance(home: "Home", store: "Store") -> "Clearance":
    return home.reader(store, _ACTOR).clearance


def _refuse_limit(limit: int) -> None:
    if not 1 <= limit <= _MOST:
        raise UsageError(f"--limit {limit} is out of range", hint=f"give 1 to {_MOST}")


def _told(job: "Job") -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(job)
    return {name: value for name, value in told.items() if name != "place"}


def _moment(at: "datetime") -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")
