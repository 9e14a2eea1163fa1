"""`legation case escalation`: early warning for each pair of states, and the ways out beside it.

The rules are the same for every pair. What rests on chance stands with its interval; that there is
too little to go by is said, and is no all-clear.
"""

from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from legation.cli.case_doors import AsJson, AsOf, HomeFolder, Lent, plainly, rows
from legation.cli.words import answer, answer_json, chance, counted, tell
from legation.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from legation.app.cases.signals import Looked
    from legation.safeguards.cases.escalation.chances import Fall, Rate
    from legation.safeguards.cases.escalation.exits import Exit
    from legation.safeguards.cases.escalation.watch import Watch

_CANNOT: Final = "cannot tell"
_NO_CLEAR: Final = (
    "A warning is a reason to look, and none is no all-clear. Named is whom somebody names: "
    "whether they are right is told in each case."
)


def escalation(
    a: Annotated[str, Parameter(help="One state or organisation, by its code.")] = "",
    b: Annotated[str, Parameter(help="The other. [default: all pairs]")] = "",
    /,
    *,
    as_of: AsOf = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show, for each pair of states, whether what passes between them escalates, and why."""
    from legation.knowledge.states import verify_party

    sides = sorted(one.upper() for one in (a, b) if one)
    for one in sides:
        verify_party(one)
    if len(sides) == 1 or len(set(sides)) < len(sides):
        raise UsageError("a pair has two sides", hint="name two codes, or none for all pairs")
    found = _looked(doors, home, as_of)
    pairs = [one for one in found.pairs if sides in ([], [one.a, one.b])]
    if as_json:
        told = plainly(found) | {"pairs": pairs, "asked": sides, "says": _NO_CLEAR}
        answer_json(told)
        return 0
    if sides:
        _say_pair(sides, pairs)
    else:
        rows(("pair", "verdict", "incidents", "tone", "why"), map(_line, pairs))
    for words in found.missing:
        answer(f"not counted: {words}")
    _say_exits(found.exits, whole=bool(sides))
    tell(f"{counted(found.cases, 'case')} looked at, for {found.day}. {_NO_CLEAR}")
    return 0


def _looked(doors: Lent, home: HomeFolder, as_of: str) -> "Looked":
    from legation.app.cases.books import book_of
    from legation.app.cases.docket import Docket
    from legation.app.cases.signals import look
    from legation.app.days import end_of_day
    from legation.app.registers import Registers
    from legation.missions.talks import Talk

    place, then = doors.home(home), end_of_day(as_of)
    place.require()
    with place.store(sweep=False) as store:
        scope = place.library(store, "command line").scope()
        kept = Registers(scope).rows("talks", as_of=then)
        talks = [one.row for one in kept if isinstance(one.row, Talk)]
        cases = Docket(scope).every(as_of=then)
        return look(cases, talks, book_of(scope, place.settings), (then or doors.now()).date())


def _line(one: "Watch") -> tuple[str, ...]:
    why = "; ".join(reason.words for reason in one.reasons) or "; ".join(one.missing)
    return f"{one.a} {one.b}", one.verdict, _rate(one.rate), _tone(one.tone), why


def _rate(told: "Rate | None") -> str:
    """Write how often incidents come beside the past of a pair, with the interval."""
    if told is None:
        return _CANNOT
    high = f"{told.high:.1f}" if told.high is not None else "no end"
    middle = f"{told.ratio:.1f}" if told.ratio is not None else _CANNOT
    return f"x {middle} ({told.low:.1f} to {high})"


def _tone(told: "Fall | None") -> str:
    if told is None:
        return _CANNOT
    return f"{told.slope:+.2f} a week ({told.low:+.2f} to {told.high:+.2f})"


def _say_pair(sides: list[str], pairs: "list[Watch]") -> None:
    if not pairs:
        answer(f"{' '.join(sides)}: {_CANNOT}: nothing is on record between the two")
        return
    (one,) = pairs
    answer(f"{one.a} {one.b}: {one.verdict}")
    answer(f"incidents, last weeks beside the weeks before: {_rate(one.rate)}")
    if one.rate is not None:
        answer(
            f"  {one.rate.recent} in {one.rate.recent_weeks} weeks, {one.rate.past} in "
            f"{one.rate.past_weeks} before; by chance, for all pairs: {chance(one.rate.adjusted)}"
        )
    answer(f"tone: {_tone(one.tone)}")
    if one.tone is not None:
        answer(f"  {one.tone.points} means; by chance, for all pairs: {chance(one.tone.adjusted)}")
    answer(f"answers that climb in turn: {one.climbing}")
    for reason in one.reasons:
        kind = "warns" if reason.warns else "beside"
        answer(f"{kind}: {reason.words} ({', '.join(reason.of)})")
    for words in one.missing:
        answer(f"{_CANNOT}: {words}")
    told = []
    for week in one.weeks:
        for side in week.sides:
            if side.incidents or side.rung is not None or side.tone is not None:
                rung = "" if side.rung is None else str(side.rung)
                tone = "" if side.tone is None else f"{side.tone:+.1f}"
                told.append((str(week.begins), side.party, str(side.incidents), rung, tone))
    rows(("week from", "side", "incidents", "highest rung", "tone"), told)


def _say_exits(told: "Iterable[Exit]", *, whole: bool) -> None:
    answer("\nWays to calm, the quickest first")
    for one in told:
        answer(f"  {one.title}" + (f" [{one.verified}]: {one.source}" if whole else ""))
        for need in one.needs if whole else ():
            answer(f"    needs {need}")
