"""The watch: only what stands still is taken, once, and one bad file stops nothing."""

from pathlib import Path

import pytest

from legation.errors import BadInputError
from legation.watch import Watch


class Desk:
    """Notes what it is asked to do; a file named `bad` cannot be read."""

    def __init__(self) -> None:
        self.acts: list[str] = []

    def take(self, file: Path) -> None:
        if file.stem == "bad":
            raise BadInputError("not posts", place=str(file), hint="give posts")
        if file.stem == "worse":
            raise ZeroDivisionError
        self.acts.append(f"take {file.name}")

    def refuse(self, file: Path, fault: Exception) -> None:
        self.acts.append(f"refuse {file.name}: {type(fault).__name__}")

    def look(self) -> None:
        self.acts.append("look")

    def wait(self) -> None:
        self.acts.append("wait")

    def watch(self, folder: Path | None) -> Watch:
        return Watch(
            folder=folder, take=self.take, look=self.look, refuse=self.refuse, wait=self.wait
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_once_takes_what_stood_still_between_two_looks(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("x")
    (tmp_path / "a.csv").write_text("x")
    desk.watch(tmp_path).once()
    assert desk.acts == ["wait", "take a.csv", "take b.csv", "look"]


def test_a_file_that_still_grows_waits_for_a_later_round(desk: Desk, tmp_path: Path) -> None:
    watching, file = desk.watch(tmp_path), tmp_path / "a.csv"
    file.write_text("x")
    watching.round()
    file.write_text("xy")
    watching.round()
    assert desk.acts == ["look", "look"]
    watching.round()
    assert desk.acts[2:] == ["take a.csv", "look"]


def test_a_file_is_taken_once_and_again_when_it_changed(desk: Desk, tmp_path: Path) -> None:
    watching, file = desk.watch(tmp_path), tmp_path / "a.csv"
    file.write_text("x")
    for _ in range(4):
        watching.round()
    assert desk.acts.count("take a.csv") == 1
    file.write_text("xyz")
    for _ in range(3):
        watching.round()
    assert desk.acts.count("take a.csv") == 2


@pytest.mark.parametrize(
    ("name", "fault"), [("bad", "BadInputError"), ("worse", "ZeroDivisionError")]
)
def test_a_file_that_cannot_be_read_is_told_once_and_stops_nothing(
    desk: Desk, tmp_path: Path, name: str, fault: str
) -> None:
    watching = desk.watch(tmp_path)
    (tmp_path / f"{name}.csv").write_text("x")
    (tmp_path / "zebra.csv").write_text("x")
    for _ in range(3):
        watching.round()
    refused = [act for act in desk.acts if act not in ("look", "wait")]
    assert refused == [f"refuse {name}.csv: {fault}", "take zebra.csv"]


def test_without_a_folder_only_the_store_is_looked_at(desk: Desk) -> None:
    desk.watch(None).once()
    assert desk.acts == ["look"]


def test_it_goes_on_until_it_is_told_to_stop(desk: Desk, tmp_path: Path) -> None:
    rounds = iter(range(3))

    def wait() -> None:
        if next(rounds, None) is None:
            raise KeyboardInterrupt

    watching = desk.watch(tmp_path)
    watching.wait = wait
    with pytest.raises(KeyboardInterrupt):
        watching.forever()
    assert desk.acts == ["look"] * 4
