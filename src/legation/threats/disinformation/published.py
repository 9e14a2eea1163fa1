"""The published JSON Schema of campaigns.json, made from the types themselves.

Whoever reads our file checks it against `campaigns.schema.json` beside this module. The
file is renewed by `python -m legation.threats.disinformation.published`; a test fails
when the types have moved on without it.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec

from legation.threats.disinformation.findings import Report

_FILE: Final = "campaigns.schema.json"


def schema() -> dict[str, Any]:
    """Return the schema that follows from the types."""
    # To JSON and back: the types' defaults are tuples, a file's are lists.
    made = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(Report)))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:legation:campaigns:1",
        "title": "Campaigns found by legation",
        **made,
    }


def published() -> dict[str, Any]:
    """Return the schema as published."""
    text = files("legation.threats.disinformation").joinpath(_FILE).read_bytes()
    content: dict[str, Any] = msgspec.json.decode(text)
    return content


def renew() -> Path:
    """Write the schema beside this module."""
    path = Path(__file__).with_name(_FILE)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n")
    return path


if __name__ == "__main__":
    renew()
