"""What goes wrong on the line to TAXII: each fault is an error resource, and serving goes on."""

import http.client
import socket
from collections.abc import Iterator
from typing import Any, Final, final

import msgspec
import pytest

from legation.safeguards.sharing.taxii.media import TAXII
from legation.safeguards.sharing.taxii.server import Offer
from worlds.sharing_process import Answered, Visitor, campaign, envelope
from worlds.taxii_desk import TaxiiDesk, objects_of, taxii_desk

LARGEST: Final = 8_000_000
DEEP: Final = 100_000
GOOD: Final = envelope([campaign(1)])


@final
class Line:
    """A partner's way to the desk."""

    def __init__(self, desk: TaxiiDesk) -> None:
        self.desk = desk
        desk.partner("Aldria")
        self.path = objects_of(desk.collection("one", Aldria="rw"))
        desk.serve()

    def visit(self, token: str | None = None) -> Visitor:
        return Visitor(self.desk.port, self.desk.tokens["Aldria"] if token is None else token)

    def post(self, body: bytes, **headers: str) -> Answered:
        line = self.visit()
        answer = line.ask(self.path, "POST", body, **headers)
        line.close()
        return answer

    def still_serves(self, *numbers: int) -> None:
        """Hold what stands in the collection to these numbers."""
        found = self.desk.objects("Aldria", self.path.split("/")[4])
        assert [one["name"] for one in found] == [f"campaign {number}" for number in numbers]
        line = self.visit()
        assert line.ask("/taxii2/").status == 200
        line.close()

    def raw(self, head: str, body: bytes = b"", *, ends: bool = False) -> bytes:
        """Send bytes, and return all that comes back until the line ends or is silent."""
        with socket.create_connection(("127.0.0.1", self.desk.port), timeout=20) as line:
            line.sendall(head.replace("\n", "\r\n").encode("latin-1") + body)
            if ends:
                line.shutdown(socket.SHUT_WR)
            parts = []
            line.settimeout(2)
            try:
                while part := line.recv(65_536):
                    parts.append(part)
            except TimeoutError:
                pass
            return b"".join(parts)

    def head(self, length: int | str, *more: str, token: str | None = None) -> str:
        shown = self.desk.tokens["Aldria"] if token is None else token
        lines = [
            f"POST {self.path} HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {shown}",
            f"Accept: {TAXII}",
            f"Content-Type: {TAXII}",
            f"Content-Length: {length}",
            *more,
        ]
        return "\n".join(lines) + "\n\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with taxii_desk(tmp_path_factory.mktemp("faults"), offer=Offer(largest=LARGEST)) as desk:
        yield Line(desk)


def refused(answer: Answered, status: int) -> str:
    """Return why an answer refuses, once it is the error resource of this status."""
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == TAXII
    told: dict[str, Any] = answer.told()
    assert told["http_status"] == str(status)
    assert told["title"]
    why: str = told["description"]
    assert why
    return why


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no JSON in UTF-8"),
        (GOOD[:-1], "no JSON in UTF-8"),
        (GOOD[: len(GOOD) // 2], "no JSON in UTF-8"),
        (GOOD + GOOD, "no JSON in UTF-8"),
        (GOOD.decode().encode("utf-16"), "no JSON in UTF-8"),
        (b"\xef\xbb\xbf" + GOOD, "no JSON in UTF-8"),
        (GOOD.replace(b"campaign 1", b"campaign \xff"), "no JSON in UTF-8"),
        (GOOD.replace(b"campaign 1", b"campaign \xed\xa0\x80"), "no JSON in UTF-8"),
        (b'{"objects":[NaN]}', "no JSON in UTF-8"),
        (b"[]", "no envelope"),
        (b'"objects"', "no envelope"),
        (b'{"objects":{}}', "no envelope"),
        (b'{"objects":[1]}', "an object with an id and a type is missing"),
        (b'{"objects":[{"id":7,"type":[]}]}', "an object with an id and a type is missing"),
        (b"[" * DEEP, "no envelope"),
        (b'{"objects":' + b"[" * DEEP + b"]" * DEEP + b"}", "it nests too deep"),
        (b'{"objects":[' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"]}", "it nests too deep"),
        (b'{"more":' + b"[" * DEEP + b"]" * DEEP + b',"objects":[]}', "it nests too deep"),
        (b'{"objects":[],"objects":[]}', "a name stands twice"),
    ],
    ids=range(19),
)
def test_a_body_that_is_no_envelope_is_told_why(served: Line, body: bytes, why: str) -> None:
    assert why in refused(served.post(body), 422)
    served.still_serves()


def test_an_object_that_nests_deep_is_told_of(served: Line) -> None:
    for depth in (101, 900):
        deep = campaign(2, x_deep="DEEP").replace(b'"DEEP"', b"[" * depth + b"]" * depth)
        answer = served.post(envelope([deep]))
        assert answer.status == 202
        assert "it nests too deep" in answer.told()["failures"][0]["message"]
    served.still_serves()


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": f"{TAXII};charset=utf-16"},
        {"Content_Type": f'{TAXII}; Charset="iso-8859-1"'},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/taxii+json;version=2.0"},
        {"Content_Encoding": "gzip"},
    ],
)
def test_what_is_sent_in_another_form_is_415(served: Line, headers: dict[str, str]) -> None:
    assert "send" in refused(served.post(GOOD, **headers), 415)
    served.still_serves()


def test_two_gigabytes_are_refused_before_they_come(served: Line) -> None:
    begun = served.raw(served.head(2_000_000_000))
    assert begun.startswith(b"HTTP/1.1 413 ")
    assert b'"http_status":"413"' in begun
    assert b"at most 8,000,000 bytes" in begun
    served.still_serves()


