"""The short form of `make fuzz`: readers raise what they declare, and write back what they read."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worlds.parsers import PARSERS, TOKENS, Parser

EXAMPLES = int(os.environ.get("LEGATION_FUZZ_EXAMPLES", "60"))

PIECES = st.binary(max_size=40) | st.sampled_from(TOKENS)


@st.composite
def damaged(draw: st.DrawFn, seed: bytes) -> bytes:
    """Return a good input after some changes: cut, written over, doubled, or put together anew."""
    data = seed
    for _ in range(draw(st.integers(1, 4))):
        at, end = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 2)))
        match draw(st.integers(0, 4)):
            case 0:
                data = data[:at] + draw(PIECES) + data[end:]
            case 1:
                data = data[:at] + draw(PIECES) + data[at:]
            case 2:
                data = data[:at] + data[end:]
            case 3:
                data = data[:end] + data[at:]
            case _:
                bit = draw(st.integers(0, 7))
                data = data[:at] + bytes(b ^ 1 << bit for b in data[at : at + 1]) + data[at + 1 :]
    return data


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
def test_a_good_input_is_read(parser: Parser) -> None:
    assert all(parser.try_on(seed) for seed in parser.seeds)


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
def test_a_reader_raises_what_it_declares_and_writes_back_what_it_reads(parser: Parser) -> None:
    @settings(
        max_examples=EXAMPLES, suppress_health_check=[HealthCheck.large_base_example], database=None
    )
    @given(st.sampled_from(parser.seeds).flatmap(damaged) | PIECES)
    def holds(data: bytes) -> None:
        parser.try_on(data)

    holds()


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
def test_each_byte_of_a_good_input_matters_to_its_reader_or_is_kept(parser: Parser) -> None:
    """Cut anywhere, an input is refused or is another one that is written back as it is."""
    for seed in parser.seeds:
        for at in range(0, len(seed), max(1, len(seed) // 200)):
            parser.try_on(seed[:at])
            parser.try_on(seed[:at] + seed[at + 1 :])
