"""Media types: whatever stands in a header is answered, and in one walk over it."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from legation.safeguards.sharing.taxii.media import TAXII, accepted, charset_of, is_taxii

SIGNS = st.text(st.sampled_from('aqv=;,"\\ */+0.12é\x00\t'), max_size=60)
PARTS = st.lists(
    st.sampled_from(
        [TAXII, "*/*", ",", ";", ";q=0", ";q=nan", ";q=inf", '"', "\\", "version=2.1", "a/b", " "]
    ),
    max_size=12,
).map("".join)


@given(SIGNS | PARTS | st.text(max_size=40))
@example(";q=1e999")
@example('"' * 3)
def test_any_header_is_answered(header: str) -> None:
    assert accepted(header) in (True, False)
    assert is_taxii(header) in (True, False)
    assert charset_of(header) == charset_of(header).lower()


@pytest.mark.parametrize("piece", ['"', "\\", ",", ";", '",', "a;q=", ',"\\', "*/*,", "=", " "])
def test_a_long_header_takes_no_longer_than_its_length(piece: str) -> None:
    def seconds(length: int) -> float:
        header = piece * (length // len(piece))
        best = 9.0
        for _ in range(3):
            begun = time.process_time()
            accepted(header)
            is_taxii(header)
            charset_of(header)
            best = min(best, time.process_time() - begun)
        return best

    # Sixteen times as much would be 256 times as long in a walk within a walk.
    assert seconds(64_000) < 80 * max(seconds(4_000), 0.0005)


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        (None, True),
        ("", True),
        (" ", True),
        (TAXII, True),
        ("application/taxii+json", True),
        ('APPLICATION/taxii+JSON ; VERSION = "2.1"', True),
        ("*/*", True),
        ("application/*", True),
        ("text/html, */*;q=0.1", True),
        ("*/*;q=0", False),
        (f"{TAXII};q=0, */*", False),
        (f"{TAXII};q=0.000", False),
        (f"{TAXII};q=nan", False),
        ("application/taxii+json;version=2.0", False),
        ("application/json", False),
        ("text/html", False),
        (f'text/html;a="{TAXII}"', False),
        (f'text/html;a=",{TAXII},"', False),
    ],
)
def test_who_takes_taxii_is_known(header: str | None, taken: bool) -> None:
    assert accepted(header) is taken


def test_what_is_sent_is_one_type() -> None:
    assert not is_taxii(f"{TAXII}, {TAXII}")
    assert is_taxii(TAXII)
    assert is_taxii("application/taxii+json")
    assert not is_taxii(None)
    assert charset_of(f'{TAXII};Charset="UTF-16"') == "utf-16"
