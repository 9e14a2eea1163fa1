"""No file leaves the command line without its label: every command that writes one is walked.

Which commands do is read from their help, so that a new one fails here until it is tried.
"""

import csv
import io
import json
import os
import re
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pypdf
import pytest

from legation.cli.program import _COMMANDS, _WITHIN
from legation.stix.tlp import Tlp, marking_ref
from worlds.case_shell import CASE, CaseShell
from worlds.ministry import TABLES
from worlds.shell import legation

WRITES: Final = re.compile(r"--(?:csv|stix|pdf|docx|graphml|gexf|out|output|folder|format)\b")
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
    "case list": tuple(((), option, kind) for option, kind in SHEETS[:2]),
    "case show": tuple((("{case}",), option, kind) for option, kind in SHEETS[:2]),
    # A letter goes to others: its name has the label, and the cover note beside it says it.
    "case draft": ((("{case}", "{choice}"), "--output", "told"),),
    "case record": (
        (("{case}", "{decision}"), "", "json"),
        (("{case}", "{decision}"), "--output", "json"),
    ),
    "case dossier": tuple(
        (("{listing}", "jan-example", "--purpose", "to hand it on"), option, kind)
        for option, kind in (("--text", "text"), ("--stix", "stix"), ("--ftm", "text"))
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
# What names a person who is to be listed is for few.
RED: Final = frozenset({"case dossier"})
APART: Final = {
    "watch": "its --folder is where it reads",
    "audit head": "signed as it is, to be kept apart: it tells a hash and a day",
    **dict.fromkeys(
        ("statement publish", "statement retract", "statement register export"),
        "a statement is for the public in exactly the bytes that are signed; an embargo is one of"
        " their lines",
    ),
    "statement register copy": "a public register, for readers to carry with them",
    "statement register cosign": "a checkpoint tells a size and a hash",
    "statement witness evidence": "two checkpoints, for everybody to see",
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
        ("admin", "add", "Dan", "--role", "legal"),
        ("admin", "add", "Eve", "--role", "policy"),
        *(
            ("admin", "clearance", name, "--tlp", "red", "--pap", "red", "--reason", "on duty here")
            for name in ("Ann", "Dan", "Eve")
        ),
        ("duty", "import", rota),
    )
    for words in said_so:
        said = legation(*words, "--home", place)
        assert said.code == 0, (words, said.err)
    shell = CaseShell(place)
    shell.opened()
    shell.chosen("--no-touches", actor="command line")
    told = ("what=we call them", "answers=4", "touches_persons=no")
    shell.add("decision", *told, actor="Ann")
    listing = ("--title", "A listing", "--type", "T5", "--began", "2026-02-19")
    shell.case("open", *listing)
    shell.listing("2026-0002", folder / "dossier.toml")
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
        "case": CASE,
        "choice": "4",
        "decision": "5",
        "listing": "2026-0002",
    }


def said_in(kind: str, content: bytes, level: Tlp) -> bool:
    """Tell whether a file that is no table and no JSON says its label."""
    if kind == "pdf":
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return all(str(level) in page.extract_text() for page in pages)
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return says("json", packed.read("manifest.json"), level)
    marks = {"ics": f"X-LEGATION-MARKING:{level}", "stix": marking_ref(level)}
    return marks.get(kind, str(level)).encode() in content


def says(kind: str, content: bytes, level: Tlp = Tlp.AMBER) -> bool:
    """Tell whether a file says its label where its kind has the place for it."""
    if kind == "csv":
        head, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
        return head[-1] == "marking" and {row[-1] for row in rows} == {str(level)}
    if kind == "json":
        pairs = json.loads(content, object_pairs_hook=list)
        return list(pairs[0]) == ["marking", str(level)]
    return said_in(kind, content, level)


def test_every_command_that_writes_a_file_is_tried() -> None:
    writing = {
        name
        for name in commands()
        if name.endswith(" export") or WRITES.search(legation(*name.split(), "--help").out)
    }
    assert writing == TRIED.keys() | APART.keys()


@pytest.mark.parametrize("command", TRIED)
def test_what_a_command_writes_says_its_label_and_is_its_owner_s_alone(
    command: str, home: Path, tmp_path: Path
) -> None:
    before = os.umask(0o022)
    try:
        _walk(command, home, tmp_path)
    finally:
        os.umask(before)


def _walk(command: str, home: Path, tmp_path: Path) -> None:
    known, level = ids(home), Tlp.RED if command in RED else Tlp.AMBER
    tag = str(level).replace(":", "-")
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
        # Nobody else of the host reads what leaves.
        for file in place.iterdir() if place.is_dir() else [place] if option else []:
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        if kind == "zip":
            (made,) = place.iterdir()
            assert f".{tag}." in made.name
            content = made.read_bytes()
        elif kind != "told" and option:
            content = place.read_bytes()
        if not option or kind == "told":
            # On standard output a file has no name: it is told beside it.
            assert tag in said.err or str(level) in said.err
        if kind != "told":
            assert says(kind, content, level), (command, words)


def test_a_file_without_its_label_is_found() -> None:
    bare = {"csv": b"a,b\r\n1,2\r\n", "json": b'{"a":1}', "ics": b"BEGIN:VCALENDAR\r\n"}
    for kind, content in (bare | {"stix": b"{}", "text": b"<graph/>"}).items():
        assert not says(kind, content), kind
