"""A copy has an id and versions of its own, and no reference in a feed leads nowhere."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.safeguards.sharing.gate.context import Before, Preview
from legation.safeguards.sharing.gate.deciding import decide
from legation.safeguards.sharing.gate.policy import Policy, Times
from legation.safeguards.sharing.gate.times import coarse, versions
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import Tlp, marking_ref
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
)
from worlds.shared_truth import references

_HOUR = policy(redaction={"times": "hour"})
_NAMED: dict[str, Any] = {"names": ("Ann Basalt",)}


def _at(text: str, number: int = 1, **more: Any) -> Value:
    return thing("campaign", number, name=text, created="2026-03-01T09:15:00.000Z") | {
        "modified": f"2026-03-01T{text}Z"
    } | more  # fmt: skip


def _before(preview: Preview) -> dict[str, Before]:
    return {
        one.sent_id: Before(one.sent_modified, one.sha256)
        for one in preview.verdicts
        if one.sent_id
    }


def test_a_copys_id_is_the_same_for_each_version_and_another_for_each_partner() -> None:
    old, new = _at("10:05:00"), _at("11:05:00", description="more")
    first, second = only(old, _HOUR), only(new, _HOUR)
    assert first is not None
    assert second is not None
    assert first["id"] == second["id"] != old["id"]
    other = only(old, policy(partner="QMB", redaction={"times": "hour"}))
    assert other is not None
    assert other["id"] != first["id"]
    assert first["modified"] == "2026-03-01T10:00:00.000Z"


def test_versions_within_one_hour_keep_their_order() -> None:
    ages = [_at(f"10:{minute:02d}:00") for minute in (5, 20, 50)]
    sent = []
    for count in (1, 2, 3):
        value = left(decide(ages[:count], _HOUR, context()), ages[count - 1])
        assert value is not None
        sent.append(value["modified"])
    assert sent == [
        "2026-03-01T10:00:00.000Z",
        "2026-03-01T10:00:00.001Z",
        "2026-03-01T10:00:00.002Z",
    ]


def test_the_order_in_which_versions_arrive_does_not_change_the_state() -> None:
    ages = [_at(f"10:{minute:02d}:00") for minute in (5, 20, 50, 55)]
    states = {
        json.dumps(decide(list(order), _HOUR, context()).leaving) for order in permutations(ages)
    }
    assert len(states) == 1


def test_an_older_version_never_leaves() -> None:
    old = _at("10:05:00") | {"object_marking_refs": [marking_ref(Tlp.CLEAR)]}
    new = _at("11:05:00") | {"object_marking_refs": [marking_ref(Tlp.RED)]}
    preview = decide([old, new], policy(), context())
    assert preview.leaving == ()
    assert verdict(preview, old).reasons == ("a newer version stands in its place",)


def test_two_contents_of_one_version_and_two_authors_of_one_object_are_held() -> None:
    one, two = _at("10:05:00"), _at("10:05:00", description="other")
    preview = decide([one, two], policy(), context())
    assert preview.leaving == ()
    assert "two contents" in preview.verdicts[0].reasons[0]
    written = one | {"modified": "2026-03-01T10:05:00.000Z"}
    assert len(decide([one, dict(one)], policy(), context()).verdicts) == 1
    assert "two contents" in decide([one, written], policy(), context()).verdicts[0].reasons[0]
    taken = _at("11:05:00", created_by_ref=named("identity", 7))
    preview = decide([one, taken], policy(), context())
    assert {reason for held in preview.verdicts for reason in held.reasons} == {
        "its versions are by different authors"
    }


def test_the_same_id_and_version_never_have_two_contents() -> None:
    value = _at("10:05:00", description="Ann Basalt and Mary Quartz")
    feeds: list[tuple[Policy, dict[str, Any]]] = [
        (policy(), _NAMED),
        (policy(), {"names": ("Ann Basalt", "Mary Quartz")}),
        (policy(sharing={"tlp": "red"}), _NAMED),
        (_HOUR, _NAMED),
        (policy(), _NAMED),
    ]
    before: dict[str, Before] = {}
    sent: dict[tuple[str, str], Value] = {}
    for rules, known in feeds:
        preview = decide([value], rules, context(before=before, **known))
        copy = left(preview, value)
        assert copy is not None
        assert sent.setdefault((copy["id"], copy["modified"]), copy) == copy
        before |= _before(preview)
    assert len(sent) == 5


def test_the_same_content_keeps_its_version() -> None:
    value = _at("10:05:00", description="Ann Basalt")
    first = decide([value], _HOUR, context(**_NAMED))
    again = decide([value], _HOUR, context(before=_before(first), **_NAMED))
    assert again == first


def test_an_observable_takes_the_id_of_its_copy_from_its_content() -> None:
    files = [seen("file", 1, name=name) for name in ("Ann Basalt.doc", "Ann Basalt.pdf")]
    folder = seen("directory", 2, path="/x", contains_refs=[files[0]["id"]])
    ids = []
    for file in files:
        preview = decide([file, folder], policy(), context(**_NAMED))
        copies = left(preview, file), left(preview, folder)
        assert None not in copies
        ids.append([copy["id"] for copy in copies if copy])
        assert copies[1] is not None
        assert copies[1]["contains_refs"] == [ids[-1][0]]
    assert not {*ids[0]} & {*ids[1]}


def test_what_points_to_a_copy_is_a_copy_and_what_it_points_to_is_none() -> None:
    person = thing("identity", 1, name="Ann Basalt", identity_class="individual")
    actor, tool = thing("campaign", 2, name="x"), thing("tool", 3, name="y")
    arrow = thing("relationship", 4, relationship_type="targets", source_ref=actor["id"],
                  target_ref=person["id"])  # fmt: skip
    report = thing("report", 5, name="r", published=MADE, object_refs=[arrow["id"], tool["id"]])
    preview = decide([person, actor, tool, arrow, report], policy(), context())
    outcomes = [verdict(preview, one).outcome for one in (person, arrow, report, actor, tool)]
    assert outcomes == ["redacted", "redacted", "redacted", "sent", "sent"]
    assert left(preview, actor) == actor


def test_an_id_in_a_text_follows_its_object() -> None:
    person = thing("identity", 1, name="Ann Basalt", identity_class="individual")
    secret, plain = thing("campaign", 2, Tlp.RED, name="x"), thing("tool", 3, name="y")
    account = "user-account--00000000-0000-5000-8000-000000000009"
    ids = [person["id"], secret["id"], plain["id"], account]
    report = thing("campaign", 5, name="r", description=" ".join(ids))
    preview = decide([person, secret, plain, report], policy(), context())
    sent, copy = left(preview, report), left(preview, person)
    assert sent is not None
    assert copy is not None
    assert sent["description"].split() == [
        copy["id"], "campaign--…", plain["id"], "user-account--…",
    ]  # fmt: skip


def test_a_translation_states_the_version_that_the_partner_gets() -> None:
    actor = _at("10:05:00", description="Ann Basalt")
    words = thing("language-content", 2, object_ref=actor["id"], contents={"de": {"name": "x"}},
                  object_modified=actor["modified"])  # fmt: skip
    preview = decide([actor, words], _HOUR, context(**_NAMED))
    copy, sent = left(preview, actor), left(preview, words)
    assert copy is not None
    assert sent is not None
    assert sent["object_modified"] == copy["modified"] == "2026-03-01T10:00:00.000Z"
    stale = words | {"object_modified": "2026-02-01T00:00:00.000Z"}
    sent = left(decide([actor, stale], _HOUR, context(**_NAMED)), stale)
    assert sent is not None
    assert "object_modified" not in sent


def test_references_are_cut_at_any_depth_and_what_is_none_without_falls() -> None:
    secret = thing("malware", 1, Tlp.RED, is_family=False)
    deep = {
        "extension-definition--00000000-0000-4000-8000-000000000008": {
            "list": [{"thing_ref": secret["id"], "kept": 1}, {"other_refs": [secret["id"]]}]
        }
    }
    value = thing("campaign", 2, name="x", extensions=deep)
    group = thing("grouping", 3, context="x", object_refs=[secret["id"]])
    about = thing("note", 4, content="x", object_refs=[group["id"], value["id"]])
    preview = decide([secret, value, group, about], policy(), context())
    sent = left(preview, value)
    assert sent is not None
    assert list(references(sent)) == [marking_ref(Tlp.GREEN)]
    assert [row for rows in sent["extensions"].values() for row in rows["list"]] == [{"kept": 1}]
    assert verdict(preview, group).outcome == "held"
    noted = left(preview, about)
    assert noted is not None
    assert noted["object_refs"] == [sent["id"]]


def test_a_chain_falls_from_its_end() -> None:
    chain = [seen("email-addr", 0, value="a@b.example", belongs_to_ref=named("user-account", 9))]
    arrows = [thing("relationship", 0, relationship_type="x", source_ref=named("malware", 1),
                    target_ref=named("malware", 2))]  # fmt: skip
    for number in range(1, 30):
        arrows.append(thing("grouping", number, context="x", object_refs=[arrows[-1]["id"]]))
    preview = decide([*chain, *arrows], policy(sharing={"tlp": "red"}, action={"pap": "red"}),
                     context())  # fmt: skip
    held = [one for one in preview.verdicts if one.outcome == "held"]
    assert len(held) == 30
    assert "belongs_to_ref" not in (left(preview, chain[0]) or {})


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"type": "campaign", "id": "campaign--x"},
        {"type": "campaign", "id": named("malware", 1)},
        thing("campaign", 1, name="x", modified="yesterday"),
        thing("campaign", 1, name="x", modified=7),
        thing("campaign", 1, name="\ud800"),
        thing("bundle", 1, objects=[]),
        {name: part for name, part in thing("campaign", 1, name="x").items() if name != "created"},
        thing("campaign", 1, name="x", deep=json.loads("[" * 60 + "]" * 60)),
    ],
)
def test_what_cannot_be_read_is_held_and_told(value: Any) -> None:
    preview = decide([value], policy(), context())
    assert preview.leaving == ()
    assert [one.outcome for one in preview.verdicts] == ["held"]


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("exact", "2026-03-01T10:41:07.120Z"),
        ("second", "2026-03-01T10:41:07.000Z"),
        ("hour", "2026-03-01T10:00:00.000Z"),
        ("day", "2026-03-01T00:00:00.000Z"),
    ],
)
def test_times_are_rounded_down_wherever_they_stand(unit: Times, said: str) -> None:
    value = {
        "id": named("campaign", 1),
        "first_seen": MADE,
        "description": f"at {MADE}, so 2026-03-01 10:41:07+02:00",
        "x": [{"when": MADE}],
    }
    found = coarse(value, unit)
    assert found["first_seen"] == said
    assert found["x"] == [{"when": said}]
    assert found["description"].startswith(f"at {said}, so 2026-03-01 ")
    assert ("41:07+02" in found["description"]) == (unit in ("exact", "second"))


@pytest.mark.parametrize(("first", "last"), [("valid_from", "valid_until"),
                                             ("start_time", "stop_time")])  # fmt: skip
def test_a_time_that_must_be_later_stays_later(first: str, last: str) -> None:
    value = {"id": "x", first: "2026-03-01T10:05:00Z", last: "2026-03-01T10:06:00Z"}
    assert coarse(value, "hour") == {
        "id": "x", first: "2026-03-01T10:00:00.000Z", last: "2026-03-01T11:00:00.000Z",
    }  # fmt: skip
    end = {"id": "x", first: "9999-12-31T23:05:00Z", last: "9999-12-31T23:06:00Z"}
    assert last not in coarse(end, "day")


_instants = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - hypothesis asks for it
    lambda instant: instant.replace(tzinfo=UTC)
)


@given(st.lists(_instants, min_size=1, unique=True), st.sampled_from(["second", "hour", "day"]))
def test_rounded_versions_stay_in_order_and_late(found: list[datetime], unit: Times) -> None:
    instants = [Timestamp.of(one) for one in sorted(found)]
    made = versions(instants, unit)
    assert all(one.moment < other.moment for one, other in pairwise(made))
    step = timedelta(days=1)
    assert all(
        one.instant - other.instant < step for one, other in zip(instants, made, strict=True)
    )


def test_created_never_comes_after_modified() -> None:
    for unit in ("second", "hour", "day"):
        sent = only(_at("10:05:00.001"), policy(redaction={"times": unit}))
        assert sent is not None
        assert Timestamp(sent["created"]).moment <= Timestamp(sent["modified"]).moment
