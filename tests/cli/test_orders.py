"""`legation order`: given, listed, shown, ended; refused where none may be aimed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from worlds.homes import prepare
from worlds.shell import Said, legation

STATED = {
    "--threat": "T1",
    "--target": "accounts-acting-together",
    "--watched": "accounts that post the word for grain in one text",
    "--aim": "find accounts that post one text about the treaty within seconds",
    "--basis": "article 4 of the invented law",
    "--expression": "none is kept from posting; opinions are not looked at",
    "--necessity": "single posts do not show that they are made together",
    "--proportionality": "public posts only, under pseudonyms",
    "--safeguards": "the legal adviser agrees, and complaints go to the ombudsman",
    "--until": (datetime.now(UTC) + timedelta(days=30)).date().isoformat(),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    prepare(tmp_path / "home")
    assert legation("init", "--home", tmp_path / "home").code == 0
    return tmp_path / "home"


def ordered(home: Path, **other: str) -> Said:
    stated = STATED | {f"--{name}": text for name, text in other.items()}
    words = [word for name, text in stated.items() if text for word in (name, text)]
    return legation("order", "add", *words, "--home", home)


def told(*words: str | Path) -> Any:
    said = legation(*words, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_an_order_is_given_shown_and_ended(home: Path) -> None:
    assert "No order was given" in legation("order", "list", "--home", home).err
    said = ordered(home)
    assert said.code == 0, said.err
    order = said.out.split()[0]
    (listed,) = told("order", "list", "--home", home)
    assert (listed["order_id"], listed["state"]) == (order, "in force")
    shown = legation("order", "show", order, "--home", home).out
    for text in (*STATED.values(), "in force"):
        assert text in shown
    assert legation("order", "end", order, "--home", home).code == 4
    why = ("--reason", "the treaty is signed")
    assert legation("order", "end", order, *why, "--home", home).out == f"{order} ended\n"
    assert legation("order", "end", order, *why, "--home", home).code == 5
    assert "ended" in legation("order", "list", "--home", home).out
    assert told("order", "show", order, "--home", home)["end_reason"] == why[1]
    assert "1 orders hold" in legation("doctor", "--home", home).out


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        ({"target": "protest"}, "target"),
        ({"target": "journalists", "until": "", "aim": ""}, "target"),
        ({"aim": "see which accounts join the protest"}, "words"),
        ({"aim": "know what is thought", "watched": "what is said of grain"}, "conduct"),
    ],
)
def test_a_refusal_names_its_rule_and_how_to_word_it_and_the_auditor_sees_it(
    home: Path, other: dict[str, str], rule: str
) -> None:
    said = ordered(home, **other)
    assert (said.code, said.out) == (4, "")
    error, hint = said.err.splitlines()
    assert error.startswith(f"legation: error: the order is refused (rule {rule})")
    assert "what accounts, domains or programs do together" in hint
    assert told("order", "list", "--home", home) == []
    report = legation("audit", "report", "refusals", "--home", home).out
    assert "order.refuse" in report
    assert f"rule: {rule}" in report


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"until": ""}, 2),
        ({"until": "2020-01-01"}, 2),
        ({"until": "2999-01-01"}, 2),
        ({"threat": "T9"}, 2),
        ({"target": "people"}, 2),
        ({"basis": ""}, 4),
        ({"expression": ""}, 4),
        ({"watched": "accounts such as @bob"}, 2),
    ],
)
def test_what_is_filled_in_wrongly_is_told_and_kept_nowhere(
    home: Path, other: dict[str, str], code: int
) -> None:
    said = ordered(home, **other)
    assert (said.code, said.out) == (code, "")
    assert "legation: hint: " in said.err
    assert told("order", "list", "--home", home) == []
    assert "order.refuse" not in legation("audit", "report", "--home", home).out


def test_what_is_not_there_is_not_found(home: Path, tmp_path: Path) -> None:
    assert legation("order", "show", "order-none", "--home", home).code == 3
    why = ("--reason", "the treaty is signed")
    assert legation("order", "end", "order-none", *why, "--home", home).code == 3
    assert ordered(tmp_path / "none").code == 3


def test_an_order_in_doubt_waits_and_a_second_person_lets_it_hold(home: Path) -> None:
    for name, role in (("Ann", "analyst"), ("Ben", "legal")):
        assert legation("admin", "add", name, "--role", role, "--home", home).code == 0
    said = ordered(home, aim="tilit, jotka julkaisevat saman tekstin", actor="Ann")
    assert said.code == 0, said.err
    order = said.out.split()[0]
    assert "waits for a second person" in said.out
    assert "legation order agree" in said.err
    assert told("order", "list", "--home", home)[0]["state"] == "waits for a second person"
    assert "what cannot be told: a part is in a language" in (
        legation("order", "show", order, "--home", home).out
    )
    why = ("--reason", "read whole: it is about accounts that post one text")
    for who in ("Ann", "nobody"):
        assert legation("order", "agree", order, "--actor", who, *why, "--home", home).code == 4
    said = legation("order", "agree", order, "--actor", "Ben", *why, "--home", home)
    assert (said.code, said.out.split()[1]) == (0, "holds")
    shown = told("order", "show", order, "--home", home)
    assert (shown["state"], shown["agree_reason"]) == ("in force", why[1])
