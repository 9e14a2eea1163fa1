"""What the desk may change: files on their way in, mappings, jobs.

As `stored` answers the pages that only show, this answers the rooms Import and Jobs. A job that
is somebody else's, or tells of what they may not know, is not there for them.
"""

import csv
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, final

import msgspec

from legation.app import mappings, work
from legation.app.deciding import Deciding
from legation.app.evidence.forms import KeptPost
from legation.app.evidence.room import Room
from legation.app.import_record import leaning_on, standing
from legation.app.importing import Reading
from legation.app.jobs import Jobs
from legation.app.libraries import Libraries, reader_of
from legation.app.persons import vault_at_hand
from legation.app.statements.shelf import Shelf
from legation.app.uploads import Receiving, Upload, Uploads
from legation.desk.reading import Download
from legation.desk.streams import Progress, progress_of
from legation.desk.waking import DeskWaking
from legation.errors import BadInputError, ConflictError, NotFoundError, UsageError
from legation.formats.marked import mark, marking_of
from legation.stix.labels import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from legation.app.access.entering import Guest
    from legation.app.home import Home
    from legation.app.library import Library
    from legation.app.names import Opened
    from legation.app.scope import Scope
    from legation.crypto.key_files import Protection
    from legation.crypto.keys import KeySet
    from legation.rights.clearance import Clearance
    from legation.rights.sealed_names import Look
    from legation.store.decisions import Request
    from legation.store.imports import Import
    from legation.store.jobs import Job, LogLine
    from legation.store.opening import Store

_PRESET, _SAVED = "preset", "saved"
_OTHERS = "job.others"
_FIRST_REJECTS, _CELLS = 10, 5
# Of what a dry run counts: the posts that could come in, or that are there.
_GOOD = ("rows", "repeated", "edits")
SETTLE, LAYOUTS = "layout", "layouts"
_RECENT = 20


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """How a person wants a file to be read."""

    mapping: str
    zone: str = ""
    platform: str = ""


