"""The campaigns that a home keeps, as the doors ask for them.

What is shown are the campaigns of the latest run that the reader may know: an earlier run's
stay in the store as its history. A campaign is read from its STIX object, whose extension
carries the finding whole; its ties and posts come from the lake, through it alone.
"""

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.import_record import UNDONE, require_standing
from legation.app.kept import Exported, Kept, Leaving, as_known, finding
from legation.app.looks import Looks
from legation.app.marking import above_amber, kept_label, level_to_leave, refuse_unproven
from legation.app.scope import Scope
from legation.errors import NotFoundError, UsageError
from legation.formats.marked import Marking, mark, marking_of
from legation.stix.labels import all_joined
from legation.stix.tlp import Tlp
from legation.store.bulk import read_mark
from legation.threats.disinformation.findings import Campaign, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from legation.app.history import History
    from legation.app.holding import Holding
    from legation.rights.clearance import Reader
    from legation.stix.labels import Label
    from legation.store.bulk import Mark
    from legation.store.proofs import CampaignProofs, Proofs
    from legation.store.runs import RunRow
    from legation.store.versions import Stand

DETECTOR: Final = "disinformation.coordination"
KINDS: Final = ("stix", "csv", "graphml", "gexf", "json")
_ENDINGS: Final = {"stix": "stix.json"}
_MEDIA: Final = {
    "stix": "application/stix+json;version=2.1",
    "csv": "text/csv",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "json": "application/json",
}
# Runs in which an id that is no longer current is looked for.
_EARLIER: Final = 1000