def test_who_sends_too_much_and_only_then_reads_is_told_so(served: Line) -> None:
    answer = served.post(b" " * (3 * LARGEST))
    assert "at most 8,000,000 bytes" in refused(answer, 413)
    served.still_serves()


def test_a_body_without_a_stated_end_is_cut_at_the_limit(served: Line) -> None:
    line = http.client.HTTPConnection("127.0.0.1", served.desk.port, timeout=60)
    sent = (b" " * 100_000 for _ in range(3 * LARGEST // 100_000))
    headers = served.visit().headers
    line.request("POST", served.path, sent, headers, encode_chunked=True)
    with line.getresponse() as answer:
        assert answer.status == 413
        assert msgspec.json.decode(answer.read())["http_status"] == "413"
    line.close()
    served.still_serves()


def test_who_is_unknown_sends_no_body(served: Line) -> None:
    begun = served.raw(served.head(2_000_000_000, token="nobody"))  # noqa: S106 - no token
    assert begun.startswith(b"HTTP/1.1 401 ")
    assert b'"http_status":"401"' in begun
    served.still_serves()


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 19, "9" * 30, "0x10", ""])
def test_a_length_that_is_none_is_refused(served: Line, length: str) -> None:
    begun = served.raw(served.head(length))
    assert begun.split(b" ")[1] in (b"400", b"413"), begun
    assert b'"http_status"' in begun
    served.still_serves()


def test_a_line_that_breaks_in_a_body_leaves_nothing(served: Line) -> None:
    for cut in (0, 1, len(GOOD) - 1):
        served.raw(served.head(len(GOOD)), GOOD[:cut], ends=True)
    served.still_serves()


@pytest.mark.parametrize(
    "begun",
    [
        "nonsense\n\n",
        "GET /taxii2/\xff HTTP/1.1\nHost: a\n\n",
        "GET /taxii2/ HTTP/1.1\nHost: a\nBad Header: x\n\n",
        "GET /taxii2/ HTTP/1.1\nHost: a\n" + "A: b\n" * 200 + "\n",
        "GET /taxii2/ HTTP/1.1\nHost: a\nA: " + "b" * 100_000 + "\n\n",
        "GET /taxii2/" + "a" * 100_000 + " HTTP/1.1\nHost: a\n\n",
    ],
    ids=range(6),
)
def test_bytes_that_are_no_request_are_refused_by_an_error_resource(
    served: Line, begun: str
) -> None:
    answer = served.raw(begun)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] in (b"400", b"431"), answer
    told = msgspec.json.decode(body)
    assert told["title"]
    assert f"Content-Type: {TAXII}".encode() in head
    served.still_serves()


@pytest.mark.parametrize(
    "path",
    [
        "/taxii2/%00/",
        "/taxii2/exchange/status/%00/",
        "/taxii2/exchange/collections/%00/",
        "/taxii2/exchange/collections/%ff/objects/",
        "/taxii2/exchange/collections/..%2f..%2f/objects/",
        "/taxii2/../../etc/passwd",
        "/taxii2/exchange/collections/%3Cscript%3E/",
        "/taxii2//exchange/",
        "/taxii2/exchange/status/" + "a" * 8_000,
        "/else",
        "/",
    ],
)
def test_a_path_that_leads_nowhere_is_404(served: Line, path: str) -> None:
    line = served.visit()
    refused(line.ask(path), 404)
    line.close()


def test_a_method_that_is_none_of_taxii_is_told_what_is(served: Line) -> None:
    line = served.visit()
    for method in ("PUT", "PATCH", "OPTIONS", "TRACE"):
        answer = line.ask(served.path, method)
        refused(answer, 405)
        assert answer.headers["allow"] == "GET, POST"
    line.close()


def test_a_question_with_a_large_body_is_not_read_into_memory(served: Line) -> None:
    line = served.visit()
    refused(line.ask(served.path, "GET", b" " * 1_000_000), 413)
    line.close()


HOSTILE: Final = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("https://a.example","b")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u202egnp.exe\u202c \u2066a\u2069 \u200b\u200f",
    "\x1b]0;owned\x07\x1b[31mred\x1b[2J\u009b2J",
    "nul \x00 and \x7f",
    "\U0001f600 \u00e9 e\u0301 \ufffd \ufeff",
    "'; DROP TABLE taxii_objects; --",
    ':{}[],":',
)


def test_hostile_words_are_given_back_as_they_came_byte_by_byte(tmp_path: Any) -> None:
    with taxii_desk(tmp_path / "desk") as desk:
        line = Line(desk)
        raws = [
            campaign(number, name=word or "x", description=word, x_text=[word, {word: word}])
            for number, word in enumerate(HOSTILE, 1)
        ]
        # The same in another spelling: each sign by its number.
        raws += [
            raw.decode()
            .replace(f": {1}", ": 1")
            .replace("campaign--0", "campaign--1")
            .encode("ascii", "namereplace")
            for raw in raws
            if raw.isascii()
        ]
        answer = line.post(envelope(raws))
        assert answer.status == 202
        assert answer.told()["success_count"] == len(raws), answer.body
        got = desk.ask("Aldria", "GET", line.path).body
        for raw in raws:
            assert raw in got


def test_hostile_names_of_properties_and_ids_are_told_of_as_data(served: Line) -> None:
    bad = [campaign(9, id=f"campaign--{word}", **{word: word}) for word in HOSTILE]
    answer = served.post(envelope(bad))
    assert answer.status == 202
    told = answer.told()
    assert told["failure_count"] == len(bad)
    assert all(one["message"] for one in told["failures"])
    served.still_serves()
