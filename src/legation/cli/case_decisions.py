"""`legation case decide`, `sign`, `record`, `verify`: who decided what, under whose hands."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import Parameter

from legation.cli.case_doors import (
    DOOR,
    Actor,
    AsOf,
    CaseName,
    Seen,
    cited,
    plainly,
    rows,
    say_written,
    seen,
    write,
)
from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile
from legation.cli.sheets import tell_name
from legation.cli.words import answer, answer_json, counted, pour, tell, typed
from legation.errors import BadInputError, ConflictError

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.safeguards.cases.bodies import Body
    from legation.safeguards.cases.deciding.gaps import DecisionGap
    from legation.safeguards.cases.deciding.records import Record
    from legation.store.opening import Store

EntryOf = Annotated[int, Parameter(help="Number of the entry that first states the decision.")]
_LEAST: Final = 8
_NOT_COMPLETE: Final = 1


def decide(
    case: CaseName,
    /,
    *,
    as_of: AsOf = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show the decision records of a case: what each says, lacks, and who signed it.

    A decision is written with: legation case add CASE decision what=... answers=... A change of
    one names it: changes=N.
    """
    from legation.safeguards.cases.deciding.gaps import decision_gaps
    from legation.safeguards.cases.gathering import records_in, stands_in

    with seen(doors, home, case, as_of=as_of) as found:
        stands = stands_in(found.case, found.day)
        told = [(one, decision_gaps(one, stands)) for one in records_in(found.case)]
        if as_json:
            answer_json(found.told(records=[_as_json(found, *each) for each in told]))
            return 0
        answer(found.head())
        for record, lacking in told:
            _say(found, record, lacking)
        if not told:
            tell(f"No decision yet. Next: {typed(f'legation case add {case} decision', home)}")
    return 0


