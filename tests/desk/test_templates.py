"""A template says nothing of its own: what a reader reads goes through the catalogues."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TEMPLATES = sorted((Path(__file__).parents[2] / "src/legation/desk/templates").glob("*.html"))
CODE = re.compile(r"\{#.*?#\}|\{%-?\s*trans\b.*?endtrans\s*-?%\}", re.DOTALL)
FILLED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# What is the same in each language: names of formats, of the program, of a zone.
NO_WORDS = re.compile(r"<(script|style|code|kbd)\b.*?</\1>", re.DOTALL)
SAID = re.compile(r'\b(?:aria-label|aria-description|title|placeholder|alt)="([^"]*)"')
SAME = {"legation", "TLP:", "CSV", "JSON", "STIX", "SHA-256", "sha256", "Europe/Paris"}
WORDS = re.compile(r"[^\W\d_]{2,}[^\n]*")


def untold(template: str) -> Iterator[str]:
    """Yield what stands in a template as words, outside of what is translated."""
    bare = NO_WORDS.sub("", FILLED.sub("", CODE.sub("", template)))
    shown = [*SAID.findall(bare), *re.sub(r"<[^>]*>", "\n", bare).split("\n")]
    for text in shown:
        found = WORDS.search(text)
        if found and found[0].strip() not in SAME and "data-say" not in text:
            yield text.strip()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_words_that_are_not_translated(template: Path) -> None:
    assert list(untold(template.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Nothing was found.</p>",
        '<nav aria-label="Rooms">{{ _("x") }}</nav>',
        "{% if a %}Nothing{% endif %}",
        "<p>{{ _('Well') }} then</p>",
    ],
)
def test_words_of_a_template_are_noticed(template: str) -> None:
    assert list(untold(template))
    assert not list(untold("<p>{% trans %}Nothing{% endtrans %} {{ _('x') }} 12</p>"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_the_filter_and_the_turns_of_a_list_are_written_once(template: Path) -> None:
    """`parts.narrowing` and `parts.turns` give them to each list that has a `turn`."""
    written = template.read_text("utf-8")
    own = re.findall(
        r'<form class="filter".*?</form>|<nav class="turn".*?</nav>', written, re.DOTALL
    )
    once = template.name == "parts.html"
    assert sum("turn." in block for block in own) == (2 if once else 0)
