"""What a message holds is counted before any of it is made."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError
from legation.formats.elements import MOST_OBJECTS, MOST_PARTS, check_elements
from legation.formats.envelope import Refused, read_envelope

_WORDS = st.text(st.sampled_from('",[]{}:\\a é'), max_size=5)
_VALUES = st.recursive(
    _WORDS | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)
TINY = '{"type":"x","id":"x--00000001-0000-4000-8000-%012d"}'
HOSTILE = {
    "nothings": b'{"objects":[' + b"0," * 3_000_000 + b"0]}",
    "lists": b'{"objects":[' + b"[]," * 2_500_000 + b"[]]}",
    "empty objects": b'{"objects":[' + b"{}," * 2_500_000 + b"{}]}",
    "lists in one object": b'{"objects":[{"a":[' + b"[]," * 2_500_000 + b"[]]}]}",
    "lists in lists": b'{"objects":[{"a":[' + b"[[[]]]," * 700_000 + b"[]]}]}",
    "names": b"{" + b",".join(b'"%d":0' % at for at in range(400_000)) + b"}",
    "brackets that nobody closes": b'{"objects":[' + b'{"a":' * 2_100_000,
    "texts full of signs": b'{"objects":["' + b'a,","' * 1_200_000 + b'"]}',
    "marks": b'{"objects":[' + b'"' * 6_000_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_too_much_costs_no_more_than_a_few_times_its_bytes(what: str) -> None:
    data = HOSTILE[what]
    tracemalloc.start()
    with pytest.raises(BadInputError) as refused:
        read_envelope(data, source="x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.hint
    assert peak < 4 * len(data)


def test_so_many_objects_are_read_and_one_more_is_refused_whole() -> None:
    each = [TINY % at for at in range(MOST_OBJECTS)]
    found = read_envelope(f'{{"objects":[{",".join(each)}]}}'.encode(), source="x")
    assert len(found) == MOST_OBJECTS
    # Errors without their frames: each of these would hold its object once more.
    assert all(isinstance(one, Refused) and one.error.__traceback__ is None for one in found)
    with pytest.raises(BadInputError, match="more than 50,000 objects"):
        read_envelope(f'{{"objects":[{",".join([*each, "{}"])}]}}'.encode(), source="x")


def test_commas_in_texts_and_inside_of_objects_are_no_objects() -> None:
    long = TINY % 1
    raw = long[:-1] + ',"a":"' + "," * 3 * MOST_PARTS + '"}'
    deep = long[:-1] + f',"a":[{"0," * 2 * MOST_OBJECTS}0]}}'
    found = read_envelope(f'{{"objects":[{raw},{deep}]}}'.encode(), source="x")
    assert len(found) == 2


@given(_VALUES, st.lists(_VALUES, min_size=1), st.dictionaries(_WORDS, _VALUES), st.booleans())
def test_elements_are_counted_as_they_are_however_they_are_written(
    one: Any, listed: list[Any], more: dict[str, Any], tight: bool
) -> None:
    said = more | {"objects": [one, *listed]}
    signs = (",", ":") if tight else (" , ", " :\n")
    data = json.dumps(said, ensure_ascii=tight, separators=signs).encode()
    inside = [len(part) - 1 for part in said.values() if isinstance(part, dict | list) and part]
    commas = len(said) - 1 + sum(inside)
    check_elements(data, place="x", objects=commas + 1)
    with pytest.raises(BadInputError):
        check_elements(data, place="x", objects=commas)


@given(_VALUES, st.booleans())
def test_parts_are_counted_as_they_are(value: Any, tight: bool) -> None:
    data = json.dumps(value, ensure_ascii=tight).encode()
    parts = _parts(value)
    check_elements(data, place="x", parts=parts + 2 * data.count(b'"'))
    if parts:
        with pytest.raises(BadInputError):
            check_elements(data, place="x", parts=parts - 1)


def _parts(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(len(value) - 1, 0) + sum(map(_parts, value.values()))
    if isinstance(value, list):
        return 1 + max(len(value) - 1, 0) + sum(map(_parts, value))
    return 0
