"""Frameworks by number, name, id and tag: no guess between two."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.knowledge.framework_tables import framework_tables
from legation.knowledge.frameworks import (
    Frameworks,
    Term,
    frameworks,
    parsed_tag,
    technique,
    technique_by,
)
from legation.knowledge.techniques import Source, techniques

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "stix"
DISARM = "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/generated_pages/techniques/{}.md"
ATTACK = "https://attack.mitre.org/techniques/{}"
# Names that ATT&CK for ICS and DISARM gave anew after the editions that the packages have.
RENAMED = {"T0830", "T0848", "T0858", "T0867", "T0097"}
SOURCE = Source(name="n", publisher="p", version="1", as_of=date(2026, 1, 1), licence="l")
KINDS = ("attack-pattern", "intrusion-set", "malware", "tool", "course-of-action", "x-mitre-tactic")


# Look-ups


def test_a_technique_is_found_by_number_name_id_and_tag() -> None:
    known = technique("t1566.002 ")
    assert known is not None
    assert (known.framework, known.name, known.matrix) == (
        "attack",
        "Spearphishing Link",
        "enterprise",
    )
    assert (known.parent, known.phases, known.status) == ("T1566", ("initial-access",), "current")
    assert known.url == "https://attack.mitre.org/techniques/T1566/002"
    assert known.misp_tag == 'misp-galaxy:mitre-attack-pattern="Spearphishing Link - T1566.002"'
    assert frameworks().by_stix_id("attack-pattern--2b742742-28c3-4e1b-bab7-8350d6300fa7") is known
    assert known in frameworks().named("spearphishing  LINK")


def test_every_term_is_found_by_its_number_its_name_its_id_and_its_tag() -> None:
    known = frameworks()
    for term in known.terms:
        assert known.numbered(term.number) is term
        assert term in known.named(term.name, kind=term.kind, framework=term.framework)
        if term.stix_id:
            assert known.by_stix_id(term.stix_id) is term
        if term.misp_tag:
            assert known.by_tag(term.misp_tag) is term


def test_a_number_is_told_by_its_kind_and_its_framework() -> None:
    known = frameworks()
    assert technique("TA0001") is None
    assert known.numbered("TA0001", kind="tactic") is not None
    assert known.numbered("C00006", kind="countermeasure", framework="attack") is None
    assert technique("T0049", "attack") is None
    assert technique("T9999") is None
    assert technique("") is None


def test_a_revoked_number_says_so() -> None:
    assert getattr(technique("T1086"), "status", "") == "revoked"


def test_one_name_of_two_techniques_gives_both() -> None:
    found = frameworks().named("Spearphishing Link", kind="technique")
    assert {"T1566.002", "T1598.003"} <= {one.number for one in found}


def test_what_the_edition_of_the_package_lacks_has_no_tag_and_keeps_its_tactic() -> None:
    new = technique("T0146.007")
    assert new is not None
    assert (new.misp_tag, new.phases, new.parent) == ("", ("establish-assets",), "T0146")
    assert new.url == DISARM.format("T0146.007")


def test_both_sources_of_disarm_say_the_same_where_both_have_a_technique() -> None:
    table = {
        row["number"]: row
        for table in framework_tables()
        if table.head.table == "disarm-techniques"
        for row in table.rows
    }
    joined = 0
    for fact in techniques():
        term = technique(fact.id)
        assert term is not None
        assert (term.name, term.phases, term.stix_id) == (fact.name, (fact.tactic,), fact.stix_id)
        if fact.id in table:
            joined += 1
            assert (table[fact.id]["name"], table[fact.id]["phases"]) == (fact.name, fact.tactic)
    assert joined == 9


def test_an_object_that_misps_converter_wrote_is_known_by_its_cluster() -> None:
    known = technique("T0092")
    assert known is not None
    assert known.cluster
    assert frameworks().by_stix_id(f"attack-pattern--{known.cluster}") is known
    assert frameworks().by_stix_id(f"malware--{known.cluster}") is None


@pytest.mark.parametrize(
    "tag", ["", "tlp:red", 'misp-galaxy:x="', 'misp-galaxy:X="y"', 'misp-galaxy:x="y"\n']
)
def test_what_is_no_tag_of_a_galaxy_is_none(tag: str) -> None:
    assert parsed_tag(tag) is None
    assert frameworks().by_tag(tag) is None


# Whose number it is


@pytest.mark.parametrize(
    ("number", "given", "whose"),
    [
        ("T0049", {}, "disarm"),
        ("T1566", {}, "attack"),
        ("T0859", {}, "attack"),
        ("T0150", {}, None),
        ("T0150", {"url": DISARM.format("T0150")}, "disarm"),
        ("T0150", {"source": "DISARM"}, "disarm"),
        ("T0150", {"source": "mitre-attack"}, None),
        ("T0150", {"source": "mitre-attack", "phases": ["Maximise Exposure"]}, "disarm"),
        ("T0150", {"chain": "mitre-ics-attack"}, "attack"),
        ("T0049", {"source": "mitre-attack", "chain": "mitre-attack"}, "disarm"),
        ("T0049", {"url": ATTACK.format("T0049")}, "attack"),
        ("T0049", {"url": ATTACK.format("T0049"), "phases": ["maximise-exposure"]}, None),
        ("T0049", {"url": ATTACK.format("T0049"), "source": "disarm"}, None),
        ("T0049", {"url": DISARM.format("T0050")}, None),
        ("T1566", {"url": ATTACK.format("T1566/002")}, None),
        ("T1566.002", {"url": ATTACK.format("T1566/002")}, "attack"),
        ("T0049", {"url": "https://attack.mitre.org.bad.example/techniques/T0049"}, "disarm"),
        ("T1566", {"url": "https://paper.example/T1567"}, "attack"),
        ("T1566", {"url": "javascript:alert(1)"}, "attack"),
        ("T1566", {"url": "https://[bad/"}, "attack"),
        ("T0049", {"url": "https://github.com/misinfosecproject/amitt_framework/T0049"}, None),
        ("T0049", {"source": "AM!TT"}, None),
    ],
)
def test_a_number_is_of_a_framework_only_where_all_that_was_given_agrees(
    number: str, given: dict[str, Any], whose: str | None
) -> None:
    assert frameworks().framework_of(number, **given) == whose


def test_another_page_name_or_matrix_than_the_tables_is_not_guessed_over() -> None:
    known = frameworks()
    assert technique_by("T0092", DISARM.format("T0092"), name="build network") is not None
    assert technique_by("T0092", DISARM.format("T0092"), name="Something else") is None
    assert technique_by("T0092", ATTACK.format("T0092")) is None
    assert technique_by("T0097", DISARM.format("T0097"), name="Present Persona") is None
    assert technique_by("T1566", source="mitre-attack") is technique("T1566")
    assert known.term_by("T1566", chain="mitre-mobile-attack") is None
    assert known.term_by("T1660", chain="mitre-mobile-attack") is technique("T1660")
    assert technique_by("C00006") is None


def test_an_old_number_of_another_matrix_is_not_taken_for_a_number_of_today() -> None:
    known = frameworks()
    assert getattr(known.term_by("S0017", kind="software"), "name", "") == "BISCUIT"
    assert known.term_by("S0017", kind="software", source="mitre-ics-attack") is None
    assert known.term_by("S0017", kind="group") is None


def _term(framework: Any, **given: Any) -> Term:
    return Term(framework=framework, kind="technique", number="T0900", source=SOURCE, **given)


def test_one_number_in_two_frameworks_is_told_by_page_tactic_or_name_and_else_by_nothing() -> None:
    ours = _term("disarm", name="Grow a Garden", phases=("grow",))
    other = _term("attack", name="Read a Meter", phases=("read",))
    known = Frameworks([ours, other])
    assert known.numbered("T0900") is None
    assert known.term_by("T0900", source="mitre-attack") is None
    assert known.term_by("T0900", name="Read a Meter") is None
    assert known.term_by("T0900", DISARM.format("T0900")) is ours
    assert known.term_by("T0900", phases=["Read"]) is other
    assert known.term_by("T0900", phases=["read", "grow"]) is None
    assert known.numbered("T0900", framework="disarm") is ours


def test_a_tactic_that_both_frameworks_have_tells_nothing() -> None:
    known = Frameworks(
        [_term("disarm", name="a", phases=("go",)), _term("attack", name="b", phases=("go",))]
    )
    assert known.framework_of("T0900", phases=["go"]) is None


def test_two_things_of_one_number_in_one_framework_are_none_until_the_name_tells() -> None:
    known = Frameworks([_term("attack", name="a"), _term("attack", name="b")])
    assert known.term_by("T0900") is None
    assert known.term_by("T0900", name="B") is known.named("b")[0]


@given(text=st.text(max_size=60), url=st.text(max_size=60))
def test_no_text_breaks_a_question(text: str, url: str) -> None:
    known = frameworks()
    known.term_by(text, url, name=text, source=text, chain=text, phases=[text])
    known.term_by("T0049", f"https://{url}", phases=[text])
    known.by_tag(f'misp-galaxy:sector="{text}"')
    known.by_stix_id(text)
    known.named(text)


# What others publish


def _published(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    if not (SHARED / name).is_file():
        pytest.skip("the shared STIX sample is not here")
    return [
        (thing, reference)
        for thing in json.loads((SHARED / name).read_text("utf-8"))["objects"]
        for reference in thing.get("external_references", [])[:1]
        if reference["source_name"] in {"mitre-attack", "DISARM"} and thing["type"] in KINDS
    ]


@pytest.mark.data
@pytest.mark.parametrize("name", ["disarm-stix.json", "attack-ics-18.1.json"])
def test_numbers_names_and_ids_are_those_of_the_owners_edition(name: str) -> None:
    counted: Counter[str] = Counter()
    for thing, reference in _published(name):
        number = reference["external_id"]
        known = frameworks().numbered(number)
        if known is None:
            counted["not known"] += 1
            continue
        counted["name"] += (known.name == thing["name"]) or (number in RENAMED)
        counted["known"] += 1
        assert known.stix_id in ("", thing["id"]), number
        counted["id"] += bool(known.stix_id)
    assert counted["name"] == counted["known"]
    assert (counted["known"], counted["id"]) == {
        "disarm-stix.json": (258, 11),
        "attack-ics-18.1.json": (94, 31),
    }[name]


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "whose"), [("disarm-stix.json", "disarm"), ("attack-ics-18.1.json", "attack")]
)
def test_whose_a_published_technique_is_is_told_for_all_with_its_page_and_without(
    name: str, whose: str
) -> None:
    found = [pair for pair in _published(name) if pair[0]["type"] == "attack-pattern"]
    assert len(found) > 80
    for thing, reference in found:
        phases = [one["phase_name"] for one in thing["kill_chain_phases"]]
        number, page = reference["external_id"], reference["url"]
        assert frameworks().framework_of(number, page, source="mitre-attack") == whose
        assert frameworks().framework_of(number, phases=phases) == whose
        assert frameworks().framework_of(number, page, phases=phases) == whose
