"""The map from promises to proofs: no sentence without one, no proof that is not there.

`docs/coverage.md` names for each sentence the tests or measured rows that hold it. What has
none stands under "Open" with its reason, and is counted where everybody sees it.
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"
ROW = re.compile(r"^\| ([CDEFM]?[BH]\d+(?:\.\d+)?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
PROOF = re.compile(r"`((?:tests|benchmarks)/[^`]+)`")
RESULTS = "benchmarks/RESULTS.md"


def _held_and_open(page: str) -> tuple[dict[str, str], dict[str, str]]:
    held, _, unheld = page.partition("\n## Open\n")
    return (
        {row[0]: row[2] for row in ROW.findall(held)},
        {row[0]: row[2] for row in ROW.findall(unheld)},
    )


@cache
def _marks(file: Path) -> dict[str, set[str]]:
    """Return each test of a file with its marks, without running anything."""
    tree = ast.parse(file.read_text("utf-8"))
    whole = {
        mark
        for node in tree.body
        if isinstance(node, ast.Assign) and "pytestmark" in map(ast.unparse, node.targets)
        for mark in _pytest_marks(node.value)
    }
    return {
        node.name: whole.union(*map(_pytest_marks, node.decorator_list))
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def _pytest_marks(node: ast.AST) -> set[str]:
    return set(re.findall(r"pytest\.mark\.(\w+)", ast.unparse(node)))


@cache
def _measured(root: Path) -> set[str]:
    """Return the anchors of the headings and marked rows of the measured results."""
    file = root / RESULTS
    text = file.read_text("utf-8") if file.exists() else ""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in headings}
    return slugs | set(re.findall(r"""(?:id|name)=["']([^"']+)["']""", text))


def faults(root: Path, proofs: str) -> Iterator[str]:
    """Yield what is wrong with the proofs of one sentence."""
    named = PROOF.findall(proofs)
    counted = 0
    for proof in named:
        place, _, what = (
            proof.partition("#") if proof.startswith(RESULTS) else proof.partition("::")
        )
        file = root / place
        if place == RESULTS:
            found = what in _measured(root)
        else:
            found = file.is_file() and what in _marks(file)
        if not found:
            yield f"{proof} is not there"
        elif place == RESULTS or "data" not in _marks(file)[what]:
            counted += 1
    if not counted:
        yield "no proof that holds without the shared data folder"


HELD, OPEN = _held_and_open(PAGE.read_text("utf-8"))


@pytest.mark.parametrize("sentence", HELD)
def test_what_is_said_to_be_held_is_held(sentence: str) -> None:
    assert list(faults(ROOT, HELD[sentence])) == []


def test_what_is_open_has_its_reason_and_is_counted(
    record_property: Callable[[str, object], None],
) -> None:
    record_property("open", f"{len(OPEN)} of {len(OPEN) + len(HELD)} sentences")
    assert [name for name, reason in OPEN.items() if not re.match(r"not yet: \w+", reason)] == []


def test_no_sentence_is_left_out_or_stands_twice() -> None:
    assert HELD.keys().isdisjoint(OPEN)
    assert len(ROW.findall(PAGE.read_text("utf-8"))) == len(HELD) + len(OPEN)
    names = [*HELD, *OPEN]
    for letters, last in (("B", 10), ("DB", 12), ("MB", 8), ("CB", 9), ("EB", 8)):
        built = [re.fullmatch(rf"{letters}(\d+)\.(\d+)", name) for name in names]
        parts: dict[int, list[int]] = {}
        for found in filter(None, built):
            parts.setdefault(int(found[1]), []).append(int(found[2]))
        assert sorted(parts) == list(range(1, last + 1))
        for part, numbers in parts.items():
            assert sorted(numbers) == list(range(1, len(numbers) + 1)), part
    for letters in ("H", "DH", "MH", "CH", "EH"):
        stated = sorted(
            int(found[1])
            for found in (re.fullmatch(rf"{letters}(\d+)", name) for name in names)
            if found
        )
        assert stated == list(range(1, len(stated) + 1))
        assert stated


@pytest.mark.parametrize(
    ("proofs", "fault"),
    [
        ("`tests/test_one.py::test_here`", None),
        ("`benchmarks/RESULTS.md#speed-of-the-join`", None),
        ("`benchmarks/RESULTS.md#row`", None),
        ("`tests/test_one.py::test_here`, `tests/test_one.py::test_real`", None),
        ("`tests/test_one.py::test_gone`", "is not there"),
        ("`tests/test_two.py::test_here`", "is not there"),
        ("`benchmarks/RESULTS.md#memory`", "is not there"),
        ("`tests/test_one.py::test_real`", "no proof"),
        ("a person looked", "no proof"),
    ],
)
def test_a_proof_that_is_missing_is_noticed(proofs: str, fault: str | None, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_one.py").write_text(
        "def test_here(): ...\n@pytest.mark.data\ndef test_real(): ...\n"
    )
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / RESULTS).write_text("## Speed of the join\n| <a id='row'></a>x | 1 |\n")
    found = list(faults(tmp_path, proofs))
    assert found == [] if fault is None else fault in found[0]
