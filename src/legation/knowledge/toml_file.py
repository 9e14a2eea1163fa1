"""TOML that somebody hands in: read whole, or refused with the line at fault, whatever it holds.

The parser of the language takes the square of the time for a key of many parts, gives up on deep
nesting with an error of its own, and refuses long numbers in words about its settings. Here each
of them is an error of the file.
"""

import re
import tomllib
from typing import Any, Final

from legation.errors import BadInputError

# A key of 24 parts and more; no file of ours has one of five.
_DEEP_KEY: Final = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){24}"""
)

# A month without quotes: TOML has days and instants, and reads a month as a number that goes on.
_MONTH: Final = re.compile(r"[=\[,]\s*\d{4}-\d\d(?![-\d])")
_LINE: Final = re.compile(r"line (\d+)")


def read_toml(content: bytes, *, place: str, longest: int, hint: str) -> dict[str, Any]:
    """Read a file of TOML in UTF-8.

    Args:
        content: The file.
        place: Its name, for errors.
        longest: How many bytes it may have.
        hint: What helps somebody whose file does not fit.

    Raises:
        BadInputError: It cannot be read; the place names the line, where there is one.
    """
    if len(content) > longest:
        raise BadInputError(
            f"larger than it may be ({longest:,} bytes)",
            place=place,
            hint="split or shorten it",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise BadInputError("not UTF-8", place=place, hint="save it as UTF-8") from bad
    if found := _DEEP_KEY.search(text):
        at = f"{place}:{text.count(chr(10), 0, found.start()) + 1}"
        raise BadInputError("a key of too many parts", place=at, hint=hint)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as bad:
        said, _, at = str(bad).rpartition(" (at ")
        where = f"{place}: {at.rstrip(')')}" if said else place
        if _is_month(text, at):
            hint = 'a month stands in quotes, such as on = "2015-04"'
        raise BadInputError(f"not TOML: {said or bad}", place=where, hint=hint) from bad
    except RecursionError as bad:
        raise BadInputError("nested too deep", place=place, hint=hint) from bad
    except ValueError as bad:
        # Python refuses to read figures without end; its words are about its own settings.
        raise BadInputError("a number too large to read", place=place, hint=hint) from bad


def _is_month(text: str, at: str) -> bool:
    """Tell whether a month without quotes stands in the line at fault."""
    found = _LINE.search(at)
    lines = text.split("\n")
    number = int(found[1]) if found else 0
    return 0 < number <= len(lines) and _MONTH.search(lines[number - 1]) is not None
