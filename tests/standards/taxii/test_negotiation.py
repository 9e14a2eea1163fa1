"""Sections 1.6.8 and 3.1: what is asked for, and in which words it is answered."""

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import add, in_taxii, media, refused, taxii
from standards.taxii.serving import Served
from standards.taxii.wire import TAXII, Caller, envelope
from worlds.stix_made import StixMaker

PLACES = ["discovery", "root", "collections", "collection", "manifest", "objects", "object",
          "versions", "status"]  # fmt: skip
SAME = [
    "application/taxii+json;version=2.1",
    "application/taxii+json; version=2.1",
    "application/taxii+json ; version=2.1",
    "application/taxii+json;\tversion=2.1",
    "application/taxii+json",
    "Application/TAXII+JSON;Version=2.1",
    'application/taxii+json;version="2.1"',
]
ALSO_ACCEPTED = [
    "application/taxii+json;version=2.1;q=0.3",
    "application/taxii+json;version=2.1; Q=1.000",
    "text/html, application/taxii+json;version=2.1;q=0.5",
    "text/html,application/taxii+json",
    "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
    "application/taxii+json;version=2.1,",
    ", application/taxii+json;version=2.1",
    "application/*",
    "*/*",
    "text/html, */*;q=0.1",
]
FOREIGN = [
    "text/html",
    "application/json",
    "application/vnd.oasis.taxii+json; version=2.0",
    "application/taxii+json;version=2.0",
    "application/taxii+json;version=3.0",
    "application/taxii+json;version=2.1;q=0",
    "application/taxii+jsonx;version=2.1",
    "image/*",
    "",
    ";;;",
    "application/taxii+json;version=",
    'application/taxii+json;version="2.1',
]


@pytest.fixture(scope="module")
def places(served: Served) -> dict[str, str]:
    """Path of one resource of each kind."""
    caller, thing = Caller(served, served.first), StixMaker(1001).thing()
    status = add(caller, served.rw, thing)
    return {
        "discovery": served.discovery,
        "root": served.api_root,
        "collections": caller.collections(),
        "collection": caller.collection(served.rw),
        "manifest": caller.manifest(served.rw),
        "objects": caller.objects(served.rw),
        "object": caller.object(served.rw, thing["id"]),
        "versions": caller.versions(served.rw, thing["id"]),
        "status": caller.status(status["id"]),
    }


@clause("3.1-M1", "1.6.8-M1", "2-M7", "2-S1")
@pytest.mark.parametrize("place", PLACES)
def test_a_success_says_that_it_is_taxii(first: Caller, places: dict[str, str], place: str) -> None:
    taxii(first.get(places[place]))


@clause("3.1-M4")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("accept", [*SAME, *ALSO_ACCEPTED])
def test_every_way_to_ask_for_taxii_is_understood(
    first: Caller, places: dict[str, str], place: str, accept: str
) -> None:
    asked = [("Accept", accept), *first.credentials()]
    taxii(first.ask("GET", places[place], headers=asked))


@clause("3.1-M4")
def test_accept_may_come_in_several_headers(first: Caller, places: dict[str, str]) -> None:
    asked = [("Accept", "text/html"), ("Accept", TAXII), *first.credentials()]
    taxii(first.ask("GET", places["collections"], headers=asked))


@clause("1.6.8-D1")
@pytest.mark.parametrize("place", PLACES)
def test_without_a_version_the_newest_comes(
    first: Caller, places: dict[str, str], place: str
) -> None:
    asked = [("Accept", "application/taxii+json"), *first.credentials()]
    assert media(first.ask("GET", places[place], headers=asked))[1]["version"] == "2.1"


@clause("3.1-D1")
@pytest.mark.parametrize("place", ["discovery", "root", "objects"])
@pytest.mark.parametrize("accept", FOREIGN)
def test_what_is_not_taxii_is_not_acceptable(
    first: Caller, places: dict[str, str], place: str, accept: str
) -> None:
    asked = [("Accept", accept), *first.credentials()]
    answer = first.ask("GET", places[place], headers=asked)
    if answer.status == 200:
        in_taxii(answer)
    else:
        refused(answer, 400, 406)


