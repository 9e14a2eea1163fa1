"""How alike the accounts of a campaign are in rhythm, hashtags, hosts and style.

Part of the layer `similarity`. A trait is a profile of shares: the hours at which an account
posts, the hashtags and hosts it uses, the shape of what it writes. For each trait an account is
asked: is its profile more like that of the campaign or of the people around, those outside who
write in the campaign's languages? The answer is the mean log-likelihood ratio of its uses, every
account counting once and none measured by a profile it is in, told as a rank among the people
around: 0.97 means that 97 of 100 of them are less like the campaign.

Traits never found a campaign and never join an account by themselves: people of one time zone,
client or topic are alike without any campaign. They weigh the evidence of wordings (p-value
weighting, which keeps the false-discovery rate however good or bad the weights are: Genovese,
Roeder and Wasserman, Biometrika 93, 2006), and they stand beside each member.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import Numbers
from legation.threats.disinformation.packing import numbered

Reals = NDArray[np.float64]
Marks = NDArray[np.bool_]

TRAITS = ("rhythm", "hashtags", "hosts", "style")
# People around needed to rank among: with fewer a rank is off by more than 0.1 (one standard
# error of a share of a half).
LEAST_AROUND = 30
# A profile is smoothed by one account that lives like everybody: so that what nobody of the
# campaign ever did is rare there and not impossible.
_PRIOR = 1.0
# A language is the campaign's when a tenth of the members write in it.
_TENTH = 10
# Ways of halving the accounts: each more narrows what chance of the halving adds to a rank.
_WAYS = 6
# 95 % of a normal law.
_Z = 1.959964
# Half of the weight is shared out evenly, so that an account that is unlike in every trait
# needs at most twice the evidence; the other half goes to the likest, by the cube of the rank
# (whose mean is a quarter): nobody needs less than two fifths.
_EVEN, _BY_RANK, _POWER = 0.5, 2.0, 3


@dataclass(frozen=True, slots=True)
class Profiles:
    """Uses of each account with enough of them; columns of one length.

    `trait` is an index into `TRAITS`; `category` an hour, a hash, or a feature of style; `uses`
    how often. An account's uses are all there or none of a trait.
    """

    account: Numbers
    trait: Numbers
    category: Numbers
    uses: Numbers


@dataclass(frozen=True, slots=True)
class Likenesses:
    """How alike everybody is to one campaign, trait by trait.

    Attributes:
        rank: Traits by accounts: the share of the people around who are less like the campaign;
            NaN where it cannot be told.
        members: For each trait the members that it compares.
        around: For each trait the people that they are compared with.
    """

    rank: Reals
    members: Numbers
    around: Numbers

    def separation(self, trait: int, member: Marks) -> tuple[float, float, float]:
        """Return how well a trait tells members from the people around, with its interval.

        The chance that a member is more like the campaign than a person around (the area under
        the ROC curve; 0.5 tells nothing), and its 95 % interval: Wilson's, with the members as
        trials, since the variance is at most A(1 - A) / min(m, n) (Birnbaum and Klose, 1957).
        """
        ranks = self.rank[trait, member]
        share, trials = float(np.nanmean(ranks)), min(self.members[trait], self.around[trait])
        squared = _Z**2 / trials
        middle = (share + squared / 2) / (1 + squared)
        half = _Z * np.sqrt(share * (1 - share) / trials + squared / (4 * trials)) / (1 + squared)
        return share, float(max(middle - half, 0.0)), float(min(max(middle + half, share), 1.0))


def compare(profiles: Profiles, member: Marks, outside: Marks, languages: Numbers) -> Likenesses:
    """Compare everybody with one campaign.

    Args:
        profiles: Of all accounts.
        member: Marks the campaign's accounts.
        outside: Marks the accounts that are in no campaign.
        languages: For each account its language, -1 when unknown.
    """
    around = outside & np.isin(languages, _tongues(languages[member]))
    rank = np.full((len(TRAITS), len(member)), np.nan)
    counts = np.zeros((2, len(TRAITS)), dtype=np.int64)
    for trait in range(len(TRAITS)):
        rows = profiles.trait == trait
        known = np.zeros(len(member), dtype=np.bool_)
        known[profiles.account[rows]] = True
        counts[:, trait] = int((known & member).sum()), int((known & around).sum())
        # A member is measured by the profile of others: there must be one.
        if counts[0, trait] < 2 or counts[1, trait] < LEAST_AROUND:  # noqa: PLR2004 -- said above
            continue
        ranks = _ranks(profiles, rows, member, around)
        asked = member | outside
        rank[trait, asked] = ranks[asked]
    return Likenesses(rank, counts[0], counts[1])


def weights(alike: Likenesses, outside: Marks) -> Reals:
    """Return how much the evidence of each account counts: 1 on average over those outside."""
    told = np.isfinite(alike.rank)
    ranks = np.where(told, alike.rank, 0.0).sum(axis=0)
    mean = np.divide(ranks, told.sum(axis=0), out=np.full(len(ranks), 0.5), where=told.any(axis=0))
    given: Reals = _EVEN + _BY_RANK * mean**_POWER
    scale = float(given[outside].mean()) if outside.any() else 1.0
    return given / scale


def _tongues(languages: Numbers) -> Numbers:
    found, counts = np.unique(languages, return_counts=True)
    return found[counts * _TENTH >= len(languages)]


def _ranks(profiles: Profiles, rows: Marks, member: Marks, around: Marks) -> Reals:
    """Return each account's rank among the people around, NaN where it has none.

    Accounts are halved; each half is measured by the profiles of the other and ranked among
    the people around of its own half, so that nobody is measured by a profile it is in, and
    those who are compared are measured alike. Several ways of halving are averaged.
    """
    account, uses = profiles.account[rows], profiles.uses[rows].astype(np.float64)
    _, category = numbered(profiles.category[rows])
    total = np.bincount(account, uses, minlength=len(member))
    share, known = uses / total[account], total > 0
    ranks, times = np.zeros(len(member)), np.zeros(len(member))
    for way in range(_WAYS):
        half = _halved(member & known, around & known, way)
        for own in (False, True):
            sides = [mark & known & (half != own) for mark in (member, around)]
            near = around & known & (half == own)
            if not (sides[0].any() and sides[1].any() and near.sum() > 1):
                continue
            told = _told(category, share, *(side[account] for side in sides))
            logged = _logged(told, [float(side.sum()) for side in sides])
            summed = np.bincount(account, share * logged[category], minlength=len(member))
            # Whose uses are the same must tie, whatever the order of the sum.
            ratio = np.asarray(np.round(summed, 9), dtype=np.float64)
            asked = np.flatnonzero(known & (half == own))
            ranks[asked] += _ranked(ratio, asked, near)
            times[asked] += 1
    mean: Reals = np.divide(ranks, times, out=np.full(len(member), np.nan), where=times > 0)
    return mean


def _halved(member: Marks, around: Marks, way: int) -> Marks:
    """Halve members, people around and all others, by one bit of their place in the row."""
    half = np.zeros(len(member), dtype=np.bool_)
    for mark in (member, around, ~(member | around)):
        half[mark] = (np.arange(int(mark.sum())) >> way) & 1 == 1
    return half


def _told(category: Numbers, share: Reals, ours: Marks, theirs: Marks) -> tuple[Reals, Reals]:
    """Return for each category the summed shares of either side."""
    many = int(category.max(initial=0)) + 1
    one, other = (np.bincount(category, share * side, minlength=many) for side in (ours, theirs))
    return one.astype(np.float64), other.astype(np.float64)


def _logged(told: tuple[Reals, Reals], people: list[float]) -> Reals:
    """Return for each category the log-likelihood ratio; 0 where neither side ever did it."""
    both = told[0] + told[1]
    usual = both / max(sum(people), 1.0)
    sides = [
        (one + _PRIOR * usual) / (number + _PRIOR) for one, number in zip(told, people, strict=True)
    ]
    ratio = np.ones(len(both))
    np.divide(sides[0], sides[1], out=ratio, where=both > 0)
    return np.log(ratio)


def _ranked(ratio: Reals, asked: Numbers, around: Marks) -> Reals:
    """Return the share of the people around below each, equals counting half, itself left out."""
    ordered, own = np.sort(ratio[around]), around[asked]
    below = np.searchsorted(ordered, ratio[asked], side="left")
    upto = np.searchsorted(ordered, ratio[asked], side="right") - own
    rank: Reals = (below + upto) / (2 * (len(ordered) - own))
    return rank
