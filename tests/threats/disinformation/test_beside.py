"""Official domains, what looks like one, and protected names: told beside a campaign, no more."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.threats.disinformation.beside import (
    NOTHING,
    Beside,
    Judged,
    Official,
    OfficialDomains,
    Protected,
    ProtectedNames,
    linked,
)
from legation.threats.disinformation.linked import WrittenName


def official(domain: str = "mfa.aldria.example", state: str = "XA", **other: str) -> Official:
    said = {"office": "foreign ministry", "rule": "its own list", "source": "its gazette"}
    return Official(domain=domain, state=state, **(said | other))


DOMAINS = OfficialDomains([official(), official("aldria.example", office="government")])


@pytest.mark.parametrize(
    "link",
    ["mfa.aldria.example", "www.mfa.aldria.example", "visa.mfa.aldria.example:443"],
)
def test_the_domain_and_hosts_within_it_are_official(link: str) -> None:
    assert DOMAINS.judge(link) == Judged(official="mfa.aldria.example")


def test_of_two_official_domains_the_nearer_is_told() -> None:
    assert DOMAINS.judge("press.aldria.example") == Judged(official="aldria.example")
    found = DOMAINS.judge("mfa.aldria.example.evil.test")
    assert found is not None
    assert found.official == "mfa.aldria.example"


@pytest.mark.parametrize(
    ("link", "way", "host"),
    [
        ("mfa.a1dria.example", "letters", "mfa.a1dria.example"),
        ("rnfa.aldria.examp1e", "letters", "rnfa.aldria.examp1e"),
        ("mfa.\u0430ldria.example", "letters", "mfa.xn--ldria-3ve.example"),
        ("mfa.xn--ldria-3ve.example", "letters", "mfa.xn--ldria-3ve.example"),
        ("mfa.aldria.example.login.test", "inside", "mfa.aldria.example.login.test"),
        ("x.mfa.a1dria.example.login.test", "inside", "x.mfa.a1dria.example.login.test"),
        ("mfa.aldria.example@evil.test", "before @", "evil.test"),
        ("mfa.aldria.example:in@evil.test:80", "before @", "evil.test"),
    ],
)
def test_what_looks_like_an_official_domain_and_is_another_is_told_with_the_way(
    link: str, way: str, host: str
) -> None:
    found = DOMAINS.judge(link)
    assert found is not None
    assert (found.official, found.way, found.host) == ("mfa.aldria.example", way, host)


@pytest.mark.parametrize(
    "link",
    [
        "mfa.bldria.example",
        "mfaaldria.example",
        "example",
        "",
        "mfa.aldria",
        "a" * 300 + ".aldria.example.test",
        "xn--.example",
        "ann@news.test",
        "[::1]",
    ],
)
def test_other_hosts_are_none_of_it(link: str) -> None:
    assert DOMAINS.judge(link) is None


def test_a_look_alike_that_is_on_record_itself_is_official() -> None:
    both = OfficialDomains([official(), official("mfa.a1dria.example", "XB")])
    assert both.judge("mfa.a1dria.example") == Judged(official="mfa.a1dria.example")


@given(st.text(max_size=80))
def test_any_authority_is_judged_and_the_same_way_each_time(link: str) -> None:
    assert DOMAINS.judge(link) == DOMAINS.judge(link)


def test_a_finding_carries_state_rule_source_and_counts() -> None:
    found = DOMAINS.tell({Judged(official="mfa.aldria.example"): (3, 9)})
    (one,) = found
    assert (one.official, one.state, one.office) == ("mfa.aldria.example", "XA", "foreign ministry")
    assert (one.rule, one.source, one.accounts, one.posts) == ("its own list", "its gazette", 3, 9)
    assert (one.way, one.host) == (None, "")


def test_a_domain_that_stands_on_record_twice_is_told_by_each_row() -> None:
    twice = OfficialDomains([official(rule="until 2020"), official(rule="since 2020")])
    told = twice.tell({Judged(official="mfa.aldria.example"): (1, 1)})
    assert [one.rule for one in told] == ["since 2020", "until 2020"]


@given(st.permutations(["XA", "XB", "XC"]))
def test_swapping_states_swaps_the_findings_and_nothing_else(states: list[str]) -> None:
    def told(codes: Mapping[str, str]) -> list[tuple[object, ...]]:
        rows = [official(f"mfa.{name}.example", codes[name]) for name in ("one", "two", "three")]
        domains = OfficialDomains(rows)
        hosts = ["mfa.one.example", "mfa.tw0.example", "mfa.three.example.test"]
        things = [found for host in hosts if (found := domains.judge(host))]
        return [
            (one.official, one.host, one.way, one.state, one.posts)
            for one in domains.tell(dict.fromkeys(things, (2, 4)))
        ]

    plain = dict(zip(("one", "two", "three"), ("XA", "XB", "XC"), strict=True))
    other = dict(zip(plain, states, strict=True))
    swap = dict(zip(plain.values(), states, strict=True))
    assert told(other) == [(*row[:3], swap[str(row[3])], row[4]) for row in told(plain)]


def test_each_campaign_is_told_its_own_links_and_one_count_for_all_hosts_of_a_domain() -> None:
    asked: list[Mapping[str, int]] = []

    def count(wanted: Mapping[str, int]) -> dict[tuple[int, int], tuple[int, int]]:
        asked.append(wanted)
        return {(0, 0): (2, 5), (1, 1): (1, 1)}

    hosts = (
        "mfa.aldria.example",
        "mfa.aldria.example.evil.test",
        "news.test",
        "x.mfa.aldria.example",
    )
    first, second, third = linked(Beside(domains=(official(),)), hosts, count, 3)
    assert asked == [{hosts[0]: 0, hosts[1]: 1, hosts[3]: 0}]
    assert [(one.way, one.accounts, one.posts) for one in first] == [(None, 2, 5)]
    assert [(one.way, one.host) for one in second] == [("inside", hosts[1])]
    assert third == ()


NAMES = ProtectedNames(
    [
        Protected(role="head of mission", mission="paris", record="person-1"),
        Protected(role="consul", mission="paris", record="person-2"),
        Protected(role="deputy", mission="paris", record="person-3"),
    ],
    {"person-1": "Anna Berg", "person-2": "Lind"},
)
WRITTEN = WrittenName(role="head of mission", mission="paris", posts=1)


@pytest.mark.parametrize(
    "text",
    ["anna berg says no", "Berg, Anna", "#ANNA BERG!", "\u0410nna B\u0435rg", "\u00c1nna  Berg"],
)
def test_a_protected_name_is_found_in_any_spelling_and_told_without_it(text: str) -> None:
    (found,) = NAMES.detect([text])
    assert found == WRITTEN
    assert "berg" not in repr(found).casefold()


@pytest.mark.parametrize(
    "text", ["", "anna and the berg", "hanna berg", "lind says no", "annaberg"]
)
def test_other_words_are_no_protected_name(text: str) -> None:
    assert NAMES.detect([text]) == ()


def test_a_post_counts_once_for_an_office() -> None:
    (found,) = NAMES.detect(["anna berg, anna berg", "berg anna", "nobody"])
    assert found.posts == 2


def test_no_name_and_no_hash_of_one_goes_into_the_id_of_a_run() -> None:
    office = Protected(role="consul", mission="paris", record="person-2")
    opened: list[str] = []

    def names() -> dict[str, str]:
        opened.append("person-2")
        return {"person-2": "Bo Lind"}

    assert Beside(offices=(office,), names=names).told() == [["person-2"]]
    assert opened == []
    assert NOTHING.told() == []
