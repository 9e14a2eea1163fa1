"""A campaign in words and numbers that a person can check.

From the detector's numbers and the members' posts comes the `Campaign` of `findings.py`: who, in
which role, with what, since when, how sure, and what the data cannot show. Every rule here is
stated: a grade comes with its reasons, a technique with what suggested it.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np

from legation.text.language_names import LANGUAGE_NAMES
from legation.text.terms import Counted
from legation.threats.disinformation.batches import LAYERS, SIMILARITY, Batches, CoActions, Numbers
from legation.threats.disinformation.bursts import bursts
from legation.threats.disinformation.clocks import clock_of
from legation.threats.disinformation.communities import ranked
from legation.threats.disinformation.coordination import Cluster, Found, Rule
from legation.threats.disinformation.evidence import Shares, evidence_rows, shares
from legation.threats.disinformation.findings import (
    Campaign,
    LanguageShare,
    Lookalike,
    Member,
    Quotation,
    Role,
    Term,
    Trait,
)
from legation.threats.disinformation.grading import (
    grade_of,
    held_without_the_middle,
    significance_of,
)
from legation.threats.disinformation.likened import Likened, nobody
from legation.threats.disinformation.linked import LinkedDomain, WrittenName
from legation.threats.disinformation.naming import marks
from legation.threats.disinformation.narrative import language_shares, narrative
from legation.threats.disinformation.packing import distinct, paired, starts
from legation.threats.disinformation.suggested import suggested
from legation.threats.disinformation.traits import TRAITS
from legation.threats.disinformation.unknowns import cannot_show, counted

_DAY = 86_400
# An originator is the first member on most of its objects, and on enough of them to say so.
_FIRST_SHARE, _FIRST_OBJECTS = 0.5, 3
# A bridge has a third of its co-actions with another part.
_BRIDGE_SHARE = 1 / 3


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the user's own list of benign look-alikes (agency, party, fan group, app)."""

    kind: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class Material:
    """What the store knows about a campaign's members.

    Attributes:
        ids: For each account number its id; a mapping or a sequence.
        post_times: Times of all posts of members, epoch seconds.
        languages: For each of the members' posts that were read its language, `und` where it
            cannot be told.
        texts: Texts in which terms are chosen and counted: a few of each member.
        text_languages: For each of `texts` its language, `und` where it cannot be told.
        text_authors: For each of `texts` the number of its account.
        background: Texts of accounts in no campaign, of the main language of `texts`.
        quotations: Representative posts, most shared first.
        clock_resolution_s: Coarsest clock of the posts that prove it.
        known: The user's list of benign look-alikes, by account id.
        domains: Official domains, and what looks like one, to which links of members lead.
        names: Protected names in the texts that were read.
        likened: What the campaign gained by likeness.
        masked: Whether names of accounts in the texts are pseudonyms.
    """

    ids: Mapping[int, str] | Sequence[str]
    post_times: Numbers
    languages: Sequence[str]
    texts: Sequence[str] = ()
    text_languages: Sequence[str] = ()
    text_authors: Sequence[int] | Numbers = ()
    background: Sequence[str] | Counted = ()
    quotations: tuple[Quotation, ...] = ()
    clock_resolution_s: int = 1
    known: Mapping[str, Known] = field(default_factory=dict)
    domains: tuple[LinkedDomain, ...] = ()
    names: tuple[WrittenName, ...] = ()
    likened: Likened = field(default_factory=nobody)
    masked: bool = False


