"""`legation desk` and `legation demo`, with a desk that only notes what it is shown."""

from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from legation.cli.doors import Doors, Opening
from legation.cli.program import run
from legation.errors import UsageError
from worlds.shell import legation

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


class House:
    """The front door of a test: notes what the desk is shown, answers what is asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.shown: list[tuple[int, str | None, int]] = []
        self.guarded: list[bool] = []
        self.may_change: list[bool] = []
        self.out, self.err = StringIO(), StringIO()

    def open_desk(self, desk: Opening, announce: Callable[[str], object]) -> None:
        kept = desk.library.latest()
        port = desk.binding.port
        self.shown.append((len(kept.campaigns) if kept else -1, desk.banner, port))
        self.guarded.append(desk.entrance is not None)
        self.may_change.append(desk.work is not None)
        announce(f"{desk.binding.origin(port)}/")

    def ask(self, question: str) -> str:
        self.asked.append(question)
        return self.answers.pop(0)

    def run(self, *words: str | Path) -> int:
        doors = Doors(
            now=lambda: NOW,
            open_desk=self.open_desk,
            ask_secret=self.ask,
            write_paper=lambda *_: b"",
            write_sheet=lambda *_: b"",
        )
        with redirect_stdout(self.out), redirect_stderr(self.err):
            return run(_texts(words), doors)


def _texts(words: Sequence[str | Path]) -> list[str]:
    return [str(word) for word in words]


def test_the_desk_is_shown_what_the_home_keeps(watched: Path) -> None:
    house = House()
    assert house.run("desk", "--home", watched, "--port", "8765") == 0
    assert house.may_change == [True]
    assert house.shown == [(1, None, 8765)]
    assert house.out.getvalue() == "The desk: http://localhost:8765/\n"
    assert house.guarded == [True]


def test_without_a_port_the_settings_name_one(watched: Path) -> None:
    house = House()
    house.run("desk", "--home", watched)
    assert house.shown[0][2] == 8321


def test_there_is_no_desk_without_a_home(tmp_path: Path) -> None:
    assert legation("desk", "--home", tmp_path / "none").code == 3
    assert not (tmp_path / "none").exists()


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, Path]:
    """The demonstration, run once, and its home."""
    house, home = House(), tmp_path_factory.mktemp("demonstrated") / "demo"
    assert house.run("demo", "--home", home, "--port", "0") == 0
    return house, home


def test_the_demonstration_finds_what_is_hidden_under_a_banner(
    demonstrated: tuple[House, Path],
) -> None:
    house, _ = demonstrated
    ((campaigns, banner, _),) = house.shown
    said = house.out.getvalue()
    found = int(said.split("Found: ")[1].split()[0])
    others = int(said.split(" of them, and ")[1].split()[0])
    assert campaigns == 2
    assert banner is not None
    assert banner.startswith("INVENTED DATA")
    assert said.startswith(banner)
    assert house.guarded == [False]
    assert house.may_change == [False]
    assert found >= 40
    assert others == 0


def test_the_demonstration_has_twelve_missions_with_their_answers(
    demonstrated: tuple[House, Path],
) -> None:
    reader = House()
    assert reader.run("balance", "show", "--home", demonstrated[1]) == 0
    lines = reader.out.getvalue().splitlines()
    assert len(lines) == 13
    answers = {"exposed", "cannot", "covered"}
    assert {word for line in lines for word in line.split()} >= answers
    why = House()
    assert why.run("balance", "explain", "paris", "T6", "--home", demonstrated[1]) == 0
    assert "Embassy in Paris, T6 phishing and baiting: covered" in why.out.getvalue()


def test_a_file_of_the_users_is_shown_under_another_banner(town: Path, tmp_path: Path) -> None:
    house = House()
    words = ("demo", "--posts", town, "--home", tmp_path / "demo")
    assert house.run(*words) == 0
    assert house.shown == [(1, "DEMONSTRATION: without log-in, on this machine only", 8321)]
    assert house.may_change == [True]
    assert "INVENTED" not in house.out.getvalue()
    again = House()
    assert again.run(*words, "--no-serve") == 0
    assert again.shown == []
    assert "taken in before" in again.out.getvalue()


def test_a_passphrase_is_asked_for_twice_and_then_opens_the_keys(
    town: Path, tmp_path: Path
) -> None:
    words = "correct horse battery staple"
    house = House(words, words, words)
    assert house.run("init", "--passphrase", "--home", tmp_path / "home") == 0
    assert house.run("import", "posts", town, "--home", tmp_path / "home") == 0
    assert len(house.asked) == 3
    assert words not in house.out.getvalue() + house.err.getvalue()


def test_two_passphrases_that_differ_make_no_home(tmp_path: Path) -> None:
    house = House("correct horse battery staple", "correct horse battery stable")
    with pytest.raises(UsageError):
        house.run("init", "--passphrase", "--home", tmp_path / "home")
    assert not (tmp_path / "home").exists()
