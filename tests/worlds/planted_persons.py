"""A thousand invented personal strings, and objects in which they are planted anywhere.

Names, handles, addresses of mail and telephone numbers, in Latin, Arabic and Cyrillic letters, in
Chinese too, each written in some of the forms in which texts travel.
"""

import base64
import html
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import quote

Value = dict[str, Any]
_MADE = "2026-03-01T10:41:07.120Z"
_LATIN = ("bra", "kel", "dov", "mir", "zán", "quë", "tol", "fyn", "søk", "wurt", "xab", "plo")
_CYRILLIC = ("бра", "кел", "дов", "мир", "зан", "щук", "тол", "фын", "сёк", "жур", "хаб", "пло")  # noqa: RUF001 - Cyrillic is meant
_ARABIC = ("بر", "كل", "دوف", "مير", "زان", "قو", "طول", "فين", "سوك", "جور", "خاب", "بلو")
_CHINESE = "欧阳慕容司徒钟离端木澹台闻人"
_ENDS = {"latin": _LATIN, "cyrillic": _CYRILLIC, "arabic": _ARABIC}


def personal_strings(random: Random, count: int = 1000) -> list[str]:
    """Return so many different personal strings of all kinds."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[_string(random, len(found))] = None
    return list(found)


def _string(random: Random, number: int) -> str:
    script = ("latin", "cyrillic", "arabic")[number % 3]
    parts = [random.choice(_ENDS[script]) for _ in range(random.randint(4, 6))]
    match number % 7:
        case 0 | 1 | 2:
            return f"{''.join(parts[:2])} {''.join(parts[2:])}".title()
        case 3:
            return f"{''.join(parts[:2])}_{''.join(parts[2:])}{random.randint(1, 99)}"
        case 4:
            letters = [random.choice(_LATIN[:4]) for _ in range(4)]
            return f"{''.join(letters[:2])}.{''.join(letters[2:])}@mail{number}.example"
        case 5:
            return f"+999 {random.randint(10, 99)} {random.randint(100, 999)} {number:04d}"
        case _:
            return "".join(random.choice(_CHINESE) for _ in range(3))


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _printable(text: str) -> str:
    return "".join(f"={octet:02X}" for octet in text.encode())


def _escaped(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode() if not text.isascii() else "".join(
        f"\\u{ord(letter):04x}" for letter in text
    )  # fmt: skip


def _inserted(text: str) -> str:
    return f"{text[:2]}\u200b{text[2:4]}\u00ad{text[4:]}"


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper": str.upper,
    "folded": str.casefold,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "NFKC": lambda text: unicodedata.normalize("NFKC", text),
    "wide": _wide,
    "invisible signs": _inserted,
    "other separators": lambda text: text.replace(" ", "_").replace(".", "-"),
    "glued": lambda text: f"zz{text}zz" if len(text) > 4 else text,
    "percent": lambda text: quote(text, safe=""),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "references": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    "named references": lambda text: html.escape(text).replace("á", "&aacute;"),
    "backslashes": _escaped,
    "quoted-printable": _printable,
    "base64": lambda text: base64.b64encode(f"To: {text}".encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "base64 in percent": lambda text: quote(base64.b64encode(text.encode()).decode(), safe=""),
}
# Where a string may stand, each by what puts it there.
PLACES: tuple[Callable[[Value, str], Any], ...] = (
    lambda value, text: value.update(description=f"Seen with {text}, twice."),
    lambda value, text: value.update(name=text),
    lambda value, text: value.setdefault("labels", []).append(text),
    lambda value, text: value.setdefault("external_references", []).append(
        {"source_name": text, "url": f"https://page.example/{text}/1"}
    ),
    lambda value, text: value.setdefault("external_references", []).append(
        {"source_name": "page", "external_id": f"id:{text}"}
    ),
    lambda value, text: value.update(x_custom={"deep": [[{"said": text}], {"more": [text]}]}),
    lambda value, text: value.update(x_keys={text: 1}),
    lambda value, text: value.setdefault("extensions", {}).update(
        {f"extension-definition--{len(text):08x}-0000-4000-8000-000000000009": {"a": {"b": [text]}}}
    ),
    lambda value, text: value.update(x_json=f'{{"from": "{text}"}}'),
    lambda value, text: value.update(x_raw=f"Subject: x\r\nFrom: <{text}>\r\n"),
)


def planted_objects(random: Random, strings: list[str]) -> tuple[list[Value], list[str]]:
    """Return objects with each string in four forms and places, and all that was planted."""
    objects: list[Value] = []
    planted: list[str] = []
    for number, string in enumerate(strings):
        kind = random.choice(["campaign", "malware", "report", "attack-pattern", "tool"])
        value: Value = {
            "type": kind,
            "spec_version": "2.1",
            "id": f"{kind}--00000000-0000-4000-8000-{number:012d}",
            "created": _MADE,
            "modified": _MADE,
            "name": "nothing",
        }
        value |= {"is_family": False} if kind == "malware" else {}
        if kind == "report":
            first = objects[0]["id"] if objects else value["id"]
            value |= {"published": _MADE, "object_refs": [first]}
        for place in random.sample(PLACES, 4):
            text = FORMS[random.choice(sorted(FORMS))](string)
            place(value, text)
            planted.append(text)
        objects.append(value)
    return objects, planted


def observed_with(string: str, number: int) -> list[Value]:
    """Return observables and others that are or hold a person, under one string."""
    name = f"{number:012d}"
    versioned = {"spec_version": "2.1", "created": _MADE, "modified": _MADE}
    account = f"user-account--00000000-0000-4000-8000-{name}"
    payload = base64.b64encode(f"From {string}".encode()).decode()
    return [
        {"type": "user-account", "id": account, "account_login": string, "display_name": string},
        {"type": "email-addr", "id": f"email-addr--00000000-0000-4000-8000-{name}",
         "value": string, "display_name": string, "belongs_to_ref": account},
        {"type": "email-message", "id": f"email-message--00000000-0000-4000-8000-{name}",
         "is_multipart": False, "subject": f"Re: {string}", "body": string,
         "received_lines": [f"from {string}"], "additional_header_fields": {"X-To": [string]}},
        {"type": "url", "id": f"url--00000000-0000-4000-8000-{name}",
         "value": f"https://page.example/?u={quote(string)}"},
        {"type": "file", "id": f"file--00000000-0000-4000-8000-{name}", "name": f"{string}.doc"},
        {"type": "process", "id": f"process--00000000-0000-4000-8000-{name}",
         "pid": 3, "command_line": f"run --as {string}", "environment_variables": {"U": string}},
        {"type": "artifact", "id": f"artifact--00000000-0000-4000-8000-{name}",
         "payload_bin": payload},
        {"type": "x509-certificate", "id": f"x509-certificate--00000000-0000-4000-8000-{name}",
         "serial_number": "1", "subject": f"CN={string}, O=Body"},
        {"type": "identity", "id": f"identity--00000000-0000-4000-8000-{name}", **versioned,
         "name": string, "identity_class": "individual", "contact_information": string},
        {"type": "note", "id": f"note--00000000-0000-4000-8000-{name}", **versioned,
         "content": f"{string} said so", "authors": [string], "object_refs": [account]},
        {"type": "indicator", "id": f"indicator--00000000-0000-4000-8000-{name}", **versioned,
         "pattern": f"[user-account:account_login = '{string}']", "pattern_type": "stix",
         "valid_from": _MADE},
        {"type": "marking-definition", "id": f"marking-definition--00000000-0000-4000-8000-{name}",
         "spec_version": "2.1", "created": _MADE, "definition_type": "statement",
         "definition": {"statement": f"(c) {string}"}},
        {"type": "campaign", "id": f"campaign--00000000-0000-4000-9000-{name}", **versioned,
         "name": "marked", "object_marking_refs":
         [f"marking-definition--00000000-0000-4000-8000-{name}"]},
        {"type": "language-content", "id": f"language-content--00000000-0000-4000-8000-{name}",
         **versioned, "object_ref": f"campaign--00000000-0000-4000-9000-{name}",
         "contents": {"de": {"name": string}}},
        {"type": "observed-data", "id": f"observed-data--00000000-0000-4000-8000-{name}",
         **versioned, "first_observed": _MADE, "last_observed": _MADE, "number_observed": 1,
         "object_refs": [account], "objects": {"0": {"type": "user-account", "user_id": string}}},
    ]  # fmt: skip
