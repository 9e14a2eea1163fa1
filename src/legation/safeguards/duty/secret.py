"""A secret in a file of its own: read when it is needed, refused where others may read it."""

import stat
from pathlib import Path

from legation.errors import DeniedError, NotFoundError
from legation.settings import at_home


def read_secret(file: str) -> str:
    """Return the first line of a file that its owner alone may read.

    Raises:
        NotFoundError: There is none, or it is empty.
        DeniedError: Others may read it.
    """
    path = at_home(Path(file), "the file of a secret")
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise DeniedError(f"others may read {path}", hint=f"run: chmod 600 {path}")
        lines = path.read_text("utf-8").splitlines()
    except OSError as gone:
        raise NotFoundError(
            f"no secret in {path}", hint="check the settings that name it"
        ) from gone
    if not lines or not lines[0]:
        raise NotFoundError(f"{path} is empty", hint="write the secret into its first line")
    return lines[0]
