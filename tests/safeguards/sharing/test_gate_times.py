"""Times are rounded wherever they stand and however they are written; other numbers are not."""

import json
from typing import Any

import pytest

from legation.safeguards.sharing.gate.deciding import decide
from legation.safeguards.sharing.gate.instants import coarse_text
from legation.safeguards.sharing.gate.policy import Times
from legation.safeguards.sharing.gate.times import coarse
from legation.stix.tlp import Tlp, marking_ref
from worlds.shared_objects import MADE, context, left, only, policy, thing

_SECONDS = 1772620867
_DAY = _SECONDS // 86400 * 86400
_DAILY = policy(redaction={"times": "day"}, types={"custom": ["*"]})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("04.03.2026 10:41:07", "04.03.2026 00:00:00"),
        ("04.03.26, 10:41", "04.03.26, 00:00"),
        ("2026/03/04 10:41:07", "2026/03/04 00:00:00"),
        ("20260304T104107Z", "20260304T000000Z"),
        ("20260304T1041", "20260304T0000"),
        ("log_20260304_104107.txt", "log_20260304_000000.txt"),
        ("Wed, 04 Mar 2026 10:41:07 +0000", "Wed, 04 Mar 2026 00:00:00 +0000"),
        ("04/Mar/2026:10:41:07 +0000", "04/Mar/2026:00:00:00 +0000"),
        ("Wed Mar  4 10:41:07 2026", "Wed Mar  4 00:00:00 2026"),
        ("March 4, 2026 at 10:41 AM", "March 4, 2026 at 00:00"),
        ("2026-03-04-10:41:07", "2026-03-04-00:00:00"),
        ("2026-03-04T10.41.07Z", "2026-03-04T00.00.00Z"),
        ("2026-03-04 10-41-07", "2026-03-04 00-00-00"),
        ("2026-03-04T10%3A41%3A07.123Z", "2026-03-04T00%3A00%3A00.000Z"),
        ("4 mars 2026 à 10h41", "4 mars 2026 à 00h00"),
        ("2026-W10-3T10:41Z or 2026-063T10:41Z", "2026-W10-3T00:00Z or 2026-063T00:00Z"),
        (
            "2026\u5e743\u67084\u65e5 10\u65f641\u520607",
            "2026\u5e743\u67084\u65e5 00\u65f600\u65f600",
        ),
        ("2026-03-04T10:41:07:999 and so on", "2026-03-04T00:00:00:000 and so on"),
        ("seen.2026-03-04T10:41:07.1234567890123", "seen.2026-03-04T00:00:00.000"),
        (
            "\u0662\u0660\u0662\u0666-\u0660\u0663-\u0660\u0664 \u0661\u0660:\u0664\u0661",
            "\u0662\u0660\u0662\u0666-\u0660\u0663-\u0660\u0664 00:00",
        ),
    ],
)
def test_a_time_in_a_text_is_rounded_in_each_form(text: str, day: str) -> None:
    assert coarse_text(f"at {text}, so", "day") == f"at {day}, so"
    assert "10" in coarse_text(text, "hour") or "\u0661\u0660" in coarse_text(text, "hour")
    assert coarse_text(coarse_text(text, "day"), "day") == coarse_text(text, "day")


@pytest.mark.parametrize(
    "text",
    [
        "10:41:07",
        "the video lasts 00:12:33",
        "00:1a:2b:10:41:07",
        "2001:db8::10:41:07",
        "case 20260304-1041",
        "version 10.41.07 of 2026-03-04",
        "198.51.100.4 10:41:07",
        "https://archive.example/web/20260304104107/page",
        "2026-03-04",
        "Matthew 10:41",
    ],
)
def test_what_is_no_time_of_a_day_stays(text: str) -> None:
    assert coarse_text(text, "day") == text


