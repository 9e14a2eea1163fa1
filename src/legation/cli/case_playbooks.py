"""`legation case playbook`, `tick`, `rumour`: what is done first, by whom, what not to do."""

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from legation.cli.case_doors import (
    DOOR,
    Actor,
    AsOf,
    CaseName,
    RestsOn,
    Seen,
    mark,
    pairs,
    plainly,
    rows,
    say_written,
    seen,
    write,
)
from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, tell
from legation.errors import RecordError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from legation.safeguards.cases.playbooks.rumours import RumourGuide
    from legation.safeguards.cases.playbooks.standing import Standing, StepStanding


def playbook(
    case: CaseName,
    key: Annotated[str, Parameter(help="One playbook whole. [default: all that are offered]")] = "",
    /,
    *,
    as_of: AsOf = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show where the playbooks of a case stand: what is done, overdue and next."""
    with seen(doors, home, case, as_of=as_of) as found:
        told = _standings(found, key, as_of)
        if as_json:
            answer_json(found.told(playbooks=[_as_json(one) for one in told]))
            return 0
        answer(found.head())
        for one in told:
            if key:
                _say_whole(found, one)
            else:
                _say(one)
        if not told:
            tell("No playbook is offered for this type of case.")
    return 0


def tick(
    case: CaseName,
    book: Annotated[str, Parameter(help="Key of the playbook.")],
    step: Annotated[str, Parameter(help="Key of the step.")],
    /,
    *,
    done: Annotated[bool, Parameter("--done", help="It is done.")] = False,
    not_done: Annotated[bool, Parameter("--not-done", help="It is not done after all.")] = False,
    does_not_apply: Annotated[
        bool, Parameter("--does-not-apply", help="It does not apply; say why with --words.")
    ] = False,
    on: Annotated[str, Parameter(help="When it was done, where that is not now.")] = "",
    words: Annotated[str, Parameter(help="What was found, or why it does not apply.")] = "",
    rights_test: Annotated[
        str, Parameter(help="Entry of the rights test, of a step that touches persons.")
    ] = "",
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Say how a step of a playbook stands; of one step the last word holds."""
    from legation.safeguards.cases.typed import read_typed

    said = {"done": done, "not done": not_done, "does not apply": does_not_apply}
    chosen = [word for word, given in said.items() if given]
    if len(chosen) != 1:
        raise UsageError(
            "it is said in one way how the step stands",
            hint="give --done, --not-done or --does-not-apply",
        )
    if does_not_apply and not words:
        raise UsageError("nobody says why it does not apply", hint="give --words")
    told = {
        "playbook": book, "step": step, "done": chosen[0], "on": on, "words": words,
        "rights_test": rights_test,
    }  # fmt: skip
    entries = write(doors, home, case, [read_typed("ticked", told)], actor=actor)
    say_written(case, entries, as_json=as_json)
    return 0


def rumour(
    *answers: Annotated[
        str, Parameter(help="Answers, each as QUESTION=ANSWER: yes, no, disputed or unknown.")
    ],
    case: Annotated[
        str, Parameter("--case", help="Number of a case to enter it into, with --says.")
    ] = "",
    says: Annotated[str, Parameter(help="What is said, in your own words.")] = "",
    rests_on: RestsOn = "",
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Ask whether a rumour is to be answered: an answer can carry it further than it would go.

    Without answers the questions are listed. Nothing is kept, unless --case names where.
    """
    from legation.safeguards.cases.playbooks.rumours import advise, shipped_guide
    from legation.safeguards.cases.typed import read_typed

    guide, given = shipped_guide(), _answers(answers)
    if bool(case) != bool(says):
        raise UsageError(
            "a rumour is entered into a case, in words", hint="give both --case and --says"
        )
    advised = advise(guide, given)
    told: dict[str, Any] = {"guide": guide.key, "answers": given, "missing": advised.missing}
    told |= {"verified": guide.verified, "source": guide.source, "rule": advised.rule}
    if case:
        body = read_typed(
            "rumour-weighed",
            {
                "guide": guide.key,
                "rumour": says,
                "answers": "\n".join(f"{name}: {said}" for name, said in given.items()),
                "rests_on": rests_on,
            },
        )
        entries = write(doors, home, case, [body], actor=actor)
        told["entry"] = entries[0].number
    if as_json:
        answer_json(told | {"questions": guide.question})
        return 0
    _say_advice(guide, given, advised.rule, advised.missing)
    if case:
        tell(f"{case} entry {told['entry']}")
    return 0


def _standings(found: Seen, key: str, as_of: str) -> "list[Standing]":
    from legation.app.days import end_of_day
    from legation.safeguards.cases.gathering import known_at, rows_of
    from legation.safeguards.cases.playbooks.bodies import Ticked
    from legation.safeguards.cases.playbooks.plays import offered
    from legation.safeguards.cases.playbooks.standing import standing_of

    books = found.book.playbooks
    if key and key not in books:
        raise UsageError(f"no playbook {key!r:.60}", hint=f"there are: {', '.join(books)}")
    shown = [books[key]] if key else offered(books.values(), found.case.opened.type)
    ticks = [
        (number, author, written, body)
        for number, author, written, body in rows_of(found.case)
        if isinstance(body, Ticked)
    ]
    now = end_of_day(as_of) or found.scope.now()
    return [standing_of(one, ticks, known_at(found.case), now) for one in shown]


def _as_json(one: "Standing") -> dict[str, Any]:
    return plainly(one) | {
        "done": [each.step.key for each in one.done],
        "overdue": [each.step.key for each in one.overdue],
        "next": one.next.step.key if one.next else "",
    }


def _say(one: "Standing") -> None:
    book = one.playbook
    answer(f"\n{book.key}: {book.title}")
    answer(f"  {len(one.done)} of {len(one.steps)} settled, {len(one.overdue)} overdue")
    if one.next is not None:
        answer(f"  next, {_due(one.next)}: {one.next.step.key}: {one.next.step.do}")


def _say_whole(found: Seen, one: "Standing") -> None:
    book = one.playbook
    answer(
        f"\n{book.key}: {book.title}\n  when: {book.when}\n  {book.source} [{mark(book.verified)}]"
    )
    for each in one.steps:
        step = each.step
        late = ", late" if each.was_late else ""
        answer(f"\n{step.key}: {each.state}{late}; {_due(each)}, {step.who}")
        answer(f"  do: {step.do}")
        for name, text in (
            ("do not", step.not_do),
            ("because", step.because),
            ("write down", ", ".join(step.record)),
            ("after", ", ".join(step.after)),
            ("touches persons", "needs a rights test" if step.touches_persons else ""),
        ):
            if text:
                answer(f"  {name}: {text}")
        for work in step.reference:
            answer(f"  see: {work.framework} {work.id}, {work.title} [{mark(work.verified)}]")
        if each.by and each.at:
            by = found.names.get(each.by, each.by)
            words = f": {each.words}" if each.words else ""
            answer(f"  ticked by {by}, {each.at:%Y-%m-%d %H:%M}Z{words}")


def _due(one: "StepStanding") -> str:
    return f"due {one.due:%Y-%m-%d %H:%M}Z"


def _answers(parts: tuple[str, ...]) -> "dict[str, Any]":
    import msgspec

    from legation.safeguards.cases.bodies import Answer

    try:
        told: dict[str, Any] = msgspec.convert(pairs(parts, "answer"), dict[str, Answer])
    except msgspec.ValidationError as bad:
        raise RecordError(
            str(bad).partition(" - at")[0],
            place="answers",
            hint="answer yes, no, disputed or unknown",
        ) from bad
    return told


def _say_advice(
    guide: "RumourGuide", given: "Mapping[str, str]", rule: Any, missing: tuple[str, ...]
) -> None:
    open_ones = [one for one in guide.question if one.key not in given]
    if rule is not None:
        answer(f"{rule.advice}\n  because: {rule.because}\n  how: {rule.how}")
        works = {one.key: one for one in guide.work}
        for key in rule.works:
            work = works[key]
            answer(
                f"  {work.author} ({work.year}), {work.title}: {work.says} [{mark(work.verified)}]"
            )
        return
    shown = [one for one in guide.question if one.key in missing] if given else open_ones
    if given:
        answer("cannot tell: these questions decide")
    rows(("question", "asks", "because"), ((one.key, one.asks, one.because) for one in shown))
    tell(f"{guide.title}: {guide.source} [{mark(guide.verified)}]")
