"""What a statement says is inert on a page, and its file is found on any page."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from legation.errors import BadInputError
from legation.safeguards.statements.carriers.page import (
    MAX_PAGE,
    SCRIPT_TYPE,
    described,
    files_on,
    write_fragment,
    write_page,
)
from legation.safeguards.statements.carriers.plain import base64_lines
from legation.safeguards.statements.carriers.qr import draw_qr
from legation.safeguards.statements.statement import Version
from legation.safeguards.statements.verifying import verify_file
from worlds.carried import ENGLISH, FILE, SAID, form
from worlds.statements import ISSUER, TEXT, log

HREF = "https://statements.aldania.example/log/statements/000"
FORM = form()
DRAWING = draw_qr(str(FORM), "svg").decode()
HOSTILE = (
    "</script><script>top.taken = 1</script><img src=x onerror=top.taken=1>\n"
    "<!-- <script> \"' --> </div></article>&amp;&lt; {{7*7}} \u05d0\u05d1 12 \u0627\u0644"
)


def page_of(text: str = TEXT) -> str:
    version = Version(language="en", text=text)
    fragment = write_fragment(SAID, version, FORM, data=FILE, href=HREF, picture=DRAWING)
    return write_page(fragment, SAID)


class Seen(HTMLParser):
    """What a parser sees of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


TAGS = [name for name, _ in Seen(page_of("a")).tags if name not in ("p", "br")]


def test_the_file_on_a_page_verifies() -> None:
    (data,) = files_on(page_of())
    assert verify_file(data, ISSUER, log).statement == SAID


def test_a_page_links_its_statement_and_describes_it() -> None:
    page = page_of()
    links = [attrs for tag, attrs in Seen(page).tags if tag == "link"]
    assert links == [
        {"rel": "statement", "type": "application/vnd.legation.statement", "href": HREF}
    ]
    head = '<script type="application/ld+json">'
    told = json.loads(page.split(head)[1].split("</script>")[0])
    assert told == described(SAID, ENGLISH, form(), HREF)
    assert told["@type"] == "Article"
    assert told["articleBody"] == TEXT


def test_a_text_with_markup_adds_no_element() -> None:
    plain, hostile = Seen(page_of()).tags, Seen(page_of(HOSTILE)).tags
    count = [name for name, _ in hostile if name not in ("p", "br")]
    assert count == [name for name, _ in plain if name not in ("p", "br")]
    assert files_on(page_of(HOSTILE)) == [FILE]


@given(st.text(st.sampled_from("<>/!-&;'\"scriptSCRIPT =\u2028\u2029\u0627"), min_size=1))
def test_no_text_of_markup_signs_adds_an_element_or_ends_a_script(text: str) -> None:
    tags = [name for name, _ in Seen(page_of(text)).tags if name not in ("p", "br")]
    assert tags == TAGS
    assert files_on(page_of(text)) == [FILE]


@pytest.mark.browser
def test_a_browser_shows_a_hostile_text_as_words_and_runs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page_of(HOSTILE), "utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        assert page.evaluate("window.taken") is None
        assert page.inner_text(".text").split() == HOSTILE.split()
        embedded = page.evaluate(f"document.querySelector('script[type=\"{SCRIPT_TYPE}\"]').text")
        assert "".join(embedded.split()) == "".join(base64_lines(FILE))
        assert asked == [file.as_uri()]
        browser.close()


def test_a_page_that_a_program_wrote_anew_still_gives_its_file() -> None:
    encoded = "".join(base64_lines(FILE))
    for script in (
        f"<SCRIPT id=a TYPE='{SCRIPT_TYPE}'>{encoded}</SCRIPT>",
        f'<script\n type = "{SCRIPT_TYPE.upper()}" > {encoded[:70]}\r\n{encoded[70:]}</script\n>',
        f"<script type={SCRIPT_TYPE}>{encoded}</script>",
    ):
        assert files_on(f"<p>x</p>{script}{script}<script>1</script>") == [FILE]


@pytest.mark.parametrize(
    "page",
    [
        f"<script type='{SCRIPT_TYPE}'>AAAA",
        f"<script type='{SCRIPT_TYPE}'></script>",
        f"<script type='{SCRIPT_TYPE}'>%%%</script>",
        f"<script type='{SCRIPT_TYPE}'>AAB=</script>",
        f"<script type='{SCRIPT_TYPE}'>é</script>",
        "a" * (MAX_PAGE + 1),
    ],
)
def test_a_broken_script_is_refused_with_its_place(page: str) -> None:
    with pytest.raises(BadInputError) as told:
        files_on(page)
    assert told.value.place.startswith("character ")


@pytest.mark.parametrize(
    "piece", ["<!--", "<script", "<script ", "<script>", "<a ", "</", "<![", "<script type='"]
)
def test_a_page_made_to_cost_time_gives_no_file(piece: str) -> None:
    assert files_on(piece * (4_000_000 // len(piece))) == []


def test_the_other_scripts_of_a_page_are_no_files() -> None:
    other = "<script type='text/plain' type='" + SCRIPT_TYPE + "'>AAAA</script>"
    assert files_on(f"<script>var a = '{SCRIPT_TYPE}'</script>{other}") == []


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "http://a.example", "//a.example", "x", "", "/a b", "/\\a", "/é"],
)
def test_an_address_that_is_not_of_https_is_refused(href: str) -> None:
    with pytest.raises(BadInputError):
        write_fragment(SAID, ENGLISH, form(), data=FILE, href=href)
