"""No file leaves the command line without its label: every command that writes one is walked.

Which commands do is read from their help, so that a new one fails here until it is tried.
"""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pypdf
import pytest

from legation.cli.program import _COMMANDS, _WITHIN
from legation.stix.tlp import Tlp, marking_ref
from worlds.ministry import TABLES
from worlds.shell import legation

WRITES: Final = re.compile(r"--(?:csv|stix|pdf|docx|graphml|gexf|out|output|folder|format)\b")
AMBER: Final = "TLP:AMBER"
LOOK: Final = (
    *("--purpose", "the court asked for it", "--legality", "an order of the court"),
    *("--necessity", "nothing else shows it", "--proportionality", "one file and no other"),
    *("--safeguards", "it leaves under seal"),
)
SHEETS: Final = (("--csv", "csv"), ("--stix", "stix"), ("--pdf", "pdf"))
# A command; what is said with it; of which kind what it writes is, `option FILE` where in a file.
TRIED: Final[dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]] = {
    "campaign export": (
        (("{campaign}", "--csv"), "", "csv"),
        (("{campaign}", "--graphml"), "", "text"),
        (("{campaign}", "--gexf"), "", "text"),
        (("{campaign}", "--stix"), "", "stix"),
        (("{campaign}", "--pdf"), "--out", "pdf"),
    ),
    "mission export": tuple(((name,), "", "csv") for name in ("missions", "channels", "holders")),
    "event export": ((("ics",), "", "ics"), (("csv",), "", "csv")),
    "duty export": ((("ics",), "", "ics"), (("csv",), "", "csv")),
    "balance show": tuple(((), option, kind) for option, kind in SHEETS),
    "balance explain": tuple((("paris", "T6"), option, kind) for option, kind in SHEETS),
    "knowledge page": tuple((("FR",), option, kind) for option, kind in SHEETS),
    "knowledge agreement": tuple((("budapest-2001",), option, kind) for option, kind in SHEETS),
    "evidence export": ((("{evidence}", *LOOK), "--folder", "zip"),),
    "case list": ((CASE_LIST, "--csv", "csv"), (CASE_LIST, "--stix", "stix")),
    "case show": tuple((("{case}",), option, kind) for option, kind in SHEETS[:2]),
    "case draft": ((("{case}", "3"), "--output", "text"),),
    "case record": ((("{case}", "4"), "", "json"), (("{case}", "4"), "--output", "json")),
    "case dossier": tuple(
        (("{case}", "whole", "--purpose", "to hand it on"), option, kind)
        for option, kind in (("--text", "text"), ("--stix", "stix"), ("--ftm", "told"))
    ),
    "audit report": (
        (("--format", "csv"), "", "csv"),
        (("--format", "json"), "", "json"),
        (("--format", "table"), "", "told"),
    ),
    "audit export": (
        (("--format", "ecs"), "", "told"),
        (("--format", "syslog"), "--output", "told"),
    ),
}
APART: Final = {
    "watch": "its --folder is where it reads",
    "audit head": "signed as it is, to be kept apart: it tells a hash and a day",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, town: Path) -> Path:
    folder = tmp_path_factory.mktemp("marked")
    place, files = folder / "home", folder / "files"
    files.mkdir()
    for name, table in TABLES.items():
        (files / f"{name}.csv").write_bytes(table)
    page, rota = folder / "page.txt", folder / "rota.csv"
    page.write_text("what was said on the page", "utf-8")
    soon = datetime.now(UTC).date() + timedelta(days=3)
    rota.write_text(f"person,starts,ends\nAnn,{soon}T08:00Z,{soon}T16:00Z\n", "utf-8")
    names = ("missions", "channels", "jewels", "holders", "plans", "proofs", "voices")
    said_so: tuple[tuple[str | Path, ...], ...] = (
        ("init",),
        ("import", "posts", town),
        ("watch", "--once"),
        ("mission", "import", *(files / f"{name}.csv" for name in names)),
        ("event", "import", files / "talks.csv"),
        ("evidence", "capture", page),
        ("admin", "add", "Ann", "--role", "analyst"),
        ("admin", "clearance", "Ann", "--tlp", "red", "--pap", "red", "--reason", "on duty here"),
        ("duty", "import", rota),
    )
    for words in said_so:
        said = legation(*words, "--home", place)
        assert said.code == 0, (words, said.err)
    return place


def commands() -> list[str]:
    """Return all commands, as they are typed."""
    alone = [name for name, place, _ in _COMMANDS if place]
    return alone + [
        f"{group} {name}" for group, rows in _WITHIN.items() for name, place, _ in rows if place
    ]


def ids(home: Path) -> dict[str, str]:
    found = json.loads(legation("campaign", "list", "--json", "--home", home).out)
    kept = json.loads(legation("evidence", "list", "--json", "--home", home).out)
    return {
        "campaign": found["campaigns"][0]["campaign_id"],
        "evidence": kept[0]["evidence_id"],
    }


def said_in(kind: str, content: bytes) -> bool:
    """Tell whether a file that is no table and no JSON says its label."""
    if kind == "pdf":
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return all(AMBER in page.extract_text() for page in pages)
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return says("json", packed.read("manifest.json"))
    marks = {"ics": f"X-LEGATION-MARKING:{AMBER}", "stix": marking_ref(Tlp.AMBER)}
    return marks.get(kind, AMBER).encode() in content


def says(kind: str, content: bytes) -> bool:
    """Tell whether a file says its label where its kind has the place for it."""
    if kind == "csv":
        head, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
        return head[-1] == "marking" and {row[-1] for row in rows} == {AMBER}
    if kind == "json":
        pairs = json.loads(content, object_pairs_hook=list)
        return list(pairs[0]) == ["marking", AMBER]
    return said_in(kind, content)


def test_every_command_that_writes_a_file_is_tried() -> None:
    writing = {
        name
        for name in commands()
        if name.endswith(" export") or WRITES.search(legation(*name.split(), "--help").out)
    }
    assert writing == TRIED.keys() | APART.keys()


@pytest.mark.parametrize("command", TRIED)
def test_what_a_command_writes_says_its_label(command: str, home: Path, tmp_path: Path) -> None:
    known = ids(home)
    for number, (words, option, kind) in enumerate(TRIED[command]):
        place = tmp_path / f"{number}"
        if kind == "zip":
            place.mkdir()
        where = (option, place) if option else ()
        said = legation(
            *command.split(), *(word.format(**known) for word in words), *where, "--home", home
        )
        assert said.code == 0, said.err
        content = said.out.encode()
        if kind == "zip":
            (made,) = place.iterdir()
            assert ".TLP-AMBER." in made.name
            content = made.read_bytes()
        elif kind != "told" and option:
            content = place.read_bytes()
        if not option or kind == "told":
            # On standard output a file has no name: it is told beside it.
            assert "TLP-AMBER" in said.err or AMBER in said.err
        if kind != "told":
            assert says(kind, content), (command, words)


def test_a_file_without_its_label_is_found() -> None:
    bare = {"csv": b"a,b\r\n1,2\r\n", "json": b'{"a":1}', "ics": b"BEGIN:VCALENDAR\r\n"}
    for kind, content in (bare | {"stix": b"{}", "text": b"<graph/>"}).items():
        assert not says(kind, content), kind
