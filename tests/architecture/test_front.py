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
TARGETS += ["islands", "help-pages", "pictures", "offline", "wheel", "techniques"]


def test_the_readme_has_two_commands_and_no_more() -> None:
    blocks = re.findall(r"```\w*\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert blocks[0].split("\n") == ["make run", "make test", ""]


def test_the_readme_says_whose_operations_the_labels_cover_and_who_attributed_them() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.split("## Whose operations the labels cover and who attributed them")[1]
    for name in ("Internet Research Agency", "Twitter", "16 February 2018", "Senate", "Clemson"):
        assert name in section


def test_the_figures_that_the_readme_tells_are_those_that_were_measured() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    measured = dict(_measured())
    quality = {
        "**legation as shipped**": "default",
        "legation, exact layers alone": "exact",
        '"3 objects in an hour"': "rule-3-in-an-hour",
        '"5 objects in an hour"': "rule-5-in-an-hour",
        '"2 objects in a minute", as other tools are set': "rule-2-in-a-minute",
    }
    for told, name in quality.items():
        figures = re.findall(r" (\d[\d.]*)", measured[f"quality-{name}"])
        assert f"| {told} | {' | '.join(figures)} |" in readme, name
    speed = {
        "ties alone, library call": "library",
        "ties alone, whole command": "command",
        "whole search for campaigns with exact layers, over the toolkit's loading alone": (
            "pipeline-exact-csv"
        ),
        "whole search as shipped, over the toolkit's loading alone": "pipeline-default-parquet",
    }
    for told, name in speed.items():
        ratio = measured[f"speed-{name}"].split(" ")[0]
        assert f"| {told} | {ratio} " in readme, name


def _measured() -> list[tuple[str, str]]:
    """Return the names of the rows of RESULTS with their figures."""
    rows = (ROOT / "benchmarks" / "RESULTS.md").read_text("utf-8")
    return re.findall(r'^\| <a id="([\w-]+)"></a>[\w-]+ \| ([^|]+) \|', rows, re.MULTILINE)


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
    named = {re.search(r"-r (\S+)", line)[1] for line in installs}  # type: ignore[index]  # found above
    peers = [f"peer-{name}" for name in ("medallion", "opentaxii", "pycti")]
    names = ["uv", "run", "schemas", "dev", "docs", "node", *peers]
    assert named == {f"requirements/{name}.txt" for name in names}
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
    for part in ("postgresql", "chromium", "softhsm2", "LEGATION_TEST_PG=", "LEGATION_NO_SKIP=1"):
        assert part in script
    assert re.search(r"^timeout .* make .*\bcheck test\b", script, re.MULTILINE)
    assert "exec </dev/null" in script
    assert "trap finish EXIT" in script


@pytest.mark.parametrize(("skips", "opens"), [("", True), ("1", False)])
def test_without_npm_the_desk_opens_with_a_warning_and_ci_stops(
    tmp_path: Path, skips: str, opens: bool
) -> None:
    islands = tmp_path / "src" / "legation" / "desk" / "islands"
    islands.mkdir(parents=True)
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    for name in ("run", "uv", "schemas", "node"):
        (tmp_path / "requirements").mkdir(exist_ok=True)
        (tmp_path / "requirements" / f"{name}.txt").touch()
    (tmp_path / "pyproject.toml").touch()
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, words in (("npm", "exit 1"), ("uv", ""), ("legation", "echo opened: $1")):
        (programs / name).write_text(f"#!/bin/sh\n{words}\n")
        (programs / name).chmod(0o755)
    (islands / ".npmrc").touch()
    for stamp in (".run", ".node"):
        (tmp_path / ".venv" / stamp).touch()
    run = subprocess.run(
        ["make", "run"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "LEGATION_NO_SKIP": skips},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode == 0) == opens, run.stderr
    assert ("opened: demo" in run.stdout) == opens
    assert ("warning: the scripts of the desk were not built" in run.stdout) == opens
