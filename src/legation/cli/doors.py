"""What every command is handed, and the options that many commands share.

A command gets its clock, its way to ask for a secret and its way to open the desk from
the front door. So no command reads the machine by itself, and the command line stays
beside the desk, not above it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, final

from cyclopts import Parameter

from legation.errors import BadInputError, UsageError
from legation.settings import Settings, read_settings

if TYPE_CHECKING:
    from legation.app.access.admission import Client
    from legation.app.access.entering import Entrance
    from legation.app.binding import Binding
    from legation.app.digests import Count
    from legation.app.home import Home
    from legation.app.libraries import Libraries
    from legation.app.library import Library
    from legation.app.scope import Scope
    from legation.app.sheets.sheet import Sheet
    from legation.crypto.key_files import Protection
    from legation.rights.vault import Vault
    from legation.safeguards.sharing.taxii.server import TaxiiServer
    from legation.safeguards.statements.witness import StatementWitness
    from legation.store.opening import Store

ServeTaxii = Callable[["SharingOpening", Callable[[str], object]], None]
ServeWitness = Callable[["WitnessOpening", Callable[[str], object]], None]
OpenDesk = Callable[["Opening", Callable[[str], object]], None]
WritePaper = Callable[["Library", str, str], bytes]
WriteSheet = Callable[["Scope", "Sheet"], bytes]
SetStatement = Callable[[str, bytes, str], bytes]
HomeFolder = Annotated[
    Path | None, Parameter("--home", help="Folder of the store. [default: ~/.legation]")
]
PassphraseFile = Annotated[
    Path | None,
    Parameter("--passphrase-file", help="File whose first line is the passphrase of the keys."),
]
AsJson = Annotated[bool, Parameter("--json", help="Write the answer as JSON.")]
MappingFile = Annotated[
    Path | None, Parameter("--mapping", help="Mapping file (TOML) that says how to read them.")
]
PresetName = Annotated[
    str, Parameter("--preset", help="Name of the export's kind; it is recognised without.")
]
Zone = Annotated[
    str, Parameter("--zone", help="Zone of times that state none, such as UTC or Europe/Paris.")
]
PlatformName = Annotated[
    str,
    Parameter(
        "--platform", help="Platform of all posts, such as twitter, where no column says it."
    ),
]
Shorteners = Annotated[
    Path | None, Parameter("--shorteners", help="Table of short links: CSV with short, long.")
]
KnownFile = Annotated[
    Path | None,
    Parameter(
        "--known",
        help="Your list of benign look-alikes: CSV with account_id, kind, rule, source.",
    ),
]


@final
@dataclass(frozen=True, kw_only=True)
class DeskHome:
    """The home in which a desk may change something.

    Attributes:
        home: The home.
        store: Its open store.
        protection: What opens its keys; None when nobody gave it: then nothing is taken in.
    """

    home: "Home"
    store: "Store"
    protection: "Protection | None"


@final
@dataclass(frozen=True, kw_only=True)
class Opening:
    """A desk to open.

    Attributes:
        library: What it shows where nobody is signed in.
        banner: What stands on top of every page; None for nothing.
        binding: Where it listens, and under which name.
        entrance: Its people; None for a demonstration, which asks for no log-in.
        libraries: What it shows to each person; None for a demonstration.
        work: Where it imports and does jobs; None for a desk without these rooms.
        provider: The identity provider that may let people in; None for none.
        language: Of its pages, where neither person nor browser says which.
    """

    library: "Library"
    banner: str | None
    binding: "Binding"
    entrance: "Entrance | None"
    libraries: "Libraries | None" = None
    work: DeskHome | None = None
    provider: "Client | None" = None
    language: str = "en"


@final
@dataclass(frozen=True, kw_only=True)
class SharingOpening:
    """A TAXII server to open.

    Attributes:
        server: Answers partners.
        binding: Where it listens.
        authority: Certificates of who signs those of partners; None: none are asked for.
    """

    server: "TaxiiServer"
    binding: "Binding"
    authority: Path | None = None


@final
@dataclass(frozen=True, kw_only=True)
class WitnessOpening:
    """A witness to open.

    Attributes:
        witness: Answers logs.
        binding: Where it listens.
    """

    witness: "StatementWitness"
    binding: "Binding"


def _cannot_witness(_: WitnessOpening, __: Callable[[str], object]) -> None:
    raise UsageError("this front door serves no logs", hint="run legation statement witness serve")


def _cannot_serve(_: SharingOpening, __: Callable[[str], object]) -> None:
    raise UsageError("this front door serves no partners", hint="run legation share serve")


def _cannot_set(_: str, __: bytes, ___: str) -> bytes:
    raise UsageError("this front door sets no papers", hint="run legation statement carrier pdf")


@final
@dataclass(frozen=True, kw_only=True)
class Doors:
    """What the front door lends to a command.

    Attributes:
        now: The clock.
        open_desk: Shows a desk until it is told to stop: the desk, and what is told the address.
        ask_secret: Asks the person at the terminal.
        write_paper: Writes a campaign's brief: library, campaign's id, `pdf` or `docx`.
        write_sheet: Writes a sheet of the balance or of what is known as a paper.
        end_when_told: Ends the program when a signal has told it to, for who holds what was
            raised: a library may have made a fault of its own of it.
        say_when_ended: Is told what to say when a signal ends what is being done now.
        count_list: Counts what an address lists for somebody; None: no digest is sent.
        serve_taxii: Serves partners until it is told to stop: the server, and what is told the
            address.
        serve_witness: Serves logs until it is told to stop: the witness, and what is told the
            address.
        set_statement: Sets a page as PDF: the page, what is attached, the attachment's name.
    """

    now: Callable[[], datetime]
    open_desk: OpenDesk
    ask_secret: Callable[[str], str]
    write_paper: WritePaper
    write_sheet: WriteSheet
    end_when_told: Callable[[], None] = lambda: None
    say_when_ended: Callable[[str], None] = lambda _: None
    count_list: "Count | None" = None
    serve_taxii: ServeTaxii = _cannot_serve
    serve_witness: ServeWitness = _cannot_witness
    set_statement: SetStatement = _cannot_set

    def settings(self, home: Path | None) -> Settings:
        """Read the settings; a home given on the command line wins."""
        return read_settings(home=home)

    def home(self, folder: Path | None) -> "Home":
        """Return the home that the settings name."""
        from legation.app.home import Home

        return Home(self.settings(folder), self.now)

    def protection(self, home: "Home", file: Path | None) -> "Protection":
        """Return what opens the home's keys: nothing, a file's first line, or an answer."""
        from legation.crypto.key_files import UNPROTECTED

        if file is None and not home.keys_are_protected():
            return UNPROTECTED
        return self.passphrase(file, "Passphrase of the keys: ")

    def vault_at_hand(self, home: "Home", file: Path | None) -> "Vault | None":
        """Return what opens personal names, where nobody needs to be asked for a passphrase."""
        from legation.app.persons import vault_of

        if file is None and home.keys_are_protected():
            return None
        return vault_of(home.keys(self.protection(home, file)))

    def passphrase(self, file: Path | None, question: str) -> "Protection":
        """Return a passphrase from a file's first line, or asked for."""
        from legation.crypto.key_files import Passphrase

        if file is None:
            return Passphrase(self.ask_secret(question))
        return Passphrase(first_line(file))

    def opening(self, file: Path | None, question: str) -> "Protection":
        """Return a passphrase that opens a key which is there, as `passphrase` gets it."""
        from legation.crypto.locked_files import spoken

        return spoken(self.ask_secret(question) if file is None else first_line(file))


def first_line(file: Path) -> str:
    """Return the first line of a file that holds a secret.

    Raises:
        BadInputError: It is no text in UTF-8.
    """
    try:
        with file.open(encoding="utf-8") as stream:
            return stream.readline().rstrip("\r\n")
    except UnicodeDecodeError as bad:
        raise BadInputError(
            "it is no text in UTF-8", place=file.name, hint="save the secret as UTF-8"
        ) from bad


def refuse_outside(option: str, value: float, least: float, most: float) -> None:
    """Refuse a number outside of its range; what is no number, such as nan, is outside too.

    Raises:
        UsageError: It is outside.
    """
    if not least <= value <= most:
        raise UsageError(
            f"{option} {value} is out of range",
            hint=f"give a number from {_plainly(least)} to {_plainly(most)}",
        )


def _plainly(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


Lent = Annotated[Doors, Parameter(parse=False)]