def test_without_an_accept_the_answer_is_taxii_or_a_refusal(
    first: Caller, places: dict[str, str]
) -> None:
    for place in PLACES:
        answer = first.ask("GET", places[place], headers=first.credentials())
        assert answer.status in (200, 400, 406)
        in_taxii(answer)


@clause("3.1-M4")
@pytest.mark.parametrize("kind", SAME)
def test_every_way_to_name_the_body_taxii_is_understood(
    served: Served, first: Caller, maker: StixMaker, kind: str
) -> None:
    headers = [("Accept", TAXII), ("Content-Type", kind), *first.credentials()]
    body = envelope([maker.thing()])
    answer = first.ask("POST", first.objects(served.rw), headers=headers, body=body)
    assert taxii(answer, 202)["failure_count"] == 0


@clause("3.1-D2")
@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/taxii+json;version=2.0",
        "application/vnd.oasis.stix+json; version=2.0",
        "application/taxii+jsonx",
        "",
        ";",
        "*/*",
        None,
    ],
)
def test_a_body_of_a_foreign_type_is_refused(
    served: Served, first: Caller, maker: StixMaker, kind: str | None
) -> None:
    headers = [("Accept", TAXII), *first.credentials()]
    headers += [("Content-Type", kind)] if kind is not None else []
    thing = maker.thing()
    answer = first.ask("POST", first.objects(served.rw), headers=headers, body=envelope([thing]))
    refused(answer, 400, 415, 422)
    refused(first.get(first.object(served.rw, thing["id"])), 404)


@pytest.mark.parametrize("kind", ["application/taxii+json;version=2.1;charset=utf-16"])
def test_a_charset_beside_utf_8_is_refused_or_meaningless(
    served: Served, first: Caller, maker: StixMaker, kind: str
) -> None:
    headers = [("Accept", TAXII), ("Content-Type", kind), *first.credentials()]
    body = envelope([maker.thing()])
    answer = first.ask("POST", first.objects(served.rw), headers=headers, body=body)
    assert answer.status == 202 or refused(answer, 400, 415, 422)


@clause("3.1-M5", "3.1-S1", "3.1-M2")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("place", PLACES)
def test_a_method_that_is_not_there_is_not_allowed(
    first: Caller, places: dict[str, str], place: str, method: str
) -> None:
    if (place, method) in {("objects", "POST"), ("object", "DELETE")}:
        return
    answer = first.ask(method, places[place], body=b"{}" if method != "DELETE" else None)
    refused(answer, 405)
    allowed = {one.strip() for one in (answer.header("Allow") or "").split(",")}
    assert "GET" in allowed
    assert method not in allowed


@clause("3.1-M6")
@pytest.mark.parametrize("place", PLACES)
def test_head_is_get_without_a_body(first: Caller, places: dict[str, str], place: str) -> None:
    answer = first.ask("HEAD", places[place])
    assert answer.status == 200
    assert answer.body == b""
    in_taxii(answer)


@clause("3.1-M3")
@pytest.mark.parametrize("place", PLACES)
def test_addresses_end_in_a_slash(first: Caller, places: dict[str, str], place: str) -> None:
    assert places[place].endswith("/")
    taxii(first.get(places[place]))
    without = first.get(places[place].rstrip("/") or "/")
    if without.status == 200:
        in_taxii(without)
    elif without.status in (301, 307, 308):
        assert (without.header("Location") or "").endswith(places[place])
    else:
        refused(without, 404)


@clause("3.4-M10")
@pytest.mark.parametrize("place", PLACES)
def test_every_answer_tells_the_time(first: Caller, places: dict[str, str], place: str) -> None:
    assert (first.get(places[place]).header("Date") or "").endswith(" GMT")
