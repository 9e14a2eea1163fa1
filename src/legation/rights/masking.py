"""Names of accounts inside texts and links, replaced by their pseudonyms.

Masked are every handle the desk knows, wherever it stands as a word of its own, in
plain words, mentions, links and percent-escapes, in any case, width or accent and
with invisible letters inside; and, known or not, every mention, address and DID, and
the accounts in links to the places listed here. Even a handle that is a common word
("news") is masked wherever it stands: privacy goes before readability. Only one of one or two
letters of a script with spaces ("a", "to") is masked where it is written as an account
alone, with "@" or as a step of a link: as a plain word it names nobody, and one mention of
"@to" would take the word out of every text.

A number behind an underscore ends a handle: "page_123" is the post 123 of a page.

Not masked: display names; a known handle glued into a longer word; look-alike
letters of another script; handles made of symbols only. The search is one walk over
the words with a look into a dictionary, so its time does not grow with the handles.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Final, final

from legation.rights.folding import Folding, unescaped
from legation.rights.ordinary import is_marked, is_ordinary
from legation.rights.pseudonyms import PSEUDONYM, Pseudonymiser

# After folding, letters are lower case without accents. ASCII and the Latin letters that
# have no plain form are one kind; a change to another script ends a word ("bobさん").
_LATIN: Final = "0-9a-z\u00c0-\u024f\u1e00-\u1eff"
_WORD = re.compile(rf"[{_LATIN}]+|[^\W_{_LATIN}]+")
_HOST = rf"(?!{PSEUDONYM.pattern})[{_LATIN}\-]{{1,63}}(?:\.[{_LATIN}\-]{{1,63}})+(?![{_LATIN}])"
_NAME = rf"[{_LATIN}_]+(?:[.\-][{_LATIN}_]+)*|[^\W_{_LATIN}]\w*"
# W3C, "Decentralized Identifiers (DIDs) v1.0", 3.1; a full stop at its end is the sentence's.
_DID = rf"(?<![{_LATIN}])did:[a-z0-9]+:(?:[a-z0-9._:\-]*[a-z0-9])"
# Addresses whose next step is an account, and which steps are none.
_PLACES: Final = {
    "at://": "",
    "/users/": "",
    "bsky.app/profile/": "",
    "facebook.com/": r"groups|events|watch|hashtag|reel|share|sharer|[a-z_]+\.php",
    "facebook.com/profile.php?id=": "",
    "instagram.com/": "p|reel|tv|explore|stories",
    "instagram.com/stories/": "",
    "linkedin.com/in/": "",
    "ok.ru/profile/": "",
    "reddit.com/user/": "",
    "t.me/": "c|s|joinchat|addstickers|share",
    "t.me/s/": "",
    "tiktok.com/": "tag|music|discover",
    "twitter.com/": "i|intent|share|home|search|hashtag|explore",
    "vk.com/": "",
    "x.com/": "i|intent|share|home|search|hashtag|explore",
    "youtube.com/c/": "",
    "youtube.com/channel/": "",
    "youtube.com/user/": "",
}
_AFTER_PLACE = "|".join(
    (r"(?<=\b" if place[0] != "/" else "(?<=") + re.escape(place) + ")"
    rf"(?!(?:{others or '$.'})(?![{_LATIN}_]))"
    for place, others in _PLACES.items()
)
_IN_LINK = (
    rf"(?<=[/=])(?!{PSEUDONYM.pattern}(?![{_LATIN}]))(?:{_AFTER_PLACE})(?:{_NAME})"
    # An at-address without its scheme, by which posts of Bluesky are known.
    rf"|(?<![{_LATIN}.\-])(?!{PSEUDONYM.pattern})"
    rf"[{_LATIN}\-]{{1,63}}+(?:\.[{_LATIN}\-]{{1,63}}+)++(?=/app\.bsky\.)"
)
_MAY_BE_ACCOUNT = re.compile("|".join(["did:", r"/app\.bsky\.", *map(re.escape, _PLACES)]))
_SCAN = re.compile(
    # Neighbours in an unspaced script leave a run of pseudonyms without a gap.
    rf"(?:@|(?<![{_LATIN}]))(?P<masked>(?:{PSEUDONYM.pattern})+)(?![{_LATIN}])"
    # The local part of an address has at most 64 octets (RFC 5321, 4.5.3.1.1).
    rf"|(?P<address>[{_LATIN}_](?:[{_LATIN}_.+\-]{{0,62}}[{_LATIN}_])?@{_HOST})"
    rf"|@(?!{_DID})(?P<mention>(?:{_NAME})(?:@{_HOST})?)"
    rf"|(?P<account>{_DID}|{_IN_LINK})"
    rf"|(?P<word>{_WORD.pattern})"
)
_IS_LATIN = re.compile(rf"[{_LATIN}_]")
# As many platforms name a post: the author, and the post's number. A run is searched once.
_RUN_OF_NUMBERS = re.compile(r"_[_0-9]*+")

# What may follow a known handle inside a mention; nothing may, too.
_JOINTS = ("", ".", "-", "@")

_Span = tuple[int, int, str]
# Lengths of the known handles that begin with a word, each with where the word stands in it.
_Shapes = tuple[tuple[int, int], ...]


class _Kind(Enum):
    """What a letter is to a word."""

    NONE, LATIN, OTHER = range(3)


@final
class _Numbers:
    """A text that is searched: where the number of a post stands behind a handle.

    Attributes:
        text: In the form in which it is searched.
        plain: Gives what stands between two places of it, as it is written.
    """

    __slots__ = ("_begin", "_end", "_last", "plain", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain: Callable[[int, int], str] = lambda start, end: text[start:end]
        self._begin = self._end = self._last = 0

    def begin(self, at: int) -> bool:
        """Tell whether a number stands here, behind an underscore, and no letter behind it."""
        if not self._begin <= at < self._end:
            run = _RUN_OF_NUMBERS.match(self.text, at)
            if run is None:
                return False
            self._begin, self._end = run.span()
            self._last = self._begin + len(run[0].rstrip("_")) - 1
        # A later part of the run is a number too, if it has an underscore and a digit yet.
        whole = self.text[at] == "_" and self._last > at
        return whole and not _IS_LATIN.match(self.text, self._end)


@final
class TextMasker:
    """Replaces account names in texts by their pseudonyms; masking twice changes nothing.

    Args:
        known: Every handle the desk has met on the platform, with or without `@`.
        pseudonymiser: The desk's own.
        platform: Where the texts were posted.
        in_ids: The texts are ids, which put an underscore between their parts.
    """

    __slots__ = (
        "_folding",
        "_in_ids",
        "_names",
        "_platform",
        "_pseudonymiser",
        "_shapes",
        "_starts",
    )

    def __init__(
        self,
        known: Iterable[str],
        pseudonymiser: Pseudonymiser,
        platform: str = "",
        *,
        in_ids: bool = False,
    ) -> None:
        """Learn the known handles."""
        self._in_ids = in_ids
        self._pseudonymiser = pseudonymiser
        self._platform = platform
        self._folding = Folding()
        self._names: dict[str, str] = {}
        self._starts: dict[str, _Shapes] = {}
        self._shapes: dict[_Shapes, _Shapes] = {}
        for handle in known:
            self.learn(handle)

    def learn(self, handle: str) -> str:
        """Mask one more handle from now on; the order of learning does not matter.

        Returns:
            Its pseudonym; empty when no word of it could be found in a text.
        """
        key = self._folded(unescaped(handle)[0]).strip().lstrip("@").strip()
        first = _WORD.search(key)
        if first is None:
            return ""
        name = self._made(handle)
        held = self._names.setdefault(key, name)
        if held != name:
            self._names[key] = self._chosen(key, held, name)
        # A million handles share what they can: their one word, and the few shapes.
        word = key if first[0] == key else first[0]
        shapes = self._starts.get(word, ())
        shape = (len(key), first.start())
        if shape not in shapes:
            both = tuple(sorted((*shapes, shape), reverse=True))
            self._starts[word] = self._shapes.setdefault(both, both)
        return name

    def mask(self, text: str) -> str:
        """Return the text with every known handle, mention and address replaced."""
        plain, origin = unescaped(text) if "%" in text else (text, None)
        folded = self._folded(plain)
        if not self._may_hold(folded):
            return text
        spans = list(self._spans(plain, folded))
        if origin is not None:
            spans = [(origin[start], origin[end], name) for start, end, name in spans]
        return _replaced(text, spans)

    def _may_hold(self, folded: str) -> bool:
        """Tell whether a text is worth the search: most hold no account."""
        return (
            "@" in folded
            or not self._starts.keys().isdisjoint(_WORD.findall(folded))
            or ((":" in folded or "/" in folded) and _MAY_BE_ACCOUNT.search(folded) is not None)
        )

    def _folded(self, text: str) -> str:
        return text.lower() if text.isascii() else text.translate(self._folding)

    def _spans(self, plain: str, folded: str) -> Iterator[_Span]:
        """Yield what is replaced, by place in the plain text, and with what."""
        numbers = _Numbers(folded)
        if plain.isascii():
            for start, end, name in self._found(folded, numbers):
                yield start, end, name or self._made(plain[start:end])
            return
        begins, ends = self._aligned(plain)
        numbers.plain = lambda start, end: plain[begins[start] : ends[end - 1]]
        for start, end, name in self._found(folded, numbers):
            begin, stop = begins[start], ends[end - 1]
            yield begin, stop, name or self._made(plain[begin:stop])

    def _found(self, folded: str, numbers: "_Numbers") -> Iterator[_Span]:
        """Yield places in the folded text; the name is empty for an unknown account."""
        at = 0
        while (match := _SCAN.search(folded, at)) is not None:
            span = self._judged(folded, match, at, numbers)
            if span is None:
                at = match.end()
            else:
                yield span
                at = span[1]

    def _judged(
        self, folded: str, match: re.Match[str], floor: int, numbers: "_Numbers"
    ) -> _Span | None:
        start, end = match.span(match.lastgroup or 0)
        key = folded[start:end]
        match match.lastgroup:
            case "word":
                known = self._known(folded, match, floor, numbers)
                return known and (known if self._names_one(known, numbers) else None)
            case _ if key in self._names:
                return (start, end, self._names[key])
            case "masked":
                return None
            case "mention":
                first = _WORD.search(folded, start, end)
                known = first and self._known(folded, first, start, numbers)
                # "@_bob" and "@bob_" are other accounts than "@bob"; "@bob.And" is not.
                whole = known and known[0] == start and folded[known[1] : end][:1] in _JOINTS
                return known if whole else (start, end, "")
            case _:
                return (start, end, "")

    def _known(
        self, folded: str, first: re.Match[str], floor: int, numbers: "_Numbers"
    ) -> _Span | None:
        """Return the longest known handle whose first word stands here."""
        for length, lead in self._starts.get(first[0], ()):
            start = first.start() - lead
            end = start + length
            # At the text's end a slice is cut short and may be another, shorter handle.
            fits = floor <= start and end <= len(folded)
            name = self._names.get(folded[start:end]) if fits else None
            if name and _stands_alone(numbers, start, end, in_ids=self._in_ids):
                return start, end, name
        return None

    def _names_one(self, found: _Span, numbers: "_Numbers") -> bool:
        """Tell whether a known handle is no ordinary word here, or is marked as a handle."""
        start, end, _ = found
        if self._in_ids or not is_ordinary(numbers.plain(start, end)):
            return True
        return numbers.begin(end) or is_marked(numbers.text, start, end)

    def _chosen(self, key: str, *names: str) -> str:
        """Of two handles that fold to one, always take the same: the one written plainly."""
        plain = self._made(key)
        return plain if plain in names else min(names)

    def _made(self, handle: str) -> str:
        return self._pseudonymiser.of(handle, self._platform)

    def _aligned(self, plain: str) -> tuple[list[int], list[int]]:
        """Return where in the plain text each folded letter begins and ends."""
        begins: list[int] = []
        ends: list[int] = []
        for place, letter in enumerate(plain):
            size = len(self._folding[ord(letter)])
            begins += [place] * size
            ends += [place + 1] * size
        return begins, ends


def _stands_alone(numbers: "_Numbers", start: int, end: int, *, in_ids: bool) -> bool:
    """Tell whether no letter is glued to either end, underscores aside."""
    text = numbers.text
    before, after = start - 1, end
    if in_ids:
        return _ends_part(text, start, before) and _ends_part(text, end - 1, after)
    while before >= 0 and text[before] == "_":
        before -= 1
    while after < len(text) and text[after] == "_":
        after += 1
    return not (before >= 0 and _glued(text[start], text[before])) and not (
        after < len(text) and _glued(text[end - 1], text[after]) and not numbers.begin(end)
    )


def _ends_part(text: str, edge: int, neighbour: int) -> bool:
    """Tell whether a part of an id ends between two places."""
    if not 0 <= neighbour < len(text) or text[neighbour] == "_":
        return True
    return not _glued(text[edge], text[neighbour])


def _glued(edge: str, neighbour: str) -> bool:
    # Words of other scripts take Latin names in ("bobさん"), not the other way round.
    return _kind(neighbour) == _Kind.LATIN or (
        _kind(neighbour) == _Kind.OTHER and _kind(edge) == _Kind.OTHER
    )


def _kind(letter: str) -> _Kind:
    if _IS_LATIN.match(letter):
        return _Kind.LATIN
    return _Kind.OTHER if letter.isalnum() else _Kind.NONE


def _replaced(text: str, spans: Iterable[_Span]) -> str:
    parts: list[str] = []
    cursor = 0
    for start, end, name in spans:
        if end > cursor:
            parts += (text[cursor : max(start, cursor)], name)
            cursor = end
    parts.append(text[cursor:])
    return "".join(parts)
