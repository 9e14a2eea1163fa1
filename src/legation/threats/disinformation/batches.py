"""What the search for campaigns reads: plain columns, made by the store, known by number.

Accounts, objects and posts are numbered from 0 in the run; `account_ids` and the store turn the
numbers back. An *action* is one account's post on one object (a reposted post, a link, an image,
a text). A *co-action* is two accounts on one object within the window, represented by the two
posts that lie closest in time (ties: the earlier pair, then the lower numbers), so that one pair
of posts counts once for a tie however many layers it matches in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Layer = Literal["repost", "link", "image", "text", "near-text", "hashtags", "reply"]
LAYERS: tuple[Layer, ...] = get_args(Layer)
# What may be asked for: to act on one thing, or to be alike without ever meeting.
Named = Layer | Literal["similarity"]
SIMILARITY: Literal["similarity"] = "similarity"
DEFAULT_LAYERS: tuple[Named, ...] = ("repost", "link", "image", "text", "near-text", SIMILARITY)

Numbers = NDArray[np.int64]


def acted(layers: Sequence[Named]) -> tuple[Layer, ...]:
    """Return the layers in which accounts act together: all but likeness."""
    return tuple(layer for layer in layers if layer != "similarity")


@dataclass(frozen=True, slots=True)
class Actions:
    """Distinct (layer, object, account, post) rows on objects that two accounts or more act on.

    All columns have one length. `layer` is an index into `LAYERS`; `time` is epoch seconds, UTC;
    `objects` is the number of objects, lone ones included, that the post acts on in the layer.
    """

    layer: Numbers
    object: Numbers
    account: Numbers
    post: Numbers
    time: Numbers
    objects: Numbers


@dataclass(frozen=True, slots=True)
class CoActions:
    """One row for each (layer, object, account_a < account_b) that meet within the window."""

    layer: Numbers
    object: Numbers
    account_a: Numbers
    account_b: Numbers
    post_a: Numbers
    post_b: Numbers
    time_a: Numbers
    time_b: Numbers


@dataclass(frozen=True, slots=True)
class LoneActs:
    """How often each account acted on objects that nobody else acted on.

    `bin` is the time divided by the window, `count` the distinct objects of that layer then,
    in posts that act on so many `objects` of the layer each.
    They can tie nobody, but they say how much an account does that others do not.
    """

    layer: Numbers
    account: Numbers
    bin: Numbers
    objects: Numbers
    count: Numbers


@dataclass(frozen=True, slots=True)
class Batches:
    """All that the detector looks at.

    Attributes:
        actions: Sorted by layer, object, time, post.
        co_actions: Sorted by account_a, account_b, layer, object.
        lone: Acts on objects of one account.
        accounts: Number of all accounts in the data, those without any action included.
        languages: For each account its language code as a small number, -1 when unknown.
        window_s: The window that the co-actions were joined with.
    """

    actions: Actions
    co_actions: CoActions
    lone: LoneActs
    accounts: int
    languages: Numbers
    window_s: int
