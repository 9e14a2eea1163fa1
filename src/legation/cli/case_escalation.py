"""`legation case escalation`: early warning for each pair of states, and the ways out beside it.

The rules are the same for every pair. What rests on chance stands with its interval; that there is
too little to go by is said, and is no all-clear.
"""

from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from legation.cli.case_doors import (
    AsOf,
    mark,
    rows,
)
from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, chance, tell
from legation.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from legation.app.cases.signals import Watched
    from legation.safeguards.cases.escalation.chances import Fall, Rate
    from legation.safeguards.cases.escalation.exits import Exit
    from legation.safeguards.cases.escalation.watch import Watch

_CANNOT: Final = "cannot tell"
_CAVEAT: Final = (
    "A warning says that more passes between two parties than before, by stated rules. It says "
    "nothing of who is right, and silence is no all-clear."
)
_NO_OWN: Final = (
    "Nobody said which state this desk serves, so what it answers counts for no pair: see the "
    "setting `state`."
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
    from legation.safeguards.cases.escalation.exits import exits

    sides = sorted(one.upper() for one in (a, b) if one)
    for one in sides:
        verify_party(one)
    if len(sides) == 1 or len(set(sides)) < len(sides):
        raise UsageError("a pair has two sides", hint="name two codes, or none for all pairs")
    found, marking, missing = _looked(doors, home, as_of)
    pairs = [one for one in found.pairs if sides in ([], [one.a, one.b])]
    if as_json:
        told = {"marking": marking, "caveat": _CAVEAT, "missing": missing, "asked": sides}
        answer_json(told | {"pairs": pairs, "exits": exits()})
        return 0
    answer(marking)
    if sides:
        _say_pair(sides, pairs)
    else:
        rows(("pair", "verdict", "incidents", "tone", "why"), map(_line, pairs))
    _say_exits(exits(), whole=bool(sides))
    for words in missing:
        tell(words)
    tell(_CAVEAT)
    return 0


def _looked(doors: Lent, home: HomeFolder, as_of: str) -> "tuple[Watched, str, list[str]]":
    """Return what there is to watch for, its marking, and what was not counted."""
    from legation.app.cases.docket import Docket
    from legation.app.cases.signals import MOST_CASES, watched
    from legation.app.days import end_of_day
    from legation.app.leaving import marking_to_leave

    place, then = doors.home(home), end_of_day(as_of)
    place.require()
    with place.store(sweep=False) as store:
        scope = place.library(store, "command line").scope()
        found = watched(scope, scope.state, (then or doors.now()).date(), as_of=then)
        many = len(Docket(scope).rows.every()) > MOST_CASES
        marking = marking_to_leave(scope, found.ids).text
    missing = [] if scope.state else [_NO_OWN]
    if many:
        missing.append(f"Only the {MOST_CASES:,} cases that were last written into are counted.")
    return found, marking, missing


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
        answer(f"  {one.title}" + (f" [{mark(one.verified)}]: {one.source}" if whole else ""))
        for need in one.needs if whole else ():
            answer(f"    needs {need}")
