"""What is redacted says nothing of who somebody is, and what is left of it is still true."""

import json
from typing import Any

import pytest

from legation.rights.pseudonyms import PSEUDONYM, Pseudonymiser
from legation.safeguards.sharing.gate.context import Account
from legation.safeguards.sharing.gate.deciding import decide
from legation.stix.codec import object_of
from legation.stix.extensions import carried, carry, extension_id
from legation.stix.tlp import Tlp
from worlds.judges import oasis_faults
from worlds.shared_objects import (
    MADE,
    Value,
    context,
    left,
    named,
    only,
    policy,
    seen,
    thing,
    verdict,
    why,
)
from worlds.shared_truth import SECRET

_ACCOUNT = seen("user-account", 1, user_id="ann_basalt", account_login="ann", account_type="perch",
                display_name="Ann Basalt", credential="pw", account_created=MADE)  # fmt: skip
_ADDRESS = seen("email-addr", 2, value="ann@basalt.example", display_name="Ann Basalt",
                belongs_to_ref=_ACCOUNT["id"])  # fmt: skip
_PERSON = thing("identity", 3, name="Ann Basalt", identity_class="individual", roles=["clerk"],
                contact_information="+999 1 234 567", sectors=["education"])  # fmt: skip
_TARGET = thing("identity", 4, name="Ministry of Grain", identity_class="organization",
                sectors=["agriculture"], contact_information="Hall 3")  # fmt: skip
_US = thing("identity", 5, name="Foreign Office of QMB", identity_class="organization")


def test_an_account_keeps_its_platform_and_nothing_that_names_it() -> None:
    sent = only(_ACCOUNT)
    assert sent is not None
    assert sent["account_type"] == "perch"
    assert PSEUDONYM.fullmatch(sent["user_id"])
    assert sent["user_id"] != Pseudonymiser(SECRET).of("ann_basalt", "perch")
    assert carried(object_of(sent), "pseudonym") == {
        "extension_type": "property-extension",
        "method": "keyed-hash",
    }
    assert {*sent} == {"type", "spec_version", "id", "object_marking_refs", "user_id",
                       "account_type", "account_created", "extensions"}  # fmt: skip
    assert oasis_faults(sent) == []


def test_an_account_under_the_desks_pseudonym_leaves_under_the_partners() -> None:
    house = Pseudonymiser(SECRET).of("ann_basalt", "perch")
    stored = seen("user-account", 1, user_id=house, account_type="perch",
                  extensions=carry("pseudonym", {"method": "keyed-hash"}))  # fmt: skip
    finding = {"finding": {"accounts": [{"account_id": house}], "note": f"by {house}"}}
    campaign = thing("campaign", 2, name="x", extensions=carry("campaign", finding))
    preview = decide([stored, campaign, _ACCOUNT | {"id": named("user-account", 9)}], policy(),
                     context())  # fmt: skip
    assert house not in json.dumps(preview.leaving)
    account, told = left(preview, stored), left(preview, campaign)
    assert account is not None
    assert told is not None
    inner = told["extensions"][extension_id("campaign")]["finding"]
    assert inner["accounts"][0]["account_id"] == account["user_id"]
    assert inner["note"] == f"by {account['user_id']}"
    clear = next(one for one in preview.leaving
                 if one["type"] == "user-account" and one["id"] != account["id"])  # fmt: skip
    assert clear["user_id"] == account["user_id"]


def test_an_address_leads_nowhere_and_points_to_its_account() -> None:
    preview = decide([_ADDRESS, _ACCOUNT], policy(), context())
    address, account = left(preview, _ADDRESS), left(preview, _ACCOUNT)
    assert address is not None
    assert account is not None
    assert address["value"].endswith("@person.invalid")
    assert address["belongs_to_ref"] == account["id"]
    assert "display_name" not in address


def test_a_person_keeps_their_sector_and_is_called_alike_in_texts() -> None:
    campaign = thing("campaign", 9, name="x", description="Ann Basalt was its target")
    preview = decide([_PERSON, campaign], policy(), context())
    person, told = left(preview, _PERSON), left(preview, campaign)
    assert person is not None
    assert told is not None
    assert told["description"] == f"{person['name']} was its target"
    assert {*person} == {"type", "spec_version", "id", "created", "modified", "name",
                         "object_marking_refs", "identity_class", "sectors"}  # fmt: skip


