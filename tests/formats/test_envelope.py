"""Envelopes: their objects as the bytes that came, each judged for itself."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError
from legation.formats.envelope import DEEPEST, LARGEST_OBJECT, Refused, Taken, judged, read_envelope

GOOD = (
    b'{ "type":"campaign","spec_version":"2.1",'
    b'"id":"campaign--00000001-0000-4000-8000-000000000000",'
    b'"created":"2026-01-02T03:04:05.0000Z" , "modified":"2026-01-02T03:04:05.000Z",'
    b'"name":"\\u0041",'
    b'"x_big":123456789012345678901234567890,"x_float":1.0 }'
)


def test_the_bytes_of_an_object_are_kept_as_they_are() -> None:
    (one,) = read_envelope(b'{"objects":\n[ ' + GOOD + b" ]}", source="x")
    assert isinstance(one, Taken)
    assert one.raw == GOOD


def test_good_objects_are_kept_and_bad_ones_listed_in_their_order() -> None:
    bad = b'{"type":"campaign","id":"campaign--00000002-0000-4000-8000-000000000000"}'
    first, second = read_envelope(b'{"objects":[' + bad + b"," + GOOD + b"]}", source="mail")
    assert isinstance(first, Refused)
    assert first.object_id == "campaign--00000002-0000-4000-8000-000000000000"
    assert str(first.error).startswith("mail#/objects/0")
    assert first.raw == bad
    assert isinstance(second, Taken)


def test_a_bundle_is_read_as_its_objects() -> None:
    found = read_envelope(
        b'{"type":"bundle","id":"bundle--1","objects":[' + GOOD + b"]}", source="x"
    )
    assert [type(one) for one in found] == [Taken]
    assert read_envelope(b"{}", source="x") == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"1",
        b'{"objects":{}}',
        b'{"objects":[',
        GOOD[:-1],
        b'{"objects":[\xff]}',
        '{"objects":[]}'.encode("utf-16"),
        b'{"objects":[NaN]}',
        b'{"objects":[1]}',
        b'{"objects":[{}]}',
        b'{"objects":[' + GOOD + b',{"type":"campaign"}]}',
        b'{"objects":[' + GOOD + b',{"id":7}]}',
        b'{"objects":[],"objects":[]}',
        '{"objects":[{"id":"é"}]}'.encode("latin-1"),
    ],
)
def test_what_is_no_envelope_is_refused_whole(data: bytes) -> None:
    with pytest.raises(BadInputError) as refused:
        read_envelope(data, source="x")
    assert refused.value.hint


@pytest.mark.parametrize(
    "twice",
    [b'"name":"B"', b'"na\\u006de":"B"', b'"x_a":{"b":1,"b":2}', b'"x_a":[{"\\"":1,"\\"":2}]'],
)
def test_an_object_in_which_a_name_stands_twice_is_refused(twice: bytes) -> None:
    """Two programs would read two objects out of it."""
    (one,) = read_envelope(b'{"objects":[' + GOOD[:-1] + b"," + twice + b"}]}", source="x")
    assert isinstance(one, Refused)
    assert "twice" in str(one.error)


@pytest.mark.parametrize("text", ['a ":" b', "\\", '"', ":", '\\":', '{"a":1}', "\u2028"])
def test_texts_that_look_like_names_are_no_names(text: str) -> None:
    value = msgspec.json.decode(GOOD) | {"description": text, "x_b": {text + "x": [text]}}
    value.pop("x_b")
    raw = msgspec.json.encode(value)
    (one,) = read_envelope(b'{"objects":[' + raw + b"]}", source="x")
    assert isinstance(one, Taken)


def test_what_nests_too_deep_is_refused_and_harms_nothing() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    with pytest.raises(BadInputError):
        read_envelope(b'{"objects":[' + deep + b"]}", source="x")
    one = judged(b'{"type":"campaign","x":' + b"[" * 900 + b"]" * 900 + b"}", "x")
    assert isinstance(one, Refused)


def test_an_object_beyond_the_bound_is_refused_alone() -> None:
    large = GOOD[:-1] + b',"x_long":"' + b"y" * LARGEST_OBJECT + b'"}'
    first, second = read_envelope(b'{"objects":[' + large + b"," + GOOD + b"]}", source="x")
    assert isinstance(first, Refused)
    assert isinstance(second, Taken)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_any_json_as_an_object_is_answered(value: object) -> None:
    raw = msgspec.json.encode(value)
    one = judged(raw, "x")
    assert one.raw == raw
    assert isinstance(one, Refused)


@pytest.mark.parametrize(
    "words", [b'":) \\u00e9"', b'":)"', b'[":a", ":b"]', b'{":a":":b"}', b'{"a":":","b":"\\":"}']
)
def test_words_that_begin_with_a_colon_are_no_names(words: bytes) -> None:
    one = GOOD.replace(b"1.0", words)
    plain = one.replace(b"\\u0041", b"A").replace(b"campaign--00000001", b"campaign--00000002")
    found = read_envelope(b'{"objects":[' + one + b"," + plain + b"]}", source="x")
    assert [type(each) for each in found] == [Taken, Taken], found


def test_a_name_that_stands_twice_is_not_hidden_behind_a_colon() -> None:
    for more in (b'"x_a":1,"x_a":2,"x_b":":x\\u0041"', b'"x_a":":1","x_a":2,"x_b":":x\\u0041"'):
        one = GOOD.replace(b'"x_float":1.0', more)
        with pytest.raises(BadInputError, match="stands twice"):
            raise judged(one, "x").error  # type: ignore[union-attr]  # a Taken has none: it fails


_WORDS = st.text(st.sampled_from(':",[]{}\\a\u00e9'), max_size=4)
_VALUES = st.recursive(
    _WORDS | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(_VALUES, st.booleans(), st.booleans())
def test_no_value_in_any_spelling_is_taken_for_a_name_that_stands_twice(
    value: object, ascii_only: bool, tight: bool
) -> None:
    signs = (",", ":") if tight else (" , ", " :\n")
    written = json.dumps(value, ensure_ascii=ascii_only, separators=signs).encode()
    one = judged(GOOD.replace(b"1.0", written), "x")
    assert isinstance(one, Taken) or "stands twice" not in str(one.error)


@given(_VALUES, st.booleans())
def test_a_name_that_comes_again_is_found_among_any_values(value: object, ascii_only: bool) -> None:
    written = json.dumps(value, ensure_ascii=ascii_only).encode()
    twice = GOOD.replace(b"1.0", written + b',"x_float":' + written)
    assert isinstance(judged(twice, "x"), Refused)


def test_what_nests_deeper_than_any_reader_follows_is_refused() -> None:
    for depth in (DEEPEST - 1, DEEPEST, 400, 960, 100_000):
        raw = GOOD.replace(b"1.0", b"[" * depth + b"]" * depth)
        assert isinstance(judged(raw, "x"), Taken if depth < DEEPEST else Refused), depth
