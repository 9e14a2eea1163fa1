"""Patterns, as the grammar of OASIS reads them and as our recogniser does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stix2patterns.validator import (  # type: ignore[import-untyped]  # it ships no types
    run_validator,
)

from legation.errors import RecordError
from legation.stix.patterns import verify_pattern

GOOD = (
    "[url:value = 'https://a.example/']",
    "[a:b = -1]",
    "[a:b == 1.5]",
    "[a:b = +1]",
    "[a:b = .5]",
    "[a:b <> true]",
    "[a-b:c.d[*].e = 'x']",
    "[a:'b-c' = 1]",
    "[file:marks.'SHA-256' MATCHES 'x']",
    "[a:b.c.'d e'[0][1] = 1]",
    "[a:b IN ()]",
    "[a:b NOT IN (1, 'a', true)]",
    "[a:b NOT LIKE 'x%']",
    "[a:b MATCHES 'x\\\\d']",
    "[EXISTS a:b]",
    "[a:b ISSUBSET '198.51.100.0/24']",
    "[a:b = 'it\\'s']",
    "[a:b = h'ff00']",
    "[a:b = b'aGk=']",
    "[a:b < b'aGk=']",
    "[a:b = t'2020-01-01T00:00:00.123Z']",
    "[a:b = 't' AND (c:d = 1 OR e:f = 2)]",
    "[a:b=1] OR [c:d=1] AND [e:f=2]",
    "([a:b = 1] FOLLOWEDBY [c:d=2]) WITHIN 5 SECONDS",
    "[a:b=1] REPEATS 5 TIMES WITHIN 5.5 SECONDS",
    "[a:b=1] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'",
    "[a:b = 'x' /* a remark */] // another",
    "[a:b='é'] ",
    "[_a:b=1]",
    "[a:b = 1] OR [a:b.c[0].'d' = 'x' AND b-c:d != -1 OR a:true_x = 0] FOLLOWEDBY [a:b=1]",
    "[a:b = 1 OR c:d == 'y' AND e:f = 2 OR (a:b = 1 AND c:d = 1 OR e:f = 2)]",
    "[a:b IN (1, 'a' , 'b',0 ,-5, 1.5, 'c', true, 'd')]",
    "[a:b=1]OR[c:d=2]OR [e:f=3]",
)
BAD = (
    "[]",
    "[a:b = 1",
    "a:b = 1",
    "[a:b = 1];",
    "[a:b = TRUE]",
    "[a:b > true]",
    "[a:b-c = 1]",
    "[a:b LIKE 1]",
    "[NOT a:b = 1]",
    "[a:b EXISTS]",
    "[a:b = 'x\\y']",
    "[a:b = h'f']",
    "[a:b = b'']",
    "[a:b = 01]",
    "[a:b = 1.]",
    "[a:b = null]",
    "[1a:b=1]",
    "[a:START=1]",
    "[LAST:b=1]",
    "[é:b='x']",
    "[a:b=1] START '2020-01-01T00:00:00Z' STOP '2021-01-01T00:00:00Z'",
    "[a:b = 1 AND [c:d=2]]",
    "[a:b = 'x' /* open]",
    "[a:b = 1 OR c:d = 2 OR ]",
    "[a:b = 1 OR c:true = 2 OR e:f = 1]",
    "[a:b = 1 OR true:b = 2 OR e:f = 1]",
    "[a:b = 1 OR c:d = 01 OR e:f = 1]",
    "[a:b = 1 OR c:d = 1. OR e:f = 1]",
    "[a:b = 1] OR [c:d = 1 OR ] OR [a:b = 1]",
    "[a:b = 1] OR ",
    "[a:b IN (1, 2, )]",
    "[a:b IN (1, 2 3)]",
)
SIGNS = "[ ] ( ) . , : * = != <> < >="
WORDS = "AND OR NOT IN LIKE EXISTS FOLLOWEDBY WITHIN REPEATS TIMES SECONDS START STOP"
VALUES = "a url value c-d 'x' 'it\\'s' 1 -1 0.5 5 true h'ff' b'aGk=' t'2020-01-01T00:00:00Z'"
PIECES = f"{SIGNS} {WORDS} {VALUES} [a:b=1] a:b c:d=2".split()


def ours(pattern: str) -> bool:
    try:
        verify_pattern(pattern)
    except RecordError:
        return False
    return True


def theirs(pattern: str) -> bool | None:
    """Return what the grammar says; None where its program breaks on the text."""
    try:
        return not run_validator(pattern, stix_version="2.1")
    except (AttributeError, UnboundLocalError, ValueError):
        return None


@pytest.mark.parametrize("pattern", GOOD)
def test_a_pattern_is_read(pattern: str) -> None:
    verify_pattern(pattern)
    assert theirs(pattern) in (True, None)


@pytest.mark.parametrize("pattern", BAD)
def test_what_is_no_pattern_is_refused_at_its_place(pattern: str) -> None:
    with pytest.raises(RecordError, match=r"character [0-9]+"):
        verify_pattern(pattern)
    assert theirs(pattern) in (False, None)


def test_nothing_happens_never_and_lasts_never() -> None:
    """Here the grammar takes what the text of the standard forbids (section 9.4)."""
    for pattern in ("[a:b=1] REPEATS 0 TIMES", "[a:b=1] WITHIN 0.0 SECONDS"):
        assert not ours(pattern)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14))
def test_pieces_in_any_order_are_judged_as_the_grammar_does(pieces: list[str]) -> None:
    pattern = " ".join(pieces)
    judged = theirs(pattern)
    if judged is not None and "0.0" not in pattern:
        assert ours(pattern) == judged, pattern


@given(st.sampled_from(GOOD), st.integers(0, 60), st.characters(max_codepoint=0x2100))
def test_one_changed_character_is_judged_as_the_grammar_does(
    pattern: str, place: int, sign: str
) -> None:
    changed = pattern[:place] + sign + pattern[place + 1 :]
    judged = theirs(changed)
    if judged is not None and " 0" not in changed:
        assert ours(changed) == judged, changed


COMPARED = st.sampled_from(
    [
        *("a:b = 1", "a-b:c.d[0] = 'x'", "a:b!='it\\'s'", "a:'b' = -1", "a:b = 1.5", "a:true = 1"),
        *("a:b[*] == 0", "a:b IN (1,'a',2)", "a:b LIKE 'x'", "a:b = true", "b:b=b''", "a:B = 00"),
    ]
)
SEEN = st.builds(
    lambda parts, joins: "[" + "".join(map("".join, zip(parts, joins, strict=False))) + "a:b=1]",
    st.lists(COMPARED, max_size=4),
    st.lists(st.sampled_from([" AND ", " OR ", "\tOR\n", "OR", " FOLLOWEDBY "]), max_size=4),
)


@given(st.lists(st.tuples(SEEN, st.sampled_from([" OR ", " AND ", "OR", " FOLLOWEDBY "]))), SEEN)
def test_runs_of_comparisons_are_judged_as_the_grammar_does(
    before: list[tuple[str, str]], last: str
) -> None:
    pattern = "".join(map("".join, before)) + last
    judged = theirs(pattern)
    if judged is not None:
        assert ours(pattern) == judged, pattern


def test_a_list_of_a_hundred_thousand_values_is_read_and_one_of_signs_is_not() -> None:
    many = 100_000
    assert ours("[a:b = '1'] OR " * many + "[a:b = 1]")
    assert ours("[" + "a:b.'c d' = '1' OR " * many + "a:b = 1]")
    assert ours("[a:b IN (" + "'1', " * many + "1)]")
    assert not ours("[a:b = 1]" + " REPEATS 1 TIMES" * many)
    with pytest.raises(RecordError, match="longer than is read"):
        verify_pattern("[" + "(a:b = 1) OR " * many + "a:b = 1]")


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    assert ours(text) in (True, False)


def test_nesting_is_bounded() -> None:
    assert ours("(" * 60 + "[a:b=1]" + ")" * 60)
    assert not ours("(" * 100_000 + "[a:b=1]")
    assert not ours("[" + "(" * 100_000)