@pytest.mark.parametrize("unsaid", [{}, {"identity_class": "unknown"}])
def test_an_identity_that_does_not_say_what_it_is_may_be_a_person(unsaid: Value) -> None:
    sent = only(thing("identity", 3, name="Ann Basalt", **unsaid))
    assert sent is not None
    assert sent["name"].startswith("person-")


def test_an_organisation_keeps_its_name_and_no_way_to_reach_its_people() -> None:
    sent = only(_TARGET)
    assert sent is not None
    assert sent["name"] == "Ministry of Grain"
    assert "contact_information" not in sent


@pytest.mark.parametrize("kind", ["phone-number", "bank-account", "payment-card", "credential"])
def test_what_is_nothing_without_its_number_is_held(kind: str) -> None:
    rules = policy(types={"custom": ["*"]})
    assert "nothing is left of it" in why(seen(kind, 1, value="+999 1 234 567"), rules)[0]


def test_an_affected_party_stands_under_a_pseudonym_everywhere() -> None:
    actor = thing("campaign", 6, name="x", description="against the Ministry of Grain")
    arrow = thing("relationship", 7, relationship_type="targets", source_ref=actor["id"],
                  target_ref=_TARGET["id"])  # fmt: skip
    objects = [actor, arrow, _TARGET]
    preview = decide(objects, policy(sharing={"affected": "obfuscate"}), context())
    assert "Grain" not in json.dumps(preview.leaving)
    sent = left(preview, _TARGET)
    assert sent is not None
    assert sent["name"].startswith("party-")
    assert sent["sectors"] == ["agriculture"]
    assert "Grain" in json.dumps(decide(objects, policy(), context()).leaving)


@pytest.mark.parametrize("attribution", ["named", "pseudonym", "anonymous"])
def test_our_name_stands_on_it_or_not(attribution: str) -> None:
    campaign = thing("campaign", 6, name="x", description="seen by the Foreign Office of QMB",
                     created_by_ref=_US["id"])  # fmt: skip
    rules = policy(sharing={"attribution": attribution})
    preview = decide([campaign, _US], rules, context(house=frozenset({_US["id"]})))
    sent = left(preview, campaign)
    assert sent is not None
    told = json.dumps(preview.leaving)
    assert ("Foreign Office" in told) == (attribution == "named")
    assert (_US["id"] in told) == (attribution == "named")
    if attribution == "anonymous":
        assert "created_by_ref" not in sent
    if attribution == "pseudonym":
        author = next(one for one in preview.leaving if one["id"] == sent["created_by_ref"])
        assert author["name"].startswith("source-")
        assert oasis_faults(dict(author)) == []


def test_an_author_who_is_held_is_not_named() -> None:
    secret = thing("identity", 5, Tlp.RED, name="Source", identity_class="organization")
    campaign = thing("campaign", 6, name="x", created_by_ref=secret["id"])
    preview = decide([campaign, secret], policy(), context())
    sent = left(preview, campaign)
    assert sent is not None
    assert "created_by_ref" not in sent
    assert "its author is not named" in verdict(preview, campaign).reasons


def test_the_roster_of_partners_never_leaves() -> None:
    partner = thing("identity", 5, Tlp.CLEAR, name="QMC-CERT", identity_class="organization")
    campaign = thing("campaign", 6, name="x", created_by_ref=partner["id"])
    preview = decide([campaign, partner], policy(), context(roster=frozenset({partner["id"]})))
    assert verdict(preview, partner).reasons == ("it tells who the partners are",)
    assert "QMC" not in json.dumps(preview.leaving)


