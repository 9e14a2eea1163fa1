"""The invented fortnight as a desk's reading, as if a detector had found what is hidden in it.

It is filled from the invented world's own truth, without a detector, so that pages can
be tested and looked at on their own. Meetings, ties, days and texts are counted from the
posts; expectations, probabilities and roles are stand-ins of a plausible size.
"""

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import final

import msgspec

from legation.desk.reading import EvidenceRow, Tie
from legation.sources.invented import DEBATE, InventedPost, invent
from legation.threats.disinformation.findings import (
    Burst,
    Campaign,
    Compared,
    LanguageShare,
    Member,
    Quotation,
    Role,
    Significance,
    Technique,
    Term,
    Trait,
)
from worlds.readings import WINDOW, Shelf, a_run, distinct

_DAY = 86400


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
        run=a_run(
            ties=10 * len(ties),
            validated_ties=len(ties),
            posts=truth.posts,
            accounts=truth.accounts,
        ),
        all_campaigns=[campaign for campaign, _, _ in tied],
        all_ties=ties,
        evidence_rows=[row for _, _, rows in tied for row in rows],
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
        lags = sorted(row.lag_s for row in rows)
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
            compared=Compared(
                language="en",
                posts=len(self.own),
                accounts=len(self.masks),
                background=4_120,
                others=310,
            ),
            burst_days=len(bursts),
            quotations=(
                Quotation(post_id="p000412", text=text, accounts=14, posts=31),
                *self._quotations(),
            ),
            bursts=bursts,
            languages=self._languages(),
            activity=tuple(sorted(days.items())),
            hours=tuple(hours[hour] for hour in range(24)),
            traits=(Trait(name="rhythm", members=14, around=310, alike=0.91, low=0.7, high=0.98),),
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
            lag_s=abs(time_b - time_a),
            text_a=self._masked(a.text),
            text_b=self._masked(b.text),
            tie="validated",
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
                post_pairs=len({(row.post_a, row.post_b) for row in rows}),
                expected=len(rows) / 40,
                q=0.009 / len(rows) ** 2,
                first=min(row.time_a for row in rows),
                last=max(row.time_b for row in rows),
                tie="validated",
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
                layers=distinct(tuple(tie.layers) for tie in some),
                objects=sum(tie.post_pairs for tie in some),
                partners=len(some),
                alike={"rhythm": 0.93} if place % 2 else {},
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
            word
            for post in self.own
            for word in dict.fromkeys(post.text.lower().split())
            if len(word) > 6
        )
        return tuple(
            Term(
                term=word,
                posts=posts,
                ratio=(ratio := round(140 / (place + 2), 1)),
                accounts=min(posts, len(self.masks)),
                background=round(4_120 * posts / len(self.own) / ratio),
                low=round(ratio / 2, 1),
                high=round(ratio * 2, 1),
            )
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
