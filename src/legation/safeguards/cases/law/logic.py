"""Four answers and how they join: the rules of a form, and which question could still change it.

`any` is the greatest of its answers in the order no, unknown, disputed, yes, and `all` the least
in the order no, disputed, unknown, yes: whoever is told of a dispute looks at it before they look
for what nobody knows. So the answers of several questions join to one whatever their order, and
what is not asked yet can be taken as each of the four in turn.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import product
from typing import Final, Literal, Protocol

from legation.safeguards.cases.bodies import Answer

Result = Literal["met", "not met", "disputed", "unknown"]


class Asks(Protocol):
    """The words of a form."""

    @property
    def all(self) -> tuple[str, ...]:
        """All of them must be there."""

    @property
    def any(self) -> tuple[str, ...]:
        """One of them must be there."""

    @property
    def disputed_when(self) -> tuple[str, ...]:
        """One of them leaves the norm disputed."""

    @property
    def differ(self) -> str:
        """How states differ on the norm itself."""


# Whether an element is disputed, or all that is needed is there and the norm itself is.
DisputedBy = Literal["", "elements", "norm"]
_NO, _UNKNOWN, _DISPUTED, _YES = range(4)
_ORDER: Final[Mapping[Answer, int]] = {
    "no": _NO,
    "unknown": _UNKNOWN,
    "disputed": _DISPUTED,
    "yes": _YES,
}
# Where each of them stands in the order of `all`.
_LEAST: Final = (0, 2, 1, 3)
_RESULTS: Final[tuple[Result, ...]] = ("not met", "unknown", "disputed", "met")
_FREE: Final = frozenset(range(4))
# What may stand in the three parts of a form, and whether states differ on its norm.
_Parts = tuple[frozenset[int], frozenset[int], frozenset[int]]


def judge(form: Asks, answer_of: Callable[[str], Answer]) -> tuple[Result, DisputedBy]:
    """Return whether a norm's elements are met, and by what that is disputed.

    Args:
        form: Of the norm.
        answer_of: The answer to a question by its key; "no" where nobody gave one.
    """
    rank = _ORDER
    some = max((rank[answer_of(key)] for key in form.any), default=_YES)
    core = some if form.all or form.any else _NO
    for key in form.all:
        core = _both(core, rank[answer_of(key)])
    lesser = max((rank[answer_of(key)] for key in form.disputed_when), default=_NO)
    joined = _joined(core, lesser, differ=bool(form.differ))
    if joined != _DISPUTED:
        return _RESULTS[joined], ""
    of_norm = core == _YES or (core < _DISPUTED and lesser == _YES)
    return "disputed", "norm" if of_norm else "elements"


def open_questions(form: Asks, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Return the questions without an answer that could still change what a form says."""
    groups = (form.all, form.any, form.disputed_when)
    free = [[key for key in group if key not in answers] for group in groups]
    if not any(free):
        return ()
    bare = not (form.all or form.any)
    found: list[str] = []
    for part, keys in enumerate(free):
        for key in keys:
            beside = _beside(groups, answers, key)
            if _matters(part, beside, bare, bool(form.differ)):
                found.append(key)
    return tuple(found)


def _both(one: int, other: int) -> int:
    return one if _LEAST[one] <= _LEAST[other] else other


def _either(one: int, other: int) -> int:
    return max(one, other)


def _joined(core: int, lesser: int, *, differ: bool) -> int:
    # What alone leaves the norm disputed never makes it met.
    joined = _either(core, min(lesser, _DISPUTED))
    return min(joined, _DISPUTED) if differ else joined


def _beside(groups: tuple[tuple[str, ...], ...], answers: Mapping[str, Answer], key: str) -> _Parts:
    """Return what the other questions of each part may come to together."""
    may = []
    # A form without `any` asks for none of it.
    neutrals = (_YES, _NO if groups[1] else _YES, _NO)
    for group, join, neutral in zip(groups, (_both, _either, _either), neutrals, strict=True):
        ranks = [
            frozenset((_ORDER[answers[one]],)) if one in answers else _FREE
            for one in group
            if one != key
        ]
        may.append(_come_to(ranks, join, neutral))
    return may[0], may[1], may[2]


def _come_to(
    ranks: Iterable[frozenset[int]], join: Callable[[int, int], int], neutral: int
) -> frozenset[int]:
    reached = frozenset((neutral,))
    for one in ranks:
        reached = frozenset(join(*pair) for pair in product(reached, one))
    return reached


@lru_cache(maxsize=4096)
def _matters(part: int, beside: _Parts, bare: bool, differ: bool) -> bool:
    """Tell whether one question of a part can change the result, whatever the others come to."""
    return any(
        len({_with(part, rank, rest, bare=bare, differ=differ) for rank in _FREE}) > 1
        for rest in product(*beside)
    )


def _with(part: int, rank: int, rest: tuple[int, ...], *, bare: bool, differ: bool) -> int:
    every, some, lesser = rest
    if part == 0:
        every = _both(every, rank)
    elif part == 1:
        some = _either(some, rank)
    else:
        lesser = _either(lesser, rank)
    return _joined(_NO if bare else _both(every, some), lesser, differ=differ)
