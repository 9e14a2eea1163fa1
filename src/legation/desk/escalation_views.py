"""The escalation watch: what passes between each two parties, and when to warn, with its reasons.

Every pair is judged by the same rules. The ways out stand beside each, the direct call first, one
click away. That a pair cannot be judged is told as that, and is no all-clear.
"""

from typing import Final

import msgspec
from litestar import Response, get

from legation.app.cases.signals import CAVEAT, MOST_CASES, Watched, watched
from legation.app.days import end_of_day
from legation.app.scope import Scope
from legation.desk.answers import Ask, Given, Name, Writer, file, page
from legation.desk.exports import download, left_as
from legation.desk.listing import Listing
from legation.desk.mission_views import scope_of
from legation.safeguards.cases.escalation.chances import Fall, Rate
from legation.safeguards.cases.escalation.exits import exits
from legation.safeguards.cases.escalation.watch import Watch

_VERDICTS: Final = ("warns", "cannot tell", "no warning")


class PairLine(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of parties in a list.

    Attributes:
        recent: Incidents of the last weeks; None: it cannot be told.
        past: Those of the weeks before.
        ratio: How the rates stand to one another, with the interval of 95 %.
        slope: Of the tone, in steps of its scale in a week, with its interval.
        climbing: How many of the last answers climb in turn.
    """

    a: str
    b: str
    verdict: str
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    recent: int | None
    past: int | None
    ratio: tuple[float | None, ...]
    slope: tuple[float, ...]
    climbing: int
    of: tuple[str, ...]


PAIRS: Final[Listing[PairLine]] = Listing(
    path="/escalation",
    order="verdict",
    keys={
        "verdict": lambda one: (_VERDICTS.index(one.verdict), one.a, one.b),
        "pair": lambda one: (one.a, one.b),
        "incidents": lambda one: (-1 if one.recent is None else one.recent, one.a, one.b),
    },
    key=lambda one: f"{one.a}.{one.b}",
    fits={
        "verdict": lambda one, asked: one.verdict == asked,
        "party": lambda one, asked: asked.upper() in (one.a, one.b),
        "as_of": lambda _, __: True,
    },
)


@get("/escalation", sync_to_thread=False, verb="case.read")
def escalation(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List the pairs of parties of which something is on record."""
    found = _watched(request, scope_of(reading))
    turn = PAIRS.page(request, [_line(one) for one in found.pairs])
    return page(
        pages.write(
            "escalation",
            marking=reading.marking((), *found.ids, members=False),
            turn=turn,
            exits=exits(),
            verdicts=_VERDICTS,
            most=MOST_CASES,
            own=scope_of(reading).state,
            said=CAVEAT,
            asked=turn.given,
        )
    )


@get("/escalation/as/{kind:str}", sync_to_thread=False, verb="case.export")
def escalation_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same."""
    found = _watched(request, scope_of(reading))
    rows = PAIRS.whole(request, [_line(one) for one in found.pairs])
    made = download("escalation", kind, rows, PairLine, caveat=CAVEAT)
    return file(left_as(scope_of(reading), "escalation", made, found.ids))


ESCALATION: Final = (escalation, escalation_file)


def _watched(request: Ask, scope: Scope) -> Watched:
    as_of = end_of_day(request.query_params.get("as_of", ""))
    day = (as_of or scope.now()).date()
    return watched(scope, scope.state, day, as_of=as_of)


def _line(one: Watch) -> PairLine:
    rate = one.rate if isinstance(one.rate, Rate) else None
    tone = one.tone if isinstance(one.tone, Fall) else None
    return PairLine(
        a=one.a,
        b=one.b,
        verdict=one.verdict,
        reasons=tuple(each.words for each in one.reasons),
        missing=one.missing,
        recent=rate.recent if rate else None,
        past=rate.past if rate else None,
        ratio=(rate.ratio, rate.low, rate.high) if rate else (),
        slope=(tone.slope, tone.low, tone.high) if tone else (),
        climbing=one.climbing,
        of=tuple(dict.fromkeys(each for reason in one.reasons for each in reason.of)),
    )
