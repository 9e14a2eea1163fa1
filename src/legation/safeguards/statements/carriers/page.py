"""A statement as a page of the web: its text, what machines read of it, and the whole file in it.

What is written is inert: every sign that could be markup is escaped, in text, attributes and
scripts each by its own rule, and a statement holds no direction controls. What is read comes from
strangers: the file is looked for by a linear search, and only the opening tag of a script is
given to the parser of the standard library, whose time grows with the square on hostile pages.
"""

import html
import json
import re
import unicodedata
from html.parser import HTMLParser
from typing import Any, Final

from legation.errors import BadInputError
from legation.safeguards.statements.carriers.plain import base64_lines, read_base64
from legation.safeguards.statements.carriers.short_form import ShortForm
from legation.safeguards.statements.statement import Statement, Version, time_text
from legation.safeguards.statements.statement_file import MAX_FILE, MEDIA_TYPE

SCRIPT_TYPE: Final = f"{MEDIA_TYPE}+base64"
MAX_PAGE: Final = 10_000_000
"""Characters of a page in which a file is looked for."""
COURTESY: Final = "This copy proves nothing by itself: look the text up in the register."

_CODE: Final = "QR code of the register, the number and the wording"
_SCRIPT: Final = re.compile(r"<script\b[^<>]{0,500}+>", re.IGNORECASE | re.ASCII)
_CLOSING: Final = re.compile(r"</script", re.IGNORECASE | re.ASCII)
# In a script these could end it, or begin a comment; JSON has another way to write them.
_IN_SCRIPT: Final = str.maketrans(
    {sign: f"\\u{ord(sign):04x}" for sign in "<>&\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"}
)


def write_fragment(
    statement: Statement,
    version: Version,
    form: ShortForm,
    *,
    data: bytes,
    href: str,
    picture: str = "",
) -> str:
    """Write a statement as a part of a page.

    Args:
        statement: The statement.
        version: Which language version is shown.
        form: Its short form, signed or not.
        data: The `.statement`, whole.
        href: Where the `.statement` is served, as `<link rel="statement">` names it.
        picture: The QR code as SVG that we drew; empty for none.

    Raises:
        BadInputError: The address is not one of https, or of the page's own site.
    """
    _check_address(href)
    return f"""\
<link rel="statement" type="{MEDIA_TYPE}" href="{html.escape(href)}">
<script type="application/ld+json">{_in_script(described(statement, version, form, href))}</script>
{write_article(statement, version, form, picture)}\
<script type="{SCRIPT_TYPE}">
{chr(10).join(base64_lines(data))}
</script>
"""


def write_article(
    statement: Statement, version: Version, form: ShortForm, picture: str = ""
) -> str:
    """Write what a reader sees of a statement, for a page or a paper.

    Args:
        statement: The statement.
        version: Which language version is shown.
        form: Its short form, signed or not.
        picture: The QR code as SVG that we drew; empty for none.
    """
    own, paragraphs = html.escape, version.text.split("\n\n")
    body = "\n".join(f"<p>{own(one).replace(chr(10), '<br>')}</p>" for one in paragraphs)
    rows = "\n".join(
        f"<dt>{name}</dt><dd><bdi>{own(value)}</bdi></dd>"
        for name, value in (
            ("Issuer", statement.issuer),
            ("Office", statement.office),
            ("Number", statement.number),
            ("Issued", time_text(statement.issued)),
            ("Wording", version.wording),
            ("Register", form.address),
        )
    )
    shown = f'<figure role="img" aria-label="{_CODE}">{picture}</figure>\n' if picture else ""
    return f"""\
<article class="legation-statement">
<h1><bdi>{own(statement.issuer)}</bdi>: <bdi>{own(statement.number)}</bdi></h1>
<div class="text" lang="{own(version.language)}" dir="{direction(version.text)}">
{body}
</div>
<dl>
{rows}
</dl>
{shown}<p><small>{COURTESY}</small></p>
</article>
"""


