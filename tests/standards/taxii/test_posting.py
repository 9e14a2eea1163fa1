"""Section 5.5: adding objects."""

import json
from typing import Any

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import add, added, in_taxii, names, refused, taxii, walk
from standards.taxii.serving import Served
from standards.taxii.wire import TAXII, Caller, envelope, raw, statuses
from worlds.stix_made import Made, StixMaker

ALL = ("match[version]", "all")


def padded(maker: StixMaker, size: int) -> tuple[Made, bytes]:
    """Make an object whose envelope has exactly so many bytes."""
    thing = maker.thing("tool", description="")
    room = size - len(envelope([thing]))
    thing["description"] = "x" * room
    body = envelope([thing])
    assert len(body) == size
    return thing, body


@clause("5.5-D1", "5.4-D1")
def test_what_is_taken_is_accepted_with_a_status(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    things = [maker.thing() for _ in range(3)]
    status = taxii(first.post(served.rw, things), 202)
    assert status["total_count"] == 3
    add(first, served.rw, *things)
    for thing in things:
        assert taxii(first.get(first.object(served.rw, thing["id"])))["objects"] == [thing]


@clause("5.5-M2")
@pytest.mark.parametrize("kind", ["thing", "marking", "observable", "precise", "odd"])
def test_an_exact_duplicate_is_no_error(
    served: Served, first: Caller, maker: StixMaker, kind: str
) -> None:
    thing = getattr(maker, kind)()
    asked = [("match[id]", thing["id"]), ALL]
    add(first, served.rw, thing)
    before = walk(first, first.manifest(served.rw), *asked)
    add(first, served.rw, thing)
    add(first, served.rw, thing, maker.thing(), thing)
    assert walk(first, first.manifest(served.rw), *asked) == before
    assert len(before) == 1


@clause("5.5-M2")
def test_the_other_partner_s_duplicate_is_no_error(
    served: Served, first: Caller, second: Caller, maker: StixMaker
) -> None:
    thing = maker.thing()
    add(first, served.rw, thing)
    add(second, served.rw, thing)
    assert walk(first, first.objects(served.rw), ("match[id]", thing["id"])) == [thing]


@clause("5.5-L1")
@pytest.mark.parametrize("kind", ["thing", "marking", "observable"])
def test_other_content_never_replaces_a_version(
    served: Served, first: Caller, maker: StixMaker, kind: str
) -> None:
    thing = getattr(maker, kind)()
    add(first, served.rw, thing)
    first.post(served.rw, [{**thing, "x_conform_other": "content"}])
    assert walk(first, first.objects(served.rw), ("match[id]", thing["id"]), ALL) == [thing]


@clause("5.5-D4")
@pytest.mark.parametrize(
    "damage",
    [
        {"created": "yesterday"},
        {"pattern": 7},
        {"type": "indicator", "id": "indicator--nonsense"},
        {"modified": "2024-13-01T00:00:00.000Z"},
        {"created_by_ref": "nobody"},
    ],
)
def test_bad_objects_fail_by_name_and_good_ones_are_kept(
    served: Served, first: Caller, maker: StixMaker, damage: dict[str, Any]
) -> None:
    good, bad, also = maker.thing(), {**maker.thing(), **damage}, maker.thing()
    status = added(first, served.rw, good, bad, also)
    counted = [status[f"{name}_count"] for name in ("total", "success", "failure", "pending")]
    assert counted == [3, 2, 1, 0]
    (failure,) = status["failures"]
    assert failure["id"] == bad["id"]
    assert failure.get("message", "a reason").strip()
    assert names(status["successes"]) == [good["id"], also["id"]]
    asked = ("match[id]", ",".join([good["id"], also["id"]]))
    assert walk(first, first.objects(served.rw), asked) == [good, also]


@clause("5.5-D3")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"objects"',
        b"7",
        b'{"objects": {}}',
        b'{"objects": null}',
        b'{"objects": "x"}',
        b'{"objects": [null]}',
        b'{"objects": [[]]}',
        b'{"objects": [1, 2]}',
        b'{"objects": [{}]}',
        b'{"objects": [{"id": 7, "type": 7}]}',
        b'{"objects": [], "objects": []}',
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b'{"objects": [{"id": "\xff"}]}',
        b'{"objects": [NaN]}',
        b'{"objects": []} {}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"objects": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    served: Served, first: Caller, body: bytes
) -> None:
    refused(first.ask("POST", first.objects(served.rw), body=body), 400, 422)


@pytest.mark.parametrize("body", [b"{}", b'{"objects": []}', b'{"more": false}'])
def test_nothing_to_add_is_refused_or_counted_as_nothing(
    served: Served, first: Caller, body: bytes
) -> None:
    answer = first.ask("POST", first.objects(served.rw), body=body)
    if answer.status == 202:
        assert taxii(answer, 202)["total_count"] == 0
    else:
        refused(answer, 400, 422)