@pytest.mark.parametrize(
    "name",
    ["x_posted_at", "x_last", "first", "x_publishedTime", "ts", "x_time_stamp", "seen", "x-start",
     "x_flow.end", "UNIX_TIMESTAMP"],
)  # fmt: skip
@pytest.mark.parametrize("part", [1, 10**3, 10**6, 10**9])
def test_a_number_is_a_time_where_its_name_says_so(name: str, part: int) -> None:
    found = coarse({"x": {name: _SECONDS * part + part // 2}}, "day")
    assert found == {"x": {name: _DAY * part}}
    assert coarse({name: str(_SECONDS * part)}, "day") == {name: str(_DAY * part)}


@pytest.mark.parametrize(
    "value",
    [
        {"x_views": _SECONDS},
        {"x_bytes_sent": _SECONDS},
        {"x_users_us": _SECONDS},
        {"x_post_id": _SECONDS * 1000},
        {"x_times": _SECONDS},
        {"x_last": 17},
        {"x_last": _SECONDS / 10},
        {"x_last": 9_999_999_999},
        {"x_seen": {"count": _SECONDS}},
        {"x_at": True},
        {"x_number": str(_SECONDS)},
        {"x_link": f"https://page.example/?id={_SECONDS}&post_id={_SECONDS}000"},
        {"description": f"a number of {_SECONDS}"},
    ],
)
def test_a_number_that_is_no_time_stays(value: dict[str, Any]) -> None:
    assert coarse(value, "day") == value


def test_numbers_below_a_name_of_times_are_rounded_and_so_are_units() -> None:
    value = {
        "x_times": [_SECONDS, _SECONDS + 0.5],
        "x_posted_at": {"perch": _SECONDS},
        "x_ms": _SECONDS * 1000 + 7,
        "flowStartMilliseconds": _SECONDS * 1000 + 7,
    }
    assert coarse(value, "day") == {
        "x_times": [_DAY, float(_DAY)],
        "x_posted_at": {"perch": _DAY},
        "x_ms": _DAY * 1000,
        "flowStartMilliseconds": _DAY * 1000,
    }


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (f"https://page.example/?ts={_SECONDS}&x=1", f"https://page.example/?ts={_DAY}&x=1"),
        (f'{{"posted_at": {_SECONDS}123}}', f'{{"posted_at": {_DAY}000}}'),
    ],
)
def test_a_number_behind_the_name_of_a_time_is_rounded_in_a_text(text: str, day: str) -> None:
    assert coarse({"description": text}, "day") == {"description": day}
    assert coarse({"x_at": f"{_SECONDS}.25"}, "day") == {"x_at": str(_DAY)}


def test_the_names_of_versions_below_the_top_are_names_like_others() -> None:
    deep = {"created": MADE, "modified": f"posted {MADE}", "object_modified": MADE}
    value = thing("campaign", 1, name="x", x_deep=[deep], object_modified=MADE)
    sent = only(value, _DAILY)
    assert sent is not None
    assert "10:41" not in json.dumps(sent)
    assert {*sent["x_deep"][0]} == {"created", "modified"}


def test_times_in_keys_are_rounded_and_none_is_lost() -> None:
    value = thing("campaign", 1, name="x", x_by={MADE: 1, "2026-03-01T11:00:00Z": 2, "other": 3})
    value["granular_markings"] = [
        {"marking_ref": marking_ref(Tlp.AMBER), "selectors": [f"x_by.{MADE}"]}
    ]
    sent = only(value, policy(sharing={"tlp": "amber"}, redaction={"times": "day"}))
    assert sent is not None
    assert sent["x_by"] == {
        "2026-03-01T00:00:00.000Z": 1,
        "2026-03-01T00:00:00.000Z (2)": 2,
        "other": 3,
    }
    assert sent["granular_markings"][0]["selectors"] == ["x_by.2026-03-01T00:00:00.000Z"]


@pytest.mark.parametrize("unit", ["second", "hour", "day"])
def test_what_was_rounded_is_rounded_no_more(unit: Times) -> None:
    value = {
        "x_at": _SECONDS * 1000 + 1, "x_by": {MADE: MADE}, "first_seen": MADE,
        "description": "04.03.2026 10:41:07 and Mar 4 2026 1:41 pm",
    }  # fmt: skip
    once = coarse(value, unit)
    assert coarse(once, unit) == once


def test_an_organisation_keeps_when_it_was_written_down_and_no_other_time() -> None:
    value = thing("identity", 1, name="Ministry of Grain", identity_class="organization")
    assert only(value, _DAILY) == value
    told = value | {"description": f"met on {MADE}"}
    sent = only(told, _DAILY)
    assert sent is not None
    assert "10:41" not in json.dumps(sent)


def test_a_tool_of_another_keeps_its_words_and_one_of_nobody_does_not() -> None:
    author = thing("identity", 1, name="Publisher", identity_class="organization")
    tool = thing("tool", 2, name="x", description=f"released {MADE}", created_by_ref=author["id"])
    preview = decide([author, tool], _DAILY, context())
    assert left(preview, tool) == tool
    bare = {name: part for name, part in tool.items() if name != "created_by_ref"}
    assert "10:41" not in json.dumps(only(bare, _DAILY))
