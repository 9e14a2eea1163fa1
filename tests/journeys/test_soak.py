"""The soak in its short form: the same program, a smaller file, fewer kills."""

import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parents[2] / "benchmarks" / "soak.py"


@pytest.mark.slow
def test_an_import_that_is_killed_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    command = [sys.executable, str(SOAK), "--bytes", "200000000", "--kills", "3"]
    run = subprocess.run(
        [*command, "--folder", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "nothing lost, nothing doubled" in run.stdout
    assert "3 kills" in run.stdout
    assert list(tmp_path.iterdir()) == []
