"""Labels are read in whichever way they are said, and never widened."""

from random import Random

import msgspec
import pytest

from legation.errors import UsageError
from legation.safeguards.sharing.gate.deciding import decide
from legation.safeguards.sharing.gate.derived import members, needs
from legation.stix.codec import mapping_of
from legation.stix.extensions import AUTHOR, carry, definition, extension_id
from legation.stix.ids import observable_id
from legation.stix.labels import Label, Pap, label_of
from legation.stix.tlp import Family, Tlp, marking_definition, marking_ref
from legation.store.cards import read_card
from worlds.shared_graphs import random_graph
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
from worlds.shared_truth import told_of

_FAMILIES: tuple[Family, ...] = ("oasis", "opencti", "tlp1")


def _defined(number: int, **content: object) -> Value:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": named("marking-definition", number),
        "created": MADE,
    } | content


def _marked(*definitions: Value, labels: list[str] | None = None) -> Value:
    refs = [one["id"] for one in definitions]
    return thing("campaign", 1, None, name="Grey") | (
        ({"object_marking_refs": refs} if refs else {}) | ({"labels": labels} if labels else {})
    )


@pytest.mark.parametrize("family", _FAMILIES)
@pytest.mark.parametrize("level", Tlp)
@pytest.mark.parametrize("ceiling", Tlp)
def test_a_level_of_any_family_is_held_above_the_ceiling(
    family: Family, level: Tlp, ceiling: Tlp
) -> None:
    value = thing("campaign", 1, None, name="x", object_marking_refs=[marking_ref(level, family)])
    named_ceiling = str(ceiling).removeprefix("TLP:").lower()
    sent = only(value, policy(sharing={"tlp": named_ceiling}))
    read = Tlp.RED if family == "tlp1" and level is Tlp.AMBER_STRICT else level
    assert (sent is not None) == (read <= ceiling)


@pytest.mark.parametrize("source", _FAMILIES)
@pytest.mark.parametrize("family", _FAMILIES)
def test_a_level_is_said_in_the_ids_of_the_partner_and_the_object_keeps_its_id(
    source: Family, family: Family
) -> None:
    value = thing("campaign", 1, None, name="x")
    value["object_marking_refs"] = [marking_ref(Tlp.AMBER, source)]
    preview = decide([value], policy(sharing={"tlp": "red", "tlp_family": family}), context())
    sent = left(preview, value)
    assert sent == value | {"object_marking_refs": [marking_ref(Tlp.AMBER, family)]}
    assert mapping_of(marking_definition(Tlp.AMBER, family)) in preview.leaving
    assert verdict(preview, value).outcome == "sent"


@pytest.mark.parametrize(
    ("family", "said"), [("oasis", "AMBER+STRICT"), ("opencti", "AMBER+STRICT"), ("tlp1", "RED")]
)
def test_amber_strict_is_said_as_strictly_as_the_family_can(family: str, said: str) -> None:
    value = thing("campaign", 1, Tlp.AMBER_STRICT, name="x")
    rules = policy(sharing={"tlp": "amber+strict", "tlp_family": family})
    sent = only(value, rules)
    assert sent is not None
    level = Tlp[said.replace("+", "_")]
    assert sent["object_marking_refs"] == [marking_ref(level, family)]  # type: ignore[arg-type]  # a family


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (_marked(), "TLP:GREEN"),
        (_marked(labels=["tlp:clear"]), "TLP:GREEN"),
        (_marked(labels=["TLP:Amber+Strict"]), "TLP:AMBER+STRICT"),
        (_marked(labels=["tlp:ex:chr"]), "TLP:RED"),
        (_marked(labels=["pap:amber"]), "TLP:GREEN · PAP:AMBER"),
        (thing("campaign", 1, None, name="x", object_marking_refs="garbage"), "TLP:RED · PAP:RED"),
        (thing("campaign", 1, None, name="x", granular_markings=[{}]), "TLP:RED · PAP:RED"),
        (
            thing("campaign", 1, name="x", granular_markings=[
                {"marking_ref": marking_ref(Tlp.RED), "selectors": ["nothing.here"]}
            ]),
            "TLP:RED · PAP:RED",
        ),
    ],
)  # fmt: skip
def test_what_an_object_says_of_itself_is_read_as_the_strictest(value: Value, label: str) -> None:
    assert verdict(decide([value], policy(), context()), value).label == label


