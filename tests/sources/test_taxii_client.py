"""The verbs of a client: what they send, and what they make of what comes back."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import (
    BadInputError,
    DeniedError,
    LegationError,
    NotFoundError,
    UnreachableError,
    UsageError,
)
from legation.sources.taxii.client import Asked, TaxiiClient, envelope, envelopes
from legation.sources.taxii.feed import Filter, instant_of, just_before, written
from legation.sources.taxii.messages import Status
from legation.sources.taxii.patience import Patience, asked_for
from worlds.taxii_partner import COLLECTION, MEDIA_TYPE, NOW, ROOT, Partner, Said
from worlds.taxii_time import Waits, direct

OBJECTS = [b'{ "type":"note" , "id":"note--1"}', b'{"type":"note","id":"note--2"}']


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def client(partner: Partner, waits: Waits) -> Iterator[TaxiiClient]:
    with direct(partner, waits=waits) as found:
        yield found


def said(value: Any, status: int = 200) -> Said:
    return Said(status, {"Content-Type": MEDIA_TYPE}, json.dumps(value).encode())


def failing(fault: Exception, waits: Waits) -> TaxiiClient:
    """Return a client whose line always fails in one way."""

    def asked(_request: httpx2.Request) -> httpx2.Response:
        raise fault

    return TaxiiClient(
        f"https://partner.example{ROOT}", tempo=waits.tempo(), transport=httpx2.MockTransport(asked)
    )


def test_objects_are_sent_as_the_bytes_that_they_are(client: TaxiiClient, partner: Partner) -> None:
    added = client.add(ROOT, COLLECTION, OBJECTS)
    assert (added.state, added.words) == ("complete", "")
    assert added.status == Status(id="1", complete=True, success=2)
    method, headers, body = partner.received[0]
    assert method == "POST"
    assert headers["content-type"] == headers["accept"] == MEDIA_TYPE
    assert body == b'{"objects":[' + OBJECTS[0] + b"," + OBJECTS[1] + b"]}"


def test_a_server_that_takes_its_time_is_asked_until_it_is_done(
    client: TaxiiClient, partner: Partner, waits: Waits
) -> None:
    pending = {"id": "1", "status": "pending", "total_count": 2, "pending_count": 2}
    failures = [{"id": "note--2", "version": "v", "message": "no"}]
    counts = {"total_count": 2, "success_count": 1, "failure_count": 1, "failures": failures}
    partner.instead = [said(pending, 202)]
    partner.statuses = [pending, {"id": "1", "status": "complete", **counts}]
    added = client.add(ROOT, COLLECTION, OBJECTS)
    assert added.state == "complete"
    assert added.status
    assert (added.status.success, added.status.failure) == (1, 1)
    assert added.status.failures[0].message == "no"
    assert waits.waited == [0.5, 1.0]


def test_a_server_that_is_never_done_leaves_the_envelope_pending(
    client: TaxiiClient, partner: Partner
) -> None:
    pending = {"id": "1", "status": "pending", "total_count": 2, "pending_count": 2}
    partner.instead = [said(pending, 202)]
    partner.statuses = [pending] * 9
    added = client.add(ROOT, COLLECTION, OBJECTS, polls=3)
    assert (added.state, added.hint) == ("pending", "ask for the status later")
    assert len(partner.statuses) == 6


def test_a_status_that_cannot_be_asked_for_leaves_the_envelope_pending(
    client: TaxiiClient, partner: Partner
) -> None:
    partner.instead = [said({"id": "1", "status": "pending"}, 202), said({}, 403)]
    added = client.add(ROOT, COLLECTION, OBJECTS)
    assert added.state == "pending"
    assert "does not let us" in added.words
    partner.instead = [said({"status": "pending"}, 202)]
    assert "no id" in client.add(ROOT, COLLECTION, OBJECTS).hint


def test_a_server_that_says_so_by_its_counts_is_done(client: TaxiiClient, partner: Partner) -> None:
    partner.instead = [said({"id": "1", "total_count": 2, "success_count": 2}, 202)]
    assert client.add(ROOT, COLLECTION, OBJECTS).state == "complete"


@pytest.mark.parametrize(
    "fault", [httpx2.ReadError("x"), httpx2.ReadTimeout("x"), httpx2.RemoteProtocolError("x"),
              httpx2.WriteError("x")],
)  # fmt: skip
def test_a_push_that_may_have_arrived_is_unknown_and_not_sent_again(
    fault: Exception, waits: Waits
) -> None:
    with failing(fault, waits) as client:
        added = client.add(ROOT, COLLECTION, OBJECTS)
    assert added.state == "unknown"
    assert "nobody knows" in added.words
    assert "push them again" in added.hint
    assert waits.waited == []


@pytest.mark.parametrize("fault", [httpx2.ConnectError("x"), httpx2.ConnectTimeout("x")])
def test_a_push_that_was_never_sent_is_tried_again(fault: Exception, waits: Waits) -> None:
    with failing(fault, waits) as client, pytest.raises(UnreachableError, match="be reached"):
        client.add(ROOT, COLLECTION, OBJECTS)
    assert len(waits.waited) == Patience().tries - 1


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_server_that_fails_in_a_push_leaves_it_unknown(
    client: TaxiiClient, partner: Partner, waits: Waits, status: int
) -> None:
    partner.instead = [said({}, status)]
    assert client.add(ROOT, COLLECTION, OBJECTS).state == "unknown"
    assert waits.waited == []


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 10**6, b"\xff"])
def test_an_answer_to_a_push_that_cannot_be_read_leaves_it_unknown(
    client: TaxiiClient, partner: Partner, body: bytes
) -> None:
    partner.instead = [Said(202, {"Content-Type": MEDIA_TYPE}, body)]
    assert client.add(ROOT, COLLECTION, OBJECTS).state == "unknown"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, UnreachableError),
        (503, UnreachableError),
        (307, UnreachableError),
        (400, BadInputError),
        (401, DeniedError),
        (403, DeniedError),
        (404, NotFoundError),
        (413, BadInputError),
        (415, UnreachableError),
        (422, BadInputError),
    ],
)
def test_a_push_that_is_refused_took_nothing_and_raises(
    client: TaxiiClient, partner: Partner, status: int, kind: type[LegationError]
) -> None:
    partner.instead = [Said(status, {"Location": "/other/"}, b"")]
    with pytest.raises(kind):
        client.add(ROOT, COLLECTION, OBJECTS)
    assert partner.asked == []


def test_an_envelope_of_nothing_is_refused(client: TaxiiClient, partner: Partner) -> None:
    with pytest.raises(UsageError, match="without objects"):
        client.add(ROOT, COLLECTION, [])
    assert partner.asked == []


@given(
    st.lists(st.integers(2, 60), max_size=40),
    st.integers(80, 200),
    st.integers(1, 9),
)
def test_envelopes_lose_nothing_and_keep_their_size(
    sizes: list[int], most_bytes: int, most_objects: int
) -> None:
    objects = [b"{" + b" " * (size - 2) + b"}" for size in sizes]
    found = list(envelopes(objects, most_bytes=most_bytes, most_objects=most_objects))
    assert [each for one in found for each in one] == objects
    for one in found:
        assert len(envelope(one)) <= most_bytes
        assert 1 <= len(one) <= most_objects


def test_an_object_that_no_envelope_can_hold_is_told() -> None:
    with pytest.raises(UsageError, match="larger than the partner takes"):
        list(envelopes([b" " * 100], most_bytes=100))
    assert list(envelopes([b" " * 86], most_bytes=100)) == [(b" " * 86,)]


def test_a_deletion_that_had_to_be_asked_twice_may_find_nothing(
    client: TaxiiClient, partner: Partner
) -> None:
    partner.instead = [said({}, 502), said({}, 404)]
    client.delete(ROOT, COLLECTION, "note--1")
    partner.instead = [said({}, 404)]
    with pytest.raises(NotFoundError):
        client.delete(ROOT, COLLECTION, "note--1")


def test_a_deletion_of_some_versions_says_which(client: TaxiiClient, partner: Partner) -> None:
    with pytest.raises(NotFoundError):
        client.delete(ROOT, COLLECTION, "note--1", Filter(versions=("first",)))
    assert partner.asked[0][1] == {"match[version]": "first"}
    assert partner.received[0][0] == "DELETE"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"title": None, "api_roots": None, "default": None},
        {"title": 7, "api_roots": ["/a/", 7, None], "default": ["x"], "unknown": {"a": [1]}},
    ],
)
def test_a_discovery_that_lacks_things_is_read(
    client: TaxiiClient, partner: Partner, answer: Any
) -> None:
    partner.instead = [said(answer)]
    found = client.discovery()
    assert found.title == ""
    assert found.api_roots in ((), ("https://partner.example/a/",))


@pytest.mark.parametrize("value", [None, "much", -1, True, 1.5])
def test_a_limit_that_is_no_number_is_none(
    client: TaxiiClient, partner: Partner, value: Any
) -> None:
    partner.instead = [said({"title": "a", "max_content_length": value})]
    assert client.api_root(ROOT).max_content_length is None


def test_a_collection_without_an_id_is_refused(client: TaxiiClient, partner: Partner) -> None:
    partner.instead = [said({"collections": [{"title": "a"}]})]
    with pytest.raises(BadInputError, match="without an id"):
        client.collections(ROOT)


def test_rights_are_those_that_are_plainly_given(client: TaxiiClient, partner: Partner) -> None:
    partner.instead = [said({"id": "a", "can_read": "yes", "can_write": 1})]
    found = client.collection(ROOT, "a")
    assert (found.can_read, found.can_write) == (False, False)


def test_pages_of_a_manifest_and_of_versions_are_read(
    client: TaxiiClient, partner: Partner
) -> None:
    entry = {"id": "note--1", "date_added": "2026-01-01T00:00:00.000000Z", "version": "v"}
    partner.instead = [
        said({"objects": [entry, 7, {}], "more": True, "next": 12}),
        said({"versions": ["v", None], "more": False}),
    ]
    manifest = client.manifest(ROOT, COLLECTION, Asked(limit=3))
    assert [each.id for each in manifest.entries] == ["note--1", ""]
    assert (manifest.more, manifest.next) == (True, "12")
    versions = client.versions(ROOT, COLLECTION, "note--1")
    assert (versions.versions, versions.more) == (("v",), False)


@pytest.mark.parametrize("ask", [
    lambda client: client.discovery(),
    lambda client: client.api_root(ROOT),
    lambda client: client.collections(ROOT),
    lambda client: client.collection(ROOT, "a"),
    lambda client: client.manifest(ROOT, "a"),
    lambda client: client.objects(ROOT, "a"),
    lambda client: client.object(ROOT, "a", "b"),
    lambda client: client.versions(ROOT, "a", "b"),
    lambda client: client.status(ROOT, "a"),
])  # fmt: skip
@pytest.mark.parametrize("body", [b"[" * 10**6, b"null", b'"a"', b"{", b'{"a":1}x', b"\xff", b""])
def test_every_verb_refuses_what_is_no_message(
    client: TaxiiClient, partner: Partner, ask: Callable[[TaxiiClient], Any], body: bytes
) -> None:
    partner.instead = [Said(200, {"Content-Type": MEDIA_TYPE}, body)]
    with pytest.raises(BadInputError) as told:
        ask(client)
    assert told.value.hint


@pytest.mark.parametrize("value", ["", "a,b", "a\nb"])
def test_a_filter_that_would_be_several_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="nothing to match"):
        Filter(ids=(value,)).query()


@given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - as the strategy asks
def test_just_before_an_instant_is_one_microsecond_less(instant: datetime) -> None:
    text = written(instant)
    assert instant_of(text) == instant
    assert instant - instant_of(just_before(text)) == timedelta(microseconds=1)
    assert len(text) == len("2026-01-01T00:00:00.000000Z")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("9" * 400, 1e9),
        ("Mon, 01 Jun 2026 12:02:00 GMT", 120.0),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 0.0),
        ("Mon, 01 Jun 2026 14:02:00 +0200", 120.0),
        ("", None),
        ("-3", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
        ("Mon, 99 Jun 99999 12:02:00 GMT", None),
    ],
)
def test_a_wish_to_wait_is_read_in_both_its_forms(text: str, seconds: float | None) -> None:
    assert asked_for({"retry-after": text}, NOW) == seconds


@given(
    st.integers(1, 10_000),
    st.floats(0, 1),
    st.one_of(st.none(), st.floats(0, 1e9)),
)
def test_waits_are_bounded_and_never_shorter_than_was_asked_for(
    tried: int, chance: float, wish: float | None
) -> None:
    patience = Patience()
    wait = patience.wait(tried, chance, wish)
    assert (wish or 0.0) <= wait <= max(patience.longest_s, wish or 0.0)
    ceiling = min(patience.longest_s, patience.first_s * 2.0 ** min(tried - 1, 60))
    assert wait <= max(ceiling, wish or 0.0)
