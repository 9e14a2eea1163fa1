"""Posts that carry a registered statement with other words than were issued.

A forged statement is seldom written anew: a true one is taken and a "not", a number, a name is
changed. So each post is laid beside the statement that it comes from, word by word. Most who repeat
a statement's words quote it, shorten it, comment on it or make fun of it, and that is ordinary
speech: a post is told only when it gives changed words as the statement's own. What was changed is
shown; whether it was meant to deceive cannot be told from words.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, final

import msgspec

from legation.text.alignment import Alignment, Difference, words
from legation.text.lookup import Index, Match
from legation.text.wording import digest, wording

LEAST_WORDS: Final = 7
"""Words in common; fewer are a phrase that anybody may use."""
LEAST_PART: Final = 12
"""The same for an excerpt with other words: in a text of its own some words fall together."""
LEAST_KEPT: Final = 0.75
"""Share of the stretch that is as issued; what has less is a text of its own, or a parody."""
RIVALS: Final = 1
"""Other statements with nearly the same stretch; what more have is a form that is filled in."""
WHOLE: Final = 0.8
"""Share of the statement with which a post gives the whole of it."""

_SURE: Final = 0.9
_AT_END: Final = 3
_LINK: Final = re.compile(r"(?i:https?://)\S++")
_MASKED: Final = re.compile(r"acct-[a-z2-7]{26}")
_OMITTED: Final = re.compile(r"[\[(]?(?:\.{3,}|\u2026)[\])]?|\[[^\]]{0,40}\]")
_QUOTE: Final = re.compile('["\u00ab\u00bb]')
_PIECE: Final = re.compile('["\u00ab]([^"\u00ab\u00bb]++)["\u00bb]')
_PIECES: Final = 2
# Who says so beside the words does not give them as the ministry's: satire, fake, false and so on.
_MARKED: Final = re.compile(
    r"(?i:\b(?:satir\w*+|parod\w*+|fakes?|faked|hoax|forged|forgery|false|falsified|altered|"
    r"debunk\w*+|fact[ -]?check\w*+|faux|falsifi\w*+|trafiqu\w*+|d[eé]tourn\w*+|canular|"
    r"сатир\w*+|пароди\w*+|фейк\w*+|поддел\w*+|ложн\w*+|ساخر\w*+|سخرية|محاكاة|مزيف\w*+|مزور\w*+|"
    r"محرف\w*+|مفبرك\w*+)\b)|讽刺|恶搞|假的|伪造|篡改|虚假"
)

Grade = Literal["high", "moderate"]


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """One language version of a statement, as the register has it.

    Attributes:
        issuer: Who issued it.
        number: Its number.
        language: Of this version.
        text: As it was issued.
        issued: When, in epoch seconds.
    """

    issuer: str
    number: str
    language: str
    text: str
    issued: int


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post as it was observed.

    Attributes:
        post_id: Of the post.
        account_id: Of its account, a pseudonym in a home.
        time: When it was posted, in epoch seconds.
        text: What it says.
    """

    post_id: str
    account_id: str
    time: int
    text: str


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """Where altered words were posted; its parts are those of `Post`."""

    post_id: str
    account_id: str
    time: int


