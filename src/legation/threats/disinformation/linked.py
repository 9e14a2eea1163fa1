"""What the registers know of the links and words of a campaign: context, and no finding."""

from typing import Literal

import msgspec

# How a host is taken for an official domain: by its letters, because the domain stands whole inside
# it and another name at its end, or because the domain stands before an "@".
Way = Literal["letters", "inside", "before @"]


class LinkedDomain(msgspec.Struct, frozen=True, kw_only=True):
    """An official domain of the registers to which links lead, or a host that looks like one.

    It stands beside the campaign and moves no score: a link says nothing of who set it, and a
    likeness nothing of intent.

    Attributes:
        official: The official domain on record.
        state: Whose it is: a state, or an organisation by its code.
        office: Of which office.
        rule: Why it counts as official, and since when.
        source: Where that is from.
        accounts: Members with such a link.
        posts: Their posts with one.
        host: Where the links lead, when it looks like the official domain and is another.
        way: How it is taken for it; None: the links lead to the official domain itself.
    """

    official: str
    state: str
    office: str
    rule: str
    source: str
    accounts: int
    posts: int
    host: str = ""
    way: Way | None = None


class WrittenName(msgspec.Struct, frozen=True, kw_only=True):
    """A protected name that posts have in their text; the name itself is not told.

    Another person of that name may be meant: that cannot be told.

    Attributes:
        role: The office whose holder has the name.
        mission: Key of its mission.
        posts: Posts with the name, among the `posts_read` of the campaign.
    """

    role: str
    mission: str
    posts: int
