"""Accounts that write like a campaign, though they never acted with it inside the window.

The second layer, named `similarity` wherever it shows. It joins single accounts to a campaign
that co-action has validated, and never founds one. A *hit* is a post with a wording of any day
that members use, from the first of them on, and that almost nobody else does. Each outside
account is asked: does it hit more often than the people around it, those outside who write in the
same language and season? They are compared in full, likely helpers among them: an account like
all the others around is never joined, even where everybody around is suspect, and where nobody is
around nothing can be told. How alike it is in rhythm, hashtags, hosts and style (`traits.py`)
weighs the evidence it needs. Who joins by likeness draws in nobody else.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import Numbers
from legation.threats.disinformation.chance import false_discovery_rates, tail
from legation.threats.disinformation.exposure import DAY
from legation.threats.disinformation.packing import numbered, paired, starts

Reals = NDArray[np.float64]

# Members there must be for each other person who uses the wording. One member is enough where
# nobody else does: two people do not write a long sentence, letter for letter, by themselves.
MEMBERS_PER_OTHER = 2
# People around are those of the same quarter of a year: fewer days hold too few people to tell.
SEASON = 91 * DAY
# Over-dispersion of an account's hits: above that of acting together, since who takes up one
# of a group's sentences takes up others.
TASTE_DISPERSION = 0.5


@dataclass(frozen=True, slots=True)
class Wordings:
    """Each account's first use of each wording of its own.

    All columns have one length. `feature` is a hash; `time` is epoch seconds, UTC.
    """

    account: Numbers
    feature: Numbers
    time: Numbers


@dataclass(frozen=True, slots=True)
class Alike:
    """Accounts that join campaigns by likeness, one row each.

    Attributes:
        account: Account numbers, ascending.
        campaign: The campaign, as numbered by the caller.
        q: False-discovery rate at which it joins.
        p: Tail of its hits.
        hits: Posts with wordings of the campaign.
        expected: Hits expected of it, were it one of the people around.
    """

    account: Numbers
    campaign: Numbers
    q: Reals
    p: Reals
    hits: Numbers
    expected: Reals


@dataclass(frozen=True, slots=True)
class SharedUses:
    """What proves a likeness: a use of an account beside the nearest use of a member."""

    account: Numbers
    feature: Numbers
    time: Numbers
    member: Numbers
    member_time: Numbers


def likeness(
    wordings: Wordings,
    campaign: Numbers,
    languages: Numbers,
    weights: Reals | None = None,
    *,
    fdr: float,
) -> Alike:
    """Return the accounts that join by likeness; none when there is no campaign.

    Args:
        wordings: Uses of all accounts.
        campaign: For each account its campaign, -1 for those outside.
        languages: For each account its language, -1 when unknown.
        weights: For each campaign, ascending, and account how much its evidence counts; 1 on
            average over the accounts outside (Genovese, Roeder and Wasserman, 2006). None: 1.
        fdr: False-discovery rate over all accounts and campaigns.
    """
    names = np.unique(campaign[campaign >= 0])
    if not len(names) or not len(wordings.account):
        return _nobody()
    uses = _uses(wordings, campaign, languages)
    asked = [_ask(uses, campaign, int(name)) for name in names]
    account, hits = (np.concatenate([a[i] for a in asked]) for i in range(2))
    expected = np.concatenate([a[2] for a in asked])
    place = np.repeat(np.arange(len(names)), [len(a[0]) for a in asked])
    p = tail(hits, np.maximum(expected, 1e-4), TASTE_DISPERSION)
    weight = np.ones(len(p)) if weights is None else weights[place, account]
    q = false_discovery_rates(np.minimum(p / weight, 1.0), len(campaign) * len(names))
    passes = np.flatnonzero(q <= fdr)
    passes = passes[np.lexsort((p[passes], account[passes]))]
    best = passes[starts(account[passes])]
    return Alike(account[best], names[place[best]], q[best], p[best], hits[best], expected[best])


def shared_uses(
    wordings: Wordings, campaign: Numbers, languages: Numbers, alike: Alike
) -> SharedUses:
    """Return the hits of those who join, each beside the use of a member nearest in time."""
    if not len(alike.account):  # where nobody writes words of their own there is nothing to number
        return SharedUses(*(np.zeros(0, dtype=np.int64) for _ in range(5)))
    uses = _uses(wordings, campaign, languages)
    parts = []
    for name in np.unique(alike.campaign):
        rows = uses.outside[_is_hit(uses, campaign, int(name))]
        joined = alike.account[alike.campaign == name]
        rows = rows[np.isin(wordings.account[rows], joined)]
        theirs = np.flatnonzero(campaign[wordings.account] == name)
        parts.append((rows, _nearest(uses.thing, wordings.time, rows, theirs)))
    none = np.zeros(0, dtype=np.int64)
    rows = np.concatenate([none, *(part[0] for part in parts)])
    beside = np.concatenate([none, *(part[1] for part in parts)])
    return SharedUses(
        wordings.account[rows],
        wordings.feature[rows],
        wordings.time[rows],
        wordings.account[beside],
        wordings.time[beside],
    )


@dataclass(frozen=True, slots=True)
class _Uses:
    """Uses ready to be counted; a cell is an account's posts in one season.

    `thing` is a wording in its language; `outside` are the rows of outside accounts, `post`
    numbers the posts they stand in; `cell` is the cell of each post, and `owner` and `stratum`
    (season, language) are those of each cell.
    """

    account: Numbers
    thing: Numbers
    time: Numbers
    others: Numbers
    outside: Numbers
    post: Numbers
    cell: Numbers
    owner: Numbers
    stratum: Numbers


def _uses(wordings: Wordings, campaign: Numbers, languages: Numbers) -> _Uses:
    spoken = languages[wordings.account] + 1
    tongues = int(spoken.max()) + 1
    _, small = numbered(wordings.feature)
    _, thing = numbered(paired(small, spoken, below=tongues))
    outside = np.flatnonzero(campaign[wordings.account] < 0)
    time = wordings.time[outside] - wordings.time.min()
    who = wordings.account[outside]
    posts, post = numbered(paired(who, time, below=int(time.max(initial=0)) + 1))
    first = np.zeros(len(posts), dtype=np.int64)
    first[post] = outside
    _, stratum = numbered(paired(wordings.time[first] // SEASON, spoken[first], below=tongues))
    strata = int(stratum.max(initial=0)) + 1
    cells, cell = numbered(paired(wordings.account[first], stratum, below=strata))
    return _Uses(
        account=wordings.account,
        thing=thing,
        time=wordings.time,
        others=np.bincount(thing[outside], minlength=int(thing.max()) + 1) - 1,
        outside=outside,
        post=post,
        cell=cell,
        owner=cells // strata,
        stratum=cells % strata,
    )


def _is_hit(uses: _Uses, campaign: Numbers, name: int) -> NDArray[np.bool_]:
    """Tell for each outside row whether its wording is the campaign's, itself left out."""
    theirs = uses.thing[campaign[uses.account] == name]
    members = np.bincount(theirs, minlength=len(uses.others))[uses.thing[uses.outside]]
    others = uses.others[uses.thing[uses.outside]]
    began = np.full(len(uses.others), np.iinfo(np.int64).max)
    np.minimum.at(began, theirs, uses.time[campaign[uses.account] == name])
    repeats = uses.time[uses.outside] >= began[uses.thing[uses.outside]]
    hit: NDArray[np.bool_] = (members >= 1) & (members >= MEMBERS_PER_OTHER * others) & repeats
    return hit


