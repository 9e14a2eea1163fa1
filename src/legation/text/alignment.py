"""Two texts laid side by side, word by word: what was changed, added, left out.

The words are those of the wording, parted at blanks; Chinese, Japanese, Thai and their like are
parted by characters. Nothing is folded: whatever differs in the wording differs here, a comma or a
capital too. Rare runs of words that both texts have once are tied first (as in patience diff), so
an excerpt is tied to its place; between them the shortest way from one to the other is taken
(Myers 1986). The same texts always give the same answer, which pages in a browser compute too.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from legation.text.wording import wording

MAX_EDITS: Final = 128
"""Words between two ties that may differ; beyond, all between them is told as one change."""
UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff01-\uff9d"
    "\U00020000-\U000323af"
)
"""Signs of scripts that part no words by blanks; for use inside a class."""
# Signs that stand on the letter before them: Thai, Lao, Burmese, Khmer, kana.
_ON_LETTERS: Final = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059"
    "\u17b4-\u17d3\u3099\u309a"
)
_ON_LETTER: Final = re.compile(f"[{_ON_LETTERS}]")
_RUN: Final = re.compile(f" ?(?:[{UNSPACED}]+|[^ {UNSPACED}]+)| ")
_UNSPACED: Final = re.compile(f"[{UNSPACED}]")
# Lengths of the runs by which texts are tied, one after the other.
_RUNS: Final = (5, 2, 1)

Pair = tuple[int, int]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One place where a pasted text is not as the registered one.

    Attributes:
        kind: `changed`, `added` (the registered text has nothing there), or `missing`.
        registered: The registered words, one blank between them; empty for `added`.
        pasted: The pasted words; empty for `missing`.
        at: How many words of the registered text stand before.
        pasted_at: How many words of the pasted text stand before.
        words: How many words of the registered text these are, as `alignment.words` counts.
        pasted_words: How many of the pasted one.
    """

    kind: Literal["changed", "added", "missing"]
    registered: str
    pasted: str
    at: int
    pasted_at: int
    words: int
    pasted_words: int


class Alignment(msgspec.Struct, frozen=True, kw_only=True):
    """How two texts lie beside each other.

    Attributes:
        differences: Where they differ, in order; none only when the wording is the same.
        same: Words that both have, in the same order.
        registered: Words of the registered text.
        pasted: Words of the pasted text.
    """

    differences: tuple[Difference, ...]
    same: int
    registered: int
    pasted: int

    @property
    def edited(self) -> int:
        """Return how many words of either text have no counterpart."""
        return self.registered + self.pasted - 2 * self.same


def differences(registered: str, pasted: str) -> tuple[Difference, ...]:
    """Return where two texts differ, in order; nothing only when their wording is the same.

    >>> differences("Talks begin on Monday.", "Talks do not begin on Friday.")[0].pasted
    'do not'
    """
    return align(registered, pasted).differences


def align(registered: str, pasted: str) -> Alignment:
    """Lay two texts side by side.

    Args:
        registered: The text as it was issued.
        pasted: The text that somebody asks about.
    """
    left, right = words(registered), words(pasted)
    left, right = _begun(left, right), _begun(right, left)
    pairs = list(_pairs(left, right, (0, len(left)), (0, len(right)), 0))
    pairs.sort()
    pairs[:0] = _first(left, right, pairs)
    return Alignment(
        differences=tuple(_gaps(left, right, pairs)),
        same=len(pairs),
        registered=len(left),
        pasted=len(right),
    )


def words(text: str) -> list[str]:
    """Return the words of a text's wording, each with the blank before it, if there is one.

    >>> words("Talks in 東京.")
    [' Talks', ' in', ' 東', '京', '.']
    """
    plain = wording(text)
    if not plain:
        return []
    if plain.isascii():
        return [f" {word}" for word in plain.split(" ")]
    return [word for run in _RUN.findall(f" {plain}") for word in _parted(run)]


def is_unspaced(run: str) -> bool:
    """Tell whether a run of signs is of a script that parts no words by blanks, by its first."""
    return run >= "\u0e00" and _UNSPACED.match(run) is not None


def _begun(own: list[str], other: Sequence[str]) -> list[str]:
    """Return words with the first one as it would stand inside a text, if the other tells how.

    Before a text stands nothing, so the blank of its first word tells nothing: where words are
    parted by no blanks, an excerpt from the middle would seem to change its first one.
    """
    if not own:
        return own
    lead, bare, inner = own[0], own[0][1:], other[1:]
    if is_unspaced(bare):
        inside = bare in inner or lead not in inner
    else:
        inside = bare in inner and lead not in other
    return [bare, *own[1:]] if inside else own


