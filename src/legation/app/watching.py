"""Detection over what is new in a home, and its record: campaigns, altered copies.

What is new is told by the hash of the lake's posts: the same posts under the same rule
are one run, which is looked for before anything is computed. When something is new, the
co-actions of what was there are taken from where the home keeps them.
"""

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from legation.app.detecting import Answer, Asked, campaigns_in_lake, run_id_of
from legation.app.home import Home
from legation.errors import LegationError
from legation.threats.disinformation.beside import NOTHING, Beside
from legation.threats.disinformation.findings import DenseObjects, Report, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from legation.app.statements.shelf import Shelf
    from legation.crypto.key_files import Protection
    from legation.store.opening import Store
    from legation.threats.disinformation.coordination import Rule
    from legation.threats.disinformation.description import Known

_log = logging.getLogger(__name__)


def look(
    home: Home,
    store: "Store",
    asked: Asked | None = None,
    known: "Mapping[str, Known] | None" = None,
    beside: Beside = NOTHING,
) -> Report | None:
    """Look for campaigns in the lake's posts and record what was found.

    Args:
        home: The home.
        store: Its open store.
        asked: What counts as acting together; None means the defaults.
        known: The user's list of look-alikes, by pseudonym; a changed list is a new run.
        beside: What the registers hand over of domains and names; a change is a new run too.

    Returns:
        What was found, or None when nothing is new.
    """
    from legation.app.library import DETECTOR
    from legation.app.recording import keep_findings, keep_proofs

    rule = (asked or Asked()).rule()
    posts = store.lake.fingerprint("posts")
    newest = store.runs.newest(DETECTOR)
    nothing = not store.lake.files("posts")
    if nothing and not newest:
        return None
    # Where the newest run saw other posts, some came and were taken back: then it is made again.
    seen = bool(newest) and newest[0].input_sha256 == posts
    if seen and store.runs.has(run_id_of(posts, rule, known or {}, beside)):
        return None
    # What was found in posts that were all taken back since does not stand as the latest word.
    search = (
        _none(posts, rule, known or {}, beside)
        if nothing
        else campaigns_in_lake(home, store, rule, known or {}, beside)
    )
    with search as found:
        keep_proofs(store, found, home.now())
        keep_findings(store, found.report, home.now(), marking=home.marking, settings=home.settings)
        return found.report


def look_for_copies(
    home: Home,
    store: "Store",
    shelf: "Shelf",
    protection: "Protection | None",
    refuse: "Callable[[LegationError], object] | None" = None,
) -> int:
    """Look in what is new for statements of the home's register; keep what was found.

    Args:
        home: The home.
        store: Its open store.
        shelf: The register of the home; one for all rounds opens it once.
        protection: Opens the keys.
        refuse: Is told of a register that does not hold; without it, it is told to the log.

    Returns:
        How many altered copies are new; see `statements.in_posts`.
    """
    from legation.app.statements.in_posts import look_in_posts

    try:
        found = look_in_posts(home, store, shelf, protection)
    except LegationError as fault:
        (refuse or _warn)(fault)
        return 0
    return len(found.copies) if found else 0


def _warn(fault: LegationError) -> None:
    _log.warning("statements are not looked for in posts: %s", fault)


def nothing_to_look_at(store: "Store") -> str:
    """Say why there was nothing to look at."""
    if not store.lake.files("posts"):
        return "Nothing to look at: this home holds no posts."
    return "Nothing new: these posts were looked at before."


@contextmanager
def _none(
    input_sha256: str, rule: "Rule", known: "Mapping[str, Known]", beside: Beside
) -> "Iterator[Answer]":
    """Answer for a lake from which every post was taken back: there is no campaign in it."""
    from legation.threats.disinformation.significance import NULL

    run = Run(
        run_id=run_id_of(input_sha256, rule, known, beside),
        input_sha256=input_sha256,
        posts=0,
        accounts=0,
        first=0,
        last=0,
        clock_resolution_s=1,
        layers=rule.layers,
        window_s=rule.window_s,
        min_objects=rule.min_objects,
        fdr=rule.fdr,
        null=NULL,
        tests=0,
        pairs=0,
        ties=0,
        validated_ties=0,
        dense=DenseObjects(policy="no posts, no objects", objects=0, actions=0, pairs=0),
    )
    yield Answer(
        report=Report(run=run, campaigns=()),
        write_evidence=lambda _path: None,
        chances=dict,
        rejected={},
    )
