"""What of the balance and of what is known leaves a terminal: tables, bundles and papers."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from legation.app.caveats import BALANCE, KNOWLEDGE
from legation.missions.invented import tables
from worlds.judges import oasis_faults
from worlds.packs import PACK
from worlds.shell import legation

COMMANDS = {
    "balance": ("balance", "show"),
    "mission": ("balance", "show", "paris"),
    "tree": ("balance", "explain", "paris", "T6"),
    "state": ("knowledge", "page", "XA"),
    "agreement": ("knowledge", "agreement", "grain"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sheets")
    legation("init", "--home", folder / "home")
    for name, content in tables(date.today()).items():  # noqa: DTZ011 - the desk's own clock is used
        (folder / f"{name}.csv").write_bytes(content)
        if name != "talks":
            said = legation("mission", "import", folder / f"{name}.csv", "--home", folder / "home")
            assert said.code == 0, said.err
    (folder / "accords.toml").write_bytes(PACK)
    command = ("knowledge", "add", folder / "accords.toml", "--unsigned", "--yes")
    assert legation(*command, "--home", folder / "home").code == 0
    return folder / "home"


@pytest.mark.parametrize("page", COMMANDS)
def test_each_leaves_as_table_bundle_and_paper_and_each_leaving_is_in_the_trail(
    home: Path, tmp_path: Path, page: str
) -> None:
    files = {kind: tmp_path / f"made.{kind}" for kind in ("csv", "stix", "pdf")}
    options = [word for kind, file in files.items() for word in (f"--{kind}", str(file))]
    said = legation(*COMMANDS[page], *options, "--home", home)
    assert said.code == 0, said.err
    caveat = BALANCE if page in ("balance", "mission", "tree") else KNOWLEDGE
    assert caveat in said.err
    rows = list(csv.DictReader(io.StringIO(files["csv"].read_text("utf-8"))))
    assert rows
    assert {row["caveat"] for row in rows} == {caveat}
    notes = [
        thing
        for thing in json.loads(files["stix"].read_bytes())["objects"]
        if thing["type"] == "note"
    ]
    assert notes
    for note in notes:
        assert oasis_faults(note) == []
        assert caveat in note["content"]
    text = " ".join(page.extract_text() for page in PdfReader(files["pdf"]).pages)
    assert "TLP:AMBER" in text
    assert " ".join(caveat.split()) in " ".join(text.split())
    report = legation("audit", "report", "exports", "--format", "json", "--home", home)
    left = [one["detail"] for one in json.loads(report.out)["entries"][:3]]
    assert {(one["page"], one["kind"]) for one in left} == {(page, kind) for kind in files}


def test_the_table_of_one_mission_speaks_of_no_other(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "made.csv"
    shown = legation("balance", "show", "paris", "--csv", file, "--home", home)
    assert len(shown.out.splitlines()) == 2
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    assert [row["threat"] for row in rows] == ["T1", "T2", "T3", "T4", "T5", "T6"]
    assert {row["mission"] for row in rows} == {"paris"}


def test_the_balance_in_json_carries_its_caveat(home: Path) -> None:
    for words in (COMMANDS["balance"], COMMANDS["mission"], COMMANDS["tree"]):
        told = json.loads(legation(*words, "--json", "--home", home).out)
        assert told["caveat"] == BALANCE


def test_an_agreement_is_shown_with_all_that_names_it_and_its_marks(home: Path) -> None:
    lines = legation("knowledge", "agreement", "river", "--home", home).out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["agreement river", "party river.xa"]
    assert all("from memory, not checked" in line for line in lines)
    told = json.loads(legation("knowledge", "agreement", "river", "--json", "--home", home).out)
    assert {fact["key"] for fact in told["facts"]} == {"river", "river.xa"}


@pytest.mark.parametrize(
    "words",
    [
        ("balance", "show", "atlantis"),
        ("balance", "explain", "atlantis", "T1"),
        ("knowledge", "agreement", "atlantis"),
    ],
)
def test_what_is_not_there_is_told_and_nothing_is_written(
    home: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = legation(*words, "--csv", tmp_path / "made.csv", "--home", home)
    assert said.code == 3
    assert "legation: hint: " in said.err
    assert not list(tmp_path.iterdir())


def test_a_file_in_a_folder_that_is_not_there_is_refused(home: Path, tmp_path: Path) -> None:
    said = legation("balance", "show", "--csv", tmp_path / "no" / "made.csv", "--home", home)
    assert said.code == 3
    assert "make the folder first" in said.err
