"""Posts that a finding rests on and that have left the lake since, with their import.

An undo takes posts out of the lake with their texts, so that no later look counts them. What an
earlier look found stays as it was found, its few quotations with it: whoever acted on it must
be able to show on what, and the next look leaves it behind. So the page says of each post that
it was taken back, and offers nothing that needs the post itself.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from legation.app.import_record import UNDONE

if TYPE_CHECKING:
    from legation.app.library import Library


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """What the lake has no more.

    Attributes:
        posts: Account and post of each.
        by: When the last import was taken back; None when none was.
    """

    posts: frozenset[tuple[str, str]] = frozenset()
    by: datetime | None = None


def gone(library: "Library", posts: Iterable[tuple[str, str, float]]) -> Gone:
    """Return which posts (account, post, time) the lake has no more.

    It is asked only when the lake is another than the latest run looked at.
    """
    from legation.store.posts_kept import missing

    if not library.stale():
        return Gone()
    store = library.scope().store
    left = missing(store.lake, posts)
    undone = store.audit.last(UNDONE) if left else None
    return Gone(posts=left, by=undone.event.at if undone else None)
