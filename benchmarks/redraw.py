"""Real posts with their accounts dealt out again: what chance alone looks like.

Two nulls. *day*: the times of a day's posts are permuted among them, and each post gets an
account drawn in proportion to activity; nothing of who and when is left but how busy people and
days are. *hour*: posts keep their time, and the accounts of all posts of one hour and layer are
dealt out among these posts; who was active when stays, who acted with whom does not. The layers
of text read the same words, so a post has one account in both.

Objects stay with their posts, so what is popular stays popular. Posts are prepared once; a
redraw and its join take seconds.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from legation.store import coaction
from legation.store.coaction_keys import LAYERS, columns_of, keyed
from legation.store.coaction_numbers import number
from legation.store.duck import connect
from legation.store.intake import attach
from legation.text.links import Links
from legation.threats.disinformation.batches import (
    Actions,
    Batches,
    CoActions,
    LoneActs,
    Numbers,
)
from legation.threats.disinformation.packing import numbered, paired

DAY, HOUR = 86_400, 3600
_REQUIRED = frozenset({"post_id", "account_id", "time", "text"})
_ARRAYS = (
    "account", "time", "layer", "object", "post", "objects", "unit_post", "unit_family",
    "languages", "spoken",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """Posts and what they act on, by numbers.

    Attributes:
        account: For each post its account.
        time: For each post its time, epoch seconds.
        layer: For each action its layer.
        object: For each action its object.
        post: For each action its post.
        objects: For each action how many objects of its layer its post acts on.
        unit_post: For each post and family of layers in which it acts at all: the post.
        unit_family: The family; the layers of text are one.
        languages: For each account its language, -1 when unknown.
        spoken: For each object the language of those who really acted on it.
        window_s: The window.
    """

    account: Numbers
    time: Numbers
    layer: Numbers
    object: Numbers
    post: Numbers
    objects: Numbers
    unit_post: Numbers
    unit_family: Numbers
    languages: Numbers
    spoken: Numbers
    window_s: int

    def save(self, file: Path) -> None:
        """Write the numbers to a file that other processes read."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        np.savez(file, window_s=np.array(self.window_s), **arrays)

    @classmethod
    def load(cls, file: Path) -> "Sample":
        """Read what `save` wrote."""
        with np.load(file) as found:
            return cls(**{name: found[name] for name in _ARRAYS}, window_s=int(found["window_s"]))


@dataclass(frozen=True)
class Dealt:
    """Posts after a redraw: actions on objects of two accounts or more, and all others."""

    shared: Actions
    lone: LoneActs


Redraw = Callable[[Sample, np.random.Generator], Dealt]


def prepare(
    posts: Path, layers: tuple[str, ...], window_s: int, *, first: int | None, spill: Path
) -> Sample:
    """Read a file of posts once.

    Args:
        posts: Its name.
        layers: Layers looked at.
        window_s: The window.
        first: Only so many posts, the first by time; None means all.
        spill: Folder for what does not fit into memory.
    """
    from legation.app.describing import spoken
    from legation.app.detecting import text_rule

    with closing(connect("3GB", 2, spill)) as connection:
        attach(connection, (posts,), columns=_REQUIRED | columns_of(layers), links=Links())
        if first is not None:
            connection.execute(
                "CREATE TEMP TABLE slice AS SELECT * FROM post "
                f"ORDER BY time, post_id LIMIT {int(first)}"
            )
            connection.execute("CREATE OR REPLACE TEMP VIEW post AS SELECT * FROM slice")
        connection.execute(f"CREATE TEMP TABLE acted AS {keyed(connection, layers, text_rule())}")
        number(connection, "SELECT * FROM acted")
        languages = spoken(coaction.prepared(connection, layers, window_s))
        _number_all(connection)
        every = coaction.fetched(connection, "SELECT account, time FROM every_post ORDER BY post")
        acts = coaction.fetched(connection, "SELECT layer, object, post FROM every_action")
        units = coaction.fetched(
            connection,
            f"SELECT DISTINCT if(layer = {LAYERS.index('near-text')}, {LAYERS.index('text')}, "
            "layer) AS family, post FROM acted JOIN every_post USING (post_id) "
            "ORDER BY family, post",
        )
    account, time, post = every["account"], every["time"], acts["post"]
    held, place = numbered(paired(acts["layer"], post, below=len(account)))
    objects = np.bincount(place, minlength=len(held))[place]
    real = Actions(acts["layer"], acts["object"], account[post], post, time[post], objects)
    return Sample(
        account=account,
        time=time,
        layer=acts["layer"],
        object=acts["object"],
        post=post,
        objects=objects,
        unit_post=units["post"],
        unit_family=units["family"],
        languages=languages,
        spoken=_object_languages(real, languages),
        window_s=window_s,
    )


