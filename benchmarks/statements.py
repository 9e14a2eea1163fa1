"""Figures of statements: how well and how fast a pasted text is found in a register.

`python benchmarks/statements.py lookup --size 20000` makes statements of an invented world, always
the same ones, and pastes them altered, cut, and beside others. The scan that is measured in
the same run is rapidfuzz over all texts (`process.extractOne` with `fuzz.ratio`); where rapidfuzz
is not installed, the ratio is left out and said so.
"""

import argparse
import sys
import time
from collections.abc import Callable
from random import Random

from legation.text.lookup import Index
from legation.text.wording import wording

_SEED = 20_261_127
_ONSETS = (
    "b",
    "c",
    "d",
    "f",
    "g",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "w",
    "z",
    "br",
    "ch",
    "dr",
    "fl",
    "gr",
    "kl",
    "pl",
    "pr",
    "sh",
    "sl",
    "st",
    "th",
    "tr",
)
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "io", "ou")
_ENDS = ("n", "r", "s", "t", "l", "m", "d", "th", "nd", "rt", "st")
_COMMON = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "is",
    "that",
    "for",
    "it",
    "with",
    "as",
    "was",
    "on",
    "be",
    "by",
    "this",
    "are",
    "we",
    "not",
    "have",
    "has",
    "will",
    "from",
    "at",
    "or",
    "an",
    "its",
    "their",
    "all",
    "our",
    "which",
    "between",
    "new",
    "more",
    "can",
    "been",
    "under",
    "other",
    "these",
    "any",
    "both",
    "into",
]
_FORMULAS = (
    (
        "The Ministry of Foreign Affairs of the Republic presents its compliments and sta"
        "tes the following."
    ),
    (
        "The Government reaffirms its commitment to international law and to the peaceful"
        " settlement of disputes."
    ),
    ("The Spokesperson of the Ministry issued the following statement today."),
    (
        "The Ministry avails itself of this opportunity to renew the assurances of its hi"
        "ghest consideration."
    ),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHARES_ALTERED = (0.05, 0.10, 0.15, 0.20)


class World:
    """Statements of an invented ministry: its words are as rare as words are (Zipf)."""

    def __init__(self, seed: int) -> None:
        """Make the vocabulary; the same seed gives the same texts."""
        self.random = Random(seed)  # noqa: S311 -- an invented world, the same each time
        made: dict[str, None] = {}
        while len(made) < 20_000:
            syllables = self.random.choice((1, 2, 2, 3))
            word = "".join(
                self.random.choice(_ONSETS) + self.random.choice(_VOWELS) for _ in range(syllables)
            )
            made[word + self.random.choice(_ENDS)] = None
        self.words = _COMMON + list(made)
        total, self._sums = 0.0, []
        for rank in range(len(self.words)):
            total += 1 / (rank + 3)
            self._sums.append(total)

    def word(self) -> str:
        """Return a word."""
        return self.random.choices(self.words, cum_weights=self._sums)[0]

    def sentence(self) -> str:
        """Return a sentence of 6 to 28 words, some with a name, a number, a day, a negation."""
        said = [self.word() for _ in range(self.random.randint(6, 28))]
        for put in (
            lambda: self.random.choice(said).title(),
            lambda: str(self.random.randint(2, 9_999)),
            lambda: self.random.choice(_DAYS),
            lambda: "not",
        ):
            if self.random.random() < 0.4:
                said[self.random.randrange(len(said))] = put()
        return " ".join(said).capitalize() + "."

    def statement(self) -> str:
        """Return a statement: one in ten is one short sentence, the others 2 to 25 sentences."""
        if self.random.random() < 0.1:
            return " ".join(self.word() for _ in range(10)).capitalize() + "."
        said = [self.sentence() for _ in range(self.random.randint(2, 25))]
        if self.random.random() < 0.6:
            said.insert(0, self.random.choice(_FORMULAS[:3]))
        if self.random.random() < 0.4:
            said.append(_FORMULAS[3])
        return " ".join(said)

    def altered(self, text: str, share: float) -> str:
        """Return a text with a share of its words replaced, dropped, or followed by another."""
        words = text.split(" ")
        for place in self.random.sample(range(len(words)), int(share * len(words))):
            kind = self.random.randrange(3)
            words[place] = ("", f"{words[place]} {self.word()}", self.word())[kind]
        return " ".join(word for word in words if word)

    def turned(self, text: str) -> str:
        """Return a text with one word that changes what it says."""
        words = text.split(" ")
        place = self.random.randrange(len(words))
        kind = self.random.randrange(4)
        if kind == 0:
            words.insert(place, "not")
        elif kind == 1:
            words[place] = str(self.random.randint(10_000, 99_999))
        elif kind == 2:
            words[place] = self.random.choice(_DAYS) + "s"
        else:
            words[place] = self.word().title() + "ia"
        return " ".join(words)

    def excerpt(self, text: str) -> str:
        """Return a quarter of a text, of ten words at least."""
        words = text.split(" ")
        size = max(10, len(words) // 4)
        begin = self.random.randrange(max(1, len(words) - size))
        return " ".join(words[begin : begin + size])


def lookup(given: argparse.Namespace) -> None:
    """Print how the lookup does."""
    world = World(_SEED)
    texts = list(dict.fromkeys(world.statement() for _ in range(given.size)))
    index = Index()
    began = time.process_time()
    for number, text in enumerate(texts):
        index.add(str(number), text)
    index.find("a text that nobody registered")
    print(f"{len(texts)} statements indexed in {time.process_time() - began:.1f} CPU s", flush=True)

    def tell(what: str, change: Callable[[str], str], of: list[int]) -> list[str]:
        asked = [(number, change(texts[number])) for number in of]
        asked = [(n, text) for n, text in asked if wording(text) != wording(texts[n])]
        began = time.process_time()
        found = [index.find(text) for _, text in asked]
        took = (time.process_time() - began) / len(asked)
        right = 0
        for (number, _), match in zip(asked, found, strict=True):
            right += (
                match is not None
                and match.key == str(number)
                and (match.alignment.differences != ())
            )
        print(
            f"{what}: {right} of {len(asked)} ({right / len(asked):.4f}), {took * 1e3:.2f} ms each",
            flush=True,
        )
        return [text for _, text in asked]

    some = [world.random.randrange(len(texts)) for _ in range(given.asked)]
    short = [n for n, text in enumerate(texts) if text.count(" ") == 9][: given.asked]
    queries: list[str] = []
    for share in _SHARES_ALTERED:
        queries = tell(f"altered {share:.0%}", lambda t, s=share: world.altered(t, s), some)
    tell("ten words, 20% altered", lambda t: world.altered(t, 0.2), short)
    tell("a quarter", world.excerpt, [n for n in some if texts[n].count(" ") >= 20])
    tell(
        "a quarter inside another text",
        lambda t: f"{world.statement()} {world.excerpt(t)} {world.statement()}",
        [n for n in some if texts[n].count(" ") >= 60],
    )
    tell("one word that changes the meaning", world.turned, some)
    tell("the same in ten words", world.turned, short)
    others = World(_SEED)
    others.random = Random(_SEED + 1)  # noqa: S311 -- the same
    unrelated = [others.statement() for _ in range(given.asked * 3)]
    false = sum(index.find(text) is not None for text in unrelated)
    print(f"unrelated texts called ours: {false} of {len(unrelated)}", flush=True)
    _beside_rapidfuzz(index, texts, queries[: given.scans])


def _beside_rapidfuzz(index: Index, texts: list[str], queries: list[str]) -> None:
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        print("rapidfuzz is not installed: no ratio")
        return
    plain = [wording(text) for text in texts]
    began = time.process_time()
    for text in queries:
        process.extractOne(wording(text), plain, scorer=fuzz.ratio)
    scan = (time.process_time() - began) / len(queries)
    began = time.process_time()
    for text in queries:
        index.find(text)
    ours = (time.process_time() - began) / len(queries)
    print(f"scan {scan * 1e3:.1f} ms, lookup {ours * 1e3:.2f} ms: {scan / ours:.0f} times")


PARTS = {"lookup": lookup}


def main() -> None:
    """Run one part."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("part", choices=sorted(PARTS))
    asked.add_argument("--size", type=int, default=20_000, help="statements in the register")
    asked.add_argument("--asked", type=int, default=1_000, help="texts asked of each sort")
    asked.add_argument("--scans", type=int, default=50, help="texts that rapidfuzz scans for")
    given = asked.parse_args()
    PARTS[given.part](given)


if __name__ == "__main__":
    sys.exit(main())
