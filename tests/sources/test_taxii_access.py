"""Where a client goes, and that what lets it in is never shown."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError, DeniedError, LegationError, UsageError
from legation.sources.taxii.access import Access, checked, joined, named, place_of
from legation.sources.taxii.client import TaxiiClient
from worlds.taxii_partner import COLLECTION, ROOT, Partner
from worlds.taxii_time import direct


@pytest.mark.parametrize(
    "address",
    [
        "", "partner.example", "ftp://partner.example/", "https://", "https:///path",
        "https://user@partner.example/", "https://user:secret@partner.example/",
        "https://partner.example/?a=1", "https://partner.example/#a", "https://partner.example:x/",
        "https://partner.example:0/", "https://partner.example:99999/", "https://a b.example/",
        "https://partner.example\\@elsewhere.example/", "https://partner.example/\n", "https://[::1/",
        "https://pärtner.example/", "https://partner.example/" + "x" * 2000,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(UsageError) as told:
        checked(address)
    assert "secret" not in f"{told.value} {told.value.hint}"


def test_plain_http_is_for_this_machine_alone() -> None:
    for here in ("http://127.0.0.1:5000/", "http://localhost/", "http://[::1]:1/"):
        assert checked(here) == here
    for there in ("http://partner.example/", "http://10.0.0.1/", "http://localhost.example/"):
        with pytest.raises(DeniedError, match="plain http"):
            checked(there)
        assert checked(there, plain_http=True) == there


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x/", "https://A.example:443/y/", True),
        ("https://a.example/", "http://a.example/", False),
        ("https://a.example/", "https://b.example/", False),
        ("https://a.example/", "https://a.example:444/", False),
        ("http://[::1]:80/", "http://[::1]/", True),
    ],
)
def test_a_place_is_scheme_host_and_port(one: str, other: str, *, same: bool) -> None:
    assert (place_of(one) == place_of(other)) is same


def test_what_a_server_names_is_made_whole_and_not_gone_to() -> None:
    assert joined("https://a.example/taxii2/", "/api-root/") == "https://a.example/api-root/"
    assert joined("https://a.example/taxii2/", "https://b.example/") == "https://b.example/"
    with pytest.raises(BadInputError, match="no address"):
        joined("https://a.example/", "http://[")


@given(st.text(max_size=60))
def test_errors_name_a_place_without_a_password(secret: str) -> None:
    address = f"https://a.example/x?token={secret}"
    assert named(address) == "https://a.example/x"


@pytest.mark.parametrize(
    "access",
    [
        {"user": "a", "password": "b", "token": "c"},
        {"user": "a:b", "password": "c"},
        {"password": "c"},
        {"token": "a b"},
        {"token": "a\r\nX: 1"},
        {"token": "é"},
        {"ca_file": "absent.pem"},
        {"certificate": "absent.pem"},
        {"proxy": "no proxy at all"},
        {"proxy": "gopher://user:topsecret@proxy.example"},
    ],
)
def test_a_way_in_that_cannot_be_used_is_refused_at_the_door(access: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as told:
        TaxiiClient("https://partner.example/", Access(**access))
    assert "topsecret" not in f"{told.value} {told.value.hint} {told.value.__cause__}"


def test_a_file_that_holds_no_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(UsageError, match="cannot be read"):
        TaxiiClient("https://partner.example/", Access(ca_file=str(tmp_path / "ca.pem")))


def test_secrets_are_not_printed() -> None:
    access = Access(user="desk", password="s3cret", token="t0ken", proxy="http://u:pr0xy@p.example")  # noqa: S106 - invented
    for secret in ("s3cret", "t0ken", "pr0xy"):
        assert secret not in repr(access)
        assert secret not in str(access)
    assert "desk" in repr(access)


def test_a_name_and_password_beyond_ascii_go_as_utf8() -> None:
    found = Access(user="déska", password="ключ").headers()  # noqa: S106 - invented
    assert found == {"Authorization": "Basic ZMOpc2thOtC60LvRjtGH"}


@pytest.mark.parametrize(
    "root", ["https://elsewhere.example/api-root/", "//elsewhere.example/api-root/"]
)
def test_an_api_root_at_another_place_is_not_asked_by_this_client(root: str) -> None:
    partner = Partner()
    with direct(partner) as client, pytest.raises(LegationError, match="another place"):
        client.collections(root)
    assert partner.asked == []


@pytest.mark.parametrize("name", ["", ".", "..", "a\nb", "\u202e"])
def test_what_is_no_id_is_not_put_into_a_path(name: str) -> None:
    partner = Partner()
    with direct(partner) as client, pytest.raises(UsageError, match="is no id"):
        client.objects(ROOT, name)
    assert partner.asked == []


@pytest.mark.parametrize("name", ["../../status", "a?b=c", "a#b", "%2e%2e", "a/b", "a b"])
def test_an_id_stays_one_segment_of_the_path(name: str) -> None:
    partner = Partner()
    with direct(partner) as client, pytest.raises(LegationError):
        client.object(ROOT, COLLECTION, name)
    path, query = partner.asked[0]
    front = f"{ROOT}collections/{COLLECTION}/objects/"
    assert path.startswith(front)
    assert path[len(front) :].count("/") == 1
    assert query == {}
