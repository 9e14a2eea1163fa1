"""The client of OpenCTI, asked offline: which id it gives an object, and which objects it leaves.

It runs in an environment of its own, which `make peers` makes under `.peers`; a session without
that environment skips.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

PYTHON = Path(__file__).parents[2] / ".peers" / "pycti" / "bin" / "python"
_PROGRAM = """
import json, sys
import pycti
from pycti.utils.opencti_stix2_splitter import OpenCTIStix2Splitter
asked = json.load(sys.stdin)
ids = [getattr(pycti, name).generate_id(*given) for name, given in asked["ids"]]
left = []
for text in asked["bundles"]:
    _, gone, _ = OpenCTIStix2Splitter().split_bundle_with_expectations(text)
    left.append([one["id"] for one in gone])
print("\\n" + json.dumps({"ids": ids, "left": left}))
"""


class Said(msgspec.Struct, frozen=True):
    """What the client says: an id for each question, and what it leaves of each bundle."""

    ids: list[str]
    left: list[list[str]]


def client_says(ids: Sequence[tuple[str, Sequence[str]]] = (), bundles: Sequence[str] = ()) -> Said:
    """Ask the client, all at once.

    Args:
        ids: Name of a class and what its `generate_id` is given.
        bundles: Bundles that it is to take in.
    """
    if not PYTHON.exists():
        pytest.skip("the client of OpenCTI is not installed: run make peers")
    asked: dict[str, Any] = {"ids": ids, "bundles": bundles}
    run = subprocess.run(
        [PYTHON, "-c", _PROGRAM],
        input=msgspec.json.encode(asked),
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2_000:]
    return msgspec.json.decode(run.stdout.splitlines()[-1], type=Said)