@pytest.mark.parametrize(
    ("content", "label"),
    [
        ({"definition_type": "statement", "definition": {"statement": "(c) Body"}}, "TLP:GREEN"),
        ({"definition_type": "statement", "definition": {"statement": "TLP:AMBER"}}, "TLP:AMBER"),
        ({"definition_type": "statement", "definition": {"statement": "PAP:RED"}},
         "TLP:GREEN · PAP:RED"),
        ({"definition_type": "statement", "definition": {"statement": "tlp 2 purple"}},
         "TLP:RED"),
        ({"name": "PAP:AMBER", "extensions": {"extension-definition--x": {}}},
         "TLP:GREEN · PAP:AMBER"),
        ({"definition_type": "iep", "definition": {"name": "x"}}, "TLP:RED · PAP:RED"),
        ({"definition_type": "tlp", "definition": {"tlp": "white"}}, "TLP:RED · PAP:RED"),
        ({"name": "TLP:CLEAR"}, "TLP:RED · PAP:RED"),
    ],
)  # fmt: skip
def test_a_definition_says_what_it_can_prove(content: Value, label: str) -> None:
    marking = _defined(9, **content)
    value = _marked(marking)
    for objects, parts in (([value, marking], {}), ([value], {"definitions": (marking,)})):
        preview = decide(objects, policy(), context(**parts))
        assert verdict(preview, value).label == label
    assert verdict(decide([value], policy(), context()), value).label == "TLP:RED · PAP:RED"


def test_a_forged_definition_of_a_level_is_refused_and_the_level_holds() -> None:
    forged = _defined(9, definition_type="tlp", definition={"tlp": "white"})
    forged["id"] = marking_ref(Tlp.RED)
    value = thing("campaign", 1, Tlp.RED, name="x")
    preview = decide([forged, value], policy(sharing={"tlp": "red"}), context())
    assert verdict(preview, forged).outcome == "held"
    assert "published definition" in verdict(preview, forged).reasons[0]
    assert mapping_of(marking_definition(Tlp.RED)) in preview.leaving
    assert forged not in preview.leaving
    assert only(value) is None


@pytest.mark.parametrize("real", [AUTHOR, definition("label")])
def test_a_forged_definition_of_our_extension_is_refused(real: msgspec.Struct) -> None:
    value = mapping_of(real)  # type: ignore[arg-type]  # both are objects
    assert "its id stands for" in why(value | {"description": "forged"})[0]
    assert "its id stands for" not in why(value)[0]


def test_two_definitions_under_one_id_are_none() -> None:
    one = _defined(9, definition_type="statement", definition={"statement": "(c) Body"})
    two = one | {"definition": {"statement": "(c) Other"}}
    value = _marked(one)
    preview = decide([value], policy(), context(definitions=(one, two)))
    assert verdict(preview, value).label == "TLP:RED · PAP:RED"


def test_a_statement_goes_along_and_one_that_nothing_points_to_stays() -> None:
    used, idle = (
        _defined(number, definition_type="statement", definition={"statement": f"Terms {number}"})
        for number in (8, 9)
    )
    value = _marked(used)
    preview = decide([value, used, idle], policy(), context())
    assert used in preview.leaving
    assert idle not in preview.leaving
    assert verdict(preview, idle).reasons == ("nothing that leaves points to it",)
    sent = left(preview, value)
    assert sent is not None
    assert sent["object_marking_refs"] == [marking_ref(Tlp.GREEN), used["id"]]


def test_the_house_default_is_never_clear() -> None:
    with pytest.raises(UsageError):
        decide([_marked()], policy(), context(default=Tlp.CLEAR))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"pap": "red"}, "PAP:RED is above the partner's ceiling PAP:CLEAR"),
        ({"levels": ["secret"]}, "the partner does not hold the level secret"),
        ({"compartments": ["talks"]}, "the partner is not in the compartment talks"),
        ({"releasable_to": ["QMB", "QMC"]}, "not releasable to QMA"),
        ({"restricted": True}, "not releasable to QMA"),
    ],
)
def test_each_scale_of_the_label_holds_with_its_reason(content: Value, reason: str) -> None:
    value = thing("campaign", 1, name="x", extensions=carry("label", content))
    assert why(value, ladder=("restricted", "secret")) == (reason,)


