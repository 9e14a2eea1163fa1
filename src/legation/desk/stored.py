"""The desk's reading over a home: what the library keeps, in the desk's shapes.

Nothing is computed here. Pages go by place: a run's ties and evidence never change, so
a place in their order stays the same; campaigns go by their id.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final, final

import msgspec

from legation.app.library import KINDS, Library
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
from legation.threats.disinformation.findings import Campaign

_GRADES: Final = ("high", "moderate", "low")
_TOP: Final = 5


@final
class StoredReading:
    """Answers the desk from a library."""

    def __init__(self, library: Library) -> None:
        """Read nothing yet."""
        self._library = library

    def stale(self) -> str:
        """Say why the latest run is out of date; empty when it is not."""
        return self._library.stale()

    def today(self) -> Today:
        """Return what stands on the first page."""
        kept = self._library.latest()
        if kept is None:
            return Today(run=None, grades={}, top=())
        grades = dict(Counter(campaign.grade for campaign in kept.campaigns))
        top = sorted(kept.campaigns, key=_key(Query()))[:_TOP]
        return Today(run=kept.run, grades=grades, top=tuple(map(line_of, top)))

    def campaigns(self, query: Query, *, after: str | None, limit: int) -> CampaignPage:
        """Return one page of campaigns."""
        kept = self._library.latest()
        every = kept.campaigns if kept else ()
        found = sorted((one for one in every if _fits(one, query)), key=_key(query))
        ids = [one.campaign_id for one in found]
        if after is not None and after not in ids:
            raise NotFoundError("that page does not exist", hint="go back to the first page")
        start = 0 if after is None else ids.index(after) + 1
        some = found[start : start + limit]
        lines = [line_of(one) for one in every]
        return CampaignPage(
            lines=tuple(map(line_of, some)),
            after=some[-1].campaign_id if start + limit < len(found) else None,
            total=len(found),
            layers=_distinct(line.layers for line in lines),
            languages=_distinct(line.languages for line in lines),
        )

    def campaign(self, campaign_id: str) -> Found:
        """Return one campaign."""
        campaign, run = self._library.campaign(campaign_id)
        return Found(campaign=campaign, run=run)

    def ties(
        self, campaign_id: str, *, account: str | None, after: str | None, limit: int
    ) -> TiePage:
        """Return one page of ties."""
        name = self._library.campaign(campaign_id)[0].campaign_id
        place = _place(after)
        found, total = self._library.proofs(name).ties(account=account, after=place, limit=limit)
        return TiePage(
            ties=tuple(_tie(name, tie) for tie in found),
            after=_following(place, limit, total),
            total=total,
        )

    def tie(
        self, campaign_id: str, account_a: str, account_b: str, *, after: str | None, limit: int
    ) -> TieEvidence:
        """Return a tie with one page of its evidence."""
        name = self._library.campaign(campaign_id)[0].campaign_id
        place, proofs = _place(after), self._library.proofs(name)
        tie = proofs.tie(account_a, account_b)
        rows, total = proofs.pairs(account_a, account_b, after=place, limit=limit)
        return TieEvidence(
            tie=_tie(name, tie),
            rows=tuple(
                EvidenceRow(campaign_id=name, tie=tie.tie, **msgspec.structs.asdict(row))
                for row in rows
            ),
            after=_following(place, limit, total),
            total=total,
        )

    def marking(self, campaign_ids: tuple[str, ...], *, members: bool) -> str:
        """Return the highest label of what shows these campaigns."""
        return self._library.marking(campaign_ids, members=members)

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of file that `export` writes."""
        return KINDS

    def export(self, campaign_ids: tuple[str, ...], kind: str) -> Download:
        """Write campaigns as a file."""
        made = self._library.export(campaign_ids, kind)
        return Download(name=made.name, media_type=made.media_type, content=made.content)


def _key(query: Query) -> Callable[[Campaign], tuple[Any, ...]]:
    def by_grade(one: Campaign) -> tuple[Any, ...]:
        return (_GRADES.index(one.grade), -one.last, one.campaign_id)

    def newest(one: Campaign) -> tuple[Any, ...]:
        return (-one.last, one.campaign_id)

    def accounts(one: Campaign) -> tuple[Any, ...]:
        return (-len(one.accounts), one.campaign_id)

    return {"grade": by_grade, "newest": newest, "accounts": accounts}[query.order]


def _fits(campaign: Campaign, query: Query) -> bool:
    line = line_of(campaign)
    words = [campaign.name, *(one.text for one in campaign.quotations)]
    words += [one.term for one in campaign.terms]
    return (
        query.grade in (None, campaign.grade)
        and query.layer in ("", *line.layers)
        and query.language in ("", *line.languages)
        and query.words.casefold() in " ".join(words).casefold()
    )


def _tie(campaign_id: str, tie: Any) -> Tie:
    return Tie(campaign_id=campaign_id, **msgspec.structs.asdict(tie))


def _place(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdecimal() and len(after) < 10):  # noqa: PLR2004
        raise NotFoundError("that page does not exist", hint="go back to the first page")
    return int(after)


def _following(place: int, limit: int, total: int) -> str | None:
    if place and place >= total:
        raise NotFoundError("that page does not exist", hint="go back to the first page")
    return str(place + limit) if place + limit < total else None


def _distinct(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for some in names for name in some))
