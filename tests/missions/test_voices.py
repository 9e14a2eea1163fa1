"""Official accounts and domains: one spelling for each, look-alikes told apart."""

from datetime import date

import msgspec
import pytest

from legation.errors import RecordError
from legation.missions.apart import verify_apart
from legation.missions.register import Voice
from legation.missions.voices import (
    PLATFORMS,
    account_of,
    settled,
    spellings,
    verify_told_apart,
)
from legation.text.hosts import readable

SINCE = date(2020, 1, 1)


def voice(name: str, platform: str = "x", **more: object) -> Voice:
    said = {
        "key": "mfa",
        "state": "XA",
        "kind": "account",
        "name": name,
        "platform": platform,
        "office": "foreign ministry",
        "rule": "named on the ministry's site",
        "since": SINCE,
        "source": "site",
        "as_of": SINCE,
    }
    return msgspec.convert(said | more, Voice)


def domain(name: str, **more: object) -> Voice:
    return voice(name, "", kind="domain", **more)


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("MFA_Aldria", "x"),
        ("@MFA_Aldria", "X"),
        ("mfa_aldria", "Twitter"),
        (" @ MFA_Aldria ", "twitter.com"),
        ("MFA\u200b_Aldria", "x.com"),
        ("\uff2dFA_Aldria", "TWITTER"),
        ("https://twitter.com/MFA_Aldria", ""),
        ("https://mobile.twitter.com/mfa_aldria?lang=en", "x"),
        ("x.com/MFA_Aldria/status/1", ""),
        ("https://www.X.com/MFA_Aldria/", "Twitter"),
    ],
)
def test_an_account_is_one_however_it_is_written(name: str, platform: str) -> None:
    found = settled(voice(name, platform))
    assert (found.platform, found.name.casefold()) == ("x", "mfa_aldria")
    assert settled(found) == found
    assert account_of(found) == account_of(voice(name, platform)) == ("x", "mfa_aldria")
    ((_, fault),) = verify_apart([(2, found)], {"old": voice("MFA_Aldria", key="old")})
    assert "held in the same days" in str(fault)


@pytest.mark.parametrize(
    ("name", "platform", "account"),
    [
        ("https://t.me/s/aldria_mfa", "", ("telegram", "aldria_mfa")),
        ("https://www.facebook.com/Aldria.MFA", "fb", ("facebook", "aldriamfa")),
        ("https://www.youtube.com/@AldriaMFA", "", ("youtube", "aldriamfa")),
        (
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv",
            "",
            ("youtube", "UCabcdefghijklmnopqrstuv"),
        ),
        ("https://social.example/@mfa", "mastodon", ("mastodon", "mfa@social.example")),
        ("https://bsky.app/profile/mfa.example", "", ("bluesky", "mfa.example")),
        ("\u0432\u043d\u0435\u0448", "A Forum", ("a forum", "\u0432\u043d\u0435\u0448")),
    ],
)
def test_the_address_of_a_profile_is_its_platform_and_handle(
    name: str, platform: str, account: tuple[str, str]
) -> None:
    assert account_of(voice(name, platform)) == account


@pytest.mark.parametrize(
    "name",
    [
        "mfa.example",
        "MFA.Example.",
        "https://www.mfa.example/news?id=1",
        "www.mfa.example",
        "mfa\u3002example",
        "mfa\u200b.example",
        "\uff4dfa.example",
    ],
)
def test_a_domain_is_one_however_it_is_written(name: str) -> None:
    assert settled(domain(name)).name == "mfa.example"


def test_a_domain_of_another_script_has_one_name() -> None:
    for name in ("m\u00fcnchen.example", "M\u00dcNCHEN.example", "xn--mnchen-3ya.example."):
        assert settled(domain(name)).name == "xn--mnchen-3ya.example"
    assert readable("xn--mnchen-3ya.example") == "m\u00fcnchen.example"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (voice("MFA", ""), "without its platform"),
        (voice("\u041cFA_Aldria"), "can be no account on x: '\u041c' .CYRILLIC CAPITAL LETTER EM"),
        (voice("mfa aldria"), "can be no account on x"),
        (voice("a" * 21), "can be no account on x"),
        (voice("@"), "can be no account on x"),
        (voice("@\u200b", "a forum"), "has no name"),
        (voice("https://t.me/aldria", "x"), "the address is one of telegram, the platform is x"),
        (voice("https://elsewhere.example/mfa"), "no platform is known at"),
        (voice("https://x.com/"), "names no account"),
        (domain("no domain"), "is no domain"),
        (domain("mfa"), "is no domain"),
        (domain("192.0.2.1"), "is no domain"),
        (domain("-a.example"), "is no domain"),
        (domain("a..example"), "is no domain"),
        (domain("https://[x"), "is no domain"),
        (domain("xn--zzzzzz.example"), "is no domain"),
        (domain("a" * 64 + ".example"), "is no domain"),
    ],
)
def test_what_can_be_no_account_or_domain_is_refused_with_its_column(row: Voice, said: str) -> None:
    with pytest.raises(RecordError, match=said) as refused:
        settled(row)
    assert refused.value.place in ("name", "platform")
    assert refused.value.hint


