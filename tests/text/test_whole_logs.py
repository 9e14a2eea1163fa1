"""Logarithms of whole numbers are near the true ones and the same as by a pocket rule."""

import math

from hypothesis import given
from hypothesis import strategies as st

from legation.text.whole_logs import FRACTION, log2, table


@given(st.integers(1, 1 << 31))
def test_a_logarithm_is_the_true_one_to_its_last_digit(number: int) -> None:
    assert abs(log2(number) - math.log2(number) * (1 << FRACTION)) < 1.01


def test_powers_of_two_have_whole_logarithms() -> None:
    assert [log2(1 << power) for power in range(32)] == [power << FRACTION for power in range(32)]


def test_a_table_holds_what_is_computed_one_by_one_as_the_reference_gives_it() -> None:
    def by_rule(number: int) -> int:
        whole = number.bit_length() - 1
        mantissa, log = (number << 24) // (1 << whole), whole
        for _ in range(12):
            mantissa = mantissa * mantissa // (1 << 24)
            log *= 2
            if mantissa >= 1 << 25:
                mantissa, log = mantissa // 2, log + 1
        return log

    assert table(10).tolist() == [0, *(by_rule(number) for number in range(1, 1024))]
