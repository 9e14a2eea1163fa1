"""A level in `labels` is found however a program or a person has written it."""

from typing import Any

import pytest

from legation.safeguards.sharing.gate.deciding import decide
from legation.safeguards.sharing.gate.tags import is_tag, levels_of_tag
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp
from worlds.shared_objects import context, left, only, policy, thing, verdict


@pytest.mark.parametrize(
    "label",
    ["TLP RED", "tlp-red", "tlp_red", "TLP.RED", "[TLP:RED]", "#tlp:red", "misp:tlp:red", "tlp=red",
     "\uff34\uff2c\uff30\uff1a\uff32\uff25\uff24", "tlp\uff1ared", "\u200btlp:red", "t\u00adlp:red",
     "traffic-light=red", "TLP 2.0 RED",
     "marking: TLP:RED", "for us (tlp red) alone", "\u0442lp:red", "tl\u0440:red", "tlp:purple",
     "tlp:green, later tlp:red"],
)  # fmt: skip
def test_a_label_that_says_red_holds_its_object(label: str) -> None:
    value = thing("campaign", 1, Tlp.GREEN, name="x", labels=["seen", label])
    preview = decide([value], policy(sharing={"tlp": "amber+strict"}), context())
    assert preview.leaving == ()
    assert verdict(preview, value).label == "TLP:RED"


@pytest.mark.parametrize("label", ["PAP RED", "[pap:red]", "misp:pap-red", "\uff30AP\uff1aRED"])
def test_a_label_that_says_what_may_be_done_holds_its_object(label: str) -> None:
    value = thing("campaign", 1, Tlp.GREEN, name="x", labels=[label])
    assert only(value, policy(action={"pap": "amber"})) is None
    assert levels_of_tag(label) == (None, Pap.RED)


@pytest.mark.parametrize(
    "label",
    ["tlpdump", "xtlp:red", "tlp redirect", "tlp report", "red", "pap-smear", "amber alert",
     "heltlp red"],
)  # fmt: skip
def test_a_label_that_names_no_level_is_a_word(label: str) -> None:
    value = thing("campaign", 1, Tlp.GREEN, name="x", labels=[label])
    assert only(value) == value


def test_the_levels_between_are_told_apart() -> None:
    said = {
        "tlp amber": Tlp.AMBER,
        "tlp:amber-strict": Tlp.AMBER_STRICT,
        "TLP:AMBER + STRICT": Tlp.AMBER_STRICT,
        "tlp_white": Tlp.CLEAR,
        "TLP v2 green": Tlp.GREEN,
    }
    assert {label: levels_of_tag(label)[0] for label in said} == said


def test_a_label_that_says_less_than_holds_does_not_leave_and_others_do() -> None:
    labels = ["seen", "TLP GREEN", "tlp:amber", "tlp green is what it was"]
    value = thing("campaign", 1, Tlp.AMBER, name="x", labels=labels)
    sent = left(decide([value], policy(sharing={"tlp": "amber"}), context()), value)
    assert sent is not None
    assert sent["labels"] == ["seen", "tlp:amber", "tlp green is what it was"]
    assert sent["id"] == value["id"]
    assert is_tag("TLP GREEN")
    assert not is_tag("tlp green is what it was")


@pytest.mark.parametrize(
    "more",
    [
        {"labels": "tlp:red"},
        {"labels": {"of": ["tlp:red"]}},
        {"labels": [["tlp:red"]]},
        {"x_misp_tags": ["tlp:red"]},
        {"x_opencti_labels": [{"value": "TLP RED"}]},
        {"x_tlp": "RED"},
    ],
)
def test_a_level_is_read_in_what_programs_call_labels(more: dict[str, Any]) -> None:
    assert only(thing("campaign", 1, Tlp.GREEN, name="x", **more)) is None
