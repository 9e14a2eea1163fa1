import re
import time
import tomllib
import urllib.parse
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from legation.rights import ordinary
from legation.rights.masking import TextMasker, _Numbers
from legation.rights.ordinary import is_ordinary, ordinary_words
from legation.rights.pseudonyms import Pseudonymiser

names = Pseudonymiser(bytes(range(32)))
of = names.of

KNOWN = (
    "bob",
    "Some_Name",
    "müller",
    "name.bsky.social",
    "user@host.tld",
    "local@host",
    "_edge_",
    "-dash-",
    "12345",
    "herald",
    "a1",
    "Anna Maria",
    "王伟",
    "jean-luc.p",
)
masker = TextMasker(KNOWN, names)

# Words that meet each other in every way: handles, what joins them, what hides them.
pieces = st.sampled_from(
    [
        *KNOWN, "@", "\uff20", "_", ".", "-", "/", "%40", "%2540", "%", "%62", "%ff", " ", "\n",
        "+", "=", "&", "é", "\u0301", "\u200b", "さん", "ß", "ﬀ", "㏂", "\uff22\uff2f\uff22", "BOB",
        "x", "9", "http://", "host.tld", "acct-", of("bob"), of("x"), "ACCT-" + "A" * 26,
        "\ud800", "\x00", "did:plc:", "did:plc:ab2c", "at://", "/users/", "x.com/", "id=",
        "bsky.app/profile/", "facebook.com/profile.php?", "/app.bsky.feed.post/", ":", "t.me/s/",
    ]
)  # fmt: skip
texts = st.lists(pieces, max_size=12).map("".join) | st.text(max_size=40)


@given(texts)
@example("@bob.thanks")
@example("boblocal@host王伟")
@example("boblocal@host王伟x")
@example("@u@a." + "b" * 70)
@example("%user@host.tld")
@example("bobbob@王伟jean-luc.p")
@example("%40_bob")
@example("@王伟bob")
@example("@bob\u0301-dash-")
@example("x@" + of("bob") + ".org")
def test_masking_a_masked_text_changes_nothing(text: str) -> None:
    once = masker.mask(text)
    assert masker.mask(once) == once


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("hello bob!", f"hello {of('bob')}!"),
        ("RT @BOB: hi", f"RT @{of('bob')}: hi"),
        ("#bob, bob's (bob)", f"#{of('bob')}, {of('bob')}'s ({of('bob')})"),
        ("_bob_ and __bob", f"_{of('bob')}_ and __{of('bob')}"),
        ("by some_name.", f"by {of('some_name')}."),
        ("\uff22\uff2f\uff22 \uff42\uff4f\uff42", f"{of('bob')} {of('bob')}"),
        ("b\u200bo\u00adb", of("bob")),
        ("MÜLLER mu\u0308ller Muller", " ".join([of("müller")] * 3)),
        ("see name.bsky.social.", f"see {of('name.bsky.social')}."),
        ("@name.bsky.social:", f"@{of('name.bsky.social')}:"),
        ("user@host.tld, @user@host.tld", f"{of('user@host.tld')}, @{of('user@host.tld')}"),
        ("local@host", of("local@host")),
        ("x_edge_ _edge_", f"x_edge_ {of('_edge_')}"),
        ("a -dash- b", f"a {of('-dash-')} b"),
        ("id 12345, 123456", f"id {of('12345')}, 123456"),
        ("the herald", f"the {of('herald')}"),
        ("A1 a1b", f"{of('a1')} a1b"),
        ("anna maria sings", f"{of('anna maria')} sings"),
        ("bobさん 王伟", f"{of('bob')}さん {of('王伟')}"),
        ("jean-luc.p-x", f"{of('jean-luc.p')}-x"),
    ],
)
def test_a_known_handle_is_masked_as_a_word_of_its_own(text: str, masked: str) -> None:
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    ("link", "masked"),
    [
        ("https://x.com/Bob/status/9", f"https://x.com/{of('bob')}/status/9"),
        ("https://m.social/@bob", f"https://m.social/@{of('bob')}"),
        ("https://x.com/?u=bob&v=1", f"https://x.com/?u={of('bob')}&v=1"),
        ("https://x.com/?u=%40bob", f"https://x.com/?u=%40{of('bob')}"),
        ("https://x.com/?u=%2540bob", f"https://x.com/?u=%2540{of('bob')}"),
        ("https://x.com/%62%6F%62/", f"https://x.com/{of('bob')}/"),
        ("https://x.com/%ff%40bob", f"https://x.com/%ff%40{of('bob')}"),
        ("https://x.com/m%C3%BCller", f"https://x.com/{of('müller')}"),
        ("https://name.bsky.social/p", f"https://{of('name.bsky.social')}/p"),
        ("https://x.com/user%40host.tld", f"https://x.com/{of('user@host.tld')}"),
    ],
)
def test_a_known_handle_is_masked_inside_a_link(link: str, masked: str) -> None:
    assert masker.mask(link) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("@stranger hi", f"@{of('stranger')} hi"),
        (".@stranger", f".@{of('stranger')}"),
        ("RT@stranger: x", f"RT@{of('stranger')}: x"),
        ("%40stranger", f"%40{of('stranger')}"),
        ("@_bob @bob_", f"@{of('_bob')} @{of('bob_')}"),
        ("@Grüße", f"@{of('grüße')}"),
        ("@who@else.org", f"@{of('who@else.org')}"),
        ("write to who.else+tag@mail.org", f"write to {of('who.else+tag@mail.org')}"),
    ],
)
def test_a_mention_or_address_of_a_stranger_is_masked(text: str, masked: str) -> None:
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "foobob",
        "bobby",
        "foo_bob",
        "bob_x",
        "b0b",
        "b\u043eb (Cyrillic o)",
        "100 % sure",
        "王伟民",
        "@",
        "",
    ],
)
def test_what_names_nobody_known_stays(text: str) -> None:
    assert masker.mask(text) == text


