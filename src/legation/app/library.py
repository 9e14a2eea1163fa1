"""The campaigns that a home keeps, as the doors ask for them.

What is shown are the campaigns of the latest run: an earlier run's stay in the store as
its history. A campaign is read from its STIX object, whose extension carries the
finding whole; its ties and posts come from the lake.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.app.importing import UNDONE
from legation.app.marking import kept_level, level_to_leave
from legation.errors import NotFoundError, UsageError
from legation.stix.tlp import Tlp
from legation.threats.disinformation.findings import CAVEAT, Campaign, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from legation.formats.campaign import Statement
    from legation.stix.vocabulary import Identity
    from legation.store.opening import Store
    from legation.store.proofs import Proofs

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
_ALL_TIES: Final = 1_000_000


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The latest run and what it found.

    Attributes:
        run: The run.
        campaigns: Strongest first.
        times: For each campaign id when its object was created and last modified, as in STIX.
        objects: For each campaign id that of its object.
    """

    run: Run
    campaigns: tuple[Campaign, ...]
    times: dict[str, tuple[str, str]]
    objects: dict[str, str]


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


@final
class Library:
    """The campaigns in an open store.

    Args:
        store: The store.
        now: The clock; exports are recorded in the audit trail.
        actor: Who asks, for the trail.
        marking: The desk's level: nothing leaves under a wider one unless a person asks.
    """

    def __init__(
        self,
        store: "Store",
        now: "Callable[[], datetime]",
        actor: str,
        *,
        marking: Tlp = Tlp.AMBER,
    ) -> None:
        """Read nothing yet."""
        self._marking = marking
        self._store = store
        self._now = now
        self._actor = actor
        self._kept: Kept | None = None
        self._proofs: dict[str, Proofs] = {}

    def latest(self) -> Kept | None:
        """Return the latest run with its campaigns, strongest first; None before any run."""
        newest = self._store.runs.newest(DETECTOR)
        if not newest:
            return None
        run = msgspec.convert(newest[0].facts["run"], Run)
        if self._kept is None or self._kept.run != run:
            ids = newest[0].facts["campaigns"]
            found = self._store.objects.get_many(ids)
            values = [found[each].value() for each in ids]
            campaigns = tuple(map(_finding, values))
            self._kept = Kept(
                run=run,
                campaigns=campaigns,
                times={
                    campaign.campaign_id: (value["created"], value["modified"])
                    for campaign, value in zip(campaigns, values, strict=True)
                },
                objects={
                    campaign.campaign_id: object_id
                    for campaign, object_id in zip(campaigns, ids, strict=True)
                },
            )
        return self._kept

    def stale(self) -> str:
        """Say why the latest run no longer tells of the posts that are there; empty when it does.

        Posts that were taken back weigh more than posts that came: what was found may rest on
        what is no more.
        """
        newest = self._store.runs.newest(DETECTOR)
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
        kept = self.latest()
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

    def proofs(self) -> "Proofs":
        """Return the ties and posts of the latest run.

        Raises:
            NotFoundError: Nothing was looked at yet.
        """
        from legation.store.proofs import Proofs

        kept = self.latest()
        if kept is None:
            raise NotFoundError("nothing was looked at yet", hint="run: legation watch --once")
        run_id = kept.run.run_id
        if run_id not in self._proofs:
            # Of one run only: an older one is not shown again.
            self._proofs = {run_id: Proofs(self._store.lake, run_id)}
        return self._proofs[run_id]

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
        if kind not in KINDS:
            raise NotFoundError(f"no export as {kind!r}", hint=f"choose {', '.join(KINDS)}")
        if tlp is not None and kind != "stix":
            raise UsageError("only STIX carries a marking", hint="leave --tlp out, or take --stix")
        found = [self.campaign(each) for each in campaign_ids]
        if not found:
            raise NotFoundError("no campaign to export", hint="run: legation campaign list")
        campaigns, detail = [campaign for campaign, _ in found], {"kind": kind}
        if kind == "stix":
            level = level_to_leave(self._kept_level(campaigns), own=self._marking, asked=tlp)
            detail["tlp"] = str(level)
            content = self._bundle(campaigns, found[0][1], level)
        else:
            content = self._written(campaigns, found[0][1], kind)
        self._record(campaign_ids, detail)
        stem = found[0][0].campaign_id if len(found) == 1 else "campaigns"
        return Exported(
            name=f"{stem}.{_ENDINGS.get(kind, kind)}", media_type=_MEDIA[kind], content=content
        )

    def _written(self, campaigns: list[Campaign], run: Run, kind: str) -> bytes:
        from legation.formats import graph
        from legation.formats.masking import mask_campaign

        if kind == "csv":
            return graph.accounts_csv(campaigns)
        if kind == "json":
            masked = [mask_campaign(msgspec.to_builtins(one)) for one in campaigns]
            return msgspec.json.encode({"caveat": CAVEAT, "run": run, "campaigns": masked})
        members = {member.account_id: member for one in campaigns for member in one.accounts}
        proofs = self.proofs()
        ties = [
            tie for one in campaigns for tie in proofs.ties(one.campaign_id, limit=_ALL_TIES)[0]
        ]
        write = graph.graphml if kind == "graphml" else graph.gexf
        return write(members.values(), ties)

    def _kept_level(self, campaigns: list[Campaign]) -> Tlp:
        """Return the strictest level of these campaigns and of their members in the store."""
        from legation.formats.campaign import account_id

        kept = self.latest()
        members = {one.account_id for campaign in campaigns for one in campaign.accounts}
        own = [kept.objects[one.campaign_id] for one in campaigns] if kept else []
        return kept_level(self._store, [*own, *map(account_id, sorted(members))])

    def _bundle(self, campaigns: list[Campaign], run: Run, marking: Tlp) -> bytes:
        from legation.app.home import identity_of
        from legation.formats.bundle import write_bundle
        from legation.formats.campaign import campaign_objects, self_contained

        identity = identity_of(self._store)
        # Two campaigns may share an account, whose object is one and the same.
        things = {
            thing.id: thing
            for campaign in campaigns
            for thing in campaign_objects(
                campaign, run, self._statement(campaign, identity, marking)
            )
        }
        return write_bundle(self_contained(things.values(), identity=identity, marking=marking))

    def _statement(self, campaign: Campaign, identity: "Identity", marking: Tlp) -> "Statement":
        from legation.formats.campaign import Statement

        kept = self.latest()
        times = kept.times[campaign.campaign_id] if kept else ("", "")
        created, modified = map(datetime.fromisoformat, times)
        return Statement(
            identity=identity,
            created=created,
            modified=modified,
            marking=marking,
            caveat=CAVEAT,
        )

    def _record(self, campaign_ids: "Sequence[str]", detail: dict[str, str]) -> None:
        from legation.store.audit import Event

        with self._store.transaction():
            for each in campaign_ids:
                self._store.audit.append(
                    Event(
                        at=self._now(),
                        actor=self._actor,
                        verb="campaign.export",
                        subject=each,
                        detail=detail,
                    )
                )


def _finding(value: dict[str, Any]) -> Campaign:
    from legation.stix.extensions import extension_id

    carried = value["extensions"][extension_id("campaign")]
    return msgspec.convert(carried["finding"], Campaign)
