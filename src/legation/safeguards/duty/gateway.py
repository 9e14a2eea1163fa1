"""By a gateway for text messages: a program that the settings name, without a shell.

It gets the number in the place of `{to}` and the text on its standard input, an environment of
ours and nothing else, and a time; what it starts ends with it. What it says is not kept.
"""

import os
import re
import signal
import subprocess
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from legation.errors import UsageError
from legation.safeguards.duty.outcome import DEADLINE_S, Outcome
from legation.safeguards.duty.wording import Letter

if TYPE_CHECKING:
    from legation.settings import Settings

TO: Final = "{to}"
_NUMBER: Final = re.compile(r"\+?[0-9]{4,15}", re.ASCII)
_ENVIRON: Final = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def missing(settings: "Settings") -> str:
    """Say what text messages lack to be sent; empty when nothing."""
    argv = settings.sms_command
    if not argv:
        return "text messages are not set up"
    if not Path(argv[0]).is_absolute() or TO not in argv[1:]:
        return f"sms_command must begin with a whole path and hold {TO}"
    return ""


def read_address(text: str) -> str:
    """Return a telephone number.

    Raises:
        UsageError: It is none.
    """
    text = re.sub(r"[ ()./-]", "", text)
    if not _NUMBER.fullmatch(text):
        raise UsageError(f"{text!r:.40} is no telephone number", hint="write it as +33123456789")
    return text


def send(
    settings: "Settings",
    letter: Letter,
    draft_id: str,
    now: datetime,
    *,
    limit_s: float = DEADLINE_S,
) -> Outcome:
    """Run the program once."""
    del draft_id, now
    if lack := missing(settings):
        return Outcome(state="refused", words=lack)
    argv = [letter.address if part == TO else part for part in settings.sms_command]
    try:
        program = subprocess.Popen(  # noqa: S603 - the settings name it; no shell
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_ENVIRON,
            cwd="/",
            start_new_session=True,
        )
    except OSError as fault:
        return Outcome(state="refused", words=f"the gateway does not start: {fault.strerror}")
    with program:
        try:
            program.communicate(f"{letter.text}\n".encode(), timeout=limit_s)
        except subprocess.TimeoutExpired:
            _end(program)
            return Outcome(state="unsure", words="the gateway did not end in time")
        _end(program)
    if program.returncode != 0:
        return Outcome(state="unreached", words=f"the gateway ended with {program.returncode}")
    return Outcome(state="taken", words="the gateway took it")


def _end(program: "subprocess.Popen[bytes]") -> None:
    """End what the program started and left behind."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, signal.SIGKILL)
