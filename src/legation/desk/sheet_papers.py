"""Sheets as papers: set the way every paper of the desk is, with label and hash on each page."""

import hashlib
from functools import partial
from typing import Any

from legation.app.scope import Scope
from legation.app.sheets.sheet import Sheet, record_leaving
from legation.desk.paper import Paper, Stamp, need, set_page
from legation.desk.rendering import Pages
from legation.formats.marked import named


def begin_sheet(scope: Scope, pages: Pages, sheet: Sheet, **more: Any) -> Paper:
    """Record that a sheet leaves as a paper, and return it to be set.

    Args:
        scope: Who takes it out, of which store.
        pages: The desk's pages, with their banner.
        sheet: What it says.
        more: What its template needs beside the sheet.

    Raises:
        MissingPartError: What sets it is not installed.
        DeniedError: The policies do not let this reader export it.
        StepUpError: Something in it is above AMBER, and no passkey was shown just now.
    """
    need("pdf")
    contents = sheet.contents()
    sha256 = hashlib.sha256(contents).hexdigest()
    leaving = record_leaving(scope, sheet, "pdf", sha256)
    label = " · ".join(dict.fromkeys(filter(None, (leaving.level, pages.banner))))
    stamp = Stamp(label=label, sha256=sha256, leaving=leaving, page=sheet.page)
    text = pages.write(
        f"paper_{sheet.page}", sheet=sheet, of=sheet.told, run=None, stamp=stamp, **more
    )
    return Paper(
        name=named(f"{sheet.name}.pdf", leaving.tag),
        media_type="application/pdf",
        content=partial(set_page, text, contents),
    )
