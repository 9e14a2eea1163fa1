"""What views share: an answer as a page or a file, and what an address may ask.

An address with a word that its page does not know is refused, so that a filter which was
misspelt never looks like an answer. What cannot be read is told in its place on the page.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import msgspec
from litestar import MediaType, Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from legation.desk.reading import Download, Reading
from legation.desk.rendering import Pages
from legation.errors import (
    BusyError,
    LegationError,
    NotFoundError,
    UnreachableError,
    UsageError,
    VerificationError,
)

LIMIT: Final = 50
# Says to a program how many rows a list that it fetched does not hold.
LEFT_OUT: Final = "X-Legation-Left-Out"
BATCH: Final = 1000
SHORT: Final = 12
_LONGEST_NUMBER: Final = 18

_T = TypeVar("_T")
Ask = Request[Any, Any, Any]
Given = NamedDependency[SkipValidation[Reading]]
Writer = NamedDependency[SkipValidation[Pages]]
Name = FromPath[str]


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """What of a page could not be had, and what the reader can do."""

    message: str
    hint: str


def page(text: str) -> Response[str]:
    """Answer with a page."""
    return Response(text, media_type=MediaType.HTML)


def file(of: Download, *, left_out: int = 0) -> Response[bytes]:
    """Answer with a file to keep; a program is told how many rows were left out of it."""
    headers = {"Content-Disposition": f'attachment; filename="{of.name}"'}
    if left_out:
        headers[LEFT_OUT] = str(left_out)
    return Response(of.content, media_type=of.media_type, headers=headers)


def every(turn: Callable[[str | None], tuple[tuple[_T, ...], str | None]]) -> Iterator[_T]:
    """Yield the rows of all pages of a list."""
    after: str | None = None
    while True:
        rows, after = turn(after)
        yield from rows
        if after is None:
            return


def given(request: Ask) -> dict[str, str]:
    """Return what an address asks, without what it leaves empty."""
    return {key: value for key, value in request.query_params.items() if value}


def only(request: Ask, *names: str) -> dict[str, str]:
    """Return what an address asks.

    Raises:
        UsageError: It asks something that the page does not know.
    """
    asked = given(request)
    for key in asked:
        if key not in names:
            raise UsageError(
                f"this page does not know {key!r}",
                hint=f"it knows {', '.join(names) or 'nothing after the question mark'}",
            )
    return asked


def pair(asked: dict[str, str]) -> tuple[str, str]:
    """Return the two accounts that an address names."""
    if "a" not in asked or "b" not in asked:
        raise NotFoundError("a tie has two accounts", hint="open a tie from the list of ties")
    return asked["a"], asked["b"]


def number_of(asked: dict[str, str], name: str) -> int | None:
    """Return the number of an entry that an address names; None when it names none.

    Raises:
        UsageError: It is no number.
    """
    given = asked.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) <= _LONGEST_NUMBER):
        raise UsageError("that page does not exist", hint="go back to the newest entries")
    return int(given)


def counted(number: int) -> int:
    """Return a number of an address, if the store can have counted so far.

    Raises:
        NotFoundError: It cannot.
    """
    if not 0 <= number < 10**_LONGEST_NUMBER:
        raise NotFoundError("that page does not exist", hint="go back to the first page")
    return number


def tried(ask: Callable[[], _T]) -> tuple[_T | None, Missing | None]:
    """Ask for a part of a page; what cannot be read now is told instead of failing the page."""
    try:
        return ask(), None
    except (BusyError, UnreachableError, VerificationError) as failed:
        return None, _missing(failed)


def _missing(failed: LegationError) -> Missing:
    return Missing(message=str(failed), hint=failed.hint)
