"""A stranger's document, read in a process of its own; its language; its names masked.

The process has a ceiling of memory and time, gets the document on its standard input and
writes what is told of it. It is ended when it does not end by itself.
"""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

import legation
from legation.errors import BadInputError
from legation.formats.documents.told import Found, Told

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.crypto.key_files import Protection
    from legation.store.opening import Store

_SECONDS: Final = 30
_READER: Final = "legation.formats.documents"
_SAMPLE: Final = 5_000
_LEAST: Final = 20
# Of 11,390 posts in 28 languages that their platform had labelled, the model's first guess was
# right in 94 of 100 where it was 80 to 90 % sure, in 97 above, and in 90 or fewer below.
SURE: Final = 0.8


def read_words(raw: bytes, kind: str, *, stated: str = "", seconds: float = _SECONDS) -> Told:
    """Read a document for its words; what goes wrong is told as the reason of having none.

    Args:
        raw: The document.
        kind: One of `formats.documents.kinds`.
        stated: Encoding that a person states.
        seconds: After which the process is ended.
    """
    command = [sys.executable, "-X", "utf8", "-m", _READER, kind, stated]
    # Nothing of this process's surroundings is handed on.
    surroundings = {"PYTHONPATH": str(Path(legation.__file__).parents[1])}
    try:
        ended = subprocess.run(  # noqa: S603 - our own program, and no shell
            command, input=raw, capture_output=True, timeout=seconds, env=surroundings, check=False
        )
    except subprocess.TimeoutExpired:
        return Told(unread=f"reading it takes longer than {seconds:g} seconds")
    if ended.returncode:
        return Told(unread="reading it takes more memory or time than it may have")
    return msgspec.json.decode(ended.stdout, type=Told)


def refuse_misread(told: Told, stated: str) -> None:
    """Refuse an encoding that a person stated and that does not fit.

    Raises:
        BadInputError: It does not fit.
    """
    if stated and told.unread:
        raise BadInputError(told.unread, place="", hint="state another encoding")


def language_of(text: str) -> tuple[str, str, float]:
    """Return the language of a text, the likeliest one, and how sure that is.

    The first is `und` when it cannot be told, and both are for a text that is too short.
    """
    from legation.text.language import UNDETERMINED, scores
    from legation.text.normalise import normalise

    sample = normalise(text[:_SAMPLE])
    if len(sample) < _LEAST:
        return UNDETERMINED, UNDETERMINED, 0.0
    best, sure = scores([sample])
    confidence = round(float(sure[0]), 3)
    return (best[0] if confidence >= SURE else UNDETERMINED), best[0], confidence


class Names:
    """Masks the names of accounts in what is captured, by all that the home knows."""

    def __init__(self, home: "Home", store: "Store", protection: "Protection") -> None:
        """Open the known names for this work; the trail says how many and why."""
        from legation.app.privacy import privacy_of

        privacy = privacy_of(home, store, protection)
        platforms = [*store.names.platforms(), ""]
        self._maskers = [privacy.masker((), platform) for platform in dict.fromkeys(platforms)]

    def mask(self, text: str) -> str:
        """Return a text with every known name, mention and address replaced."""
        for masker in self._maskers:
            text = masker.mask(text)
        return text

    def mask_label(self, text: str) -> str:
        """Return a title or the name of a file; an underscore ends a name there."""
        return "_".join(map(self.mask, self.mask(text).split("_")))

    def mask_told(self, told: Told) -> Told:
        """Return what is told of a document without names of accounts."""
        found = tuple(Found(one.what, self.mask(one.name), one.note) for one in told.found)
        return msgspec.structs.replace(
            told, text=self.mask(told.text), title=self.mask_label(told.title), found=found
        )


def facts_of(told: Told, likeliest: str, confidence: float) -> dict[str, Any]:
    """Return what is kept beside a text."""
    return {
        "encoding": told.encoding,
        "candidates": list(told.candidates),
        "left_out": told.left_out,
        "found": [[one.what, one.told] for one in told.found],
        "unread": told.unread,
        "tool": told.tool or "none",
        "likeliest": likeliest,
        "confidence": confidence,
    }