class AlteredCopy(msgspec.Struct, frozen=True, kw_only=True):
    """A finding: one altered wording, with all posts that have it.

    Attributes:
        issuer: Of the statement.
        number: Of the statement.
        language: Of its version.
        grade: How sure it is: `high` when the post gives nearly the whole statement and at least
            0.9 of it as issued, or nine words of ten in a stretch of thirty; else `moderate`.
        kept: Share of the stretch that is as issued.
        covered: Share of the statement's words that the post has.
        differences: Which words differ, within that stretch.
        reason: What a person can check, in a sentence.
        copies: The posts, the first one first.
    """

    issuer: str
    number: str
    language: str
    grade: Grade
    kept: float
    covered: float
    differences: tuple[Difference, ...]
    reason: str
    copies: tuple[Copy, ...]


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """How a post carries a statement.

    Attributes:
        statement: Which.
        how: `whole` or `excerpt`, each as it was issued, perhaps inside a comment; `altered`: it
            gives other words as the statement's; `reworked`: other words, not given as its own.
        kept: Share of the stretch that is as issued.
        covered: Share of the statement's words that the post has.
        differences: Which words differ within the stretch; only where `altered` or `reworked`.
    """

    statement: Issued
    how: Literal["whole", "excerpt", "altered", "reworked"]
    kept: float
    covered: float
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The part of a post that carries the statement, between its first and last common word.

    Attributes:
        inside: Where the words differ in it.
        registered: Words of the statement in it.
        begin: Words of the post before it.
        pasted: Words of the post in it.
        same: Words in common in it.
        beside: What the post says at its ends that is not the statement's.
    """

    inside: tuple[Difference, ...]
    registered: int
    begin: int
    pasted: int
    same: int
    beside: str


@final
class AlteredCopies:
    """Finds posts that give changed words as a statement's own."""

    name: ClassVar[str] = "impersonation.altered-copies"

    def __init__(self, statements: Iterable[Issued]) -> None:
        """Index the statements.

        Args:
            statements: The register's rows; a text without words is left out.
        """
        self._index = Index()
        self._statements: dict[str, Issued] = {}
        for one in statements:
            if wording(one.text):
                key = f"{one.issuer}\n{one.number}\n{one.language}"
                self._statements[key] = one
                self._index.add(key, one.text)

    def carried(self, text: str) -> Carried | None:
        """Tell which statement a text carries, and how; None when it carries none.

        Args:
            text: Of a post.
        """
        said = _LINK.sub(" ", text)
        found = self._found(said)
        if found is None or found.how not in ("altered", "reworked"):
            return found
        pieces = _PIECE.findall(wording(said))
        own = len(_QUOTE.findall(wording(found.statement.text)))
        if len(pieces) < _PIECES or len(_QUOTE.findall(wording(said))) < own + 2 * _PIECES:
            return found
        # Quoted piece by piece, with a comment between: the pieces tell.
        quoted = self._found(" ".join(pieces))
        return quoted if quoted and quoted.statement == found.statement else found

    def _found(self, said: str) -> Carried | None:
        match = self._index.find(said)
        if match is None:
            return None
        statement, stretch = self._statements[match.key], _stretch(match.alignment)
        found = _judged(statement, stretch, match)
        if found is None or found.how != "altered" or found.covered >= WHOLE:
            return found
        # A form that is filled in otherwise is nobody's statement: the stretch alone must tell,
        # and be most of the post.
        part = "".join(words(said)[stretch.begin : stretch.begin + stretch.pasted])
        again = self._index.find(part)
        own = again is not None and again.key == match.key and again.rivals <= RIVALS
        most = 2 * stretch.pasted >= match.alignment.pasted
        if own and most and stretch.same >= LEAST_PART:
            return found
        return msgspec.structs.replace(found, how="reworked")

    def detect(self, posts: Iterable[Post]) -> Iterator[AlteredCopy]:
        """Yield a finding for each altered wording, the first posted first.

        Args:
            posts: In any order; those of the issuer's own accounts left out by whoever asks.
        """
        by_wording: dict[str, list[Post]] = defaultdict(list)
        for post in posts:
            by_wording[digest(_LINK.sub(" ", post.text))].append(post)
        found: dict[object, list[tuple[Carried, list[Post]]]] = defaultdict(list)
        for same in by_wording.values():
            carried = self.carried(same[0].text)
            if carried and carried.how == "altered":
                changes = tuple((one.at, one.pasted) for one in carried.differences)
                found[carried.statement, changes].append((carried, same))
        findings = [_finding(of) for of in found.values()]
        yield from sorted(findings, key=lambda one: (one.copies[0].time, one.copies[0].post_id))


def _judged(statement: Issued, stretch: _Stretch, match: Match) -> Carried | None:
    if stretch.same < LEAST_WORDS and match.alignment.differences:
        return None
    kept = stretch.same / max(stretch.registered, stretch.pasted)
    covered = match.registered_coverage
    changed = tuple(one for one in stretch.inside if not _is_light(one))
    how: Literal["whole", "excerpt", "altered", "reworked"] = "altered"
    if not changed:
        how = "whole" if stretch.registered == match.alignment.registered else "excerpt"
    elif kept < LEAST_KEPT or _MARKED.search(stretch.beside):
        how = "reworked"
    return Carried(statement=statement, how=how, kept=kept, covered=covered, differences=changed)


