"""What posts carry of statements, on pages: altered copies with their reasons, and each one whole.

The watch finds them; here they are read. A copy is changed words that a post gives as the
statement's own; which words, is shown. What leaves below the grade "high" is masked as any export.
"""

from typing import Final

import msgspec
from litestar import Response, get

from legation.app.caveats import COPIES
from legation.app.statements.in_posts import Changed, changed_in
from legation.desk.answers import Ask, Given, Name, Writer, file, page
from legation.desk.case_forms import Working
from legation.desk.exports import download, left_as
from legation.desk.listing import Listing, said
from legation.desk.mission_views import scope_of
from legation.desk.statement_views import Shown, draft_number, places_of, shown
from legation.errors import NotFoundError
from legation.formats.masking import MASK, mask_mentions
from legation.store.statement_copies import MOST, CopyRow

_SHOWN: Final = 50
GRADES: Final = ("low", "moderate", "high")

LISTED: Final[Listing[CopyRow]] = Listing(
    path="/statements/copies",
    order="when",
    keys={
        "when": lambda one: one.copy,
        "posts": lambda one: (one.posts, one.copy),
        "grade": lambda one: (GRADES.index(one.found.grade), one.copy),
    },
    key=lambda one: str(one.copy),
    fits={
        "by": lambda one, asked: one.found.kind == asked,
        "words": lambda one, asked: said(one.found.number, one.found.issuer, one.found.reason)(
            asked
        ),
    },
)


class CopyLine(msgspec.Struct, frozen=True, kw_only=True):
    """An altered copy in a file."""

    copy: int
    issuer: str
    number: str
    language: str
    by: str
    grade: str
    reason: str
    posts: int
    accounts: int
    first: str
    last: str
    label: str


class PostLine(msgspec.Struct, frozen=True, kw_only=True):
    """A post with an altered copy in a file."""

    time: str
    account: str
    post: str
    place: str
    state: str
    office: str


@get("/statements/copies", sync_to_thread=False, verb="statement.read")
def copies(request: Ask, reading: Given, desk_work: Working, pages: Writer) -> Response[str]:
    """List altered copies, the newest first."""
    scope = scope_of(reading)
    turn = LISTED.page(request, scope.store.copies.as_read_by(scope.reader.clearance).every())
    labels = [one.found.label for one in turn.rows]
    return page(
        pages.write(
            "statement_copies",
            marking=reading.marking((), members=False, labels=labels) if labels else "",
            turn=turn,
            changed={one.copy: changed_in(one.found) for one in turn.rows},
            places=places_of(desk_work.shelf),
            shelf=desk_work.shelf,
        )
    )


@get("/statements/copies/as/{kind:str}", sync_to_thread=False, verb="statement.export")
def copies_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same list."""
    scope = scope_of(reading)
    known = scope.store.copies.as_read_by(scope.reader.clearance)
    found = LISTED.whole(request, known.every())
    lines = [_line(one, one.found.label.text(scope.ladder)) for one in found]
    made = download("altered-copies", kind, lines, CopyLine, caveat=COPIES)
    labels = [one.found.label for one in found]
    return file(left_as(scope, "altered copies", made, [], labels=labels, may="statement.export"))


@get("/statements/copy/{copy:str}", sync_to_thread=False, verb="statement.read")
def copy_page(reading: Given, desk_work: Working, pages: Writer, copy: Name) -> Response[str]:
    """Show an altered copy: which words differ, and who posted it when."""
    scope = scope_of(reading)
    known = scope.store.copies.as_read_by(scope.reader.clearance)
    one = known.get(draft_number(copy))
    return page(
        pages.write(
            "statement_copy",
            marking=reading.marking((), members=False, labels=[one.found.label]),
            one=one,
            changed=changed_in(one.found),
            posts=shown(known.sightings(one.copy, limit=_SHOWN)),
            places=places_of(desk_work.shelf),
        )
    )


@get("/statements/copy/{copy:str}/as/{kind:str}", sync_to_thread=False, verb="statement.export")
def copy_file(reading: Given, copy: Name, kind: Name) -> Response[bytes]:
    """Hand out an altered copy: as JSON whole, as CSV its posts."""
    scope = scope_of(reading)
    known = scope.store.copies.as_read_by(scope.reader.clearance)
    one = known.get(draft_number(copy))
    grade = one.found.grade
    lines = [_post(each, grade) for each in shown(known.sightings(one.copy, limit=MOST))]
    name = f"copy-{one.copy}"
    if kind == "json":
        line, changed = _line(one, one.found.label.text(scope.ladder)), changed_in(one.found)
        told = {
            "caveat": COPIES,
            "copy": line,
            "differences": as_may_leave(changed, grade).differences,
            "posts": lines,
        }
        made = download(name, kind, [], PostLine, caveat=COPIES)
        made = msgspec.structs.replace(made, content=msgspec.json.encode(told))
    elif kind == "csv":
        made = download(name, kind, lines, PostLine, caveat=COPIES)
    else:
        raise NotFoundError(f"no export as {kind!r:.20}", hint="choose csv or json")
    labels = [one.found.label]
    return file(left_as(scope, "altered copy", made, [], labels=labels, may="statement.export"))


STATEMENT_COPIES: Final = (copies, copies_file, copy_page, copy_file)


def as_may_leave(changed: Changed, grade: str) -> Changed:
    """Return what was changed as it may leave: what leads to an author is masked below "high"."""
    if grade == "high":
        return changed
    masked = tuple(
        msgspec.structs.replace(one, pasted=mask_mentions(one.pasted))
        for one in changed.differences
    )
    return msgspec.structs.replace(changed, differences=masked)


def _line(one: CopyRow, label: str) -> CopyLine:
    of = one.found
    return CopyLine(
        copy=one.copy,
        issuer=of.issuer,
        number=of.number,
        language=of.language,
        by=of.kind,
        grade=of.grade,
        reason=of.reason if of.grade == "high" else mask_mentions(of.reason),
        posts=one.posts,
        accounts=one.accounts,
        first=one.first.isoformat(),
        last=one.last.isoformat(),
        label=label,
    )


def _post(one: Shown, grade: str) -> PostLine:
    seen, place = one.seen, one.place
    return PostLine(
        time=seen.at.isoformat(),
        account=seen.account_id,
        post=seen.post_id if grade == "high" or place else MASK,
        place=f"{place.platform} {place.name}".strip() if place else "",
        state=place.state if place else "",
        office=place.office if place else "",
    )
