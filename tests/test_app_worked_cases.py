"""The twelve worked cases, entered as files into a home, give the key's elements."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from legation.app.cases.books import book_of
from legation.app.cases.docket import Docket
from legation.app.cases.filing import Filing
from legation.app.home import Home
from legation.safeguards.cases.attribution.naming import Claimed
from legation.safeguards.cases.case_file import read_case_file
from legation.safeguards.cases.gathering import assessed
from legation.store.opening import Store

CASES = Path(__file__).parent / "worlds" / "cases"
KEY: dict[str, Any] = tomllib.loads((CASES / "key.toml").read_text("utf-8"))
WORKED = sorted(one.stem for one in CASES.glob("*-2*.toml"))


def test_the_worked_cases_entered_as_files_give_the_elements_of_the_key(
    home: Home, store: Store
) -> None:
    scope = home.library(store, "command line").scope()
    book = book_of(scope)
    filing, docket = Filing(scope, home.folder / "evidence", book), Docket(scope)
    hits = asked = 0
    for name in WORKED:
        bodies = read_case_file((CASES / f"{name}.toml").read_bytes(), f"{name}.toml")
        case = docket.case(filing.open(bodies).number)
        results = {one.name: one.result for one in assessed(case, book)}
        for norm in KEY["norms"]:
            asked += 1
            hits += results[norm] == KEY[name].get(norm, "not met")
        file = tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))
        assert len(case.of(Claimed)) == len(file["attributed"])
    assert asked == 12 * 34
    assert hits / asked >= 0.9


@pytest.mark.parametrize("name", WORKED)
def test_a_worked_case_opens_with_all_that_its_file_says(
    home: Home, store: Store, name: str
) -> None:
    scope = home.library(store, "command line").scope()
    filing = Filing(scope, home.folder / "evidence", book_of(scope))
    file = tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))
    bodies = read_case_file((CASES / f"{name}.toml").read_bytes(), f"{name}.toml")
    row = filing.open(bodies)
    assert (row.title, row.type, row.began) == (file["title"], file["type"], file["began"])
    answers = sum(len(one["answers"]) for one in file["evidence"])
    parts = sum(len(file.get(part, [])) for part in ("victims", "attributed", "evidence"))
    assert row.entries == 1 + parts + answers
