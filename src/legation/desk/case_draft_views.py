"""The document of an answer that was chosen, from the desk: prepared once, handed out each time.

It is what `legation case draft` does. The draft waits in the outbox and the case says so; nothing
is sent. A document that cannot leave by this hand is not prepared either.
"""

import io
import zipfile
from typing import Final

from litestar import Response, post

from legation.app.cases.books import book_of
from legation.app.cases.docket import Docket
from legation.app.cases.papers import document, hand_out, is_prepared, prepare
from legation.app.kept import Exported
from legation.desk.answers import Ask, Given, Name, file
from legation.desk.case_forms import Working, filing_of
from legation.desk.case_views import entry_number
from legation.desk.mission_views import scope_of
from legation.desk.reading import Download


@post(
    "/case/{case:str}/draft/{number:str}",
    status_code=200,
    sync_to_thread=False,
    verb="case.export",
)
def draft(
    request: Ask, reading: Given, desk_work: Working, case: Name, number: Name
) -> Response[bytes]:
    """Hand out the document of a choice as a file; that it was prepared is entered once."""
    request.user.require("case.write")
    choice, scope = entry_number(number), scope_of(reading)
    found = Docket(scope).case(case)
    made = document(scope, found, book_of(scope), choice, {})
    with scope.store.transaction():
        letter, cover = hand_out(scope, found, choice, made)
        if not is_prepared(found, choice):
            prepare(scope, filing_of(scope, desk_work), found, choice, made)
    return file(_together(letter, cover))


def _together(letter: Exported, cover: Exported) -> Download:
    """Return a letter and its cover note as one file, in which each is a file of its own."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in (letter, cover):
            archive.writestr(one.name, one.content)
    stem, _, _ = letter.name.rpartition(".")
    return Download(name=f"{stem}.zip", media_type="application/zip", content=packed.getvalue())


CASE_DRAFTS: Final = (draft,)
