"""What a run found, into the home: proofs into the lake, findings into the store.

The trail says that a look begins to keep its proofs; then the lake's batch is committed; then
objects, run and audit entry are one transaction. So a kill leaves a batch without a run, which
the trail names and the next run of the same input finds and completes, and never a run without
its proofs.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.app.home import author_of, identity_of
from legation.app.library import DETECTOR
from legation.app.marking import kept_level
from legation.stix.tlp import Tlp
from legation.threats.disinformation.findings import CAVEAT, Campaign, Report

if TYPE_CHECKING:
    from legation.app.detecting import Answer
    from legation.settings import Settings
    from legation.stix.objects import StixObject
    from legation.store.opening import Store

LOOKED: Final = "detect.coordination"
BEGUN: Final = "detect.begin"
_STEP: Final = timedelta(milliseconds=1)
_AT_ONCE: Final = 500


def keep_proofs(store: "Store", found: "Answer", now: datetime) -> None:
    """Put a run's evidence and ties into the lake, unless they are there."""
    from legation.store.audit import Event
    from legation.store.proofs import EVIDENCE, TIES, place_of, write_ties

    report = found.report
    batch = report.run.run_id
    if store.lake.has(batch):
        return
    staged = store.lake.stage(batch)
    try:
        if report.campaigns:
            day = datetime.fromtimestamp(report.run.last, UTC).date()
            evidence = place_of(staged, EVIDENCE, day)
            found.write_evidence(evidence)
            write_ties(evidence, place_of(staged, TIES, day), found.chances())
        if not store.audit.entries(verb=BEGUN, subject=batch, limit=1):
            store.audit.append(Event(at=now, actor="watch", verb=BEGUN, subject=batch))
        store.lake.commit(batch)
    finally:
        store.lake.discard(batch)


def keep_findings(
    store: "Store",
    report: Report,
    now: datetime,
    *,
    marking: Tlp = Tlp.AMBER,
    settings: "Settings | None" = None,
) -> None:
    """Put a run's campaigns, its record and its audit entry into the store, as a whole.

    Args:
        store: The store.
        report: What was found.
        now: The time.
        marking: Who may be told; what is in the store under a stricter level keeps that.
        settings: What of it wakes the duty; None: nothing does.
    """
    from legation.app.indexing import index_run
    from legation.app.lineage import line
    from legation.app.noticing import tell_campaigns
    from legation.stix.codec import encode_object
    from legation.store.agreement import content_of
    from legation.store.audit import Event

    run = report.run
    with store.transaction():
        ids = []
        named: dict[str, str] = {}
        kept_now: list[tuple[Campaign, str]] = []
        again = store.runs.has(run.run_id)
        before, earlier = _before(store)
        began = _lines(store, report, before, earlier)
        for found in report.campaigns:
            campaign = msgspec.structs.replace(found, lineage=began.get(found.campaign_id, ""))
            objects = _objects(store, campaign, report, now, marking)
            store.objects.put_many(map(encode_object, objects))
            ids.append(objects[0].id)
            named[found.campaign_id] = objects[0].id
            kept_now.append((campaign, objects[0].id))
        if not again:  # what a run that is made again found was told before
            grades = {line(old): old.grade for old in before}
            gone = {line(old) for old in earlier}
            tell_campaigns(store, kept_now, grades, run.run_id, settings, gone=gone)
        kept = store.runs.record(
            run.run_id,
            detector=DETECTOR,
            input_sha256=run.input_sha256,
            rule=rule_of(report),
            facts={
                **(store.runs.get(run.run_id).facts if store.runs.has(run.run_id) else {}),
                "run": msgspec.to_builtins(run),
                "campaigns": ids,
                "lines": began,
            },
        )
        index_run(store, run.run_id, report.campaigns, named)
        store.audit.append(
            Event(
                at=now,
                actor="watch",
                verb=LOOKED,
                subject=run.run_id,
                detail={
                    "campaigns": len(ids),
                    "posts": run.posts,
                    "facts": kept.fingerprint(),
                    "lake": content_of(store.lake, run.run_id),
                },
            )
        )


def _before(store: "Store") -> tuple[list[Campaign], list[Campaign]]:
    """Return the campaigns of the latest run, and those that only earlier ones found.

    Of all, whoever may know them: a line must not break where it is hidden.
    """
    from legation.app.kept import finding

    newest = store.runs.newest(DETECTOR)
    latest = frozenset(newest[0].facts["campaigns"] if newest else ())
    before: list[Campaign] = []
    earlier: list[Campaign] = []
    author, after = author_of(store), None
    while True:
        page = store.objects.find("campaign", refers_to=author, after=after, limit=_AT_ONCE)
        for each in page.items:
            value = each.value()
            if value.get("created_by_ref") == author:
                (before if each.object_id in latest else earlier).append(finding(value))
        if (after := page.next) is None:
            return before, earlier


def _lines(
    store: "Store", report: Report, before: list[Campaign], earlier: list[Campaign]
) -> dict[str, str]:
    """Return for each campaign that goes on from an earlier run the id its line began with."""
    from legation.app.lineage import lines

    if store.runs.has(report.run.run_id):
        # Made again, because later posts were taken back: its lines are what they were.
        return dict(store.runs.get(report.run.run_id).facts.get("lines", {}))
    return lines(before, report.campaigns, earlier=earlier)


def rule_of(report: Report) -> dict[str, Any]:
    """Return the rule that a run followed, as JSON values."""
    run = report.run
    names = ("layers", "window_s", "min_objects", "fdr")
    rule: dict[str, Any] = msgspec.to_builtins({name: getattr(run, name) for name in names})
    return rule


def _objects(
    store: "Store", campaign: Campaign, report: Report, now: datetime, marking: Tlp
) -> "tuple[StixObject, ...]":
    """Return the campaign as objects; one that is known keeps the time it was created."""
    from legation.formats.campaign import Statement, campaign_objects

    statement = Statement(
        identity=identity_of(store), created=now, marking=marking, caveat=CAVEAT, masked=False
    )
    objects = campaign_objects(campaign, report.run, statement)
    kept = kept_level(store, [thing.id for thing in objects])
    if kept > marking:
        statement = msgspec.structs.replace(statement, marking=kept)
        objects = campaign_objects(campaign, report.run, statement)
    known = store.objects.get_many([objects[0].id])
    if not known:
        return objects
    value = known[objects[0].id].value()
    created, before = (datetime.fromisoformat(value[name]) for name in ("created", "modified"))
    # A clock may stand still or be put back; a later version is later all the same.
    later = max(now, before + _STEP)
    again: Statement = msgspec.structs.replace(statement, created=created, modified=later)
    return campaign_objects(campaign, report.run, again)
