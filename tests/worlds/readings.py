"""A desk's reading over values in memory, and the invented fortnight as such a reading.

`Shelf` answers as the store does: in pages by key, with the same errors. `invented_shelf`
fills one from the invented world's own truth, without a detector, so that pages can be
tested and looked at on their own: accounts stand under pseudonyms, ties and evidence are
counted from the posts.
"""

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, final

import msgspec

from legation.desk.reading import (
    CampaignPage,
    Download,
    EvidenceRow,
    Found,
    Query,
    Tie,
    TieEvidence,
    TiePage,
    Today,
    line_of,
)
from legation.errors import NotFoundError
from legation.sources.invented import DEBATE, START, InventedPost, invent
from legation.threats.disinformation.findings import (
    Burst,
    Campaign,
    DenseObjects,
    LanguageShare,
    Member,
    Quotation,
    Role,
    Run,
    Significance,
    Technique,
    Term,
)

GRADES = ("high", "moderate", "low")
WINDOW = 60
_DAY = 86400
_T = TypeVar("_T")


@final
@dataclass(kw_only=True)
class Shelf:
    """A reading that holds all its values, and counts what it is asked."""

    run: Run | None
    all_campaigns: Sequence[Campaign] = ()
    all_ties: Sequence[Tie] = ()
    evidence: Sequence[EvidenceRow] = ()
    asked: list[str] = field(default_factory=list)

    def today(self) -> Today:
        """Return what stands on the first page."""
        self.asked.append("today")
        lines = [line_of(one) for one in self._sorted(Query())]
        counts = Counter(one.grade for one in self.all_campaigns)
        return Today(run=self.run, grades=dict(counts), top=tuple(lines[:5]))

    def campaigns(self, query: Query, *, after: str | None, limit: int) -> CampaignPage:
        """Return one page of campaigns."""
        self.asked.append("campaigns")
        found = [line_of(one) for one in self._sorted(query) if _fits(one, query)]
        lines, follows = _turn(found, [line.campaign_id for line in found], after, limit)
        return CampaignPage(
            lines=tuple(lines),
            after=follows,
            total=len(found),
            layers=_distinct(line_of(one).layers for one in self.all_campaigns),
            languages=_distinct(line_of(one).languages for one in self.all_campaigns),
        )

    def campaign(self, campaign_id: str) -> Found:
        """Return one campaign."""
        self.asked.append("campaign")
        for one in self.all_campaigns:
            if one.campaign_id == campaign_id and self.run is not None:
                return Found(campaign=one, run=self.run)
        raise NotFoundError(f"no campaign {campaign_id!r}", hint="open one from the list")

    def ties(
        self, campaign_id: str, *, account: str | None, after: str | None, limit: int
    ) -> TiePage:
        """Return one page of ties."""
        self.asked.append("ties")
        found = [
            tie
            for tie in self.all_ties
            if tie.campaign_id == campaign_id
            and (account is None or account in (tie.account_a, tie.account_b))
        ]
        found.sort(key=lambda tie: (-tie.objects, tie.account_a, tie.account_b))
        keys = [f"{tie.account_a} {tie.account_b}" for tie in found]
        ties, follows = _turn(found, keys, after, limit)
        return TiePage(ties=tuple(ties), after=follows, total=len(found))

    def tie(
        self, campaign_id: str, account_a: str, account_b: str, *, after: str | None, limit: int
    ) -> TieEvidence:
        """Return a tie with one page of its evidence."""
        self.asked.append("tie")
        pair = {account_a, account_b}
        for tie in self.all_ties:
            if tie.campaign_id == campaign_id and {tie.account_a, tie.account_b} == pair:
                rows = [
                    row
                    for row in self.evidence
                    if row.campaign_id == campaign_id and {row.account_a, row.account_b} == pair
                ]
                keys = [f"{row.post_a} {row.post_b} {row.layer}" for row in rows]
                shown, follows = _turn(rows, keys, after, limit)
                return TieEvidence(tie=tie, rows=tuple(shown), after=follows, total=len(rows))
        raise NotFoundError("these accounts are not tied", hint="open a tie from the list")

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of file."""
        return ("json", "stix")

    def export(self, campaign_ids: tuple[str, ...], kind: str) -> Download:
        """Write campaigns as a file."""
        self.asked.append("export")
        if kind not in self.kinds():
            raise NotFoundError(f"no export as {kind!r}", hint="choose json or stix")
        content = msgspec.json.encode([self.campaign(one).campaign for one in campaign_ids])
        return Download(name=f"campaigns.{kind}", media_type="application/json", content=content)

    def _sorted(self, query: Query) -> list[Campaign]:
        def key(one: Campaign) -> tuple[float, ...]:
            if query.order == "newest":
                return (-one.last,)
            if query.order == "accounts":
                return (-len(one.accounts),)
            return (GRADES.index(one.grade), -one.last)

        return sorted(self.all_campaigns, key=lambda one: (key(one), one.campaign_id))


def a_run(**changes: object) -> Run:
    """Return a run; `changes` replace its values."""
    run = Run(
        run_id="run-5d1c",
        input_sha256=hashlib.sha256(b"invented").hexdigest(),
        posts=31_500,
        accounts=3_984,
        first=START,
        last=START + 14 * _DAY - 1,
        clock_resolution_s=1,
        layers=("repost", "link", "text", "near_text", "hashtags", "reply"),
        window_s=WINDOW,
        min_objects=2,
        fdr=0.01,
        null="popularity and hour of the day, by layer and language",
        tests=7_934_136,
        pairs=118_204,
        ties=0,
        dense=DenseObjects(
            policy="objects with more than 2,000 actions in a window are counted, not paired",
            objects=0,
            actions=0,
            pairs=0,
        ),
    )
    return msgspec.structs.replace(run, **changes)


def a_campaign(**changes: object) -> Campaign:
    """Return a small campaign; `changes` replace its values."""
    member = Member(
        account_id="acct-1",
        role="originator",
        score=0.97,
        q=0.0004,
        layers=("repost",),
        objects=12,
        partners=1,
    )
    campaign = Campaign(
        campaign_id="campaign--1",
        name="English repost group, 3 March 2026",
        grade="high",
        grade_reasons=("Two layers agree.",),
        first=START + _DAY,
        last=START + 13 * _DAY,
        accounts=(member, msgspec.structs.replace(member, account_id="acct-2", role="amplifier")),
        ties=1,
        co_actions={"repost": 12},
        median_lag_s=24.0,
        significance=Significance(observed=12, expected=0.4, p_value=0.0, null="popularity"),
        cannot_show=("Who directs the accounts.",),
    )
    return msgspec.structs.replace(campaign, **changes)


def a_tie(**changes: object) -> Tie:
    """Return a tie of `a_campaign`."""
    tie = Tie(
        campaign_id="campaign--1",
        account_a="acct-1",
        account_b="acct-2",
        layers={"repost": 12},
        objects=12,
        expected=0.4,
        q=0.0004,
        first=START + _DAY,
        last=START + 13 * _DAY,
    )
    return msgspec.structs.replace(tie, **changes)


def a_row(**changes: object) -> EvidenceRow:
    """Return a row of evidence of `a_tie`."""
    row = EvidenceRow(
        campaign_id="campaign--1",
        account_a="acct-1",
        account_b="acct-2",
        layer="repost",
        object="p000001",
        post_a="p000002",
        post_b="p000003",
        time_a=START + _DAY,
        time_b=START + _DAY + 24,
        lag_s=24,
        text_a="RT @acct-9: read page 14",
        text_b="RT @acct-9: read page 14",
    )
    return msgspec.structs.replace(row, **changes)


def small_shelf() -> Shelf:
    """Return a shelf with one campaign, one tie and one row of evidence."""
    return Shelf(
        run=a_run(ties=1), all_campaigns=[a_campaign()], all_ties=[a_tie()], evidence=[a_row()]
    )


def pseudonym(account: str) -> str:
    """Return the pseudonym of an invented account."""
    return f"acct-{hashlib.blake2s(account.encode(), key=b'shelf', digest_size=6).hexdigest()}"


def invented_shelf() -> Shelf:
    """Return the invented fortnight as if a detector had found what is hidden in it."""
    posts, truth = invent()
    tied = [
        _Group(number, frozenset(hidden.members), posts).finding()
        for number, hidden in enumerate(truth.campaigns, start=1)
    ]
    weak = _Group(3, _debaters(posts), posts).finding()
    tied.append((_doubtful(weak[0]), weak[1], weak[2]))
    ties = [tie for _, some, _ in tied for tie in some]
    return Shelf(
        run=a_run(ties=len(ties), posts=truth.posts, accounts=truth.accounts),
        all_campaigns=[campaign for campaign, _, _ in tied],
        all_ties=ties,
        evidence=[row for _, _, rows in tied for row in rows],
    )


@final
class _Group:
    """Counts what a known group of accounts did together."""

    def __init__(self, number: int, members: frozenset[str], posts: list[InventedPost]) -> None:
        self.id = f"campaign--0000000{number}-3a52-5c1e-9f0d-2b6a7c8d9e0f"
        self.own = [post for post in posts if post.account_id in members]
        self.masks = {member: pseudonym(member) for member in members}
        self.second = ("French", "Spanish", "other")[number - 1]
        self.rows = list(self._meetings())

    def finding(self) -> tuple[Campaign, list[Tie], list[EvidenceRow]]:
        """Return the campaign, its ties and their evidence."""
        ties = self._ties()
        kept = {(tie.account_a, tie.account_b) for tie in ties}
        rows = [row for row in self.rows if (row.account_a, row.account_b) in kept]
        accounts = self._accounts(ties)
        met = Counter(row.layer for row in rows)
        times = sorted(row.time_a for row in rows)
        lags = sorted(abs(row.lag_s) for row in rows)
        days = Counter(int(post.created_at.timestamp()) // _DAY * _DAY for post in self.own)
        hours = Counter(post.created_at.hour for post in self.own)
        usual = sorted(days.values())[len(days) // 2]
        top = max(days, key=lambda at: days[at])
        burst = Burst(start=top, end=top + _DAY, posts=days[top], usual=float(usual))
        bursts = (burst,) if days[top] > 2 * usual else ()
        text = next(row.text_b or "" for row in rows)
        campaign = Campaign(
            campaign_id=self.id,
            name=f"English and {self.second}, {met.most_common(1)[0][0]}, from 3 March 2026",
            grade="high",
            grade_reasons=(
                f"{len(met)} layers agree, none carries the others",
                f"Met on {len({row.object for row in rows})} objects over {len(days)} days",
                "Holds when the busiest day is left out",
            ),
            first=times[0],
            last=times[-1],
            accounts=accounts,
            ties=len(ties),
            co_actions=dict(met),
            median_lag_s=float(lags[len(lags) // 2]),
            significance=Significance(
                observed=len(rows), expected=len(rows) / 31, p_value=0.00002, null="popularity"
            ),
            terms=self._terms(),
            quotations=(
                Quotation(post_id="p000412", text=text, accounts=14, posts=31),
                *self._quotations(),
            ),
            bursts=bursts,
            languages=self._languages(),
            activity=tuple(sorted(days.items())),
            hours=tuple(hours[hour] for hour in range(24)),
            techniques=(
                Technique(
                    id="T0049",
                    name="Flood Information Space",
                    because="Many accounts posted the same within a minute, on many days.",
                ),
            ),
            cannot_show=(
                "Who directs the accounts, and whether one person stands behind several of them.",
                "Deleted posts, private messages and other platforms.",
                "Whether readers were persuaded.",
            ),
        )
        return campaign, ties, rows

    def _meetings(self) -> Iterable[EvidenceRow]:
        by_object: dict[tuple[str, str], list[InventedPost]] = defaultdict(list)
        for post in self.own:
            for layer, key in _objects(post):
                by_object[layer, key].append(post)
        for (layer, key), acting in by_object.items():
            for one, other in itertools.combinations(acting, 2):
                lag = int((other.created_at - one.created_at).total_seconds())
                if one.account_id != other.account_id and lag <= WINDOW:
                    yield self._row(layer, key, one, other)

    def _row(self, layer: str, key: str, one: InventedPost, other: InventedPost) -> EvidenceRow:
        a, b = sorted((one, other), key=lambda post: self.masks[post.account_id])
        time_a, time_b = int(a.created_at.timestamp()), int(b.created_at.timestamp())
        return EvidenceRow(
            campaign_id=self.id,
            account_a=self.masks[a.account_id],
            account_b=self.masks[b.account_id],
            layer=layer,
            object=key,
            post_a=a.post_id,
            post_b=b.post_id,
            time_a=time_a,
            time_b=time_b,
            lag_s=time_b - time_a,
            text_a=self._masked(a.text),
            text_b=self._masked(b.text),
        )

    def _masked(self, text: str) -> str:
        for name, mask in self.masks.items():
            text = text.replace(name, mask)
        return text

    def _ties(self) -> list[Tie]:
        met: dict[tuple[str, str], list[EvidenceRow]] = defaultdict(list)
        for row in self.rows:
            met[row.account_a, row.account_b].append(row)
        return [
            Tie(
                campaign_id=self.id,
                account_a=a,
                account_b=b,
                layers=dict(Counter(row.layer for row in rows)),
                objects=len({row.object for row in rows}),
                expected=len(rows) / 40,
                q=0.009 / len(rows) ** 2,
                first=min(row.time_a for row in rows),
                last=max(row.time_b for row in rows),
            )
            for (a, b), rows in met.items()
            if len({row.object for row in rows}) > 1
        ]

    def _accounts(self, ties: list[Tie]) -> tuple[Member, ...]:
        own: dict[str, list[Tie]] = defaultdict(list)
        for tie in ties:
            own[tie.account_a].append(tie)
            own[tie.account_b].append(tie)
        most = max(len(some) for some in own.values())
        roles: tuple[Role, ...] = ("originator", "amplifier", "amplifier", "bridge", "amplifier")
        members = [
            Member(
                account_id=name,
                role=roles[place % 5],
                score=round(0.55 + 0.44 * len(some) / most, 3),
                q=min(tie.q or 1 for tie in some),
                layers=_distinct(tuple(tie.layers) for tie in some),
                objects=sum(tie.objects for tie in some),
                partners=len(some),
            )
            for place, (name, some) in enumerate(sorted(own.items()))
        ]
        return tuple(sorted(members, key=lambda member: (-member.score, member.account_id)))

    def _quotations(self) -> Iterable[Quotation]:
        said = Counter(post.text for post in self.own if not post.is_repost)
        for text, posts in said.most_common(2):
            yield Quotation(post_id="p000907", text=self._masked(text), accounts=posts, posts=posts)

    def _terms(self) -> tuple[Term, ...]:
        words = Counter(
            word for post in self.own for word in set(post.text.lower().split()) if len(word) > 6
        )
        return tuple(
            Term(term=word, posts=posts, ratio=round(140 / (place + 2), 1))
            for place, (word, posts) in enumerate(words.most_common(8))
            if "@" not in word
        )

    def _languages(self) -> tuple[LanguageShare, ...]:
        spoken = Counter(post.lang for post in self.own)
        return tuple(
            LanguageShare(language=code, share=number / len(self.own))
            for code, number in spoken.most_common()
        )


def _objects(post: InventedPost) -> Iterable[tuple[str, str]]:
    if post.repost_key:
        yield "repost", post.repost_key
        return
    for url in post.urls:
        yield "link", url.partition("?")[0]
    if len(post.hashtags) > 2:
        yield "hashtags", " ".join(post.hashtags)


def _debaters(posts: list[InventedPost]) -> frozenset[str]:
    busy = Counter(
        post.account_id
        for post in posts
        if post.is_repost and 0 <= post.created_at.timestamp() - DEBATE < 6 * 3600
    )
    return frozenset(name for name, _ in busy.most_common(60))


def _doubtful(campaign: Campaign) -> Campaign:
    return msgspec.structs.replace(
        campaign,
        name="English, repost, 10 March 2026",
        grade="low",
        grade_reasons=("One evening only", "One layer only", "A debate was on: likely a crowd"),
        significance=msgspec.structs.replace(
            campaign.significance, expected=campaign.significance.observed / 2, p_value=0.048
        ),
        techniques=(),
        languages=(),
    )


def _fits(campaign: Campaign, query: Query) -> bool:
    line = line_of(campaign)
    said = [
        campaign.name,
        *(q.text for q in campaign.quotations),
        *(t.term for t in campaign.terms),
    ]
    return (
        query.grade in (None, campaign.grade)
        and query.layer in ("", *line.layers)
        and query.language in ("", *line.languages)
        and query.words.lower() in " ".join(said).lower()
    )


def _turn(
    rows: Sequence[_T], keys: Sequence[str], after: str | None, limit: int
) -> tuple[Sequence[_T], str | None]:
    if after is not None and after not in keys:
        raise NotFoundError("that page does not exist", hint="go back to the first page")
    start = 0 if after is None else keys.index(after) + 1
    more = start + limit < len(rows)
    return rows[start : start + limit], keys[start + limit - 1] if more else None


def _distinct(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(itertools.chain.from_iterable(names)))
