"""The version is answered before anything is loaded: counted in modules, never in time."""

import json
import subprocess
import sys

from legation import __version__

TOLD = """
import json, sys
before = set(sys.modules)
from legation.__main__ import run
code = run(["--version"])
print(json.dumps([code, sorted(set(sys.modules) - before)]))
"""


def test_the_version_loads_no_library_and_next_to_nothing_of_ours() -> None:
    # Isolated from whatever this test run has loaded or set.
    done = subprocess.run(
        [sys.executable, "-X", "frozen_modules=on", "-c", TOLD],
        capture_output=True,
        text=True,
        check=True,
    )
    answer, told = done.stdout.splitlines()
    assert answer == f"legation {__version__}"
    code, loaded = json.loads(told)
    assert code == 0
    ours = [name for name in loaded if name.partition(".")[0] == "legation"]
    assert ours == ["legation", "legation.__main__", "legation.errors"]
    foreign = {name.partition(".")[0] for name in loaded} - {"legation"}
    assert foreign - sys.stdlib_module_names == set()
    # What the standard library brings: pathlib, traceback, tempfile and what they stand on.
    assert len(loaded) < 80
    assert foreign.isdisjoint({"asyncio", "logging", "ssl", "sqlite3", "email", "http"})


def test_the_listed_help_loads_no_heavy_library() -> None:
    program = TOLD.replace('"--version"', '"--help"')
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    _, loaded = json.loads(done.stdout.splitlines()[-1])
    roots = {name.partition(".")[0] for name in loaded}
    heavy = {"duckdb", "numpy", "scipy", "sqlalchemy", "litestar", "cryptography", "networkit"}
    assert roots.isdisjoint(heavy | {"authlib", "joserfc", "httpx2", "webauthn", "weasyprint"})
