"""`legation label`: who may know a campaign, and what a reader without it is shown."""

import json
import shutil
from pathlib import Path

import pytest

from worlds.shell import legation

REASON = "the ministry has published it"


@pytest.fixture
def home(watched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A watched home of the test's own, whose reader holds one of two compartments."""
    shutil.copytree(watched, tmp_path / "home")
    monkeypatch.setenv("LEGATION_LADDER", "restricted, confidential, secret")
    monkeypatch.setenv("LEGATION_COMPARTMENTS", "talks, visits")
    monkeypatch.setenv("LEGATION_READER_COMPARTMENTS", "talks")
    monkeypatch.setenv("LEGATION_READER_LEVEL", "confidential")
    return tmp_path / "home"


@pytest.fixture
def campaign(home: Path) -> str:
    told = json.loads(legation("campaign", "list", "--home", home, "--json").out)
    return str(told["campaigns"][0]["campaign_id"])


def test_a_label_is_set_and_shown_with_how_it_came_to_be(home: Path, campaign: str) -> None:
    words = ("--tlp", "red", "--pap", "amber", "--level", "confidential", "--compartment", "talks")
    said = legation("label", "set", campaign, *words, "--home", home)
    assert said.code == 0
    assert "CONFIDENTIAL · TLP:RED · PAP:AMBER · talks" in said.out
    shown = legation("label", "show", campaign, "--home", home).out.splitlines()
    assert shown[0] == said.out.strip()
    assert ["the object itself" in shown[2], "command line" in shown[3]] == [True, True]
    told = json.loads(legation("label", "show", campaign, "--home", home, "--json").out)
    assert told["object"].startswith("campaign--")
    assert [one["label"]["tlp"] for one in told["labels"]] == [2, 4]


def test_a_reader_without_the_compartment_is_shown_nothing(home: Path, campaign: str) -> None:
    said = legation("label", "set", campaign, "--compartment", "visits", "--home", home)
    assert (said.code, "no longer know" in said.err) == (0, True)
    listed = json.loads(legation("campaign", "list", "--home", home, "--json").out)
    assert listed["campaigns"] == []
    for words in (("campaign", "show"), ("label", "show"), ("campaign", "export", "--stix")):
        hidden, absent = (
            legation(*words[:2], name, *words[2:], "--home", home) for name in (campaign, "c-no")
        )
        assert hidden.code == absent.code == 3
        assert hidden.err.replace(campaign, "") == absent.err.replace("c-no", "")


def test_a_wider_label_needs_a_reason(home: Path, campaign: str) -> None:
    legation("label", "set", campaign, "--compartment", "talks", "--home", home)
    refused = legation("label", "set", campaign, "--compartment", "none", "--home", home)
    assert (refused.code, "--reason" in refused.err) == (4, True)
    words = ("--compartment", "none", "--reason", REASON)
    assert legation("label", "set", campaign, *words, "--home", home).code == 0
    assert REASON in legation("label", "show", campaign, "--home", home).out


def test_parties_are_named_or_lifted(home: Path, campaign: str) -> None:
    words = ("--releasable-to", "XA", "--releasable-to", "XB", "--level", "restricted")
    said = legation("label", "set", campaign, *words, "--home", home)
    assert "releasable to XA, XB" in said.out
    assert legation("campaign", "show", campaign, "--home", home).code == 3


def test_names_that_the_settings_lack_are_refused(home: Path, campaign: str) -> None:
    said = legation("label", "set", campaign, "--level", "cosmic", "--home", home)
    assert (said.code, "restricted, confidential, secret" in said.err) == (2, True)


def test_the_doctor_looks_at_replaced_policies(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.cedar"
    own.write_text("permit (principal, action, resource);")
    assert "the shipped ones" in legation("doctor", "--home", home).out
    monkeypatch.setenv("LEGATION_POLICIES", str(own))
    said = legation("doctor", "--home", home)
    assert said.code == 65
    assert "disagree on who may read" in said.out