@clause("7.1-M3")
def test_an_unknown_property_of_an_envelope_is_ignored_or_refused(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing = maker.thing()
    body = json.dumps({"objects": [thing], "more": False, "x_conform_note": {"a": 1}}).encode()
    answer = first.ask("POST", first.objects(served.rw), body=body)
    if answer.status == 202:
        assert taxii(answer, 202)["failure_count"] == 0
        taxii(first.get(first.object(served.rw, thing["id"])))
    else:
        refused(answer, 422)


@clause("4.2-M5")
def test_a_body_just_below_the_maximum_is_taken(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    for size in (served.max_content_length - 1, served.max_content_length):
        thing, body = padded(maker, size)
        answer = first.ask("POST", first.objects(served.rw), body=body)
        assert taxii(answer, 202)["failure_count"] == 0
        assert taxii(first.get(first.object(served.rw, thing["id"])))["objects"] == [thing]
        first.delete(first.object(served.rw, thing["id"]))


@clause("5.5-D2")
def test_a_body_above_the_maximum_is_too_large(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing, body = padded(maker, served.max_content_length + 1)
    request = _request(served, first, f"Content-Length: {len(body)}\r\n")
    heard = raw(served, request + body, patience=20)
    assert statuses(heard) == [413]
    _is_refusal(heard, 413)
    refused(first.get(first.object(served.rw, thing["id"])), 404)


@clause("5.5-D2", "5.5-L2")
def test_a_body_in_chunks_above_the_maximum_is_too_large(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing, body = padded(maker, served.max_content_length + 70_000)
    request = _request(served, first, "Transfer-Encoding: chunked\r\n")
    parts = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    heard = raw(served, request + chunks + b"0\r\n\r\n", patience=20)
    assert statuses(heard) == [413]
    refused(first.get(first.object(served.rw, thing["id"])), 404)


@clause("5.5-D2")
def test_a_length_alone_is_refused_before_the_body_comes(served: Served, first: Caller) -> None:
    request = _request(served, first, "Content-Length: 2000000000\r\n")
    heard = raw(served, request, patience=20)
    assert statuses(heard) == [413]
    _is_refusal(heard, 413)


def test_a_body_in_chunks_is_taken(served: Served, first: Caller, maker: StixMaker) -> None:
    thing = maker.odd()
    body = envelope([thing])
    request = _request(served, first, "Transfer-Encoding: chunked\r\n")
    parts = [body[at : at + 7] for at in range(0, len(body), 7)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    heard = raw(served, request + chunks + b"0\r\n\r\n", patience=20)
    assert statuses(heard) == [202]
    assert taxii(first.get(first.object(served.rw, thing["id"])))["objects"] == [thing]


def test_a_thousand_objects_are_taken_at_once(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    add(first, served.rw, *maker.some(1000))


def test_stix_2_0_is_refused_by_name_or_kept_as_it_is(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing = maker.thing("campaign")
    del thing["spec_version"]
    answer = first.post(served.rw, [thing])
    if answer.status == 422:
        refused(answer, 422)
        return
    status = taxii(answer, 202)
    if status["failure_count"]:
        assert names(status["failures"]) == [thing["id"]]
    else:
        query = [("match[id]", thing["id"]), ("match[spec_version]", "2.0")]
        assert walk(first, first.objects(served.rw), *query) == [thing]


@clause("5.5-M1")
def test_nothing_is_added_to_what_is_unknown(first: Caller, maker: StixMaker) -> None:
    refused(first.post("3b9d2a4e-9c1f-4d57-8a6b-0e5f4c3d2b1a", [maker.thing()]), 404)


def test_a_bundle_is_no_envelope_but_is_never_lost_in_silence(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing = maker.thing()
    bundle = {"type": "bundle", "id": maker.identifier("bundle"), "objects": [thing]}
    answer = first.ask("POST", first.objects(served.rw), body=json.dumps(bundle).encode())
    in_taxii(answer)
    if answer.status == 202:
        taxii(first.get(first.object(served.rw, thing["id"])))


def _request(served: Served, caller: Caller, length: str) -> bytes:
    lines = [
        f"POST {caller.objects(served.rw)} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Accept: {TAXII}",
        f"Content-Type: {TAXII}",
        *(f"{name}: {value}" for name, value in caller.credentials()),
        "Connection: close",
    ]
    return ("\r\n".join(lines) + f"\r\n{length}\r\n").encode()


def _is_refusal(heard: bytes, status: int) -> None:
    head, _, body = heard.partition(b"\r\n\r\n")
    assert b"application/taxii+json;version=2.1" in head.replace(b" ", b"")
    assert b'"title"' in body
    assert str(status).encode() in body
