"""Long work: how it is asked for, done, told of, ended, and gone on with after a kill.

A door asks through `Jobs` and never waits. Under the desk one thread does what was asked,
one job after the other; the kernel's lock on the home tells whether somebody does so
already, and falls with the process that held it. A job that was cut off is begun again,
and its work goes on where it stopped: that is the work's own business, see `work`.
"""

import logging
import platform
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol, final

from legation.errors import BusyError, LegationError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from legation.app.home import Home
    from legation.crypto.key_files import Protection
    from legation.store.jobs import Job, LogLine
    from legation.store.jobs import Jobs as KeptJobs
    from legation.store.knowing import Cleared
    from legation.store.opening import Store

CANCELLED: Final = "job.cancel"
_MOST_ATTEMPTS: Final = 3
_WAIT_S: Final = 0.5
_BUSY_S: Final = 2.0
_ALL: Final = 1000
_TIDY_S: Final = 60.0
_log = logging.getLogger(__name__)


@final
class Task:
    """A job at work, as the work sees it.

    Attributes:
        home: The home.
        store: Its open store, for this thread.
        protection: What opens the home's keys; None when nobody gave it.
        job: What was asked for.
    """

    def __init__(
        self,
        home: "Home",
        store: "Store",
        protection: "Protection | None",
        job: "Job",
        halted: Callable[[], bool],
    ) -> None:
        """Do nothing yet."""
        self.home = home
        self.store = store
        self.protection = protection
        self.job = job
        self._halted = halted
        self._said = ""

    def tell(self, percent: int, words: str) -> None:
        """Say how far the work is; what it does next is noted in its log.

        Raises:
            StoppedError: The work is to end here.
        """
        cancelled = self.store.jobs.report(self.job.job_id, percent, words)
        if words != self._said:
            self._said = words
            self.store.jobs.note(self.job.job_id, words)
        if cancelled or self._halted():
            raise StoppedError("the job was asked to end", hint="ask for it again to go on")

    def tell_of(self, object_ids: "Iterable[str]") -> None:
        """Note of which objects the job tells, before it does.

        Who may not know one of them is not told of the job, nor of its file, words and log.
        """
        self.store.jobs.tell_of(self.job.job_id, object_ids)


Work = Callable[[Task], tuple[str, dict[str, Any]]]
"""Does a job; says in words what came of it, and as values."""


class Jobs(Protocol):
    """What a door may do with jobs."""

    def submit(
        self,
        kind: str,
        title: str,
        given: dict[str, Any],
        *,
        actor: str,
        about: "Iterable[str]" = (),
    ) -> "Job":
        """Ask for work; on return it is on disk.

        Args:
            kind: What is to be done.
            title: The same for a person, without the contents of anything.
            given: What the work needs to know.
            actor: Who asks.
            about: Ids of the objects of which the job tells; see `Task.tell_of`.
        """

    def put(
        self,
        kind: str,
        title: str,
        given: dict[str, Any],
        *,
        actor: str,
        about: "Iterable[str]" = (),
    ) -> "Job":
        """Ask for work inside a transaction that says why; `begin` follows it."""

    def begin(self) -> None:
        """Let jobs begin that wait, where nobody else does them."""

    def get(self, job_id: str, reader: "Cleared | None" = None) -> "Job":
        """Return a job: its progress, and its result once it has ended.

        Args:
            job_id: Which.
            reader: For whom: a job that tells of what they may not know is not there. None for the
                house's own use.
        """

    def find(
        self,
        *,
        actor: str | None = None,
        before: int | None = None,
        limit: int = 50,
        reader: "Cleared | None" = None,
    ) -> "list[Job]":
        """List jobs, the newest first; with an actor only those that they asked for."""

    def cancel(self, job_id: str, *, actor: str) -> "Job":
        """Ask to end a job."""

    def log(self, job_id: str) -> "list[LogLine]":
        """Return what a job did."""


class StoredJobs:
    """Jobs of a store, done by whoever runs a `Runner` on the same home."""

    def __init__(self, home: "Home", store: "Store") -> None:
        """Work on this store."""
        self._store = store
        self._place = place_of(home)
        self._now = home.now

    def submit(
        self,
        kind: str,
        title: str,
        given: dict[str, Any],
        *,
        actor: str,
        about: "Iterable[str]" = (),
    ) -> "Job":
        """Ask for work; on return it is on disk."""
        job = self.put(kind, title, given, actor=actor, about=about)
        self.begin()
        return self.get(job.job_id)

    def put(
        self,
        kind: str,
        title: str,
        given: dict[str, Any],
        *,
        actor: str,
        about: "Iterable[str]" = (),
    ) -> "Job":
        """Ask for work, as part of a transaction."""
        return self._store.jobs.add(kind, title, given, actor=actor, place=self._place, about=about)

    def begin(self) -> None:
        """Do nothing: whoever runs a `Runner` looks by itself."""

    def get(self, job_id: str, reader: "Cleared | None" = None) -> "Job":
        """Return a job: its progress, and its result once it has ended."""
        return self._seen(reader).get(job_id)

    def find(
        self,
        *,
        actor: str | None = None,
        before: int | None = None,
        limit: int = 50,
        reader: "Cleared | None" = None,
    ) -> "list[Job]":
        """List the jobs of this place, the newest first."""
        return self._seen(reader).find(place=self._place, actor=actor, before=before, limit=limit)

    def cancel(self, job_id: str, *, actor: str) -> "Job":
        """Ask to end a job; the trail says who did."""
        from legation.store.audit import Event

        with self._store.transaction():
            job = self._store.jobs.cancel(job_id)
            self._store.audit.append(
                Event(
                    at=self._now(),
                    actor=actor,
                    verb=CANCELLED,
                    subject=job_id,
                    detail={"kind": job.kind, "asked_by": job.actor},
                )
            )
        return job

    def log(self, job_id: str) -> "list[LogLine]":
        """Return what a job did."""
        return self._store.jobs.log(job_id)

    def _seen(self, reader: "Cleared | None") -> "KeptJobs":
        jobs = self._store.jobs
        return jobs if reader is None else jobs.as_read_by(reader)


