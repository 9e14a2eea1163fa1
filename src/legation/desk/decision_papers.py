"""A decision record as a paper: what was decided, on what, by whose hands, and what it lacks."""

import hashlib
from functools import partial
from typing import Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from legation.app.cases.docket import Docket
from legation.app.cases.recorded import EXPORT, ids_of, told_of
from legation.app.cases.sheets import CAVEAT, entry_line
from legation.app.leaving import Left, leave
from legation.app.scope import Scope
from legation.desk.answers import Ask, Given, Name, Writer, file
from legation.desk.aside import ASIDE
from legation.desk.gate import Gate
from legation.desk.mission_views import scope_of
from legation.desk.paper import Paper, Stamp, need, set_page
from legation.desk.rendering import Pages
from legation.errors import NotFoundError
from legation.formats.marked import named
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.gathering import record_in

Door = NamedDependency[SkipValidation[Gate]]
_LONGEST: Final = 9


@get("/case/{case:str}/decision/{entry:str}/paper/pdf", verb="case.export")
async def decision_paper(
    request: Ask, *, reading: Given, gate: Door, pages: Writer, case: Name, entry: Name
) -> Response[bytes]:
    """Hand out a decision record as a paper."""
    if not entry.isdecimal() or len(entry) > _LONGEST:
        raise NotFoundError("there is no such decision", hint="go back to the answers of the case")
    scope = scope_of(reading)
    found = Docket(scope).case(case)
    paper = begin_decision(scope, pages, found, int(entry), gate.names(request))
    return file(await ASIDE.do(request.user.person_id, paper.set))


def begin_decision(
    scope: Scope, pages: Pages, case: Case, entry: int, names: dict[str, str]
) -> Paper:
    """Record that a decision record leaves as a paper, and return it to be set.

    Raises:
        MissingPartError: What sets it is not installed.
        NotFoundError: That entry begins no decision.
        DeniedError: The policies do not let this reader take it out.
        StepUpError: It is above AMBER, and no passkey was shown just now.
    """
    need("pdf")
    record = record_in(case, entry)
    told = told_of(case, record, names, scope) | {"caveat": CAVEAT, "case": case.number}
    contents = msgspec.json.encode(told, order="sorted")
    sha256 = hashlib.sha256(contents).hexdigest()
    of = Left(page="decision", kind="pdf", contents=sha256)
    leaving = leave(
        scope, ids_of(case, record), of, may="case.export", verb=EXPORT, subjects=(case.id,)
    )
    label = " · ".join(dict.fromkeys(filter(None, (leaving.level, pages.banner))))
    text = pages.write(
        "paper_decision",
        case=case,
        record=record,
        told=told,
        lines={one.number: entry_line(case, one, names) for one in case.entries},
        said=CAVEAT,
        run=None,
        stamp=Stamp(label=label, sha256=sha256, leaving=leaving, page="decision"),
    )
    return Paper(
        name=named(f"decision-{case.number}-{entry}.pdf", leaving.tag),
        media_type="application/pdf",
        content=partial(set_page, text, contents),
    )


DECISION_PAPERS: Final = (decision_paper,)
