"""TAXII servers of others, started on loopback for as long as a test needs them.

Each runs in an environment of its own, which `make peers` makes under `.peers`; a session without
that environment skips. A server ends when its standard input is closed.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).parents[2]
TESTS = Path(__file__).parents[1]


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """A running server, as its starter told of it."""

    address: str
    discovery: str
    api_root: str
    user: str
    password: str
    token: str = ""
    collections: dict[str, str]


@contextmanager
def running(name: str, *arguments: str) -> Iterator[Peer]:
    """Start a server, and end it with the block.

    Args:
        name: `medallion` or `opentaxii`.
        arguments: For its starter.
    """
    python = ROOT / ".peers" / name / "bin" / "python"
    if not python.exists():
        pytest.skip(f"{name} is not installed: run make peers")
    # Nothing of this session is handed on: neither its path nor its settings.
    given = {key: os.environ[key] for key in ("PATH", "TMPDIR", "LANG") if key in os.environ}
    process = subprocess.Popen(
        [python, "-m", f"worlds.taxii_peers.{name}_peer", *arguments],
        cwd=TESTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=given | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert process.stdin
    assert process.stdout
    try:
        line = process.stdout.readline()
        assert line, f"{name} ended with {process.wait(20)}"
        yield msgspec.json.decode(line, type=Peer)
    finally:
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
