"""Where statements were posted: on official accounts and domains, and by others with other words.

The register says what was said, the missions register who speaks officially, the imported posts
what was posted. Here they meet. A statement lists the official places where it stands, whole or in
part, and when; an official account that posted other words than were issued is told, for it may be
a slip or a stolen account. What others post with changed words is the matter of the detector
`impersonation.altered-copies`; what they quote is theirs and is not listed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from legation.app.handing import Handing
from legation.missions.register import Voice
from legation.store.posts_said import SaidPost, posts_said
from legation.text.alignment import Difference
from legation.threats.impersonation.altered_copies import (
    AlteredCopies,
    AlteredCopy,
    Carried,
    Issued,
    Post,
)

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.crypto.key_files import Protection
    from legation.safeguards.statements.verdict import Registered
    from legation.store.opening import Store

# A shorter text carries no statement; it has three words in most scripts.
LEAST: Final = 12
Reworded = Literal["whole", "excerpt", "altered"]


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """One place where a statement stands.

    Attributes:
        issuer: Of the statement.
        number: Of the statement.
        language: Of its version.
        how: `whole` or `excerpt`, as issued; `altered`: other words stand there.
        kind: `account`, or `domain` where the posts are the pages of one.
        place: Platform and handle, or the domain, as the missions register has them.
        state: Whose it is.
        office: Of whom.
        time: When, in epoch seconds.
        post_id: Of the post.
        differences: Which words differ; only where `altered`.
    """

    issuer: str
    number: str
    language: str
    how: Reworded
    kind: Literal["account", "domain"]
    place: str
    state: str
    office: str
    time: int
    post_id: str
    differences: tuple[Difference, ...] = ()


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What the posts say of a register's statements.

    Attributes:
        posts: How many posts were compared.
        postings: Where statements stand as issued, by statement and time.
        reworded: Official accounts that posted other words than were issued.
        copies: What others posted with changed words.
    """

    posts: int
    postings: tuple[Posting, ...]
    reworded: tuple[Posting, ...]
    copies: tuple[AlteredCopy, ...]

    def of(self, number: str) -> "Posted":
        """Return what was found of the statement with a number; an empty one leaves all."""
        return Posted(
            posts=self.posts,
            postings=tuple(one for one in self.postings if number in ("", one.number)),
            reworded=tuple(one for one in self.reworded if number in ("", one.number)),
            copies=tuple(one for one in self.copies if number in ("", one.number)),
        )


def issued(rows: "Iterable[Registered]") -> list[Issued]:
    """Return a register's rows as the detector takes them.

    Args:
        rows: The register's; withdrawn statements too, for copies of them go on.
    """
    return [
        Issued(
            issuer=one.issuer,
            number=one.number,
            language=one.language,
            text=one.text,
            issued=int(one.issued.timestamp()),
        )
        for one in rows
    ]


def find_postings(
    statements: Sequence[Issued],
    official: Mapping[str, Sequence[Voice]],
    posts: Iterable[SaidPost],
) -> Posted:
    """Find where statements were posted.

    Args:
        statements: The register's rows.
        official: Official accounts and domains, by their name in the posts (a pseudonym in a home).
        posts: Equal texts one after the other.
    """
    detector = AlteredCopies(statements)
    postings: list[Posting] = []
    others: list[Post] = []
    count = 0
    for text, same in groupby(posts, key=lambda post: post.text):
        carried = detector.carried(text)
        for post in same:
            count += 1
            if carried is None or carried.how == "reworked":
                continue
            places = official_places(post, official)
            postings.extend(_posting(carried, carried.how, voice, post) for voice in places)
            if carried.how == "altered" and not places:
                others.append(_other(post))
    postings.sort(key=lambda one: (one.number, one.language, one.time, one.post_id, one.place))
    return Posted(
        posts=count,
        postings=tuple(one for one in postings if one.how != "altered"),
        reworded=tuple(one for one in postings if one.how == "altered"),
        copies=tuple(detector.detect(others)),
    )


def postings_in(
    home: "Home", store: "Store", statements: Sequence[Issued], protection: "Protection"
) -> Posted:
    """Find where statements were posted, in the posts that a home has imported.

    Args:
        home: The home.
        store: Its open store, with its registers and its lake.
        statements: The register's rows.
        protection: Opens the keys: posts are kept under pseudonyms, and so are official accounts.
    """
    settings = home.settings
    posts = posts_said(
        store.lake, LEAST, memory_limit=settings.memory_limit, threads=settings.threads
    )
    return find_postings(statements, Handing(home, store, protection).official(), posts)


def official_places(post: SaidPost, official: Mapping[str, Sequence[Voice]]) -> list[Voice]:
    """Return as which official places a post's account counted on its day.

    Args:
        post: The post.
        official: Official accounts and domains, by their name in the posts.
    """
    day = datetime.fromtimestamp(post.time, UTC).date()
    return [
        voice
        for voice in official.get(post.account_id, ())
        if voice.since <= day and (voice.until is None or day <= voice.until)
    ]


def _other(post: SaidPost) -> Post:
    return Post(post_id=post.post_id, account_id=post.account_id, time=post.time, text=post.text)


def _posting(carried: Carried, how: Reworded, voice: Voice, post: SaidPost) -> Posting:
    return Posting(
        issuer=carried.statement.issuer,
        number=carried.statement.number,
        language=carried.statement.language,
        how=how,
        kind=voice.kind,
        place=f"{voice.platform} {voice.name}".strip(),
        state=voice.state,
        office=voice.office,
        time=post.time,
        post_id=post.post_id,
        differences=carried.differences if how == "altered" else (),
    )