def test_the_partner_gets_its_own_code_alone_of_those_it_is_releasable_to() -> None:
    content = {"releasable_to": ["QMA", "QMB", "QMC"], "levels": ["restricted"]}
    value = thing("campaign", 1, name="x", extensions=carry("label", content))
    rules = policy(sharing={"level": "secret"})
    sent = only(value, rules, ladder=("restricted", "secret"))
    assert sent is not None
    assert sent["id"] == value["id"]
    assert label_of(sent) == Label(
        tlp=Tlp.GREEN, levels=("restricted",), restricted=True, releasable_to=("QMA",)
    )


def test_a_partner_may_be_meant_by_another_code() -> None:
    value = thing("campaign", 1, name="x", extensions=carry("label", {"releasable_to": ["QMA-C"]}))
    assert only(value) is None
    sent = only(value, policy(sharing={"parties": ["QMA-C"]}))
    assert sent is not None
    assert label_of(sent).releasable_to == ("QMA",)


def test_an_arrow_is_as_strict_as_its_stricter_end() -> None:
    ends = thing("campaign", 1, Tlp.AMBER, name="x"), thing("malware", 2, is_family=False)
    arrow = thing("relationship", 3, Tlp.CLEAR, relationship_type="uses",
                  source_ref=ends[0]["id"], target_ref=ends[1]["id"])  # fmt: skip
    note = thing("note", 4, Tlp.CLEAR, content="so", object_refs=[arrow["id"]])
    objects = [note, arrow, *ends]
    held = decide(objects, policy(), context())
    assert [verdict(held, one).outcome for one in (arrow, note)] == ["held", "held"]
    assert "by what it tells of" in verdict(held, note).reasons[0]
    sent = decide(objects, policy(sharing={"tlp": "amber"}), context())
    assert [label_of(left(sent, one) or {}).tlp for one in (arrow, note)] == [Tlp.AMBER] * 2


def test_a_report_is_cut_and_as_strict_as_what_is_left_in_it() -> None:
    some = [thing("campaign", number, level, name="x") for number, level in enumerate(Tlp)]
    report = thing("report", 9, Tlp.CLEAR, name="r", published=MADE,
                   object_refs=[one["id"] for one in some])  # fmt: skip
    preview = decide([report, *some], policy(sharing={"tlp": "amber"}), context())
    sent = left(preview, report)
    assert sent is not None
    assert sent["object_refs"] == [one["id"] for one in some[:3]]
    assert label_of(sent).tlp is Tlp.AMBER
    assert sent["id"] != report["id"]
    assert decide([report, *some[3:]], policy(), context()).leaving == ()


def test_a_finding_is_as_strict_as_its_members_at_hand() -> None:
    member = seen("user-account", 1, Tlp.AMBER, user_id="acct-" + "a" * 26)
    member["id"] = observable_id("user-account", {"user_id": member["user_id"]})
    finding = {"finding": {"accounts": [{"account_id": member["user_id"]}]}}
    campaign = thing("campaign", 2, name="x", extensions=carry("campaign", finding))
    assert only(campaign) is not None
    assert left(decide([campaign, member], policy(), context()), campaign) is None


