"""What a newcomer meets first: the two commands, the make targets, the licence, and CI."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CI = ROOT / ".ci" / "run"
TARGETS = ["setup", "run", "test", "check", "lock", "docs", "bench", "soak", "calibrate", "queries"]
TARGETS += ["help-pages", "pictures", "offline", "wheel"]


def test_the_readme_has_two_commands_and_no_more() -> None:
    blocks = re.findall(r"```\w*\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert blocks[0].split("\n") == ["make run", "make test", ""]


def test_the_readme_says_whose_operations_the_labels_cover_and_who_attributed_them() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.split("## Whose operations the labels cover and who attributed them")[1]
    for name in ("Internet Research Agency", "Twitter", "16 February 2018", "Senate", "Clemson"):
        assert name in section


@pytest.mark.parametrize("target", TARGETS)
def test_a_make_target_is_there_and_sets_itself_up(target: str) -> None:
    run = subprocess.run(
        ["make", "--dry-run", "--always-make", target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "-m venv .venv" in run.stdout


def test_set_up_installs_by_hash_and_asks_for_nothing_but_python() -> None:
    said = subprocess.run(
        ["make", "--dry-run", "--always-make", "test"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    installs = [line for line in said.splitlines() if "install" in line and "-r " in line]
    assert len(installs) == 4
    assert [line for line in installs if "--require-hashes" not in line] == []


def test_the_licence_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence


def test_continuous_integration_brings_what_tests_need_and_lets_none_be_skipped() -> None:
    assert os.access(CI, os.X_OK)
    assert subprocess.run(["bash", "-n", CI], check=False).returncode == 0
    script = CI.read_text("utf-8")
    for part in ("postgresql", "chromium", "LEGATION_TEST_PG=", "LEGATION_NO_SKIP=1"):
        assert part in script
    assert re.search(r"^timeout .* make .*\bcheck test\b", script, re.MULTILINE)
    assert "exec </dev/null" in script
    assert "trap finish EXIT" in script
