"""What must never stand in the repository: addresses of registries, paths of a machine, locks
that record either, and data that belongs to others.
"""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"://|--(extra-)?index-url|--find-links")
# Written so that this file does not find itself.
MACHINE = re.compile(r"(?<![\w.$}-])/(?:work|root|Users)/[\w.]|(?<![\w.])[A-Z]:\\\\Users")
MADE = {
    ".venv",
    ".peers",
    ".hypothesis",
    "_build",
    "node_modules",
    "out",
    "__pycache__",
    "generated",
}
LARGEST = 1_000_000


def _listed() -> list[Path]:
    """Return the repository's files; outside of git, all that set-up does not make."""
    try:
        said = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        found = [ROOT / name for name in said.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not MADE & set(path.relative_to(ROOT).parts)]
    return [path for path in found if path.is_file()]


FILES = _listed()
LOCKS = sorted((ROOT / "requirements").iterdir())
HASHED = [path for path in LOCKS if path.suffix == ".txt"]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_requirement_lock_holds_no_address(lock: Path) -> None:
    assert ADDRESS.search(_text(lock)) is None


@pytest.mark.parametrize("lock", HASHED, ids=lambda path: path.name)
def test_every_locked_package_has_its_hash(lock: Path) -> None:
    joined = _text(lock).replace("\\\n", " ").splitlines()
    packages = [line for line in joined if line and not line.startswith("#")]
    assert packages
    assert [line for line in packages if "--hash=sha256:" not in line] == []


def test_locks_that_record_addresses_are_absent() -> None:
    assert [path for path in FILES if path.name in ("uv.lock", "pylock.toml")] == []


def test_no_file_names_a_place_on_one_machine() -> None:
    named = [str(path.relative_to(ROOT)) for path in FILES if MACHINE.search(_text(path))]
    assert named == []


@pytest.mark.parametrize("text", ["see {}root/x", "'{}work/a'", "={}Users/me"])
def test_a_place_on_one_machine_would_be_noticed(text: str) -> None:
    assert MACHINE.search(text.format("/"))


def test_no_large_file_is_kept() -> None:
    large = [path.name for path in FILES if path.stat().st_size > LARGEST]
    assert large == []
