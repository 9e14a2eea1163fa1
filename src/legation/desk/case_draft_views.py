"""The document of an answer that was chosen, from the desk: prepared once, handed out each time.

It is what `legation case draft` does. The draft waits in the outbox and the case says so; nothing
is sent. A document that cannot leave by this hand is not prepared either.
"""

from typing import Final

from litestar import Response, post

from legation.app.cases.books import book_of
from legation.app.cases.docket import Docket
from legation.app.cases.papers import document, hand_out, is_prepared, prepare
from legation.desk.answers import Ask, Given, Name, file
from legation.desk.case_forms import Working, filing_of
from legation.desk.case_views import entry_number
from legation.desk.mission_views import scope_of
from legation.desk.reading import Download


@post(
    "/case/{case:str}/draft/{number:str}",
    status_code=200,
    sync_to_thread=False,
    verb="case.write",
)
def draft(
    request: Ask, reading: Given, desk_work: Working, case: Name, number: Name
) -> Response[bytes]:
    """Hand out the document of a choice as a file; that it was prepared is entered once."""
    request.user.require("case.export")
    choice, scope = entry_number(number), scope_of(reading)
    found = Docket(scope).case(case)
    made = document(scope, found, book_of(scope), choice, {})
    with scope.store.transaction():
        left = hand_out(scope, found, choice, made)
        if not is_prepared(found, choice):
            prepare(scope, filing_of(scope, desk_work), found, choice, made)
    return file(Download(name=left.name, media_type=left.media_type, content=left.content))


CASE_DRAFTS: Final = (draft,)