def most_shared(cluster: Cluster, found: Found, batches: Batches, *, limit: int = 6) -> Numbers:
    """Return one post for each of the objects that most members share (the earliest post).

    Each row is (post, layer, accounts, posts): the members' earliest post in the evidence on the
    object, the object's layer, and how many members act on it, with how many posts in all.
    """
    co, did = batches.co_actions, batches.actions
    rows = evidence_rows(found, cluster, batches)
    item = np.concatenate([co.object[rows], co.object[rows]])
    post = np.concatenate([co.post_a[rows], co.post_b[rows]])
    order = np.lexsort((post, item))
    first = starts(item[order])
    things, earliest = item[order][first], post[order][first]
    member = np.zeros(batches.accounts, dtype=np.bool_)
    member[cluster.accounts] = True
    own = np.flatnonzero(member[did.account] & np.isin(did.object, things))
    place = np.searchsorted(things, did.object[own])
    posts = np.bincount(place, minlength=len(things))
    acted = distinct(paired(place, did.account[own], below=batches.accounts))
    accounts = np.bincount(acted // batches.accounts, minlength=len(things))
    layer = np.zeros(len(things), dtype=np.int64)
    layer[place] = did.layer[own]
    chosen = np.lexsort((earliest, -posts, -accounts))[:limit]
    return np.stack([earliest, layer, accounts, posts], axis=1)[chosen]


def describe(
    found: Found, cluster: Cluster, batches: Batches, material: Material, rule: Rule
) -> Campaign:
    """Return the campaign in words and numbers."""
    rows = evidence_rows(found, cluster, batches)
    co = batches.co_actions
    clock_s = clock_of(batches, rows, material.clock_resolution_s)
    material = replace(material, clock_resolution_s=clock_s)
    did = shares(cluster, batches, rows, clock_s, fdr=rule.fdr)
    members = _members(cluster, did, material)
    layers = Counter(LAYERS[layer] for layer in co.layer[rows].tolist())
    first = int(min(co.time_a[rows].min(), co.time_b[rows].min()))
    last = int(max(co.time_a[rows].max(), co.time_b[rows].max()))
    languages, more_languages = language_shares(material.languages)
    unsure = sum(member.copied for member in members)
    steady = held_without_the_middle(found.ties.a[cluster.ties], found.ties.b[cluster.ties])
    grade, reasons = grade_of(cluster, layers, rows, batches, unsure=unsure, steady=steady)
    gained = len(material.likened.account)
    if gained:
        reasons = (
            *reasons,
            f"{counted(gained)} joined by likeness of wording; nothing above counts them",
        )
    said = narrative(material)
    days, counts = np.unique(material.post_times // _DAY * _DAY, return_counts=True)
    far_above, burst_days = bursts(days, counts)
    hours = np.bincount(material.post_times // 3600 % 24, minlength=24)
    return Campaign(
        campaign_id=_campaign_id(members, rule),
        name=_name(languages, layers, first, marks(said.terms, said.compared)),
        grade=grade,
        grade_reasons=reasons,
        first=first,
        last=last,
        accounts=members,
        ties=len(cluster.ties),
        co_actions={layer: layers[layer] for layer in LAYERS if layers[layer]},
        clock_resolution_s=material.clock_resolution_s,
        median_lag_s=float(np.median(np.abs(co.time_a[rows] - co.time_b[rows]))),
        significance=significance_of(cluster),
        terms=said.terms,
        quotations=material.quotations,
        bursts=far_above,
        languages=languages,
        activity=tuple(zip(days.tolist(), counts.tolist(), strict=True)),
        hours=tuple(hours.tolist()),
        traits=_traits(cluster, batches, material),
        techniques=suggested(batches, rows, clock_s),
        lookalikes=_lookalikes(members, material),
        domains=material.domains,
        names=material.names,
        cannot_show=cannot_show(
            cluster,
            layers,
            material,
            rule,
            leads=any(one.role == "originator" and not one.copied for one in members),
            unsure=unsure,
            follows=any(member.role == "amplifier" for member in members),
        ),
        post_pairs=len(distinct(paired(co.post_a[rows], co.post_b[rows], below=_beyond(co, rows)))),
        posts_read=len(material.languages),
        compared=said.compared,
        no_narrative=said.unknown,
        more_languages=more_languages,
        burst_days=burst_days,
    )


def _beyond(co: CoActions, rows: Numbers) -> int:
    """Return a number above those of all posts in some co-actions."""
    return int(max(co.post_a[rows].max(), co.post_b[rows].max())) + 1


def _members(cluster: Cluster, did: Shares, material: Material) -> tuple[Member, ...]:
    part = ranked(cluster.part.tolist(), [material.ids[x] for x in cluster.accounts.tolist()])
    members = [
        Member(
            account_id=material.ids[int(account)],
            role=_role(did, at),
            score=score_of(float(cluster.q[at])),
            q=float(cluster.q[at]),
            layers=did.layers[at],
            objects=int(did.shared[at]),
            partners=int(did.partners[at]),
            alike=_ranks(material, int(account)),
            part=part[at],
            copied=bool(did.copied[at]),
        )
        for at, account in enumerate(cluster.accounts)
    ]
    members += _alike(material)
    return tuple(sorted(members, key=lambda m: (-m.score, -m.objects, m.account_id)))


def _alike(material: Material) -> list[Member]:
    """Return the members by likeness; what they did first or with whom cannot be told."""
    gained = material.likened
    return [
        Member(
            account_id=material.ids[int(account)],
            role="amplifier",
            score=score_of(float(gained.q[at])),
            q=float(gained.q[at]),
            layers=(SIMILARITY,),
            objects=int(gained.hits[at]),
            partners=int(gained.partners[at]),
            alike=_ranks(material, int(account)),
        )
        for at, account in enumerate(gained.account)
    ]


def _ranks(material: Material, account: int) -> dict[str, float]:
    """Return by trait how alike an account is to the campaign, where it can be told."""
    traits = material.likened.traits
    if traits is None:
        return {}
    ranks = zip(TRAITS, traits.rank[:, account].tolist(), strict=True)
    return {name: round(rank, 4) for name, rank in ranks if rank == rank}  # noqa: PLR0124 -- not NaN


def _traits(cluster: Cluster, batches: Batches, material: Material) -> tuple[Trait, ...]:
    """Return how well each trait tells the campaign's members from the people around."""
    found = material.likened.traits
    if found is None:
        return ()
    member = np.zeros(batches.accounts, dtype=np.bool_)
    member[cluster.accounts] = True
    told = []
    for number, name in enumerate(TRAITS):
        if np.isfinite(found.rank[number, member]).any():
            alike, low, high = (round(x, 4) for x in found.separation(number, member))
            counts = {"members": int(found.members[number]), "around": int(found.around[number])}
            told.append(Trait(name=name, **counts, alike=alike, low=low, high=high))
    return tuple(told)


def score_of(q: float) -> float:
    """Return L / (L + 2) with L = -log10 q: 0.5 at a rate of 1 %, 0.8 at one in 10^8."""
    strength = -np.log10(max(q, 1e-300))
    return round(float(strength / (strength + 2)), 6)


def _role(did: Shares, at: int) -> Role:
    if did.firsts[at] >= _FIRST_SHARE and did.shared[at] >= _FIRST_OBJECTS:
        return "originator"
    return "bridge" if did.outside[at] >= _BRIDGE_SHARE else "amplifier"


def _campaign_id(members: tuple[Member, ...], rule: Rule) -> str:
    text = "\n".join(sorted(member.account_id for member in members))
    digest = hashlib.sha256(msgspec.json.encode(rule) + b"\n" + text.encode())
    return f"c-{digest.hexdigest()[:12]}"


def _name(
    languages: tuple[LanguageShare, ...],
    layers: Counter[str],
    first: int,
    terms: tuple[Term, ...],
) -> str:
    """Name a campaign by what was measured: language, layer, first day, two marking terms."""
    told = (one.language for one in languages if one.language != "und")
    language = next(told, "und")
    day = np.datetime64(first, "s").astype("datetime64[D]")
    since = f"{layers.most_common(1)[0][0]} campaign since {day}"
    named = LANGUAGE_NAMES.get(language, language)
    said = f"{since}, language unknown" if language == "und" else f"{named} {since}"
    marks = ", ".join(term.term for term in terms[:2])
    return f"{said}: {marks}" if marks else said


def _lookalikes(members: tuple[Member, ...], material: Material) -> tuple[Lookalike, ...]:
    known = material.known
    entries = Counter(known[one.account_id] for one in members if one.account_id in known)
    return tuple(
        Lookalike(kind=entry.kind, rule=entry.rule, accounts=count, source=entry.source)
        for entry, count in sorted(entries.items(), key=lambda item: (-item[1], item[0].kind))
    )
