"""`legation case answer`: which answers are open, why others are not, and which one is chosen.

Nothing here decides. A reason names where it stands, and an article that nobody compared with its
text is marked so. The ways off the ladder stand beside each rung.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import Parameter

from legation.cli.case_doors import (
    DOOR,
    Actor,
    AsOf,
    CaseName,
    RestsOn,
    Seen,
    cited,
    plainly,
    rows,
    say_fallen,
    say_written,
    seen,
    write,
)
from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, tell, typed
from legation.errors import UsageError

if TYPE_CHECKING:
    from legation.safeguards.cases.responses.answering.ladder import Rung
    from legation.safeguards.cases.responses.answering.options import Option
    from legation.safeguards.cases.responses.answering.stopping import Stop

_CAVEAT: Final = (
    "What is open is not advised: it is what nothing on record forbids. No law fixes how sure an "
    "attribution must be; the state that answers bears the error."
)


def respond(
    case: CaseName,
    key: Annotated[str, Parameter(help="The answer to choose. [default: show all]")] = "",
    /,
    *,
    why: Annotated[str, Parameter(help="Why this answer.")] = "",
    rests_on: RestsOn = "",
    against: Annotated[str, Parameter(help="To whom it is given, by its code.")] = "",
    touches: Annotated[
        bool | None,
        Parameter("--touches", negative="--no-touches", help="Whether it touches persons."),
    ] = None,
    instead: Annotated[
        tuple[str, ...],
        Parameter(help='Why a lower rung is passed over: "3:why"; again for another rung.'),
    ] = (),
    ground: Annotated[str, Parameter(help="Key of the law that it is asked for by.")] = "",
    rule: Annotated[str, Parameter(help="Key of the platform's own rule.")] = "",
    platform: Annotated[str, Parameter(help="Key of the platform.")] = "",
    deadline: Annotated[str, Parameter(help="Day by which an answer is hoped for.")] = "",
    as_of: AsOf = "",
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show where each answer stands and what must stop, or choose one."""
    from legation.safeguards.cases.typed import read_typed

    stated = {
        "why": why, "rests_on": rests_on, "against": against.upper(), "ground": ground,
        "rule": rule, "platform": platform, "deadline": deadline,
        "instead_of": "\n".join(map(_passed_over, instead)),
    }  # fmt: skip
    if not key:
        if any(stated.values()) or touches is not None:
            raise UsageError("nothing is chosen", hint="name the answer: legation case answer CASE")
        return _show(doors, home, case, as_of=as_of, as_json=as_json)
    said = {"answer": key, "touches": "yes" if _touches(key, touches) else "no"}
    entries = write(doors, home, case, [read_typed("chosen", stated | said)], actor=actor)
    say_written(case, entries, as_json=as_json)
    if ground:
        _say_law(doors, home, case, entries[0].number)
    command = typed(f"legation case draft {case} {entries[0].number}", home)
    tell(f"Nothing was sent. Next: {command}")
    return 0


def _say_law(doors: Lent, home: HomeFolder, case: str, number: int) -> None:
    """Say where the law that was named is in no pack, with those that come nearest."""
    from legation.app.cases.laws import unknown_laws
    from legation.safeguards.cases.gathering import situation_of
    from legation.safeguards.cases.responses.answering.checking import laws_near
    from legation.safeguards.cases.responses.answering.steps import Chosen

    with seen(doors, home, case) as found:
        body = dict(found.case.of(Chosen))[number]
        for said in unknown_laws(found.case, found.book, (number,)):
            situation = situation_of(found.case, found.book, found.day)
            tell(f"{said}. Packs have: {', '.join(laws_near(body.ground or '', situation))}")


def _passed_over(said: str) -> str:
    rung, colon, why = said.partition(":")
    if not colon or not rung.strip().isdecimal():
        raise UsageError(f"{said!r:.60} names no rung", hint='write --instead "3:why"')
    return f"{rung.strip()} | {why.strip()}"


def _touches(key: str, said: bool | None) -> bool:
    """Return whether an answer touches persons; where its nature leaves that open it is said."""
    from legation.safeguards.cases.responses.catalogue import response

    by_nature = response(key).touches
    if said is None and by_nature == "may":
        raise UsageError(
            f"{key} may touch persons: nobody said whether it does",
            hint="give --touches or --no-touches",
        )
    return by_nature == "always" if said is None else said


