"""A desk's reading over values in memory, and small values to fill it with.

`Shelf` answers as the store does: in pages by key, with the same errors, and it counts
what it is asked. `a_campaign`, `a_tie`, `a_row` and `a_run` are small values that fit together.
"""

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar, final

import msgspec

from legation.app.access.entering import Guest
from legation.app.history import History
from legation.app.holding import Holding
from legation.app.kept import Leaving
from legation.app.listing import Query
from legation.desk.reading import (
    CampaignPage,
    DayLine,
    Download,
    EvidencePage,
    EvidenceRow,
    Found,
    Labels,
    Link,
    Links,
    Tie,
    TieEvidence,
    TiePage,
    Today,
    day_lines,
    line_of,
)
from legation.errors import NotFoundError, UsageError
from legation.formats.marked import Marking, mark
from legation.sources.invented import START
from legation.threats.disinformation.findings import (
    Campaign,
    DenseObjects,
    Member,
    Run,
    Significance,
)

GRADES = ("high", "moderate", "low")
WINDOW = 60
UNDER = Marking(text="TLP:AMBER", tag="TLP-AMBER")
LEFT = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
_DAY = 86400
_T = TypeVar("_T")
TIE_KEYS: Mapping[str, Callable[[Tie], Any]] = {
    "objects": lambda one: (-one.post_pairs, one.account_a, one.account_b),
    "account": lambda one: (one.account_a, one.account_b),
    "tie": lambda one: (one.q is None, one.account_a, one.account_b),
    "expected": lambda one: (one.expected or 0, one.account_a, one.account_b),
    "q": lambda one: (one.q or 0, one.account_a, one.account_b),
    "when": lambda one: (-one.last, one.account_a, one.account_b),
}
ROW_KEYS: Mapping[str, Callable[[EvidenceRow], Any]] = {
    # The rows of a shelf stand in order of time as they were given.
    "time": lambda one: min(one.time_a, one.time_b),
    "lag": lambda one: (abs(one.lag_s), one.post_a, one.post_b),
    "layer": lambda one: (one.layer, one.post_a, one.post_b),
}