def test_a_marked_part_above_the_ceiling_is_cut_and_other_selectors_follow() -> None:
    value = thing("campaign", 1, name="Grey", description="why", labels=["one", "two", "three"],
                  external_references=[{"source_name": "a", "url": "u"}, {"source_name": "b",
                  "external_id": "1", "description": "d"}])  # fmt: skip
    value["granular_markings"] = [
        {"marking_ref": marking_ref(Tlp.RED), "selectors": ["description", "labels.[0]"]},
        {"marking_ref": marking_ref(Tlp.RED), "selectors": ["external_references.[0].url"]},
        {"marking_ref": marking_ref(Tlp.AMBER), "selectors": ["labels.[2]"]},
        {"lang": "de", "selectors": ["external_references.[1].description", "description"]},
    ]
    preview = decide([value], policy(sharing={"tlp": "amber"}), context())
    sent = left(preview, value)
    assert sent is not None
    assert "description" not in sent
    assert sent["labels"] == ["two", "three"]
    assert [row["source_name"] for row in sent["external_references"]] == ["b"]
    assert sent["granular_markings"] == [
        {"marking_ref": marking_ref(Tlp.AMBER), "selectors": ["labels.[1]"]},
        {"lang": "de", "selectors": ["external_references.[0].description"]},
    ]
    assert sent["id"] != value["id"]
    assert "cut: description, external_references, labels" in verdict(preview, value).reasons[0]


@pytest.mark.parametrize("selector", ["name", "id", "type", "created"])
def test_an_object_that_is_none_without_its_marked_part_is_held(selector: str) -> None:
    value = thing("campaign", 1, name="Grey")
    value["granular_markings"] = [{"marking_ref": marking_ref(Tlp.RED), "selectors": [selector]}]
    assert why(value) == (f"its {selector} is marked above the partner's ceiling",)


def test_a_wider_part_does_not_widen_its_object() -> None:
    value = thing("campaign", 1, Tlp.AMBER, name="Grey", description="why")
    value["granular_markings"] = [
        {"marking_ref": marking_ref(Tlp.CLEAR), "selectors": ["description"]}
    ]
    assert only(value) is None
    sent = only(value, policy(sharing={"tlp": "amber"}))
    assert sent is not None
    assert "granular_markings" not in sent


def test_a_part_of_an_extension_is_cut_too() -> None:
    other = "extension-definition--00000000-0000-4000-8000-000000000007"
    value = thing("campaign", 1, name="Grey", extensions={other: {"a": {"b": ["x", "y"]}}})
    value["granular_markings"] = [
        {"marking_ref": marking_ref(Tlp.RED), "selectors": [f"extensions.{other}.a.b.[0]"]}
    ]
    sent = only(value)
    assert sent is not None
    assert sent["extensions"] == {other: {"a": {"b": ["y"]}}}


def test_objects_need_the_same_others_as_in_the_store() -> None:
    pseudonym = "acct-" + "b" * 26
    finding = {"finding": {"accounts": [{"account_id": pseudonym}]}}
    campaign = thing("campaign", 2, name="x", extensions=carry("campaign", finding))
    capture = thing(
        "observed-data",
        3,
        first_observed=MADE,
        last_observed=MADE,
        number_observed=1,
        extensions={extension_id("capture"): {"belongs_to_ref": campaign["id"]}},
    )
    tried = [campaign, capture]
    for seed in range(60):
        graph = random_graph(Random(seed))  # noqa: S311 - a seed, and no secret
        tried += [one for one in graph.newest.values() if told_of(one)]
    for value in tried:
        card = read_card(msgspec.json.encode(value))
        assert {*needs(value), *members(value)} == set(card.needs)
    assert len(tried) > 100


def test_the_levels_of_pap_are_ordered() -> None:
    value = thing("campaign", 1, name="x", extensions=carry("label", {"pap": "amber"}))
    assert only(value, policy(action={"pap": "green"})) is None
    sent = only(value, policy(action={"pap": "amber"}))
    assert sent is not None
    assert label_of(sent).pap is Pap.AMBER


def test_a_part_that_loses_its_place_with_a_name_raises_the_whole() -> None:
    value = thing("campaign", 1, name="x", x_by={"Ann.Basalt@mail.example": {"said": "secret"}})
    value["granular_markings"] = [
        {"marking_ref": marking_ref(Tlp.AMBER), "selectors": ["x_by.Ann.Basalt@mail.example"]}
    ]
    sent = only(value, policy(sharing={"tlp": "amber"}), names=("Ann.Basalt@mail.example",))
    assert sent is not None
    assert "secret" in str(sent)
    assert "Basalt" not in str(sent)
    stated = {row["marking_ref"] for row in sent.get("granular_markings", ())}
    assert marking_ref(Tlp.AMBER) in {*sent["object_marking_refs"], *stated}