@final
class DeskWork:
    """The changing half of the desk.

    Args:
        home: The home.
        store: Its open store, of the server's thread.
        jobs: Where long work is asked for.
        protection: What opens the home's keys; None when nobody gave it: then nothing is captured
            as evidence, and no name is opened.

    Attributes:
        deciding: The acts that need two people.
        shelf: The register of statements.
        at_hand: Gives what opens personal names; None where nobody gave what opens the keys.
    """

    def __init__(
        self,
        home: "Home",
        store: "Store",
        jobs: Jobs,
        protection: "Protection | None" = None,
    ) -> None:
        """Read nothing yet."""
        self.evidence = Room(home, store, protection)
        self.at_hand = partial(vault_at_hand, home, protection)
        self._home, self._store, self._jobs = home, store, jobs
        self.uploads = Uploads(home)
        self._libraries = Libraries(home, store)
        self.deciding = Deciding(store, home.rules(store), jobs, home.now)
        self.shelf = Shelf(home.folder, home.now)

    @property
    def waking(self) -> DeskWaking:
        """The rooms of notices and duty."""
        return DeskWaking(self._home, self._store)

    def receive(self, name: str, by: str) -> Receiving:
        """Begin to take in a file that a person sends."""
        return self.uploads.receive(name, by)

    def choose(self, name: str, by: str) -> Upload:
        """Name a file of the declared folder."""
        return self.uploads.choose(name, by)

    def upload(self, upload_id: str, by: str) -> Upload:
        """Return a file that this person sent."""
        return self.uploads.get(upload_id, by)

    def drop(self, upload_id: str, by: str) -> None:
        """Remove a file that this person sent, before any import."""
        self.uploads.get(upload_id, by)
        self.uploads.remove(upload_id)

    def seen(self, upload_id: str) -> mappings.FileSeen:
        """Look at the top of a file."""
        upload = self.uploads.get(upload_id)
        try:
            return mappings.look_at(Path(upload.path))
        except BadInputError as bad:
            # Where it stands on this machine is nobody's business at the other end of a page.
            told = str(bad).replace(upload.path, upload.name)
            raise BadInputError(told, place="", hint=bad.hint) from bad

    def saved(self) -> tuple[mappings.Saved, ...]:
        """Return the mappings that the home keeps."""
        return mappings.saved(self._mappings)

    def imports(self, *, limit: int = 50) -> "list[Import]":
        """Return what came in, the newest first."""
        return self._store.imports.newest("posts", limit=limit)

    def import_of(self, import_id: str) -> "Import":
        """Return one import."""
        return self._store.imports.get(import_id)

    def leaning_on(self, entry: "Import") -> tuple[str, ...]:
        """Return the files of later imports that have to be undone before this one."""
        return leaning_on(self._store, entry) if entry.state != "undone" else ()

    def standing(self, entry: "Import") -> int:
        """Return how many of its rows stand in the lake."""
        return standing(self._store, entry)

    def rehearse(self, upload_id: str, given: dict[str, str], *, actor: str) -> "Job":
        """Ask what an import would do; a mapping of the person's own is kept as a file.

        Raises:
            BadInputError: The mapping does not say enough.
            UsageError: The zone is not known, or nothing is chosen.
        """
        upload = self.uploads.get(upload_id, actor)
        if given.get("how") not in (_PRESET, _SAVED):
            mappings.require_zone(Path(upload.path), upload.name, given)
        chosen = self._choice(given)
        Reading(**msgspec.structs.asdict(chosen)).of([Path(upload.path)])
        asked = {"upload": upload_id, **msgspec.structs.asdict(chosen)}
        return self._jobs.submit(work.REHEARSE, f"Dry run of {upload.name}", asked, actor=actor)

    def jobs_of(self, guest: "Guest", *, before: int | None, limit: int) -> "list[Job]":
        """Return the jobs that somebody may see, the newest first."""
        actor = None if _OTHERS in guest.verbs else guest.person_id
        reader = self._clearance(guest)
        return self._jobs.find(actor=actor, before=before, limit=limit, reader=reader)

    def about(self, jobs: "Iterable[Job]") -> "dict[str, set[str]]":
        """Return the ids of the objects of which jobs tell, job by job."""
        return self._store.jobs.about([one.job_id for one in jobs])

    def told_in(self, requests: "Iterable[Request]") -> set[str]:
        """Return the ids of the objects of which requests for a second person tell."""
        about = self._store.decisions.about([one.request_id for one in requests])
        return set().union(*about.values())

    def scope(self, guest: "Guest") -> "Scope":
        """Return somebody before the store."""
        return self._libraries.of(guest).scope()

    def job(self, job_id: str, guest: "Guest") -> "Job":
        """Return a job that somebody may see.

        Raises:
            NotFoundError: For them there is none of that id.
        """
        found = self._jobs.get(job_id, self._clearance(guest))
        if found.actor != guest.person_id and _OTHERS not in guest.verbs:
            raise NotFoundError(f"no job {job_id!r:.70}", hint="run: legation job list")
        return found

    def progress(self, job_id: str, guest: "Guest") -> Progress:
        """Return how far a job is that somebody may see; see `job`."""
        found = self.job(job_id, guest)
        return progress_of(found, self.log(found))

    def log(self, job: "Job") -> "list[LogLine]":
        """Return what a job did."""
        return self._jobs.log(job.job_id)

    def take(self, job_id: str, guest: "Guest") -> "Job":
        """Ask for the import that a dry run has tried.

        Raises:
            ConflictError: It did not end well, found no post, or the file has left again.
        """
        tried = self.job(job_id, guest)
        if tried.kind != work.REHEARSE or tried.state != "done":
            raise ConflictError("this is no dry run that ended well", hint="begin with a dry run")
        if not any(tried.result.get(good) for good in _GOOD):
            raise ConflictError(
                "no post of this file can be read so: there is nothing to import",
                hint="read it another way",
            )
        asked = {**tried.given, "remove": True}
        if before := self._asked(guest, work.TAKE, asked):
            return before
        title = f"Import of {self.uploads.get(str(tried.given['upload'])).name}"
        return self._jobs.submit(work.TAKE, title, asked, actor=guest.person_id)

    def undo(self, import_id: str, typed: str, reason: str, guest: "Guest") -> "Job | Request":
        """Ask to take back an import: another person decides.

        A demonstration has no people; who sits before it has the machine, and it is done.

        Raises:
            UsageError: The person did not type the number that names it, or gives no reason.
            ConflictError: There is nothing to take back, or it was asked for already.
        """
        entry = self._store.imports.get(import_id)
        if typed.strip().lower() != import_id[:8]:
            raise UsageError(
                "the number that was typed is not that of this import",
                hint=f"type {import_id[:8]} to take it back",
            )
        title = f"Undo of {entry.name}"
        asked = {"import_id": import_id, "began": entry.started.isoformat()}
        if guest.by == "demonstration":
            return self._jobs.submit(work.UNDO, title, asked, actor=guest.person_id)
        if entry.state == "undone":
            raise ConflictError(f"this import is {entry.state}", hint="there is nothing to undo")
        return self.deciding.ask(work.UNDO, import_id, title, asked, guest=guest, reason=reason)

    def who_could_undo(self, guest: "Guest") -> list[str] | None:
        """Return the names of those who could decide on an undo; None in a demonstration."""
        if guest.by == "demonstration":
            return None
        return self.deciding.who_could(work.UNDO, guest.person_id, roster=guest.roster)

    def cancel(self, job_id: str, guest: "Guest") -> "Job":
        """Ask to end a job; what was sent for it goes with it when it had not begun."""
        self.job(job_id, guest)
        job = self._jobs.cancel(job_id, actor=guest.person_id)
        if not job.is_open and job.given.get("remove"):
            self.uploads.remove(str(job.given["upload"]))
        return job

    def watch(self, *, actor: str) -> "Job":
        """Ask to look for campaigns in what is new."""
        return self._jobs.submit(work.WATCH, "Look for campaigns", {}, actor=actor)

    @property
    def layouts(self) -> Path:
        """Return where networks that have settled are kept."""
        return self._home.folder / LAYOUTS

    def settle(self, campaign_id: str, opened: str, guest: "Guest") -> "Job":
        """Ask for a network to be settled; what somebody asks for twice is one job."""
        asked = {"campaign": campaign_id, "open": opened}
        if (before := self._asked(guest, SETTLE, asked)) and before.is_open:
            return before
        about = [self._libraries.of(guest).object_id(campaign_id)]
        return self._jobs.submit(
            SETTLE, "Places in a network", asked, actor=guest.person_id, about=about
        )

    def export(self, kind: str, guest: "Guest") -> "Job":
        """Ask for all campaigns as a file.

        Raises:
            DeniedError: They may not leave.
            StepUpError: One is above AMBER, and no passkey was shown just now.
        """
        library = self._libraries.of(guest)
        if (kept := library.latest()) is not None:
            library.require_export([one.campaign_id for one in kept.campaigns])
        asked = {"kind": kind}
        return self._jobs.submit(work.EXPORT, f"Export as {kind}", asked, actor=guest.person_id)

    def evidence_for(self, guest: "Guest", library: "Callable[[], Library]") -> Room:
        """Return the evidence as somebody reads it, whose campaigns `library` gives."""
        return self.evidence.read_by(reader_of(self._home, self._store, guest), library)

    def kept_posts(
        self, posts: "Sequence[tuple[str, str]]", guest: "Guest"
    ) -> "dict[tuple[str, str], KeptPost]":
        """Return which of these posts (account, post) are kept as evidence."""
        return self.evidence.kept_posts(posts, reader_of(self._home, self._store, guest))

    def verify_evidence(self, *, actor: str) -> "Job":
        """Ask to hash all captured files again."""
        return self._jobs.submit(work.VERIFY, "Check captured evidence", {}, actor=actor)

    def open_names(self, pseudonyms: "Sequence[str]", look: "Look") -> "list[Opened]":
        """Open clear names for a look, all or none; each is in the trail before.

        Raises:
            DeniedError: This desk was not given what opens its keys, or a last day is over.
            NotFoundError: No name is kept for one of them.
        """
        from legation.app.names import open_names

        return open_names(self._home, self._store, pseudonyms, look, self.protection())

    def protection(self) -> "Protection":
        """Return what opens the home's keys.

        Raises:
            DeniedError: This desk was not given it.
        """
        return self.evidence.keys()

    def keys(self) -> "KeySet":
        """Return the home's keys, opened by its protection; see `protection`."""
        return self._home.keys(self.protection())

    def rejects(self, job_id: str, guest: "Guest") -> Download:
        """Return the list of rows that a job rejected.

        Raises:
            NotFoundError: There is none, or it has been removed.
        """
        job = self.job(job_id, guest)
        path = Path(str(job.result.get("rejects", "")))
        if not job.result.get("rejects") or not path.is_file():
            raise NotFoundError("there is no list of rejected rows", hint="go back to the job")
        # What was refused has no object that a label could stand on: the desk's own holds.
        name, content = f"rejected-{job_id}.csv", path.read_bytes()
        made = Download(name=name, media_type="text/csv", content=content)
        return mark(made, marking_of(Label(tlp=self._home.marking)))

    def first_rejects(self, job: "Job") -> list[tuple[str, ...]]:
        """Return the first rows that a job rejected: file, line, column, reason, hint."""
        path = Path(str(job.result.get("rejects") or ""))
        if not job.result.get("rejects") or not path.is_file():
            return []
        with path.open(encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            next(rows, None)
            return [tuple(row) for row in islice(rows, _FIRST_REJECTS) if len(row) == _CELLS]

    def exported(self, job_id: str, guest: "Guest") -> tuple[str, str, bytes]:
        """Return the file that a job wrote: name, media type, content.

        Raises:
            NotFoundError: There is none, its day is over, or it may not be known any more.
            ConflictError: Its campaigns have other labels by now.
            DeniedError: They may not leave any more.
            StepUpError: One is above AMBER, and no passkey was shown just now.
        """
        job = self.job(job_id, guest)
        path = work.exports_of(self._home.folder) / job.job_id
        if job.kind != work.EXPORT or job.state != "done" or not path.is_file():
            raise NotFoundError("this file is not here any more", hint="ask for the export again")
        library = self._libraries.of(guest)
        if library.require_export(job.result["campaigns"]) != job.result["label"]:
            raise ConflictError(
                "the labels of these campaigns have changed", hint="ask for the export again"
            )
        return str(job.result["name"]), str(job.result["media_type"]), path.read_bytes()

    def _asked(self, guest: "Guest", kind: str, asked: object) -> "Job | None":
        """Return the job that was asked for just so, if it runs or has ended well."""
        every = self.jobs_of(guest, before=None, limit=_RECENT)
        same = [one for one in every if (one.kind, one.given) == (kind, asked)]
        return next((one for one in same if one.is_open or one.state == "done"), None)

    def _clearance(self, guest: "Guest") -> "Clearance":
        return reader_of(self._home, self._store, guest).clearance

    @property
    def _mappings(self) -> Path:
        return self._home.folder / "mappings"

    def _choice(self, given: dict[str, str]) -> Choice:
        said = {name: given.get(name, "").strip() for name in ("zone", "platform")}
        if given.get("how") == _PRESET:
            return Choice(mapping=given.get("preset", ""), **said)
        if given.get("how") == _SAVED:
            named = {one.name: one for one in self.saved()}
            if given.get("saved") not in named:
                raise UsageError("no saved mapping is chosen", hint="choose one of the list")
            return Choice(mapping=named[given["saved"]].path, **said)
        path = mappings.save(self._mappings, given.get("name", ""), given)
        return Choice(mapping=str(path.absolute()))
