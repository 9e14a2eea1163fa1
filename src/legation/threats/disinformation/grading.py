"""How sure a campaign is: its grade with reasons, and the figures that its chance comes from.

A grade is made here and nowhere else, and so is the sentence that says what stands against
chance: the p-value comes from one of three looks, and what is shown beside it is that look.
"""

from collections import Counter
from typing import Final

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from legation.threats.disinformation.batches import Batches, Numbers
from legation.threats.disinformation.coordination import Cluster
from legation.threats.disinformation.findings import LEAST_P, Grade, Significance
from legation.threats.disinformation.significance import NULL
from legation.threats.disinformation.unknowns import counted

_DAY: Final = 86_400
_HIGH_P, _HIGH_ACCOUNTS, _HIGH_OBJECTS = 1e-4, 5, 10
_LEAST_OBJECTS: Final = 3
_THOUSAND: Final = 1000


def significance_of(cluster: Cluster) -> Significance:
    """Return what stands against chance."""
    return Significance(
        observed=cluster.observed,
        expected=cluster.expected,
        p_value=max(cluster.p_value, LEAST_P),
        null=NULL,
        pairs=cluster.pairs,
        beyond=cluster.beyond,
        look=cluster.look,
        reached=cluster.reached,
        trials=cluster.trials,
        rate=cluster.rate,
        searched=cluster.searched,
    )


def against_chance(of: Significance) -> str:
    """Say what the p-value comes from, with what chance explains of it.

    >>> far = Significance(observed=9, expected=2.0, p_value=1e-9, null="", beyond=6, pairs=10)
    >>> against_chance(far)
    '6 of 10 pairs of accounts beyond their 1-in-1,000 mark'
    """
    if of.look is None:  # kept before it was told
        return f"{of.beyond} of {of.pairs} pairs of accounts beyond their 1-in-1,000 mark"
    by_chance = _few(of.trials * of.rate)
    if of.look == "farthest":
        return (
            f"the farthest of {of.trials} pairs of accounts, of which chance explains {by_chance}"
        )
    what, mark = "pairs of accounts", "1-in-1,000"
    if of.look == "near":
        what, mark = "pairs that hold it together", "1-in-20"
    return (
        f"{of.reached} of {of.trials} {what} beyond their {mark} mark, chance explains {by_chance}"
    )


def held_without_the_middle(a: Numbers, b: Numbers) -> int:
    """Count the accounts that their ties hold together once the one in most ties is left out.

    Whoever repeats others stands in the middle of a star of them, and they need not know of it.

    Args:
        a: One account of each tie.
        b: The other.

    >>> star, ring = (np.zeros(6, int), np.arange(1, 7)), (np.arange(6), (np.arange(6) + 1) % 6)
    >>> held_without_the_middle(*star), held_without_the_middle(*ring)
    (1, 5)
    """
    if not len(a):
        return 0
    names, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    middle = int(np.bincount(places).argmax())
    one, other = np.split(places, 2)
    left = (one != middle) & (other != middle)
    ties = (np.ones(int(left.sum())), (one[left], other[left]))
    _, part = connected_components(coo_matrix(ties, shape=(len(names), len(names))), directed=False)
    return int(np.bincount(np.delete(part, middle)).max())


def grade_of(
    cluster: Cluster,
    layers: Counter[str],
    rows: Numbers,
    batches: Batches,
    *,
    unsure: int = 0,
    steady: int = _HIGH_ACCOUNTS,
) -> tuple[Grade, tuple[str, ...]]:
    """Return the grade of a campaign, and its reasons in sentences.

    Args:
        cluster: Its accounts and ties.
        layers: Its co-actions per layer.
        rows: The co-actions that prove it.
        batches: What was searched.
        unsure: Members who were only or mostly copied.
        steady: Accounts that hold together without the one in most of its ties.
    """
    co = batches.co_actions
    objects = len(np.unique(co.object[rows]))
    days = len(np.unique(co.time_a[rows] // _DAY))
    joined = int(cluster.joined.sum())
    # Who joined one by one, or was copied, lifts no grade: it rests on who holds together.
    accounts = max(len(cluster.accounts) - joined - unsure, 0)
    reasons = (
        f"{counted(accounts)} held together by {_ties(len(cluster.ties))}"
        + (f"; {counted(joined)} more joined one by one" if joined else ""),
        f"{objects:,} shared objects on {days:,} day{'' if days == 1 else 's'}",
        f"layers: {', '.join(f'{name} {count:,}' for name, count in layers.most_common())}",
        against_chance(significance_of(cluster)),
        f"{_chance(cluster.p_value)}, corrected for the search over all parts of the network",
        *(
            [f"{counted(unsure)} only or mostly copied; the number held together leaves them out"]
            * (unsure > 0)
        ),
    )
    narrow = ("one day and one layer only",) if days == 1 and len(layers) == 1 else ()
    weak = _weak(cluster.p_value, accounts, objects, steady)
    if not weak or (objects >= _LEAST_OBJECTS and not narrow):
        missed = (*weak, *narrow)
        return (
            ("moderate", (*reasons, f"not high: {', '.join(missed)}"))
            if missed
            else ("high", reasons)
        )
    few = (f"fewer than {_LEAST_OBJECTS} objects",) if objects < _LEAST_OBJECTS else ()
    return "low", (*reasons, f"not moderate: {', '.join((*narrow, *few))}")


def _chance(p: float) -> str:
    """Say a chance; below what floating point tells from nothing it is said to be less, never 0.

    >>> _chance(0.0), _chance(0.00123)
    ('p < 1e-300', 'p = 0.0012')
    """
    return f"p = {p:.2g}" if p > LEAST_P else f"p < {LEAST_P:g}"


def _few(number: float) -> str:
    """Say how many chance explains, never as none.

    >>> _few(1810 * 0.001), _few(3e-9), _few(12345.6)
    ('1.81', '3e-09', '12,346')
    """
    number = max(number, LEAST_P)
    return f"{number:.3g}" if number < _THOUSAND else f"{number:,.0f}"


def _weak(p_value: float, accounts: int, objects: int, steady: int) -> tuple[str, ...]:
    """Name what a campaign lacks for the grade high."""
    lacks = (
        (p_value > _HIGH_P, f"p is above {_HIGH_P:g}"),
        (
            accounts < _HIGH_ACCOUNTS,
            f"fewer than {_HIGH_ACCOUNTS} accounts held together by validated ties",
        ),
        (
            steady < min(accounts, _HIGH_ACCOUNTS),
            f"without the account in most of its ties fewer than {_HIGH_ACCOUNTS} hold together",
        ),
        (objects < _HIGH_OBJECTS, f"fewer than {_HIGH_OBJECTS} objects"),
    )
    return tuple(said for lacking, said in lacks if lacking)


def _ties(validated: int) -> str:
    return f"{validated:,} validated tie{'' if validated == 1 else 's'}"