@final
class InlineJobs(StoredJobs):
    """Jobs that are done at once, in the thread that asks: for tests, and for one command."""

    def __init__(self, runner: "Runner", store: "Store") -> None:
        """Work on this store with this runner."""
        super().__init__(runner.home, store)
        self._runner = runner

    def begin(self) -> None:
        """Do what waits."""
        self._runner.drain(self._store)


@final
class Runner:
    """Does the jobs of one home, one after the other.

    Args:
        home: The home.
        protection: What opens its keys; None: jobs that need them fail and say so.
        works: Kind of job to what does it.
    """

    def __init__(
        self, home: "Home", protection: "Protection | None", works: Mapping[str, Work]
    ) -> None:
        """Start nothing yet."""
        self.home = home
        self.protection = protection
        self._works = dict(works)
        self._place = place_of(home)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to do jobs in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="jobs")
        self._thread.start()

    def stop(self) -> None:
        """End; a job at work halts where it can, and goes on with the next start."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> "Runner":
        """Run jobs as long as the block."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def drain(self, store: "Store") -> None:
        """Do all jobs that wait, in this thread."""
        while not self._stop.is_set() and (job := store.jobs.take(self._place)) is not None:
            if not self._do(store, job):
                return

    def _run(self) -> None:
        from legation.store.durable import try_lock, unlock

        lock_file = lock_of(self.home)
        while not self._stop.is_set():
            lock = try_lock(lock_file)
            if lock is None:  # another desk on this home does them
                self._stop.wait(_BUSY_S)
                continue
            try:
                with self.home.store() as store:
                    self._serve(store)
            except LegationError as fault:
                _log.warning("jobs wait: %s", fault)
                self._stop.wait(_BUSY_S)
            except Exception:  # noqa: BLE001 - a fault must not end all later jobs with it
                _log.exception("jobs halt for a moment")
                self._stop.wait(_BUSY_S)
            finally:
                unlock(lock, lock_file)

    def _serve(self, store: "Store") -> None:
        from legation.app.rounds import go_round

        store.jobs.requeue(self._place, most=_MOST_ATTEMPTS)
        tidied = -_TIDY_S
        while not self._stop.is_set():
            if monotonic() - tidied >= _TIDY_S:
                self._tidy(store)
                go_round(self.home, store, self.protection)
                tidied = monotonic()
            self.drain(store)
            self._stop.wait(_WAIT_S)

    def _tidy(self, store: "Store") -> None:
        """Remove files of jobs that ended without a runner, and what nobody came back for."""
        from legation.app.uploads import Uploads
        from legation.store.jobs import ENDED

        for job in store.jobs.find(states=ENDED, place=self._place, limit=_ALL):
            self._put_away(store, job.job_id)
        waiting = store.jobs.find(states=("waiting",), place=self._place, limit=_ALL)
        Uploads(self.home).sweep({str(job.given.get("upload", "")) for job in waiting})

    def _do(self, store: "Store", job: "Job") -> bool:
        """Do one job; tell whether to go on with the next at once."""
        task = Task(self.home, store, self.protection, job, self._stop.is_set)
        try:
            words, result = self._works.get(job.kind, _unknown)(task)
        except StoppedError:
            if store.jobs.get(job.job_id).cancelling:
                store.jobs.finish(job.job_id, "cancelled", "cancelled")
            else:
                store.jobs.wait_again(job.job_id, "halted with the desk; goes on when it opens")
                return False
        except BusyError as busy:
            store.jobs.wait_again(job.job_id, f"waits: {busy}")
            self._stop.wait(_BUSY_S)
            return False
        except LegationError as fault:
            # Where a file stands on this machine is nobody's business at the end of a page.
            own = f"{self.home.folder}/scratch/uploads/{job.given.get('upload', '')}/"
            words, hint = str(fault).replace(own, ""), fault.hint.replace(own, "")
            store.jobs.finish(job.job_id, "failed", words, hint=hint)
        except Exception as bug:  # noqa: BLE001 - the desk goes on; the job tells of it
            _log.exception("a job failed")
            store.jobs.finish(
                job.job_id,
                "failed",
                f"a fault of the program ({type(bug).__name__})",
                hint="nothing you did; the terminal that runs the desk holds the details",
            )
        else:
            store.jobs.finish(job.job_id, "done", words, result=result)
        self._put_away(store, job.job_id)
        return True

    def _put_away(self, store: "Store", job_id: str) -> None:
        """Remove what a person sent, when the job that read it has ended for good."""
        from legation.app.uploads import Uploads

        job = store.jobs.get(job_id)
        if job.given.get("remove") and not job.is_open:
            with suppress(OSError):
                Uploads(self.home).remove(str(job.given.get("upload", "")))


def _unknown(task: Task) -> tuple[str, dict[str, Any]]:
    raise LegationError(
        f"nobody here can do {task.job.kind!r}", hint="it was asked for by another version"
    )


def place_of(home: "Home") -> str:
    """Name where a home's files are; a home with a database of its own is one place, moved or not.

    Where many desks share a database, each does only the jobs whose files it has.
    """
    if not home.settings.database:
        return ""
    return f"{platform.node()}:{home.folder.resolve()}"


def lock_of(home: "Home") -> Path:
    """Return the file whose lock its one runner holds."""
    return home.folder / "jobs.lock"
