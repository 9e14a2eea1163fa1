"""Who acts together: the expressions over big tables, written once for every engine.

This is the source; what runs is the SQL text that `make queries` compiles from it into
`store/queries/`, so that neither the program nor its user needs Ibis. Fences that keep the
expressions portable: integers only, epoch seconds, no arrays, no functions of our own;
settings enter through the one-row table `rule`, so that one text serves every window.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis

from legation import store

# One row for each account's post on an object; an object's number belongs to one layer.
ACTION = ("layer", "object", "account", "post", "time")
CO_ACTION = (
    "layer",
    "object",
    "account_a",
    "account_b",
    "post_a",
    "post_b",
    "time_a",
    "time_b",
)


def co_actions() -> ibis.Table:
    """Each (object, account_a < account_b) that meets within the window, by its closest posts."""
    return _closest(_meetings(_bucketed(), _bucketed()))


def co_actions_of_known() -> ibis.Table:
    """The same, only for pairs of accounts in `known`: what dense objects add to found pairs.

    Starts from the pairs, so its cost follows them and not the crowd on the object.
    """
    known = _integers("known", ("account_a", "account_b"))
    mirrored = known.select(account_a=known.account_b, account_b=known.account_a)
    partners = known.union(mirrored)
    action = _bucketed()
    led = partners.join(action, [partners.account_a == action.account])
    led = led.select(*action.columns, partner=led.account_b).view()
    return _closest(_meetings(led, _bucketed()))


def ties() -> ibis.Table:
    """Pairs of accounts with at least `least` distinct pairs of posts, from `co_action`."""
    met = _integers("co_action", CO_ACTION)
    once = met.select("account_a", "account_b", "post_a", "post_b").distinct()
    return _weighed(once)


def ties_by_objects() -> ibis.Table:
    """Ties of one layer in which a post has one object: objects then stand for pairs of posts."""
    met = _meetings(_bucketed(), _bucketed())
    return _weighed(met.select("account_a", "account_b", "object").distinct())


def compiled() -> Iterator[tuple[str, str]]:
    """Yield each query's file name and its SQL for DuckDB."""
    expressions = (co_actions, co_actions_of_known, ties, ties_by_objects)
    for expression in expressions:
        text = ibis.to_sql(expression(), dialect="duckdb", pretty=True)
        yield f"{expression.__name__}.sql", f"{text}\n"


def _integers(name: str, columns: tuple[str, ...]) -> ibis.Table:
    return ibis.table(dict.fromkeys(columns, "int64"), name=name)


def _bucketed() -> ibis.Table:
    """The actions with their bucket, as wide as the window, and the window itself."""
    action, rule = _integers("action", ACTION), _integers("rule", ("window", "least"))
    joined = action.cross_join(rule)
    bucket = (joined.time // joined.window).cast("int64")
    return joined.select(*ACTION, "window", bucket=bucket).view()


def _meetings(left: ibis.Table, right: ibis.Table) -> ibis.Table:
    """Pairs of posts within the window: in one bucket, or in two that follow each other.

    In one bucket every two are within the window, so nothing but order is left to test.
    A left side that knows its `partner` meets nobody else.
    """
    same_object: list[Any] = [left.object == right.object]
    if "partner" in left.columns:
        same_object.append(left.partner == right.account)
    together = [left.bucket == right.bucket, left.account < right.account]
    one = left.join(right, same_object + together, rname="{name}_b")
    apart = [
        left.bucket + 1 == right.bucket,
        left.account != right.account,
        right.time - left.time <= left.window,
    ]
    next_one = left.join(right, same_object + apart, rname="{name}_b")
    return _paired(one).union(_ordered(_paired(next_one)))


def _paired(joined: ibis.Table) -> ibis.Table:
    return joined.select(
        "layer",
        "object",
        account_a=joined.account,
        account_b=joined.account_b,
        post_a=joined.post,
        post_b=joined.post_b,
        time_a=joined.time,
        time_b=joined.time_b,
    )


def _ordered(met: ibis.Table) -> ibis.Table:
    """Let the lower account be `a`."""
    turned = met.account_a > met.account_b
    sides = {
        f"{name}_{side}": ibis.ifelse(turned, met[f"{name}_{other}"], met[f"{name}_{side}"])
        for name in ("account", "post", "time")
        for side, other in ("ab", "ba")
    }
    return met.select("layer", "object", **sides)


def _closest(met: ibis.Table) -> ibis.Table:
    """One row for each object and pair: least lag, then the earlier, then the lower posts.

    No tie is broken by which account is `a`: renaming accounts changes nothing.
    """
    nearest = ibis.window(
        group_by=[met.object, met.account_a, met.account_b],
        order_by=[
            (met.time_a - met.time_b).abs(),
            ibis.least(met.time_a, met.time_b),
            ibis.least(met.post_a, met.post_b),
            ibis.greatest(met.post_a, met.post_b),
        ],
    )
    ranked = met.mutate(place=ibis.row_number().over(nearest))
    return ranked.filter(ranked.place == 0).select(*CO_ACTION)


def _weighed(once: ibis.Table) -> ibis.Table:
    counted = once.group_by("account_a", "account_b").agg(weight=once.count())
    rule = _integers("rule", ("window", "least"))
    kept = counted.cross_join(rule)
    return kept.filter(kept.weight >= kept.least).select("account_a", "account_b", "weight")


def main() -> None:
    """Write the SQL texts into the store."""
    folder = Path(store.__file__).parent / "queries"
    folder.mkdir(exist_ok=True)
    for name, text in compiled():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
