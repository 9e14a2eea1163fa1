"""The help: the documentation as pages of the desk, behind the same fence and without a script.

`docs/desk_help.py` writes it into this package as one file beside its pictures; a desk
without that file says how to get it. Help holds no data, so it is open before the log-in:
whoever cannot get in needs it most. `TOPICS` leads each page to what explains it.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from legation.desk.answers import Writer, only, page
from legation.errors import MissingPartError, NotFoundError

Ask = Request[Any, Any, Any]
HOME: Final = "index"
# Each page's address as it is declared, by its beginning, and the topic that explains it.
TOPICS: Final[dict[str, str]] = {
    "/": "how-to/read-a-campaign",
    "/today": "how-to/read-a-campaign",
    "/campaign": "how-to/read-a-campaign",
    "/campaigns": "how-to/read-a-campaign",
    "/watch": "how-to/read-a-campaign",
    "/create": "how-to/find-and-act",
    "/settings": "how-to/work-by-role",
    "/imports": "how-to/import-from-the-desk",
    "/search": "how-to/find-and-act",
    "/filters": "how-to/find-and-act",
    "/acts": "how-to/find-and-act",
    "/words": "glossary",
    "/cases": "how-to/open-a-case",
    "/case": "how-to/open-a-case",
    "/escalation": "how-to/watch-for-escalation",
    "/sharing": "how-to/share-with-partners",
    "/partner": "how-to/share-with-partners",
    "/received": "how-to/share-with-partners",
    "/quarantine": "how-to/share-with-partners",
    "/ledger": "how-to/share-with-partners",
    "/sending": "how-to/share-with-partners",
    "/statements": "how-to/statements-on-the-desk",
    "/statement": "how-to/statements-on-the-desk",
    "/draft": "how-to/statements-on-the-desk",
    "/balance": "how-to/read-a-balance",
    "/mission": "how-to/read-a-balance",
    "/talks": "how-to/keep-the-talks",
    "/voices": "reference/registers",
    "/registers": "how-to/keep-a-register",
    "/orders": "reference/rights",
    "/order": "reference/rights",
    "/personal": "reference/rights",
    "/states": "reference/knowledge",
    "/state": "reference/knowledge",
    "/agreement": "reference/knowledge",
    "/facts": "reference/knowledge",
    "/import": "how-to/import-from-the-desk",
    "/jobs": "how-to/jobs",
    "/job": "how-to/jobs",
    "/log-in": "how-to/let-people-in",
    "/enrol": "how-to/let-people-in",
    "/recover": "how-to/let-people-in",
    "/kit": "how-to/let-people-in",
    "/people": "how-to/let-people-in",
    "/log": "reference/access",
    "/decisions": "reference/access",
    "/decision": "reference/access",
    "/prove": "reference/access",
    "/evidence": "how-to/capture-evidence",
    "/duty": "how-to/keep-a-duty",
    "/alive": "how-to/keep-a-duty",
    "/handover": "how-to/keep-a-duty",
    "/notice": "how-to/keep-a-duty",
    "/notices": "how-to/keep-a-duty",
    "/digest": "how-to/keep-a-duty",
    "/digests": "how-to/keep-a-duty",
    "/keys": "how-to/let-people-in",
    "/shortcuts": "how-to/work-by-keyboard",
    "/language": HOME,
    "/help": HOME,
}
_FOUND: Final = 20
_AROUND: Final = 90
_IMAGES: Final = {"png": "image/png", "svg": "image/svg+xml"}


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a topic under its own heading, as the search reads it."""

    anchor: str
    title: str
    text: str


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the help.

    Attributes:
        name: Its address below `/help/`.
        above: The names of the topics it stands under, the outermost first.
        below: The names of those that stand under it.
    """

    name: str
    title: str
    body: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    sections: tuple[Section, ...]


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """All of the help."""

    topics: dict[str, Topic]


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A section that has what was looked for."""

    place: str
    topic: str
    section: str
    around: str


def topic_of(path: str) -> str:
    """Return the topic that explains a page.

    >>> topic_of("/campaign/c-1/ties")
    'how-to/read-a-campaign'
    >>> topic_of("*") == HOME
    True
    """
    first = path.removeprefix("/").partition("/")[0]
    return TOPICS.get("/" + first.partition(".")[0], HOME)


def place_of(name: str) -> str:
    """Return the address of a topic."""
    return "/help" if name == HOME else f"/help/{name}"


def found(book: Book, words: str) -> list[Hit]:
    """Return the sections that have all the words, those that name them in a title first."""
    wanted = words.casefold().split()
    ranked: list[tuple[int, Hit]] = []
    for topic in book.topics.values() if wanted else ():
        for section in topic.sections:
            title, text = f"{topic.title} {section.title}".casefold(), section.text.casefold()
            if all(word in title or word in text for word in wanted):
                rank = sum(12 * (word in title) + min(text.count(word), 6) for word in wanted)
                ranked.append((rank, _hit(topic, section, wanted)))
    ranked.sort(key=lambda one: -one[0])
    return [hit for _, hit in ranked]


@cache
def book() -> Book:
    """Return the help of this installation.

    Raises:
        MissingPartError: It was not built.
    """
    file = _place().joinpath("topics.json")
    if not file.is_file():
        raise MissingPartError(
            "The help of this desk was not built.",
            hint="in the folder of the source, run: make help-pages; a released package has it",
        )
    return msgspec.json.decode(file.read_bytes(), type=Book)


@get(["/help", "/help/{name:path}"], sync_to_thread=False, verb="door.see", bare=True)
def topic(request: Ask, pages: Writer, name: FromPath[str] = HOME) -> Response[str]:
    """Show one topic, or what was found."""
    words = only(request, "words").get("words", "")[:200]
    shown = book().topics.get(name.strip("/"))
    if shown is None:
        raise NotFoundError("the help has no such page", hint="go to the first page of the help")
    hits = found(book(), words)
    return page(
        pages.write("help", topic=shown, topics=book().topics, words=words, hits=hits[:_FOUND])
    )


@get("/help-image/{name:str}", sync_to_thread=False, verb="door.see", bare=True)
def picture(name: FromPath[str]) -> Response[bytes]:
    """Hand out a picture of the help."""
    file = _place().joinpath("images", name)
    media_type = _IMAGES.get(name.rpartition(".")[2])
    if "/" in name or media_type is None or not file.is_file():
        raise NotFoundError("the help has no such picture", hint="go to the first page of the help")
    return Response(file.read_bytes(), media_type=media_type)


HELP: Final = (topic, picture)


def _place() -> Traversable:
    return files("legation.desk").joinpath("help_pages")


def _hit(topic: Topic, section: Section, wanted: list[str]) -> Hit:
    at = max(section.text.casefold().find(wanted[0]), 0)
    start = max(at - _AROUND, 0)
    around = section.text[start : at + _AROUND]
    return Hit(
        place=f"{place_of(topic.name)}#{section.anchor}",
        topic=topic.title,
        section=section.title,
        around=f"{'… ' if start else ''}{around.strip()} …",
    )
