"""What is taken out of an object is taken out wherever it stands, and out of its translations."""

import json
from typing import Any

import pytest

from legation.safeguards.sharing.gate.deciding import decide
from legation.safeguards.sharing.gate.policy import Policy
from legation.stix.extensions import carry
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

_OTHER = "extension-definition--00000000-0000-4000-8000-000000000007"
_TOLD = "what is taken out of an object is taken out of its translation"


def _rules(**redaction: Any) -> Policy:
    return policy(redaction=redaction, types={"custom": ["*"]})


_BODIES = _rules(strip_bodies=True)


def _translated(target: Value, **content: Any) -> Value:
    return thing("language-content", 9, object_ref=target["id"], contents={"fr": content})


def test_the_translation_of_a_stripped_note_is_stripped() -> None:
    about = thing("campaign", 1, name="x")
    note = thing("note", 2, content="WHOLE text", abstract="part", object_refs=[about["id"]])
    words = _translated(note, content="WHOLE texte", abstract="partie")
    bare = _translated(note, content="WHOLE texte") | {"id": named("language-content", 8)}
    preview = decide([about, note, words, bare], _rules(strip_notes=True), context())
    assert "WHOLE" not in json.dumps(preview.leaving)
    sent = left(preview, words)
    assert sent is not None
    assert sent["contents"] == {"fr": {"abstract": "partie"}}
    assert _TOLD in verdict(preview, words).reasons
    assert "nothing is left of it without its contents" in verdict(preview, bare).reasons[0]
    whole = decide([about, note, words], policy(), context())
    assert left(whole, words) == words


@pytest.mark.parametrize(
    ("kind", "stripped"),
    [
        ("media-content", {"content": "WHOLE"}),
        ("x-message", {"text": "WHOLE", "x_raw_email": "WHOLE"}),
        ("campaign", {"x_mail": {"body": "WHOLE"}}),
    ],
)
def test_the_translation_of_what_has_no_body_has_none(kind: str, stripped: Value) -> None:
    target = seen(kind, 1, url="https://news.example/a", **stripped)
    if kind == "campaign":
        target = thing(kind, 1, name="x", **stripped)
    words = _translated(target, title="x", **stripped)
    preview = decide([target, words], _BODIES, context())
    assert "WHOLE" not in json.dumps(preview.leaving)
    sent = left(preview, words)
    assert sent is not None
    assert sent["contents"] == {"fr": {"title": "x"}}


def test_a_marked_part_is_cut_from_the_translation_in_its_place() -> None:
    target = thing("campaign", 1, name="x", aliases=["a", "SECRET", "c"], description="SECRET")
    target["granular_markings"] = [
        {"marking_ref": marking_ref(Tlp.RED), "selectors": ["aliases.[1]", "description"]}
    ]
    words = _translated(target, aliases=["A", "SECRET", "C"], description="SECRET", name="y")
    preview = decide([target, words], policy(), context())
    assert "SECRET" not in json.dumps(preview.leaving)
    sent = left(preview, words)
    assert sent is not None
    assert sent["contents"] == {"fr": {"aliases": ["A", "C"], "name": "y"}}


def test_a_selector_that_may_mean_two_parts_cuts_both() -> None:
    value = thing("campaign", 1, name="x", x_map={"a": {"b": "SECRET"}, "a.b": "SECRET", "c": 1})
    value["granular_markings"] = [{"marking_ref": marking_ref(Tlp.RED), "selectors": ["x_map.a.b"]}]
    sent = only(value)
    assert sent is not None
    assert sent["x_map"] == {"c": 1}


@pytest.mark.parametrize(
    "stripped",
    [
        {"x_body": "WHOLE"},
        {"x_chat_body": ["WHOLE"]},
        {"x_email_body_plain": "WHOLE"},
        {"x_content": "WHOLE", "x_mail": {"text": "WHOLE", "from": "a.pdf"}},
        {"x_opencti_files": [{"name": "a.pdf", "data": "WHOLE"}]},
        {"extensions": {_OTHER: {"files": [{"data": "WHOLE", "name": "a.pdf"}], "b": 1}}},
        {"extensions": {_OTHER: {"b": 1, "body": "WHOLE", "payload_bin": "WHOLE",
                                 "command_line": "WHOLE", "deep": [{"Raw-Email": "WHOLE"}]}}},
        {"extensions": {_OTHER: {"b": 1, "request_header": {"Cookie": ["WHOLE"]}}}},
    ],
)  # fmt: skip
def test_bodies_are_stripped_by_their_names_at_any_depth(stripped: Value) -> None:
    value = thing("campaign", 1, name="x", **stripped)
    sent = only(value, _BODIES)
    assert sent is not None
    assert "WHOLE" not in json.dumps(sent)
    assert ("a.pdf" in json.dumps(sent)) == ("a.pdf" in json.dumps(value))
    assert only(value, _rules()) == value


