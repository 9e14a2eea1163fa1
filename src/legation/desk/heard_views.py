"""What partners answered: to a case on a page of its own, to a case or a campaign as a file."""

from datetime import datetime
from typing import Final

import msgspec
from litestar import Response, get

from legation.app.cases.docket import Docket
from legation.app.cases.sheets import CAVEAT
from legation.app.caveats import RECEIVED
from legation.app.days import end_of_day
from legation.app.scope import Scope
from legation.app.sharing.heard import MOST, heard_of
from legation.desk.answers import Ask, Given, Name, Writer, file, only, page
from legation.desk.answers_beside import answers_about, labels_beside
from legation.desk.exports import download, left_as
from legation.desk.mission_views import scope_of
from legation.desk.reading import Download
from legation.errors import NotFoundError


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as a row of a file."""

    at: datetime
    kind: str
    opinion: str
    seen: int | None
    words: str
    confidence: int | None
    sender: str
    label: str


@get("/case/{case:str}/heard", sync_to_thread=False, verb="share.read")
def case_heard(request: Ask, *, reading: Given, pages: Writer, case: Name) -> Response[str]:
    """Show what partners answered to a case."""
    asked = only(request, "as_of")
    request.user.require("case.read")
    as_of = end_of_day(asked.get("as_of", ""))
    found = Docket(scope_of(reading)).case(case, as_of=as_of)
    heard = answers_about(request, reading, found.id, as_of)
    ids = [found.id, *(one.id for one in found.entries)]
    marking = reading.marking((), *ids, members=False, labels=labels_beside(heard))
    return page(
        pages.write(
            "case_heard", marking=marking, case=found, heard=heard, asked=asked, said=CAVEAT
        )
    )


@get("/case/{case:str}/heard/as/{kind:str}", sync_to_thread=False, verb="share.export")
def case_heard_file(request: Ask, reading: Given, case: Name, kind: Name) -> Response[bytes]:
    """Hand out what partners answered to a case."""
    request.user.require("case.read")
    scope = scope_of(reading)
    found = Docket(scope).case(case)
    ids = [found.id, *(one.id for one in found.entries)]
    return file(_file(request, scope, kind, found.id, ids))


@get("/campaign/{campaign_id:str}/heard/as/{kind:str}", sync_to_thread=False, verb="share.export")
def campaign_heard_file(
    request: Ask, reading: Given, campaign_id: Name, kind: Name
) -> Response[bytes]:
    """Hand out what partners answered to a campaign."""
    request.user.require("campaign.read")
    library = reading.library()
    if library is None:
        raise NotFoundError("this desk keeps no registers", hint="open a desk with a home")
    object_id = library.object_id(campaign_id)
    ids = library.told_of([campaign_id])[1]
    return file(_file(request, library.scope(), kind, object_id, ids))


HEARD_VIEWS: Final = (case_heard, case_heard_file, campaign_heard_file)


def _file(request: Ask, scope: Scope, kind: str, object_id: str, ids: list[str]) -> Download:
    heard = heard_of(scope, object_id, request.user.verbs, most=MOST)
    rows = [
        Line(
            at=one.at,
            kind=one.kind,
            opinion=one.opinion,
            seen=one.seen,
            words=one.words,
            confidence=one.confidence,
            sender=one.sender,
            label=one.label.text(scope.ladder),
        )
        for one in heard.items
    ]
    made = download("answers", kind, rows, Line, caveat=RECEIVED)
    return left_as(scope, "answers", made, ids, labels=heard.labels, may="share.export")
