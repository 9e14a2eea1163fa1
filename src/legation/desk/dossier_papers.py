"""A dossier as a paper: its sections as they are read, with label and hash on each page."""

import hashlib
from functools import partial
from typing import Final

import msgspec

from legation.app.cases.listing import Opened, record_dossier
from legation.app.cases.sheets import CAVEAT
from legation.app.scope import Scope
from legation.desk.paper import Paper, Stamp, need, set_page
from legation.desk.rendering import Pages
from legation.formats.marked import named
from legation.safeguards.cases.case import Case

PAPER: Final = "pdf"


def begin_dossier(scope: Scope, pages: Pages, case: Case, opened: Opened) -> Paper:
    """Record that a complete dossier leaves as a paper, and return it to be set.

    Raises:
        MissingPartError: What sets it is not installed.
        ConflictError: It is not complete; the hint lists each gap.
        DeniedError: The policies do not let this reader take it out.
        StepUpError: It is above AMBER, and no passkey was shown just now.
    """
    need("pdf")
    told = {"caveat": CAVEAT, "case": case.number, "sections": opened.sections}
    contents = msgspec.json.encode(told, order="sorted")
    leaving = record_dossier(scope, case, opened, PAPER, contents)
    label = " · ".join(dict.fromkeys(filter(None, (leaving.level, pages.banner))))
    sha256 = hashlib.sha256(contents).hexdigest()
    stamp = Stamp(label=label, sha256=sha256, leaving=leaving, page="dossier")
    text = pages.write(
        "paper_dossier", case=case, opened=opened, said=CAVEAT, run=None, stamp=stamp
    )
    return Paper(
        name=named(f"dossier-{case.number}-{opened.dossier.key}.pdf", leaving.tag),
        media_type="application/pdf",
        content=partial(set_page, text, contents),
    )
