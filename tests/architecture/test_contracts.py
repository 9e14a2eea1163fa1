"""The rules of the house: who may import whom, and what stands in one place only."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "legation"
MODULES = sorted(SOURCE.rglob("*.py"))
DOORS = ("cli", "desk", "__main__.py", "watch.py")
# They outlive a fault, like the watch.
LOOPS = (
    "app/jobs.py",
    "app/waking.py",
    "app/sharing/committing.py",
    "app/sharing/pulling.py",
)
READER = "formats/documents/__main__.py"  # the door of the process that reads a stranger's file
HEAVY = [
    "alembic",
    "cryptography",
    "duckdb",
    "litestar",
    "networkit",
    "numpy",
    "scipy",
    "sqlalchemy",
]


def _name(module: Path) -> str:
    return module.relative_to(SOURCE).as_posix()


def _at_door(module: Path) -> bool:
    return _name(module).split("/")[0] in DOORS


def _nodes(module: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(module.read_text("utf-8")))


def test_every_import_keeps_the_contracts() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_room_has_its_storey() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = configured["tool"]["importlinter"]["contracts"][0]
    drawn = {
        name.strip(" ()").removeprefix("legation.")
        for layer in contract["layers"]
        for name in layer.split("|")
    }
    rooms = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    single = {path.stem for path in SOURCE.glob("*.py")} - {"__init__"}
    helpers_of_app = {name for name in single if name.startswith("app_")}
    assert rooms | single - helpers_of_app <= drawn


def test_what_starts_the_program_loads_nothing_heavy() -> None:
    program = (
        f"import sys, legation.__main__\nprint([name for name in {HEAVY} if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        _name(module)
        for module in MODULES
        for node in _nodes(module)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    }
    assert readers == {"settings.py"}


def test_every_error_is_caught_by_name_except_at_the_doors() -> None:
    catchers = [
        f"{_name(module)}:{node.lineno}"
        for module in MODULES
        if not _at_door(module) and _name(module) not in (*LOOPS, READER)
        for node in _nodes(module)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) == "Exception")
    ]
    assert catchers == []


def test_errors_are_defined_in_one_module() -> None:
    elsewhere = [
        f"{_name(module)}: {node.name}"
        for module in MODULES
        if _name(module) != "errors.py"
        for node in _nodes(module)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    ]
    assert elsewhere == []


def test_stix2_is_a_judge_of_the_tests_alone() -> None:
    """It invents what is missing and writes times anew, so no object passes through it."""
    judges = ("stix2", "stix2validator", "stix2patterns", "taxii2client", "pycti")
    users = [
        f"{_name(module)}: {name}"
        for module in MODULES
        for node in _nodes(module)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [one.name for one in node.names]
        )
        if name.partition(".")[0] in judges
    ]
    assert users == []


def test_logging_is_set_up_by_the_doors_only() -> None:
    set_up = [
        _name(module)
        for module in MODULES
        if not _at_door(module) and "basicConfig" in module.read_text("utf-8")
    ]
    assert set_up == []


def test_every_module_opens_with_why_it_exists() -> None:
    silent = [_name(m) for m in MODULES if not ast.get_docstring(ast.parse(m.read_text("utf-8")))]
    assert silent == []


def test_every_module_is_short_enough_to_read() -> None:
    assert [_name(m) for m in MODULES if m.read_text("utf-8").count("\n") > 400] == []
