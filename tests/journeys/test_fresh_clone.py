"""A stranger's first minutes: a clone, Python 3.11 and make; `make run`, then `make test`.

What is cloned is the last commit, without what is not committed yet. The environment has
PATH and an empty HOME and nothing else, and there is nobody to ask. Packages come from
the package index: where it does not answer, the test says so and is skipped.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

pytestmark = [
    pytest.mark.network,
    pytest.mark.slow,
    pytest.mark.xdist_group("fresh-clone"),
]

ROOT = Path(__file__).parents[2]
QUICK = "tests/stix/test_ids.py"
PORT = 8321
LONGEST_S = 300


@dataclass(frozen=True)
class Stranger:
    """A clone in a folder, and all that the machine gives to who works in it."""

    clone: Path
    environ: dict[str, str]

    def make(self, target: str, **more: str) -> subprocess.Popen[str]:
        """Start make, without a terminal; it is ended with all that it started."""
        return subprocess.Popen(
            ["make", target],
            cwd=self.clone,
            env=self.environ | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stranger]:
    folder = tmp_path_factory.mktemp("stranger")
    (folder / "bin").mkdir()
    (folder / "home").mkdir()
    # The Python that made this one's environment, not the environment itself.
    python = Path(sys.base_prefix) / "bin" / "python3.11"
    (folder / "bin" / "python3.11").symlink_to(python)
    environ = {"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "HOME": str(folder / "home")}
    _skip_without_index(environ)
    cloned = subprocess.run(
        ["git", "clone", "--quiet", ROOT, folder / "clone"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if cloned.returncode:
        pytest.skip(f"this is no clone of the repository: {cloned.stderr.strip()}")
    yield Stranger(folder / "clone", environ)
    # The packages alone are a gigabyte.
    shutil.rmtree(folder)


def _skip_without_index(environ: dict[str, str]) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "--timeout=10", "--retries=0", "index", "versions", "uv"],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if asked.returncode:
        pytest.skip("the package index does not answer")


def _read(stream: IO[str], until: str) -> str:
    """Read lines until one holds the words, or to the end."""
    said = ""
    for line in stream:
        said += line
        if until in line:
            break
    return said


def _said(program: subprocess.Popen[str], until: str) -> tuple[str, int]:
    """Return what was said up to the words and how it ended; then all of it is ended."""
    assert program.stdout is not None
    watch = threading.Timer(LONGEST_S, os.killpg, (program.pid, signal.SIGKILL))
    watch.start()
    try:
        said = _read(program.stdout, until)
        if until in said:
            os.killpg(program.pid, signal.SIGINT)
        said += program.stdout.read()
        return said, program.wait()
    finally:
        watch.cancel()
        program.stdout.close()


def _is_free(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) != 0


def test_make_run_opens_the_desk_on_found_campaigns_and_asks_for_nothing(
    stranger: Stranger,
) -> None:
    # Where somebody's desk is open already, this one needs another door.
    more = {} if _is_free(PORT) else {"LEGATION_DESK_PORT": "0"}
    said, _ = _said(stranger.make("run", **more), "The desk: ")
    assert re.search(r"^The desk: http://localhost:\d+/$", said, re.MULTILINE), said
    assert "INVENTED DATA" in said
    assert "2 campaigns found" in said
    assert len(re.findall(r"^c-[0-9a-f]{12} ", said, re.MULTILINE)) == 2
    desk = stranger.clone / "src" / "legation" / "desk"
    assert (desk / "help_pages" / "topics.json").is_file()


def test_make_test_runs_the_tests_and_asks_for_nothing(stranger: Stranger) -> None:
    said, code = _said(stranger.make("test", PYTEST_ADDOPTS=QUICK), "\0")
    assert code == 0, said
    assert re.search(r"\d+ passed", said)
    assert not re.search(r"\d+ (?:failed|error)", said)
