"""The front door: one command, one answer, one exit code.

What goes wrong on purpose is said in two lines, error and hint. What goes wrong by a
fault of the program is one line and exit code 70; the places in the code are kept in
a file, without the messages, which could hold a stranger's words. The version is
answered before anything is loaded.
"""

import errno
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Final, NoReturn, final

from legation import __version__
from legation.errors import LegationError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from legation.app.home import Home
    from legation.app.library import Library
    from legation.app.scope import Scope
    from legation.app.sheets.sheet import Sheet
    from legation.cli.doors import Doors, Opening, SharingOpening, WitnessOpening
    from legation.store.opening import Store
    from legation.store.people import Person

_BUG: Final = 70
_INTERRUPTED: Final = 130
_CLOSED_PIPE: Final = 141
_SIGNALLED: Final = 128
_OF_THE_SYSTEM: Final[tuple[tuple[type[OSError], int, str], ...]] = (
    (FileNotFoundError, 3, "check the path"),
    (PermissionError, 4, "check who may read and write there"),
    (IsADirectoryError, 2, "name a file, not a folder"),
    (NotADirectoryError, 2, "a part of the path is no folder"),
    (OSError, 75, "see whether the disk is full or gone, then try again"),
)
# Of a path that no folder or disk can mend: it leads back to itself, or is too long.
_OF_THE_PATH: Final = frozenset({errno.ELOOP, errno.ENAMETOOLONG})