def test_a_handle_of_symbols_only_is_left_in_texts() -> None:
    assert TextMasker(["★★★"], names).mask("★★★ hi") == "★★★ hi"


def test_a_longer_known_handle_wins_over_its_beginning() -> None:
    both = TextMasker(["bob", "bob.bsky.social"], names)
    assert both.mask("bob.bsky.social bob") == f"{of('bob.bsky.social')} {of('bob')}"


def test_a_known_handle_that_looks_like_a_pseudonym_is_masked() -> None:
    false = "acct-" + "a" * 26
    assert TextMasker([false], names).mask(f"{false} @{false}") == f"{of(false)} @{of(false)}"


def test_a_handle_behind_a_pseudonym_is_masked() -> None:
    assert masker.mask(f"@{of('bob')}.herald") == f"@{of('bob')}.{of('herald')}"


def test_a_masker_uses_the_pseudonyms_of_its_platform() -> None:
    assert TextMasker(["bob"], names, "x").mask("bob @eve") == f"{of('bob', 'x')} @{of('eve', 'x')}"


def test_the_order_of_known_handles_does_not_matter() -> None:
    one, other = TextMasker(["müller", "muller"], names), TextMasker(["muller", "müller"], names)
    assert one.mask("müller muller") == other.mask("müller muller")


STRANGER = "did:plc:z72i7hdynmk6r22z27h6tvur"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("at://{}/app.bsky.feed.post/3k", STRANGER),
        ("{}/app.bsky.feed.post/3k", STRANGER),
        ("{}/app.bsky.feed.post/3k", "eve.example.org"),
        ("at://{}/app.bsky.feed.post/3k", "eve.example.org"),
        ("https://bsky.app/profile/{}/post/3k", STRANGER),
        ("https://bsky.app/profile/{}/post/3k", "eve.example.org"),
        ("https://cdn.example.org/img/plain/{}/bafkrei@jpeg", STRANGER),
        ("https://example.org/?who={}&x=1", STRANGER),
        ("ask {}, or not", STRANGER),
        ("ask @{}.", STRANGER),
        ("{}", "did:web:eve.example.org"),
        ("https://h.example.org/users/{}/statuses/1", "Eve_1"),
        ("https://twitter.com/{}/status/1", "Eve_1"),
        ("https://mobile.x.com/{}", "Eve_1"),
        ("x.com/{}?s=20", "Eve_1"),
        ("https://www.facebook.com/{}/posts/1", "eve.1"),
        ("https://www.facebook.com/profile.php?id={}&a=1", "100012345"),
        ("https://instagram.com/stories/{}/1", "eve_1"),
        ("https://t.me/s/{}/12", "eve_1"),
        ("https://www.youtube.com/channel/{}", "UCabc_1"),
    ],
)
def test_an_account_that_nobody_knows_is_masked_in_addresses(text: str, name: str) -> None:
    for form in (text.format(name), text.format(name).upper()):
        masked = masker.mask(form)
        assert masked.count(of(name)) == 1
        assert name.lower() not in masked.lower()
        assert TextMasker([name], names).mask(form) == masked


def test_a_did_in_percent_escapes_is_masked() -> None:
    assert (
        masker.mask("https://h.tld/?u=did%3Aplc%3Aabc2&x")
        == f"https://h.tld/?u={of('did:plc:abc2')}&x"
    )


@pytest.mark.parametrize(
    "text",
    [
        "https://twitter.com/i/web/status/1", "https://x.com/hashtag/vote", "https://t.me/c/12/3",
        "https://netflix.com/title/1", "https://facebook.com/story.php?id=1", "https://t.me/",
        "he did: nothing", "candid:plc:abc", "example.org/app/bsky", "https://x.com/?s=20",
    ],
)  # fmt: skip
def test_an_address_that_names_no_account_is_left(text: str) -> None:
    assert masker.mask(text) == text


