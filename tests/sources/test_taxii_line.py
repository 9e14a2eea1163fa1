"""What a line to a partner bears, over a socket: slow, broken, endless and lying answers."""

import gzip
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from legation.errors import (
    BadInputError,
    DeniedError,
    LegationError,
    NotFoundError,
    UnreachableError,
)
from legation.sources.taxii.access import Access
from legation.sources.taxii.client import Asked, TaxiiClient
from legation.sources.taxii.feed import Feed, new_state
from legation.sources.taxii.line import Bounds
from legation.sources.taxii.patience import Patience
from legation.sources.taxii.pull import pull
from worlds.certificates import make_certificate
from worlds.taxii_partner import COLLECTION, MEDIA_TYPE, NOW, ROOT, Crooked, Partner, Said
from worlds.taxii_time import Waits

PAGE = b'{"more":false,"objects":[{"type":"note","id":"note--1"}]}'
MOST = 200_000


@pytest.fixture
def partner() -> Partner:
    found = Partner()
    found.add(1, 1)
    return found


@pytest.fixture
def address(partner: Partner) -> Iterator[str]:
    with partner.running() as found:
        yield found


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def client(address: str, waits: Waits) -> Iterator[TaxiiClient]:
    with opened(address, waits) as found:
        yield found


def opened(address: str, waits: Waits, **bounds: Any) -> TaxiiClient:
    return TaxiiClient(
        address + ROOT,
        Access(user="desk", password="a secret word"),  # noqa: S106 - of a simulated partner
        bounds=Bounds(page_bytes=MOST, **bounds),
        patience=Patience(tries=4),
        tempo=waits.tempo(),
    )


def said(body: bytes = PAGE, status: int = 200, **headers: str) -> Said:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Said(status, {"Content-Type": MEDIA_TYPE} | named, body)


def objects(client: TaxiiClient, **asked: Any) -> tuple[bytes, ...]:
    return client.objects(ROOT, COLLECTION, Asked(**asked)).objects


