"""What leaves as a file: campaigns as the formats write them, and its record in the trail."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from legation.app.kept import Leaving
from legation.app.marking import above_amber, level_to_leave, refuse_unproven
from legation.formats.marked import Marking, mark, marking_of
from legation.stix.labels import all_joined
from legation.threats.disinformation.findings import CAVEAT, Campaign, Run

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.rights.roles import ObjectVerb
    from legation.stix.labels import Label
    from legation.store.opening import Store
    from legation.store.proofs import CampaignProofs

_ALL_TIES: Final = 1_000_000
PAGE_EXPORT: Final = "page.export"
_File = TypeVar("_File", bound=msgspec.Struct)


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What the trail says of a file that leaves.

    Attributes:
        page: What it shows: `campaign`, `today`, `jobs`, ...
        kind: Of the file: `pdf`, `csv`, ...
        contents: SHA-256 of its contents.
    """

    page: str
    kind: str
    contents: str


def written(
    campaigns: Sequence[Campaign],
    run: Run,
    kind: str,
    proofs: "Callable[[str], CampaignProofs]",
    marking: str,
) -> bytes:
    """Return campaigns as a table, as JSON or as a network.

    Args:
        campaigns: Which.
        run: The run that found them.
        kind: `csv`, `json`, `graphml` or `gexf`.
        proofs: Gives the ties of a campaign.
        marking: What a network says of who may have it; tables and JSON are marked as all are.
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
    return write(members.values(), ties, marking)


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


def marking_to_leave(scope: "Scope", ids: Iterable[str], labels: "Iterable[Label]" = ()) -> Marking:
    """Return what a file says of who may have it: the label of all of which it tells.

    Args:
        scope: Who takes it out; what leaves is under the desk's own level at least.
        ids: Of all objects of the register of which it tells.
        labels: Of all else of which it tells, such as what partners sent.
    """
    return _marking(scope, all_joined(_all_labels(scope, ids, labels)))


def _all_labels(scope: "Scope", ids: Iterable[str], labels: "Iterable[Label]") -> "list[Label]":
    return [*scope.store.labels.in_force(ids).values(), *labels]


def _marking(scope: "Scope", label: "Label") -> Marking:
    leaves = level_to_leave(label.tlp, own=scope.marking, asked=None)
    return marking_of(msgspec.structs.replace(label, tlp=leaves), scope.ladder)


def held_back(scope: "Scope", told: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Return which rows may not leave now, as they are above AMBER and no passkey was shown.

    A program cannot show one: a list that it fetches leaves without these rows, and says how
    many they are. A person is asked for it instead, so nothing is left out for them.

    Args:
        scope: Who takes the rows out, of which store.
        told: The ids of all objects of which each row tells, by the key of the row.
    """
    if scope.reader.proven:
        return frozenset()
    labels = scope.store.labels.in_force({each for ids in told.values() for each in ids})
    rows = {key: [labels[each] for each in ids if each in labels] for key, ids in told.items()}
    return frozenset(key for key, found in rows.items() if found and above_amber(all_joined(found)))


def hand_out(
    scope: "Scope",
    page: str,
    made: _File,
    ids: Iterable[str],
    *,
    labels: "Sequence[Label]" = (),
    may: "ObjectVerb" = "campaign.export",
    verb: str = PAGE_EXPORT,
    left_out: int = 0,
) -> _File:
    """Return a file (name, media type, content) under its label, once the trail has it.

    Args:
        scope: Who takes it out, of which store.
        page: What it shows.
        made: The file, bare.
        ids: Of all objects of the register of which it tells.
        labels: Of all else of which it tells, such as what partners sent.
        may: What the policies must permit with each of these.
        verb: What the trail calls it.
        left_out: How many rows stay behind.

    Raises:
        DeniedError: The policies do not let this reader export one of them.
        StepUpError: One is above AMBER, and no passkey was shown just now.
    """
    ids = list(ids)
    marking = msgspec.structs.replace(marking_to_leave(scope, ids, labels), left_out=left_out)
    of: Any = mark(made, marking)
    kind = of.name.rpartition(".")[2]
    contents = hashlib.sha256(of.content).hexdigest()
    left = Left(page=page, kind=kind, contents=contents)
    leave(scope, ids, left, labels=labels, may=may, verb=verb)
    marked: _File = of
    return marked


def leave(
    scope: "Scope",
    ids: Iterable[str],
    of: Left,
    *,
    labels: "Sequence[Label]" = (),
    may: "ObjectVerb" = "campaign.export",
    verb: str = PAGE_EXPORT,
    subjects: Sequence[str] = (),
) -> Leaving:
    """Record that a file leaves, under the label of all of which it tells; nothing else does.

    Args:
        scope: Who takes it out, of which store.
        ids: Of all objects of the register of which it tells.
        of: The file.
        labels: Of all else of which it tells, such as what partners sent.
        may: What the policies must permit with each of these.
        verb: What the trail calls it.
        subjects: What the trail says it is of, each with an entry; else the page.

    Raises:
        DeniedError: The policies do not let this reader export one of them.
        StepUpError: One is above AMBER, and no passkey was shown just now.
    """
    every = _all_labels(scope, ids, labels)
    scope.policies().require(scope.reader, may, dict.fromkeys(every))
    label = all_joined(every)
    refuse_unproven(scope.reader, label, own=scope.marking)
    marking = _marking(scope, label)
    told = msgspec.structs.asdict(of) | {"label": marking.text}
    with scope.store.transaction():
        for subject in subjects or (of.page,):
            scope.note(scope.reader.actor, verb, subject, **told)
    at, by = scope.now(), scope.reader.actor
    return Leaving(level=marking.text, at=at, by=by, tag=marking.tag)
