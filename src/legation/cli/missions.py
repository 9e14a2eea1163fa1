"""`legation mission` and `event`: the registers of what is protected, and the talks ahead."""

from collections.abc import Callable
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile
from legation.cli.sheets import pour_out
from legation.cli.words import answer, answer_json, counted, table, tell, typed
from legation.errors import BadInputError, NotFoundError

if TYPE_CHECKING:
    from legation.app.balancing import Counted
    from legation.app.home import Home
    from legation.app.registers import Registers, TakenRows
    from legation.rights.vault import Vault
    from legation.store.opening import Store

_ACTOR = "command line"
_MOST_TOLD = 20
Table = Literal["missions", "channels", "jewels", "holders", "plans", "proofs", "voices"]
TableName = Annotated[
    Table | None, Parameter("--table", help="Which register. [default: by its columns]")
]
Files = Annotated[tuple[Path, ...], Parameter(help="Tables: CSV in UTF-8.")]
CalendarZone = Annotated[
    str,
    Parameter(
        "--zone", help="Zone of times that state none, or one that nobody knows, such as UTC."
    ),
]
# What a list shows of each register, beside the key.
_SHOWN: dict[str, tuple[str, ...]] = {
    "missions": ("name", "state", "kind", "host", "seat", "as_of"),
    "channels": ("mission", "kind", "name", "carries", "safeguard", "state"),
    "jewels": ("mission", "name", "value", "owner", "as_of"),
    "holders": ("mission", "role", "protected", "as_of"),
    "plans": ("mission", "decides", "fallbacks", "drilled", "outcome"),
    "proofs": ("mission", "channel", "kind", "threats", "on", "outcome"),
    "voices": ("state", "kind", "name", "platform", "office", "verified", "as_of"),
    "talks": ("kind", "name", "starts", "ends", "status", "parties", "stakes"),
}