def test_a_known_handle_is_masked_in_the_name_of_a_place_too() -> None:
    known = TextMasker(["quayside", "twitter", "users"], names)
    link = "https://quayside.example/@eve"
    assert known.mask(link) == f"https://{of('quayside')}.example/@{of('eve')}"
    # An ordinary word names nobody in a link either; the account behind it is found.
    assert known.mask("https://twitter.com/eve") == f"https://twitter.com/{of('eve')}"


@pytest.mark.parametrize(
    "text", ["a-b." * 20_000, "did:plc:" + "a:" * 20_000, "/users/" * 9_000, "x.com/" * 9_000]
)
def test_hostile_addresses_take_no_more_time_than_their_length(text: str) -> None:
    begun = time.monotonic()
    masker.mask(f"@ {text}")
    assert time.monotonic() - begun < 2


@given(st.permutations(["müller", "mülle\u0301r", "Muller", "x.muller", "muller.y", "@a b"]), texts)
def test_a_masker_that_learns_later_masks_like_one_that_knew(known: list[str], text: str) -> None:
    learning = TextMasker(known[:2], names)
    assert [learning.learn(handle) for handle in known[2:]] == list(map(of, known[2:]))
    text += " müller, x.muller.y " + " ".join(known)
    assert learning.mask(text) == TextMasker(sorted(known), names).mask(text)


def test_a_handle_without_a_letter_or_digit_is_not_learned() -> None:
    assert TextMasker([], names).learn("★★★") == ""


ascii_handles = st.from_regex(r"[A-Za-z0-9_]{3,15}", fullmatch=True).filter(
    lambda handle: bool(handle.strip("_")) and not "acct-".startswith(handle.lower())
)
plantings = st.sampled_from(
    [
        "{}", "@{}", ".@{}", "RT @{}: so", "https://x.com/{}/status/1", "/x?u={}&t=1", "%40{}",
        "({})", "{}'s", "#{}", "https://{}.example.org/", "„{}“", "é {} é", "{}さん",
        "*{}*", "<b>{}</b>",
    ]
)  # fmt: skip


ORDINARY = (
    "a", "to", "T", "на", "de", "the", "news", "News", "2024", "7", "media", "جديد", "أخبار",
    "новости", "και", "समाचार", "haber", "noticias", "的", "新闻",
)  # fmt: skip


@pytest.mark.parametrize("handle", ORDINARY)
def test_a_handle_that_is_an_ordinary_word_stays_where_it_is_a_plain_word(handle: str) -> None:
    masker = TextMasker([handle], names)
    # One mention of "@the" would else take the word out of every text.
    plain = (
        f"so {handle} it, #{handle}; ({handle}) {handle}: {handle}.co/x, https://{handle}.co/y "
        f"https://site.example/{handle}/{handle}?q={handle}"
    )
    assert masker.mask(plain) == plain


@pytest.mark.parametrize("handle", ORDINARY)
@pytest.mark.parametrize(
    "place",
    [
        "@{}", ".@{}!", "RT @{}: so", "RT {}: so", "u/{} says", "/u/{}", "https://forum.example/u/{}",
        "https://forum.example/user/{}/posts", "/x?u={}", "/x?screen_name={}&b=1", "from:{}",
        "https://x.com/{}", "https://twitter.com/{}/status/1", "https://t.me/{}/17",
        "https://m.example/@{}", "https://m.example/users/{}", "https://nitter.example/{}/status/1",
        "https://www.youtube.com/{}", "https://vk.com/{}", "https://facebook.com/{}", "%40{}",
        "https://{}.tumblr.com/", "https://{}.bsky.social", "https://bsky.app/profile/{}",
        "{}_55501",
    ],
)  # fmt: skip
def test_an_ordinary_word_is_masked_where_it_is_marked_as_a_handle(handle: str, place: str) -> None:
    assert of(handle) in TextMasker([handle], names).mask(place.format(handle))


@pytest.mark.parametrize(
    "handle",
    ["harbour_watch", "zorbalina", "a1", "20245", "the_news", "мосвест", "سهامنزار", "岚风语"],
)
def test_a_rare_handle_is_masked_however_often_it_is_written(handle: str) -> None:
    """Whoever writes somebody's handle in every post does not make an ordinary word of it."""
    masker = TextMasker([handle], names)
    for _ in range(1_000):
        assert masker.mask(f"so {handle} it") == f"so {of(handle)} it"


@pytest.mark.parametrize("name", ["maria", "john", "müller", "محمد", "сергей", "иванов"])
def test_names_of_persons_are_no_ordinary_words(name: str) -> None:
    assert not is_ordinary(name)