def _first(left: Sequence[str], right: Sequence[str], pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pair of a text's first word with one that has a blank before the first pair."""
    if not pairs:
        return []
    i, j = pairs[0]
    if not (min(i, j) == 1 and max(i, j) > 1):
        return []
    same = left[i - 1].removeprefix(" ") == right[j - 1].removeprefix(" ")
    return [(i - 1, j - 1)] if same else []


def _parted(run: str) -> list[str]:
    """Return a run of signs as one word, or as many as it has signs that stand on the line."""
    if not is_unspaced(run.lstrip(" ")):
        return [run]
    parted: list[str] = []
    blank = run[0] == " "
    for sign in run[blank:]:
        if parted and _ON_LETTER.match(sign):
            parted[-1] += sign
        else:
            parted.append(sign)
    if blank:
        parted[0] = f" {parted[0]}"
    return parted


def _gaps(left: Sequence[str], right: Sequence[str], pairs: Sequence[Pair]) -> Iterator[Difference]:
    i = j = 0
    for next_i, next_j in (*pairs, (len(left), len(right))):
        if next_i > i or next_j > j:
            yield _difference(left[i:next_i], right[j:next_j], i, j)
        i, j = next_i + 1, next_j + 1


def _difference(ours: Sequence[str], theirs: Sequence[str], at: int, pasted_at: int) -> Difference:
    registered, pasted = "".join(ours), "".join(theirs)
    if registered.strip(" ") != pasted.strip(" "):  # else the blank is what differs
        registered, pasted = registered.strip(" "), pasted.strip(" ")
    kind: Literal["changed", "added", "missing"] = "changed"
    if not ours:
        kind = "added"
    elif not theirs:
        kind = "missing"
    return Difference(
        kind=kind,
        registered=registered,
        pasted=pasted,
        at=at,
        pasted_at=pasted_at,
        words=len(ours),
        pasted_words=len(theirs),
    )


def _pairs(
    left: Sequence[str], right: Sequence[str], ours: Pair, theirs: Pair, level: int
) -> Iterator[Pair]:
    """Yield places of equal words between two bounds, tied by runs of length `_RUNS[level]`."""
    (i, i_end), (j, j_end) = ours, theirs
    while i < i_end and j < j_end and left[i] == right[j]:
        yield i, j
        i, j = i + 1, j + 1
    while i < i_end and j < j_end and left[i_end - 1] == right[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
        yield i_end, j_end
    shorter = min(i_end - i, j_end - j)
    if shorter == 0 or (i_end - i == 1 == j_end - j):
        return
    while level < len(_RUNS) and _RUNS[level] > shorter:
        level += 1  # no run of that length is there
    if level == len(_RUNS):
        yield from _shortest(left, right, (i, i_end), (j, j_end))
        return
    for tie_i, tie_j in _ties(left, right, (i, i_end), (j, j_end), _RUNS[level]):
        if tie_i > i and tie_j > j:
            yield from _pairs(left, right, (i, tie_i), (j, tie_j), level + 1)
        yield tie_i, tie_j
        i, j = tie_i + 1, tie_j + 1
    yield from _pairs(left, right, (i, i_end), (j, j_end), level + 1)


def _ties(
    left: Sequence[str], right: Sequence[str], ours: Pair, theirs: Pair, run: int
) -> list[Pair]:
    """Return the most runs that stand once in each text and in the same order."""
    there = _single(right, theirs, run)
    # In the order of the text, which is that in which they were put in.
    met = [(i, there[key]) for key, i in _single(left, ours, run).items() if key in there]
    ends: list[int] = []  # the smallest place at which a chain of each length ends
    last: list[int] = []
    before = [-1] * len(met)
    for number, (_, j) in enumerate(met):
        length = bisect_left(ends, j)
        before[number] = last[length - 1] if length else -1
        ends[length : length + 1] = [j]
        last[length : length + 1] = [number]
    chain = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(met[number])
        number = before[number]
    return chain[::-1]


def _single(texts: Sequence[str], bounds: Pair, run: int) -> dict[tuple[str, ...], int]:
    """Return the runs that stand once between two bounds, and where."""
    begin, end = bounds
    part = texts[begin:end]
    found: dict[tuple[str, ...], int] = {}
    twice = []
    for place, key in enumerate(zip(*(part[at:] for at in range(run)), strict=False), begin):
        if found.setdefault(key, place) != place:
            twice.append(key)
    for key in twice:
        found.pop(key, None)
    return found


def _shortest(left: Sequence[str], right: Sequence[str], ours: Pair, theirs: Pair) -> list[Pair]:
    """Return the pairs of Myers' shortest edit script; none when it has over `MAX_EDITS` words."""
    (i0, i_end), (j0, j_end) = ours, theirs
    width, height = i_end - i0, j_end - j0
    furthest = {1: 0}
    trail = []
    for edits in range(min(MAX_EDITS, width + height) + 1):
        trail.append(dict(furthest))
        for line in range(-edits, edits + 1, 2):
            x = _step(furthest, line, edits)
            y = x - line
            while x < width and y < height and left[i0 + x] == right[j0 + y]:
                x, y = x + 1, y + 1
            furthest[line] = x
            if x >= width and y >= height:
                return [(i0 + a, j0 + b) for a, b in _back(trail, width, height)]
    return []


def _step(furthest: dict[int, int], line: int, edits: int) -> int:
    if line == -edits or (line != edits and furthest[line - 1] < furthest[line + 1]):
        return furthest[line + 1]
    return furthest[line - 1] + 1


def _back(trail: Sequence[dict[int, int]], x: int, y: int) -> Iterator[Pair]:
    for edits in range(len(trail) - 1, -1, -1):
        furthest, line = trail[edits], x - y
        begin = _step(furthest, line, edits)
        while x > begin and y > begin - line:
            x, y = x - 1, y - 1
            yield x, y
        if edits:
            came_down = line == -edits or (
                line != edits and furthest[line - 1] < furthest[line + 1]
            )
            x, y = (x, y - 1) if came_down else (x - 1, y)
