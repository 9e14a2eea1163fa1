"""The suite's own promises: a skip is told, and is a failure where nothing may be skipped."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("harness")

CONFTEST = Path(__file__).parents[1] / "conftest.py"
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
MARKERS = "[pytest]\nmarkers =\n  data: d\n  postgres: p\n  browser: b\n"
SKIPPING = """
import pytest

@pytest.mark.data
def test_data(shared): pass

@pytest.mark.postgres
def test_postgres(): pytest.skip("no server")

@pytest.mark.browser
@pytest.mark.skipif(True, reason="no browser")
def test_browser(): pass

def test_unmarked(): pytest.skip("not today")

@pytest.mark.xfail(strict=True)
def test_known_fault(): assert False
"""
SKIPPED_FILE = "import pytest\npytest.skip('not here', allow_module_level=True)\n"


def _run(folder: Path, tests: str, *, no_skip: bool) -> subprocess.CompletedProcess[str]:
    (folder / "tests").mkdir()
    shutil.copy(CONFTEST, folder / "tests")
    (folder / "pytest.ini").write_text(MARKERS)
    (folder / "tests" / "test_one.py").write_text(tests)
    given = {key: text for key, text in os.environ.items() if not key.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rA", "tests"],
        cwd=folder,
        env=given | ALONE | {"LEGATION_NO_SKIP": "1" if no_skip else ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def in_ci(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _run(tmp_path_factory.mktemp("ci"), SKIPPING, no_skip=True).stdout


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    return _run(tmp_path_factory.mktemp("home"), SKIPPING, no_skip=False)


@pytest.mark.parametrize("name", ["postgres", "browser", "unmarked"])
def test_a_skip_is_a_failure_where_nothing_may_be_skipped(name: str, in_ci: str) -> None:
    assert re.search(rf"(FAILED|ERROR) \S+::test_{name} - skipped under LEGATION_NO_SKIP", in_ci)


def test_a_file_that_skips_itself_is_a_failure_there_too(tmp_path: Path) -> None:
    run = _run(tmp_path, SKIPPED_FILE, no_skip=True)
    assert run.returncode == 2
    assert "skipped under LEGATION_NO_SKIP" in run.stdout


def test_only_the_shared_data_may_be_absent_everywhere_and_its_count_is_told(in_ci: str) -> None:
    assert "NOT TRIED: 1 tests that need the shared data folder" in in_ci
    assert re.search(r"2 failed, 1 skipped, 1 xfailed, 1 error", in_ci)


def test_at_home_a_skip_is_counted_and_harms_nothing(
    at_home: subprocess.CompletedProcess[str],
) -> None:
    assert at_home.returncode == 0, at_home.stdout
    assert "NOT TRIED: 1 tests that need a PostgreSQL server" in at_home.stdout
    assert "NOT TRIED: 1 tests that need Chromium" in at_home.stdout