def test_bodies_of_registries_processes_and_custom_types_are_stripped() -> None:
    key = seen("windows-registry-key", 1, key="HKLM", values=[
        {"name": "run", "data": "WHOLE", "data_type": "REG_SZ"}])  # fmt: skip
    started = {"startup_info": {"lpTitle": "WHOLE"}, "priority": "x"}
    process = seen("process", 2, pid=1, extensions={"windows-process-ext": started})
    message = thing("x-chat-message", 3, content="WHOLE", text="WHOLE", body="WHOLE", room="a")
    preview = decide([key, process, message], _BODIES, context())
    assert "WHOLE" not in json.dumps(preview.leaving)
    assert len(preview.leaving) == 4
    sent = left(preview, key)
    assert sent is not None
    assert sent["values"] == [{"name": "run", "data_type": "REG_SZ"}]


def test_what_our_own_extensions_call_a_body_is_none() -> None:
    row = {"row": {"body": "International Court", "text": "an opinion"}}
    value = thing("campaign", 1, name="x", extensions=carry("knowledge", row))
    assert only(value, _BODIES) == value
    said = thing("campaign", 1, name="x", x_has_body=True, x_views=7, x_body_length=9,
                 x_payload_family="y")  # fmt: skip
    assert only(said, _BODIES) == said


def _sighting(**more: Any) -> Value:
    return thing("sighting", 4, sighting_of_ref=named("campaign", 1), count=3, **more)


_WHO = thing("identity", 5, name="Weather Service", identity_class="organization")
_ABOUT = thing("campaign", 1, name="x")


def test_a_sighting_says_not_by_whom_and_who_saw_does_not_leave() -> None:
    sighting = _sighting(created_by_ref=_WHO["id"], where_sighted_refs=[_WHO["id"]],
                         x_by_refs=[_WHO["id"]], description="by the Weather Service")  # fmt: skip
    preview = decide([_ABOUT, _WHO, sighting], _rules(sightings="counts"), context())
    told = json.dumps(preview.leaving)
    assert "Weather" not in told
    assert _WHO["id"] not in told
    assert verdict(preview, _WHO).reasons == (
        "it tells who saw something, or who else is told of it",
    )
    sent = left(preview, sighting)
    assert sent is not None
    assert sent["count"] == 3
    assert not [name for name in sent if name.endswith(("by_ref", "sighted_refs", "by_refs"))]
    full = decide([_ABOUT, _WHO, sighting], policy(), context())
    assert left(full, sighting) == sighting


def test_who_saw_something_is_named_for_what_else_it_wrote() -> None:
    sighting = _sighting(created_by_ref=_WHO["id"])
    other = thing("malware", 6, is_family=False, created_by_ref=_WHO["id"])
    preview = decide([_ABOUT, _WHO, sighting, other], _rules(sightings="counts"), context())
    assert left(preview, _WHO) == _WHO
    sent = left(preview, sighting)
    assert sent is not None
    assert "created_by_ref" not in sent


@pytest.mark.parametrize("attribution", ["pseudonym", "named"])
def test_our_own_sighting_says_not_by_whom_either(attribution: str) -> None:
    sighting = _sighting(created_by_ref=_WHO["id"])
    rules = policy(redaction={"sightings": "counts"}, sharing={"attribution": attribution})
    preview = decide([_ABOUT, _WHO, sighting], rules, context(house=frozenset({_WHO["id"]})))
    sent = left(preview, sighting)
    assert sent is not None
    assert "created_by_ref" not in sent
    assert "Weather" not in json.dumps(preview.leaving)


def test_a_time_is_where_it_was() -> None:
    # Bodies are no times: what is made of both rules holds together.
    value = thing("campaign", 1, name="x", x_body="WHOLE", first_seen=MADE)
    sent = only(value, policy(redaction={"strip_bodies": True, "times": "day"}))
    assert sent is not None
    assert sent["first_seen"] == "2026-03-01T00:00:00.000Z"


def test_what_tells_of_a_sighting_does_not_name_who_saw() -> None:
    sighting = _sighting(created_by_ref=_WHO["id"])
    note = thing("note", 7, content="so said the Weather Service", object_refs=[sighting["id"]])
    words = _translated(sighting, description="selon Weather Service")
    objects = [_ABOUT, _WHO, sighting, note, words]
    preview = decide(objects, _rules(sightings="counts"), context())
    assert left(preview, note) is not None
    assert left(preview, words) is not None
    assert "Weather" not in json.dumps(preview.leaving)