def _stretch(alignment: Alignment) -> _Stretch:
    """Return the densest part, the longest of equally dense ones.

    A common word counts one, any other takes one off; so a word that a comment shares by chance
    does not make the comment a part of the statement. A few words that were changed at an end
    belong to the statement, when the rest of it is there.
    """
    gaps = alignment.differences
    begin, end = _densest(_runs(alignment), gaps)
    whole = alignment.same >= WHOLE * alignment.registered
    if whole and _is_replaced(gaps[:begin]):
        begin = 0
    if whole and _is_replaced(gaps[end:]):
        end = len(gaps)
    before, behind = gaps[:begin], gaps[end:]
    first_r, first_p = (
        (before[-1].at + before[-1].words, before[-1].pasted_at + before[-1].pasted_words)
        if before
        else (0, 0)
    )
    last_r, last_p = (
        (behind[0].at, behind[0].pasted_at) if behind else (alignment.registered, alignment.pasted)
    )
    ends = (*gaps[: begin + 1], *gaps[max(end - 1, 0) :])
    return _Stretch(
        inside=gaps[begin:end],
        registered=last_r - first_r,
        begin=first_p,
        pasted=last_p - first_p,
        same=last_r - first_r - sum(one.words for one in gaps[begin:end]),
        beside="\n".join(one.pasted for one in (*before, *behind, *_at_ends(ends, alignment))),
    )


def _runs(alignment: Alignment) -> list[int]:
    """Return how many words are the same before each difference, and behind the last one."""
    at, runs = 0, []
    for one in alignment.differences:
        runs.append(one.at - at)
        at = one.at + one.words
    return [*runs, alignment.registered - at]


def _densest(runs: Sequence[int], gaps: Sequence[Difference]) -> tuple[int, int]:
    """Return between which differences the densest part lies (Kadane)."""
    best = now = runs[0]
    found, begin = (0, 0), 0
    for place, gap in enumerate(gaps, 1):
        lost = max(gap.words, gap.pasted_words)
        if now < lost:
            begin, now = place, 0
        else:
            now -= lost
        now += runs[place]
        if now > best or (now == best and begin == found[0]):
            best, found = now, (begin, place)
    return found


def _is_replaced(gaps: Sequence[Difference]) -> bool:
    """Tell whether a few words stand in the place of a few others, which are not there as well."""
    ours, theirs = sum(one.words for one in gaps), sum(one.pasted_words for one in gaps)
    if not (0 < ours <= _AT_END and 0 < theirs <= _AT_END):
        return False
    said = _bare(" ".join(one.pasted for one in gaps))
    return not _is_within(_bare(" ".join(one.registered for one in gaps)), said)


def _at_ends(gaps: Sequence[Difference], alignment: Alignment) -> list[Difference]:
    return [
        one
        for one in gaps
        if one.pasted_at == 0 or one.pasted_at + one.pasted_words == alignment.pasted
    ]


def _is_light(one: Difference) -> bool:
    """Tell whether words differ in case and marks alone, or were left out openly."""
    if _OMITTED.fullmatch(one.pasted):
        return True
    ours, theirs = _bare(one.registered), _bare(_MASKED.sub("", one.pasted))
    masked = len(_MASKED.findall(one.pasted))
    # A home keeps the names of accounts as pseudonyms, also where a statement has the word.
    return ours == theirs or (
        masked > 0 and len(ours) - len(theirs) <= masked and _is_within(theirs, ours)
    )


def _bare(said: str) -> list[str]:
    """Return words without case and marks."""
    bare = ("".join(sign for sign in word if sign.isalnum()).casefold() for word in said.split(" "))
    return [word for word in bare if word]


def _is_within(some: Sequence[str], words_of: Sequence[str]) -> bool:
    """Tell whether words stand in others in their order."""
    rest = iter(words_of)
    return all(word in rest for word in some)


def _finding(found: Sequence[tuple[Carried, Sequence[Post]]]) -> AlteredCopy:
    """Return the finding of posts with the same changes; the surest of them tells how sure."""
    carried = max((one for one, _ in found), key=lambda one: (one.kept, one.covered))
    ordered = sorted(
        (post for _, posts in found for post in posts), key=lambda post: (post.time, post.post_id)
    )
    one = carried.differences[0]
    more = len(carried.differences) - 1
    sure = carried.kept >= _SURE and carried.covered >= WHOLE
    return AlteredCopy(
        issuer=carried.statement.issuer,
        number=carried.statement.number,
        language=carried.statement.language,
        grade="high" if sure else "moderate",
        kept=carried.kept,
        covered=carried.covered,
        differences=carried.differences,
        reason=(
            f"{carried.kept:.0%} of the words are those of {carried.statement.number}; "
            f"{_told(one)}{f', and {more} more' if more else ''}"
        ),
        copies=tuple(
            Copy(post_id=post.post_id, account_id=post.account_id, time=post.time)
            for post in ordered
        ),
    )


def _told(one: Difference) -> str:
    if one.kind == "added":
        return f"{one.pasted!r:.80} was added"
    if one.kind == "missing":
        return f"{one.registered!r:.80} was left out"
    return f"{one.registered!r:.80} became {one.pasted!r:.80}"
