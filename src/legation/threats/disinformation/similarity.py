"""Accounts that write like a campaign, though they never acted with it inside the window.

The second layer, named `similarity` wherever it shows. It joins single accounts to a campaign
that co-action has validated, and never founds one. A *hit* is a post with a feature (own wording
of any day, hashtag or host of that day) that members use and that almost nobody else does. Each
outside account is asked: does it hit more often than the people around it, those outside who
write in the same language and season? They are compared in full, likely helpers among them: an
account like all the others around is never joined, even where everybody around is suspect, and
where nobody is around nothing can be told. Only wordings join; hashtags and hosts stand beside
as further evidence, since by them people of one topic are alike without any campaign. Who joins
by likeness draws in nobody else.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import Numbers
from legation.threats.disinformation.chance import false_discovery_rates, tail
from legation.threats.disinformation.exposure import DAY
from legation.threats.disinformation.packing import numbered, paired, starts

Reals = NDArray[np.float64]

KINDS = ("hashtag", "host", "wording")
# Members needed before a feature is theirs. Two people take up a hashtag by themselves; a long
# sentence, letter for letter, they do not.
LEAST_MEMBERS = np.array([2, 2, 1])
# Members there must be for each other person who uses the feature.
MEMBERS_PER_OTHER = 2
# People around are those of the same quarter of a year: fewer days hold too few people to tell.
SEASON = 91 * DAY
# Over-dispersion of an account's hits: above that of acting together, since who takes up one
# of a group's words takes up others.
TASTE_DISPERSION = 0.5


@dataclass(frozen=True, slots=True)
class Profiles:
    """Uses of features: an account's first on a day (hashtag, host) or at all (wording).

    All columns have one length. `kind` is an index into `KINDS`; `feature` is a hash; `time` is
    epoch seconds, UTC.
    """

    account: Numbers
    kind: Numbers
    feature: Numbers
    time: Numbers


@dataclass(frozen=True, slots=True)
class Alike:
    """Accounts that join campaigns by likeness, one row for each kind of feature that says so.

    Attributes:
        account: Account numbers, ascending; each has one campaign and a row for its wordings.
        campaign: The campaign, as numbered by the caller.
        kind: Kind of the features.
        q: False-discovery rate at which it joins.
        p: Tail of its hits.
        hits: Posts with features of the campaign.
        expected: Hits expected of it, were it one of the people around.
    """

    account: Numbers
    campaign: Numbers
    kind: Numbers
    q: Reals
    p: Reals
    hits: Numbers
    expected: Reals


@dataclass(frozen=True, slots=True)
class SharedUses:
    """What proves a likeness: a use of an account beside the nearest use of a member."""

    account: Numbers
    kind: Numbers
    feature: Numbers
    time: Numbers
    member: Numbers
    member_time: Numbers


def likeness(profiles: Profiles, campaign: Numbers, languages: Numbers, *, fdr: float) -> Alike:
    """Return the accounts that join by likeness; none when there is no campaign.

    Args:
        profiles: Uses of features of all accounts.
        campaign: For each account its campaign, -1 for those outside.
        languages: For each account its language, -1 when unknown.
        fdr: False-discovery rate over all accounts and campaigns.
    """
    names = np.unique(campaign[campaign >= 0])
    if not len(names) or not len(profiles.account):
        return _nobody()
    uses = _uses(profiles, campaign, languages)
    asked = [_ask(uses, campaign, int(name)) for name in names]
    account, kind, hits = (np.concatenate([a[i] for a in asked]) for i in range(3))
    expected = np.concatenate([a[3] for a in asked])
    of = np.repeat(names, [len(a[0]) for a in asked])
    p = tail(hits, np.maximum(expected, 1e-4), TASTE_DISPERSION)
    q = np.ones(len(p))
    for each in range(len(KINDS)):
        rows = kind == each
        q[rows] = false_discovery_rates(p[rows], len(campaign) * len(names))
    passes = np.flatnonzero(q <= fdr)
    passes = passes[np.lexsort((kind[passes], p[passes], account[passes]))]
    decides = passes[kind[passes] == KINDS.index("wording")]
    best = decides[starts(account[decides])]
    home = np.full(len(campaign), -1, dtype=np.int64)
    home[account[best]] = of[best]
    kept = passes[home[account[passes]] == of[passes]]
    return Alike(account[kept], of[kept], kind[kept], q[kept], p[kept], hits[kept], expected[kept])


def shared_uses(
    profiles: Profiles, campaign: Numbers, languages: Numbers, alike: Alike
) -> SharedUses:
    """Return the hits of those who join, each beside the use of a member nearest in time."""
    uses = _uses(profiles, campaign, languages)
    parts = []
    for name in np.unique(alike.campaign):
        mine = alike.campaign == name
        asked = set(zip(alike.account[mine].tolist(), alike.kind[mine].tolist(), strict=True))
        rows = uses.outside[_is_hit(uses, campaign, int(name))]
        pairs = zip(profiles.account[rows].tolist(), profiles.kind[rows].tolist(), strict=True)
        rows = rows[np.fromiter((pair in asked for pair in pairs), np.bool_, len(rows))]
        theirs = np.flatnonzero(campaign[profiles.account] == name)
        parts.append((rows, _nearest(uses.thing, profiles.time, rows, theirs)))
    none = np.zeros(0, dtype=np.int64)
    rows = np.concatenate([none, *(part[0] for part in parts)])
    beside = np.concatenate([none, *(part[1] for part in parts)])
    return SharedUses(
        profiles.account[rows],
        profiles.kind[rows],
        profiles.feature[rows],
        profiles.time[rows],
        profiles.account[beside],
        profiles.time[beside],
    )


@dataclass(frozen=True, slots=True)
class _Uses:
    """Uses ready to be counted; a cell is an account's posts of one kind in one season.

    `thing` is a feature in its span and language; `outside` are the rows of outside accounts,
    `post` numbers the posts they stand in; `cell` is the cell of each post, and `owner` and
    `stratum` (season, language, kind) are those of each cell.
    """

    account: Numbers
    kind: Numbers
    thing: Numbers
    others: Numbers
    outside: Numbers
    post: Numbers
    cell: Numbers
    owner: Numbers
    stratum: Numbers


def _uses(profiles: Profiles, campaign: Numbers, languages: Numbers) -> _Uses:
    kinds = len(KINDS)
    spoken = languages[profiles.account] + 1
    context = paired(spoken, profiles.kind, below=kinds)
    daily = profiles.kind != KINDS.index("wording")
    span = np.where(daily, profiles.time // DAY + 1, 0)
    thing = _things(paired(span, context, below=int(context.max()) + 1), profiles.feature)
    outside = np.flatnonzero(campaign[profiles.account] < 0)
    who = paired(profiles.account[outside], profiles.kind[outside], below=kinds)
    time = profiles.time[outside] - profiles.time.min()
    posts, post = numbered(paired(who, time, below=int(time.max(initial=0)) + 1))
    first = np.zeros(len(posts), dtype=np.int64)
    first[post] = outside
    _, stratum = numbered(
        paired(profiles.time[first] // SEASON, context[first], below=int(context.max()) + 1)
    )
    strata = int(stratum.max(initial=0)) + 1
    cells, cell = numbered(paired(profiles.account[first], stratum, below=strata))
    return _Uses(
        account=profiles.account,
        kind=profiles.kind,
        thing=thing,
        others=np.bincount(thing[outside], minlength=int(thing.max()) + 1) - 1,
        outside=outside,
        post=post,
        cell=cell,
        owner=cells // strata,
        stratum=cells % strata,
    )


def _things(context: Numbers, feature: Numbers) -> Numbers:
    """Number the distinct (context, feature), which do not fit into one key."""
    _, small = numbered(feature)
    _, thing = numbered(paired(context, small, below=int(small.max()) + 1))
    return thing


def _is_hit(uses: _Uses, campaign: Numbers, name: int) -> NDArray[np.bool_]:
    """Tell for each outside row whether its feature is the campaign's, itself left out."""
    theirs = uses.thing[campaign[uses.account] == name]
    members = np.bincount(theirs, minlength=len(uses.others))[uses.thing[uses.outside]]
    others = uses.others[uses.thing[uses.outside]]
    least = LEAST_MEMBERS[uses.kind[uses.outside]]
    hit: NDArray[np.bool_] = (members >= least) & (members >= MEMBERS_PER_OTHER * others)
    return hit


