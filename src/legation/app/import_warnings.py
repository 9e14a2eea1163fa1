"""What a person must know of an import that went well: what it may have got wrong.

Each warning says how many posts it is about and what to do. The doors show them as they are.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from legation.store.intake_told import Imported
    from legation.store.reading.selves import Echo

_SHOWN: Final = 5
_LONG: Final = 40  # a value longer than any platform's name is cut
_OF_TIMES: Final = (
    "if the store's times are the wrong ones, undo this import and the earlier one, then import "
    "this file again"
)
_OF_THIS_FILE: Final = (
    "if it is of that platform, undo this import, then import the file again and say its platform"
)
_OF_THE_STORE: Final = (
    "if they are of the same platform, undo this import and the earlier one, then import the "
    "earlier file again and say its platform"
)


class Warned(msgspec.Struct, frozen=True, kw_only=True):
    """A warning: what it is about, and what can be done."""

    text: str
    hint: str


def warnings_of(done: "Imported") -> tuple[Warned, ...]:
    """Return the warnings about what came in."""
    return (
        *of_the_file(done.rounded, done.platforms, done.ordinary, done.odd_platforms),
        *_times(done),
        *(warned for echo in done.echoes for warned in _platforms(echo)),
    )


def of_the_file(
    rounded: int,
    platforms: Sequence[str],
    ordinary: int,
    odd_platforms: Sequence[tuple[str, int]] = (),
) -> Iterator[Warned]:
    """Yield the warnings that a file gives by itself, whatever the store has."""
    yield from _rounded(rounded)
    if len(platforms) > 1:
        # Where a column of something else is read as the platform there may be many.
        shown = ", ".join(platforms[:_SHOWN]) + (", ..." if len(platforms) > _SHOWN else "")
        yield Warned(
            text=(
                f"the posts of this file are of {len(platforms):,} platforms: {shown}; equal "
                "handles on two platforms are two accounts"
            ),
            hint="if all posts are of one platform, import the file with its name alone",
        )
    if odd_platforms:
        shown = ", ".join(
            f"{value[:_LONG]} ({number:,})" for value, number in odd_platforms[:_SHOWN]
        )
        yield Warned(
            text=(
                "values that are no names of platforms, and are left empty, with the number of "
                f"their posts: {shown}{', ...' if len(odd_platforms) > _SHOWN else ''}"
            ),
            hint="write each platform in the file as one word, such as twitter, telegram, vk",
        )
    if ordinary:
        yield Warned(
            text=(
                "handles that are ordinary words or short numbers, and stay in the texts as plain "
                f"words: {ordinary:,}"
            ),
            hint="where they are marked as handles they are replaced, as all others are",
        )


def _rounded(number: int) -> Iterator[Warned]:
    if number:
        yield Warned(
            text=(
                f"a spreadsheet seems to have rounded the ids of {_posts(number)}, as in "
                "1.45670E+18: different posts or accounts may have become one"
            ),
            hint=(
                "export the posts again; before a table is opened in a spreadsheet, format the "
                "columns of ids as text"
            ),
        )


def _times(done: "Imported") -> Iterator[Warned]:
    if done.example is None:
        return
    post_id, kept, given = done.example
    yield Warned(
        text=(
            f"times differ from the store's for {_posts(done.retimed)}, and the store keeps its "
            f"own; for example post {post_id}: {moment(kept)} in the store, {moment(given)} in "
            "the file"
        ),
        hint=_OF_TIMES,
    )


def _platforms(echo: "Echo") -> Iterator[Warned]:
    if echo.platform:
        same = f"this file names no platform; found again as posts of {echo.platform} in the store"
        unlike = (
            f"this file names no platform, and repeats ids of {echo.platform} in the store with "
            "another account or time"
        )
        hint = _OF_THIS_FILE
    else:
        same = "the store has posts of a file that names no platform; found again in this file"
        unlike = (
            "the store has posts of a file that names no platform, and this file repeats their "
            "ids with another account or time"
        )
        hint = _OF_THE_STORE
    for text, number in ((same, echo.same), (unlike, echo.unlike)):
        if number:
            yield Warned(text=f"{text}: {_posts(number)}", hint=hint)


def _posts(number: int) -> str:
    return f"{number:,} post{'' if number == 1 else 's'}"


def moment(at: int) -> str:
    """Write an epoch second as people read it."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
