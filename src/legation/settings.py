"""All settings: one TOML file and `LEGATION_*`, read once into one frozen object.

Only this module reads environment variables. An unknown key is an error that
names the nearest known one. A variable wins over the file.
"""

import difflib
import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from legation.errors import BadInputError, UsageError

PREFIX = "LEGATION_"
# DuckDB's notation for an amount of memory; more than 9,999 TB is no machine of ours.
_MEMORY = r"^[1-9][0-9]{0,3}(\.[0-9]{1,3})? ?([KMGT]i?B|%)$"
# Variables of the test suite and the Makefile, not settings of the program.
_FOREIGN = ("LEGATION_TEST_", "LEGATION_NO_SKIP", "LEGATION_CONFIG", "LEGATION_PEERS")
_LARGEST_FILE = 1024 * 1024
_LISTS = frozenset(
    {
        "ladder",
        "compartments",
        "reader_compartments",
        "reader_roles",
        "sms_command",
        "webhook_hosts",
    }
)


TlpName = Literal["clear", "green", "amber", "amber+strict", "red"]
PapName = Literal["clear", "green", "amber", "red"]
WakeGrade = Literal["high", "moderate", "low", "never"]
# A host and its port, as the settings name the places that the desk may connect to.
_PLACE = r"^(([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5})?\Z"
_HOST = r"^[a-z0-9.-]+(:[0-9]{1,5})?\Z"
# Names of rungs, compartments and parties: they stand in objects, tables and policies alike.
LabelName = Annotated[str, msgspec.Meta(pattern=r"^\w[\w .:/+-]{0,59}\Z")]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person may set.

    Attributes:
        home: Folder of the store, the lake and the keys.
        database: SQLAlchemy address of the object store; empty means SQLite in `home`.
        memory_limit: Ceiling for DuckDB, in its own notation (`1GB`).
        threads: Threads that DuckDB may use.
        retention_days: How long the clear form of account names is kept.
        desk_port: Port of the desk on loopback; 0 takes a free one.
        desk_name: Host name under which others reach the desk over TLS, with the port where it
            is not 443; empty means this machine only.
        default_tlp: Level under which findings are kept and leave.
        import_folder: Folder whose files the desk offers for import; empty means none.
        upload_mb: Largest file that the desk takes in, in megabytes.
        unpacked_mb: Largest size of a packed file once it is unpacked, in megabytes.
        evidence_mb: Largest file that is kept as evidence, in megabytes.
        evidence_days: How long captured files and their texts are kept.
        evidence_fetch: Whether `legation evidence capture` may fetch an address from the web.
        ladder: National classifications, the lowest first.
        compartments: All compartments that objects may be put into.
        reader_tlp: Highest TLP level that the reader on this machine may know.
        reader_pap: Highest PAP level likewise.
        person_tlp: Highest TLP level that a person may know to whom nobody gave a clearance.
        person_pap: Highest PAP level likewise.
        reader_level: Highest rung of the ladder likewise; empty means none.
        reader_compartments: Compartments that this reader holds.
        reader_party: Party of this reader, for objects that are releasable to some only.
        reader_roles: What this reader is, for the policies.
        language: Of the desk's pages, where neither person nor browser says which.
        policies: File of Cedar policies in place of the shipped ones; empty means those.
        state: Code of the state or organisation that the desk serves (ISO 3166-1 alpha-2);
            empty: nobody said.
        casework: Folder with the ministry's own `policy.toml` for answers, and folders `regimes`
            and `playbooks` of TOML files; empty means what ships alone.
        oidc_issuer: Identity provider that may let people in, exactly as its tokens name it;
            empty means none.
        oidc_client_id: The desk, as that provider knows it.
        oidc_secret_file: File that holds the desk's secret at the provider; empty: it has none.
        oidc_groups: Mapping file from the provider's groups to roles; empty: nobody is admitted
            who is not tied by `legation admin tie`.
        tested_days: Days after which a test, drill or case no longer lifts a safeguard to tested.
        duty_lead: Who is woken when the duty does not answer, by name or id; empty means nobody.
        wake_minutes: How long a call waits for an answer before the next way is tried.
        wake_grade: Least grade at which a campaign, new or risen, wakes the duty.
        mail_server: Host and port of the mail server; empty means no mail.
        mail_security: `starttls`, or `tls` from the first byte; without TLS nothing is sent.
        mail_from: Address that mail comes from.
        mail_user: Name at the mail server; empty means none is asked for.
        mail_password_file: File whose first line is the password there.
        mail_ca: File of certificates (PEM) to trust there; empty means the system's.
        webhook_hosts: Hosts, with the port where it is not 443, that a webhook may be at.
        webhook_key_file: File whose first line is the key that signs webhooks.
        webhook_ca: File of certificates (PEM) to trust there; empty means the system's.
        sms_command: Program that sends a text message, with its words; `{to}` is the number.
    """

    home: Path = Path("~/.legation")
    database: str = ""
    memory_limit: Annotated[str, msgspec.Meta(pattern=_MEMORY)] = "1GB"
    threads: Annotated[int, msgspec.Meta(ge=1, le=1024)] = 2
    retention_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = 365
    desk_port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 8321
    desk_name: str = ""
    default_tlp: TlpName = "amber"
    import_folder: str = ""
    upload_mb: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1024
    unpacked_mb: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 16_384
    evidence_mb: Annotated[int, msgspec.Meta(ge=1, le=2_000)] = 64
    evidence_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = 1825
    evidence_fetch: bool = False
    ladder: tuple[LabelName, ...] = ()
    compartments: tuple[LabelName, ...] = ()
    reader_tlp: TlpName = "red"
    reader_pap: PapName = "red"
    person_tlp: TlpName = "green"
    person_pap: PapName = "green"
    reader_level: LabelName | Literal[""] = ""
    reader_compartments: tuple[LabelName, ...] = ()
    reader_party: LabelName | Literal[""] = ""
    reader_roles: tuple[LabelName, ...] = ("analyst", "security officer")
    language: Literal["en", "fr", "ar"] = "en"
    policies: str = ""
    state: str = ""
    casework: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_secret_file: str = ""
    oidc_groups: str = ""
    tested_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 365
    duty_lead: str = ""
    wake_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 10
    wake_grade: WakeGrade = "high"
    mail_server: Annotated[str, msgspec.Meta(pattern=_PLACE)] = ""
    mail_security: Literal["starttls", "tls"] = "starttls"
    mail_from: str = ""
    mail_user: str = ""
    mail_password_file: str = ""
    mail_ca: str = ""
    webhook_hosts: tuple[Annotated[str, msgspec.Meta(pattern=_HOST)], ...] = ()
    webhook_key_file: str = ""
    webhook_ca: str = ""
    sms_command: tuple[str, ...] = ()

    def database_url(self) -> str:
        """Return the address of the object store."""
        home = at_home(self.home, "the home")
        return self.database or f"sqlite:///{home / 'objects.sqlite'}"


def read_settings(
    file: Path | None = None, environ: Mapping[str, str] | None = None, **given: Any
) -> Settings:
    """Read the settings.

    Args:
        file: A TOML file; `LEGATION_CONFIG` names it when None.
        environ: Environment to read; the process's own when None.
        given: Values from the command line, which win over all else; None is ignored.

    Raises:
        UsageError: A key is unknown or a value does not fit.
        BadInputError: The file is not TOML.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    path = file or (Path(environ["LEGATION_CONFIG"]) if "LEGATION_CONFIG" in environ else None)
    if path is not None:
        try:
            values |= tomllib.loads(_read(path))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as bad:
            raise BadInputError(str(bad), place=str(path), hint="the file must be TOML") from bad
    values |= {
        key[len(PREFIX) :].lower(): text
        for key, text in environ.items()
        if key.startswith(PREFIX) and not key.startswith(_FOREIGN)
    }
    values |= {key: value for key, value in given.items() if value is not None}
    _refuse_unknown(values)
    values |= {key: _listed(values[key]) for key in _LISTS & values.keys()}
    try:
        return msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as bad:
        raise UsageError(
            f"a setting does not fit: {bad}", hint="see docs/reference/settings.md"
        ) from bad


