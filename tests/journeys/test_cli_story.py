"""An analyst's first day in the shell, from an empty home to a file for a partner."""

import json
import re
from pathlib import Path

from worlds.planted_posts import write_town
from worlds.shell import legation, typed


def test_an_analyst_goes_from_an_empty_home_to_a_bundle_for_a_partner(tmp_path: Path) -> None:
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    inbox.mkdir()
    write_town(inbox / "town.jsonl")
    (inbox / "notes.csv").write_text("colour\nblue\n", "utf-8")

    said = typed("init", "--name", "Ministry of Aldria", home=home)
    link = re.escape("enrolment link: http://localhost:8321/enrol#") + "[A-Za-z0-9_-]{43}"
    assert re.fullmatch(f"home: {re.escape(str(home))}\n{link}\n", said.out)
    assert "unprotected" in said.err

    said = typed("watch", "--once", "--every", "0.1", "--folder", inbox, home=home)
    assert said.code == 65  # one of the two files is no export of posts
    assert "notes.csv: no preset fits" in said.err
    assert "1 campaign" in said.err
    assert "6,560 new posts (clock: 1 s)" in said.out
    found = re.search(r"^(c-[0-9a-f]+)  high  ", said.out, re.MULTILINE)
    assert found is not None

    said = legation("watch", "--once", "--every", "0.1", "--folder", inbox, "--home", home)
    assert "taken in before" in said.out
    assert "campaign" not in said.err

    target = tmp_path / "bundle.json"
    said = legation("campaign", "export", found[1], "--stix", "--out", target, "--home", home)
    names = [thing.get("name") for thing in json.loads(target.read_text("utf-8"))["objects"]]
    assert "Ministry of Aldria" in names
    assert "ring_" not in target.read_text("utf-8")

    said = legation("audit", "verify", "--home", home)
    assert "The trail holds: 9 entries, 1 signed head." in said.err