def _show(doors: Lent, home: HomeFolder, case: str, *, as_of: str, as_json: bool) -> int:
    from legation.safeguards.cases.circumstances import Circumstances, DutyStated
    from legation.safeguards.cases.fallen import fallen_in
    from legation.safeguards.cases.gathering import situation_of
    from legation.safeguards.cases.responses.answering.ladder import ladder
    from legation.safeguards.cases.responses.answering.options import options
    from legation.safeguards.cases.responses.answering.steps import Chosen, Step
    from legation.safeguards.cases.responses.answering.stopping import must_stop

    with seen(doors, home, case, as_of=as_of) as found:
        situation, policy = situation_of(found.case, found.book, found.day), found.book.policy
        rungs = ladder(situation, policy)
        beside = [one for one in options(situation, policy) if one.rung is None]
        stop = must_stop(situation, policy)
        chosen, steps = found.case.of(Chosen), found.case.of(Step)
        fallen = fallen_in(found.case, Circumstances, DutyStated)
        if as_json:
            answer_json(
                found.told(
                    caveat=_CAVEAT,
                    policy=policy.name,
                    fallen=fallen,
                    must_stop=[_marked(one) for one in stop],
                    ladder=[_rung_told(one) for one in rungs],
                    exits=[_option_told(one) for one in beside],
                    chosen=[plainly(one) | {"entry": number} for number, one in chosen],
                    steps=[plainly(one) | {"entry": number} for number, one in steps],
                )
            )
            return 0
        answer(f"{found.head()}\npolicy: {policy.name}")
        say_fallen(fallen)
        _say_stop(stop)
        for rung in rungs:
            _say_rung(rung)
        answer("\nBeside the ladder: the ways to calm")
        for one in beside:
            _say_option(one)
        _say_chosen(found)
        tell(_CAVEAT)
    return 0


def _rung_told(one: "Rung") -> dict[str, Any]:
    told = {"number": one.number, "words": one.words, "note": one.note}
    exits = [each.key for each in one.exits]
    return told | {"options": [_option_told(each) for each in one.options], "exits": exits}


def _option_told(one: "Option") -> dict[str, Any]:
    return plainly(one) | {"reasons": [_marked(each) for each in one.reasons]}


def _marked(one: Any) -> dict[str, Any]:
    return plainly(one) | {"mark": one.by.mark}


def _say_stop(stop: "Iterable[Stop]") -> None:
    for one in stop:
        named = f" ({one.named})" if one.named else ""
        answer(f"MUST STOP: {one.answer} (entry {one.of}): {one.words}{named} {_by(one)}")


def _say_rung(one: "Rung") -> None:
    answer(f"\n{one.number}  {one.words}" + (f": {one.note}" if one.note else ""))
    for option in one.options:
        _say_option(option)
    if one.options:
        answer(f"    ways off: {', '.join(_exit(each) for each in one.exits)}")


def _exit(one: "Option") -> str:
    return one.key if one.state == "open" else f"{one.key} ({one.state})"


def _say_option(one: "Option") -> None:
    marks = ["lowest that is open"] if one.lowest else []
    marks += [f"{one.persons} persons sign"] if one.persons > 1 else []
    marks += [f"touches persons: {one.touches}"] if one.touches != "never" else []
    answer(f"  {one.key}: {one.state}" + (f"  ({'; '.join(marks)})" if marks else ""))
    for reason in one.reasons:
        named = f" ({reason.named})" if reason.named else ""
        answer(f"    {reason.kind}: {reason.words}{named} {_by(reason)}")
    if one.state == "open" and one.untried:
        answer(f"    lower rungs that are open and were not tried: {cited(one.untried)}")


def _by(one: Any) -> str:
    """Write where something stands, with its mark."""
    return f"[{', '.join(filter(None, (one.by.article, one.by.mark)))}]"


def _say_chosen(found: Seen) -> None:
    from legation.app.cases.laws import unknown_laws
    from legation.safeguards.cases.responses.answering.steps import Chosen, Step

    steps: dict[int, list[str]] = {}
    for _, step in found.case.of(Step):
        steps.setdefault(step.of, []).append(f"{step.what} {step.on}")
    told: Sequence[tuple[str, ...]] = [
        (str(number), one.answer, one.against or "", "; ".join(steps.get(number, [])), one.why)
        for number, one in found.case.of(Chosen)
    ]
    if told:
        answer("")
    rows(("entry", "chosen", "against", "steps", "why"), told)
    for said in unknown_laws(found.case, found.book):
        answer(said)
