"""The tables of the reference of registers: columns, what may stand in them, codes, platforms.

`make register-reference` runs it. They are drawn from the types that read the registers, so they
cannot say anything else; a test proves that the page has them as they are.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
from drawn import drawn

from legation.formats.rows import Column, columns_of
from legation.knowledge.organisations import RESERVED, organisations
from legation.missions.objects import SHAPES
from legation.missions.voices import PLATFORMS

PAGE = Path(__file__).parents[1] / "docs/reference/registers.md"
_BEGIN = "<!-- made by tools/register_reference.py: {} -->"
_KINDS = {
    "text": "words",
    "list": "several",
    "day": "a day",
    "time": "a time with its zone",
    "number": "a number",
    "choice": "one of",
}

_PARTY = "the code of a state or an organisation"
_CODES = {
    ("missions", "state"): _PARTY,
    ("missions", "host"): "the code of a state",
    ("voices", "state"): _PARTY,
    ("talks", "parties"): f"several, parted by `\\|`, each {_PARTY}",
    ("channels", "platform"): "words, such as the name of a platform below",
    ("voices", "platform"): "the name of a platform",
    ("voices", "name"): "a handle, or a domain",
    ("voices", "alike"): "keys of other voices, parted by `\\|`",
}


def made() -> dict[str, str]:
    """Return each part of the page that is made, by its name."""
    return {
        "columns": "\n".join(_columns()).strip(),
        "organisations": "\n".join(_organisations()),
        "platforms": "\n".join(_platforms()),
    }


def updated(page: str) -> str:
    """Return the page with its tables as they are now."""
    return drawn(page, made(), _BEGIN)


def _columns() -> Iterator[str]:
    for register, shape in SHAPES.items():
        yield from (
            "",
            f"### `{register}`",
            "",
            "| column | must be there | what may stand in it |",
        )
        yield "|---|---|---|"
        hints = get_type_hints(shape, include_extras=True)
        for one in columns_of(shape):
            needed = "yes" if one.required else "no"
            may = _CODES.get((register, one.name)) or _may(one, hints[one.name])
            yield f"| `{one.name}` | {needed} | {may} |"
        yield ""


def _may(one: Column, hint: object) -> str:
    if one.kind == "choice":
        return ", ".join(f"`{each}`" for each in one.choices)
    if one.kind == "list":
        of = (
            ", each one of " + ", ".join(f"`{each}`" for each in one.choices) if one.choices else ""
        )
        return f"several, parted by `\\|`{of}"
    bounds = [each for each in _metas(hint) if each.ge is not None or each.max_length is not None]
    if one.kind == "number" and bounds and bounds[0].le is not None:
        return f"a number from {bounds[0].ge} to {bounds[0].le}"
    if bounds and bounds[0].pattern is not None:
        return f"a key, up to {bounds[0].max_length} letters"
    if bounds and bounds[0].max_length is not None:
        return f"words, up to {bounds[0].max_length:,} letters"
    return _KINDS[one.kind]


def _metas(hint: object) -> list[msgspec.Meta]:
    found = [each for each in getattr(hint, "__metadata__", ()) if isinstance(each, msgspec.Meta)]
    return found + [meta for each in get_args(hint) for meta in _metas(each)]


def _organisations() -> Iterator[str]:
    yield "| code | name | founded by | the code is reserved by ISO 3166-1 |"
    yield "|---|---|---|---|"
    for one in sorted(organisations().values(), key=lambda one: one.code):
        mark = " (from memory, not checked)" if one.verified == "from-memory" else ""
        reserved = "yes" if one.code in RESERVED else "no"
        yield f"| `{one.code}` | {one.name} | {one.instrument}{mark} | {reserved} |"


def _platforms() -> Iterator[str]:
    yield "| platform | also called | addresses at | handles |"
    yield "|---|---|---|---|"
    for one in PLATFORMS:
        handles = f"`{one.handles}`" if one.handles else "letters of any script"
        unread = f"; `{one.unread}` does not count" if one.unread else ""
        yield (
            f"| `{one.names[0]}` | {', '.join(f'`{each}`' for each in one.names[1:])} | "
            f"{', '.join(f'`{each}`' for each in one.hosts)} | {handles}{unread} |"
        )


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text("utf-8")), "utf-8")
