"""The tables of frameworks that ship: facts alone, each with its source, and as they were made."""

import hashlib
import subprocess
import sys
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

import pytest

from legation.errors import BadInputError
from legation.knowledge.framework_tables import (
    framework_notice,
    framework_tables,
    read_framework_table,
)
from legation.knowledge.frameworks import frameworks

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "frameworks.py"
TABLES = files("legation.knowledge").joinpath("frameworks_data")
LARGEST = 1_200_000
LONGEST = 120
COUNTS = {
    "attack-enterprise-groups": 187,
    "attack-enterprise-malware": 696,
    "attack-enterprise-mitigations": 44,
    "attack-enterprise-tactics": 14,
    "attack-enterprise-techniques": 835,
    "attack-enterprise-tools": 91,
    "attack-ics-techniques": 72,
    "attack-mobile-techniques": 174,
    "attack-other-groups": 2,
    "attack-other-malware": 115,
    "attack-other-mitigations": 14,
    "attack-other-tools": 2,
    "attack-pre-techniques": 174,
    "attack-unplaced-techniques": 14,
    "disarm-actortypes": 33,
    "disarm-countermeasures": 139,
    "disarm-detections": 94,
    "disarm-techniques": 298,
    "government-sectors": 6,
    "sectors": 118,
    "state-tags": 490,
}
ROW = "number\tname\tphases\tstatus\tstix\tcluster\ttag\n"


# What ships


def test_each_framework_has_as_many_rows_as_its_edition() -> None:
    assert {table.head.table: len(table.rows) for table in framework_tables()} == COUNTS


def test_each_row_is_from_a_named_edition_of_a_day_by_a_package_under_terms() -> None:
    for table in framework_tables():
        source = table.head.source()
        assert all((source.name, source.publisher, source.version, source.package, source.licence))
        assert date(2025, 11, 1) < source.as_of < date(2026, 3, 1)
    for term in frameworks().terms:
        assert term.source.version
        assert term.source.as_of >= date(2024, 11, 22)


def test_no_cell_is_prose() -> None:
    for table in framework_tables():
        for row in table.rows:
            assert [cell for cell in row.values() if len(cell) > LONGEST] == []


def test_no_table_has_a_column_for_who_stands_behind_a_group() -> None:
    columns = {name for table in framework_tables() for name in table.rows[0]}
    assert columns == {
        *("number", "name", "phases", "status", "stix", "cluster", "tag"),
        *("nace", "synonyms", "galaxy", "code"),
    }
    assert {table.head.galaxy for table in framework_tables()}.isdisjoint(
        {"threat-actor", "intelligence-agencies", "microsoft-activity-group", "360net"}
    )


def test_all_tables_together_are_small() -> None:
    assert sum(len(one.read_bytes()) for one in TABLES.iterdir()) <= LARGEST


def test_the_owners_notices_ship_with_the_facts() -> None:
    notice = " ".join(framework_notice().split())
    for words in (
        "This work is reproduced and distributed with the permission of The MITRE Corporation.",
        "provided that you reproduce MITRE's copyright designation and this license",
        "CC BY-SA 4.0",
        "DISARM Foundation",
        "CC0 1.0",
    ):
        assert words in notice
    for table in framework_tables():
        assert table.head.notice == "see NOTICE.txt in this folder"


def test_what_a_package_has_and_a_table_has_not_is_said() -> None:
    left_out = {one.head.table: one.head.left_out for one in framework_tables()}
    assert left_out["attack-ics-techniques"].startswith("T0811 T0833 T0854")
    assert left_out["attack-enterprise-mitigations"].startswith("224 ")
    assert "CS (country)" in left_out["state-tags"]


def test_nothing_is_read_when_legation_is_imported() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import legation.app, sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "legation.app" in said
    assert "legation.knowledge.framework_tables" not in said


@pytest.mark.network
@pytest.mark.slow
def test_the_tables_are_what_the_packages_give(tmp_path: Path) -> None:
    python = sys.executable
    try:
        version("pymispgalaxies")
    except PackageNotFoundError:
        environment = tmp_path / "frameworks"
        _skip_without_index()
        subprocess.run(
            ["make", f"FRAMEWORKS={environment}", str(environment / ".ready")],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        python = str(environment / "bin" / "python")
    checked = subprocess.run([python, TOOL, "--check"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def _skip_without_index() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "--timeout=10", "--retries=0", "index", "versions", "uv"],
        capture_output=True,
        check=False,
    )
    if asked.returncode:
        pytest.skip("the package index does not answer")


# A file


def _table(body: bytes, **head: str) -> bytes:
    known = (TABLES / "disarm-techniques.tsv").read_text("utf-8").splitlines()
    said = dict(line[2:].split(": ", 1) for line in known if line.startswith("# ")) | head
    return "".join(f"# {name}: {value}\n" for name, value in said.items()).encode() + body


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_a_table_in_which_anything_was_changed_is_refused(name: str) -> None:
    content = (TABLES / f"{name}.tsv").read_bytes()
    assert read_framework_table(content, place=name).head.table == name
    for bad in (content[:-1], content + b"x\n", content.replace(b"\t", b" ", 1)):
        with pytest.raises(BadInputError, match="not those of the head") as caught:
            read_framework_table(bad, place="mine.tsv")
        assert caught.value.place == "mine.tsv"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "missing required field"),
        (b"\xff", "no UTF-8"),
        (b"# table: x\nnumber\n", "missing required field"),
        (_table(b"", extra="x"), "unknown field"),
        (_table(b"", rows="many"), "Expected `int`"),
        (_table(b"", as_of="soon"), "Invalid RFC3339 encoded date"),
        (_table(ROW.encode()), "not those of the head"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_name(content: bytes, message: str) -> None:
    with pytest.raises(BadInputError, match=message) as caught:
        read_framework_table(content, place="mine.tsv")
    assert caught.value.place == "mine.tsv"
    assert caught.value.hint


def test_a_row_of_other_columns_is_refused_though_the_sum_is_right() -> None:
    for body, rows in ((ROW + "T1\tn\n", "1"), (ROW, "1"), ("", "0")):
        sha256 = hashlib.sha256(body.encode()).hexdigest()
        content = _table(body.encode(), rows=rows, sha256=sha256)
        if body:
            with pytest.raises(BadInputError, match="other columns"):
                read_framework_table(content, place="mine.tsv")
        else:
            assert read_framework_table(content, place="mine.tsv").rows == ()
