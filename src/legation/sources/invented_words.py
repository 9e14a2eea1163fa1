"""The words of the invented world: templates, and the draws that fill them.

The templates stand in `invented.toml` beside this module, so that a person can read
that no real state, newsroom or event is in them. All chance comes from one seeded
generator, drawn in blocks: the same seed gives the same words.
"""

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, TypeVar, final

import numpy as np

LANGUAGES = ("en", "fr", "es", "ru", "ar")
_CHOICE = re.compile(r"\[([^\]]+)\]")
_BLOCK = 65536
_T = TypeVar("_T")


@final
class Dice:
    """Seeded chance, drawn in blocks because single draws of numpy are slow.

    >>> Dice(1).pick("abc") == Dice(1).pick("abc")
    True
    """

    def __init__(self, seed: int) -> None:
        """Start from a seed."""
        self._rng = np.random.default_rng(seed)
        self._block: list[float] = []

    def chance(self) -> float:
        """Return a number in [0, 1)."""
        if not self._block:
            self._block = self._rng.random(_BLOCK).tolist()
        return self._block.pop()

    def below(self, n: int) -> int:
        """Return a whole number in 0..n-1."""
        return int(self.chance() * n)

    def pick(self, of: Sequence[_T]) -> _T:
        """Return one of the sequence."""
        return of[self.below(len(of))]

    def some(self, of: Sequence[_T], share: float) -> list[_T]:
        """Return each of the sequence with the chance `share`, in its order."""
        return [one for one in of if self.chance() < share]

    def numbers(self) -> np.random.Generator:
        """Return the generator itself, for draws of whole arrays."""
        return self._rng


@final
class Words:
    """Templates of all languages, filled with the names of two states.

    Args:
        states: The names of the two invented states, as `invented.toml` knows them.
    """

    def __init__(self, states: tuple[str, str]) -> None:
        """Read the templates."""
        self._all = _read()
        forms = self._all["states"]
        self._names = {
            language: tuple(forms.get(state, {}).get(language, state) for state in states)
            for language in LANGUAGES
        }

    def of(self, language: str, kind: str) -> Sequence[str]:
        """Return the templates of one kind in one language."""
        found: Sequence[str] = self._all[language][kind]
        return found

    def share(self, language: str) -> float:
        """Return the language's share of ordinary people."""
        return float(self._all[language]["share"])

    def campaign(self, index: int) -> dict[str, Any]:
        """Return the languages, links, tags and lines of a hidden campaign."""
        found: dict[str, Any] = self._all["campaigns"][index]
        return found

    def fill(self, template: str, language: str, dice: Dice, *, home: int = 0) -> str:
        """Turn a template into a text; `home` says which state it speaks from."""
        spun = _CHOICE.sub(lambda found: dice.pick(found[1].split("|")), template)
        if "{" not in spun:
            return spun
        names = self._names[language]
        return spun.replace("{home}", names[home]).replace("{other}", names[1 - home])

    def talk(self, language: str, dice: Dice) -> str:
        """Return an ordinary person's short text."""
        opening, topic = dice.pick(self.of(language, "opens")), dice.pick(self.topics(language))
        remark = dice.pick(self.of(language, "remarks")) if dice.chance() < _REMARKS else ""
        ending = dice.pick(self.of(language, "ends"))
        text = f"{opening} {topic}{' ' if remark else ''}{remark}{ending}"
        return self.fill(text, language, dice, home=dice.below(2))

    def topics(self, language: str) -> Sequence[str]:
        """Return what ordinary people talk about."""
        return self.of(language, "topics")

    def handles(self, count: int, dice: Dice) -> list[str]:
        """Return `count` distinct invented handles."""
        first, second = self.of("handles", "first"), self.of("handles", "second")
        found: dict[str, None] = {}
        while len(found) < count:
            found[f"{dice.pick(first)}_{dice.pick(second)}_{dice.below(90) + 10}"] = None
        return list(found)


_REMARKS = 0.85


def _read() -> dict[str, Any]:
    return tomllib.loads(files("legation.sources").joinpath("invented.toml").read_text("utf-8"))
