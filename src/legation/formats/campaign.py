"""A campaign as STIX objects, for the store and for partners.

The standard's campaign says when and what; our extensions carry the finding whole,
the run that made it and each member's part. Members are user-accounts under a
pseudonym. The note says how it was found and what it does not show, so that no
partner reads "coordinated" as "inauthentic". The same input gives the same objects.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from legation.errors import DeniedError
from legation.formats.bundle import write_bundle
from legation.formats.masking import mask_campaign
from legation.stix.extensions import AUTHOR, KINDS, carry, definition, kinds_in
from legation.stix.ids import fact_id, observable_id
from legation.stix.objects import SPEC, StixObject
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import Tlp, marking_definition, marking_ref
from legation.stix.vocabulary import Campaign, Grouping, Identity, Note, Relationship, UserAccount

# STIX 2.1, appendix A: the middle of None/Low/Med/High.
CONFIDENCE: Final[Mapping[str, int]] = {"low": 15, "moderate": 50, "high": 85}
PSEUDONYM: Final = re.compile(r"acct-[a-z2-7]{26}")
# As findings say it: a chance below this is said to be less.
_LEAST_P: Final = 1e-300
_LAKE_KINDS: Final = ("evidence", "posts", "ties")


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """Who states the campaign, when, to whom, and with what caveat.

    Attributes:
        identity: The author.
        created: When its first version was made, aware.
        modified: When this version was made; the same as `created` for the first.
        marking: Who may be told.
        caveat: What the finding does not say; it stands in the campaign and in the note.
        masked: Whether grades below "high" are masked. An unmasked copy has other ids, so
            the house's own version and the one that leaves it never meet as a conflict.
    """

    identity: Identity
    created: datetime
    marking: Tlp
    caveat: str
    modified: datetime | None = None
    masked: bool = True


def campaign_objects(
    campaign: Mapping[str, Any] | msgspec.Struct,
    run: Mapping[str, Any] | msgspec.Struct,
    statement: Statement,
) -> tuple[StixObject, ...]:
    """Return campaign, members, memberships, note and grouping.

    Args:
        campaign: A finding; its account ids are pseudonyms already.
        run: The run that made it.
        statement: Who states it, when, to whom, with what caveat.

    Raises:
        DeniedError: An account is named in clear.
    """
    finding: dict[str, Any] = msgspec.to_builtins(campaign)
    facts: dict[str, Any] = msgspec.to_builtins(run)
    _refuse_clear_names(finding)
    if statement.masked:
        finding = mask_campaign(finding)
    common = _common(statement)
    stated = _campaign(finding, facts, statement, common)
    accounts = [_account(member, common) for member in finding["accounts"]]
    memberships = [
        _membership(member, account.id, stated.id, common)
        for member, account in zip(finding["accounts"], accounts, strict=True)
    ]
    note = _note(finding, facts, statement, common | {"object_refs": (stated.id,)})
    members = (stated, *accounts, *memberships, note)
    return (*members, _grouping(finding, facts, statement, _refer(common, members)))


def account_id(pseudonym: str) -> str:
    """Return the id of an account's object."""
    return observable_id("user-account", {"user_id": pseudonym})


def self_contained(
    objects: Iterable[StixObject], *, identity: Identity, marking: Tlp
) -> tuple[StixObject, ...]:
    """Put before the objects what they refer to: author, marking, extension definitions."""
    things = tuple(objects)
    used = {kind for thing in things for kind in kinds_in(thing)}
    definitions = [definition(kind) for kind in KINDS if kind in used]
    front = (identity, marking_definition(marking), *([AUTHOR, *definitions] if used else ()))
    return (*front, *things)


def campaign_bundle(
    campaign: Mapping[str, Any] | msgspec.Struct,
    run: Mapping[str, Any] | msgspec.Struct,
    statement: Statement,
) -> bytes:
    """Return a bundle that needs nothing else to be read."""
    objects = campaign_objects(campaign, run, statement)
    return write_bundle(
        self_contained(objects, identity=statement.identity, marking=statement.marking)
    )


def _refuse_clear_names(finding: Mapping[str, Any]) -> None:
    clear = sum(not PSEUDONYM.fullmatch(one["account_id"]) for one in finding["accounts"])
    if clear:
        # The names themselves stay out of the message.
        raise DeniedError(
            f"accounts named in clear: {clear}",
            hint="import the posts first: the store holds accounts under pseudonyms",
        )


def _common(statement: Statement) -> dict[str, Any]:
    return {
        "spec_version": SPEC,
        "created_by_ref": statement.identity.id,
        "created": Timestamp.of(statement.created),
        "modified": Timestamp.of(statement.modified or statement.created),
        "object_marking_refs": (marking_ref(statement.marking),),
    }


def _refer(common: dict[str, Any], things: Iterable[StixObject]) -> dict[str, Any]:
    return common | {"object_refs": tuple(thing.id for thing in things)}