@pytest.mark.parametrize(
    "pattern",
    [
        "[email-addr:value = 'ann@basalt.example']",
        "[user-account:account_login = 'ann_basalt']",
        "[email-message:subject = 'Ann Basalt']",
        "[file:parent_directory_ref.path = 'C:\\\\Users\\\\ann\\\\x']",
    ],
)
def test_an_indicator_whose_pattern_names_a_person_is_held(pattern: str) -> None:
    value = thing("indicator", 1, pattern=pattern, pattern_type="stix", valid_from=MADE)
    parts: dict[str, Any] = {"names": ("Ann Basalt",), "accounts": (Account("ann_basalt"),)}
    assert "its pattern names somebody" in why(value, **parts)[0]
    plain = value | {"pattern": "[domain-name:value = 'a.example']"}
    assert only(plain, **parts) == plain


def test_bodies_are_stripped() -> None:
    rules = policy(redaction={"strip_bodies": True})
    mail = seen("email-message", 1, is_multipart=False, body="secret", subject="Hello",
                message_id="<1@host.example>", date=MADE)  # fmt: skip
    sent = only(mail, rules)
    assert sent is not None
    assert sent["subject"] == "Hello"
    assert not {"body", "message_id"} & sent.keys()
    process = seen("process", 2, pid=3, command_line="run", cwd="/x")
    assert {*(only(process, rules) or {})} >= {"pid"}
    assert "command_line" not in (only(process, rules) or {})
    web = {"http-request-ext": {"request_method": "get", "request_value": "/",
                                "request_header": {"Cookie": ["c"]}}}  # fmt: skip
    traffic = seen("network-traffic", 3, protocols=["tcp"], src_ref=named("ipv4-addr", 4),
                   extensions=web)  # fmt: skip
    preview = decide([traffic, seen("ipv4-addr", 4, value="198.51.100.4")], rules, context())
    assert "Cookie" not in json.dumps(preview.leaving)
    assert '"get"' in json.dumps(preview.leaving)


def test_a_payload_never_goes_where_persons_do_not() -> None:
    bare = seen("artifact", 1, payload_bin="AAAA")
    linked = seen("artifact", 2, payload_bin="AAAA", url="https://a.example/b",
                  hashes={"SHA-256": "ab" * 32})  # fmt: skip
    assert "nothing is left of it without its payload_bin or url" in why(bare)[0]
    sent = only(linked)
    assert sent is not None
    assert "payload_bin" not in sent
    send = policy(persons={"rule": "send", "purpose": "answer-authority"})
    assert only(bare, send) == bare


def test_of_a_note_the_abstract_alone_goes_where_notes_are_stripped() -> None:
    about = thing("campaign", 1, name="x")
    note = thing("note", 2, content="all of it", abstract="part", authors=["Ann Basalt"],
                 object_refs=[about["id"]])  # fmt: skip
    mute = thing("note", 3, content="all of it", object_refs=[about["id"]])
    preview = decide([about, note, mute], policy(redaction={"strip_notes": True}), context())
    sent = left(preview, note)
    assert sent is not None
    assert sent["content"] == "part"
    assert "authors" not in sent
    assert verdict(preview, mute).outcome == "held"


def test_of_a_sighting_the_count_alone_goes_unless_the_policy_says_more() -> None:
    data = thing("observed-data", 1, first_observed=MADE, last_observed=MADE, number_observed=1,
                 object_refs=[named("ipv4-addr", 2)])  # fmt: skip
    address = seen("ipv4-addr", 2, value="198.51.100.4")
    about = thing("campaign", 3, name="x")
    sighting = thing(
        "sighting",
        4,
        sighting_of_ref=about["id"],
        count=7,
        observed_data_refs=[data["id"]],
        where_sighted_refs=[_TARGET["id"]],
    )
    objects = [data, address, about, sighting, _TARGET]
    sent = left(decide(objects, policy(redaction={"sightings": "counts"}), context()), sighting)
    assert sent is not None
    assert sent["count"] == 7
    assert not {"observed_data_refs", "where_sighted_refs"} & sent.keys()
    full = left(decide(objects, policy(), context()), sighting)
    assert full is not None
    assert full["observed_data_refs"] == [data["id"]]


def test_embedded_objects_have_no_marking_and_stay() -> None:
    data = thing("observed-data", 1, first_observed=MADE, last_observed=MADE, number_observed=1,
                 objects={"0": {"type": "ipv4-addr", "value": "198.51.100.4"}})  # fmt: skip
    assert "nothing is left of it without its object_refs" in why(data)[0]


