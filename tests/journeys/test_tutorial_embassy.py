"""The tutorial of the embassy, done as it is written: its commands are read from the page."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from worlds.judges import validator_faults
from worlds.shell import legation

PAGE = Path(__file__).parents[2] / "docs" / "tutorial-embassy.md"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Run all blocks in one shell; return its folder and what was said."""
    folder = tmp_path_factory.mktemp("embassy")
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 5
    kept = {key: text for key, text in os.environ.items() if not key.startswith("LEGATION_")}
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=folder,
        env=kept | {"PATH": f"{BIN}:{kept['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    return folder, run.stdout


def test_first_it_cannot_be_told_and_the_missing_is_named(done: tuple[Path, str]) -> None:
    before, _, after = done[1].partition("jewels.csv: jewels: 1 added")
    for missing in ("missing: nobody looks for T6", "missing: no paper is valued"):
        assert missing in before
        assert missing not in after
    assert "Embassy in Bevora, T6 phishing and baiting: cannot tell" in before
    # What is missing is not turned into a number.
    assert "exposure: between 0." in before
    assert "balance: between -" in before


def test_then_the_threat_that_was_looked_for_has_a_statement_and_the_others_have_none(
    done: tuple[Path, str],
) -> None:
    with (done[0] / "embassy.csv").open(newline="", encoding="utf-8") as stream:
        said = {row["threat"]: row for row in csv.DictReader(stream)}
    assert said["T6"]["verdict"] in ("covered", "balanced", "exposed")
    assert {row["verdict"] for name, row in said.items() if name != "T6"} == {"cannot tell"}
    assert {row["exposure"] for name, row in said.items() if name != "T6"} == {""}
    assert float(said["T6"]["exposure"]) > 0
    assert {row["answer"] for row in said.values()} == {"cannot tell"}


def test_what_is_taken_along_is_stix_and_stands_in_the_trail(done: tuple[Path, str]) -> None:
    for name in ("embassy.json", "tree.json"):
        faults = validator_faults((done[0] / name).read_bytes())
        # Proofs are events of the OASIS incident extension, which the validator does not have.
        assert [fault for fault in faults if "event" not in fault] == []
    told = legation(
        *("audit", "report", "exports", "--format", "csv", "--home", done[0] / "desk")
    ).out
    # The report is an export too.
    left = [
        row["of what"] for row in csv.DictReader(io.StringIO(told)) if row["verb"] == "page.export"
    ]
    assert sorted(left) == ["balance-bevora", "balance-bevora", "balance-bevora-T6"]
    notes = [
        thing
        for thing in json.loads((done[0] / "tree.json").read_bytes())["objects"]
        if thing["type"] == "note"
    ]
    assert [note["abstract"].split(":")[0] for note in notes] == ["Embassy in Bevora, T6"]
