"""The words of posts as campaigns are described by them, and their languages.

The posts of a campaign repeat one another, and so do campaigns: each distinct text is
brought to its normal form once, and its language told once, for all campaigns of a run.
"""

import re
from collections.abc import Iterable
from typing import Final, final

# Who a text is credited to is no message: the word goes with the name.
_CREDIT: Final = re.compile(r"(?i)\b(?:via|rt|mt|ht|h/t)[ :]{0,3}(?=@|acct-)")
_LINK: Final = re.compile(r"https?://\S*", re.IGNORECASE)
# Every host and every link without its scheme has a dot between two letters of its own.
_DOTTED: Final = re.compile(r"[\w\u2026-]\.+[\w\u2026-]")


@final
class Wording:
    """What distinct texts say, told once each.

    Args:
        texts: All that will be asked for; None is no text.
    """

    def __init__(self, texts: Iterable[str | None]) -> None:
        """Read them all at once."""
        from legation.text.language import identify

        distinct = list(dict.fromkeys(text for text in texts if text is not None))
        said = [unnamed(text) for text in distinct]
        forms = list(dict.fromkeys(said))
        told = dict(zip(forms, identify(forms), strict=True))
        self._said = dict(zip(distinct, said, strict=True))
        self._language = {text: told[form] for text, form in self._said.items()}

    def said(self, text: str) -> str:
        """Return its normal form without names and links."""
        return self._said[text]

    def language(self, text: str | None) -> str:
        """Return its language, `und` where it cannot be told or where there are no words."""
        from legation.text.language import UNDETERMINED

        return UNDETERMINED if text is None else self._language[text]


def unnamed(text: str) -> str:
    """Return a text's normal form without names and links: no campaign is marked by a name.

    In a link without its scheme the first part of the host is often the author's own.

    >>> unnamed("RT @desk: READ this on somebody.blogs.example.org/post and https://t.co/1 now")
    '@…: read this on ….example.org/… and now'
    """
    from legation.formats.masking import mask_mentions
    from legation.rights.pseudonyms import PREFIX, PSEUDONYM
    from legation.text.normalise import normalise

    shown = _CREDIT.sub(" ", text)
    shown = PSEUDONYM.sub(" ", shown) if PREFIX in shown else shown
    if "." in shown:
        shown = _LINK.sub(" ", shown)
        shown = mask_mentions(shown) if _DOTTED.search(shown) else shown
    return normalise(shown)
