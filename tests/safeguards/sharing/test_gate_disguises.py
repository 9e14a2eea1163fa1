"""A name is found in the forms in which letters are written by numbers, and at a steady cost."""

import base64
import time
from collections.abc import Callable

import pytest

from legation.safeguards.sharing.gate.disguises import forms
from legation.safeguards.sharing.gate.persons import MASK, Persons, partner_key
from worlds.shared_truth import SECRET

_HANDLE = "ilse_quartz_x"
_MAIL = base64.encodebytes(f"Dear all,\r\n{'a' * 38} {_HANDLE} wrote this.\r\n".encode()).decode()
_CODED = base64.b64encode(f"{'long text ' * 5}{_HANDLE} tail".encode()).decode()


def _each(form: str) -> Callable[[str], str]:
    return lambda text: "".join(form % octet for octet in text.encode())


def _lines(text: str, size: int, between: str) -> str:
    return between.join(text[at : at + size] for at in range(0, len(text), size))


_FORMS: dict[str, Callable[[str], str]] = {
    "hexadecimal with dashes": lambda text: text.encode().hex("-"),
    "hexadecimal numbers": lambda text: ", ".join(f"0x{octet:02x}" for octet in text.encode()),
    "hexadecimal, commas": lambda text: ",".join(f"0x{octet:02X}" for octet in text.encode()),
    "escapes of octets": _each("\\x%02x"),
    "octal escapes": _each("\\%03o"),
    "decimal octets": lambda text: " ".join(str(octet) for octet in text.encode()),
    "%u": _each("%%u%04X"),
    "style sheet": _each("\\%x "),
    "style sheet, six digits": _each("\\%06x"),
    "code points": lambda text: " ".join(f"U+{ord(letter):04X}" for letter in text),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "base32, small": lambda text: base64.b32encode(text.encode()).decode().lower().rstrip("="),
    "base85": lambda text: base64.b85encode(text.encode()).decode(),
    "Ascii85": lambda text: base64.a85encode(text.encode(), adobe=True).decode(),
    "UTF-7": lambda text: "+AGkAbABzAGU-" + text.removeprefix("ilse"),
    "tags": lambda text: "".join(chr(0xE0000 + ord(letter)) for letter in text),
    "selectors": lambda text: "".join(chr(0xE0100 + octet - 16) for octet in text.encode()),
    "right to left": lambda text: f"\u202e{text[::-1]}\u202c",
    "base64 in groups": lambda text: _lines(base64.b64encode(text.encode()).decode(), 4, " "),
    "base64 in base32": lambda text: base64.b32encode(base64.b64encode(text.encode())).decode(),
}


def _persons() -> Persons:
    return Persons(SECRET, partner_key(SECRET, "QMA"), [(_HANDLE, "person")], ())


@pytest.mark.parametrize("form", sorted(_FORMS))
def test_a_name_is_found_in_numbers_for_letters(form: str) -> None:
    text = _FORMS[form](_HANDLE)
    assert _persons().tells(f"see {text} there")
    assert text not in _persons().clean(f"see {text} there")


@pytest.mark.parametrize(
    "text",
    [
        _MAIL,
        _MAIL.replace("\n", "\r\n"),
        "> " + _MAIL.replace("\n", "\n> "),
        f"Content-Transfer-Encoding: base64\n\n{_MAIL}\n--",
        _lines(_CODED, 20, "\n"),
        _lines(_CODED, 64, "\r\n  "),
    ],
)
def test_a_name_across_the_lines_of_a_mail_is_found(text: str) -> None:
    assert _HANDLE[:8] not in text
    assert _persons().clean(text) == MASK


@pytest.mark.parametrize(
    "text",
    [
        "The ministers met at noon, and nobody else was there to see it.",
        "28dd2c79-13b7-4f3a-9d6e-6f1d5d2f0a11",
        "one, two, three; 10 20 30 40 50 60",
        "C:\\new\\table\\101\\files",
        "a & b = c + d %user% <b>bold</b>",
        "الوزراء في العاصمة",
    ],
)
def test_a_text_in_no_disguise_stays(text: str) -> None:
    assert _persons().clean(text) == text


@pytest.mark.parametrize(
    "part",
    ["a", "aa aaaa ", "ab-", "0x", "\\x", "\\1", "12 ", "+A", "<~", "%u", "A2", "aaaaaaaa\n", "=\n",
     "U+0", "\u202e", "\U000e0041", "xn--a", "&#", "> aaaaaaaaaaaaaaaa\n", "aGVsbG8 ", "aaaa ",
     "!a"],
)  # fmt: skip
def test_the_cost_of_a_text_grows_with_its_length_and_no_faster(part: str) -> None:
    costs = []
    for size in (10_000, 80_000):
        text = part * (size // len(part))
        start = time.process_time()
        for _ in forms(text):
            pass
        costs.append(time.process_time() - start)
    # Eight times the length: sixteen times the cost is far from the square.
    assert costs[1] < max(16 * costs[0], 1.0)
