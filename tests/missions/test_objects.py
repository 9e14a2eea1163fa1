"""Rows as STIX objects: what a partner reads of them who does not know our extension."""

from datetime import UTC, date, datetime
from typing import Any, get_args

import msgspec
import pytest

from legation.missions.objects import EVENT, Stated, object_of, row_of
from legation.missions.register import Mission, MissionKind, Voice
from legation.missions.talks import Talk, TalkKind
from legation.stix.codec import decode_object, encode_object
from legation.stix.tlp import Tlp

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATED = Stated(
    author="identity--3e0e9ba4-6d3b-5a6b-8f0e-0a4e5f3d2c1b",
    created=NOW,
    modified=NOW,
    marking=Tlp.AMBER,
)


def read(row: Mission | Talk | Voice) -> dict[str, Any]:
    """Return the object of a row as it is written, once it was read again as it was."""
    raw = encode_object(object_of(row, STATED))
    assert row_of(decode_object(raw, place="x")) == (
        {Mission: "missions", Talk: "talks", Voice: "voices"}[type(row)],
        row,
    )
    value: dict[str, Any] = msgspec.json.decode(raw)
    return value


@pytest.mark.parametrize("kind", get_args(TalkKind))
def test_talks_of_each_kind_are_an_event_with_parties_and_stakes(kind: TalkKind) -> None:
    talk = Talk(
        key="one",
        kind=kind,
        name="First",
        starts=NOW,
        ends=NOW,
        parties=("XA", "XB"),
        stakes="the grain accord",
        source="the invitation",
    )
    event = read(talk)
    assert event["type"] == "event"
    assert event["event_types"] == [kind]
    assert event["description"] == "the grain accord"
    assert event["extensions"][EVENT] == {"extension_type": "new-sdo"}
    assert "2026-03-01T12:00:00" in event["start_time"]


def test_the_kinds_of_talks_are_those_of_the_contract() -> None:
    kinds = {"visit", "round", "vote", "accession", "referendum", "summit"}
    assert set(get_args(TalkKind)) == kinds


@pytest.mark.parametrize("kind", get_args(MissionKind))
def test_a_mission_of_each_kind_is_an_organization(kind: MissionKind) -> None:
    mission = Mission(
        key="one",
        name="Our mission",
        state="XA",
        kind=kind,
        host="" if kind in ("ministry", "virtual") else "XB",
        seat="an open platform" if kind == "virtual" else "Bevport",
        since=date(2020, 1, 1),
        source="gazette",
        as_of=date(2026, 3, 1),
    )
    identity = read(mission)
    assert (identity["type"], identity["identity_class"]) == ("identity", "organization")
    assert identity["description"].startswith(f"{kind} of XA")


@pytest.mark.parametrize("state", ["XA", "XB", "FR"])
def test_an_official_account_is_told_alike_for_every_state(state: str) -> None:
    voice = Voice(
        key="one",
        state=state,
        kind="account",
        name="MFA",
        platform="x",
        office="foreign ministry",
        language="en",
        verified="by platform",
        rule="named on the ministry's site",
        since=date(2020, 1, 1),
        source="the site",
        as_of=date(2026, 3, 1),
    )
    told = read(voice)
    assert told["type"] == "infrastructure"
    assert told["description"] == f"official account of {state}: foreign ministry"
