"""Every pattern reads a stranger's text in linear time: none can be made to go back and forth.

All patterns of the house are found here by themselves, so none can be forgotten. Each is given
runs of what it is made of, long enough that whoever takes the square of their length needs minutes,
under a limit of the processor's time that a single walk stays far below. What is bounded is work,
not time: a slow machine counts the same seconds of work.
"""

import ast
import itertools
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # the house has no other way to read a pattern
from types import ModuleType
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "src"
# The square of these is a thousand million steps for one text of hundreds: many times the limit.
LETTERS = 40_000
SECONDS = 4
WAYS = ("match", "fullmatch", "search", "sub", "split", "findall", "finditer")
# These read only what the program or its packager wrote.
OWN = {
    "legation.app.statements.page._STRING": "the scripts of the verifier page",
    "legation.sources.invented_words._CHOICE": "the sentences of the invented world",
}


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(SOURCE.joinpath("legation").rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        if "migrations" not in name and not name.endswith("__main__"):
            yield name, path


def _written(tree: ast.Module) -> Iterator[tuple[str, str | bytes]]:
    """Yield the way and pattern of each call of `re` with a pattern in its place."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str | bytes)
            and node.func.attr in WAYS
        ):
            yield node.func.attr, node.args[0].value


def _held(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    for name, value in vars(module).items():
        for place, one in enumerate(_flat(value)):
            if isinstance(one, re.Pattern):
                yield f"{name}{f'[{place}]' if isinstance(value, tuple) else ''}", one


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def _ways(name: str, source: str) -> set[str]:
    """Return how a module uses a pattern: where it is tried at each place, or at one."""
    plain = re.escape(name.partition("[")[0])
    return set(re.findall(rf"\b{plain}\.({'|'.join(WAYS)})\(", source)) or {"search"}


def _made() -> Iterator[tuple[str, re.Pattern[Any], set[str]]]:
    """Yield the patterns that are made when they are wanted."""
    from legation.desk.tongues import _FIELD, shape_of
    from legation.desk.vocabulary import TOLD
    from legation.rights import aims
    from legation.store.reading.probe import Probe
    from legation.store.reading.records import Grammar

    seen = defaultdict[int, int](int)
    for listed in aims._patterns().values():
        for _, one, _ in listed:
            # One of each number of stars and of each script is enough: they are made alike.
            shape = (
                one.pattern.count(r"\w*") * 4 + one.pattern.isascii() * 2 + (r"\ " in one.pattern)
            )
            seen[shape] += 1
            if seen[shape] < 3:
                yield f"aims {one.pattern}", one, {"search"}
    for sentence in TOLD:
        if len(_FIELD.findall(sentence)) > 1:
            yield f"told {sentence}", shape_of(sentence), {"fullmatch"}
    grammar = Grammar(Probe(file=Path("x"), format="csv", columns=("a", "b"), delimiter=","))
    for name, one in vars(grammar).items():
        if isinstance(one, re.Pattern):
            yield f"records {name}", one, {"match"}


def _every() -> dict[str, tuple[str | bytes, int, tuple[str, ...]]]:
    found: dict[str, tuple[str | bytes, int, tuple[str, ...]]] = {}
    ways = defaultdict[tuple[str | bytes, int], set[str]](set)
    names: dict[tuple[str | bytes, int], str] = {}
    for name, path in _modules():
        source = path.read_text("utf-8")
        if "re" not in source:
            continue
        if re.search(r"^import re$", source, re.MULTILINE) is None:
            continue
        tree = ast.parse(source)
        for way, pattern in _written(tree):
            key = (pattern, re.compile(pattern).flags)
            names.setdefault(key, f"{name} {pattern!r}")
            ways[key].add(way)
        for held, pattern_held in _held(import_module(name)):
            if f"{name}.{held}" in OWN:
                continue
            key = (pattern_held.pattern, pattern_held.flags)
            names.setdefault(key, f"{name}.{held}")
            ways[key] |= _ways(held, source)
    for called, made, made_ways in _made():
        key = (made.pattern, made.flags)
        names.setdefault(key, called)
        ways[key] |= made_ways
    for key, called in names.items():
        found[called] = (*key, tuple(sorted(ways[key])))
    return found


EVERY = _every()


def _pieces(parsed: Any) -> Iterator[list[int]]:
    """Yield what a pattern is made of: its letters, the ends of its classes, its words."""
    word: list[int] = []
    for op, value in parsed:
        name = str(op)
        if name == "LITERAL":
            word.append(value)
            yield [value]
            continue
        if len(word) > 1:
            yield word
        word = []
        yield from ([one] for one in _letters(name, value))
        for part in _parts(name, value):
            yield from _pieces(part)
    if len(word) > 1:
        yield word


def _letters(name: str, value: Any) -> tuple[int, ...]:
    if name == "NOT_LITERAL":
        return (value, value + 1)
    if name == "RANGE":
        return tuple(value)
    if name == "CATEGORY":
        some = {"DIGIT": 48, "WORD": 97, "SPACE": 32}
        return (some.get(str(value).removeprefix("CATEGORY_"), 33),)
    return ()


def _parts(name: str, value: Any) -> Iterator[Any]:
    if name == "IN" or isinstance(value, _parser.SubPattern):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _parts("", one)


def hostile(pattern: str | bytes, flags: int) -> list[str]:
    """Return what is repeated: each piece of a pattern, and pieces in pairs."""
    most = 255 if isinstance(pattern, bytes) else 0x10FFFF
    pieces = [
        "".join(chr(min(one, most)) for one in piece if not 0xD800 <= one <= 0xDFFF)
        for piece in _pieces(_parser.parse(pattern, flags))
    ]
    once = list(dict.fromkeys(["a", " ", *filter(None, pieces)]))[:20]
    return [*once, *(one + other for one, other in itertools.permutations(once[:7], 2))]


READING = """
import json, re, resource, sys
pattern, is_bytes, flags, ways, units, letters, seconds = json.load(sys.stdin)
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
asked = re.compile(pattern.encode("latin-1") if is_bytes else pattern, flags & ~re.UNICODE
                   if is_bytes else flags)
for unit in units:
    for end in ("", "!", "\\n"):
        text = unit * (letters // len(unit)) + end
        text = text.encode("latin-1") if is_bytes else text
        for way in ways:
            sys.stderr.write(f"\\r{way} {unit!r}"[:80]); sys.stderr.flush()
            if way == "sub":
                asked.sub(b"" if is_bytes else "", text)
            elif way == "finditer":
                for _ in asked.finditer(text): pass
            else:
                getattr(asked, way)(text)
"""


def worked(
    pattern: str | bytes,
    flags: int,
    ways: tuple[str, ...],
    units: list[str],
    seconds: int = SECONDS,
) -> subprocess.CompletedProcess[str]:
    """Read hostile texts by a pattern, in a process of its own that may work only so long."""
    is_bytes = isinstance(pattern, bytes)
    plain = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    return subprocess.run(
        [sys.executable, "-c", READING],
        input=json.dumps([plain, is_bytes, flags, ways, units, LETTERS, seconds]),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", EVERY)
def test_a_pattern_reads_hostile_text_in_one_walk(name: str) -> None:
    pattern, flags, ways = EVERY[name]
    ended = worked(pattern, flags, ways, hostile(pattern, flags))
    assert ended.returncode == 0, ended.stderr[-300:]


@pytest.mark.parametrize(
    ("pattern", "unit"), [(r"(?:_+[0-9]+)+_*(?![a-z_0-9])", "_"), (r"(a|a)*b", "a"), (r"\s+$", " ")]
)
def test_a_pattern_that_takes_the_square_is_noticed(pattern: str, unit: str) -> None:
    assert unit in hostile(pattern, 0)
    assert worked(pattern, 0, ("search",), [unit, f"{unit}1"], seconds=2).returncode != 0


def test_patterns_are_found_wherever_they_stand() -> None:
    assert len(EVERY) > 80
    for name in ("rights.masking._SCAN", "formats.masking._MENTION", "text.normalise._after[0]"):
        assert f"legation.{name}" in EVERY
    assert any(name.startswith("legation.formats.icalendar '") for name in EVERY)


def test_numbers_behind_handles_are_read_in_one_walk_however_often_they_are_asked_for() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (20, 20))\n"
        "from legation.rights.masking import TextMasker, _Numbers\n"
        "from legation.rights.pseudonyms import Pseudonymiser\n"
        "for text in ('_1' * 150_000 + 'a', '_' * 300_000 + 'a'):\n"
        "    numbers = _Numbers(text)\n"
        "    assert not any(numbers.begin(at) for at in range(len(text)))\n"
        "    TextMasker(['1', 'a'], Pseudonymiser(bytes(32))).mask(f'1{text}')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(SOURCE)})
