"""Ids of observables are those of the standard; ours stay out of its namespace."""

from itertools import count
from typing import Any
from uuid import UUID, uuid5

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import UsageError
from legation.stix.ids import (
    CONTRIBUTING,
    STIX_NAMESPACE,
    fact_id,
    kind_of,
    new_id,
    observable_id,
)

_SHA256 = "ab" * 32
_IP = "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"
_OBSERVABLES: dict[str, list[dict[str, Any]]] = {
    "artifact": [
        {"hashes": {"SHA-256": _SHA256}, "url": "https://a.example"},
        {"payload_bin": "VGhl", "mime_type": "text/plain"},
    ],
    "autonomous-system": [{"number": 15139, "name": "not part of it"}],
    "directory": [{"path": "C:\\Windows\\Ünïcode"}],
    "domain-name": [{"value": "xn--bcher-kva.example"}],
    "email-addr": [{"value": "a@b.example", "display_name": "not part of it"}],
    "email-message": [
        {
            "is_multipart": False,
            "subject": "Ünï \u2028 \U0001f600",
            "body": 'line\n"two"',
            "from_ref": "email-addr--2d77a846-6264-5d51-b586-e43822ea1ea3",
        }
    ],
    "file": [
        {"hashes": {"SHA-1": "cd" * 20, "MD5": "ef" * 16, "SHA-256": _SHA256}, "name": "a"},
        {"hashes": {"SHA-512": "ab" * 64, "SHA-256": _SHA256}},
        {"hashes": {"SSDEEP": "3:abc:def"}},
        {"name": "b", "extensions": {"pdf-ext": {"version": "1.7", "pdfid0": "x"}}, "size": 3},
        {
            "name": "c.exe",
            "extensions": {
                "windows-pebinary-ext": {
                    "pe_type": "dll",
                    "sections": [{"name": "CODE", "entropy": 0.061089}],
                }
            },
        },
    ],
    "ipv4-addr": [{"value": "198.51.100.3"}, {"value": "198.51.100.0/24"}],
    "ipv6-addr": [{"value": "2001:db8::1"}],
    "mac-addr": [{"value": "d2:fb:49:24:37:18"}],
    "mutex": [{"name": "__CLEANSWEEP__"}],
    "network-traffic": [
        {"protocols": ["ipv4", "tcp", "http"], "src_ref": _IP, "dst_port": 80, "src_port": 24678},
        {"protocols": ["http", "tcp", "ipv4"], "src_ref": _IP, "start": "2026-01-01T00:00:00Z"},
        {
            "protocols": ["tcp"],
            "dst_ref": _IP,
            "extensions": {"tcp-ext": {"src_flags_hex": "00000002"}},
        },
    ],
    "software": [{"name": "Word", "version": "2002", "vendor": "V", "languages": ["en"]}],
    "url": [{"value": "https://x.example/?q=ü&r=%20"}],
    "user-account": [
        {"user_id": "1001", "account_login": "jdoe", "account_type": "unix", "display_name": "J"},
        {"user_id": "acct-abcdefghijklmnopqrstuvwxyz"},
    ],
    "windows-registry-key": [
        {
            "key": "HKEY_LOCAL_MACHINE\\System\\Foo",
            "values": [
                {"name": "Foo", "data": "qwerty", "data_type": "REG_SZ"},
                {"name": "Bar", "data": "42", "data_type": "REG_DWORD"},
            ],
        }
    ],
    "x509-certificate": [
        {"serial_number": "36:f7:d4:32", "issuer": "not part of it"},
        {"hashes": {"SHA-256": _SHA256}},
    ],
}
_CASES = [(kind, properties) for kind, many in _OBSERVABLES.items() for properties in many]


@pytest.mark.parametrize(("kind", "properties"), _CASES)
def test_an_observable_has_the_id_that_stix2_gives_it(
    kind: str, properties: dict[str, Any]
) -> None:
    judged = stix2.parse({"type": kind, "spec_version": "2.1", **properties})
    assert observable_id(kind, properties) == judged.id


def test_every_type_with_an_id_of_the_standard_is_judged() -> None:
    assert set(_OBSERVABLES) == {kind for kind, parts in CONTRIBUTING.items() if parts}


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8")))
def test_any_account_has_the_id_that_stix2_gives_it(user: str, login: str) -> None:
    properties = {"user_id": user, "account_login": login}
    judged = stix2.v21.UserAccount(**properties)
    assert observable_id("user-account", properties) == judged.id


@given(st.permutations(["TLSH", "SSDEEP", "SHA3-256"]))
def test_the_order_in_which_hashes_come_does_not_change_an_id(names: list[str]) -> None:
    hashes = {name: name.lower() for name in names}
    expected = observable_id("file", {"hashes": {"SHA3-256": "sha3-256"}})
    assert observable_id("file", {"hashes": hashes}) == expected


@pytest.mark.parametrize(
    ("kind", "properties"),
    [("process", {"pid": 1}), ("file", {"size": 1}), ("file", {"hashes": {}})],
)
def test_an_observable_without_contributing_properties_has_no_such_id(
    kind: str, properties: dict[str, Any]
) -> None:
    with pytest.raises(UsageError, match="no property that gives it an id"):
        observable_id(kind, properties)


def test_a_campaign_is_no_observable() -> None:
    with pytest.raises(UsageError, match="no observable"):
        observable_id("campaign", {"name": "x"})


def test_ids_of_ours_are_repeatable_and_not_in_the_namespace_of_observables() -> None:
    first = fact_id("campaign", "a", 1)
    assert first == fact_id("campaign", "a", 1)
    assert first != fact_id("campaign", "a", 2)
    assert first.split("--")[1] != fact_id("note", "a", 1).split("--")[1]
    assert UUID(first.split("--")[1]) != uuid5(STIX_NAMESPACE, '["campaign","a",1]')
    assert kind_of(first) == "campaign"


def test_a_fresh_id_takes_its_uuid_from_the_maker() -> None:
    numbers = count(1)
    made = [new_id("note", lambda: UUID(int=next(numbers))) for _ in range(2)]
    assert made == [f"note--{UUID(int=1)}", f"note--{UUID(int=2)}"]
