"""Pages of a run's proofs, in an order that a reader asks for, each from a row's key on.

A list of fifty thousand ties is sorted where it lies, and a page is what follows one row in
that order: no page skips a row or shows one twice, whatever the place it begins at. Rows that
are equal in what is asked for follow in one fixed order; asked the other way round, all of it
is turned.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import msgspec

from legation.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from legation.store.proofs import Proofs

_T = TypeVar("_T")


class Turned(msgspec.Struct, Generic[_T], frozen=True, kw_only=True):
    """Some rows in order.

    Attributes:
        total: Rows that the filter finds.
        apart: Distinct ones among them, as `Sorted.apart` tells them apart.
        after: Key of the next page; None on the last.
    """

    rows: list[_T]
    total: int
    apart: int = 0
    after: str | None = None


class Sorted(msgspec.Struct, frozen=True, kw_only=True):
    """How rows of a kind can be put in order.

    Attributes:
        by: Each order with what it sorts by, as SQL that is never null.
        then: What tells apart the rows that are equal in that.
        key: What one row is known by in an address, as SQL: a hash, since an address stays in the
            browser and an object can be a whole text.
        apart: What tells rows apart when they are counted a second time, as SQL: a pair of posts
            has a row for each object on which it met.
    """

    by: Mapping[str, str]
    then: tuple[str, ...]
    key: str
    apart: str


# Who joined as a single account has no chance of its own: such ties come last.
_NEVER: Final = "'infinity'::DOUBLE"
TIES_SORTED: Final = Sorted(
    by={
        "objects": "-objects",
        "account": "account_a",
        "tie": "q IS NULL",
        "expected": f"coalesce(expected, {_NEVER})",
        "q": f"coalesce(q, {_NEVER})",
        "when": "-epoch(last)",
    },
    then=("account_a", "account_b"),
    key="md5(account_a || ' ' || account_b)",
    apart="(account_a, account_b)",
)
_EACH: Final = ("post_a", "post_b", "layer", "object", "account_a", "account_b")
EVIDENCE_SORTED: Final = Sorted(
    by={
        "time": "least(time_a, time_b)",
        "lag": "abs(date_diff('second', time_a, time_b))",
        "layer": "layer",
    },
    then=("least(time_a, time_b)", *_EACH),
    key=f"md5(concat_ws(chr(31), {', '.join(_EACH)}))",
    apart="(post_a, post_b)",
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows of a kind are asked for.

    Attributes:
        kind: Of the proofs.
        columns: What of each row, as SQL.
        where: Their filter, as SQL with a mark for each value.
        order: A name of `Sorted.by`; with a minus before it, the other way round.
        after: Key of the row behind which the page begins; None for the first.
        limit: How many rows at most.
    """

    kind: str
    columns: str
    where: str
    values: Sequence[Any]
    order: str
    after: str | None
    limit: int


def turn(proofs: "Proofs", asked: Asked, kept: Sorted) -> Turned[tuple[Any, ...]]:
    """Return one page of rows, in one question.

    Raises:
        UsageError: There is no such order.
        NotFoundError: There is no such page.
    """
    name, back = asked.order.removeprefix("-"), asked.order.startswith("-")
    if name not in kept.by:
        raise UsageError(f"no order {asked.order!r:.40}", hint=f"choose from: {', '.join(kept.by)}")
    source = proofs.source(asked.kind)
    if source is None:
        return Turned(rows=[], total=0)
    sorting = (kept.by[name], *kept.then)
    place = f"row({', '.join(sorting)})"
    order = ", ".join(f"{one}{' DESC' if back else ''}" for one in sorting)
    counts = f"(SELECT [count(*), count(DISTINCT {kept.apart})]"
    total = f"{counts} FROM {source} WHERE {asked.where})"
    where, values = asked.where, [*asked.values, *asked.values]
    if asked.after is not None:
        begin = f"(SELECT {place} FROM {source} WHERE {asked.where} AND {kept.key} = ? LIMIT 1)"
        where = f"{where} AND {place} {'<' if back else '>'} {begin}"
        values += [*asked.values, asked.after]
    rows = proofs.run(
        f"SELECT {asked.columns}, {kept.key}, {total} FROM {source} WHERE {where} "
        f"ORDER BY {order} LIMIT {asked.limit + 1}",
        values,
    )
    if not rows and asked.after is not None:
        raise NotFoundError("that page does not exist", hint="go back to the first page")
    some = rows[: asked.limit]
    found, apart = rows[0][-1] if rows else (0, 0)
    return Turned(
        rows=[row[:-2] for row in some],
        total=found,
        apart=apart,
        after=some[-1][-2] if len(rows) > asked.limit else None,
    )
