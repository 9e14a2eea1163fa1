"""`legation audit`: signed heads, reports, and an export that loses and doubles nothing."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worlds.homes import prepare
from worlds.shell import legation

WORDS = "five words drawn by dice\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    prepare(tmp_path / "home")
    assert legation("init", "--home", tmp_path / "home").code == 0
    return tmp_path / "home"


def _people(home: Path, *names: str) -> None:
    for name in names:
        assert legation("admin", "add", name, "--role", "analyst", "--home", home).code == 0


def _sequences(text: str) -> list[int]:
    return [json.loads(line)["event"]["sequence"] for line in text.splitlines()]


def test_a_head_is_signed_printed_and_checked_against_its_file(home: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.head"
    signed = legation("audit", "head", "--sign", "--output", kept, "--home", home)
    assert signed.code == 0
    assert re.search(r"^code: (\w{5}-){3}\w{5}$", signed.out, re.MULTILINE)
    assert "SIGNATURE" not in signed.out
    checked = legation("audit", "verify", "--head", kept, "--home", home)
    assert checked.code == 0
    assert "1 signed head" in checked.err
    line = checked.out.strip()
    assert legation("audit", "verify", "--head", line, "--home", home).code == 0
    (tmp_path / "line.txt").write_text(checked.out)
    assert legation("audit", "verify", "--head", tmp_path / "line.txt", "--home", home).code == 0
    every = legation("audit", "head", "--every", "--home", home).out.splitlines()
    assert len(every) == 2


def test_a_head_of_another_home_is_refused(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    legation("init", "--home", other)
    kept = tmp_path / "kept.head"
    legation("audit", "head", "--sign", "--output", kept, "--home", other)
    said = legation("audit", "verify", "--head", kept, "--home", home)
    assert said.code == 65
    assert "of another desk" in said.err


def test_without_a_head_there_is_none_to_print(home: Path) -> None:
    said = legation("audit", "head", "--home", home)
    assert (said.code, said.out) == (3, "")
    assert "run: legation audit head --sign" in said.err


def test_keys_under_a_passphrase_sign_when_it_is_given(tmp_path: Path) -> None:
    home, words = tmp_path / "kept", tmp_path / "words"
    words.write_text(WORDS)
    legation("init", "--home", home, "--passphrase-file", words)
    said = legation("doctor", "--home", home)
    assert "run: legation audit head --sign" in said.out
    signed = legation("audit", "head", "--sign", "--passphrase-file", words, "--home", home)
    assert signed.code == 0
    assert "today's among them" in legation("doctor", "--home", home).out


def test_the_watch_signs_once_a_day(home: Path) -> None:
    first = legation("watch", "--once", "--every", "0", "--home", home)
    assert "is signed for today" in first.err
    second = legation("watch", "--once", "--every", "0", "--home", home)
    assert "is signed for today" not in second.err
    assert legation("audit", "verify", "--home", home).code == 0


def test_a_report_lists_its_verbs_alone_and_is_itself_in_the_trail(home: Path) -> None:
    _people(home, "Omar Haddad")
    legation("audit", "head", "--sign", "--home", home)
    found = json.loads(
        legation("audit", "report", "people", "--format", "json", "--home", home).out
    )["entries"]
    assert {line["verb"] for line in found} == {"person.add", "enrolment.link"}
    assert [line["seq"] for line in found] == sorted((line["seq"] for line in found), reverse=True)
    again = legation("audit", "report", "exports", "--format", "csv", "--home", home)
    assert "audit.export,audit trail" in again.out
    assert "report: people" in again.out


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("gossip",), "choose from: exports"),
        (("people", "--since", "yesterday"), "write it as 2026-03-01"),
        (("people", "--since", "2026-03-02", "--until", "2026-03-01"), "exchange the two days"),
        (("people", "--format", "pdf"), "choose from: table, csv, json"),
    ],
)
def test_a_report_that_cannot_be_is_refused(home: Path, words: tuple[str, ...], hint: str) -> None:
    said = legation("audit", "report", *words, "--home", home)
    assert said.code == 2
    assert hint in said.err


def test_a_period_holds_its_first_and_last_day_and_no_other(home: Path) -> None:
    whole = json.loads(legation("audit", "report", "--format", "json", "--home", home).out)
    day = whole["entries"][0]["at"][:10]
    same = ("--since", day, "--until", day, "--format", "json", "--home", home)
    assert len(json.loads(legation("audit", "report", "people", *same).out)["entries"]) == 2
    never = ("--until", "2001-01-01", "--format", "json", "--home", home)
    assert json.loads(legation("audit", "report", *never).out)["entries"] == []


@pytest.mark.parametrize("kind", ["ecs", "syslog"])
def test_a_file_goes_on_after_its_last_whole_line(home: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "audit.log"
    options = ("--format", kind, "--output", out, "--home", home)
    assert legation("audit", "export", *options).code == 0
    whole = out.read_bytes()
    _people(home, "Omar Haddad")
    legation("audit", "export", *options)
    assert out.read_bytes().startswith(whole)
    complete = out.read_bytes()
    assert complete.count(b"\n") == 5
    again = legation("audit", "export", *options)
    assert "0 entries written" in again.err
    for cut in (1, 10, len(complete) // 2, len(whole) + 5, len(complete) - 1):
        out.write_bytes(complete[:cut])  # killed while it wrote
        assert legation("audit", "export", *options).code == 0
        assert out.read_bytes() == complete


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_by_cursor_every_entry_comes_once_in_order(home: Path, steps: list[int]) -> None:
    cursor: tuple[str, ...] = ()
    seen: list[int] = []
    for limit in [*steps, 1000]:
        said = legation("audit", "export", *cursor, "--limit", str(limit), "--home", home)
        assert said.code == 0
        seen += _sequences(said.out)
        found = re.search(r"cursor: (\S+)", said.err)
        if found:
            cursor = ("--after", found[1])
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) == 3


def test_a_cursor_of_another_trail_is_refused(home: Path, tmp_path: Path) -> None:
    said = legation("audit", "export", "--after", f"2.{'ab' * 32}", "--home", home)
    assert said.code == 5
    assert "does not have entry 2" in said.err
    out = tmp_path / "other.log"
    out.write_text("words of something else\n")
    refused = legation("audit", "export", "--output", out, "--home", home)
    assert refused.code == 65
    assert out.read_text() == "words of something else\n"
