"""`legation share preview|push|write|ledger|recall|align` over a home with a real campaign."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from worlds.shell import Said, legation

POLICY = """
partner = "QMA"
until = 2999-01-01
[sharing]
tlp = "amber"
[types]
send = ["*"]
[persons]
rule = "redact"
"""


@pytest.fixture
def home(watched: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    shutil.copytree(watched, folder)
    assert legation("partner", "add", "Aldria", "--party", "QMA", "--home", folder).code == 0
    assert policy(folder, POLICY).code == 0
    return folder


def policy(home: Path, text: str) -> Said:
    file = home.parent / "policy.toml"
    file.write_text(text, "utf-8")
    return legation("partner", "policy", "Aldria", file, "--home", home)


def share(home: Path, *words: str | Path) -> Said:
    return legation("share", *words, "--home", home)


def told(home: Path, *words: str | Path) -> Any:
    said = share(home, *words, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def campaign(home: Path) -> str:
    verdicts = told(home, "preview", "Aldria", "--all")["verdicts"]
    return next(str(one["object_id"]) for one in verdicts if one["object_id"].startswith("camp"))


def test_a_push_sends_what_the_preview_shows_once(home: Path) -> None:
    shown = told(home, "preview", "Aldria", "--all")
    leaving = [one for one in shown["verdicts"] if one["outcome"] != "held"]
    done = told(home, "push", "Aldria", "--all", "--yes")
    assert (done["new"], done["known"], done["withdrawn"]) == (len(shown["leaving"]), 0, 0)
    assert done["sent"] + done["redacted"] == len(leaving)
    again = told(home, "push", "Aldria", "--all", "--yes")
    assert (again["new"], again["known"]) == (0, len(shown["leaving"]))


def test_a_file_that_cannot_be_written_stands_in_no_ledger(home: Path, tmp_path: Path) -> None:
    said = share(home, "write", "Aldria", tmp_path / "none" / "aldria.zip", "--all")
    assert said.code != 0
    assert "fault of the program" not in said.err
    assert told(home, "ledger") == []
    file = tmp_path / "aldria.zip"
    assert share(home, "write", "Aldria", file, "--all").code == 0
    assert file.is_file()
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")] == []
    assert {one["channel"] for one in told(home, "ledger")} == {"file"}


def test_a_recall_names_who_had_it_by_either_id_and_says_what_fell_with_it(home: Path) -> None:
    own = campaign(home)
    share(home, "push", "Aldria", "--all", "--yes")
    (had,) = told(home, "recall", own)
    assert (had["partner"], had["outcome"]) == ("Aldria", "redacted")
    assert told(home, "ledger", "--object", had["sent_id"])[0]["object_id"] == own
    assert share(home, "recall", own, "--yes").code == 2
    said = share(home, "recall", own, "--yes", "--reason", "the wrong group")
    assert said.code == 0
    assert "that rested on it taken out too" in said.err
    shown = told(home, "preview", "Aldria", "--all")
    (verdict,) = [one for one in shown["verdicts"] if one["object_id"] == own]
    assert verdict["reasons"] == ["it was recalled from this partner"]
    assert share(home, "recall", own, "--yes", "--reason", "again").code == 5


def test_a_tighter_policy_and_a_raised_label_take_out_what_stands(home: Path) -> None:
    own = campaign(home)
    share(home, "push", "Aldria", "--all", "--yes")
    assert told(home, "align") == [{"partner": "Aldria", "withdrawn": [], "renewed": 0}]
    raised = legation("label", "set", own, "--tlp", "red", "--reason", "a source", "--home", home)
    assert raised.code == 0, raised.err
    (done,) = told(home, "align", "Aldria")
    assert done["withdrawn"]
    said = policy(home, POLICY.replace('"amber"', '"clear"'))
    assert "may not stand there any more" in said.err
    assert [one["outcome"] for one in told(home, "ledger", "--limit", "1")] == ["withdrawn"]
