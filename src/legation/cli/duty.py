"""`legation duty` and `legation notice`: the rota, calls and the hand-over log from a terminal.

Who types at the machine acts for the person that is named; the trail says both.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent, refuse_outside
from legation.cli.sheets import pour_out
from legation.cli.words import answer, answer_json, counted, table, tell
from legation.errors import BadInputError, UnreachableError, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from legation.store.calls import Call
    from legation.store.opening import Store

_ACTOR: Final = "command line"
_MOST: Final = 1000
Limit = Annotated[int, Parameter(help="How many at most. [default: 50]")]
Who = Annotated[str, Parameter("--person", help="Name or id of whom it is done for.")]


def notices(
    *, limit: Limit = 50, home: HomeFolder = None, as_json: AsJson = False, doors: Lent
) -> int:
    """List what happened, the newest first, as far as this machine's reader may know it."""
    from legation.app.noticing import SAID
    from legation.store.notices import Addressee

    refuse_outside("--limit", limit, 1, _MOST)
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        reader = place.reader(store, _ACTOR)
        roles = tuple(sorted(reader.roles))
        to = Addressee(person_id=_ACTOR, roles=roles, cleared=reader.clearance)
        found = store.notices.as_read_by(to).find(limit=limit)
    if as_json:
        answer_json(found)
    elif found:
        rows = [
            (
                str(one.seq),
                _moment(one.at),
                SAID.get(one.kind, one.kind),
                one.object_id or one.subject,
            )
            for one in found
        ]
        answer(table(("number", "when", "what", "about"), rows))
    else:
        tell("Nothing has happened yet.")
    return 0


