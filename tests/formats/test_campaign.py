"""A campaign leaves as STIX that any reader takes, and says what it does not show."""

import json
from datetime import timedelta
from typing import Any, TypeVar

import msgspec
import pytest

from legation.errors import DeniedError
from legation.formats import campaign
from legation.formats.bundle import read_bundle
from legation.formats.campaign import campaign_bundle, campaign_objects
from legation.rights import pseudonyms
from legation.rights.pseudonyms import Pseudonymiser
from legation.stix.codec import mapping_of
from legation.stix.extensions import carried, schema
from legation.stix.objects import StixObject
from legation.stix.tlp import Tlp, level_of_object
from legation.stix.vocabulary import Campaign, Grouping, Note, Relationship, UserAccount
from legation.threats.disinformation.findings import CAVEAT, Grade, Run
from legation.threats.disinformation.findings import Campaign as Finding
from worlds.found_campaigns import CREATED, MINISTRY, RUN, found_campaign, statement
from worlds.judges import judge_by_stix2, oasis_faults, validator_faults

_GRADES: tuple[Grade, ...] = ("high", "moderate", "low")


_Shape = TypeVar("_Shape", bound=StixObject)


def _of(objects: tuple[StixObject, ...], shape: type[_Shape]) -> list[_Shape]:
    return [thing for thing in objects if isinstance(thing, shape)]


@pytest.mark.parametrize("grade", _GRADES)
@pytest.mark.parametrize("marking", Tlp)
def test_an_export_pleases_every_judge(grade: Grade, marking: Tlp) -> None:
    exported = campaign_bundle(found_campaign(grade), RUN, statement(marking=marking))
    bundle = json.loads(exported)
    judge_by_stix2(bundle)  # strict: no custom content
    for thing in bundle["objects"]:
        assert oasis_faults(thing) == []
    assert validator_faults(exported) == []


def test_an_export_refers_to_nothing_outside_itself() -> None:
    bundle = json.loads(campaign_bundle(found_campaign(), RUN, statement()))
    present = {thing["id"] for thing in bundle["objects"]}
    assert len(present) == len(bundle["objects"])
    assert set(_references(bundle["objects"])) <= present


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [ref for part in value for ref in _references(part)]
    if not isinstance(value, dict):
        return []
    found = list(value.get("extensions", ()))
    found = [ref for ref in found if "60a3c5c5" not in ref]  # OASIS's own, published by OASIS
    for name, part in value.items():
        if name.endswith("_ref"):
            found.append(part)
        elif name.endswith("_refs"):
            found.extend(part)
        else:
            found.extend(_references(part))
    return found


def test_a_campaign_becomes_the_objects_that_the_store_keeps() -> None:
    objects = campaign_objects(found_campaign(members=4), RUN, statement())
    (stated,) = _of(objects, Campaign)
    accounts = _of(objects, UserAccount)
    memberships = _of(objects, Relationship)
    (note,) = _of(objects, Note)
    (grouping,) = _of(objects, Grouping)
    assert [account.user_id for account in accounts] == [
        member.account_id for member in found_campaign(members=4).accounts
    ]
    assert [(link.source_ref, link.target_ref) for link in memberships] == [
        (account.id, stated.id) for account in accounts
    ]
    assert note.object_refs == (stated.id,)
    assert set(grouping.object_refs) == {thing.id for thing in objects} - {grouping.id}
    assert stated.first_seen is not None
    assert stated.first_seen.text == "2026-02-02T02:40:00.000Z"


def test_the_finding_and_the_run_can_be_read_back_whole() -> None:
    finding = found_campaign("high")
    (stated,) = _of(campaign_objects(finding, RUN, statement()), Campaign)
    held, run = carried(stated, "campaign"), carried(stated, "run")
    assert held is not None
    assert run is not None
    assert msgspec.convert(held["finding"], Finding) == finding
    assert msgspec.convert(run["run"], Run) == RUN


def test_an_account_in_clear_is_refused_and_not_repeated() -> None:
    finding = msgspec.to_builtins(found_campaign("high"))
    finding["accounts"][0]["account_id"] = "clear.name"
    with pytest.raises(DeniedError, match="named in clear: 1") as caught:
        campaign_objects(finding, RUN, statement())
    assert "clear.name" not in f"{caught.value}{caught.value.hint}"


