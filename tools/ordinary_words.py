"""Write the list of ordinary words that masking leaves standing as plain words.

    pip download --no-deps wordfreq==3.1.1 && unzip wordfreq-3.1.1-*.whl -d FOLDER
    pip download --no-deps stopwordsiso==0.7.1 && unzip stopwordsiso-0.7.1-*.whl -d FOLDER
    python tools/ordinary_words.py FOLDER

Of each language of wordfreq the same number of words is taken, the most common first. First
and last names (those of faker, of every country it knows) are left out, unless they are function
words in their language: "will" stays, "maria" does not.
"""

import gzip
import importlib
import json
import pkgutil
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import msgspec

from legation.rights.ordinary import written

MOST = 2_000
TARGET = Path("src/legation/rights/ordinary_words.txt")
HEAD = """\
# The 2,000 most common words of each of {languages} languages, without names of persons: as a plain
# word, none of them names an account. One word a line, in the form NFKC and without case.
# From wordfreq 3.1.1 (Robyn Speer, 2022-11; data under CC BY-SA 4.0, and so is this file);
# function words by stopwords-iso (MIT), names of persons by faker (MIT).
# Written by tools/ordinary_words.py on 2026-11-26; ordinary.py says how it is used.
"""


def write(folder: Path) -> None:
    """Write the list from the unpacked packages."""
    functions = {
        written(word)
        for words in json.loads(
            next((folder / "stopwordsiso").glob("*.json")).read_text("utf-8")
        ).values()
        for word in words
    }
    persons = {written(name) for name in _persons_names()} - functions
    words: set[str] = set()
    languages = 0
    for file in sorted((folder / "wordfreq" / "data").glob("small_*.msgpack.gz")):
        languages += 1
        ranked = (word for word in _ranked(file) if _is_a_word(word))
        words |= {written(word) for word, _ in zip(ranked, range(MOST), strict=False)} - persons
    body = "".join(f"{word}\n" for word in sorted(words - {""}))
    TARGET.write_text(HEAD.format(languages=languages) + body, "utf-8")


def _ranked(file: Path) -> Iterator[str]:
    """Yield the words of a list, the most common first: it has one list for each centibel."""
    _, *groups = msgspec.msgpack.decode(gzip.decompress(file.read_bytes()))
    for group in groups:
        yield from group


def _is_a_word(word: str) -> bool:
    """Tell whether a word has letters and their signs only."""
    return all(unicodedata.category(letter)[0] in "LM" for letter in word)


def _persons_names() -> Iterator[str]:
    people = importlib.import_module("faker.providers.person")
    for found in pkgutil.iter_modules(people.__path__):
        provider = importlib.import_module(f"{people.__name__}.{found.name}").Provider
        for kind in vars(provider):
            names = getattr(provider, kind)
            if ("first_name" in kind or "last_name" in kind) and isinstance(
                names, (tuple, list, dict)
            ):
                for name in names:
                    yield from (name,) if isinstance(name, str) else map(str, name)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