def id_outside(campaign: str, line: str, identity: Identity) -> str:
    """Return under which id a campaign leaves, as every masked copy of it does.

    Args:
        campaign: Its own id in a run.
        line: The id that it began with; empty for one that has just begun.
        identity: Who states it.
    """
    return fact_id("campaign", identity.id, line or campaign, True)


def _named(kind: str, finding: Mapping[str, Any], statement: Statement) -> str:
    """Name an object of the campaign's line, so that later members make a new version of it."""
    line = finding.get("lineage") or finding["campaign_id"]
    return fact_id(kind, statement.identity.id, line, statement.masked)


def _campaign(
    finding: Mapping[str, Any],
    facts: Mapping[str, Any],
    statement: Statement,
    common: Mapping[str, Any],
) -> Campaign:
    return Campaign(
        **common,
        id=_named("campaign", finding, statement),
        name=finding["name"],
        description=f"{_summary(finding)} {statement.caveat}",
        confidence=CONFIDENCE[finding["grade"]],
        first_seen=Timestamp.at(finding["first"]),
        last_seen=Timestamp.at(finding["last"]),
        external_references=tuple(
            {
                "source_name": "DISARM",
                "description": f"Suggested, not confirmed: {technique['name']}: "
                f"{technique['because']}",
                "external_id": technique["id"],
            }
            for technique in finding.get("techniques", ())
        )
        or None,
        extensions=carry("campaign", {"finding": finding}) | carry("run", {"run": facts}),
    )


def _account(member: Mapping[str, Any], common: Mapping[str, Any]) -> UserAccount:
    pseudonym = member["account_id"]
    return UserAccount(
        spec_version=SPEC,
        id=account_id(pseudonym),
        object_marking_refs=common["object_marking_refs"],
        user_id=pseudonym,
        extensions=carry("pseudonym", {"method": "keyed-hash"}),
    )


def _membership(
    member: Mapping[str, Any], account: str, campaign: str, common: Mapping[str, Any]
) -> Relationship:
    part = {name: member[name] for name in ("role", "score", "layers", "objects", "partners")}
    return Relationship(
        **common,
        id=fact_id("relationship", account, "related-to", campaign),
        # "related-to" is the one relationship that every platform reads between these.
        relationship_type="related-to",
        source_ref=account,
        target_ref=campaign,
        extensions=carry("membership", part | {"q_value": member["q"]}),
    )


def _note(
    finding: Mapping[str, Any],
    facts: Mapping[str, Any],
    statement: Statement,
    common: Mapping[str, Any],
) -> Note:
    return Note(
        **common,
        id=_named("note", finding, statement),
        abstract="How this campaign was found, and what it does not show",
        content="\n".join(_account_of_method(finding, facts, statement.caveat)),
        extensions=carry("run", {"run": facts}),
    )


def _grouping(
    finding: Mapping[str, Any],
    facts: Mapping[str, Any],
    statement: Statement,
    common: Mapping[str, Any],
) -> Grouping:
    pointer = {
        "run_id": facts["run_id"],
        "input_sha256": facts["input_sha256"],
        "campaign_id": finding["campaign_id"],
        "kinds": _LAKE_KINDS,
    }
    return Grouping(
        **common,
        id=_named("grouping", finding, statement),
        name=finding["name"],
        context="suspicious-activity",
        extensions=carry("lake", pointer),
    )


def _summary(finding: Mapping[str, Any]) -> str:
    layers = ", ".join(sorted(finding["co_actions"]))
    return (
        f"{len(finding['accounts'])} accounts act together more often than chance explains "
        f"({finding['ties']} ties; {layers}). Grade: {finding['grade']}."
    )


def _account_of_method(
    finding: Mapping[str, Any], facts: Mapping[str, Any], caveat: str
) -> list[str]:
    found = finding["significance"]
    rule = (
        f"Rule: {', '.join(facts['layers'])} within {facts['window_s']} s on at least "
        f"{facts['min_objects']} objects; coarsest clock of the posts compared: "
        f"{facts['clock_resolution_s']} s."
    )
    p = found["p_value"]
    chance = f"p = {p:.3g}" if p > _LEAST_P else f"p < {_LEAST_P:g}"
    # What p comes from stands in the reasons of the grade.
    null = f"Null: {found['null']}. {chance}, corrected for the search."
    dense = facts["dense"]
    return [
        f"Looked at: {facts['posts']} posts by {facts['accounts']} accounts.",
        f"Rejected rows: {facts.get('rejected_rows', 0)}.",
        f"Posts timed too coarsely to compare: {facts.get('coarse_posts', 0)}.",
        rule,
        null,
        f"False-discovery rate {facts['fdr']:g} over {facts['tests']} pairs.",
        f"Dense objects: {dense['policy']}; {dense['pairs']} pairs counted and not made.",
        f"Grade {finding['grade']}: {'; '.join(finding['grade_reasons'])}.",
        *(f"Cannot show: {sentence}" for sentence in finding.get("cannot_show", ())),
        caveat,
    ]
