"""`legation case draft`, `clocks`, `takedowns`: what is prepared, how long it took, the counts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from legation.cli.case_doors import (
    DOOR,
    Actor,
    AsOf,
    CaseName,
    docket_of,
    filing_of,
    pairs,
    plainly,
    rows,
    seen,
)
from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.sheets import tell_name
from legation.cli.words import answer, answer_json, pour, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from legation.app.cases.filing import Filing
    from legation.app.cases.papers import Prepared
    from legation.app.kept import Exported
    from legation.cli.case_doors import Seen
    from legation.safeguards.cases.responses.answering.clocks import Days
    from legation.safeguards.cases.responses.answering.drafting import Draft

_UNNAMED: Final = "Counts of requests that were sent: by platform and ground, and nobody's name."


def draft(
    case: CaseName,
    entry: Annotated[
        int | None, Parameter(help="Number of the choice. [default: list what waits]")
    ] = None,
    /,
    *fields: Annotated[
        str, Parameter(help="What the case does not say, each as FIELD=TEXT, such as request=...")
    ],
    output: Annotated[
        Path | None, Parameter(("--output", "-o"), help="File. [default: standard output]")
    ] = None,
    try_only: Annotated[
        bool, Parameter("--dry-run", help="Show the document; nothing is kept or entered.")
    ] = False,
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Prepare the document of an answer that was chosen; it waits in the outbox, and is not sent.

    It has two parts. The letter holds only what is meant for its receiver, and what nobody knows
    stays open in it. The cover note is for the desk: it goes to standard error, or with --output
    into a file beside the letter's, such as note.cover.txt.
    """
    from legation.app.cases.papers import document
    from legation.app.outputs import require_place

    if output is not None:
        require_place(output)
        require_place(_beside(output))
    with seen(doors, home, case, actor=actor) as found:
        if entry is None:
            return _waiting(found, as_json=as_json)
        made = document(found.scope, found.case, found.book, entry, pairs(fields, "field"))
        filing = None if try_only else filing_of(found.place, found.store, actor, doors)
        kept = _prepared(found, entry, made, filing, output)
    if as_json:
        answer_json(found.told(document=made, prepared=kept))
    elif output is None:
        pour(f"{made.subject}\n\n{made.text}")
        tell(f"\n{'-' * 72}\n{made.cover}{'-' * 72}")
    for name in made.missing:
        tell(f"Not known: {name}")
    if kept is not None:
        where = "it stays here"
        if kept.channel:
            where = f"it waits for the channel {kept.channel}, its cover note apart at the desk"
        tell(f"Entry {kept.entry}: prepared; {where}. Nothing was sent.")
    return 0


def _beside(letter: Path) -> Path:
    """Return where a cover note stands: beside the letter, and named after it."""
    return letter.with_name(f"{letter.stem}.cover{letter.suffix}")


def _prepared(
    found: "Seen", entry: int, made: "Draft", filing: "Filing | None", output: Path | None
) -> "Prepared | None":
    """Prepare a document, and write it out; who may not take it out has prepared nothing."""
    from legation.app.cases.papers import hand_out, prepare

    with found.store.transaction():
        kept = filing and prepare(found.scope, filing, found.case, entry, made)
        files = hand_out(found.scope, found.case, entry, made) if output is not None else ()
    if output is not None:
        _write(files, output)
    return kept


def _write(files: "Sequence[Exported]", output: Path) -> None:
    from legation.app.outputs import put

    for place, file in zip((output, _beside(output)), files, strict=True):
        put(place, file.content)
        tell(f"Written: {place}")
        tell_name(file.name)


def _waiting(found: "Seen", *, as_json: bool) -> int:
    waiting = found.store.outbox.pending(subject=found.case.id)
    if as_json:
        told = [
            {"draft": one.draft_id, "channel": one.channel, "created": one.created}
            for one in waiting
        ]
        answer_json(found.told(waiting=told))
    elif not waiting:
        tell("No document of this case waits. Next: legation case answer")
    else:
        rows(
            ("draft", "channel", "since"),
            ((one.draft_id[:16], one.channel, f"{one.created:%Y-%m-%d}") for one in waiting),
        )
    return 0


def clocks(
    case: CaseName,
    /,
    *,
    as_of: AsOf = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show the days from the incident to each answer, as surely as its days are known."""
    from legation.safeguards.cases.responses.answering import clocks as counting
    from legation.safeguards.cases.responses.answering.steps import Chosen, Step

    with seen(doors, home, case, as_of=as_of) as found:
        opened, steps = found.case.opened, [body for _, body in found.case.of(Step)]
        told = counting.clocks(opened.began, opened.known, steps)
        answers = {number: body.answer for number, body in found.case.of(Chosen)}
    if as_json:
        answer_json(
            found.told(
                began=opened.began,
                known=opened.known,
                clocks=[plainly(one) | {"answer": answers.get(one.of, "")} for one in told],
            )
        )
        return 0
    answer(f"{found.head()}\nbegan {opened.began}, became known {opened.known}")
    if not told:
        tell("No answer went out yet.")
    rows(
        ("entry", "answer", "on", "days since it began", "days since it was known"),
        (
            (str(one.of), answers.get(one.of, ""), one.on, _days(one.since_happened),
             _days(one.since_known))
            for one in told
        ),
    )  # fmt: skip
    return 0


def takedowns(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """Count the takedown requests of all cases, by platform and ground, without names."""
    from legation.app.cases.papers import counted_takedowns

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        told = counted_takedowns(docket_of(place, store).every())
    if as_json:
        answer_json({"day": doors.now().date(), "says": _UNNAMED, "counts": told})
        return 0
    header = ("platform", "law", "rule", "asked", "granted", "refused", "waiting")
    rows(header, (tuple(str(getattr(one, name)) for name in _COLUMNS) for one in told))
    if not told:
        answer("0 requests")
    tell(_UNNAMED)
    return 0


_COLUMNS: Final = ("platform", "ground", "rule", "asked", "granted", "refused", "waiting")


def _days(of: "Days | None") -> str:
    if of is None:
        return "cannot tell"
    return str(of.least) if of.least == of.most else f"{of.least} to {of.most}"
