"""What the desk asks of the parts below it, and the shapes of the answers.

The desk never opens a store: it reads through `Reading`, which `app.py` gives it over
the store and the tests over values in memory. Every answer is bounded: lists come
in pages by key, so no page of the desk grows with the data. An answer that does not
exist is a `NotFoundError`. Account ids are the pseudonyms under which accounts are stored.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from legation.app.access.entering import Guest
from legation.app.history import History
from legation.app.holding import Holding
from legation.app.kept import Leaving
from legation.app.listing import Query
from legation.formats.marked import Marking
from legation.stix.labels import Label
from legation.store.bulk import Mark
from legation.threats.disinformation.findings import Campaign, Grade, Run

if TYPE_CHECKING:
    from legation.app.library import Library

TieKind = Literal["validated", "joined"]
Labels = Sequence[Label]


class CampaignLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list of campaigns.

    Attributes:
        layers: Layers of its co-actions, most frequent first.
        languages: Its languages, most frequent first.
        p_value: Corrected for the search over clusters.
        mark: What the desk has made of it: `open`, `seen`, or `aside`.
    """

    campaign_id: str
    name: str
    grade: Grade
    first: int
    last: int
    accounts: int
    ties: int
    layers: tuple[str, ...]
    languages: tuple[str, ...]
    p_value: float
    mark: Mark = "open"


class CampaignPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the list.

    Attributes:
        after: Key of the next page; None on the last.
        total: Campaigns that the query finds.
        layers: Layers one can ask for, over all campaigns.
        languages: Languages one can ask for, over all campaigns.
        aside: Campaigns that the query would find as well, were they not set aside.
    """

    lines: tuple[CampaignLine, ...]
    after: str | None
    total: int
    layers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    aside: int = 0


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the first page.

    Attributes:
        run: The latest run; None when nothing was looked at yet.
        grades: Campaigns of the latest run by grade.
        top: The campaigns to read first, at most five.
        aside: How many of them were set aside.
    """

    run: Run | None
    grades: dict[Grade, int]
    top: tuple[CampaignLine, ...]
    aside: int = 0


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign with the run that found it."""

    campaign: Campaign
    run: Run


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """Two members of a campaign and why they are tied.

    Attributes:
        layers: Co-actions of the two by layer; one pair of posts may match in several.
        post_pairs: Distinct pairs of posts by which the two met.
        expected: Pairs of posts that the null expects of the two; None where it was not kept.
        q: False-discovery rate at which the tie holds, over all pairs; None likewise.
        first: First co-action, epoch seconds UTC.
        last: Last co-action, epoch seconds UTC.
        tie: `validated`, or `joined` where one of the two joined the campaign as a single
            account: then these posts prove nothing about the two alone.
    """

    campaign_id: str
    account_a: str
    account_b: str
    layers: dict[str, int]
    post_pairs: int
    expected: float | None
    q: float | None
    first: int
    last: int
    tie: TieKind


class TiePage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a campaign's ties, strongest first."""

    ties: tuple[Tie, ...]
    after: str | None
    total: int


class EvidenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """Two posts, one by each account, that met on one object; times are epoch seconds UTC.

    Attributes:
        lag_s: Seconds between the two, never negative; the times say who was first.
        text_a: Text as stored; None where the data has none.
        tie: As in `Tie`.
    """

    campaign_id: str
    account_a: str
    account_b: str
    layer: str
    object: str
    post_a: str
    post_b: str
    time_a: int
    time_b: int
    lag_s: int
    text_a: str | None
    text_b: str | None
    tie: TieKind


class TieEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """A tie with the posts behind it, in order of time.

    Attributes:
        after: Key of the next page of evidence; None on the last.
        total: Rows of evidence of this tie.
    """

    tie: Tie
    rows: tuple[EvidenceRow, ...]
    after: str | None
    total: int


class EvidencePage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a campaign's evidence over all its ties, in order of time.

    Attributes:
        after: Key of the next page; None on the last.
        total: Rows: a pair of posts has one for each object on which it met.
        post_pairs: Distinct pairs of posts among them.
    """

    rows: tuple[EvidenceRow, ...]
    after: str | None
    total: int
    post_pairs: int


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Ties between two vertices of a network, or inside one when both are the same.

    Attributes:
        ties: Pairs of accounts.
        validated: Those among them that hold by themselves.
        post_pairs: Distinct pairs of posts behind all of them.
    """

    a: str
    b: str
    ties: int
    validated: int
    post_pairs: int


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """What lies between vertices, strongest first, and how much there is.

    Attributes:
        inside: Ties inside a vertex.
        between: Ties between two, as many as were asked for.
        total: All pairs of vertices with a tie.
        ties: All ties of the campaign.
    """

    inside: tuple[Link, ...] = ()
    between: tuple[Link, ...] = ()
    total: int = 0
    ties: int = 0


