"""The suite's own promises: a skip is told, and is a failure where nothing may be skipped."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
MARKERS = "[pytest]\nmarkers =\n  data: d\n  postgres: p\n  browser: b\n"
TESTS = {
    "data": "import pytest\n@pytest.mark.data\ndef test_it(shared): pass\n",
    "postgres": "import pytest\n@pytest.mark.postgres\ndef test_it(): pytest.skip('no server')\n",
    "browser": "import pytest\npytestmark = [pytest.mark.browser,"
    " pytest.mark.skipif(True, reason='no')]\ndef test_it(): pass\n",
    "unmarked": "import pytest\ndef test_it(): pytest.skip('not today')\n",
    "file": "import pytest\npytest.skip('not here', allow_module_level=True)\n",
}


def _run(folder: Path, name: str, *, no_skip: bool) -> subprocess.CompletedProcess[str]:
    (folder / "tests").mkdir()
    shutil.copy(CONFTEST, folder / "tests")
    (folder / "pytest.ini").write_text(MARKERS)
    (folder / "tests" / "test_one.py").write_text(TESTS[name])
    given = {key: text for key, text in os.environ.items() if not key.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "tests"],
        cwd=folder,
        env=given | {"LEGATION_NO_SKIP": "1" if no_skip else ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["postgres", "browser", "unmarked", "file"])
def test_a_skip_is_a_failure_where_nothing_may_be_skipped(name: str, tmp_path: Path) -> None:
    run = _run(tmp_path, name, no_skip=True)
    assert run.returncode in (1, 2)
    assert "skipped under LEGATION_NO_SKIP" in run.stdout


@pytest.mark.parametrize("no_skip", [True, False])
def test_only_the_shared_data_may_be_absent_everywhere_and_its_count_is_told(
    *, no_skip: bool, tmp_path: Path
) -> None:
    run = _run(tmp_path, "data", no_skip=no_skip)
    assert run.returncode == 0, run.stdout
    assert "NOT TRIED: 1 tests that need the shared data folder" in run.stdout


def test_at_home_a_skip_is_counted_and_harms_nothing(tmp_path: Path) -> None:
    run = _run(tmp_path, "postgres", no_skip=False)
    assert run.returncode == 0, run.stdout
    assert "NOT TRIED: 1 tests that need a PostgreSQL server" in run.stdout
