"""To which hosts links lead, counted from posts beside a plain count."""

from collections import defaultdict
from contextlib import closing

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from legation.store.coaction_numbers import number_accounts
from legation.store.duck import connect
from legation.store.linked import linked_counts, linked_hosts
from worlds.coactions import START, Post, load

LINKS = (
    "https://mfa.example/a",
    "HTTP://MFA.example",
    "https://press.mfa.example/?q=1",
    "https://mfa.example@evil.test/x",
    "https://news.test:8080/#a",
    "no link",
    "",
)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.lists(st.sampled_from(LINKS), max_size=3)), max_size=12
    )
)
def test_hosts_and_counts_are_those_of_a_plain_count(rows: list[tuple[str, list[str]]]) -> None:
    made = [
        Post(post_id=f"p{n}", account_id=who, time=START + n, urls=tuple(urls))
        for n, (who, urls) in enumerate(rows)
    ]
    of = {"a": (0,), "b": (0, 1), "c": ()}
    wanted = {"mfa.example": 0, "press.mfa.example": 0, "mfa.example@evil.test": 1}
    hosts: set[str] = set()
    who_led: dict[tuple[int, int], set[str]] = defaultdict(set)
    led: dict[tuple[int, int], set[str]] = defaultdict(set)
    for post in made:
        for url in post.urls:
            host = url.lower().partition("://")[2] or url.lower()
            host = host.split("/")[0].split("?")[0].split("#")[0].split(" ")[0]
            for group in of[post.account_id] if host else ():
                hosts.add(host)
                if host in wanted:
                    who_led[group, wanted[host]].add(post.account_id)
                    led[group, wanted[host]].add(post.post_id)
    with closing(connect(threads=1)) as connection:
        load(connection, made)
        number_accounts(connection, "post")
        numbers = dict(
            connection.execute("SELECT account_id, account FROM coaction_account").fetchall()
        )
        pairs = [(group, numbers[who]) for who in numbers for group in of[who]]
        members = {
            "of": np.array([group for group, _ in pairs], np.int64),
            "account": np.array([account for _, account in pairs], np.int64),
        }
        assert linked_hosts(connection, members) == tuple(sorted(hosts))
        assert linked_counts(connection, members, {}) == {}
        found = linked_counts(connection, members, wanted)
    assert found == {key: (len(who_led[key]), len(led[key])) for key in led}