def listed(
    what: Annotated[Table, Parameter(help="Which register. [default: missions]")] = "missions",
    /,
    *,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List a register."""
    return _listed(what, home, as_json=as_json, doors=doors)


def show(key: str, /, *, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """Show one mission: its channels, papers, people by role, plan and proofs.

    Args:
        key: Its key, as the list shows it.
    """
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        every = _registers(place, store).every()
    found = next((one for one in every["missions"] if one.row.key == key), None)
    if found is None:
        raise NotFoundError(f"no mission {key:.60}", hint="run: legation mission list")
    parts = {
        name: [
            one.row
            for one in rows
            if getattr(one.row, "mission", "") == key or key in getattr(one.row, "missions", ())
        ]
        for name, rows in every.items()
        if name != "missions"
    }
    if as_json:
        answer_json({"mission": found.row, "object": found.object_id, **parts})
        return 0
    told: dict[str, Any] = msgspec.to_builtins(found.row)
    answer("\n".join(f"{name}: {part}" for name, part in told.items() if part not in (None, "")))
    for name, rows in parts.items():
        if rows:
            answer(f"\n{name}\n{_table(name, rows)}")
    return 0


def take_in(
    *files: Path,
    table_name: TableName = None,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Take tables into the registers; a row that is there already is changed.

    Good rows of a bad table are kept, the others are listed, and the command ends with 65.
    A personal name is sealed with the keys of the home, so a table with one may ask for their
    passphrase; no list and no export shows it again.

    Args:
        files: Tables: CSV in UTF-8, known by their columns; give missions before channels.
    """

    def vault(place: "Home") -> "Vault":
        from legation.app.persons import vault_of

        return vault_of(place.keys(doors.protection(place, passphrase_file)))

    return _taken(
        files,
        table_name or "",
        home,
        as_json=as_json,
        doors=doors,
        vault=vault,
        passphrase_file=passphrase_file,
    )


def export(
    what: Annotated[Table, Parameter(help="Which register. [default: missions]")] = "missions",
    /,
    *,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Write a register to standard output, as a table that import reads again."""
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        found = _registers(place, store)
        _leave(found, what, "csv", found.export(what))
    return 0


def events(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """List the talks, and the watches that are raised for them."""
    from legation.missions.talks import Talk, raised

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        rows = [one.row for one in _registers(place, store).rows("talks")]
    talks = [row for row in rows if isinstance(row, Talk)]
    watches = raised(talks, doors.now())
    if as_json:
        answer_json({"talks": talks, "watches": watches})
        return 0
    if not talks:
        command = typed("legation event import FILE.ics", home)
        tell(f"No talks are on record. Next: {command}")
        return 0
    answer(_table("talks", sorted(talks, key=lambda one: one.starts)))
    for watch in watches:
        tell(f"Watch is raised until {watch.ends.astimezone(UTC):%Y-%m-%d %H:%M}Z: {watch.because}")
    return 0


def take_events(
    *files: Path,
    kind: Annotated[str, Parameter(help="Kind of talks where an event does not say.")] = "",
    party: Annotated[
        tuple[str, ...], Parameter(help="Party where an event does not say; again for another.")
    ] = (),
    mission: Annotated[
        tuple[str, ...],
        Parameter(help="Key of a mission that they concern, where an event names none; again."),
    ] = (),
    before: Annotated[
        int | None, Parameter(help="Days of raised watch before, where an event does not say.")
    ] = None,
    after: Annotated[
        int | None, Parameter(help="Days of raised watch after, where an event does not say.")
    ] = None,
    stakes: Annotated[str, Parameter(help="Stakes, where an event does not say.")] = "",
    zone: CalendarZone = "",
    source: Annotated[str, Parameter(help="Where the calendar is from.")] = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Take in talks, from iCalendar or CSV; good ones of a bad file are kept.

    What neither an event nor an option says stays as it is on record.

    Args:
        files: Calendars (.ics) or tables (CSV).
    """
    from legation.missions.calendar import Assumed

    assumed = Assumed(
        zone=zone,
        kind=kind,
        parties=party,
        missions=mission,
        before="" if before is None else str(before),
        after="" if after is None else str(after),
        stakes=stakes,
        source=source,
    )
    return _taken(files, "talks", home, as_json=as_json, doors=doors, assumed=assumed)


def export_events(
    kind: Annotated[Literal["ics", "csv"], Parameter(help="Kind of file. [default: ics]")] = "ics",
    /,
    *,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Write the talks to standard output."""
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        found = _registers(place, store)
        _leave(found, "talks", kind, found.calendar() if kind == "ics" else found.export("talks"))
    return 0


def _leave(found: "Registers", register: str, kind: str, content: bytes) -> None:
    """Write a register to standard output, once its leaving is in the trail as from the desk."""
    ids = [one.object_id for one in found.rows(register)]
    pour_out(found.scope, register, f"{register}.{kind}", content, ids=ids)


def _listed(what: str, home: Path | None, *, as_json: bool, doors: Lent) -> int:
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        rows = [one.row for one in _registers(place, store).rows(what)]
    if as_json:
        answer_json(rows)
    elif rows:
        answer(_table(what, rows))
    else:
        command = typed("legation mission import FILE.csv", home)
        tell(f"No {what} are on record. Next: {command}")
    return 0


def _taken(
    files: tuple[Path, ...],
    register: str,
    home: Path | None,
    *,
    as_json: bool,
    doors: Lent,
    assumed: Any = None,
    vault: "Callable[[Home], Vault] | None" = None,
    passphrase_file: Path | None = None,
) -> int:
    from legation.errors import UsageError

    if not files:
        raise UsageError("no file", hint="name one or more files")
    place = doors.home(home)
    place.require()
    done: list[TakenRows] = []
    told: list[dict[str, Any]] = []
    with place.store(sweep=False) as store:
        found = _registers(
            place,
            store,
            None if vault is None else partial(vault, place),
            partial(doors.vault_at_hand, place, passphrase_file),
        )
        for file in files:
            taken = found.take(file.read_bytes(), str(file), register=register, assumed=assumed)
            done.append(taken)
            proofs = _counted(place, store, taken)
            told.append(msgspec.to_builtins(taken) | ({"counted": proofs} if proofs else {}))
            if not as_json:
                _say(taken)
                _say_counted(taken, proofs)
    if as_json:
        answer_json(told)
    return BadInputError.exit_code if any(one.refused for one in done) else 0


def _say(taken: "TakenRows") -> None:
    for row in taken.refused:
        at = f"{taken.file}:{row.line}" + (f" ({row.column})" if row.column else "")
        tell(f"legation: rejected: {at}: {row.reason}\nlegation: hint: {row.hint}")
    for one in taken.weakened[:_MOST_TOLD]:
        tell(f"legation: warning: {one.key}: {one.said}")
    if len(taken.weakened) > _MOST_TOLD:
        tell(f"and {len(taken.weakened) - _MOST_TOLD:,} more: legation balance show")
    for zone in taken.unknown:
        tell(
            f"legation: warning: {taken.file}: the zone {zone[:40]!r} is not known, "
            f"{taken.zone} was taken for it"
        )
    answer(
        f"{taken.file}: {taken.register}: {taken.added} added, {taken.changed} changed, "
        f"{taken.same} as they were, {counted(len(taken.refused), 'row')} rejected"
    )
    if taken.columns:
        answer(f"{taken.file}: {taken.changed} changed: {', '.join(taken.columns)}")


def _counted(place: "Home", store: "Store", taken: "TakenRows") -> "tuple[Counted, ...]":
    """Return where the proofs of a table count in the balance; nothing for other tables."""
    from legation.app.balancing import counted

    if taken.register != "proofs" or not taken.keys:
        return ()
    return counted(place.library(store, _ACTOR).scope(), taken.keys)


def _say_counted(taken: "TakenRows", proofs: "tuple[Counted, ...]") -> None:
    """Say of proofs how many count in the balance, and of each other one why it does not."""
    if not proofs:
        return
    nowhere = sum(one.nowhere for one in proofs)
    part = sum(not one.wholly and not one.nowhere for one in proofs)
    answer(
        f"{taken.file}: in the balance {len(proofs) - nowhere - part:,} count, "
        f"{part:,} count in part, {nowhere:,} count nowhere"
    )
    told = [one for one in proofs if not one.wholly]
    for one in told[:_MOST_TOLD]:
        tell(f"{one.key}: {'; '.join(one.said)}")
    if len(told) > _MOST_TOLD:
        tell(f"and {len(told) - _MOST_TOLD:,} more: legation balance explain MISSION THREAT")


def _registers(
    place: "Home",
    store: "Store",
    vault: "Callable[[], Vault] | None" = None,
    at_hand: "Callable[[], Vault | None] | None" = None,
) -> "Registers":
    from legation.app.registers import Registers

    return Registers(place.library(store, _ACTOR).scope(), vault, at_hand)


def _table(register: str, rows: list[Any]) -> str:
    names = ("key", *_SHOWN[register])
    return table(names, [[_cell(getattr(row, name)) for name in names] for row in rows])


def _cell(value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return "yes" if value is True else str(value)