def _number_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Number all posts and all objects."""
    connection.execute(
        "CREATE TEMP TABLE every_post AS SELECT post_id, account, time, "
        "row_number() OVER (ORDER BY time, post_id) - 1 AS post "
        "FROM post JOIN coaction_account USING (account_id)"
    )
    connection.execute(
        "CREATE TEMP TABLE every_object AS SELECT layer, key, "
        "row_number() OVER (ORDER BY layer, key) - 1 AS object FROM ("
        "SELECT DISTINCT layer, key FROM acted)"
    )
    connection.execute(
        "CREATE TEMP TABLE every_action AS SELECT layer, object, post FROM acted "
        "JOIN every_object USING (layer, key) JOIN every_post USING (post_id) "
        "ORDER BY layer, object, post"
    )


def by_day(sample: Sample, draw: np.random.Generator) -> Dealt:
    """Permute the times inside each day; draw each post's account by activity."""
    account = sample.account[draw.integers(0, len(sample.account), len(sample.account))]
    time = _dealt(sample.time, sample.time // DAY, draw)
    return _shared(sample, account[sample.post], time[sample.post])


def by_hour(sample: Sample, draw: np.random.Generator) -> Dealt:
    """Keep the times; deal out the accounts among the posts of one hour and layer."""
    posts = len(sample.account)
    hour = sample.time[sample.unit_post] // HOUR
    cell = paired(sample.unit_family, hour - hour.min(), below=int(np.ptp(hour)) + 1)
    dealt = _dealt(sample.account[sample.unit_post], cell, draw)
    near, text = LAYERS.index("near-text"), LAYERS.index("text")
    family = np.where(sample.layer == near, text, sample.layer)
    unit = np.searchsorted(
        paired(sample.unit_family, sample.unit_post, below=posts),
        paired(family, sample.post, below=posts),
    )
    return _shared(sample, dealt[unit], sample.time[sample.post])


REDRAWS: dict[str, Redraw] = {"day": by_day, "hour": by_hour}


def plant(
    dealt: Dealt, accounts: int, draw: np.random.Generator, *, members: int, objects: int
) -> Dealt:
    """Add a campaign: new accounts that repost new originals within ten minutes of each other.

    Args:
        dealt: Of the others; the campaign acts in hours in which they repost.
        accounts: Number of accounts; the campaign's follow.
        draw: Chance.
        members: Accounts of the campaign.
        objects: Originals that all of them repost.
    """
    actions = dealt.shared
    reposts = actions.time[actions.layer == LAYERS.index("repost")]
    start = np.repeat(draw.choice(reposts, objects), members)
    count = members * objects
    first_object = int(actions.object.max()) + 1
    added = Actions(
        layer=np.full(count, LAYERS.index("repost"), np.int64),
        object=first_object + np.repeat(np.arange(objects), members),
        account=accounts + np.tile(np.arange(members), objects),
        post=int(actions.post.max()) + 1 + np.arange(count),
        time=start + draw.integers(0, 600, count),
        objects=np.ones(count, np.int64),
    )
    columns = Actions.__slots__
    both = (np.concatenate([getattr(actions, name), getattr(added, name)]) for name in columns)
    return Dealt(_sorted(*both), dealt.lone)


def batches(dealt: Dealt, languages: Numbers, window_s: int, *, threads: int = 1) -> Batches:
    """Join the actions as the store does, and return all that the detector looks at."""
    actions = dealt.shared
    with closing(connect("2GB", threads)) as connection:
        rows = {name: getattr(actions, name) for name in ("layer", "object", "account", "post")}
        connection.register("redrawn", {**rows, "time": actions.time})
        connection.execute("CREATE TEMP TABLE coaction_action AS SELECT * FROM redrawn")
        connection.unregister("redrawn")
        ready = coaction.Prepared(
            connection=connection, layers=LAYERS, window_s=window_s, accounts=len(languages)
        )
        met = coaction.join(ready, coaction.count_pairs(ready))
    return Batches(
        actions=actions,
        co_actions=CoActions(**met),
        lone=dealt.lone,
        accounts=len(languages),
        languages=languages,
        window_s=window_s,
    )


def languages_of(sample: Sample, dealt: Dealt) -> Numbers:
    """Return each account's language after a redraw: the commonest of what it now acts on."""
    actions = dealt.shared
    spoken = sample.spoken[actions.object]
    known = spoken >= 0
    kinds = int(sample.spoken.max(initial=0)) + 1
    keys, place = numbered(paired(actions.account[known], spoken[known], below=kinds))
    counts = np.bincount(place, minlength=len(keys))
    order = np.lexsort((-(keys % kinds), counts, keys // kinds))
    result = np.full(len(sample.languages), -1, dtype=np.int64)
    # Of several rows of an account the last stays: the commonest, then the lowest number.
    result[(keys // kinds)[order]] = (keys % kinds)[order]
    return result


def _dealt(values: Numbers, cell: Numbers, draw: np.random.Generator) -> Numbers:
    """Return the values permuted inside each cell."""
    place = np.argsort(cell, kind="stable")
    order = np.lexsort((draw.random(len(cell)), cell))
    dealt = np.empty_like(values)
    dealt[place] = values[order]
    return dealt


def _shared(sample: Sample, account: Numbers, time: Numbers) -> Dealt:
    """Part the actions on objects that two accounts act on after the redraw from all others."""
    objects = int(sample.object.max()) + 1
    low, high = np.full(objects, np.iinfo(np.int64).max), np.full(objects, -1)
    np.minimum.at(low, sample.object, account)
    np.maximum.at(high, sample.object, account)
    kept = (low < high)[sample.object]
    shared = _sorted(
        sample.layer[kept],
        sample.object[kept],
        account[kept],
        sample.post[kept],
        time[kept],
        sample.objects[kept],
    )
    return Dealt(shared, _lone(sample, account, time, ~kept))


def _lone(sample: Sample, account: Numbers, time: Numbers, alone: NDArray[np.bool_]) -> LoneActs:
    """Count each account's objects of its own in each layer and bin."""
    layer, who, item = sample.layer[alone], account[alone], sample.object[alone]
    bins, objects = time[alone] // sample.window_s, sample.objects[alone]
    order = np.lexsort((objects, item, who, layer, bins))
    columns = [column[order] for column in (bins, layer, who, item)]
    fresh = _changes(columns)
    # Of an object in several posts the first stays: the one of the post with fewest.
    columns = [column[fresh] for column in (*columns[:3], objects[order])]
    order = np.lexsort(columns[::-1])
    columns = [column[order] for column in columns]
    starts = np.flatnonzero(_changes(columns))
    bins, layer, who, objects = (column[starts] for column in columns)
    count = np.diff(np.append(starts, len(columns[0])))
    return LoneActs(layer=layer, account=who, bin=bins, objects=objects, count=count)


def _changes(columns: list[Numbers]) -> NDArray[np.bool_]:
    """Mark the rows of sorted columns that differ from the one before."""
    fresh = np.ones(len(columns[0]), np.bool_)
    fresh[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return fresh


def _object_languages(actions: Actions, languages: Numbers) -> Numbers:
    """Return for each object the commonest language of those who act on it, -1 when unknown."""
    spoken = languages[actions.account]
    known = spoken >= 0
    kinds = int(spoken.max(initial=0)) + 1
    keys, place = numbered(paired(actions.object[known], spoken[known], below=kinds))
    counts = np.bincount(place, minlength=len(keys))
    order = np.lexsort((-(keys % kinds), counts, keys // kinds))
    result = np.full(int(actions.object.max(initial=-1)) + 1, -1, dtype=np.int64)
    # Of several rows of an object the last stays: the commonest, then the lowest number.
    result[(keys // kinds)[order]] = (keys % kinds)[order]
    return result


def _sorted(*columns: Numbers) -> Actions:
    """Return actions, given as the columns of `Actions`, in their order."""
    layer, item, _, post, time, _ = columns
    order = np.lexsort((post, time, item, layer))
    return Actions(*(column[order] for column in columns))
