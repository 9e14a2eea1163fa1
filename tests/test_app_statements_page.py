"""The verifier page is one small file: the same each time, without an address."""

import base64
import hashlib
import json
import re
from importlib.resources import files
from typing import Any

import pytest

from legation.app.statements.page import LARGEST, verifier_page
from legation.safeguards.statements.verdict import SENTENCES
from worlds.register_copies import ANCHOR

FOLDER = files("legation.safeguards.statements") / "page"
SOURCES = {
    each.name: each.read_text("utf-8") for each in FOLDER.iterdir() if each.name.endswith(".js")
}
LANGUAGES = 3


def table(name: str) -> dict[str, list[str]]:
    """Return a table of words.js, which is JSON but for bare names and last commas."""
    body = SOURCES["words.js"].split(f"export const {name} = {{")[1].split("\n};")[0]
    quoted = re.sub(r"^( +)(\w+):", r'\1"\2":', body, flags=re.MULTILINE)
    plain = re.sub(r",(\s*)(\]|\}|$)", r"\1\2", quoted.rstrip())
    found: dict[str, Any] = json.loads("{" + plain + "}")
    return found


WORDS, FAULTS, HINTS = table("WORDS"), table("FAULTS"), table("HINTS")


def test_the_page_is_small_and_the_same_each_time() -> None:
    page = verifier_page(ANCHOR)
    assert len(page) <= LARGEST
    assert page == verifier_page(ANCHOR) != verifier_page()


def test_the_page_names_no_address_and_loads_nothing() -> None:
    page = verifier_page(ANCHOR).decode()
    assert not re.findall(r"https?://|src=|url\(|@import|\bimport\b|\bfetch\(", page)


def test_the_anchor_stands_in_the_page_and_nowhere_without_one() -> None:
    digits = ANCHOR.sha256.hex()
    assert f'name="legation-anchor" content="{digits}"' in verifier_page(ANCHOR).decode()
    assert 'name="legation-anchor" content=""' in verifier_page().decode()


@pytest.mark.parametrize("part", ["script", "style"])
def test_the_policy_allows_the_page_its_own_script_and_style_alone(part: str) -> None:
    page = verifier_page(ANCHOR).decode()
    content = page.split(f"<{part}>")[1].split(f"</{part}>")[0]
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    assert f"{part}-src 'sha256-{digest}';" in page
    assert "default-src 'none';" in page
    assert page.count(f"<{part}>") == page.count(f"</{part}>") == 1


def test_no_placeholder_is_left() -> None:
    assert not re.findall(r"(?<!\$)\{(?:anchor|style|script)(?:-hash)?\}", verifier_page().decode())


def test_the_verdicts_are_said_as_at_every_door() -> None:
    assert {word: WORDS[word][0] for word in SENTENCES} == SENTENCES


@pytest.mark.parametrize("words", [WORDS, HINTS], ids=["words", "hints"])
def test_everything_is_said_in_three_languages(words: dict[str, list[str]]) -> None:
    for name, said in words.items():
        assert len(said) == LANGUAGES, name
        assert all(said), name
        holes = [sorted(re.findall(r"\{\d\}", text)) for text in said]
        assert holes[0] == holes[1] == holes[2], name


def test_every_fault_is_told_with_what_to_do() -> None:
    raised = {
        code
        for text in SOURCES.values()
        for code in re.findall(r'\b(?:unreadable|broken|refusal)\("([a-z-]+)"', text)
    }
    raised |= set(re.findall(r'new Refusal\("\w+", "([a-z-]+)"[,)]', "".join(SOURCES.values())))
    assert raised | {"damaged", "unknown"} == set(FAULTS)
    for code, told in FAULTS.items():
        *said, hint = told
        assert len(said) == LANGUAGES, code
        assert all(said), code
        assert hint in HINTS, code


def test_every_word_is_used() -> None:
    rest = "".join(text for name, text in SOURCES.items() if name != "words.js")
    rest += (FOLDER / "page.html").read_text("utf-8")
    told = {
        "current", "replaced", "altered", "not-found", "corrects", "retracts", "supersedes",
        "changed", "added", "missing",
    }  # fmt: skip
    unused = [
        name
        for name in WORDS
        if name not in told and not name.startswith("says-") and f'"{name}"' not in rest
    ]
    assert unused == []


def test_nothing_is_said_to_be_forged() -> None:
    page = verifier_page().decode().lower()
    assert not [word for word in ("forged", "fake", "falsif", "contrefa", "مزو") if word in page]