def raw(front: bytes, *parts: bytes, pause_s: float = 0.0) -> Crooked:
    """Answer with bytes as they are, and hang up."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/taxii+json\r\n")
            handler.wfile.write(front + b"\r\n\r\n")
            for part in parts:
                handler.wfile.write(part)
                handler.wfile.flush()
                time.sleep(pause_s)
        except OSError:
            pass  # the client hung up, as it should

    return answer


def test_who_we_are_is_said_and_the_media_type_has_its_version(
    client: TaxiiClient, partner: Partner
) -> None:
    assert len(objects(client)) == 2
    _, headers, _ = partner.received[0]
    assert headers["accept"] == MEDIA_TYPE
    assert headers["authorization"] == "Basic ZGVzazphIHNlY3JldCB3b3Jk"
    assert headers["user-agent"].startswith("legation/")


def test_two_failures_are_outlived_with_growing_waits(
    client: TaxiiClient, partner: Partner, waits: Waits
) -> None:
    partner.instead = [said(status=500), said(status=502)]
    assert len(objects(client)) == 2
    assert waits.waited == [0.5, 1.0]


def test_a_busy_server_is_not_asked_before_its_time(
    client: TaxiiClient, partner: Partner, waits: Waits
) -> None:
    partner.instead = [
        said(status=429, Retry_After="7"),
        said(status=503, Retry_After="Mon, 01 Jun 2026 12:00:20 GMT"),
    ]
    assert len(objects(client)) == 2
    assert waits.waited == [7.0, 20.0]


def test_a_server_that_asks_for_more_patience_than_there_is_is_told_with_its_wish(
    client: TaxiiClient, partner: Partner, waits: Waits
) -> None:
    partner.instead = [said(status=429, Retry_After="86400")]
    with pytest.raises(UnreachableError, match="busy") as told:
        objects(client)
    assert told.value.hint == "try again in 86,400 s"
    assert waits.waited == []


def test_patience_ends(client: TaxiiClient, partner: Partner, waits: Waits) -> None:
    partner.instead = [said(status=500)] * 9
    with pytest.raises(UnreachableError, match=r"failed \(500\)"):
        objects(client)
    assert len(waits.waited) == 3
    assert len(partner.instead) == 5


def test_a_page_behind_a_cursor_is_asked_again_only_if_it_was_refused(
    client: TaxiiClient, partner: Partner
) -> None:
    partner.instead = [said(status=429)]
    objects(client, next="0")
    partner.instead = [said(status=500), said()]
    with pytest.raises(UnreachableError):
        objects(client, next="0")
    assert len(partner.instead) == 1


def test_what_adds_goes_over_a_line_of_its_own(client: TaxiiClient, partner: Partner) -> None:
    """A line that was kept may be dead, and then nobody would know whether anything arrived."""
    objects(client)
    objects(client)
    client.add(ROOT, COLLECTION, [b"{}"])
    objects(client)
    one, same, own, again = partner.lines
    assert one == same == again != own


def test_a_body_that_breaks_off_is_asked_for_again(client: TaxiiClient, partner: Partner) -> None:
    partner.instead = [raw(b"Content-Length: 500", PAGE)]
    assert len(objects(client)) == 2


def test_a_body_that_always_breaks_off_is_told(client: TaxiiClient, partner: Partner) -> None:
    partner.instead = [raw(b"Content-Length: 500", PAGE)] * 4
    with pytest.raises(UnreachableError, match="broke off"):
        objects(client)


def test_a_drip_that_never_ends_is_cut(address: str, partner: Partner, waits: Waits) -> None:
    partner.instead = [raw(b"Content-Length: 900", *[b" "] * 100, pause_s=0.1)] * 4
    begun = time.monotonic()
    with (
        opened(address, waits, answer_s=0.3) as client,
        pytest.raises(UnreachableError, match="takes too long"),
    ):
        objects(client)
    assert time.monotonic() - begun < 5


def test_headers_that_drip_are_cut_too(address: str, partner: Partner, waits: Waits) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        try:
            for number in range(100):
                handler.wfile.write(b"HTTP/1.1 200 OK\r\n" if not number else b"X-Drip: 1\r\n")
                time.sleep(0.1)
        except OSError:
            pass

    partner.instead = [answer] * 4
    with (
        opened(address, waits, answer_s=0.3) as client,
        pytest.raises(UnreachableError, match="takes too long"),
    ):
        objects(client)


def test_a_body_without_a_length_that_is_cut_is_no_whole_body(
    address: str, partner: Partner, waits: Waits
) -> None:
    partner.instead = [raw(b"X: 1", PAGE, b" ", b" ", pause_s=0.4)] * 4
    with (
        opened(address, waits, answer_s=0.2) as client,
        pytest.raises(UnreachableError, match="takes too long"),
    ):
        objects(client)


def test_silence_is_not_borne_for_ever(address: str, partner: Partner, waits: Waits) -> None:
    partner.instead = [lambda _handler: time.sleep(0.6)] * 4
    with (
        opened(address, waits, silence_s=0.2) as client,
        pytest.raises(UnreachableError, match="ReadTimeout"),
    ):
        objects(client)


def test_gzip_is_unpacked(client: TaxiiClient, partner: Partner) -> None:
    packed = gzip.compress(PAGE)
    partner.instead = [said(packed, Content_Encoding="gzip")]
    assert objects(client) == (b'{"type":"note","id":"note--1"}',)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (said(gzip.compress(b" " * 10**8), Content_Encoding="gzip"), "larger than 200,000 bytes"),
        (said(gzip.compress(PAGE)[:-9], Content_Encoding="gzip"), "wrongly packed, or breaks off"),
        (said(gzip.compress(PAGE) * 2, Content_Encoding="gzip"), "wrongly packed"),
        (said(b"plain", Content_Encoding="gzip"), "wrongly packed"),
        (said(Content_Encoding="br"), "packed as 'br'"),
        (said(Content_Encoding="gzip, gzip"), "packed as"),
        (said(b" " * (MOST + 1)), "larger than 200,000 bytes"),
        (said(b'{"objects":["\xff"]}'), "no UTF-8"),
        (said(b'{"objects":["\xed\xa0\x80"]}'), "no UTF-8"),
        (said(PAGE + b"\xc3"), "no UTF-8"),
        (said(PAGE.decode().encode("utf-16")), "no UTF-8"),
        (said(Content_Type="text/html; charset=utf-8"), "no TAXII message but 'text/html"),
        (said(Content_Type="application/taxii+json;charset=latin-1"), "is in 'latin-1'"),
        (said(Content_Type="application/vnd.oasis.taxii+json; version=2.0"), "TAXII 2.0"),
        (Said(200, {}, PAGE), "no TAXII message"),
        (said(b""), "cannot be read"),
        (said(PAGE[:-3]), "cannot be read"),
        (said(b"[]"), "cannot be read"),
        (said(b'{"objects":{}}'), "cannot be read"),
        (said(b'{"objects":[{}],"more":"yes"}'), "cannot be read"),
        (said(b'{"objects":[' + b"[" * 90_000 + b"]" * 90_000 + b"]}"), "nests too deep"),
        (said(b'{"a":' * 30_000 + b"1" + b"}" * 30_000), "nests too deep"),
        (said(b'{"next":"' + b"x" * 9000 + b'"}'), "endless"),
    ],
)
def test_what_is_no_message_is_told_and_not_asked_for_again(
    client: TaxiiClient, partner: Partner, answer: Said, words: str
) -> None:
    partner.instead = [answer]
    with pytest.raises(BadInputError, match=words) as told:
        objects(client)
    assert told.value.hint
    assert partner.instead == []
    assert len(partner.asked) == 1


def test_a_million_brackets_are_refused_and_the_feed_stays(waits: Waits) -> None:
    partner = Partner()
    partner.add(*[1] * 20)
    one = Feed(api_root=ROOT, collection=COLLECTION, page=10)
    with partner.running() as place, TaxiiClient(place + ROOT, tempo=waits.tempo()) as client:
        run = pull(client, one, new_state(one), now=lambda: NOW)
        state = next(run).state
        partner.instead = [said(b'{"objects":' + b"[" * 2**20 + b"]" * 2**20 + b"}")] * 9
        with pytest.raises(BadInputError, match="nests too deep"):
            next(run)
        partner.instead = []
        rest = [each for page in pull(client, one, state, now=lambda: NOW) for each in page.objects]
    assert rest == partner.objects()[10:]


def test_a_list_of_a_million_nothings_is_refused_before_it_is_made() -> None:
    partner = Partner()
    partner.instead = [said(b'{"objects":[' + b"0," * 1_000_000 + b"0]}")]
    with (
        partner.running() as place,
        TaxiiClient(place + ROOT) as client,
        pytest.raises(BadInputError, match="more than 200,000 things"),
    ):
        objects(client)


def test_many_commas_within_objects_are_no_many_objects() -> None:
    partner = Partner()
    inner = b'{"a,b":"[,{","c":[' + b"0," * 150_000 + b"0]}"
    partner.instead = [said(b'{"objects":[' + inner + b"," + inner + b'],"more":false}')]
    with partner.running() as place, TaxiiClient(place + ROOT) as client:
        assert objects(client) == (inner, inner)


def test_a_mark_at_the_front_and_other_media_types_are_passed_over(
    client: TaxiiClient, partner: Partner
) -> None:
    for kind in ("application/json", "application/stix+json;version=2.1", "application/TAXII+JSON"):
        partner.instead = [said(b"\xef\xbb\xbf" + PAGE, Content_Type=kind)]
        assert len(objects(client)) == 1


def test_a_redirect_within_the_place_is_followed_with_the_question(
    client: TaxiiClient, partner: Partner
) -> None:
    target = f"{ROOT}collections/{COLLECTION}/objects/"
    partner.instead = [said(b"", 308, Location=target)]
    assert len(objects(client, limit=1)) == 1
    assert partner.asked[-1] == (target, {"limit": "1"})


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/api-root/",
        "http://127.0.0.1:1/api-root/",
        "//elsewhere.example/",
        "http://desk:a%20secret@127.0.0.1:1/",
        "file:///etc/passwd",
        "http://[",
        "\u202ehttps://a.example/",
    ],
)
def test_a_redirect_to_elsewhere_is_not_followed(
    client: TaxiiClient, partner: Partner, target: str
) -> None:
    location = target.encode().decode("latin-1")
    partner.instead = [said(b"", 302, Location=location)]
    with pytest.raises(LegationError) as told:
        objects(client)
    assert "secret" not in f"{told.value} {told.value.hint}"
    assert all(character.isprintable() for character in str(told.value))
    assert len(partner.asked) == 1


def test_a_redirect_from_https_to_http_is_elsewhere(tmp_path: Path, partner: Partner) -> None:
    with secured(tmp_path, partner) as place:
        port = place.rpartition(":")[2]
        partner.instead = [said(b"", 301, Location=f"http://localhost:{port}{ROOT}")]
        trusted = Access(ca_file=str(tmp_path / "cert.pem"))
        with (
            TaxiiClient(place + ROOT, trusted) as client,
            pytest.raises(UnreachableError, match="another place"),
        ):
            objects(client)


def test_redirects_in_a_circle_end(client: TaxiiClient, partner: Partner) -> None:
    partner.instead = [said(b"", 302, Location=ROOT)] * 9
    with pytest.raises(UnreachableError, match="on and on"):
        objects(client)
    assert len(partner.instead) == 5


def test_what_a_server_says_of_a_refusal_is_quoted(client: TaxiiClient) -> None:
    with pytest.raises(NotFoundError) as told:
        client.collection(ROOT, "absent")
    assert "says 'nothing there', '\\u202eno\\x1b[31m'" in str(told.value)
    assert all(character.isprintable() for character in str(told.value))


def test_an_endless_refusal_is_not_read(client: TaxiiClient, partner: Partner) -> None:
    partner.instead = [said(b"x" * 10**7, 403, Content_Type="text/html")]
    with pytest.raises(DeniedError, match="does not let us"):
        objects(client)


def test_nobody_there_is_told(waits: Waits) -> None:
    with (
        opened("http://127.0.0.1:1", waits) as client,
        pytest.raises(UnreachableError, match="cannot be reached") as told,
    ):
        objects(client)
    assert len(waits.waited) == 3
    assert "secret" not in f"{told.value} {told.value.hint}"


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "absent.invalid"])
def test_a_name_that_nobody_knows_is_told(host: str, waits: Waits) -> None:
    with (
        opened(f"https://{host}", waits) as client,
        pytest.raises(UnreachableError, match="cannot be reached"),
    ):
        objects(client)


def test_a_proxy_of_the_environment_is_not_asked(
    address: str, partner: Partner, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Partner().running() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        with opened(address, waits) as client:
            assert len(objects(client)) == 2
    assert len(partner.asked) == 1


@pytest.mark.parametrize("by_environment", [True, False])
def test_a_proxy_is_asked_where_it_is_named(
    partner: Partner,
    monkeypatch: pytest.MonkeyPatch,
    *,
    by_environment: bool,
) -> None:
    with partner.running() as proxy:
        monkeypatch.setenv("http_proxy", proxy if by_environment else "http://127.0.0.1:1")
        access = Access(
            plain_http=True,
            proxy="" if by_environment else proxy,
            proxy_of_environment=by_environment,
        )
        with TaxiiClient(f"http://partner.example{ROOT}", access) as client:
            assert len(objects(client)) == 2
    assert partner.asked[0][0].startswith(ROOT)


def secured(folder: Path, partner: Partner) -> Any:
    """Put a partner behind TLS, under a certificate for localhost that it also asks for."""
    from contextlib import contextmanager

    from worlds.taxii_partner import _handler

    certificate, key = make_certificate(folder, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(certificate)
    context.verify_mode = ssl.CERT_OPTIONAL

    @contextmanager
    def running() -> Iterator[str]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(partner))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # it is expected
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"https://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(20)
            server.server_close()

    return running()


def test_a_certificate_of_ours_to_trust_and_to_show_is_used(
    tmp_path: Path, partner: Partner
) -> None:
    with secured(tmp_path, partner) as place:
        file, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
        access = Access(ca_file=file, certificate=file, key=key)
        with TaxiiClient(place + ROOT, access) as client:
            assert len(objects(client)) == 2


def test_a_server_that_nobody_vouches_for_is_refused_at_once(
    tmp_path: Path, partner: Partner, waits: Waits
) -> None:
    with (
        secured(tmp_path, partner) as place,
        opened(place, waits) as client,
        pytest.raises(UnreachableError, match="no trusted line") as told,
    ):
        objects(client)
    assert "certificate" in told.value.hint
    assert waits.waited == []
    assert partner.asked == []
