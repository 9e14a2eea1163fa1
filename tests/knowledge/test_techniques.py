"""The techniques are those of the framework, under its numbers and names."""

import json
from pathlib import Path

import pytest

from legation.errors import BadInputError
from legation.knowledge.techniques import read_techniques, techniques

_FILE = Path(__file__).parents[2].parent / "shared" / "data" / "stix" / "disarm-stix.json"
_GOOD = """
[source]
name = "n"
publisher = "p"
version = "1"
as_of = 2026-01-01
licence = "l"
"""
_FACT = """
[[technique]]
id = "T1"
name = "n"
stix_id = "attack-pattern--1"
tactic = "t"
observed_in = []
when = "w"
"""


@pytest.mark.data
def test_numbers_names_ids_and_tactics_are_the_frameworks() -> None:
    if not _FILE.is_file():
        pytest.skip("the shared STIX sample is not here")
    published = {
        reference["external_id"]: (thing["name"], thing["id"], phase["phase_name"])
        for thing in json.loads(_FILE.read_text("utf-8"))["objects"]
        if thing["type"] == "attack-pattern"
        for reference in thing["external_references"][:1]
        for phase in thing["kill_chain_phases"][:1]
    }
    for fact in techniques():
        assert (fact.name, fact.stix_id, fact.tactic) == published[fact.id]


@pytest.mark.data
def test_the_as_of_date_is_that_of_the_edition() -> None:
    if not _FILE.is_file():
        pytest.skip("the shared STIX sample is not here")
    objects = json.loads(_FILE.read_text("utf-8"))["objects"]
    latest = max(thing["modified"] for thing in objects if "modified" in thing)
    assert {fact.source.as_of.isoformat() for fact in techniques()} == {latest[:10]}


def test_each_fact_has_its_source_and_says_when_it_holds() -> None:
    for fact in techniques():
        assert fact.source.publisher == "DISARM Foundation"
        assert fact.source.version
        assert len(fact.when) > 20


def test_no_technique_claims_a_speed_that_the_layer_alone_does_not_show() -> None:
    assert [fact.id for fact in techniques() if "second" in fact.when] == []


def test_every_layer_of_co_action_suggests_some_technique() -> None:
    seen = {layer for fact in techniques() for layer in fact.observed_in}
    layers = {"repost", "link", "image", "text", "near-text", "hashtags", "reply", "similarity"}
    assert seen == layers


def test_techniques_come_in_order_of_their_numbers() -> None:
    numbers = [fact.id for fact in techniques()]
    assert numbers == sorted(set(numbers))


def test_a_good_file_is_read() -> None:
    (fact,) = read_techniques(_GOOD + _FACT)
    assert (fact.id, fact.source.licence) == ("T1", "l")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[source", "Expected"),
        (_FACT, "missing required field"),
        (_GOOD + _FACT + "extra = 1", "unknown field"),
        (_GOOD + _FACT + _FACT, "comes twice"),
        (_GOOD + _FACT.replace('"n"', "1"), "Expected `str`"),
        (_GOOD + _FACT + "[other]", "unknown part"),
        (_GOOD + "technique = 3", "unknown field"),
        ("technique = 3\n" + _GOOD, "not iterable"),
    ],
)
def test_a_bad_file_is_refused_with_its_name(text: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message) as caught:
        read_techniques(text, place="mine.toml")
    assert caught.value.place == "mine.toml"
