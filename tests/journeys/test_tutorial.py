"""The tutorial in the shell, done as it is written: its commands are read from the page and run."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from legation.sources.invented import invent

pytestmark = pytest.mark.xdist_group("tutorial")

PAGE = Path(__file__).parents[2] / "docs" / "tutorial-shell.md"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Run all blocks in one shell; return its folder and what was printed."""
    folder = tmp_path_factory.mktemp("tutorial")
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 3
    kept = {key: text for key, text in os.environ.items() if not key.startswith("LEGATION_")}
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=folder,
        env=kept | {"PATH": f"{BIN}:{kept['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Coordination is not inauthenticity" in run.stderr
    return folder, run.stdout


def test_the_file_search_finds_the_two_hidden_campaigns_and_nobody_else(
    done: tuple[Path, str],
) -> None:
    found: dict[str, set[str]] = {}
    with (done[0] / "accounts.csv").open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["campaign_id"], set()).add(row["account_id"])
    hidden = [set(campaign.members) for campaign in invent()[1].campaigns]
    assert len(found) == len(hidden) == 2
    for members in found.values():
        (owner,) = [group for group in hidden if members <= group]
        assert len(members) >= 0.9 * len(owner)


def test_the_desk_of_ones_own_lists_two_campaigns_and_no_clear_name(done: tuple[Path, str]) -> None:
    folder, printed = done
    listed = printed.rsplit("\nid ", 1)[1]
    ids = re.findall(r"^c-[0-9a-f]+", listed, re.MULTILINE)
    assert len(ids) == 2
    shown = "".join(
        subprocess.run(
            [BIN / "legation", "campaign", *command, "--home", folder / "desk"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for command in (["show", ids[0]], ["export", ids[0], "--stix"])
    )
    assert "acct-" in shown
    members = [name for campaign in invent()[1].campaigns for name in campaign.members]
    assert [name for name in members if name in shown] == []
