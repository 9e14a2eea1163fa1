"""Names of accounts that look like an official account's, compared in memory.

An account that is dressed as a ministry's is met by its name, and that name is a pseudonym here.
So names are opened for this comparison alone: what comes out says which official account is looked
like, in which way and by how much, of a pseudonym; the clear name is told to nobody and stands
nowhere. So the very name of an official account, on another platform, is not told: to tell it would
be to write it down. One rule for every state; "looks like" tells of letters, never of intent:
people share names, and whose an account is cannot be told from its name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, Literal, final

import msgspec

from legation.rights.lettering import folded
from legation.rights.pseudonyms import normalised

# By which way a name looks like an official one: the same letters once those that look alike are
# one; one letter more, less, other or changed with its neighbour; the whole official name as a part
# of it. None of them says how the name is written.
LikeWay = Literal["same letters", "one letter off", "official name inside"]
# Of a shorter official name every second name is one letter off, or holds it by chance.
_LEAST_OFF: Final = 6
_LEAST_INSIDE: Final = 5
_LONGEST: Final = 80
# Digits that stand for letters, and the one that looks like two.
_DIGITS: Final = (str.maketrans("013457", "oleast"), str.maketrans("013457", "oieast"))


class OfficialAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An official account of the registers.

    Attributes:
        name: Its handle, as its row has it.
        platform: As its row has it.
        state: A state, or an organisation by its code.
        office: Whose it is.
        rule: Why it counts as official, and since when.
        source: Where that is from.
    """

    name: str
    platform: str
    state: str
    office: str
    rule: str
    source: str


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """What a name looks like.

    Attributes:
        official: The account on record.
        way: How it is taken for it.
        score: Share of letters that the two have in common, from 0 to 1: 1 is the same letters.
    """

    official: OfficialAccount
    way: LikeWay
    score: float


@final
class OfficialHandles:
    """Tells which official account the name of another one looks like."""

    def __init__(self, accounts: Iterable[OfficialAccount]) -> None:
        """Sort the accounts by their letters."""
        self._names: set[str] = set()
        self._bare: dict[str, list[OfficialAccount]] = defaultdict(list)
        self._letters: dict[tuple[int, str], str] = {}
        self._shorter: dict[str, set[str]] = defaultdict(set)
        for one in sorted(accounts, key=lambda one: (one.name, one.platform)):
            name, bare = normalised(one.name), _bare(one.name)
            if not name or not bare or len(bare) > _LONGEST:
                continue
            self._names.add(name)
            if bare not in self._bare and len(bare) >= _LEAST_OFF:
                for less in (bare, *_without_one(bare)):
                    self._shorter[less].add(bare)
            self._bare[bare].append(one)
            for read in _read(bare):
                self._letters.setdefault(read, bare)
        self._sizes = sorted({len(bare) for bare in self._bare if len(bare) >= _LEAST_INSIDE})

    def judge(self, handle: str) -> Alike | None:
        """Return what a name looks like, the nearest; None: it is one on record, or like none.

        Args:
            handle: The clear name, which stands in memory only.
        """
        if normalised(handle) in self._names:
            return None
        bare = _bare(handle[:_LONGEST])
        for read in _read(bare):
            if read in self._letters:
                return _alike(self._bare[self._letters[read]], "same letters", 1.0)
        for other in sorted(self._near(bare)):
            score = round(1 - 1 / max(len(bare), len(other)), 2)
            return _alike(self._bare[other], "one letter off", score)
        held = max(self._held(handle[:_LONGEST], bare), key=lambda one: (len(one), one), default="")
        if held:
            return _alike(self._bare[held], "official name inside", round(len(held) / len(bare), 2))
        return None

    def _near(self, bare: str) -> Iterator[str]:
        """Yield official names that are one letter off."""
        for less in {bare, *_without_one(bare)}:
            for other in self._shorter.get(less, ()):
                if _is_one_off(bare, other):
                    yield other

    def _held(self, handle: str, bare: str) -> Iterator[str]:
        """Yield official names that stand whole in a name: as words of it, at its start or end."""
        parts = folded(handle).split()
        for at in range(len(parts)):
            joined = ""
            for part in parts[at:]:
                joined += part
                if len(joined) >= _LEAST_INSIDE and joined in self._bare:
                    yield joined
        for size in self._sizes:
            if size < len(bare):
                yield from {bare[:size], bare[-size:]} & self._bare.keys()


def _alike(some: list[OfficialAccount], way: LikeWay, score: float) -> Alike:
    # Of several accounts of one name the first by what stands on record, whichever state's it is.
    first = min(some, key=lambda one: (one.platform, one.office, one.rule, one.source))
    return Alike(official=first, way=way, score=score)


def _bare(handle: str) -> str:
    return "".join(folded(handle).split())


def _read(bare: str) -> list[tuple[int, str]]:
    """Return a name in each way that its digits can be read as letters."""
    return [(way, bare.translate(digits)) for way, digits in enumerate(_DIGITS)]


def _without_one(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _is_one_off(one: str, other: str) -> bool:
    """Tell whether one letter was put in, left out, replaced, or changed with its neighbour."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) != len(other):
        shorter, longer = sorted((one, other), key=len)
        return shorter in _without_one(longer)
    differing = [at for at in range(len(one)) if one[at] != other[at]]
    if len(differing) == 1:
        return True
    return (
        len(differing) == 2  # noqa: PLR2004 (two neighbours)
        and differing[1] == differing[0] + 1
        and one[differing[0]] == other[differing[1]]
        and one[differing[1]] == other[differing[0]]
    )
