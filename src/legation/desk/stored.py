"""The desk's reading over a home: what the library keeps, in the desk's shapes.

Nothing is computed here. Pages go by place: a run's ties and evidence never change, so
a place in their order stays the same; campaigns go by their id.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, final

import msgspec

from legation.app.access.entering import Guest
from legation.app.history import History
from legation.app.holding import Holding
from legation.app.kept import Leaving
from legation.app.libraries import Libraries
from legation.app.library import KINDS, Library
from legation.app.listing import Query, listed
from legation.desk.reading import (
    CampaignLine,
    CampaignPage,
    DayLine,
    Download,
    EvidencePage,
    EvidenceRow,
    Found,
    Labels,
    Links,
    Tie,
    TieEvidence,
    TiePage,
    Today,
    day_lines,
    line_of,
)
from legation.errors import DeniedError, NotFoundError
from legation.formats.marked import Marking
from legation.store.proofs import ProvedPair, TieKind
from legation.store.proofs_turned import Turned

_TOP: Final = 5


@final
class StoredReading:
    """Answers the desk from a library.

    Args:
        library: What is read where nobody is signed in: by a demonstration, and on the host.
        libraries: The library of each person; None where there are no people.
    """

    def __init__(self, library: Library, libraries: Libraries | None = None) -> None:
        """Read nothing yet."""
        self._library = library
        self._libraries = libraries

    def for_one_page(self, guest: Guest | None) -> "StoredReading":
        """Return the answers for one person and one page, worked out once.

        Raises:
            DeniedError: It is not known who they are, or what they may know.
        """
        if self._libraries is not None and guest is not None:
            return StoredReading(self._libraries.of(guest))
        if guest is None or guest.by != "demonstration":
            raise DeniedError("nobody is signed in here", hint="log in")
        return StoredReading(self._library.for_one_page())

    def stale(self) -> str:
        """Say why the latest run is out of date; empty when it is not."""
        return self._library.stale()

    def library(self) -> Library:
        """Return the library behind it."""
        return self._library

    def today(self) -> Today:
        """Return what stands on the first page."""
        kept = self._library.latest()
        if kept is None:
            return Today(run=None, grades={}, top=())
        grades = dict(Counter(campaign.grade for campaign in kept.campaigns))
        top = self._listed(Query())[:_TOP]
        aside = sum(mark == "aside" for mark in self._library.marks().values())
        return Today(run=kept.run, grades=grades, top=tuple(top), aside=aside)

    def campaigns(self, query: Query, *, after: str | None, limit: int) -> CampaignPage:
        """Return one page of campaigns."""
        kept = self._library.latest()
        every = kept.campaigns if kept else ()
        found = self._listed(query)
        ids = [one.campaign_id for one in found]
        if after is not None and after not in ids:
            raise NotFoundError("that page does not exist", hint="go back to the first page")
        start = 0 if after is None else ids.index(after) + 1
        some = found[start : start + limit]
        lines = [line_of(one) for one in every]
        aside = self._listed(msgspec.structs.replace(query, mark="aside"))
        return CampaignPage(
            lines=tuple(some),
            after=some[-1].campaign_id if start + limit < len(found) else None,
            total=len(found),
            layers=_distinct(line.layers for line in lines),
            languages=_distinct(line.languages for line in lines),
            aside=0 if query.mark else len(aside),
        )

    def _listed(self, query: Query) -> list[CampaignLine]:
        """Return the lines that a query finds, in its order."""
        kept, marks = self._library.latest(), self._library.marks()
        found = listed(kept, marks, query) if kept else []
        return [line_of(one, marks.get(one.campaign_id, "open")) for one in found]

    def campaign(self, campaign_id: str) -> Found:
        """Return one campaign."""
        campaign, run = self._library.campaign(campaign_id)
        return Found(campaign=campaign, run=run)

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
        proofs = self._library.proofs(campaign_id)
        found = proofs.ties(account=account, order=order, after=after, limit=limit)
        return TiePage(
            ties=tuple(_tie(proofs.campaign_id, tie) for tie in found.rows),
            after=found.after,
            total=found.total,
        )

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
        proofs = self._library.proofs(campaign_id)
        tie = proofs.tie(*pair)
        found = proofs.meetings(pair=pair, layer=layer, order=order, after=after, limit=limit)
        return TieEvidence(
            tie=_tie(proofs.campaign_id, tie),
            rows=_rows(proofs.campaign_id, found),
            after=found.after,
            total=found.total,
        )

    def marking(
        self, campaign_ids: tuple[str, ...], *beside: str, members: bool, labels: Labels = ()
    ) -> str:
        """Return the highest label of what shows these campaigns."""
        return self._library.marking(campaign_ids, *beside, members=members, labels=labels)

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
        proofs = self._library.proofs(campaign_id)
        found = proofs.meetings(layer=layer, order=order, after=after, limit=limit)
        rows = _rows(proofs.campaign_id, found)
        return EvidencePage(rows=rows, after=found.after, total=found.total, post_pairs=found.apart)

    def links(self, campaign_id: str, vertices: Mapping[str, str], *, limit: int) -> Links:
        """Gather a campaign's ties between vertices."""
        found = self._library.proofs(campaign_id).links(vertices, limit)
        return msgspec.convert(found, Links, from_attributes=True)

    def days(self, campaign_id: str) -> tuple[DayLine, ...]:
        """Return what happened on each day of a campaign."""
        campaign = self._library.campaign(campaign_id)[0]
        found = self._library.proofs(campaign_id).days()
        return day_lines(
            campaign,
            {(day, layer): pairs for day, layer, pairs in found if layer is not None},
            {day: pairs for day, layer, pairs in found if layer is None},
        )

    def holding(self, campaign_id: str) -> Holding:
        """Return what is held about a campaign's members as persons."""
        return self._library.holding(campaign_id)

    def history(self, campaign_id: str) -> History:
        """Return in which runs a campaign was seen."""
        return self._library.history(campaign_id)

    def marking_to_leave(self, campaign_ids: tuple[str, ...], *beside: str) -> Marking:
        """Return what a file that tells of these campaigns, and more, says of who may have it."""
        return self._library.marking_to_leave(campaign_ids, *beside)

    def leave(
        self, page: str, campaign_ids: tuple[str, ...], kind: str, sha256: str, *beside: str
    ) -> Leaving:
        """Record that a page leaves as a file."""
        return self._library.leave(page, campaign_ids, kind, sha256, *beside)

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of file that `export` writes."""
        return KINDS

    def export(self, campaign_ids: tuple[str, ...], kind: str) -> Download:
        """Write campaigns as a file."""
        made = self._library.export(campaign_ids, kind)
        return Download(name=made.name, media_type=made.media_type, content=made.content)


def _tie(campaign_id: str, tie: Any) -> Tie:
    return Tie(campaign_id=campaign_id, **msgspec.structs.asdict(tie))


def _rows(campaign_id: str, found: Turned[tuple[ProvedPair, TieKind]]) -> tuple[EvidenceRow, ...]:
    return tuple(
        EvidenceRow(campaign_id=campaign_id, tie=tie, **msgspec.structs.asdict(row))
        for row, tie in found.rows
    )


def _distinct(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for some in names for name in some))
