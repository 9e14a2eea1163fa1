"""Sections 4.1, 4.2, 2 and 7: what the server says about itself."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import UUID4, Found, add, is_time, refused, taxii
from standards.taxii.serving import Served
from standards.taxii.wire import Caller
from worlds.stix_made import StixMaker

MEDIA = re.compile(r"application/(taxii|stix)\+json;version=\d+\.\d+")
OWN: dict[str, dict[str, type]] = {
    "discovery": {
        "title": str, "description": str, "contact": str, "default": str, "api_roots": list},
    "root": {"title": str, "description": str, "versions": list, "max_content_length": int},
    "collections": {"collections": list},
    "collection": {
        "id": str, "title": str, "description": str, "alias": str, "can_read": bool,
        "can_write": bool, "media_types": list},
    "manifest": {"more": bool, "next": str, "objects": list},
    "record": {"id": str, "date_added": str, "version": str, "media_type": str},
    "versions": {"more": bool, "next": str, "versions": list},
    "envelope": {"more": bool, "next": str, "objects": list},
    "status": {
        "id": str, "status": str, "request_timestamp": str, "total_count": int,
        "success_count": int, "successes": list, "failure_count": int, "failures": list,
        "pending_count": int, "pendings": list},
    "details": {"id": str, "version": str, "message": str},
    "error": {
        "title": str, "description": str, "error_id": str, "error_code": str,
        "http_status": str, "external_details": str, "details": dict},
}  # fmt: skip


@pytest.fixture(scope="module")
def said(served: Served) -> list[tuple[str, Found]]:
    """One resource of each kind, with its kind."""
    caller, maker = Caller(served, served.first), StixMaker(1002)
    thing = maker.thing()
    good = add(caller, served.rw, thing)
    mixed = taxii(caller.post(served.rw, [maker.thing(), maker.thing(created="yesterday")]), 202)
    one = ("match[id]", thing["id"])
    manifest = taxii(caller.get(caller.manifest(served.rw), one))
    found = [
        ("discovery", taxii(caller.get(served.discovery))),
        ("root", taxii(caller.get(served.api_root))),
        ("collections", taxii(caller.get(caller.collections()))),
        ("collection", taxii(caller.get(caller.collection(served.rw)))),
        ("manifest", manifest),
        ("versions", taxii(caller.get(caller.versions(served.rw, thing["id"])))),
        ("envelope", taxii(caller.get(caller.objects(served.rw), ("limit", "1")))),
        ("status", good),
        ("status", mixed),
        ("error", refused(caller.get(caller.object(served.rw, maker.identifier("url"))))),
    ]
    found += [("record", record) for record in manifest["objects"]]
    for status in (good, mixed):
        for name in ("successes", "failures", "pendings"):
            found += [("details", one) for one in status.get(name, [])]
    found += [("collection", one) for one in found[2][1]["collections"]]
    return found


@clause("4.1-M1", "4.1-M2", "3.8-M2")
def test_discovery_is_where_the_standard_puts_it(served: Served, first: Caller) -> None:
    assert served.discovery == "/taxii2/"
    assert taxii(first.get("/taxii2/"))["title"]


@clause("4.1-M3", "4.1-M4", "4.1-M5", "8.2.1-M1")
def test_api_roots_are_addresses_that_a_client_can_use(served: Served, first: Caller) -> None:
    found = taxii(first.get(served.discovery))
    assert found["api_roots"]
    assert found.get("default", found["api_roots"][0]) in found["api_roots"]
    for root in found["api_roots"]:
        if urlsplit(root).scheme:
            assert urlsplit(root).scheme == "https"
            assert urlsplit(root).netloc
        else:
            assert re.match(r"/(?!/)", root)
        assert root.endswith("/")


@clause("4.1-D1")
def test_a_listed_root_answers(served: Served, first: Caller) -> None:
    roots = taxii(first.get(served.discovery))["api_roots"]
    paths = [urlsplit(urljoin(served.url, root)).path for root in roots]
    assert served.api_root in paths
    taxii(first.get(served.api_root))


@clause("4.2-M1", "4.2-M2", "4.2-M3", "4.2-M4")
def test_the_root_says_what_it_speaks_and_how_much_it_takes(served: Served, first: Caller) -> None:
    found = taxii(first.get(served.api_root))
    assert found["title"]
    assert all(MEDIA.fullmatch(one) for one in found["versions"])
    assert "application/taxii+json;version=2.1" in found["versions"]
    assert type(found["max_content_length"]) is int
    assert 0 < found["max_content_length"] < 2**53


def test_an_unknown_root_is_not_there(first: Caller) -> None:
    refused(first.get("/no-such-root/"), 404)
    refused(first.get("/no-such-root/collections/"), 404)


@clause("2-M1", "2-M2", "2-M3", "2-M4", "2-M5", "2-M6", "3.8-M1", "8.2.1-M2")
def test_everything_said_has_its_type(said: list[tuple[str, Found]]) -> None:
    assert {kind for kind, _ in said} == {*OWN}
    for kind, found in said:
        for name, value in found.items():
            if name in OWN[kind]:
                assert type(value) is OWN[kind][name], (kind, name, value)
                _valid(name, value)
        if kind in {"collection", "status"}:
            assert UUID4.fullmatch(found["id"])


@clause("7.1-M1", "7.1-M2", "7.1-S1", "7.1-S2", "7.1-S3")
def test_what_is_said_besides_is_named_as_custom(said: list[tuple[str, Found]]) -> None:
    known = {name for names in OWN.values() for name in names}
    for kind, found in said:
        for name in {*found} - {*OWN[kind]}:
            assert re.fullmatch(r"x_[a-z0-9]+_[a-z0-9_]+", name), (kind, name)
            assert len(name) <= 30
            assert name.split("_", 2)[2] not in known


def test_a_foreign_host_header_changes_no_address(served: Served, first: Caller) -> None:
    asked = [("Accept", "application/taxii+json;version=2.1"), *first.credentials()]
    plain = taxii(first.ask("GET", served.discovery, headers=asked))
    asked += [("X-Forwarded-Host", "thief.example"), ("Forwarded", "host=thief.example")]
    answer = first.ask("GET", served.discovery, headers=asked)
    assert taxii(answer) == plain


def _valid(name: str, value: Any) -> None:
    if type(value) is int:
        assert abs(value) < 2**53
        assert value >= 0
    elif type(value) is list:
        assert value
    elif name in {"date_added", "request_timestamp"}:
        assert is_time(value), (name, value)
    elif name == "media_type":
        assert MEDIA.fullmatch(value)
    elif name == "http_status":
        assert re.fullmatch(r"[45]\d\d", value)