def test_each_language_of_the_list_has_the_same_notions() -> None:
    file = Path(ordinary.__file__).with_name("ordinary_words.toml")
    ours = tomllib.loads(file.read_text("utf-8"))
    assert {len(words.split()) for words in ours["words"].values()} == {len(ours["notions"])}


def test_somebody_called_http_breaks_no_link() -> None:
    masker = TextMasker(["http", "https", "www", "com"], names)
    text = "see https://www.site.example/a and http://t.example.com/x"
    assert masker.mask(text) == text
    assert masker.mask("@http says") == f"@{of('http')} says"


def test_a_word_with_an_accent_is_judged_as_it_stands() -> None:
    """ "thë" is folded to "the"; it takes "the" out of no text, and is masked itself."""
    masker = TextMasker(["thë"], names)
    assert masker.mask("the thë") == f"the {of('thë')}"


def test_the_list_has_words_and_no_signs() -> None:
    words = ordinary_words()
    assert len(words) > 15_000
    assert not any(re.search(r"[\d\s_@./-]", word) for word in words)


def test_two_letters_of_a_script_without_blanks_are_a_name() -> None:
    assert TextMasker(["王伟"], names).mask("和 王伟 谈") == f"和 {of('王伟')} 谈"


@given(
    ascii_handles.filter(lambda handle: not is_ordinary(handle)),
    st.lists(plantings, min_size=1, max_size=4),
)
def test_a_planted_handle_is_found_nowhere(handle: str, places: list[str]) -> None:
    text = " | ".join(place.format(handle) for place in places)
    masked = TextMasker([handle], names).mask(text)
    assert masked.count(of(handle)) >= len(places)
    alone = rf"(?<![0-9a-z_]){handle}(?![0-9a-z_])"
    assert not re.search(alone, masked.replace(of(handle), ""), re.IGNORECASE)


@given(st.text(min_size=1, max_size=12))
def test_any_handle_with_a_letter_is_masked_between_blanks(handle: str) -> None:
    known = TextMasker([handle], names)
    assume(known._starts and not any(map(is_ordinary, (handle, *known._names))))
    text = f" {handle.strip()} "
    assert TextMasker([handle], names).mask(text) != text


@given(ascii_handles.filter(lambda handle: not is_ordinary(handle)))
def test_a_percent_escaped_handle_is_masked(handle: str) -> None:
    escaped = "".join(f"%{ord(letter):02x}" for letter in handle)
    masked = TextMasker([handle], names).mask(f"/{escaped}/")
    assert masked == f"/{of(handle)}/"
    assert handle not in urllib.parse.unquote(masked)


@pytest.mark.parametrize(
    "unit", ["a", "a.", "a-", "a.b_c@", "%41", "@", "é", "_", "bob_", "%", "@a.b", "a@b.", "acct-"]
)
def test_a_post_of_a_million_letters_is_masked(unit: str) -> None:
    """It ends: a search whose cost grew with the square of the length would not."""
    post = unit * (1_000_000 // len(unit))
    assert masker.mask(masker.mask(post)) == masker.mask(post)


@pytest.mark.parametrize("longer", ["ruritania_today", "ruritania-today", "ruritania.today"])
@pytest.mark.parametrize(
    "text", ["новости #Ruritania", "новости ruritania", "#Ruritania", "Ünfug @ruritania"]
)
def test_a_handle_at_the_end_that_begins_a_longer_one_is_masked(text: str, longer: str) -> None:
    masked = TextMasker(["ruritania", longer], Pseudonymiser(bytes(32))).mask(text)
    assert "ruritania" not in masked.casefold()
    assert Pseudonymiser(bytes(32)).of("ruritania") in masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("post bob_55501 is", f"post {of('bob')}_55501 is"),
        ("12345_678", f"{of('12345')}_678"),
        ("Some_Name_1_22", f"{of('Some_Name')}_1_22"),
        ("bob_55501_", f"{of('bob')}_55501_"),
        ("bob_55x", "bob_55x"),
        ("bob_fan", "bob_fan"),
        ("xbob_1", "xbob_1"),
    ],
)
def test_a_number_behind_an_underscore_ends_a_known_handle(text: str, masked: str) -> None:
    assert masker.mask(text) == masked


@given(st.text(alphabet="_09a.", max_size=12), st.data())
def test_a_number_behind_a_handle_is_what_its_pattern_says(text: str, data: st.DataObject) -> None:
    """One walk over a run answers as a pattern that is tried at each of its places."""
    pattern = re.compile(r"(?:_+[0-9]+)+_*(?![0-9a-z_])")
    numbers = _Numbers(text)
    places = st.lists(st.integers(0, max(0, len(text) - 1)), max_size=6)
    for at in data.draw(places) if text else []:
        assert numbers.begin(at) == bool(pattern.match(text, at)), at
