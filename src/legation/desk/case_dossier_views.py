"""Dossiers of a case: listed without a name, looked at for a purpose, handed out when complete."""

from typing import Final

from litestar import Response, get, post

from legation.app.cases.books import book_of
from legation.app.cases.docket import Docket
from legation.app.cases.listing import KINDS, dossiers_told, export_dossier, ids_of, open_dossier
from legation.app.cases.sheets import CAVEAT
from legation.app.days import end_of_day
from legation.desk.answers import Ask, Given, Name, Writer, file, only, page
from legation.desk.aside import ASIDE
from legation.desk.dossier_papers import PAPER, begin_dossier
from legation.desk.gate import FORM_FIELD
from legation.desk.mission_views import scope_of
from legation.desk.reading import Download


@get("/case/{case:str}/dossiers", sync_to_thread=False, verb="case.read")
def dossiers(request: Ask, *, reading: Given, pages: Writer, case: Name) -> Response[str]:
    """List the dossiers of a case; what they say is shown for a stated purpose."""
    asked = only(request, "as_of")
    scope = scope_of(reading)
    found = Docket(scope).case(case, as_of=end_of_day(asked.get("as_of", "")))
    book = book_of(scope)
    ids = [found.id, *(one.id for one in found.entries)]
    return page(
        pages.write(
            "case_dossiers",
            marking=reading.marking((), *ids, members=False),
            case=found,
            asked=asked,
            said=CAVEAT,
            told=dossiers_told(scope, found, book),
            regimes=book.regimes,
        )
    )


@post("/case/{case:str}/dossier/{dossier:str}", status_code=200, verb="case.read")
async def look(
    request: Ask, *, reading: Given, pages: Writer, case: Name, dossier: Name
) -> Response[str] | Response[bytes]:
    """Show a dossier, or hand it out, once the trail says what for."""
    form = await request.form()
    stated = {name: str(value) for name, value in form.items() if name != FORM_FIELD}
    scope, purpose = scope_of(reading), " ".join(stated.get("purpose", "").split())
    found = Docket(scope).case(case)
    book = book_of(scope)
    opened = open_dossier(scope, found, book, dossier, purpose=purpose)
    kind = stated.get("kind", "")
    if kind:
        request.user.require("case.export")
    if kind == PAPER:
        paper = begin_dossier(scope, pages, found, opened)
        return file(await ASIDE.do(request.user.person_id, paper.set))
    if kind:
        made = export_dossier(scope, found, opened, kind)
        return file(Download(name=made.name, media_type=made.media_type, content=made.content))
    marking = reading.marking((), *ids_of(found, dossier), members=False)
    return page(
        pages.write(
            "case_dossier",
            marking=marking,
            case=found,
            asked={},
            said=CAVEAT,
            opened=opened,
            purpose=purpose,
            kinds_of_file=(*KINDS, PAPER),
        )
    )


CASE_DOSSIERS: Final = (dossiers, look)
