"""Members that a campaign gains because they write its sentences.

They stand beside the detector's cluster and not in it: its p-value, roles and grade are
those of acting together, and likeness changes none of them. Each of them opens to its uses
of a wording, every one beside the nearest use by a member.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import Batches, Numbers
from legation.threats.disinformation.coordination import Found
from legation.threats.disinformation.packing import distinct, paired
from legation.threats.disinformation.similarity import (
    KINDS,
    Alike,
    Profiles,
    SharedUses,
    likeness,
    shared_uses,
)


@dataclass(frozen=True, slots=True)
class Likened:
    """The accounts that one campaign gains; one entry an account, ascending.

    Attributes:
        account: Account numbers; none is in the campaign's cluster.
        q: False-discovery rate at which each joins.
        hits: Posts with wordings of the campaign.
        partners: Members whose uses stand beside its own.
        uses: What proves it, in rows of their own.
    """

    account: Numbers
    q: NDArray[np.float64]
    hits: Numbers
    partners: Numbers
    uses: SharedUses


def liken(profiles: Profiles, found: Found, batches: Batches, *, fdr: float) -> tuple[Likened, ...]:
    """Return what each campaign gains, in the order of the campaigns."""
    campaign = np.full(batches.accounts, -1, dtype=np.int64)
    for number, cluster in enumerate(found.clusters):
        campaign[cluster.accounts] = number
    alike = likeness(profiles, campaign, batches.languages, fdr=fdr)
    if not len(alike.account):
        return tuple(nobody() for _ in found.clusters)
    uses = shared_uses(profiles, campaign, batches.languages, alike)
    gained = (_gained(alike, uses, campaign, n) for n in range(len(found.clusters)))
    return tuple(gained)


def nobody() -> Likened:
    """Return the gain of a campaign that nobody joins."""
    none = np.zeros(0, dtype=np.int64)
    return Likened(none, np.zeros(0), none, none, SharedUses(none, none, none, none, none, none))


def _gained(alike: Alike, uses: SharedUses, campaign: Numbers, name: int) -> Likened:
    """Keep the rows of wordings: by them alone an account joins."""
    wording = KINDS.index("wording")
    mine = np.flatnonzero((alike.campaign == name) & (alike.kind == wording))
    account = alike.account[mine]
    rows = np.flatnonzero((uses.kind == wording) & (campaign[uses.member] == name))
    place = np.searchsorted(account, uses.account[rows])
    many = int(uses.member.max(initial=0)) + 1
    met = distinct(paired(place, uses.member[rows], below=many)) // many
    return Likened(
        account=account,
        q=alike.q[mine],
        hits=alike.hits[mine],
        partners=np.bincount(met, minlength=len(account)),
        uses=SharedUses(*(getattr(uses, part)[rows] for part in SharedUses.__slots__)),
    )
