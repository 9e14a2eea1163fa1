"""Nothing of a stranger's may steer the terminal: colours, titles, directions, line ends."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from legation.cli.words import answer, answer_json, complain, pour, table, tell
from worlds.shell import Said, legation

STEERING = "a\x1b[31m\x1b]0;t\x07\u202e\x9b2J\rb"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def said(say: object, *words: object) -> Said:
    assert callable(say)
    out, err = Terminal(), Terminal()
    with redirect_stdout(out), redirect_stderr(err):
        say(*words)
    return Said(out.getvalue(), err.getvalue(), 0)


@pytest.mark.parametrize("say", [answer, tell, pour])
def test_what_steers_is_shown_as_something_else(say: object) -> None:
    shown = said(say, f"{STEERING}\tx\ny")
    text = shown.out + shown.err
    assert all(c.isprintable() or c in "\n\t" for c in text)
    assert "\tx\ny" in text


def test_json_stays_what_it_was() -> None:
    text = said(answer_json, {STEERING: STEERING + "\U000e0041"}).out
    assert all(c.isprintable() or c == "\n" for c in text)
    assert json.loads(text) == {STEERING: STEERING + "\U000e0041"}


def test_data_goes_unchanged_into_a_file() -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        pour(STEERING)
    assert out.getvalue() == STEERING


def test_a_cell_or_an_error_forges_no_line() -> None:
    assert len(table(("a", "b"), [("x\ny\r\nz", "1")]).splitlines()) == 2
    assert table(("a", "b"), [("x\n", "1"), ("y\tz", "2")]) == "a    b\nx    1\ny z  2"
    assert said(complain, "no column x", "name it\nlegation: error: y").err.count("\n") == 2
    assert said(complain, "no column x\nlegation: hint: rm", "check").err.count("\n") == 2


@pytest.mark.parametrize(
    "words",
    [
        ["import", "posts", f"{STEERING}.csv", "--dry-run"],
        ["import", "posts", "{file}", "--dry-run"],
        ["import", "posts", "{file}", "--dry-run", "--json"],
        ["campaign", "show", STEERING, "--home", "{home}"],
        ["detect", "coordination", "{file}", f"--{STEERING}"],
        ["import", "posts", "{file}", "--dry-run", "--zone", STEERING],
        [f"{STEERING}"],
    ],
)
def test_no_command_lets_it_through(words: list[str], watched: Path, tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(f'"{STEERING}",who,when\n1,ann,2024-05-01T10:00:00Z\n', "utf-8")
    told = legation(*(word.format(file=file, home=watched) for word in words))
    assert told.code != 0
    assert all(c.isprintable() or c in "\n\t" for c in told.out + told.err)


@pytest.mark.parametrize("actor", ["a\nb", "a\x1b[2J", "a\u202e"])
def test_who_looks_is_named_in_letters_on_one_line(actor: str, watched: Path) -> None:
    reason = "a reason of many letters"
    given = ("--purpose", reason, "--legality", reason, "--necessity", reason)
    told = legation(
        *("name", "open", "acct-x", *given, "--proportionality", reason, "--safeguards", reason),
        *("--actor", actor, "--home", watched),
    )
    assert told.code == 4
    assert "on one line" in told.err
