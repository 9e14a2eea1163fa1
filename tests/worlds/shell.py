"""The command line as a person has it: words in; answer, messages and exit code out."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from legation.__main__ import run


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    out: str
    err: str
    code: int


def legation(*words: str | Path) -> Said:
    """Run a command in this process: quick."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(word) for word in words])
    return Said(out.getvalue(), err.getvalue(), code)


@contextmanager
def started(*words: str | Path, home: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a command as a program of its own, without a terminal, ended with the block."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("LEGATION_")}
    program = subprocess.Popen(
        [sys.executable, "-m", "legation", *map(str, words)],
        env=environ | {"LEGATION_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield program
    finally:
        program.kill()
        program.communicate()


def typed(*words: str | Path, home: Path) -> Said:
    """Run a command as a program of its own, to its end."""
    with started(*words, home=home) as program:
        out, err = program.communicate(timeout=120)
        return Said(out, err, program.returncode)
