"""Foreign text is shown whole, visible and harmless."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from legation.desk.plain import defanged, excerpt, plain

ANY = st.text(st.characters(), max_size=300)


@given(ANY)
def test_no_control_or_direction_mark_is_left(text: str) -> None:
    left = {char for char in plain(text) if unicodedata.category(char) in ("Cc", "Cs")}
    assert left <= set("\t\n\r")
    assert not set(plain(text)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(ANY)
def test_what_is_shown_can_be_written_as_utf_8(text: str) -> None:
    assert excerpt(text).text.encode("utf-8") is not None


@given(st.text("abcdefgh ,.!?éжب", max_size=200))
def test_ordinary_text_is_not_changed(text: str) -> None:
    assert plain(text) == text


@given(ANY, st.sampled_from(["http://a.b/c", "HTTPS://a.b.c", "https://x"]))
def test_no_address_stays_alive(text: str, link: str) -> None:
    assert "http://" not in defanged(f"{text}{link}").lower()
    assert "https://" not in defanged(f"{text}{link}").lower()


def test_what_is_cut_is_counted() -> None:
    cut = excerpt("a" * 1_000_000)
    assert len(cut.text) == 1200
    assert cut.left_out == 998_800
    assert excerpt("short").left_out == 0


def test_hidden_marks_get_names() -> None:
    assert plain("gnp\u202ecod.exe") == "gnp⟨U+202E⟩cod.exe"
    assert plain("\x00\x1b") == "␀␛"
    assert plain("a\r\nb\n\n\n\n\nc") == "a\nb\n\nc"
