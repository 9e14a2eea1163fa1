"""The twelve worked cases and their key are whole; the key was written before its rules."""

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from legation.knowledge.facts import Offence
from legation.knowledge.marks import MARKS
from legation.knowledge.shipped import shipped_packs
from legation.knowledge.states import verify_party

CASES = Path(__file__).parents[1] / "worlds" / "cases"
KEY: dict[str, Any] = tomllib.loads((CASES / "key.toml").read_text("utf-8"))
QUESTIONS = tomllib.loads((CASES / "questions.toml").read_text("utf-8"))["questions"]
WORKED = sorted(one.stem for one in CASES.glob("*-2*.toml"))
SAID = {"yes", "no", "disputed", "unknown"}
HITS = {"met", "disputed", "unknown"}


def case(name: str) -> dict[str, Any]:
    return tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))


def test_there_are_twelve_cases_and_each_is_in_the_key() -> None:
    assert len(WORKED) == 12
    assert {*KEY} - {"norms"} == {*WORKED}
    assert len(KEY["norms"]) == len({*KEY["norms"]})


def test_the_key_is_the_one_that_was_committed_before_the_rules() -> None:
    """The register has what the history shows; the key must be that one still, as git names it."""
    results = (Path(__file__).parents[2] / "benchmarks" / "RESULTS.md").read_text("utf-8")
    (row,) = re.findall(r'<a id="cases-key-first"></a>.*', results)
    assert "before each of" in row
    (blob,) = re.findall(r"key\.toml is blob ([0-9a-f]{40})", row)
    content = (CASES / "key.toml").read_bytes()
    named = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
    assert named.hexdigest() == blob


@pytest.mark.parametrize("name", WORKED)
def test_a_case_says_who_says_what_when_and_how_sure(name: str) -> None:
    told = case(name)
    assert told["type"] in {"T1", "T2", "T3", "T4", "T5", "T6"}
    assert told["began"] <= told["ended"]
    assert told["victims"]
    for one in (*told["victims"], *told["attributed"]):
        if one["state"]:
            verify_party(one["state"])
    # Who attributes stands beside whom they name, on which day, and in which form.
    assert all(one["by"] and one["on"] and one["how"] for one in told["attributed"])
    met: dict[str, str] = {}
    for one in told["evidence"]:
        assert one["says"]
        assert one["source"]
        assert one["verified"] in MARKS
        assert {*one["answers"]} <= {*QUESTIONS}
        assert {*one["answers"].values()} <= SAID
        assert not {*met} & {*one["answers"]}
        met |= one["answers"]
    assert met


@pytest.mark.parametrize("name", WORKED)
def test_the_key_names_norms_of_its_list(name: str) -> None:
    assert {*KEY[name]} <= {*KEY["norms"]}
    assert {*KEY[name].values()} <= HITS


def test_the_articles_of_the_key_ship_as_facts() -> None:
    shipped = {
        (row.agreement.partition("-")[0], row.number)
        for pack in shipped_packs()
        for row in pack.rows
        if isinstance(row, Offence)
    }
    asked = {tuple(one.split()) for one in KEY["norms"] if one.split()[0] in ("budapest", "uncc")}
    assert asked <= shipped


def test_cases_are_told_of_initiators_on_several_sides() -> None:
    named = {one["state"] for name in WORKED for one in case(name)["attributed"] if one["state"]}
    assert len(named) >= 6
    assert {"GB", "US", "IL"} <= named
    without = [name for name in WORKED if not any(one["state"] for one in case(name)["attributed"])]
    assert without
