"""Documents that cannot leave anything out: each setting, source, command, query, detector,
kind of object and room is looked up on the page that must name it.
"""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from cyclopts import App
from register_reference import PAGE, made, updated

from legation.cli.program import program
from legation.rights.roles import COMMON_VERBS, ROLES, VERBS, verbs_of
from legation.settings import Settings
from legation.sources.catalogue import PRESETS
from legation.stix.vocabulary import TYPES
from legation.store import opening  # noqa: F401 - loads every table
from legation.store.tables import metadata

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "legation"
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
MADE_AT_BUILD = "generated/"


def _page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def _reference() -> str:
    return "\n".join(path.read_text("utf-8") for path in (DOCS / "reference").glob("*.md"))


def _rows(page: str) -> dict[str, list[str]]:
    """Return the table rows of a page by the name in their first cell."""
    cells = [re.split(r"\s*\|\s*", line.strip("| \n")) for line in page.splitlines() if "|" in line]
    return {row[0].strip("`"): [cell.strip("`") for cell in row] for row in cells}


def _commands(app: App, path: str = "legation") -> Iterator[tuple[str, App]]:
    for name in app:
        if not name.startswith("-"):
            inner = app[name]
            deeper = list(_commands(inner, f"{path} {name}"))
            yield from deeper or [(f"{path} {name}", inner)]


def _options(app: App) -> set[str]:
    named = {name for one in app.assemble_argument_collection() for name in one.names}
    return {name for name in named if name.startswith("--")}


def detectors(threats: Path) -> dict[str, Path]:
    """Return the name of each detector below a folder of threats, and its file."""
    return {
        node.value.value: file
        for file in sorted(threats.glob("*/*.py"))
        for thing in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(thing, ast.ClassDef) and any(_named(one, "detect") for one in thing.body)
        for node in thing.body
        if isinstance(node, ast.AnnAssign)
        and ast.unparse(node.target) == "name"
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _named(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == name


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_a_setting_is_documented_with_its_variable_and_default(name: str) -> None:
    row = _rows(_page("reference/settings.md"))[name]
    default = str(getattr(Settings(), name)) or "(empty)"
    assert row[1:3] == [f"LEGATION_{name.upper()}", default]


def test_no_setting_is_documented_that_does_not_exist() -> None:
    variables = re.findall(r"`LEGATION_([A-Z_]+)`", _page("reference/settings.md"))
    known = {name.upper() for name in Settings.__struct_fields__}
    assert set(variables) - known == {"CONFIG", "TEST_PG", "NO_SKIP"}


@pytest.mark.parametrize("name", [preset.name for preset in PRESETS])
def test_a_source_is_documented(name: str) -> None:
    assert name in _rows(_page("reference/sources.md"))


def test_every_command_is_documented() -> None:
    commands = [name for name, _ in _commands(program())]
    page = _page("reference/commands.md")
    assert "legation campaign export" in commands
    assert [command for command in commands if command not in page] == []


def test_every_option_in_the_documents_exists() -> None:
    """Lines that show a command of legation may name only options that this command has."""
    commands = sorted(_commands(program()), key=lambda one: -len(one[0]))
    pages = [ROOT / "README.md", *DOCS.glob("tutorial*.md"), *DOCS.glob("how-to/*.md")]
    pages += DOCS.glob("reference/*.md")
    wrong = [
        f"{page.name}: {line}"
        for page in pages
        for line in re.findall(r"legation [a-z][^`\n|]*", page.read_text("utf-8"))
        for options in [next((_options(app) for n, app in commands if line.startswith(n)), None)]
        if options is not None and not set(re.findall(r"--[a-z][a-z-]+", line)) <= options
    ]
    assert wrong == []


def test_every_extra_has_its_target_and_a_page_that_names_it() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    pages = "".join(page.read_text("utf-8") for page in DOCS.glob("how-to/*.md"))
    sources = "".join(file.read_text("utf-8") for file in SOURCE.rglob("*.py"))
    assert set(re.findall(r"run: make (hsm|misp|oidc|pades|pdf|provenance)", sources)) == set(
        extras
    )
    for name in extras:
        assert re.search(rf"^{name}: .*\n\t.*\.\[{name}\]", makefile, re.MULTILINE), name
        assert f" {name}" in makefile.split(".PHONY:")[1].splitlines()[0]
        assert f"make {name}" in pages


def test_every_query_of_the_store_is_documented() -> None:
    reference = _reference()
    queries = [path.name for path in (SOURCE / "store" / "queries").glob("*.sql")]
    assert [name for name in queries if f"`{name}`" not in reference] == []


def test_every_detector_is_in_the_catalogue_and_documented() -> None:
    found = detectors(SOURCE / "threats")
    catalogue = Path(import_module("legation.threats.catalogue").__file__ or "").read_text("utf-8")
    reference = _reference()
    assert "disinformation.coordination" in found
    left_out = [
        name
        for name, file in found.items()
        if not re.search(rf"\b{file.stem}\b", catalogue) or f"`{name}`" not in reference
    ]
    assert left_out == []


def test_a_detector_is_noticed_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "phishing").mkdir()
    file = tmp_path / "phishing" / "lures.py"
    file.write_text(
        "class Lures:\n    name: ClassVar[str] = 'phishing.lures'\n    def detect(self): ...\n"
        "class NoDetector:\n    name: str = 'other'\n"
    )
    assert detectors(tmp_path) == {"phishing.lures": file}


@pytest.mark.parametrize("kind", TYPES)
def test_who_writes_and_reads_a_type_of_object_is_told(kind: str) -> None:
    row = _rows(_page("architecture.md"))[kind]
    assert len(row) == 4
    assert all(row)


@pytest.mark.parametrize("table", metadata.tables)
def test_who_writes_and_reads_a_table_is_told(table: str) -> None:
    assert f"`{table}`" in _page("architecture.md")


def test_every_room_is_on_the_architecture_page() -> None:
    rooms = [path.parent.name for path in SOURCE.glob("*/__init__.py")]
    described = _rows(_page("architecture.md"))
    assert [room for room in rooms if room not in described] == []


def test_every_decision_has_its_own_number() -> None:
    numbers = [path.name[:4] for path in (DOCS / "adr").glob("0*.md")]
    assert sorted(numbers) == sorted(set(numbers))
    assert all(re.fullmatch(r"\d{4}", number) for number in numbers)


def test_every_role_is_documented_with_its_verbs() -> None:
    rows = _rows(_page("reference/access.md"))
    for role in ROLES:
        told = set(re.findall(r"[a-z]+\.[a-z]+", rows[role][1]))
        assert told == verbs_of([role]) - COMMON_VERBS, role
    assert [verb for verb in VERBS if f"`{verb}`" not in _page("reference/access.md")] == []


def test_every_link_between_pages_leads_somewhere() -> None:
    lost = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]
        if MADE_AT_BUILD not in page.as_posix() and "_build" not in page.parts
        for target in LINK.findall(page.read_text("utf-8"))
        if "://" not in target
        # Pages made at build are judged by the build, which takes no broken link.
        and MADE_AT_BUILD not in (page.parent / target).as_posix()
        and not (page.parent / target).exists()
    ]
    assert lost == []


