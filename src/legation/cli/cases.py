"""`legation case`: opened from a file or by words, listed, shown as of any day, written, closed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import Parameter

from legation.cli.case_doors import (
    DOOR,
    Actor,
    CaseName,
    Level,
    filing_of,
    level_of,
    people_of,
    say_written,
)
from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.sheets import CsvFile, StixFile, asked_for, leave
from legation.cli.words import answer, answer_json, table, tell, typed
from legation.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.safeguards.cases.bodies import Body
    from legation.safeguards.cases.case import Case
    from legation.store.cases import Order
    from legation.store.opening import Store

_MOST = 1_000


def opened(
    file: Path | None = None,
    /,
    *,
    title: Annotated[str, Parameter(help="What it is called, without names of persons.")] = "",
    threat: Annotated[str, Parameter("--type", help="T1 to T6, or digital repression.")] = "",
    domain: Annotated[
        str, Parameter(help="security, political, economic, cultural or consular.")
    ] = "political",
    template: Annotated[
        str, Parameter(help="election, accession, referendum or visit: brings its first tasks.")
    ] = "",
    began: Annotated[str, Parameter(help="When it began: 2026, 2026-02 or 2026-02-19.")] = "",
    known: Annotated[str, Parameter(help="When it became known. [default: today]")] = "",
    about: Annotated[
        str,
        Parameter(help="What it is about: a campaign by its id, mission:KEY or talks:KEY."),
    ] = "",
    tlp: Level = "",
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Open a case, from a file or by words.

    Nothing is written unless all of it fits; what does not is told with its place.

    Args:
        file: A case in TOML: what it is about, victims, evidence, who names whom.
    """
    from legation.app.cases.docket import Docket
    from legation.app.cases.subjects import bodies_about, given_about
    from legation.app.cases.templates import opening, without_tasks
    from legation.safeguards.cases.case_file import read_case_file
    from legation.safeguards.cases.entries import read_body

    now = doors.now()
    place = doors.home(home)
    place.require()
    with place.store() as store:
        scope = place.library(store, DOOR).scope()
        if file is not None:
            bodies: tuple[Body, ...] = read_case_file(_read(file), file.name)
        else:
            day = known or now.date().isoformat()
            told = {"began": began or day, "known": day, "domain": domain, "template": template}
            told |= given_about(scope, about) if about else {}
            stated = {"title": title, "type": threat, "began": began, "known": known}
            told |= {name: text for name, text in stated.items() if text}
            bodies = (read_body({"entry": "opened"} | told),)
        bodies += bodies_about(scope, about) if about else ()
        begun = opening(bodies, now)
        alike = Docket(scope).alike(begun[0])
        row = filing_of(place, store, actor, doors).open(begun, level_of(tlp))
    if as_json:
        answer_json(row)
    else:
        answer(f"{row.number}  {row.title}")
    if alike:
        tell(f"A case of this title is there: {', '.join(alike)}")
    if without_tasks(begun, now):
        tell(
            "No tasks were set: the occasion ended more than a month ago, or began more than a "
            "year ago"
        )
    if not as_json:
        tell(f"Next: {typed(f'legation case show {row.number}', home)}")
    return 0


