"""What a request asks for: filters, limit and cursor (TAXII 2.1, sections 3.4 and 5).

What is not understood is refused with its name, never taken for something else. Parameters
that the standard does not know are left aside, as it asks.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from legation.errors import RefusedError
from legation.stix.timestamps import sortable
from legation.store.exchange.filing import cut
from legation.store.exchange.reading import Wanted

WORDS: Final = ("first", "last", "all")
_MOST: Final = 1000
_LONGEST_NUMBER: Final = 12
_HERE: Final = ("2.1",)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a collection.

    Attributes:
        wanted: Which objects.
        after_us: Only what was added after this.
        limit: How many the client wants at most; None: it did not say.
        next: The cursor; None for none.
        nothing: No object can meet what is asked, such as a version of STIX that is not here.
    """

    wanted: Wanted
    after_us: int = 0
    limit: int | None = None
    next: str | None = None
    nothing: bool = False

    def in_one_form(self) -> bytes:
        """Return what is asked, apart from limit and cursor: what a cursor is bound to."""
        return msgspec.json.encode((self.wanted, self.after_us, self.nothing))


def question(query: Sequence[tuple[str, str]], *, which: str = "last") -> Question:
    """Read the parameters of a request.

    Args:
        query: Names and values in their order.
        which: The word for versions where none is given.

    Raises:
        RefusedError: One is not as the standard asks.
    """
    given: dict[str, str] = {}
    for name, value in query:
        # A parameter that comes again adds to the first: its values are joined by OR either way.
        again = name in given and name.startswith("match[")
        given[name] = f"{given[name]},{value}" if again else value
    words, versions = _versions(_list(given, "match[version]") or (which,))
    spec = _list(given, "match[spec_version]")
    ids, types = _list(given, "match[id]"), _list(given, "match[type]")
    return Question(
        wanted=Wanted(ids=ids, types=types, which=words, versions=versions),
        after_us=_instant(given["added_after"]) if "added_after" in given else 0,
        limit=_limit(given["limit"]) if "limit" in given else None,
        next=given.get("next"),
        nothing=spec is not None and not set(spec) & set(_HERE),
    )


def _list(given: dict[str, str], name: str) -> tuple[str, ...] | None:
    if name not in given:
        return None
    values = tuple(dict.fromkeys(one.strip() for one in given[name].split(",")))
    if len(values) > _MOST:
        raise RefusedError(400, f"`{name}` names more than {_MOST} values: ask in several requests")
    if "" in values:
        raise RefusedError(400, f"`{name}` has an empty value")
    if any("\0" in value for value in values):
        raise RefusedError(400, f"`{name}` has a value with a NUL, which nothing has")
    return values


def _versions(values: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = tuple(sorted(set(values) & set(WORDS)))
    others = []
    for value in values:
        if value not in WORDS:
            try:
                others.append(sortable(value))
            except ValueError as bad:
                raise RefusedError(
                    400, "`match[version]` takes first, last, all or timestamps"
                ) from bad
    return words, tuple(sorted(set(others)))


def _instant(text: str) -> int:
    try:
        return cut(sortable(text))
    except ValueError as bad:
        raise RefusedError(400, "`added_after` is written as 2026-01-02T03:04:05.678901Z") from bad


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > _LONGEST_NUMBER or not int(text):
        raise RefusedError(400, "`limit` is a whole number above nought")
    return int(text)