def _ask(uses: _Uses, campaign: Numbers, name: int) -> tuple[Numbers, Numbers, Numbers, Reals]:
    """Return (account, kind, hits, expected) of those with any hit on the campaign."""
    hit = np.zeros(len(uses.cell), dtype=np.bool_)
    hit[uses.post[_is_hit(uses, campaign, name)]] = True
    posts = np.bincount(uses.cell, minlength=len(uses.owner))
    hits = np.bincount(uses.cell[hit], minlength=len(uses.owner))
    around = np.bincount(uses.stratum, posts)[uses.stratum] - posts
    theirs = np.bincount(uses.stratum, hits)[uses.stratum] - hits
    seen = around > 0
    weight = np.where(seen, posts / np.maximum(around, 1), 0.0)
    # The kind of a cell is that of its posts.
    kind = np.zeros(len(uses.owner), dtype=np.int64)
    kind[uses.cell[uses.post]] = uses.kind[uses.outside]
    keys, who = numbered(paired(uses.owner, kind, below=len(KINDS)))
    # One hit more than was seen around, where it weighs most: the upper bound of Fay and
    # Feuer (1997) for a weighted sum of counts. Few people around can so never prove much.
    more = np.zeros(len(keys))
    np.maximum.at(more, who, weight)
    expected = np.bincount(who, weight * theirs, minlength=len(keys)) + more
    found = np.bincount(who, hits * seen, minlength=len(keys)).astype(np.int64)
    some = np.flatnonzero(found)
    return keys[some] // len(KINDS), keys[some] % len(KINDS), found[some], expected[some]


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
    return Alike(none, none, none, real, real, none, real)