def listed(
    *,
    status: Annotated[str, Parameter(help="Only those that have come so far.")] = "",
    threat: Annotated[str, Parameter("--type", help="Only of this type.")] = "",
    domain: Annotated[str, Parameter(help="Only of this domain.")] = "",
    party: Annotated[
        str, Parameter(help="Only those in which this party was harmed or aimed at, by code.")
    ] = "",
    words: Annotated[str, Parameter(help="Only titles with these words.")] = "",
    still_open: Annotated[
        bool, Parameter("--open", help="Only those that are not closed.")
    ] = False,
    order: Annotated[str, Parameter(help="touched, number or due. [default: touched]")] = "touched",
    csv: CsvFile = None,
    stix: StixFile = None,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List the cases."""
    from legation.app.cases.docket import Docket
    from legation.app.cases.sheets import case_line, sheet_of_list
    from legation.store.cases import Wanted

    wanted = Wanted(
        status=status, type=threat, domain=domain, party=party.upper(), words=words,
        open=still_open,
    )  # fmt: skip
    place, asked = doors.home(home), asked_for(csv, stix, None)
    place.require()
    with place.store(sweep=False) as store:
        scope = place.library(store, DOOR).scope()
        found, more = Docket(scope).rows.find(wanted, order=_order(order), limit=_MOST)
        if asked:
            leave(scope, sheet_of_list(scope, found), asked, doors)
            return 0
    if as_json:
        answer_json([case_line(one) for one in found])
    elif not found:
        said = "There is no case yet." if wanted == Wanted() else "No such case."
        tell(f"{said} Next: {typed('legation case open FILE', home)}")
    else:
        header = ("number", "type", "status", "due", "parties", "title")
        rows = [
            (one.number, one.type, one.status, one.due, " ".join(one.parties), one.title)
            for one in found
        ]
        answer(table(header, rows))
    if more is not None:
        tell(f"More than {_MOST:,}: give a narrower filter.")
    return 0


def show(
    case: CaseName,
    /,
    *,
    as_of: Annotated[str, Parameter("--as-of", help="What was believed at the end of a day.")] = "",
    corrected: Annotated[
        bool, Parameter("--all", help="Entries that were corrected or taken back, too.")
    ] = False,
    csv: CsvFile = None,
    stix: StixFile = None,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show a case: what it is about, and its entries."""
    from legation.app.cases.docket import Docket
    from legation.app.cases.sheets import CAVEAT, entry_line, sheet_of_case
    from legation.app.days import end_of_day
    from legation.safeguards.cases.dossier.bodies import OfDossier

    place, asked = doors.home(home), asked_for(csv, stix, None)
    place.require()
    with place.store(sweep=False) as store:
        scope = place.library(store, DOOR).scope()
        docket = Docket(scope)
        found = docket.case(case, as_of=end_of_day(as_of))
        names = people_of(store)
        marking = docket.marking(found)
        if asked:
            leave(scope, sheet_of_case(scope, found, names), asked, doors)
            return 0
    shown = found.entries if corrected else found.holding
    if as_json:
        entries = [
            msgspec.to_builtins(entry_line(found, one, names))
            | ({} if isinstance(one.body, OfDossier) else {"states": msgspec.to_builtins(one.body)})
            for one in shown
        ]
        told = {"number": found.number, "status": found.status, "as_of": as_of}
        answer_json(told | {"marking": marking, "caveat": CAVEAT, "entries": entries})
        return 0
    answer(f"{found.number}  {found.opened.title}  ({marking})")
    answer(_about(found))
    lines = [entry_line(found, one, names) for one in shown]
    rows = [
        (str(one.number), one.kind, one.happened, one.says, one.source, one.grade) for one in lines
    ]
    answer(f"\n{table(('entry', 'kind', 'happened', 'says', 'source', 'grade'), rows)}")
    if tasks := found.open_tasks():
        told_tasks = [
            (str(number), one.due, names.get(one.owner, one.owner), one.what)
            for number, one in tasks
        ]
        answer(f"\n{table(('task', 'due', 'owner', 'what'), told_tasks)}")
    tell(CAVEAT)
    return 0


def add(
    case: CaseName,
    kind: Annotated[str, Parameter(help="Kind of entry: see legation case kinds.")],
    /,
    *parts: Annotated[str, Parameter(help="Its fields, each as NAME=VALUE.")],
    evidence: Annotated[
        tuple[str, ...], Parameter(help="Captured files that show it, by their records.")
    ] = (),
    corrects: Annotated[
        int | None,
        Parameter(help="Entry in whose place it stands; what is not given is taken over from it."),
    ] = None,
    tlp: Level = "",
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Write an entry into a case, such as: case add 2026-0017 said says="..." on=2026-02-19.

    Of a list the values are parted by commas. What is made of parts, such as the answers of a
    state-link, is given once for each, its parts parted by bars in the order in which
    `legation case kinds` lists them: answers="orders | yes | 3,4". Of a mapping, each is
    NAME: VALUE: obligations="force: no".

    A correction takes over each field that is not given; one that is given empty, such as url=, is
    cleared.
    """
    from legation.cli.case_words import body_of

    place = doors.home(home)
    place.require()
    with place.store() as store:
        filing = filing_of(place, store, actor, doors)
        before = _corrected(place, store, actor, case, corrects)
        body = body_of(kind, parts, _attached(place, store, evidence), before=before)
        entries = filing.add(case, [body], corrects=corrects, tlp=level_of(tlp))
    say_written(case, entries, as_json=as_json)
    return 0


def take_in(
    case: CaseName,
    file: Annotated[Path, Parameter(help="Entries in TOML, each under [[entries]].")],
    /,
    *,
    tlp: Level = "",
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Write the entries of a file into a case: all of them, or none."""
    from legation.safeguards.cases.case_file import read_entries

    bodies = read_entries(_read(file), file.name)
    place = doors.home(home)
    place.require()
    with place.store() as store:
        entries = filing_of(place, store, actor, doors).add(case, bodies, tlp=level_of(tlp))
    say_written(case, entries, as_json=as_json)
    return 0


def withdraw(
    case: CaseName,
    entry: Annotated[int, Parameter(help="Number of the entry.")],
    /,
    *,
    why: Annotated[str, Parameter(help="Why it is taken back.")] = "",
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Take an entry back; it stays where it is, with what takes it back after it.

    What rested on it, and what does not hold any more, is told on standard error.
    """
    from legation.cli.case_resting import resting, say_resting

    rested = resting(doors, home, case, entry, actor=actor)
    told = (f"what={entry}", f"why={why}")
    done = add(case, "withdrawn", *told, actor=actor, home=home, as_json=as_json, doors=doors)
    say_resting(rested)
    return done


def move(
    case: CaseName,
    to: Annotated[str, Parameter(help="triaged, assessed, attributed or answered.")],
    /,
    *,
    why: Annotated[str, Parameter(help="Why, where a step is left out.")] = "",
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Give a case its next status."""
    told = (f"to={to}", f"why={why}")
    return add(case, "moved", *told, actor=actor, home=home, as_json=as_json, doors=doors)


def close(
    case: CaseName,
    /,
    *,
    outcome: Annotated[
        str, Parameter(help="answered, no threat, cannot tell, not pursued or handed on.")
    ],
    why: Annotated[str, Parameter(help="Why, in a sentence.")],
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Close a case; a new status opens it again."""
    told = ("to=closed", f"outcome={outcome}", f"why={why}")
    return add(case, "moved", *told, actor=actor, home=home, as_json=as_json, doors=doors)


def kinds(*, as_json: AsJson = False) -> int:
    """List the kinds of entries, with the fields of each."""
    from legation.cli.case_words import told_kinds

    found = told_kinds()
    if as_json:
        answer_json(found)
    else:
        answer("\n".join(f"{name}: {', '.join(fields)}" for name, fields in found.items()))
    return 0


def _about(case: "Case") -> str:
    opened_as, due = case.opened, case.due()
    parts = {
        "status": case.status,
        "type": opened_as.type,
        "domain": opened_as.domain,
        "began": opened_as.began,
        "known": opened_as.known,
        "serves": " ".join(filter(None, (opened_as.serves, opened_as.object))),
        "parties": " ".join(case.parties()),
        "due": str(due) if due else "",
    }
    return "\n".join(f"{name}: {part}" for name, part in parts.items() if part)


def _corrected(
    place: "Home", store: "Store", actor: str, case: str, corrects: int | None
) -> "Body | None":
    """Return what an entry says that is to be corrected; None: there is none for them."""
    from legation.app.cases.docket import Docket

    if corrects is None:
        return None
    who = actor if actor == DOOR else store.people.get(actor).person_id
    entry = Docket(place.library(store, who).scope()).case(case).cited(corrects)
    return None if entry is None else entry.body


def _attached(place: "Home", store: "Store", ids: tuple[str, ...]) -> list[dict[str, str]]:
    from legation.app.evidence.room import Room

    known = Room(place, store, None).known(DOOR)
    found = [store.evidence.get(known, one) for one in ids]
    return [{"evidence": one.evidence_id, "sha256": one.sha256} for one in found]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise BadInputError(
            f"cannot be read: {fault.strerror}", place=str(file), hint="check the file"
        ) from fault


def _order(name: str) -> "Order":
    known: tuple[Any, ...] = ("touched", "number", "due")
    if name not in known:
        raise UsageError(f"no order {name!r:.40}", hint=f"choose from: {', '.join(known)}")
    found: Order = known[known.index(name)]
    return found
