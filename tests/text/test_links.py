import re

from hypothesis import given
from hypothesis import strategies as st

from legation.text.links import PLAIN, TRACKING, Links, is_home_page

_SEGMENT = st.text("abcXYZ019-_.~%+:@", max_size=8)
_PARAMETER = st.tuples(
    st.sampled_from([*sorted(TRACKING), "utm_source", "UTM_Campaign", "id", "q", "Page"]),
    st.sampled_from(["", "=", "=1", "=a%2fb", "=http://x.y/?z"]),
).map("".join)


@st.composite
def links(draw: st.DrawFn) -> str:
    scheme = draw(st.sampled_from(["http", "https", "HTTP", "Https", "ftp"]))
    host = draw(st.sampled_from(["Example.org", "m.facebook.com", "MOBILE.twitter.com", "t.co"]))
    port = draw(st.sampled_from(["", ":80", ":443", ":8080", ":"]))
    path = "".join("/" + segment for segment in draw(st.lists(_SEGMENT, max_size=3)))
    query = "&".join(draw(st.lists(_PARAMETER, max_size=4)))
    fragment = draw(st.sampled_from(["", "#", "#top", "#!/a", "#/b"]))
    mark = draw(st.sampled_from(["", "?"])) if not query else "?"
    return f"{scheme}://{host}{port}{path}{mark}{query}{fragment}"


@given(links() | st.text(max_size=30))
def test_a_canonical_link_is_its_own_canonical_form(url: str) -> None:
    once = Links().canonical(url)
    assert Links().canonical(once) == once


@given(links())
def test_a_link_that_the_pattern_calls_plain_is_canonical(url: str) -> None:
    if re.fullmatch(PLAIN, url):
        assert Links().canonical(url) == url
    canonical = Links().canonical(url)
    assert not re.search(r"[?&](utm_|fbclid|gclid)", canonical, re.IGNORECASE) or "ftp:" in url


@given(links(), links())
def test_short_links_are_resolved_only_from_the_table(short: str, long: str) -> None:
    table = Links({short: long})
    assert table.canonical(table.canonical(short)) == table.canonical(short)
    other = "https://elsewhere.example/page"
    assert table.canonical(other) == other


def test_one_page_has_one_spelling() -> None:
    spellings = (
        "https://example.org/a?id=1",
        "HTTPS://EXAMPLE.org:443/a?utm_source=tw&id=1&fbclid=x#part",
        " https://example.org/a?id=1&gclid=9 ",
    )
    assert {Links().canonical(url) for url in spellings} == {"https://example.org/a?id=1"}


def test_different_pages_stay_apart() -> None:
    pages = (
        "https://example.org/a",
        "https://example.org/A",
        "https://example.org/a/",
        "https://example.org/a?id=1",
        "https://example.org/a?id=2",
        "http://example.org/a",
        "https://example.org:8080/a",
        "https://example.org/#/a",
        "https://example.org/#/b",
    )
    assert len({Links().canonical(url) for url in pages}) == len(pages)


def test_a_short_link_to_a_short_link_is_followed_and_a_circle_ends() -> None:
    chain = Links(
        {"https://s.example/1": "https://s.example/2", "https://s.example/2": "https://e.org/x"}
    )
    assert chain.canonical("https://S.example/1?utm_medium=a") == "https://e.org/x"
    circle = Links({"https://s.example/1": "https://s.example/1"})
    assert circle.canonical("https://s.example/1") == "https://s.example/1"


def test_what_is_no_web_link_comes_back_unchanged() -> None:
    for text in ("ge-url:34110", "mailto:a@b.c", "ftp://Host/X", "", "just words", "https://"):
        assert Links().canonical(text) == text


def test_a_home_page_is_told_from_a_page() -> None:
    assert is_home_page(Links().canonical("https://Example.org"))
    assert not is_home_page("https://example.org/?p=1")
    assert not is_home_page("not a link")