def write_page(fragment: str, statement: Statement) -> str:
    """Write a whole page around a fragment; it loads and runs nothing.

    Args:
        fragment: What `write_fragment` or `write_article` returned.
        statement: The statement.
    """
    title = html.escape(f"{statement.issuer}: {statement.number}")
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>
body {{ max-width: 40rem; margin: 2rem auto; padding-inline: 1rem; font: 1.1rem/1.6 serif; }}
dl {{ font: 0.8rem/1.5 sans-serif; overflow-wrap: anywhere; }}
figure {{ margin: 0; }}
</style>
</head>
<body>
{fragment}</body>
</html>
"""


def direction(text: str) -> str:
    """Return how a text reads, by its first letter: `ltr` or `rtl`.

    >>> direction("3 May"), direction("12 \u0645\u0627\u064a\u0648")
    ('ltr', 'rtl')
    """
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def described(statement: Statement, version: Version, form: ShortForm, href: str) -> dict[str, Any]:
    """Return what search engines read of a statement, in the words of schema.org.

    Args:
        statement: The statement.
        version: Which language version.
        form: Its short form.
        href: Where the `.statement` is served.
    """
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": f"{statement.issuer}: {statement.number}",
        "articleBody": version.text,
        "inLanguage": version.language,
        "datePublished": time_text(statement.issued),
        "publisher": {
            "@type": "GovernmentOrganization",
            "name": statement.issuer,
            "department": {"@type": "GovernmentOrganization", "name": statement.office},
        },
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "number", "value": statement.number},
            {"@type": "PropertyValue", "propertyID": "wording", "value": version.wording},
        ],
        "archivedAt": form.address,
        "encoding": {"@type": "MediaObject", "encodingFormat": MEDIA_TYPE, "contentUrl": href},
    }


def files_on(page: str) -> list[bytes]:
    """Return the `.statement` files that a page holds, each once, in the page's order.

    They are found wherever they stand, also where a browser would not show them. What each is
    worth, its signatures tell; whether the page says the same, the lookup of its text.

    Raises:
        BadInputError: The page is too long, or what stands in a script is no file.
    """
    if len(page) > MAX_PAGE:
        raise _refusal(f"a page has at most {MAX_PAGE:,} characters", 0)
    found: dict[bytes, None] = {}
    room = MAX_FILE
    for tag in _SCRIPT.finditer(page):
        if not _names_a_file(tag[0]):
            continue
        end = _CLOSING.search(page, tag.end())
        if end is None:
            raise _refusal("the script with the file has no end", tag.start())
        data = _file_of(page[tag.end() : end.start()], tag.start())
        room -= len(data)
        if room < 0:
            raise _refusal("the page holds more than a file can have", tag.start())
        found[data] = None
    return list(found)


class _Tag(HTMLParser):
    """Reads one opening tag."""

    def __init__(self) -> None:
        super().__init__()
        self.type = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        first: dict[str, str] = {}
        for name, value in attrs:  # of two with one name, browsers take the first
            first.setdefault(name, value or "")
        self.type = first.get("type", "").strip().lower()


def _names_a_file(tag: str) -> bool:
    if "legation" not in tag.lower() and "&" not in tag:  # most scripts; the parser costs more
        return False
    reader = _Tag()
    reader.feed(tag)
    return reader.type == SCRIPT_TYPE


def _file_of(script: str, place: int) -> bytes:
    """Read the file in a script; how programs broke and indented its lines says nothing."""
    joined = "".join(script.split())
    lines = "\n".join(joined[at : at + 64] for at in range(0, len(joined), 64))
    try:
        return read_base64(lines)
    except BadInputError as bad:
        raise _refusal("the script holds no statement file in base64", place) from bad


def _check_address(href: str) -> None:
    own = href.startswith("/") and not href.startswith("//")
    sound = href.isascii() and href.isprintable() and " " not in href and "\\" not in href
    if not (sound and (own or href.startswith("https://"))):
        raise BadInputError(
            f"{href!r:.80} is no address of a statement file",
            place="href",
            hint="give an address of https, or one of the page's own site that begins with /",
        )


def _in_script(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_IN_SCRIPT)


def _refusal(what: str, place: int) -> BadInputError:
    return BadInputError(
        what,
        place=f"character {place}",
        hint="save the page again as it was served, or look its text up in the register",
    )