@final
class Told:
    """The signal that told the program to end.

    A query that a signal meets ends with a fault of its own in place of what was raised, so
    the signal is remembered.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._signal = 0
        self._last_words = ""

    def will_say(self, words: str) -> None:
        """Keep what is said when a signal ends what is being done now; empty for nothing."""
        self._last_words = words

    def part(self, ended: KeyboardInterrupt | SystemExit) -> int:
        """Say what stands when a signal has ended the program; return its exit code."""
        from legation.cli.words import tell

        if self._last_words:
            tell(self._last_words)
        if isinstance(ended, SystemExit):
            raise ended
        return _INTERRUPTED

    def __call__(self, told: int, _: "FrameType | None") -> NoReturn:
        """End by a signal, with what every block has to do at its end."""
        self._signal = told
        self.end()
        raise KeyboardInterrupt

    def end(self) -> None:
        """End the program, when a signal has told it to."""
        if self._signal == signal.SIGINT:
            raise KeyboardInterrupt
        if self._signal:
            sys.exit(_SIGNALLED + self._signal)


def main() -> None:
    """Run the command that was typed and end with its exit code."""
    # As with Ctrl-C: what a command holds in clear is put away before it ends.
    told = Told()
    for sign in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(sign) is signal.SIG_DFL:  # nohup has the second one ignored
            signal.signal(sign, told)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, told)
    sys.exit(run(sys.argv[1:], told))


def run(argv: Sequence[str], told: Told | None = None) -> int:
    """Run one command line and return its exit code."""
    told = told or Told()
    if list(argv) == ["--version"]:
        sys.stdout.write(f"legation {__version__}\n")
        return 0
    try:
        code = _command(argv, told)
        sys.stdout.flush()
    except (KeyboardInterrupt, SystemExit) as ended:
        code = told.part(ended)
    except BrokenPipeError:
        # The reader of our output has gone; what is left must not be written at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _CLOSED_PIPE
    except Exception as fault:  # noqa: BLE001 - the door: nobody is shown a traceback
        code = _told_why(fault, told)
    return code


def _told_why(fault: Exception, told: Told) -> int:
    from legation.cli.words import complain, tell

    try:
        told.end()
    except (KeyboardInterrupt, SystemExit) as ended:
        return told.part(ended)
    message, hint, code = _explained(fault)
    draft = getattr(fault, "draft", "")
    complain(message, hint.removesuffix(draft))
    if draft:
        tell(f"\n{draft}")
    return code


def _explained(fault: Exception) -> tuple[str, str, int]:
    """Return what went wrong, what the reader can do, and the exit code."""
    from legation.store.faults import lacking

    fault = lacking(fault) or fault
    if isinstance(fault, LegationError):
        return str(fault), fault.hint, fault.exit_code
    if isinstance(fault, OSError):
        code, hint = next((c, h) for kind, c, h in _OF_THE_SYSTEM if isinstance(fault, kind))
        if fault.errno in _OF_THE_PATH:
            code, hint = UsageError.exit_code, "check the path, and where its links lead"
        place = f"{fault.filename}: " if fault.filename else ""
        return f"{place}{fault.strerror or type(fault).__name__}", hint, code
    return (
        f"a fault of the program ({type(fault).__name__})",
        f"nothing you did; please report the file {_keep(fault)}",
        _BUG,
    )


def _command(argv: Sequence[str], told: Told) -> int:
    from legation.cli.program import run as run_command

    return run_command(argv, _doors(told))


def _doors(told: Told) -> "Doors":
    from legation.cli.doors import Doors

    return Doors(
        now=_now,
        open_desk=_open_desk,
        ask_secret=_ask_secret,
        write_paper=_write_paper,
        write_sheet=_write_sheet,
        count_list=_count_list,
        end_when_told=told.end,
        say_when_ended=told.will_say,
        serve_taxii=_serve_taxii,
        serve_witness=_serve_witness,
        set_statement=_set_statement,
    )


def _ask_secret(question: str) -> str:
    """Ask at the terminal; where there is none, nothing is read that would be echoed."""
    from getpass import GetPassWarning, getpass

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)
            return getpass(question)
    except (EOFError, GetPassWarning) as unasked:
        raise UsageError(
            "the keys need a passphrase, and there is no terminal to ask at",
            hint="run it from a terminal, or name a file: --passphrase-file FILE",
        ) from unasked


def _open_desk(desk: "Opening", announce: "Callable[[str], object]") -> None:
    from contextlib import ExitStack

    from legation.app.access.entering import demonstration_guest
    from legation.app.jobs import Runner, StoredJobs
    from legation.app.sharing.serving import taxii_server
    from legation.app.waking import Waker
    from legation.app.work import works
    from legation.desk.counting import count_list
    from legation.desk.gate import Gate
    from legation.desk.graph_views import settling
    from legation.desk.provider import Provider
    from legation.desk.server import build_app, serve
    from legation.desk.stored import StoredReading
    from legation.desk.taxii_door import TaxiiDoor
    from legation.desk.working import DeskWork

    gate = Gate(
        desk.entrance,
        guest=None if desk.entrance else demonstration_guest(),
        binding=desk.binding,
        now=_now,
    )
    here = desk.work
    work = here and DeskWork(
        here.home, here.store, StoredJobs(here.home, here.store), here.protection
    )
    app = build_app(
        StoredReading(desk.library, desk.libraries),
        banner=desk.banner,
        gate=gate,
        work=work,
        provider=desk.provider and Provider(desk.provider, _now),
        language=desk.language,
    )
    with ExitStack() as at_work:
        if here:
            partners = taxii_server(here.store, _now)
            at_work.callback(partners.end)
            app.asgi_handler = TaxiiDoor(partners, app.asgi_handler)
            at_work.enter_context(Runner(here.home, here.protection, works() | settling()))
            at_work.enter_context(Waker(here.home, count_list))
        serve(app, desk.binding, announce=announce)


def _serve_taxii(opening: "SharingOpening", announce: "Callable[[str], object]") -> None:
    from legation.desk.taxii_server import serve_taxii

    serve_taxii(opening.server, opening.binding, authority=opening.authority, announce=announce)


def _serve_witness(opening: "WitnessOpening", announce: "Callable[[str], object]") -> None:
    from legation.desk.witness_server import serve_witness

    serve_witness(opening.witness, opening.binding, announce)


def _now() -> datetime:
    return datetime.now(UTC)


def _count_list(home: "Home", store: "Store", person: "Person", address: str) -> tuple[str, ...]:
    from legation.desk.counting import count_list

    return count_list(home, store, person, address)


def _write_paper(library: "Library", campaign_id: str, kind: str) -> bytes:
    from legation.desk.brief import campaign_brief
    from legation.desk.paper import write_paper
    from legation.desk.rendering import Pages
    from legation.desk.stored import StoredReading

    reading = StoredReading(library)
    pages = Pages(banner=None, kinds=reading.kinds())
    return write_paper(reading, pages, campaign_brief(reading, campaign_id), kind).content


def _write_sheet(scope: "Scope", sheet: "Sheet") -> bytes:
    from legation.app.knowledge.packs import Knowledge
    from legation.desk.rendering import Pages
    from legation.desk.sheet_papers import begin_sheet

    pages = Pages(banner=None, kinds=())
    return begin_sheet(scope, pages, sheet, named=Knowledge(scope).names()).set().content


def _set_statement(text: str, contents: bytes, name: str) -> bytes:
    from legation.desk.statement_papers import set_statement

    return set_statement(text, contents, name)


def _keep(bug: BaseException) -> Path:
    """Write the places where a fault went through, without the words of its messages."""
    lines: list[str] = []
    fault: BaseException | None = bug
    while fault is not None:
        lines.append(type(fault).__name__)
        lines += [
            f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(fault.__traceback__)
        ]
        fault = fault.__cause__ or fault.__context__
    text = "\n".join([f"legation {__version__}", *lines]) + "\n"
    # A new file under a name that nobody can foresee: whoever else may write there set no trap.
    number, name = mkstemp(prefix=f"legation-fault-{os.getpid()}-", suffix=".txt")
    with os.fdopen(number, "w", encoding="utf-8") as stream:
        stream.write(text)
    return Path(name)


if __name__ == "__main__":
    main()
