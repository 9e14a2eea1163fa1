"""One town with a ring, and one home that has looked at it, for all commands' tests."""

from pathlib import Path

import pytest

from worlds.case_shell import CaseShell
from worlds.planted_posts import write_town
from worlds.shell import legation


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("town") / "town.jsonl")


@pytest.fixture(scope="session")
def quiet_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("quiet") / "town.jsonl", ring=False)


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory, town: Path) -> Path:
    """A home into which the town was imported and looked at."""
    home = tmp_path_factory.mktemp("watched") / "home"
    assert legation("init", "--home", home).code == 0
    assert legation("import", "posts", town, "--home", home).code == 0
    assert legation("watch", "--once", "--home", home).code == 0
    return home


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CaseShell:
    """A home of a state, with people who deal with cases, and one open case."""
    monkeypatch.setenv("LEGATION_STATE", "FR")
    shell = CaseShell(tmp_path / "home")
    shell.make()
    shell.opened()
    return shell