def _read(path: Path) -> str:
    """Return the text of a settings file; a pipe, a device or a film would never end."""
    place = at_home(path, "the settings file")
    try:
        handle = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as gone:
        raise UsageError(f"no settings file at {path}", hint="check the path") from gone
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UsageError(
            f"{path} is no file of settings", hint="name a TOML file, no folder, pipe or device"
        )
    with open(handle, "rb") as file:  # noqa: PTH123 (a handle, whose kind was looked at first)
        content = file.read(_LARGEST_FILE + 1)
    if len(content) > _LARGEST_FILE:
        raise UsageError(
            f"{path} is larger than a file of settings can be ({_LARGEST_FILE:,} bytes)",
            hint="check the path: LEGATION_CONFIG names a TOML file",
        )
    return content.decode("utf-8")


def at_home(path: Path, what: str) -> Path:
    """Return a path with `~` and `~person` as folders of this machine.

    Raises:
        UsageError: There is nobody of that name.
    """
    try:
        return path.expanduser()
    except RuntimeError as nobody:
        raise UsageError(
            f"{what} is {path}, and this machine knows no home folder for it",
            hint="write the whole path, such as /srv/legation",
        ) from nobody


def _listed(value: Any) -> Any:
    """Read names that stand in one text, with commas between, as a variable gives them."""
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return value


def _path(kind: type, value: Any) -> Any:
    """Read what msgspec does not know: a folder, as text or as a path."""
    if kind is Path and isinstance(value, str | Path):
        return Path(value)
    raise ValueError(f"expected {kind.__name__.lower()}, got {type(value).__name__}")


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    known = Settings.__struct_fields__
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
            raise UsageError(f"unknown setting {key!r}", hint=f"did you mean {near[0]!r}?")
