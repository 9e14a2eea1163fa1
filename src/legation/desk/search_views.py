"""The page of the search, which each page leads to by the box in its head."""

from datetime import datetime
from typing import Final

import msgspec
from litestar import Response, get

from legation.app.searching import ORDERS, Found, Reach, Results, search
from legation.desk.answers import LIMIT, Ask, Given, Name, Writer, file, only, page
from legation.desk.exports import download, leaving
from legation.desk.listing import Heads
from legation.desk.own import own
from legation.desk.plain import excerpt
from legation.desk.reading import Reading
from legation.errors import NotFoundError
from legation.formats.masking import MASK, mask_mentions, shorten
from legation.threats.disinformation.findings import CAVEAT

_MOST: Final = 10_000
SAID: Final = {
    "campaign": "Campaigns",
    "post": "Texts of posts",
    "link": "Links",
    "hashtag": "Hashtags",
    "account": "Accounts",
    "note": "Notes",
    "case": "Cases",
    "filter": "Saved filters",
    "import": "Imports",
    "person": "People",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a file of results; below the grade "high" it names nobody and quotes little."""

    kind: str
    title: str
    campaign_id: str
    at: datetime | None
    text: str


@get("/search", sync_to_thread=False, verb="search.read")
def searched(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """Show what holds the words."""
    asked = only(request, "q", "kind", "order", "after")
    after = asked.pop("after", "")
    found = _found(request, reading, asked, after, LIMIT if asked.get("kind") else 5)
    return page(
        pages.write(
            "search",
            question=asked.get("q", ""),
            kind=asked.get("kind", ""),
            kinds_said=SAID,
            given=asked,
            heads=Heads(path="/search", given=asked, order=asked.get("order", ORDERS[0])),
            after=after,
            found=found,
            reach=Reach(),
            # Members are named where accounts were found; else campaigns alone are shown.
            marking=reading.marking(
                found.campaign_ids(), *found.object_ids(), members="account" in found.totals
            ),
            **own(request, reading, "search", asked, listed=False),
        )
    )


@get("/search/as/{kind:str}", sync_to_thread=False, verb="campaign.export")
def searched_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out what holds the words."""
    asked = only(request, "q", "kind", "order")
    found = _found(request, reading, asked, "", _MOST)
    lines = [_line(one) for group in found.groups for one in group.found]
    made = download("search", kind, lines, Line, caveat=CAVEAT)
    return file(leaving(reading, "search", found.campaign_ids(), made, *found.object_ids()))


SEARCH: Final = (searched, searched_file)


def _found(
    request: Ask, reading: Reading, asked: dict[str, str], after: str, limit: int
) -> Results:
    library = reading.library()
    if library is None:
        raise NotFoundError("this desk has nothing to search", hint="open a desk with a home")
    guest = request.user
    return search(
        library,
        asked.get("q", "")[:1_000],
        verbs=guest.verbs,
        person_id=guest.person_id,
        roles=guest.roles,
        kind=asked.get("kind", ""),
        after=after,
        limit=limit,
        order=asked.get("order", ORDERS[0]),
        roster=guest.roster,
    )


def _line(one: Found) -> Line:
    text = "".join(piece.text for piece in one.pieces)
    if one.kind in ("post", "link") and one.grade != "high":
        text = MASK if one.kind == "link" else shorten(mask_mentions(text))
    if one.kind == "campaign" and one.grade != "high":
        text = one.title
    return Line(
        kind=one.kind,
        title=one.title,
        campaign_id=one.campaign_id,
        at=one.at,
        text=excerpt(text, 2_000).text,
    )