@final
class Library:
    """The campaigns in an open store that one reader may know; for them there are no others.

    Args:
        scope: The reader before the store. Exports and looks at what is above AMBER are in the
            trail, and nothing leaves under a wider level than its own unless a person asks.
    """

    def __init__(self, scope: Scope) -> None:
        """Read nothing yet."""
        store, reader = scope.store, scope.reader
        self._scope, self._store = scope, store
        self._objects = store.objects.as_read_by(reader.clearance)
        self._trail = Looks(store, scope.now, reader.actor)
        # Whether what may be known was worked out for one page, and need not be again.
        self._settled = False
        # How each campaign of it stands, and of which the look was noted for one page.
        self._stands: dict[str, Stand] = {}
        self._noted: set[str] = set()
        self._runs: list[RunRow] = []
        self._now_kept: Kept | None = None
        self._kept: Kept | None = None
        self._standing: dict[str, int] = {}
        self._proofs: dict[str, Proofs] = {}

    def scope(self) -> Scope:
        """Return the reader before the store, for the other parts that serve them."""
        return self._scope

    def latest(self) -> Kept | None:
        """Return the latest run with its campaigns, strongest first; None before any run."""
        kept = self._latest()
        if kept is not None and not (self._settled and "campaign.list" in self._noted):
            self._trail.note("campaign.list", self._own_labels(kept.objects.values()))
            self._noted.add("campaign.list")
        return kept

    def is_noted(self) -> bool:
        """Tell whether reading the latest run's campaigns is to be in the trail, each time."""
        kept = self._latest()
        labels = self._own_labels(kept.objects.values()) if kept else {}
        return any(map(above_amber, labels.values()))

    def marks(self) -> "dict[str, Mark]":
        """Return what the desk has made of each campaign of the latest run that has a mark."""
        objects = kept.objects if (kept := self._latest()) else {}
        found = {name: self._stands[each].mark for name, each in objects.items()}
        return {name: read_mark(mark) for name, mark in found.items() if mark}

    def stale(self) -> str:
        """Say why the latest run no longer tells of the posts that are there; empty when it does.

        Posts that were taken back weigh more than posts that came: what was found may rest on
        what is no more.
        """
        newest = self._newest()
        if not newest or newest[0].input_sha256 == self._store.lake.fingerprint("posts"):
            return ""
        undone = self._store.audit.last(UNDONE)
        if undone is not None and undone.event.at >= newest[0].created:
            return (
                "This run is stale: posts that it looked at have been taken back since. "
                "What it found may rest on them."
            )
        return "This run is not up to date: posts have come in since that it has not looked at."

    def campaign(self, campaign_id: str) -> tuple[Campaign, Run]:
        """Return a campaign of the latest run; the start of an id is enough if it is one's only.

        The id that it had in an earlier run, with other members, leads to it too.

        Raises:
            NotFoundError: There is none.
            UsageError: Several ids start so.
        """
        found, run = self._found(campaign_id)
        if self._kept is not None:
            own = self._kept.objects[found.campaign_id]
            if not (self._settled and own in self._noted):
                self._trail.note("campaign.read", self._own_labels([own]))
                self._noted.add(own)
        return found, run

    def object_id(self, campaign_id: str) -> str:
        """Return the id of a campaign's object.

        Raises:
            NotFoundError: There is no such campaign.
            UsageError: Several ids start so.
        """
        found, _ = self._found(campaign_id)
        return self._kept.objects[found.campaign_id] if self._kept else ""

    def marking(
        self,
        campaign_ids: "Iterable[str]",
        *beside: str,
        members: bool = False,
        labels: "Sequence[Label]" = (),
    ) -> str:
        """Return in words the label of what shows these campaigns, and other objects beside them.

        Empty when nothing is shown.

        Args:
            campaign_ids: Which; others than those that may be known are left out.
            beside: Ids of all other objects that are shown.
            members: Whether the members are shown one by one.
            labels: Of all that is shown and is not in the register, such as answers of partners.
        """
        kept, wanted = self._latest(), set(campaign_ids)
        shown = [one for one in kept.campaigns if one.campaign_id in wanted] if kept else []
        ids = self._ids(kept, shown, members=members) if kept and shown else []
        if not (ids or beside or labels):
            return ""
        if members or beside:
            own = [kept_label(self._store, [*ids, *beside])]
        else:
            own = [*self._own_labels(ids).values()]
        return all_joined([*own, *labels]).text(self._scope.ladder)

    def proofs(self, campaign_id: str) -> "CampaignProofs":
        """Return the ties and posts behind a campaign of the latest run.

        Raises:
            NotFoundError: There is no such campaign.
            UsageError: Several ids start so.
        """
        from legation.store.proofs import CampaignProofs, Proofs

        campaign, run = self._found(campaign_id)
        if run.run_id not in self._proofs:
            # Of one run only: an older one is not shown again.
            self._proofs.clear()
            self._proofs[run.run_id] = Proofs(self._store.lake, run.run_id)
        return CampaignProofs(self._proofs[run.run_id], campaign.campaign_id)

    def export(self, campaign_ids: "Sequence[str]", kind: str, tlp: Tlp | None = None) -> Exported:
        """Write campaigns as a file; below grade "high" what leads to an author is masked.

        Args:
            campaign_ids: Which.
            kind: One of `KINDS`.
            tlp: Level asked for a STIX bundle; None: that of the store or the desk's, whichever
                is stricter.

        Raises:
            NotFoundError: There is no such campaign, or no such kind of file.
            UsageError: A level is asked for a file that cannot carry one.
            DeniedError: The level is wider than that of the store.
        """
        from legation.app.leaving import bundle_of, written

        if kind not in KINDS:
            raise NotFoundError(f"no export as {kind!r}", hint=f"choose {', '.join(KINDS)}")
        if tlp is not None and kind != "stix":
            raise UsageError("only STIX carries a marking", hint="leave --tlp out, or take --stix")
        found = [self._found(each) for each in campaign_ids]
        if not found:
            raise NotFoundError("no campaign to export", hint="run: legation campaign list")
        campaigns = [campaign for campaign, _ in found]
        label = self._leaving(campaigns)
        detail = {"kind": kind, "label": label.text(self._scope.ladder)}
        level = level_to_leave(label.tlp, own=self._scope.marking, asked=tlp)
        under = msgspec.structs.replace(label, tlp=level)
        marking = marking_of(under, self._scope.ladder)
        if kind == "stix":
            detail["tlp"] = str(level)
            kept = self._latest()
            times = kept.times if kept else {}
            content = bundle_of(self._store, campaigns, found[0][1], under, times)
        else:
            content = written(campaigns, found[0][1], kind, self.proofs, marking.text)
        self._trail.act("campaign.export", campaign_ids, detail)
        stem = found[0][0].campaign_id if len(found) == 1 else "campaigns"
        name = f"{stem}.{_ENDINGS.get(kind, kind)}"
        return mark(Exported(name=name, media_type=_MEDIA[kind], content=content), marking)

    def require_export(self, campaign_ids: "Sequence[str]") -> str:
        """Refuse to let campaigns leave that may not, as `leave`; return their label in words."""
        return self._leaving([self._found(each)[0] for each in campaign_ids]).text(
            self._scope.ladder
        )

    def _leaving(self, campaigns: "Sequence[Campaign]") -> "Label":
        """Return the label of what may leave; refused as by `leave`, and once posts are gone."""
        require_standing(self.stale())
        label = self._label_of(campaigns)
        self._scope.policies().require(self._scope.reader, "campaign.export", [label])
        self.require_proof(label)
        return label

    def for_one_page(self, reader: "Reader | None" = None) -> "Library":
        """Return this library for one page: what may be known is worked out once, now.

        Args:
            reader: The same reader, as they stand now: they may have shown their passkey since.
        """
        kept = self._worked_out()
        page = copy(self)
        if reader is not None:
            page._scope = replace(self._scope, reader=reader)  # noqa: SLF001 -- its own copy
        page._settled, page._noted, page._now_kept = True, set(), kept  # noqa: SLF001
        return page

    def _latest(self) -> Kept | None:
        """Return the latest run, as far as it may be known now: a label may have changed."""
        return self._now_kept if self._settled else self._worked_out()

    def _newest(self) -> "list[RunRow]":
        """Return the latest run, or none; for one page it is asked for once."""
        if not self._settled:
            self._runs = self._store.runs.newest(DETECTOR)
        return self._runs

    def _worked_out(self) -> Kept | None:
        newest = self._newest()
        if not newest:
            return None
        run = msgspec.convert(newest[0].facts["run"], Run)
        self._stands = self._objects.stand(newest[0].facts["campaigns"])
        standing = {object_id: stand.seq for object_id, stand in self._stands.items()}
        if self._kept is None or self._standing != standing or self._kept.run.run_id != run.run_id:
            found = self._objects.get_many(newest[0].facts["campaigns"])
            ids = [each for each in newest[0].facts["campaigns"] if each in found]
            values = [found[each].value() for each in ids]
            campaigns = tuple(map(finding, values))
            names = [campaign.campaign_id for campaign in campaigns]
            self._standing = standing
            self._kept = Kept(
                run=as_known(run, campaigns, whole=len(ids) == len(newest[0].facts["campaigns"])),
                campaigns=campaigns,
                times={
                    name: (value["created"], value["modified"])
                    for name, value in zip(names, values, strict=True)
                },
                objects=dict(zip(names, ids, strict=True)),
            )
        return self._kept

    def _own_labels(self, object_ids: "Iterable[str]") -> "dict[str, Label]":
        """Return the labels of campaigns of the latest run, as they stood when it was read."""
        named = {each: self._stands[each].label_id for each in object_ids}
        labels = self._store.labels.named(set(named.values()))
        return {each: labels[label_id] for each, label_id in named.items()}

    def _found(self, campaign_id: str) -> tuple[Campaign, Run]:
        kept = self._latest()
        every = kept.campaigns if kept else ()
        found = [one for one in every if one.campaign_id == campaign_id] or [
            one for one in every if campaign_id and one.campaign_id.startswith(campaign_id)
        ]
        found = found or self._gone_on(campaign_id, every)
        if kept is None or not found:
            raise NotFoundError(f"no campaign {campaign_id!r}", hint="run: legation campaign list")
        if len(found) > 1:
            raise UsageError(
                f"{len(found)} campaigns start with {campaign_id!r}", hint="give more of the id"
            )
        return found[0], kept.run

    def _gone_on(self, campaign_id: str, every: "Sequence[Campaign]") -> list[Campaign]:
        """Return the campaign in which one of an earlier run goes on, if any."""
        from legation.app.lineage import line_of

        began = line_of(campaign_id, self._store.runs.newest(DETECTOR, limit=_EARLIER))
        return [one for one in every if began in {one.campaign_id, one.lineage}][:1]

    def history(self, campaign_id: str) -> "History":
        """Return in which runs a campaign was seen, and the versions of its object."""
        from legation.app.history import RUNS, history_of

        campaign, _ = self._found(campaign_id)
        object_id = self.object_id(campaign.campaign_id)
        runs = self._store.runs.newest(DETECTOR, limit=RUNS + 1)
        return history_of(self._objects, runs, campaign, object_id)

    def holding(self, campaign_id: str) -> "Holding":
        """Return what is held about a campaign's members as persons."""
        from legation.app.holding import holding_of

        members = self._found(campaign_id)[0].accounts
        return holding_of(self._store, [member.account_id for member in members])

    def require_proof(self, label: "Label") -> None:
        """Refuse to let out what is under this label without a passkey, as `leave`."""
        refuse_unproven(self._scope.reader, label, own=self._scope.marking)

    def leave(
        self, page: str, campaign_ids: "Sequence[str]", kind: str, sha256: str, *beside: str
    ) -> Leaving:
        """Record that a page leaves as a file, and say under which label; errors as `leave`.

        Args:
            page: Which page: `campaign`, `today`, `ties`, ...
            campaign_ids: The campaigns on it; each gets its entry in the trail.
            kind: Of the file: `pdf`, `csv`, ...
            sha256: Of its contents.
            beside: Ids of all other objects of which it tells.
        """
        from legation.app.leaving import Left, leave

        require_standing(self.stale() if campaign_ids else "")
        campaigns, ids = self.told_of(campaign_ids)
        names = [one.campaign_id for one in campaigns]
        verb, of = ("campaign" if names else "page"), Left(page=page, kind=kind, contents=sha256)
        ids += beside
        return leave(self.scope(), ids, of, verb=f"{verb}.export", subjects=names)

    def marking_to_leave(self, campaign_ids: "Sequence[str]", *beside: str) -> Marking:
        """Return what a file that tells of campaigns, and more, says of who may have it."""
        from legation.app.leaving import marking_to_leave

        return marking_to_leave(self.scope(), [*self.told_of(campaign_ids)[1], *beside])

    def told_of(self, campaign_ids: "Sequence[str]") -> tuple[list[Campaign], list[str]]:
        """Return campaigns, and the ids of their objects and of their members'."""
        kept, found = self._latest(), [self._found(each)[0] for each in campaign_ids]
        return found, self._ids(kept, found, members=True) if kept else []

    def _label_of(self, campaigns: "Sequence[Campaign]") -> "Label":
        """Return the label of what is drawn from campaigns and their members."""
        kept = self._latest()
        return kept_label(self._store, self._ids(kept, campaigns, members=True) if kept else ())

    def _ids(self, kept: Kept, campaigns: "Sequence[Campaign]", *, members: bool) -> list[str]:
        """Return the ids of the objects of campaigns, and of their members when asked."""
        from legation.formats.campaign import account_id

        accounts = {one.account_id for each in campaigns for one in each.accounts if members}
        own = [kept.objects[one.campaign_id] for one in campaigns]
        return [*own, *map(account_id, sorted(accounts))]
