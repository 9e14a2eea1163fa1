"""Section 3.6: a failure has the status of its kind and says in TAXII's words why."""

from collections.abc import Callable

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import refused
from standards.taxii.serving import Served
from standards.taxii.wire import Answer, Caller, envelope
from worlds.stix_made import StixMaker

NOWHERE = "3b9d2a4e-9c1f-4d57-8a6b-0e5f4c3d2b1a"
Asks = Callable[[Caller, str], Answer]

FAILURES: dict[str, tuple[Asks, tuple[int, ...]]] = {
    "no such path": (lambda c, _: c.get("/nowhere/"), (404,)),
    "root of the host": (lambda c, _: c.get("/taxii2/nowhere/else/"), (404,)),
    "no such status": (lambda c, _: c.get(c.status(NOWHERE)), (404,)),
    "status that is no id": (lambda c, _: c.get(c.status("nonsense")), (400, 404)),
    "no such collection": (lambda c, _: c.get(c.collection(NOWHERE)), (404,)),
    "objects of no collection": (lambda c, _: c.get(c.objects(NOWHERE)), (404,)),
    "manifest of no collection": (lambda c, _: c.get(c.manifest(NOWHERE)), (404,)),
    "collection that is no id": (lambda c, _: c.get(c.collection("nonsense")), (400, 404)),
    "no such object": (lambda c, r: c.get(c.object(r, f"indicator--{NOWHERE}")), (404,)),
    "no such versions": (lambda c, r: c.get(c.versions(r, f"indicator--{NOWHERE}")), (404,)),
    "object that is no id": (lambda c, r: c.get(c.object(r, "nonsense")), (400, 404)),
    "added to no collection": (lambda c, _: c.post(NOWHERE, []), (404,)),
    "deleted from no collection": (
        lambda c, _: c.delete(c.object(NOWHERE, f"indicator--{NOWHERE}")), (404,)),
    "added_after that is no time": (
        lambda c, r: c.get(c.objects(r), ("added_after", "yesterday")), (400,)),
    "limit that is no number": (lambda c, r: c.get(c.objects(r), ("limit", "many")), (400,)),
    "limit of nothing": (lambda c, r: c.get(c.objects(r), ("limit", "0")), (400,)),
    "negative limit": (lambda c, r: c.get(c.manifest(r), ("limit", "-1")), (400,)),
    "cursor of nobody": (lambda c, r: c.get(c.objects(r), ("next", "made-up")), (400,)),
    "version that is none": (
        lambda c, r: c.get(c.objects(r), ("match[version]", "garbage")), (400,)),
    "body that is no JSON": (lambda c, r: c.ask("POST", c.objects(r), body=b"{"), (400, 422)),
    "body that is no object": (lambda c, r: c.ask("POST", c.objects(r), body=b"[]"), (400, 422)),
    "no body": (lambda c, r: c.ask("POST", c.objects(r), body=b""), (400, 422)),
    "objects that are no list": (
        lambda c, r: c.ask("POST", c.objects(r), body=b'{"objects": {}}'), (400, 422)),
    "nothing but bad objects": (
        lambda c, r: c.ask("POST", c.objects(r), body=envelope([1, "x", None])), (400, 422)),
}  # fmt: skip


@clause("3.6-D1", "3.6-S1", "3.6.1-M1", "3.6.1-M2", "3.1-M2", "0-L3", "0-L4", "3.4-D5", "3.4-D6",
        "5.2-D1", "5.6-D1", "5.8-D1", "4.3-D1", "5.5-D3")  # fmt: skip
@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_says_what_and_why(served: Served, first: Caller, name: str) -> None:
    ask, expected = FAILURES[name]
    refused(ask(first, served.rw), *expected)


@clause("3.6.1-M3")
@pytest.mark.parametrize("name", FAILURES)
def test_what_else_an_error_says_has_its_type(served: Served, first: Caller, name: str) -> None:
    found = FAILURES[name][0](first, served.rw).json()
    for text in ("title", "description", "error_id", "error_code", "external_details"):
        assert isinstance(found.get(text, ""), str)
    assert isinstance(found.get("details", {}), dict)


def test_text_from_outside_is_not_handed_on(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    text = "<script>alert(1)</script>" * 40
    answers = [
        first.get(first.objects(served.rw), ("added_after", text)),
        first.get(first.objects(served.rw), ("next", text)),
        first.get(first.objects(served.rw), ("match[version]", text)),
        first.post(served.rw, [{**maker.thing(), "id": text}]),
    ]
    for answer in answers:
        assert text.encode() not in answer.body
