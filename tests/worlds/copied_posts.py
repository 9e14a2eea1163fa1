"""Posts of people who repeat an invented ministry's statements, each labelled with what it is.

Altered copies come whole, in part, with a comment and in many hands. Beside them stands ordinary
speech with the same words: whole copies, quotations with a comment between, excerpts with an
omission that is marked, fact-checks that show the false words, satire, and posts of other things.
Satire without any mark that changes a word or two cannot be told from a forgery by its words; it is
labelled as satire all the same, so that it counts as an error.
"""

# ruff: noqa: RUF001 -- texts stand in their own scripts

from collections.abc import Callable, Iterator
from typing import Final, Literal

from legation.threats.impersonation.altered_copies import Issued, Post
from worlds.ministry_texts import Ministry, parted

Label = Literal["altered", "ordinary", "satire"]
_COMMENTS: Final = (
    "Read this before you believe the rest",
    "I was in that room and it was long",
    "Breaking",
    "So this is what we waited for all week",
    "Thread, please share",
)
_MARKS: Final = ("Satire:", "#parody", "[parodie]", "сатира:", "讽刺：")
_CHECKS: Final = ("FAKE, this circulates:", "Fact-check: false is what follows.", "C’est un faux :")


class CopiedPosts:
    """A register and what is posted of it."""

    def __init__(self, seed: int, statements: int = 400) -> None:
        """Make the register; the same seed gives the same posts."""
        self.world = Ministry(seed)
        self.random = self.world.random
        texts = dict.fromkeys(self.world.statement() for _ in range(statements))
        self.texts = [text for text in texts if len(parted(text)[0]) >= 10]
        self.register = [
            Issued(issuer="Aldania", number=f"2026/{place}", language="x", text=text, issued=place)
            for place, text in enumerate(self.texts)
        ]

    def posts(self, of_each: int) -> Iterator[tuple[str, Label, Post]]:
        """Yield posts with their sort and their label, as many of each sort."""
        number = 0
        for sort, (label, make) in self._sorts().items():
            for _ in range(of_each):
                text = make(self.random.choice(self.texts))
                number += 1
                yield (
                    sort,
                    label,
                    Post(post_id=f"p{number}", account_id=f"acct-{number}", time=number, text=text),
                )

    def _sorts(self) -> dict[str, tuple[Label, Callable[[str], str]]]:
        return {
            "one word turned": ("altered", self._turned),
            "a tenth altered": ("altered", lambda t: self._altered(t, 0.1)),
            "a fifth altered": ("altered", lambda t: self._altered(t, 0.2)),
            "turned, with a comment": ("altered", lambda t: self._commented(self._turned(t))),
            "half of it, turned": ("altered", lambda t: self._turned_inside(self._part(t, 0.5))),
            "whole": ("ordinary", lambda t: t),
            "whole, with a comment": ("ordinary", self._commented),
            "an excerpt in a comment": ("ordinary", lambda t: self._commented(self._part(t, 0.3))),
            "an omission, marked": ("ordinary", self._omitted),
            "quoted piece by piece": ("ordinary", self._piecewise),
            "in capitals and marks": ("ordinary", self._marked),
            "a fact-check": ("ordinary", lambda t: f"{self._one(_CHECKS)} {self._turned(t)}"),
            "another text": ("ordinary", lambda _: self.world.long_statement()),
            "satire, marked": ("satire", lambda t: f"{self._one(_MARKS)} {self._altered(t, 0.2)}"),
            "satire, written anew": ("satire", lambda t: self._altered(t, 0.55)),
            "satire, unmarked": ("satire", self._turned),
        }

    def _turned(self, text: str) -> str:
        return next(one for one in iter(lambda: self.world.turned(text), "") if one != text)

    def _turned_inside(self, text: str) -> str:
        """Turn a word that is none of the first or last four."""
        words, between = parted(text)
        inner = self._turned(between.join(words[4:-4]))
        return between.join([*words[:4], inner, *words[-4:]])

    def _altered(self, text: str, share: float) -> str:
        return next(one for one in iter(lambda: self.world.altered(text, share), "") if one != text)

    def _commented(self, text: str) -> str:
        return f"{self._one(_COMMENTS)}: {text} https://news.example/{self.random.randrange(999)}"

    def _part(self, text: str, share: float) -> str:
        words, between = parted(text)
        size = max(12, int(len(words) * share))
        begin = self.random.randrange(max(1, len(words) - size + 1))
        return between.join(words[begin : begin + size])

    def _omitted(self, text: str) -> str:
        words, between = parted(text)
        cut = len(words) // 3
        return between.join([*words[:cut], self._one(("[...]", "…", "(…)")), *words[cut + 3 :]])

    def _piecewise(self, text: str) -> str:
        words, between = parted(text)
        half = len(words) // 2
        first, second = between.join(words[:half]), between.join(words[half:])
        return f"“{first}” {self._one(_COMMENTS)} “{second}”"

    def _marked(self, text: str) -> str:
        words, between = parted(text)
        place = self.random.randrange(len(words))
        words[place] = f"#{words[place].upper()}!"
        return between.join(words)

    def _one(self, some: tuple[str, ...]) -> str:
        return self.random.choice(some)
