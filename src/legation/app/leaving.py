"""Campaigns as files: what the library hands to the formats once they may leave."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.marking import refuse_unproven
from legation.stix.labels import all_joined
from legation.threats.disinformation.findings import CAVEAT, Campaign, Run

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.stix.labels import Label
    from legation.store.opening import Store
    from legation.store.proofs import CampaignProofs

_ALL_TIES: Final = 1_000_000


def written(
    campaigns: Sequence[Campaign],
    run: Run,
    kind: str,
    proofs: "Callable[[str], CampaignProofs]",
) -> bytes:
    """Return campaigns as a table, as JSON or as a network.

    Args:
        campaigns: Which.
        run: The run that found them.
        kind: `csv`, `json`, `graphml` or `gexf`.
        proofs: Gives the ties of a campaign.
    """
    from legation.formats import graph
    from legation.formats.masking import mask_campaign

    if kind == "csv":
        return graph.accounts_csv(campaigns)
    if kind == "json":
        masked = [mask_campaign(msgspec.to_builtins(one)) for one in campaigns]
        return msgspec.json.encode({"caveat": CAVEAT, "run": run, "campaigns": masked})
    members = {member.account_id: member for one in campaigns for member in one.accounts}
    ties = [tie for one in campaigns for tie in proofs(one.campaign_id).ties(limit=_ALL_TIES).rows]
    write = graph.graphml if kind == "graphml" else graph.gexf
    return write(members.values(), ties)


def bundle_of(
    store: "Store",
    campaigns: Sequence[Campaign],
    run: Run,
    label: "Label",
    times: Mapping[str, tuple[str, str]],
) -> bytes:
    """Return campaigns as one bundle under a label.

    Args:
        store: Says who the desk is.
        campaigns: Which.
        run: The run that found them.
        label: Under which all of it leaves.
        times: When each campaign's object was created and last modified.
    """
    from legation.app.home import identity_of
    from legation.formats.bundle import write_bundle
    from legation.formats.campaign import Statement, campaign_objects, self_contained
    from legation.stix.labels import labelled

    identity = identity_of(store)
    things = {}
    for campaign in campaigns:
        created, modified = map(datetime.fromisoformat, times[campaign.campaign_id])
        stated = Statement(
            identity=identity,
            created=created,
            modified=modified,
            marking=label.tlp,
            caveat=CAVEAT,
        )
        # Two campaigns may share an account, whose object is one and the same.
        for thing in campaign_objects(campaign, run, stated):
            things[thing.id] = labelled(thing, label)
    return write_bundle(self_contained(things.values(), identity=identity, marking=label.tlp))


def leave_list(scope: "Scope", page: str, object_ids: Iterable[str], kind: str, sha: str) -> None:
    """Record that a list leaves as a file whose rows tell of objects, under the label of all.

    Args:
        scope: Who takes it out, of which store.
        page: Which list: `jobs`, `decisions`.
        object_ids: Of all of which the rows tell.
        kind: Of the file.
        sha: SHA-256 of its contents.

    Raises:
        DeniedError: The policies do not let this reader export one of them.
        StepUpError: One is above AMBER, and no passkey was shown just now.
    """
    labels = scope.store.labels.in_force(object_ids).values()
    scope.policies().require(scope.reader, "campaign.export", labels)
    label = all_joined(labels)
    refuse_unproven(scope.reader, label, own=scope.marking)
    level = msgspec.structs.replace(label, tlp=max(label.tlp, scope.marking))
    told = {"kind": kind, "label": level.text(scope.ladder), "contents": sha}
    with scope.store.transaction():
        scope.note(scope.reader.actor, "page.export", page, page=page, **told)
