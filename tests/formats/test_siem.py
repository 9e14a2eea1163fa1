"""What leaves for a SIEM: the schema's words, one line an entry, and nothing that is free text."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError, UsageError
from legation.formats.siem import (
    KINDS,
    AuditLine,
    Cursor,
    Kind,
    cursor_of,
    read_cursor,
    write_line,
)
from legation.rights.intrusion import STATED

AT = datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC)
HASH = "ab" * 32
# RFC 5424, section 6: a header, one element of structured data, a message.
SYSLOG = re.compile(
    r"<(\d{1,3})>1 (\S+) - legation - ([!-~]{1,32}) "
    r'\[audit@32473((?: [!-<>-~]{1,32}="(?:[^"\\\]]|\\["\\\]])*")+)\] \S+'
)


def _line(verb: str = "campaign.export", actor: str = "p-1", **detail: Any) -> AuditLine:
    return AuditLine(
        seq=7, at=AT, actor=actor, verb=verb, subject="campaign--1", detail=detail, hash=HASH
    )


def _ecs(line: AuditLine) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(write_line(line, "ecs", "0.1.0"))
    return told


def test_an_entry_has_the_fields_of_the_schema() -> None:
    told = _ecs(_line(kind="pdf", page="campaign", contents="cd" * 32))
    assert told["@timestamp"] == "2026-03-01T12:00:00.000007Z"
    assert told["event"] == {
        "kind": "event",
        "id": HASH,
        "sequence": 7,
        "action": "campaign.export",
        "category": ["database"],
        "type": ["access"],
        "outcome": "success",
        "module": "legation",
        "dataset": "legation.audit",
    }
    assert told["user"] == {"id": "p-1"}
    assert told["legation"] == {"subject": "campaign--1", "kind": "pdf", "page": "campaign"}
    assert told["file"] == {"hash": {"sha256": "cd" * 32}}


@pytest.mark.parametrize(
    ("verb", "category", "kind", "outcome"),
    [
        ("session.begin", "authentication", "start", "success"),
        ("session.refuse", "authentication", "start", "failure"),
        ("route.deny", "web", "denied", "failure"),
        ("person.add", "iam", "creation", "success"),
        ("key.remove", "iam", "change", "success"),
        ("name.keep", "database", "creation", "success"),
        ("name.expire", "database", "deletion", "success"),
        ("something.new", "database", "access", "success"),
    ],
)
def test_what_happened_is_sorted_into_the_categories_of_the_schema(
    verb: str, category: str, kind: str, outcome: str
) -> None:
    event = _ecs(_line(verb))["event"]
    assert category in event["category"]
    assert kind in event["type"]
    assert event["outcome"] == outcome


def test_an_address_is_told_as_one() -> None:
    assert _ecs(_line(address="192.0.2.7"))["source"] == {
        "address": "192.0.2.7",
        "ip": "192.0.2.7",
    }
    assert _ecs(_line(address="no address"))["source"] == {"address": "no address"}


@pytest.mark.parametrize("kind", KINDS)
def test_reasons_purposes_labels_and_names_stay_behind(kind: Kind) -> None:
    secret = "Ines Adler wrote to the envoy"  # noqa: S105 - a text that must not leave
    fields = (*STATED, "aim", "reason", "label", "from", "to", "sub", "name")
    line = _line("name.look", **dict.fromkeys(fields, secret))
    told = write_line(line, kind, "0.1.0")
    assert "Ines" not in told
    assert "envoy" not in told
    nested = _line(roles={"x": secret}, page=[["a", secret]], kind=None)
    assert "envoy" not in write_line(nested, kind, "0.1.0")


def test_a_syslog_line_is_of_the_standard_and_tells_failures() -> None:
    good = SYSLOG.fullmatch(write_line(_line(kind="csv", roles=["analyst"]), "syslog", "0.1.0"))
    assert good is not None
    assert (good[1], good[2], good[3]) == ("110", "2026-03-01T12:00:00.000007Z", "campaign.export")
    assert ' kind="csv" roles="analyst"' in good[4]
    bad = SYSLOG.fullmatch(write_line(_line("session.refuse", step="passkey"), "syslog", "0.1.0"))
    assert bad is not None
    assert bad[1] == "108"


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=60))
def test_no_word_breaks_out_of_its_line(actor: str, route: str, verb: str) -> None:
    line = _line(verb, actor=actor, route=route, page=route)
    for kind in KINDS:
        text = write_line(line, kind, "0.1.0")
        assert len(text.splitlines()) == 1
        assert cursor_of(text, kind) == Cursor(seq=7, hash=HASH)
    assert SYSLOG.fullmatch(write_line(line, "syslog", "0.1.0"))


@given(st.integers(1, 10**17), st.binary(min_size=32, max_size=32))
def test_a_cursor_comes_back_as_it_was_told(seq: int, digest: bytes) -> None:
    cursor = Cursor(seq=seq, hash=digest.hex())
    assert read_cursor(cursor.text()) == cursor


@pytest.mark.parametrize("text", ["", "7", "7.ab", "0." + HASH, f"7.{HASH}x", f"-1.{HASH}"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_cursor(text)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", "{}", "[]", '{"event": 1}', "words", '{"event":{"id":"x"}}'])
def test_a_line_of_something_else_is_no_place_to_go_on(kind: Kind, text: str) -> None:
    with pytest.raises(BadInputError):
        cursor_of(text, kind)
