"""Posts are evidence, never markup: how foreign text is made safe to look at.

Jinja escapes HTML; this module deals with what escaping leaves: control characters,
marks that reverse the direction of a line (a known way to hide a link's real name),
addresses that a reader might open by a slip, and texts of a million letters.
Nothing is dropped in silence: what is replaced stays visible as a name.
"""

import re
from typing import final

import msgspec

SHOWN = 1200
_LINK = re.compile(r"(h)tt(ps?)://([^\s/?#]+)", re.IGNORECASE)
# What stands in place of a mark that is not shown is ours, and turns nothing around.
_WORDS = re.compile(r"([^\x00-\x7f⟨⟩]++(?: ++[^\x00-\x7f⟨⟩]++)*+)")
_STOPS = (".", "?", "!", "؟")
_BLANK_LINES = re.compile(r"\n{3,}")
_CONTROLS = {code: chr(0x2400 + code) for code in range(32) if code not in (9, 10, 13)}
_CONTROLS |= {code: f"⟨U+{code:04X}⟩" for code in range(0x7F, 0xA0)}
_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS |= {code: f"⟨U+{code:04X}⟩" for code in (*_DIRECTIONS, 0xFEFF, 0x2028, 0x2029)}
_CONTROLS |= dict.fromkeys(range(55296, 57344), "�")


@final
class Excerpt(msgspec.Struct, frozen=True, kw_only=True):
    """A text as it is shown, and how many characters were left out of the page."""

    text: str
    left_out: int


def plain(text: str) -> str:
    r"""Make control characters visible, keeping line breaks.

    >>> plain("a\x00b\u202ec")
    'a␀b⟨U+202E⟩c'
    """
    return _BLANK_LINES.sub("\n\n", text.replace("\r\n", "\n").translate(_CONTROLS))


def defanged(text: str) -> str:
    """Break addresses so that no program takes them for links.

    >>> defanged("see https://courier.example/a.b now")
    'see hxxps://courier[.]example/a.b now'
    """
    return _LINK.sub(lambda at: f"{at[1]}xx{at[2]}://{at[3].replace('.', '[.]')}", text)


def excerpt(text: str, length: int = SHOWN) -> Excerpt:
    """Return a text as it is shown: cut, made visible, its addresses broken."""
    return Excerpt(text=defanged(plain(text[:length])), left_out=max(0, len(text) - length))


def pieces(text: str) -> list[tuple[str, bool]]:
    """Return JSON as it is shown, in pieces, and of each whether it is to stand apart.

    Words in letters that are read from the right would turn around the quotes and commas beside
    them, so words that are not ASCII stand apart.

    >>> pieces('{"a":"b\u0663"}')
    [('{"a":"b', False), ('\u0663', True), ('"}', False)]
    """
    found: list[tuple[str, bool]] = []
    for place, part in enumerate(_WORDS.split(defanged(plain(text)))):
        if part:
            found.append((part, place % 2 == 1))
    return found


def closed(text: str) -> str:
    """Return a sentence with its stop; one that asks or calls has it already.

    >>> closed("Go back"), closed("Did you mean 'UTC'?")
    ('Go back.', "Did you mean 'UTC'?")
    """
    ends = text.removesuffix("</span>").rstrip("\N{POP DIRECTIONAL ISOLATE}")
    return text if ends.endswith(_STOPS) else text + "."


def as_json(value: object) -> str:
    """Return a value as JSON with a line for each property.

    >>> print(as_json({"a": 1}))
    {
      "a": 1
    }
    """
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