def _ask(uses: _Uses, campaign: Numbers, name: int) -> tuple[Numbers, Numbers, Reals]:
    """Return (account, hits, expected) of those with any hit on the campaign."""
    hit = np.zeros(len(uses.cell), dtype=np.bool_)
    hit[uses.post[_is_hit(uses, campaign, name)]] = True
    posts = np.bincount(uses.cell, minlength=len(uses.owner))
    hits = np.bincount(uses.cell[hit], minlength=len(uses.owner))
    around = np.bincount(uses.stratum, posts)[uses.stratum] - posts
    theirs = np.bincount(uses.stratum, hits)[uses.stratum] - hits
    seen = around > 0
    weight = np.where(seen, posts / np.maximum(around, 1), 0.0)
    keys, who = numbered(uses.owner)
    # One hit more than was seen around, where it weighs most: the upper bound of Fay and
    # Feuer (1997) for a weighted sum of counts. Few people around can so never prove much.
    more = np.zeros(len(keys))
    np.maximum.at(more, who, weight)
    expected = np.bincount(who, weight * theirs, minlength=len(keys)) + more
    found = np.bincount(who, hits * seen, minlength=len(keys)).astype(np.int64)
    some = np.flatnonzero(found)
    return keys[some], found[some], expected[some]


def _nearest(thing: Numbers, time: Numbers, rows: Numbers, theirs: Numbers) -> Numbers:
    """Return for each row the row among `theirs` of the same thing that is nearest in time."""
    theirs = theirs[np.lexsort((time[theirs], thing[theirs]))]
    low = np.searchsorted(thing[theirs], thing[rows], side="left")
    high = np.searchsorted(thing[theirs], thing[rows], side="right")
    nearest = np.empty(len(rows), dtype=np.int64)
    for at, row in enumerate(rows.tolist()):
        candidates = theirs[low[at] : high[at]]
        nearest[at] = candidates[np.argmin(np.abs(time[candidates] - time[row]))]
    return nearest


def _nobody() -> Alike:
    none, real = np.zeros(0, dtype=np.int64), np.zeros(0)
    return Alike(none, none, real, real, none, real)