def listed(
    *,
    days: Annotated[int, Parameter(help="How many days ahead. [default: 28]")] = 28,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List the rota, with its gaps and overlaps of the next seven days.

    Ends with 6 when nobody is on duty at some time of the next seven days.
    """
    from legation.app.duty import Duty

    refuse_outside("--days", days, 1, _MOST)
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        duty = Duty(place, store, _ACTOR)
        outlook, planned = duty.outlook(), duty.planned(duty.shifts(days=days))
    if as_json:
        answer_json({"shifts": planned, "gaps": outlook.gaps, "overlaps": outlook.overlaps})
    elif planned:
        rows = [
            (one.place, one.person, str(one.rank), _moment(one.starts), _moment(one.ends), one.zone)
            for one in planned
        ]
        answer(table(("number", "person", "rank", "from (UTC)", "to (UTC)", "zone"), rows))
    else:
        tell("No shift stands in the rota.")
    for gap in outlook.gaps:
        tell(f"legation: gap: nobody from {_moment(gap.starts)} to {_moment(gap.ends)} UTC")
    for two in outlook.overlaps:
        tell(f"legation: overlap: {two.first.shift_id} and {two.second.shift_id}")
    for fault in outlook.faults:
        tell(f"legation: unreached: {fault}")
    return UnreachableError.exit_code if outlook.gaps else 0


def show(
    ref: Annotated[str, Parameter(help="Reference of a call; none lists the calls.")] = "",
    *,
    limit: Limit = 50,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show the calls, or one of them with what was tried."""
    refuse_outside("--limit", limit, 1, _MOST)
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        cleared = place.reader(store, _ACTOR).clearance
        if ref:
            _show_one(store, store.calls.get(ref, cleared), as_json=as_json)
            return 0
        found = store.calls.find(reader=cleared, limit=limit)
    if as_json:
        answer_json(found)
    elif found:
        rows = [(one.ref, one.state, one.urgency, one.cause, _moment(one.created)) for one in found]
        answer(table(("reference", "state", "urgency", "why", "when (UTC)"), rows))
    else:
        tell("Nobody has been called.")
    return 0


def take_in(
    file: Annotated[
        Path, Parameter(help="iCalendar, or CSV with person, starts, ends, zone, rank.")
    ],
    *,
    zone: Annotated[str, Parameter(help="Zone of times that state none.")] = "",
    replace: Annotated[
        bool, Parameter(help="Remove the shifts of the file's days that are not in it.")
    ] = False,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Take in a rota; good shifts of a bad file are kept, and the command ends with 65."""
    from legation.app.duty import Duty

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        done = Duty(place, store, _ACTOR).take_in(file.read_bytes(), zone=zone, replace=replace)
    for why in done.rejected:
        tell(f"legation: rejected: {why.text()}")
    answer(
        f"{counted(done.added, 'shift')} added, {done.known} known, {done.removed} removed, "
        f"{len(done.rejected)} rejected"
    )
    return BadInputError.exit_code if done.rejected else 0


def export(
    kind: Annotated[Literal["ics", "csv"], Parameter(help="Kind of file.")] = "ics",
    *,
    days: Annotated[int, Parameter(help="How many days ahead. [default: 366]")] = 366,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Write the rota to standard output."""
    from legation.app.duty import Duty
    from legation.formats.rota import write_csv, write_ics

    refuse_outside("--days", days, 1, _MOST)
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        duty = Duty(place, store, _ACTOR)
        planned = duty.planned(duty.shifts(days=days))
        content = write_csv(planned) if kind == "csv" else write_ics(planned, now=doors.now())
        scope = place.library(store, _ACTOR).scope()
        pour_out(scope, "rota", f"rota.{kind}", content, ids=(), verb="duty.export")
    return 0


def channel(
    person: Annotated[str, Parameter(help="Name or id of the person.")],
    ways: Annotated[
        list[str] | None,
        Parameter(help="mail:name@host, sms:+33123456789 or https://host/path; none shows them."),
    ] = None,
    *,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Show or say how somebody is woken, in the order in which it is tried."""
    from legation.app.duty import Duty
    from legation.safeguards.duty.channels import as_written, missing

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        if ways:
            kept = Duty(place, store, _ACTOR).set_channels(person, ways)
        else:
            kept = store.rota.channels([store.people.get(person).person_id])
    rows = [
        (
            str(way.place),
            as_written(way.kind, way.address),
            missing(way.kind, place.settings) or (way.fault if way.is_dead else "ready"),
        )
        for way in kept
    ]
    answer(table(("order", "channel", "state"), rows)) if rows else tell("No channel.")
    return 0


def acknowledge(
    ref: Annotated[str, Parameter(help="Reference of the call, as it came.")],
    *,
    person: Who,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Take a call: nobody else is woken for it from then on."""
    from legation.app.duty import Duty

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        call = Duty(place, store, _ACTOR).acknowledge(ref, person)
        answer(f"{call.ref}: taken by {store.people.get(call.person_id).name}")
    return 0


def handover(
    words: Annotated[str, Parameter(help="What to write; none shows the log.")] = "",
    *,
    person: Who = "",
    to: Annotated[str, Parameter(help="Hand the shift over to them.")] = "",
    open_matter: Annotated[bool, Parameter("--open", help="It is a matter that waits.")] = False,
    about: Annotated[
        list[str] | None, Parameter(help="STIX id of an object that it is about; may be repeated.")
    ] = None,
    take: Annotated[int, Parameter(help="Number of the hand-over that the person takes.")] = 0,
    limit: Limit = 50,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show the hand-over log, write into it, or take a shift."""
    from legation.app.duty import Duty

    refuse_outside("--limit", limit, 1, _MOST)
    place = doors.home(home)
    place.require()
    if (words or take) and not person:
        raise UsageError("it is not said for whom", hint="add --person NAME")
    with place.store(sweep=False) as store:
        duty = Duty(place, store, _ACTOR)
        if take:
            duty.take_over(take, person)
            answer(f"{take}: taken")
        elif words:
            kind: Literal["handover", "open", "done"] = "open" if open_matter else "done"
            entry = duty.write(
                person, "handover" if to else kind, words, objects=about or (), to=to
            )
            answer(f"{entry.seq}: written")
        else:
            _show_log(store, place.reader(store, _ACTOR).clearance, limit, as_json=as_json)
    return 0


def _show_one(store: "Store", call: "Call", *, as_json: bool) -> None:
    steps = store.calls.steps(call.ref)
    sent = {one.draft_id: one for one in store.sendings.find(subject=call.ref, limit=_MOST)}
    if as_json:
        told: dict[str, Any] = msgspec.to_builtins(call)
        answer_json(told | {"steps": msgspec.to_builtins(steps)})
        return
    answer(f"{call.ref}: {call.state}, {call.urgency}, {call.cause}")
    rows = [
        (
            str(step.round),
            _moment(step.at),
            step.person_id or "nobody",
            step.kind,
            step.words or (sent[step.draft_id].state if step.draft_id in sent else ""),
            "possibly sent twice" if step.draft_id in sent and sent[step.draft_id].doubled else "",
        )
        for step in steps
    ]
    answer(table(("round", "when (UTC)", "whom", "by", "what came of it", ""), rows))


def _show_log(store: "Store", cleared: Any, limit: int, *, as_json: bool) -> None:
    found = store.shift_log.as_read_by(cleared).find(limit=limit)
    if as_json:
        answer_json(found)
        return
    if not found:
        tell("Nothing has been written yet.")
        return
    names = {one.person_id: one.name for one in store.people.every()}
    rows = [
        (
            str(one.seq),
            _moment(one.recorded),
            one.kind,
            names.get(one.person_id, one.person_id),
            names.get(one.to_person_id, one.to_person_id),
            one.words or f"takes {one.answers}",
        )
        for one in found
    ]
    answer(table(("number", "when (UTC)", "kind", "who", "to", "words"), rows))


def _moment(at: "datetime") -> str:
    return at.strftime("%Y-%m-%d %H:%M")
