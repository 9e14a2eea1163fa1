"""`legation case assess`: which elements of which norms are met, by whose answers, what is open."""

from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import Parameter

from legation.cli.case_doors import (
    DOOR,
    Actor,
    AsOf,
    CaseName,
    Level,
    RestsOn,
    Seen,
    cited,
    pairs,
    plainly,
    rows,
    say_fallen,
    say_written,
    seen,
    write,
)
from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, counted, tell, typed
from legation.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from legation.app.cases.norms import Listed
    from legation.safeguards.cases.fallen import Fallen
    from legation.safeguards.cases.law.assessing import Assessment
    from legation.safeguards.cases.law.gaps import Gap
    from legation.safeguards.cases.law.guiding import Group

_NOT_MET: Final = "not met"
_ORDER: Final = ("met", "disputed", "unknown", _NOT_MET)


def assess(
    case: CaseName,
    /,
    *answers: Annotated[
        str, Parameter(help="Answers, each as QUESTION=ANSWER: yes, no, disputed or unknown.")
    ],
    rests_on: RestsOn = "",
    note: Annotated[str, Parameter(help="Why, where the entries do not say it.")] = "",
    ask: Annotated[bool, Parameter(help="Only the questions that are still open.")] = False,
    norm: Annotated[str, Parameter(help='One norm whole, such as "budapest 2".')] = "",
    gaps: Annotated[bool, Parameter(help="Only what no law in force gave.")] = False,
    every: Annotated[
        bool, Parameter("--all", help="Norms that are not met, and laws of other states, too.")
    ] = False,
    as_of: AsOf = "",
    tlp: Level = "",
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show which elements of which norms are met, or answer questions about the act.

    With answers each becomes an entry, all of them or none; without, what they come to is shown.
    It is never said that an act was unlawful.
    """
    if answers:
        return _answer(
            case, answers, {"rests_on": rests_on, "note": note},
            tlp=tlp, actor=actor, home=home, as_json=as_json, doors=doors,
        )  # fmt: skip
    if rests_on or note:
        raise UsageError("nothing is answered", hint="give QUESTION=ANSWER: see --ask")
    from legation.app.cases.norms import listed

    with seen(doors, home, case, as_of=as_of) as found:
        told = _told(found)
        lacking = _gaps(found, told)
        groups = _guided(found, norm)
        if norm:
            told = _named(found, told, norm)
            lacking = tuple(one for one in lacking if one.what in {each.name for each in told})
        if as_json:
            answer_json(_as_json(found, told, groups, lacking, only="ask" * ask or "gaps" * gaps))
            return 0
        answer(found.head())
        say_fallen(_fallen(found))
        if ask:
            _say_open(groups)
        elif gaps:
            _say_gaps(lacking)
        else:
            lists = listed(found.case, told)
            for one in told if norm or every else lists.first:
                _say(one)
            if not (norm or every):
                _say_rest(lists)
            _say_gaps(lacking)
            open_ones = sum(len(one.questions) for one in groups)
            command = typed(f"legation case assess {found.case.number} --ask", home)
            tell(f"{counted(open_ones, 'question')} still open: {command}")
        _say_caveat()
    return 0


def _answer(
    case: str, answers: "Sequence[str]", shared: dict[str, str], *, tlp: str, actor: str,
    home: "Path | None", as_json: bool, doors: Lent,
) -> int:  # fmt: skip
    from legation.safeguards.cases.typed import read_typed

    bodies = [
        read_typed("answered", {"question": question, "answer": said} | shared)
        for question, said in pairs(answers, "answer").items()
    ]
    say_written(case, write(doors, home, case, bodies, actor=actor, tlp=tlp), as_json=as_json)
    return 0


def _told(found: Seen) -> "list[Assessment]":
    """Return what the answers say of each norm, those that may be met first."""
    from legation.safeguards.cases.gathering import assessed

    return sorted(assessed(found.case, found.book), key=lambda one: _ORDER.index(one.result))


def _named(found: Seen, told: "list[Assessment]", norm: str) -> "list[Assessment]":
    """Return one norm; of rules that are not offered it is said why."""
    from legation.safeguards.cases.law.answers import forms_named

    keys = {one.form.key for one in forms_named(norm, found.book.norms.forms)}
    named = [one for one in told if one.key in keys]
    if not named:
        raise UsageError(
            f"{norm[:60]} is a rule for armed conflict, and nobody said that this question is open",
            hint="a person says so, with reasons: legation case add CASE threshold",
        )
    return named


def _guided(found: Seen, norm: str) -> "tuple[Group, ...]":
    from legation.safeguards.cases.gathering import answers_of, numbered
    from legation.safeguards.cases.law.answers import forms_named, threshold_open
    from legation.safeguards.cases.law.guiding import guided

    norms = found.book.norms
    names = [one.form.name for one in forms_named(norm, norms.forms)] if norm else None
    return guided(
        norms,
        answers_of(found.case),
        conflict=threshold_open(numbered(found.case)),
        names=names,
    )


def _gaps(found: Seen, told: "list[Assessment]") -> "tuple[Gap, ...]":
    from legation.safeguards.cases.gathering import gaps_in_law

    return gaps_in_law(found.case, found.book, tuple(told))


def _fallen(found: Seen) -> "tuple[Fallen, ...]":
    from legation.safeguards.cases.circumstances import DutyStated
    from legation.safeguards.cases.fallen import fallen_in
    from legation.safeguards.cases.law.answers import Answered

    return fallen_in(found.case, Answered, DutyStated)


def _as_json(
    found: Seen,
    told: "Sequence[Assessment]",
    groups: "Sequence[Group]",
    lacking: "Sequence[Gap]",
    *,
    only: str,
) -> dict[str, Any]:
    from legation.safeguards.cases.law.assessing import CAVEAT

    norms = [plainly(one) | {"unasked": one.unasked, "elsewhere": one.elsewhere} for one in told]
    parts = {"norms": norms, "open": groups, "gaps": lacking}
    kept = {"ask": ("open",), "gaps": ("gaps",)}.get(only, tuple(parts))
    return found.told(caveat=CAVEAT, fallen=_fallen(found), **{name: parts[name] for name in kept})


def _say(one: "Assessment") -> None:
    by = f" by {one.disputed_by}" if one.disputed_by else ""
    weight = one.weight + (f", {one.weight_note}" if one.weight_note else "")
    answer(f"\n{one.name}: {one.result}{by}  ({weight})")
    answer(f"  {one.title}; as of {one.as_of}; {one.mark or one.source}")
    rows(
        ("  element", "answer", "entry", "rests on", "note"),
        (
            (f"  {each.question}", each.answer, str(each.entry or ""), cited(each.rests_on),
             each.note)
            for each in (*one.elements, *one.beside)
        ),
    )  # fmt: skip
    for bound in one.bound:
        why = "; ".join(filter(None, (bound.note, bound.mark)))
        answer(f"  {bound.state}: {bound.said}" + (f" ({why})" if why else ""))
    for said in one.positions.concerned:
        answer(f"  {said.state} {said.stance} it ({said.on}): {said.note} [{said.mark}]")
    others = ", ".join(f"{number} {stance}" for stance, number in one.positions.others.items())
    for name, text in (
        ("other states", others),
        ("states differ", one.differ),
        ("views differ", one.views),
        ("the norm asks too", one.asks_not),
        ("never asked", ", ".join(one.unasked)),
    ):
        if text:
            answer(f"  {name}: {text}")


def _say_rest(lists: "Listed") -> None:
    elsewhere = sum(one.elsewhere for one in lists.rest)
    unmet, afar = len(lists.rest) - elsewhere, len(lists.afar) + elsewhere
    if unmet or afar:
        answer(
            f"\n{counted(unmet, 'norm')} not met by what is answered, and {counted(afar, 'norm')} "
            "of other states, or that bind nobody whom the case concerns: --all lists them"
        )


def _say_open(groups: "Sequence[Group]") -> None:
    if not groups:
        answer("No norm needs an answer any more.")
    for group in groups:
        answer(f"\n{group.subject}")
        for one in group.questions:
            answer(f"  {one.key}: {one.text}" + (f" [{one.mark}]" if one.mark else ""))
            if one.means:
                answer(f"    {one.means}")
            answer(f"    for: {', '.join(one.decides)}")


def _say_gaps(lacking: "Sequence[Gap]") -> None:
    if lacking:
        answer("\nWhat no law in force gave")
    for one in lacking:
        where = f"entry {one.entry}" if one.entry else one.kind
        told = "; ".join(filter(None, (one.why, one.detail, one.mark)))
        answer(f"  {one.state or '-'}  {one.what}: {told} ({where})")


def _say_caveat() -> None:
    from legation.safeguards.cases.law.assessing import CAVEAT, NOT_ASKED

    tell(f'{CAVEAT} An element that was never asked counts as "{NOT_ASKED}".')