def test_pseudonyms_have_the_one_form_that_rights_gives_them() -> None:
    made = Pseudonymiser(b"k" * 32).of("@someone", "a platform")
    assert campaign.PSEUDONYM.fullmatch(made)
    assert campaign.PSEUDONYM.pattern == pseudonyms.PSEUDONYM.pattern
    members = schema("campaign")["$defs"]["Member"]["properties"]
    assert members["account_id"]["pattern"] == f"^{pseudonyms.PSEUDONYM.pattern}$"


def test_membership_and_lake_pointer_are_carried() -> None:
    objects = campaign_objects(found_campaign(), RUN, statement())
    part = carried(_of(objects, Relationship)[0], "membership")
    pointer = carried(_of(objects, Grouping)[0], "lake")
    assert part is not None
    assert (part["role"], part["score"], part["q_value"]) == ("originator", 1.0, 0.001)
    assert pointer is not None
    assert (pointer["run_id"], pointer["input_sha256"]) == ("run-1", "ab" * 32)


def test_mappings_give_the_same_objects_as_structs() -> None:
    finding, run = msgspec.to_builtins(found_campaign()), msgspec.to_builtins(RUN)
    assert campaign_objects(finding, run, statement()) == campaign_objects(
        found_campaign(), RUN, statement()
    )


def test_the_caveat_the_null_and_the_gaps_are_said() -> None:
    objects = campaign_objects(found_campaign(), RUN, statement())
    (note,) = _of(objects, Note)
    (stated,) = _of(objects, Campaign)
    assert CAVEAT in note.content
    assert RUN.null in note.content
    assert "Cannot show: who directs the accounts" in note.content
    assert stated.description is not None
    assert CAVEAT in stated.description


@pytest.mark.parametrize(
    ("p", "said"), [(0.0, "p < 1e-300"), (1e-300, "p < 1e-300"), (0.0021, "p = 0.0021")]
)
def test_the_chance_in_the_note_is_never_nothing(p: float, said: str) -> None:
    found = found_campaign()
    found = msgspec.structs.replace(
        found, significance=msgspec.structs.replace(found.significance, p_value=p)
    )
    (note,) = _of(campaign_objects(found, RUN, statement()), Note)
    assert f". {said}, corrected for the search." in note.content


def test_the_same_campaign_has_the_same_ids_later_and_in_a_new_version() -> None:
    first = campaign_objects(found_campaign(), RUN, statement())
    later = msgspec.structs.replace(statement(), modified=CREATED + timedelta(days=1))
    second = campaign_objects(found_campaign("high"), RUN, later)
    assert [thing.id for thing in first] == [thing.id for thing in second]
    (old,), (new,) = _of(first, Campaign), _of(second, Campaign)
    assert new.created == old.created
    assert new.modified.moment > old.modified.moment


def test_a_masked_copy_is_another_object_than_the_houses_own() -> None:
    own = campaign_objects(found_campaign(), RUN, statement(masked=False))
    masked = campaign_objects(found_campaign(), RUN, statement())
    shared = {thing.id for thing in own} & {thing.id for thing in masked}
    assert shared == {account.id for account in _of(own, UserAccount)}


@pytest.mark.parametrize("grade", ["moderate", "low"])
def test_below_high_no_handle_no_post_and_no_long_quotation_leaves(grade: Grade) -> None:
    text = f"@some.one writes {'a long text ' * 20} see https://social.example/@third_one/9"
    exported = campaign_bundle(found_campaign(grade, text), RUN, statement()).decode()
    for secret in ("some.one", "other_one", "third_one", "1234567890", "a long text " * 8):
        assert secret not in exported
    assert "@… writes a long text" in exported


def test_at_high_quotations_are_whole() -> None:
    text = f"@some.one writes {'a long text ' * 20}"
    exported = campaign_bundle(found_campaign("high", text), RUN, statement()).decode()
    assert text in exported


def test_every_object_carries_the_marking() -> None:
    for thing in campaign_objects(found_campaign(), RUN, statement(marking=Tlp.RED)):
        assert level_of_object(thing, default=Tlp.GREEN) is Tlp.RED


def test_what_is_exported_is_read_again_whole() -> None:
    exported = campaign_bundle(found_campaign(), RUN, statement())
    reading = read_bundle(exported, source="export.json")
    assert reading.rejected == ()
    assert [mapping_of(thing) for thing in reading.objects] == json.loads(exported)["objects"]
    assert reading.objects[0] == MINISTRY
