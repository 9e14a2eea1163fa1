"""What stands where a partner reads is what may leave to it today, and nothing points nowhere."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.sharing.aligning import Aligning, put_in_force
from legation.app.sharing.outcomes import WITHDRAWN
from legation.errors import BadInputError
from legation.safeguards.sharing.gate.parts import references
from legation.safeguards.sharing.gate.shelf import public
from legation.stix.labels import Label
from legation.stix.tlp import Tlp, marking_ref
from worlds.sharing_home import GREEN, POLICY, TOOL, USES, SharingHome, made, sharing_home

EXACT = b'attribution = "named"\n[redaction]\ntimes = "exact"\n'
NAMED = POLICY.replace(b'attribution = "named"\n', b"") + b'[redaction]\ntimes = "exact"\n'
URL: dict[str, Any] = {
    "type": "url",
    "id": "url--00000001-0000-4000-8000-000000000000",
    "value": "https://letters.example/",
    "object_marking_refs": [marking_ref(Tlp.GREEN)],
}
HOSTS = made(
    "infrastructure", 1, Tlp.GREEN, name="hosts of the letters", infrastructure_types=["hosting"]
)
HOSTED = made("relationship", 3, Tlp.GREEN, relationship_type="consists-of",
              source_ref=HOSTS["id"], target_ref=URL["id"])  # fmt: skip
SET = made("grouping", 1, Tlp.GREEN, name="the letters", context="suspicious-activity",
           object_refs=[GREEN["id"], TOOL["id"], URL["id"]])  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SharingHome]:
    with sharing_home(tmp_path) as opened:
        opened.store.objects.put_many(msgspec.json.encode(one) for one in (URL, HOSTS, HOSTED, SET))
        yield opened


def align(desk: SharingHome) -> Any:
    scope = desk.home.library(desk.store, "command line").scope()
    return Aligning(scope, desk.keys()).align(desk.store.partners.get("Aldria"))


def require_closed(desk: SharingHome) -> dict[str, Any]:
    """Return what the partner reads, once nothing in it points nowhere."""
    read = {one["id"]: one for one in desk.read("Aldria")}
    for value in read.values():
        for _, target in references(value):
            assert target in read or target in public(), (value["type"], target)
    return read


def named(desk: SharingHome, value: dict[str, Any]) -> list[Any]:
    return [one for one in require_closed(desk).values() if one.get("name") == value["name"]]


def test_a_tighter_policy_takes_out_what_stands_above_it_and_a_wider_one_lets_it_leave_again(
    desk: SharingHome,
) -> None:
    desk.policy(text=POLICY.replace(b'"green"', b'"red"'))
    desk.out().push("Aldria", [])
    assert len(named(desk, {"name": "what only we know"})) == 1
    scope = desk.home.library(desk.store, "command line").scope()
    _, done = put_in_force(scope, "Aldria", POLICY, "x.toml", desk.keys)
    assert done.withdrawn
    assert named(desk, {"name": "what only we know"}) == []
    assert len(named(desk, GREEN)) == 1
    outcomes = [one.outcome for one in desk.store.ledger.find(object_id=done.withdrawn[0])]
    assert outcomes[0] == WITHDRAWN
    desk.policy(text=POLICY.replace(b'"green"', b'"red"'))
    desk.out().push("Aldria", [])
    assert len(named(desk, {"name": "what only we know"})) == 1


def test_from_the_day_after_the_last_nothing_is_read_there(desk: SharingHome) -> None:
    today = desk.clock().date()
    desk.policy(text=POLICY.replace(b"2030-01-01", today.isoformat().encode()))
    desk.out().push("Aldria", [GREEN["id"]])
    assert desk.read("Aldria")
    desk.clock.pass_time(days=1)
    assert desk.read("Aldria", 403) == []
    assert date.fromisoformat("2030-01-01") > today


def test_a_raised_label_takes_out_what_was_sent_with_the_next_push_of_it(
    desk: SharingHome,
) -> None:
    desk.policy()
    desk.out().push("Aldria", [GREEN["id"]])
    assert len(named(desk, GREEN)) == 1
    desk.store.labels.set(GREEN["id"], Label(tlp=Tlp.RED), actor="Cyn", reason="a source")
    done = desk.out().push("Aldria", [GREEN["id"]])
    assert done.withdrawn
    assert named(desk, GREEN) == []
    assert len(named(desk, TOOL)) == 1
    assert "relationship" not in {one["type"] for one in desk.read("Aldria")}


def test_no_earlier_version_stays_beside_one_that_is_held(desk: SharingHome) -> None:
    desk.policy(text=NAMED)
    desk.out().push("Aldria", [TOOL["id"]])
    newer = TOOL | {
        "modified": "2026-01-02T00:00:00.000Z",
        "object_marking_refs": [marking_ref(Tlp.RED)],
    }
    desk.store.objects.put(msgspec.json.encode(newer))
    desk.out().push("Aldria", [TOOL["id"]])
    assert named(desk, TOOL) == []


def test_another_way_of_writing_leaves_no_second_copy(desk: SharingHome) -> None:
    desk.policy(text=NAMED)
    desk.out().push("Aldria", [GREEN["id"]])
    assert [one["id"] for one in named(desk, GREEN)] == [GREEN["id"]]
    desk.policy(text=POLICY)
    desk.out().push("Aldria", [GREEN["id"]])
    (copy,) = named(desk, GREEN)
    assert copy["id"] != GREEN["id"]


def test_a_recall_reaches_every_copy_and_none_leaves_again_under_another_id(
    desk: SharingHome,
) -> None:
    desk.policy(text=NAMED)
    desk.out().push("Aldria", [GREEN["id"]])
    desk.recall(GREEN["id"])
    desk.policy(text=POLICY)
    done = desk.out().push("Aldria", [GREEN["id"]])
    assert done.recalled == 1
    assert named(desk, GREEN) == []
    assert {one["type"] for one in require_closed(desk).values() if one.get("revoked")} == {
        "campaign"
    }


def test_what_was_recalled_says_nothing_more_and_has_no_earlier_version(
    desk: SharingHome,
) -> None:
    told = GREEN | {
        "description": "what nobody should have read",
        "modified": "2026-01-05T00:00:00.000Z",
    }
    desk.policy(text=NAMED)
    desk.out().push("Aldria", [GREEN["id"]])
    desk.store.objects.put(msgspec.json.encode(told))
    desk.out().push("Aldria", [GREEN["id"]])
    desk.recall(GREEN["id"])
    partner = desk.store.partners.get("Aldria")
    with desk.store.collections.reading(partner.outbox) as shelf:
        assert len(shelf.every_version(GREEN["id"])) == 1
    (campaign,) = [one for one in require_closed(desk).values() if one["type"] == "campaign"]
    assert campaign["revoked"] is True
    assert campaign["name"] == "recalled"
    assert "description" not in campaign


def test_what_rested_on_it_falls_and_what_only_listed_it_stands_without_it(
    desk: SharingHome,
) -> None:
    desk.policy()
    desk.out().push("Aldria", [])
    before = require_closed(desk)
    assert {"url", "infrastructure", "grouping"} <= {one["type"] for one in before.values()}
    (had,) = desk.recall(URL["id"])
    assert had.outcome == "deleted"
    assert had.with_it == 1
    after = require_closed(desk)
    kinds = [one["type"] for one in after.values()]
    assert "url" not in kinds
    assert len(named(desk, HOSTS)) == 1
    (grouping,) = named(desk, SET)
    assert len(grouping["object_refs"]) == 2
    assert USES["relationship_type"] in {one.get("relationship_type") for one in after.values()}
    assert HOSTED["relationship_type"] not in {
        one.get("relationship_type") for one in after.values()
    }


def test_nothing_is_put_that_was_not_sent_before(desk: SharingHome) -> None:
    desk.policy()
    desk.out().push("Aldria", [TOOL["id"]])
    assert "campaign" in {one["type"] for one in desk.read("Aldria")}
    desk.store.objects.put(
        msgspec.json.encode(GREEN | {"name": "news", "modified": "2026-02-01T00:00:00.000Z"})
    )
    before = require_closed(desk)
    done = align(desk)
    assert done.withdrawn == ()
    assert require_closed(desk) == before


def test_to_bring_in_line_twice_changes_nothing_more(desk: SharingHome) -> None:
    desk.policy()
    desk.out().push("Aldria", [])
    desk.recall(GREEN["id"])
    before = require_closed(desk)
    done = align(desk)
    assert (done.withdrawn, done.renewed) == ((), 0)
    assert require_closed(desk) == before


def test_a_policy_that_cannot_be_read_takes_nothing_out(desk: SharingHome) -> None:
    desk.policy()
    desk.out().push("Aldria", [])
    before = require_closed(desk)
    with pytest.raises(BadInputError):
        desk.policy(text=b"partner = ")
    assert require_closed(desk) == before


def test_a_case_comes_when_it_is_named_and_an_observable_comes_alone(desk: SharingHome) -> None:
    desk.policy()
    found = {one.object_id for one in desk.out().preview("Aldria", [URL["id"]]).verdicts}
    assert HOSTS["id"] not in found
    assert HOSTS["id"] in {
        one.object_id for one in desk.out().preview("Aldria", [HOSTS["id"]]).verdicts
    }