def test_the_glossary_is_in_order_and_has_each_term_once() -> None:
    page = _page("glossary.md")
    terms = [line for line in page.split(":::{glossary}")[1].splitlines() if line[:1].isalpha()]
    assert terms == sorted(set(terms), key=str.casefold)


def test_the_commands_that_answer_in_json_are_those_the_reference_names() -> None:
    line = next(one for one in _page("reference/commands.md").splitlines() if "`--json`" in one)
    named = set(re.findall(r"`([a-z]+(?: [a-z]+)*)`", line))
    able = {path for path, inner in _commands(program()) if "--json" in _options(inner)}
    assert {f"legation {name}" for name in named} == able


def test_every_picture_in_the_documents_is_made_by_a_test_and_every_one_made_is_shown() -> None:
    pages = [ROOT / "README.md", *DOCS.glob("*.md"), *DOCS.glob("how-to/*.md")]
    shown = {
        name
        for page in pages
        for name in re.findall(r"images/([\w-]+)\.png", page.read_text("utf-8"))
    }
    made = set(json.loads((DOCS / "images" / "said.json").read_text("utf-8")))
    journeys = [path.read_text("utf-8") for path in (ROOT / "tests" / "journeys").glob("*.py")]
    listed = {
        name
        for text in journeys
        for block in re.findall(r"^PICTURES = [({](.*?)[)}]$", text, re.MULTILINE | re.DOTALL)
        for name in re.findall(r'"([\w-]+)"[,:]', block)
    }
    assert shown == made == listed == {path.stem for path in (DOCS / "images").glob("*.png")}


def test_each_role_has_its_steps() -> None:
    headings = re.findall(r"^## (.+)$", _page("how-to/work-by-role.md"), re.MULTILINE)
    assert headings == list(ROLES)


def test_the_reference_of_registers_says_what_their_types_say() -> None:
    page = PAGE.read_text("utf-8")
    assert updated(page) == page
    assert updated(re.sub(r"`embassy`, ", "", page)) == page
    for name, text in made().items():
        assert len(text) > 500
        assert text in page, name