def test_the_rule_hold_holds_what_has_personal_data_and_sends_the_rest() -> None:
    rules = policy(persons={"rule": "hold"})
    told = thing("campaign", 6, name="x", description="with Ann Basalt")
    plain = thing("campaign", 7, name="y")
    preview = decide([_PERSON, _ACCOUNT, told, plain], rules, context())
    outcomes = [verdict(preview, one).outcome for one in (_PERSON, _ACCOUNT, told, plain)]
    assert outcomes == ["held", "held", "held", "sent"]


def test_the_rule_send_sends_persons_as_they_are() -> None:
    rules = policy(persons={"rule": "send", "purpose": "warn-person"})
    told = thing("campaign", 6, name="x", description="with Ann Basalt, ann@basalt.example")
    preview = decide([_PERSON, _ACCOUNT, _ADDRESS, told], rules, context(names=("Ann Basalt",)))
    assert {one.outcome for one in preview.verdicts} == {"sent"}
    assert left(preview, _PERSON) == _PERSON


def test_a_published_technique_keeps_its_id_unless_it_names_somebody_known() -> None:
    author = thing("identity", 8, name="Publisher", identity_class="organization")
    technique = thing("attack-pattern", 9, name="Phishing", created_by_ref=author["id"],
                      description="see support@vendor.example")  # fmt: skip
    preview = decide([technique, author], policy(redaction={"times": "day"}), context())
    assert left(preview, technique) is not None
    own = technique | {"description": "as Ann Basalt saw"}
    sent = left(decide([own, author], policy(), context(names=("Ann Basalt",))), own)
    assert sent is not None
    assert sent["id"] != own["id"]
    ours = decide([technique, author], policy(), context(house=frozenset({author["id"]})))
    assert "support@" not in json.dumps(ours.leaving)


def test_a_translation_of_what_has_a_pseudonym_is_held() -> None:
    words = thing("language-content", 9, object_ref=_PERSON["id"],
                  contents={"de": {"name": "Anna Basalt"}})  # fmt: skip
    preview = decide([_PERSON, words], policy(), context())
    assert verdict(preview, words).reasons == ("it translates what goes under a pseudonym",)


def test_a_number_that_is_a_telephone_number_is_taken_out() -> None:
    value = thing("campaign", 1, name="x", x_number=9991234567, x_size=12)
    sent = only(value, names=("+999 1 234 567",))
    assert sent is not None
    assert "x_number" not in sent
    assert sent["x_size"] == 12


def test_a_type_that_names_somebody_is_held() -> None:
    value = thing("x-annbasalt-list", 1, name="x")
    rules = policy(types={"custom": ["*"]})
    assert "cannot be taken out" in why(value | {"description": "Ann Basalt"}, rules,
                                        names=("Ann Basalt",))[0]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "kind", "goes"),
    [
        ({"send": ["campaign"]}, "campaign", True),
        ({"send": ["campaign"]}, "malware", False),
        ({"send": ["*"]}, "x-thing", False),
        ({"send": ["*"], "custom": ["x-thing"]}, "x-thing", True),
        ({"send": ["*"], "custom": ["*"], "hold": ["x-thing"]}, "x-thing", False),
        ({"send": ["*"], "hold": ["campaign"]}, "campaign", False),
        ({"send": ["*"], "hold": ["*"]}, "campaign", False),
    ],
)
def test_the_types_that_go_are_those_that_are_named(rules: Value, kind: str, *, goes: bool) -> None:
    value = thing(kind, 1, name="x", is_family=False)
    assert (only(value, policy(types=rules)) is not None) == goes


def test_two_keys_that_name_one_person_are_both_kept() -> None:
    value = thing("campaign", 1, name="x", x_by={"Ann Basalt": 1, "ann.basalt": 2, "other": 3})
    sent = only(value, names=("Ann Basalt",))
    assert sent is not None
    assert sorted(sent["x_by"].values()) == [1, 2, 3]
    assert "asalt" not in json.dumps(sent)
