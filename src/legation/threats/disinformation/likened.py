"""What a campaign gains by likeness: members that write its sentences, and how alike all are.

Members by likeness stand beside the detector's cluster and not in it: its p-value, roles and
grade are those of acting together, and likeness changes none of them. Each of them opens to its
uses of a wording, every one beside the nearest use by a member.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import Batches, Numbers
from legation.threats.disinformation.coordination import Found
from legation.threats.disinformation.packing import distinct, paired
from legation.threats.disinformation.similarity import (
    Alike,
    SharedUses,
    Wordings,
    likeness,
    shared_uses,
)
from legation.threats.disinformation.traits import Likenesses, Profiles, compare, weights


@dataclass(frozen=True, slots=True)
class Likened:
    """The accounts that one campaign gains; one entry an account, ascending.

    Attributes:
        account: Account numbers; none is in the campaign's cluster.
        q: False-discovery rate at which each joins.
        hits: Posts with wordings of the campaign.
        partners: Members whose uses stand beside its own.
        uses: What proves it, in rows of their own.
        traits: How alike everybody is to the campaign, as it was by acting together; None where
            nobody asked.
    """

    account: Numbers
    q: NDArray[np.float64]
    hits: Numbers
    partners: Numbers
    uses: SharedUses
    traits: Likenesses | None = None


def liken(
    wordings: Wordings,
    profiles: Profiles,
    found: Found,
    batches: Batches,
    *,
    fdr: float,
    selves: tuple[Numbers, ...] = (),
) -> tuple[Likened, ...]:
    """Return what each campaign gains, in the order of the campaigns.

    Args:
        wordings: Who writes which sentences.
        profiles: How accounts post.
        found: The campaigns.
        batches: What they were found in.
        fdr: False-discovery rate over all accounts and campaigns.
        selves: Two columns of accounts that are one handle, or nothing.
    """
    if not found.clusters:
        return ()
    campaign = np.full(batches.accounts, -1, dtype=np.int64)
    for number, cluster in enumerate(found.clusters):
        campaign[cluster.accounts] = number
    outside = campaign < 0
    numbers = range(len(found.clusters))
    traits = [compare(profiles, campaign == n, outside, batches.languages) for n in numbers]
    weighed = np.stack([weights(each, outside) for each in traits])
    alike = likeness(wordings, campaign, batches.languages, weighed, fdr=fdr)
    alike = _others(alike, campaign, selves)
    uses = shared_uses(wordings, campaign, batches.languages, alike)
    return tuple(_gained(alike, uses, campaign, n, traits[n]) for n in numbers)


def nobody() -> Likened:
    """Return the gain of a campaign that nobody joins and nobody was compared with."""
    none = np.zeros(0, dtype=np.int64)
    return Likened(none, np.zeros(0), none, none, SharedUses(none, none, none, none, none))


def _others(alike: Alike, campaign: Numbers, selves: tuple[Numbers, ...]) -> Alike:
    """Leave out who is a member of the campaign already, under another name of the handle."""
    if not selves:
        return alike
    below = int(campaign.max(initial=0)) + 2
    own = np.concatenate(selves) * below + campaign[np.concatenate(selves[::-1])]
    again = np.isin(alike.account * below + alike.campaign, own)
    return Alike(*(getattr(alike, part)[~again] for part in Alike.__slots__))


def _gained(
    alike: Alike, uses: SharedUses, campaign: Numbers, name: int, traits: Likenesses
) -> Likened:
    mine = np.flatnonzero(alike.campaign == name)
    account = alike.account[mine]
    rows = np.flatnonzero(campaign[uses.member] == name)
    place = np.searchsorted(account, uses.account[rows])
    many = int(uses.member.max(initial=0)) + 1
    met = distinct(paired(place, uses.member[rows], below=many)) // many
    return Likened(
        account=account,
        q=alike.q[mine],
        hits=alike.hits[mine],
        partners=np.bincount(met, minlength=len(account)),
        uses=SharedUses(*(getattr(uses, part)[rows] for part in SharedUses.__slots__)),
        traits=traits,
    )
