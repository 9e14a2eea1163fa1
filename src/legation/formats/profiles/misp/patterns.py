"""Patterns that compare one property with one value, as MISP has them, and back."""

import re
from typing import Any, Final

from legation.formats.profiles.misp.words import COMPARED, HASHES

_SIMPLE: Final = re.compile(
    r"\s*\[\s*([a-z0-9-]+:[a-z]+(?:\.(?:[A-Za-z0-9-]+|'[A-Za-z0-9-]+'))?)"
    r"\s*=\s*'((?:[^'\\]|\\[\\'])*)'\s*\]\s*"
)
_HASH: Final = "file:hashes."


def value_of(pattern: Any) -> tuple[str, str] | None:
    """Return the MISP type and the value of a pattern that makes one comparison, or None.

    >>> value_of("[file:hashes.'SHA-1' = 'ab']")
    ('sha1', 'ab')
    """
    found = _SIMPLE.fullmatch(pattern) if isinstance(pattern, str) else None
    if found is None:
        return None
    path, said = found[1], re.sub(r"\\(.)", r"\1", found[2])
    if path.startswith(_HASH):
        kind = HASHES.get(path.removeprefix(_HASH).strip("'"))
    else:
        kind = COMPARED.get(path)
    return None if kind is None else (kind, said)


def pattern_of(path: str, value: str) -> str:
    r"""Return the pattern that compares a property with a value.

    >>> pattern_of("url:value", "https://port.example/it's")
    "[url:value = 'https://port.example/it\\'s']"
    """
    said = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"[{path} = '{said}']"
