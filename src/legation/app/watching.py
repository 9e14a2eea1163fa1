"""Detection over what is new in a home, and its record.

What is new is told by the hash of the lake's posts: the same posts under the same rule
are one run, which is looked for before anything is computed. When something is new, the
co-actions of what was there are taken from where the home keeps them.
"""

from typing import TYPE_CHECKING

from legation.app.detecting import Asked, campaigns_in_lake, run_id_of
from legation.app.home import Home
from legation.threats.disinformation.findings import Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from legation.store.opening import Store
    from legation.threats.disinformation.description import Known


def look(
    home: Home,
    store: "Store",
    asked: Asked | None = None,
    known: "Mapping[str, Known] | None" = None,
) -> Report | None:
    """Look for campaigns in the lake's posts and record what was found.

    Args:
        home: The home.
        store: Its open store.
        asked: What counts as acting together; None means the defaults.
        known: The user's list of look-alikes, by pseudonym; a changed list is a new run.

    Returns:
        What was found, or None when nothing is new.
    """
    from legation.app.library import DETECTOR
    from legation.app.recording import keep_findings, keep_proofs

    rule = (asked or Asked()).rule()
    if not store.lake.files("posts"):
        return None
    posts = store.lake.fingerprint("posts")
    newest = store.runs.newest(DETECTOR)
    # Where the newest run saw other posts, some came and were taken back: then it is made again.
    seen = bool(newest) and newest[0].input_sha256 == posts
    if seen and store.runs.has(run_id_of(posts, rule, known or {})):
        return None
    with campaigns_in_lake(home, store, rule, known or {}) as found:
        keep_proofs(store, found)
        keep_findings(store, found.report, home.now(), marking=home.marking, settings=home.settings)
        return found.report


def nothing_to_look_at(store: "Store") -> str:
    """Say why there was nothing to look at."""
    if not store.lake.files("posts"):
        return "Nothing to look at: this home holds no posts."
    return "Nothing new: these posts were looked at before."
