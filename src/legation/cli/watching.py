"""`legation watch`: continuous intake, and detection over what is new."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, final

from cyclopts import Parameter

from legation.cli.doors import (
    Doors,
    HomeFolder,
    KnownFile,
    Lent,
    MappingFile,
    PassphraseFile,
    PlatformName,
    PresetName,
    Shorteners,
    Zone,
    refuse_outside,
)
from legation.cli.words import answer, complain, counted, tell, typed
from legation.errors import BadInputError, LegationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from legation.app.home import Home
    from legation.app.importing import Intakes, Reading, Taken
    from legation.crypto.key_files import Protection
    from legation.store.opening import Store
    from legation.threats.disinformation.findings import Report

_DAY_S: Final = 86_400
_ACTOR: Final = "command line"


def watch(
    *,
    folder: Annotated[Path | None, Parameter(help="Folder into which exports are put.")] = None,
    once: Annotated[bool, Parameter(help="Do one round and end.")] = False,
    every: Annotated[float, Parameter(help="Seconds between two rounds. [default: 5]")] = 5.0,
    mapping: MappingFile = None,
    preset: PresetName = "",
    zone: Zone = "",
    platform: PlatformName = "",
    shorteners: Shorteners = None,
    known: KnownFile = None,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Take in what comes, and look for campaigns in what is new.

    Goes on until Ctrl-C. A file is taken once it has stood still for a round. With --once the
    command ends with 65 when a file could not be taken in, whatever became of the others.
    On each round, personal data whose retention has ended is deleted or erased, and whoever waits
    to be woken is: see legation duty.
    """
    from legation.app.handing import Handing
    from legation.app.heads import sign_if_due
    from legation.app.importing import Intakes
    from legation.app.known import known_in
    from legation.app.waking import Waker
    from legation.app.watching import look, nothing_to_look_at
    from legation.cli.importing import reading_of, said
    from legation.watch import Watch

    refuse_outside("--every", every, 0, _DAY_S)
    place = doors.home(home)
    reading = reading_of(mapping, preset, zone, shorteners, platform)
    protection = doors.protection(place, passphrase_file)
    listed = known_in(place, known, protection) if known else None
    came: list[Path] = []
    failed: list[Path] = []
    with place.store() as store:
        intakes = Intakes(place, store, protection)
        waker, copies = Waker(place, doors.count_list), _Copies(place, store, protection)
        handing = Handing(place, store, protection)

        def looked() -> None:
            # A signal that met a library's own callback was swallowed there.
            doors.end_when_told()
            _expire(place, store, intakes)
            report = _looked(
                doors,
                lambda: look(place, store, known=handing.known(listed), beside=handing.beside()),
            )
            copies.round()
            if sign_if_due(place, store, protection, actor="watch"):
                command = typed("legation audit head", home)
                tell(f"The head of the audit trail is signed for today; print it: {command}")
            if report is None and once:
                tell(nothing_to_look_at(store))
            if report is not None:
                say_found(report)
                _say_near(place, store, report)
            waker.round(store)

        def take(file: Path) -> None:
            came.append(file)
            answer(said(_taken(doors, intakes, file, reading)))

        def refuse(file: Path, fault: Exception) -> None:
            doors.end_when_told()
            doors.say_when_ended("")
            failed.append(file)
            _refuse(file, fault)

        watching = Watch(
            folder=folder,
            take=take,
            look=looked,
            refuse=refuse,
            wait=lambda: time.sleep(every),
        )
        if once:
            watching.once()
            if folder is not None and not came:
                tell(f"No file to take in: {folder}")
        else:
            tell(f"Watching {folder or 'the store'} every {every:g} s; Ctrl-C ends.")
            watching.forever()
    return BadInputError.exit_code if failed else 0


@final
class _Copies:
    """Looks for altered copies of statements on each round; a fault is said once."""

    def __init__(self, place: "Home", store: "Store", protection: "Protection") -> None:
        self._place, self._store, self._protection = place, store, protection
        from legation.app.statements.shelf import Shelf

        self._shelf, self._refused = Shelf(place.folder, place.now), ""

    def round(self) -> None:
        from legation.app.watching import look_for_copies

        number = look_for_copies(
            self._place, self._store, self._shelf, self._protection, self._refuse
        )
        if number:
            said = "altered copy" if number == 1 else "altered copies"
            tell(f"{number:,} {said} of statements found; the desk lists them: Statements, Copies")

    def _refuse(self, fault: LegationError) -> None:
        if str(fault) != self._refused:
            self._refused = str(fault)
            complain(f"statements are not looked for in posts: {fault}", fault.hint)


def _taken(doors: Doors, intakes: "Intakes", file: Path, reading: "Reading") -> "Taken":
    """Take in a file; who ends the watch meanwhile is told what stands."""
    doors.say_when_ended(
        f"{file}: broken off. What came in is kept; to go on from there, run the same watch again."
    )
    taken = intakes.take(file, reading)
    doors.say_when_ended("")
    return taken


def _looked(doors: Doors, look: "Callable[[], Report | None]") -> "Report | None":
    """Look for campaigns; who ends the watch meanwhile is told what stands."""
    doors.say_when_ended(
        "Broken off in a look for campaigns. What came in is kept; the next watch looks at it."
    )
    report = look()
    doors.say_when_ended("")
    return report


def _expire(place: "Home", store: "Store", intakes: "Intakes") -> None:
    """Delete what may be kept no longer, and say how much it was."""
    from legation.app.retention import end_terms

    ended = end_terms(place, store)
    if ended.names:
        intakes.forget()
        tell(f"{counted(ended.names, 'name')} deleted: their retention has ended")
    if ended.files:
        tell(f"{counted(ended.files, 'captured file')} deleted: their term has ended")
    if ended.persons:
        tell(f"{counted(ended.persons, 'personal record')} erased: their retention has ended")


def say_found(report: "Report") -> None:
    """Say what a look found, in the order of every list."""
    from legation.app.listing import in_order
    from legation.cli.campaign_words import lines, unsaid

    found = counted(len(report.campaigns), "campaign")
    tell(f"{counted(report.run.posts, 'post')} looked at: {found}")
    if report.run.coarse_posts:
        tell(f"{report.run.coarse_posts:,} of them are timed too coarsely to compare")
    if report.campaigns:
        answer(lines(tuple(in_order(report.campaigns))))
    else:
        answer("\n".join(unsaid(report.run)))


def _say_near(place: "Home", store: "Store", report: "Report") -> None:
    """Say which campaigns were active while watch was raised, for which talks, until when."""
    from legation.app.handing import calendar_of
    from legation.app.listing import in_order
    from legation.cli.campaign_words import near_in_words

    near = calendar_of(place.library(store, _ACTOR).scope())
    for campaign in in_order(report.campaigns):
        for one in near(campaign):
            tell(f"{campaign.campaign_id}: {near_in_words(one)}")


def _refuse(file: Path, fault: Exception) -> None:
    from legation.store.faults import lacking

    told = lacking(fault) or fault
    if isinstance(told, LegationError):
        named = str(told) if str(file) in str(told) else f"{file}: {told}"
        complain(named, told.hint)
    else:
        tell(f"legation: error: {file}: not taken in ({type(fault).__name__})")
