"""Reading the words of a picture by Tesseract, where the machine has it; its doubt goes with them.

A screenshot proves nothing, and a machine misreads: what comes from here is asked of the register
like a pasted text, and shown with how sure the machine was. Tesseract runs as a program of its own
with a bound on time, size and memory, for a picture from a stranger may be made to break it.
"""

import resource
import shutil
import subprocess
from pathlib import Path
from typing import Final

import msgspec

from legation.app.statements.asking import read_bounded
from legation.errors import BadInputError, MissingPartError

LARGEST_PICTURE: Final = 20_000_000
SECONDS: Final = 60

_MEMORY: Final = 2 << 30
_MOST_READ: Final = 4_000_000
_COLUMNS: Final = 12
_PLACE: Final = slice(1, 5)  # page, block, paragraph, line
_KINDS: Final = (
    b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM", b"GIF8", b"RIFF",
)  # fmt: skip


class ReadPicture(msgspec.Struct, frozen=True, kw_only=True):
    """What a machine read.

    Attributes:
        text: The words, in lines.
        words: How many.
        confidence: The mean of how sure the machine was of each word, 0 to 100.
        least: Of the word that it was least sure of.
        doubtful: Words below 60.
    """

    text: str
    words: int
    confidence: float
    least: float
    doubtful: tuple[str, ...]


def read_picture(path: Path, languages: str = "eng") -> ReadPicture:
    """Read the words of a picture.

    Args:
        path: PNG, JPEG, TIFF, BMP, GIF or WebP.
        languages: Languages as Tesseract names them, joined by plus, such as `eng+fra`.

    Raises:
        MissingPartError: Tesseract, or a language of it, is not installed.
        NotFoundError: There is no such file.
        BadInputError: It is no such picture, too large, or no word was read in time.
    """
    program = shutil.which("tesseract")
    if program is None:
        raise MissingPartError(
            "pictures are read by Tesseract, which is not on this machine",
            hint="install tesseract-ocr, or type the text and look that up",
        )
    data = read_bounded(path, LARGEST_PICTURE)
    if not data.startswith(_KINDS):
        raise BadInputError(
            "this is no picture that is read", place=str(path), hint="save it as PNG or JPEG"
        )
    return _words(_said(program, data, languages, str(path)), str(path))


def _said(program: str, data: bytes, languages: str, place: str) -> str:
    command = [program, "stdin", "stdout", "-l", languages, "tsv"]
    try:
        done = subprocess.run(  # noqa: S603 -- a fixed program; the picture comes by its input
            command,
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            preexec_fn=_bounded,
            env={"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as late:
        raise BadInputError(
            f"it was not read in {SECONDS} seconds", place=place, hint="cut the text out of it"
        ) from late
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip()[:200]
        if "Error opening data file" in told or "Failed loading language" in told:
            raise MissingPartError(
                f"Tesseract has not the language {languages!r:.40}",
                hint="install its data, such as tesseract-ocr-fra, or name another language",
            )
        raise BadInputError(f"Tesseract refuses it: {told}", place=place, hint="save it as PNG")
    return done.stdout[:_MOST_READ].decode("utf-8", "replace")


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_READ, _MOST_READ))


def _words(table: str, place: str) -> ReadPicture:
    lines: dict[tuple[str, ...], list[str]] = {}
    sure: list[tuple[float, str]] = []
    for row in table.split("\n")[1:]:
        cells = row.split("\t", _COLUMNS - 1)
        if len(cells) != _COLUMNS or not cells[11].strip():
            continue
        try:
            confidence = float(cells[10])
        except ValueError:
            continue
        if 0 <= confidence <= 100:  # noqa: PLR2004 -- per cent
            lines.setdefault(tuple(cells[_PLACE]), []).append(cells[11].strip())
            sure.append((confidence, cells[11].strip()))
    if not sure:
        raise BadInputError("no word was read in it", place=place, hint="type the text instead")
    return ReadPicture(
        text="\n".join(" ".join(words) for words in lines.values()),
        words=len(sure),
        confidence=round(sum(one for one, _ in sure) / len(sure), 1),
        least=min(one for one, _ in sure),
        doubtful=tuple(word for one, word in sure if one < 60),  # noqa: PLR2004 -- per cent
    )
