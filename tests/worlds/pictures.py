"""Pictures in the documents: made by the tests that visit the page, and no older than it.

With `LEGATION_PICTURES` set (`make pictures`) a test writes the picture of the page it stands on,
and beside all pictures what the page said. Without, the page must still say the same: else
the picture shows what no longer is. What differs from run to run (numbers of jobs, pseudonyms,
hours, the port) is no part of it, nor is the frame that all pages share.
"""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
SAID: Final = IMAGES / "said.json"
_PASSING: Final = (
    re.compile(r"acct-[0-9a-z]+"),
    re.compile(r"\b[0-9a-f]{8,}\b"),
    re.compile(r"\b\d\d:\d\d(:\d\d)?\b"),
)

# A graph stands when it has counted its vertices and, where it is to be placed, is placed.
_DRAWN: Final = """() => !document.querySelector("script[type=module]")
    || [...document.querySelectorAll("[data-graph]")].every((one) => one.dataset.nodes
        && (one.dataset.settles === undefined || one.dataset.settled === "true"))"""


def picture(page: Page, name: str) -> None:
    """Write the picture of this name, or check that it still shows the page."""
    page.wait_for_function(_DRAWN)
    said = _said(page)
    known = json.loads(SAID.read_text("utf-8")) if SAID.exists() else {}
    if os.environ.get("LEGATION_PICTURES"):
        page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
        known[name] = said
        SAID.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", "utf-8")
    else:
        told = f"docs/images/{name}.png no longer shows its page; run: make pictures"
        assert known.get(name) == said, told


def _said(page: Page) -> str:
    text = str(page.evaluate("() => document.querySelector('main').innerText"))
    for passing in _PASSING:
        text = passing.sub("…", text)
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]