ALIKE = [
    (voice("mfa_aldria"), voice("rnfa_aldria", key="b")),
    (voice("mfa_aldria"), voice("mfa_a1dria", key="b")),
    (voice("mfa_aldria"), voice("mfa_aIdria", key="b")),
    (voice("o_ministry"), voice("0_ministry", key="b")),
    (voice("mfa", "a forum"), voice("\u043cf\u0430", "a forum", key="b")),
    (domain("mfa.example"), domain("mf\u0430.example", key="b")),
    (domain("mfa.example"), domain("xn--mf-8kc.example", key="b")),
]


@pytest.mark.parametrize(("old", "new"), ALIKE)
@pytest.mark.parametrize("state", ["XA", "XB"])
def test_a_look_alike_is_no_second_official_account_unless_somebody_says_so(
    old: Voice, new: Voice, state: str
) -> None:
    old, new = settled(old), settled(msgspec.structs.replace(new, state=state))
    assert account_of(old) != account_of(new)
    for rows, on_record in (
        ([(3, new)], {old.key: old}),
        ([(2, old), (3, new)], {}),
    ):
        ((line, fault),) = verify_told_apart(rows, on_record)
        assert line == 3
        assert f"the official {old.kind} of XA in the row 'mfa'" in str(fault)
        assert "write mfa into `alike`" in fault.hint
    said = msgspec.structs.replace(new, alike=("mfa",))
    assert verify_told_apart([(3, said)], {old.key: old}) == []
    # What was said once holds for both.
    other = msgspec.structs.replace(old, office="another")
    assert verify_told_apart([(2, other)], {old.key: old, said.key: said}) == []


def test_names_that_only_resemble_each_other_are_let_be() -> None:
    one = voice("mfa_aldria")
    for other in (
        voice("mfa_bevora", key="b"),
        voice("mfa_aldria", "telegram", key="b"),
        voice("mfa_aldria2", key="b"),
        domain("mfa-aldria.example", key="b"),
    ):
        assert verify_told_apart([(3, other)], {"mfa": one}) == []


def test_posts_may_name_a_platform_in_each_of_its_ways() -> None:
    assert {"x", "X", "twitter", "Twitter"} <= set(spellings("x"))
    assert {"A Forum", "a forum"} <= {*spellings("A Forum"), *spellings("a forum")}
    names = [name for one in PLATFORMS for name in one.names]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "name",
    [
        "http://mfa.aldria.example@evil.example",
        "mfa.aldria.example@evil.example",
        "https://user:word@evil.example/path",
        "http://mfa.aldria.example\\@evil.example",
    ],
)
def test_a_domain_whose_address_names_a_user_is_refused(name: str) -> None:
    with pytest.raises(RecordError, match="names a user before the host"):
        settled(domain(name))


def test_an_account_whose_address_names_a_user_is_refused() -> None:
    with pytest.raises(RecordError, match="names a user before the host"):
        settled(voice("https://instagram.com@x.com/mfa_aldria", ""))


@pytest.mark.parametrize(
    ("platform", "like"),
    [
        ("\u0445", "x"),
        ("tw1tter", "twitter"),
        ("lnstagram", "instagram"),
        ("T\u0435legram", "telegram"),
    ],
)
def test_a_platform_that_looks_like_another_is_refused_with_its_name(
    platform: str, like: str
) -> None:
    with pytest.raises(RecordError, match=f"looks like '{like}'") as refused:
        settled(voice("mfa_aldria", platform))
    assert refused.value.place == "platform"


def test_two_platforms_of_no_list_that_look_alike_are_told_apart() -> None:
    one = settled(voice("mfa", "socia1", key="one"))
    two = settled(voice("mfa", "social", key="two"))
    assert verify_told_apart([(2, one), (3, two)], {})[0][0] == 3


def test_c_and_l_together_look_like_d() -> None:
    one, two = (
        settled(domain("mfa.aldria.example")),
        settled(domain("mfa.alclria.example", key="two")),
    )
    ((line, fault),) = verify_told_apart([(2, one), (3, two)], {})
    assert line == 3
    assert "looks like 'mfa.aldria.example'" in str(fault)