def sign_decision(
    case: CaseName,
    entry: EntryOf,
    /,
    *,
    role: Annotated[str, Parameter(help="In which role you sign.")],
    actor: Annotated[str, Parameter(help="Who signs: a person of the desk.")],
    words: Annotated[str, Parameter(help="What you add.")] = "",
    sha256: Annotated[
        str, Parameter("--sha256", help="Sign only if it has this hash, or one that begins so.")
    ] = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Sign a decision as it stands: its hash is worked out from what is on record."""
    from legation.app.cases.books import book_of
    from legation.app.cases.docket import Docket
    from legation.app.cases.laws import unknown_laws
    from legation.safeguards.cases.gathering import record_in
    from legation.safeguards.cases.typed import read_typed

    laws: list[str] = []

    def body(place: "Home", store: "Store") -> "list[Body]":
        scope = place.library(store, store.people.get(actor).person_id).scope()
        known = Docket(scope).case(case)
        record = record_in(known, entry)
        laws.extend(unknown_laws(known, book_of(scope), record.body.answers))
        if sha256 and (len(sha256) < _LEAST or not record.sha256.startswith(sha256.lower())):
            raise ConflictError(
                f"the decision has another hash: {record.sha256[:16]}…",
                hint="read it as it stands, and sign that: legation case decide",
            )
        told = {"to": str(entry), "role": role, "words": words, "sha256": record.sha256}
        return [read_typed("signed", told)]

    say_written(case, write(doors, home, case, body, actor=actor), as_json=as_json)
    for said in laws:
        tell(f"What you signed names a law: {said}")
    return 0


def record(
    case: CaseName,
    entry: EntryOf,
    /,
    *,
    output: Annotated[
        Path | None, Parameter(("--output", "-o"), help="File. [default: standard output]")
    ] = None,
    actor: Actor = DOOR,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Write a decision record as JSON, signed by the keys of the desk."""
    from legation.app.cases.recorded import recorded
    from legation.app.outputs import put, require_place
    from legation.safeguards.cases.deciding.gaps import decision_gaps
    from legation.safeguards.cases.deciding.records import record_of
    from legation.safeguards.cases.gathering import rows_of, stands_in

    if output is not None:
        require_place(output)
    place = doors.home(home)
    place.require()
    by = place.keys(doors.protection(place, passphrase_file)).identity()
    with seen(doors, home, case, actor=actor) as found:
        one = record_of(rows_of(found.case), entry, case=found.case.number)
        lacking = decision_gaps(one, stands_in(found.case, found.scope.now().date()))
        made = recorded(found.scope, found.case, entry, found.names, by)
    if lacking:
        tell(_incomplete(len(lacking)))
        for gap in lacking:
            tell(f"  {gap.place}: {gap.says}")
    if output is None:
        pour(made.content.decode())
    else:
        put(output, made.content)
        tell(f"Written: {output}")
    tell_name(made.name)
    signed = "The file is signed, the decision is not complete" if lacking else "Signed"
    tell(f"{signed}; tell the receiver by another way: {by.public().fingerprint()}")
    return 0


def verify_file(
    file: Path,
    /,
    *,
    fingerprint: Annotated[
        str, Parameter(help="The desk's fingerprint, as it was told by another way.")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Check a decision record without any home or network; one that is not complete ends with 1.

    Args:
        file: As a desk wrote it.
    """
    from legation.app.cases.recorded import check_record

    try:
        content = file.read_bytes()
    except OSError as fault:
        raise BadInputError(
            f"cannot be read: {fault.strerror}", place=str(file), hint="check the file"
        ) from fault
    found = check_record(content, place=file.name, fingerprint=fingerprint)
    complete = found.record.get("complete") is True
    if as_json:
        answer_json(found)
        return 0 if complete else _NOT_COMPLETE
    told, decision = found.record, found.record["decision"]
    if not complete:
        answer(_incomplete(len(told["gaps"])))
        for gap in told["gaps"]:
            answer(f"  {gap['place']}: {gap['says']}")
    answer(f"{told['marking']}\ncase {told['case']}, entry {decision['stands']}: whole, as signed")
    answer(f"decided: {decision['body']['what']}")
    for hand in told["hands"]:
        counts = "counts" if hand["counts"] else "does not count: given to an earlier state"
        answer(f"signed by {hand['who']} ({hand['role']}), {hand['at']}: {counts}")
    answer(f"by {told['desk']['name']}, fingerprint {found.fingerprint}")
    if not fingerprint:
        tell("Compare the fingerprint with the one that the desk has told you by another way.")
    return 0 if complete else _NOT_COMPLETE


def _incomplete(gaps: int) -> str:
    return f"INCOMPLETE: this decision lacks {counted(gaps, 'thing')} before it can be relied on"


def _as_json(found: Seen, one: "Record", lacking: "tuple[DecisionGap, ...]") -> dict[str, Any]:
    hands = [plainly(hand) | {"name": found.names.get(hand.who, "")} for hand in one.hands]
    return {
        "entry": one.entry,
        "stands": one.stands,
        "states": one.states,
        "author": found.names.get(one.author, one.author),
        "written": one.written,
        "sha256": one.sha256,
        "body": one.body,
        "hands": hands,
        "complete": one.is_complete and not lacking,
        "gaps": [plainly(gap) | {"says": gap.says, "hint": gap.hint} for gap in lacking],
    }


def _say(found: Seen, one: "Record", lacking: "tuple[DecisionGap, ...]") -> None:
    from legation.app.cases.laws import unknown_laws

    body = one.body
    state = "complete" if one.is_complete and not lacking else "not complete"
    answer(f"\nentry {one.entry}: {state}; sha256 {one.sha256}")
    changed = f" (changed by entry {one.stands})" if one.stands != one.entry else ""
    by = found.names.get(one.author, one.author)
    answer(f"  {body.what}{changed}, by {by}, {one.written:%Y-%m-%d}")
    relied = f"entry {body.attribution}: {body.likelihood}, {body.confidence} confidence"
    for name, text in (
        ("answers", cited(body.answers)),
        ("law", body.legal_basis or ""),
        ("relies on", relied if body.attribution else ""),
        ("rights test", str(body.rights_test or "")),
        ("review", body.review or ""),
    ):
        if text:
            answer(f"  {name}: {text}")
    for said in unknown_laws(found.case, found.book, body.answers):
        answer(f"  law: {said}")
    for option in body.considered:
        at = f" (entry {option.answer})" if option.answer else ""
        answer(f"  not taken: {option.option}{at}: {option.why_not}")
    for hand in one.hands:
        who = found.names.get(hand.who, hand.who)
        counts = "" if hand.counts else ": given to an earlier state, does not count"
        answer(f"  signed by {who} ({hand.role}), {hand.at:%Y-%m-%d}{counts}")
    rows(
        ("  gap", "what", "about", "what to do"),
        ((f"  {gap.place}", gap.says, gap.about, gap.hint) for gap in lacking),
    )