@final
@dataclass(kw_only=True)
class Shelf:
    """A reading that holds all its values, and counts what it is asked."""

    run: Run | None
    all_campaigns: Sequence[Campaign] = ()
    all_ties: Sequence[Tie] = ()
    evidence_rows: Sequence[EvidenceRow] = ()
    held: Holding | None = None
    past: History | None = None
    label: str = ""
    asked: list[str] = field(default_factory=list)
    left: list[tuple[str, tuple[str, ...], str, str]] = field(default_factory=list)

    def for_one_page(self, guest: Guest | None) -> "Shelf":
        """Return itself: it counts everything that it is asked."""
        del guest
        return self

    def library(self) -> None:
        """Return none: it holds values, and keeps no home."""

    def stale(self) -> str:
        """Say that nothing is stale."""
        return ""

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
            layers=distinct(line_of(one).layers for one in self.all_campaigns),
            languages=distinct(line_of(one).languages for one in self.all_campaigns),
        )

    def campaign(self, campaign_id: str) -> Found:
        """Return one campaign."""
        self.asked.append("campaign")
        if self.run is None:
            raise NotFoundError("nothing was looked at yet", hint="run: legation watch --once")
        return Found(campaign=self._campaign(campaign_id), run=self.run)

    def _campaign(self, campaign_id: str) -> Campaign:
        for one in self.all_campaigns:
            if one.campaign_id == campaign_id:
                return one
        raise NotFoundError(f"no campaign {campaign_id!r}", hint="open one from the list")

    def ties(
        self,
        campaign_id: str,
        *,
        account: str | None,
        after: str | None,
        limit: int,
        order: str = "objects",
    ) -> TiePage:
        """Return one page of ties."""
        self.asked.append("ties")
        found = [
            tie
            for tie in self.all_ties
            if tie.campaign_id == campaign_id
            and (account is None or account in (tie.account_a, tie.account_b))
        ]
        found = _in_order(found, order, TIE_KEYS)
        keys = [f"{tie.account_a} {tie.account_b}" for tie in found]
        ties, follows = _turn(found, keys, after, limit)
        return TiePage(ties=tuple(ties), after=follows, total=len(found))

    def tie(
        self,
        campaign_id: str,
        pair: tuple[str, str],
        *,
        layer: str | None = None,
        after: str | None,
        limit: int,
        order: str = "time",
    ) -> TieEvidence:
        """Return a tie with one page of its evidence."""
        self.asked.append("tie")
        for tie in self.all_ties:
            if tie.campaign_id == campaign_id and {tie.account_a, tie.account_b} == set(pair):
                rows = [
                    row
                    for row in self.evidence_rows
                    if row.campaign_id == campaign_id
                    and {row.account_a, row.account_b} == set(pair)
                    and layer in (None, row.layer)
                ]
                rows = _in_order(rows, order, ROW_KEYS)
                keys = [f"{row.post_a} {row.post_b} {row.layer}" for row in rows]
                shown, follows = _turn(rows, keys, after, limit)
                return TieEvidence(tie=tie, rows=tuple(shown), after=follows, total=len(rows))
        raise NotFoundError("these accounts are not tied", hint="open a tie from the list")

    def marking(
        self, campaign_ids: tuple[str, ...], *beside: str, members: bool, labels: Labels = ()
    ) -> str:
        """Return one label for everything, and who is shown more closely."""
        del beside, labels  # a shelf has campaigns only
        closer = " · members" if members and self.label else ""
        return f"{self.label}{closer}" if campaign_ids else ""

    def evidence(
        self,
        campaign_id: str,
        *,
        layer: str | None,
        after: str | None,
        limit: int,
        order: str = "time",
    ) -> EvidencePage:
        """Return one page of a campaign's evidence."""
        self.asked.append("evidence")
        rows = [
            row
            for row in self.evidence_rows
            if row.campaign_id == campaign_id and layer in (None, row.layer)
        ]
        rows = _in_order(rows, order, ROW_KEYS)
        keys = [f"{row.post_a} {row.post_b} {row.layer}" for row in rows]
        shown, follows = _turn(rows, keys, after, limit)
        pairs = {(row.post_a, row.post_b) for row in rows}
        return EvidencePage(
            rows=tuple(shown), after=follows, total=len(rows), post_pairs=len(pairs)
        )

    def links(self, campaign_id: str, vertices: Mapping[str, str], *, limit: int) -> Links:
        """Gather ties between vertices."""
        self.asked.append("links")
        met: dict[tuple[str, str], list[Tie]] = defaultdict(list)
        for tie in self.all_ties:
            ends = {tie.account_a, tie.account_b} <= vertices.keys()
            if tie.campaign_id == campaign_id and ends:
                a, b = sorted((vertices[tie.account_a], vertices[tie.account_b]))
                met[a, b].append(tie)
        found = [
            Link(
                a=a,
                b=b,
                ties=len(ties),
                validated=sum(tie.q is not None for tie in ties),
                post_pairs=sum(tie.post_pairs for tie in ties),
            )
            for (a, b), ties in met.items()
        ]
        found.sort(key=lambda link: (-link.post_pairs, link.a, link.b))
        between = [link for link in found if link.a != link.b]
        return Links(
            inside=tuple(link for link in found if link.a == link.b),
            between=tuple(between[:limit]),
            total=len(between),
            ties=sum(link.ties for link in found),
        )

    def days(self, campaign_id: str) -> tuple[DayLine, ...]:
        """Return what happened on each day."""
        self.asked.append("days")
        met = Counter(
            (row.time_a // _DAY * _DAY, row.layer)
            for row in self.evidence_rows
            if row.campaign_id == campaign_id
        )
        pairs = Counter(
            day
            for day, _, _ in {
                (row.time_a // _DAY * _DAY, row.post_a, row.post_b)
                for row in self.evidence_rows
                if row.campaign_id == campaign_id
            }
        )
        return day_lines(self._campaign(campaign_id), met, pairs)

    def holding(self, campaign_id: str) -> Holding:
        """Return what is held about the members."""
        self.asked.append("holding")
        members = len(self._campaign(campaign_id).accounts)
        return self.held or Holding(
            members=members, names=0, first_day=None, last_day=None, looked=0, looks=()
        )

    def history(self, campaign_id: str) -> History:
        """Return in which runs a campaign was seen."""
        self.asked.append("history")
        self._campaign(campaign_id)
        return self.past or History(sightings=(), versions=(), runs=1, left_out=0)

    def marking_to_leave(self, campaign_ids: tuple[str, ...], *beside: str) -> Marking:
        """Return one label for everything."""
        del campaign_ids, beside
        return UNDER

    def leave(
        self, page: str, campaign_ids: tuple[str, ...], kind: str, sha256: str, *beside: str
    ) -> Leaving:
        """Note that a page leaves as a file."""
        del beside  # a shelf has campaigns only
        for each in campaign_ids:
            self._campaign(each)
        self.left.append((page, campaign_ids, kind, sha256))
        return Leaving(level=UNDER.text, at=LEFT, by="desk", tag=UNDER.tag)

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of file."""
        return ("json", "stix")

    def export(self, campaign_ids: tuple[str, ...], kind: str) -> Download:
        """Write campaigns as a file."""
        self.asked.append("export")
        if kind not in self.kinds():
            raise NotFoundError(f"no export as {kind!r}", hint="choose json or stix")
        content = msgspec.json.encode([self.campaign(one).campaign for one in campaign_ids])
        made = Download(name=f"campaigns.{kind}", media_type="application/json", content=content)
        return mark(made, UNDER)

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
        layers=("repost", "link", "text", "near-text", "hashtags", "reply"),
        window_s=WINDOW,
        min_objects=2,
        fdr=0.01,
        null="popularity and hour of the day, by layer and language",
        tests=7_934_136,
        pairs=118_204,
        ties=0,
        validated_ties=0,
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
        post_pairs=12,
        expected=0.4,
        q=0.0004,
        first=START + _DAY,
        last=START + 13 * _DAY,
        tie="validated",
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
        tie="validated",
    )
    return msgspec.structs.replace(row, **changes)


def small_shelf() -> Shelf:
    """Return a shelf with one campaign, one tie and one row of evidence."""
    return Shelf(
        run=a_run(ties=40, validated_ties=1),
        all_campaigns=[a_campaign()],
        all_ties=[a_tie()],
        evidence_rows=[a_row()],
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


def _in_order(rows: list[_T], order: str, keys: Mapping[str, Callable[[_T], Any]]) -> list[_T]:
    name = order.removeprefix("-")
    if name not in keys:
        raise UsageError(f"no order {order!r}", hint=f"choose from: {', '.join(keys)}")
    return sorted(rows, key=keys[name], reverse=order.startswith("-"))


def _turn(
    rows: Sequence[_T], keys: Sequence[str], after: str | None, limit: int
) -> tuple[Sequence[_T], str | None]:
    if after is not None and after not in keys:
        raise NotFoundError("that page does not exist", hint="go back to the first page")
    start = 0 if after is None else keys.index(after) + 1
    more = start + limit < len(rows)
    return rows[start : start + limit], keys[start + limit - 1] if more else None


def distinct(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return all names once, in their first order."""
    return tuple(dict.fromkeys(itertools.chain.from_iterable(names)))