class DayLine(msgspec.Struct, frozen=True, kw_only=True):
    """A day of a campaign: posts of its members, and pairs of posts that met.

    Attributes:
        post_pairs: Distinct pairs of posts, each once.
        met: By layer; a pair that met in two counts in both.
    """

    day: int
    posts: int
    post_pairs: int
    met: dict[str, int]


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


class Reading(Protocol):
    """All that the desk may ask."""

    def library(self) -> "Library | None":
        """Return the library behind it, for search, filters and acts; None where there is none."""
        ...

    def for_one_page(self, guest: Guest | None) -> "Reading":
        """Return a reading for one person and one page, which need not ask the same twice."""
        ...

    def stale(self) -> str:
        """Say why the latest run no longer tells of the posts that are there; empty if it does."""
        ...

    def today(self) -> Today:
        """Return what stands on the first page."""
        ...

    def campaigns(self, query: Query, *, after: str | None, limit: int) -> CampaignPage:
        """Return one page of campaigns; an unknown key of a page is a `NotFoundError`."""
        ...

    def campaign(self, campaign_id: str) -> Found:
        """Return one campaign."""
        ...

    def ties(
        self,
        campaign_id: str,
        *,
        account: str | None,
        after: str | None,
        limit: int,
        order: str = "objects",
    ) -> TiePage:
        """Return one page of a campaign's ties, of one account when it is given.

        An order that is none is a `UsageError`.
        """
        ...

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
        """Return a tie and one page of its evidence; which account stands first is free."""
        ...

    def marking(
        self, campaign_ids: tuple[str, ...], *beside: str, members: bool, labels: Labels = ()
    ) -> str:
        """Return the highest label of what shows these campaigns; empty when none is shown.

        Args:
            campaign_ids: Which.
            beside: Ids of all other objects that are shown.
            members: Whether the members are shown one by one.
            labels: Of all that is shown and is not in the register, such as answers of partners.
        """
        ...

    def evidence(
        self,
        campaign_id: str,
        *,
        layer: str | None,
        after: str | None,
        limit: int,
        order: str = "time",
    ) -> EvidencePage:
        """Return one page of a campaign's evidence, of one layer when it is given."""
        ...

    def links(self, campaign_id: str, vertices: Mapping[str, str], *, limit: int) -> Links:
        """Gather a campaign's ties between vertices: for each account where it stands."""
        ...

    def days(self, campaign_id: str) -> tuple[DayLine, ...]:
        """Return what happened on each day of a campaign."""
        ...

    def holding(self, campaign_id: str) -> Holding:
        """Return what is held about a campaign's members as persons."""
        ...

    def history(self, campaign_id: str) -> History:
        """Return in which runs a campaign was seen, and the versions of its object."""
        ...

    def marking_to_leave(self, campaign_ids: tuple[str, ...], *beside: str) -> Marking:
        """Return what a file that tells of these campaigns, and more, says of who may have it."""
        ...

    def leave(
        self, page: str, campaign_ids: tuple[str, ...], kind: str, sha256: str, *beside: str
    ) -> Leaving:
        """Record that a page leaves as a file; `sha256` is that of its contents.

        Args:
            page: Which.
            campaign_ids: The campaigns on it.
            kind: Of the file.
            sha256: Of its contents.
            beside: Ids of all other objects of which it tells.
        """
        ...

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of file that `export` writes: `stix`, `csv`, `graphml`, ..."""
        ...

    def export(self, campaign_ids: tuple[str, ...], kind: str) -> Download:
        """Write campaigns as a file; a kind not in `kinds` is a `NotFoundError`."""
        ...


def day_lines(
    campaign: Campaign, met: Mapping[tuple[int, str], int], pairs: Mapping[int, int]
) -> tuple[DayLine, ...]:
    """Join the members' posts by day with the pairs of posts that met.

    Args:
        campaign: Whose members' posts are counted.
        met: Pairs of posts by day and layer.
        pairs: Pairs of posts by day, each once.
    """
    posts = dict(campaign.activity)
    by_day: dict[int, dict[str, int]] = {}
    for (day, layer), number in sorted(met.items()):
        by_day.setdefault(day, {})[layer] = number
    return tuple(
        DayLine(
            day=day,
            posts=posts.get(day, 0),
            post_pairs=pairs.get(day, 0),
            met=by_day.get(day, {}),
        )
        for day in sorted(posts.keys() | by_day.keys())
    )


def line_of(campaign: Campaign, mark: Mark = "open") -> CampaignLine:
    """Return the line of a campaign, for readings that hold the whole of it."""
    layers = sorted(campaign.co_actions, key=lambda layer: (-campaign.co_actions[layer], layer))
    return CampaignLine(
        campaign_id=campaign.campaign_id,
        name=campaign.name,
        grade=campaign.grade,
        first=campaign.first,
        last=campaign.last,
        accounts=len(campaign.accounts),
        ties=campaign.ties,
        layers=tuple(layers),
        languages=tuple(share.language for share in campaign.languages),
        p_value=campaign.significance.p_value,
        mark=mark,
    )
