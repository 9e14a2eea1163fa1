"""The page that tells the format, and its vectors: what they show is what the code does."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from legation.crypto.directory import directory as rules
from legation.crypto.directory import following, roots
from legation.crypto.directory.files import read_directory_file, write_directory_file
from legation.crypto.directory.following import follow
from legation.crypto.directory.roots import Anchor
from legation.crypto.directory.text import MAX_SIGNED, parse_time, read_directory, write_directory
from legation.errors import VerificationError

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
PAGE = (REFERENCE / "key-directory.md").read_text("utf-8")
VECTORS: dict[str, Any] = json.loads((REFERENCE / "key-directory-vectors.json").read_text("utf-8"))
FILES = {name: text.encode() for name, text in VECTORS["files"].items()}
BLOCKS = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
CASES = [pytest.param(case, id=case["what"]) for case in VECTORS["cases"]]


@pytest.mark.parametrize("case", CASES)
def test_each_case_of_the_vectors_leads_where_it_says(case: dict[str, Any]) -> None:
    def led() -> int:
        files = [FILES[name] for name in case["files"]]
        now = parse_time(case["now"])
        return follow(Anchor.parse(case["anchor"]), files, now, case["remembered"]).version

    if case["version"] is None:
        with pytest.raises(VerificationError):
            led()
    else:
        assert led() == case["version"]


def test_the_cases_show_both_what_is_followed_and_what_is_not() -> None:
    led = [case["version"] for case in VECTORS["cases"]]
    assert led.count(None) >= 10
    assert set(led) == {None, 1, 2, 3}


@pytest.mark.parametrize("name", FILES)
def test_each_file_of_the_vectors_is_written_back_as_it_was(name: str) -> None:
    file = read_directory_file(FILES[name])
    assert write_directory_file(file) == FILES[name]
    assert write_directory(read_directory(file.signed)) == file.signed
    assert VECTORS["sha256"].get(name, file.sha256) == file.sha256


def test_the_anchor_and_the_first_lines_are_as_shown() -> None:
    first = read_directory_file(FILES["1"])
    assert BLOCKS[0].strip() == VECTORS["anchor"]
    assert str(read_directory(first.signed).roots.anchor()) == VECTORS["anchor"]
    assert first.signed.decode().startswith(BLOCKS[1])


def test_the_lines_are_those_that_the_page_names_in_its_order() -> None:
    named = re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)
    signed = read_directory_file(FILES["2"]).signed.decode()
    written = list(dict.fromkeys(line.partition(" ")[0] for line in signed.splitlines()))
    assert [name for name in named if name != "old-log-key"] == written


def test_the_limits_are_as_shown() -> None:
    for said in (
        f"by {rules.LONGEST_LIFE.days:,} days at most",
        f"1 to {rules.LONGEST_FRESH:,}",
        f"up to {rules.LAST_VERSION:,}",
        f"1 to {rules.LONGEST_NAME} characters",
        f"up to {rules.MOST_WITNESSES} |",
        f"in pairs, up to {rules.MOST_EARLIER} |",
        f"1 to {rules.MOST_ISSUER_KEYS} in all",
        f"1 to {roots.MOST_ROOT_KEYS} |",
        f"{MAX_SIGNED:,} bytes at most",
        f"At most {following.MOST_VERSIONS:,} files",
        f"`{rules.PURPOSE}`",
    ):
        assert said in PAGE, said
