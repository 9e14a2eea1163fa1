"""Which campaigns a list shows, and in what order: the same for the desk and the command line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from legation.app.kept import Kept
from legation.store.bulk import Mark
from legation.store.folding import Word, folded, holds, words_of
from legation.threats.disinformation.findings import Campaign, Grade

Order = Literal[
    "grade",
    "newest",
    "accounts",
    "ties",
    "name",
    "chance",
    "-grade",
    "-newest",
    "-accounts",
    "-ties",
    "-name",
    "-chance",
]
Marks = Literal["", "open", "seen", "aside", "all"]
_GRADES: Final = ("high", "moderate", "low")


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which campaigns to list; every field stands in the page's address.

    Attributes:
        words: Words that the name, the terms and the quotations hold, folded as in a search.
        order: By grade (then latest first), latest first, most accounts or ties first, by name,
            least likely by chance first; with `-` before it the other way round.
        mark: Only those under this mark; empty for all but those that were set aside.
    """

    grade: Grade | None = None
    layer: str = ""
    language: str = ""
    words: str = ""
    order: Order = "grade"
    mark: Marks = ""


def listed(kept: Kept, marks: Mapping[str, Mark], query: Query) -> list[Campaign]:
    """Return the campaigns that a query finds, in its order."""
    words = words_of(query.words)
    found = [
        one
        for one in kept.campaigns
        if _marked(marks.get(one.campaign_id, "open"), query) and _fits(one, query, words)
    ]
    return in_order(found, query.order)


def in_order(campaigns: Iterable[Campaign], order: Order = "grade") -> list[Campaign]:
    """Return campaigns in an order; equal ones by their ids.

    By grade, then the latest first, is the order of every list where none is asked for: of Today,
    the desk's list, `campaign list`, and of what `watch`, `detect` and `demo` print.
    """
    key = _KEYS[order.removeprefix("-")]
    found = sorted(campaigns, key=lambda one: (key(one), one.campaign_id))
    return found[::-1] if order.startswith("-") else found


_KEYS: Final[Mapping[str, Callable[[Campaign], Any]]] = {
    "grade": lambda one: (_GRADES.index(one.grade), -one.last),
    "newest": lambda one: -one.last,
    "accounts": lambda one: -len(one.accounts),
    "ties": lambda one: -one.ties,
    "name": lambda one: folded(one.name),
    "chance": lambda one: one.significance.p_value,
}


def _marked(mark: Mark, query: Query) -> bool:
    if query.mark == "":
        return mark != "aside"
    return query.mark in ("all", mark)


def _fits(campaign: Campaign, query: Query, words: Sequence[Word]) -> bool:
    languages = ("", *(share.language for share in campaign.languages))
    said = [campaign.name, *(one.text for one in campaign.quotations)]
    said += [one.term for one in campaign.terms]
    return (
        query.grade in (None, campaign.grade)
        and query.layer in ("", *campaign.co_actions)
        and query.language in languages
        and (not words or holds(folded("\n".join(said)), words))
    )
