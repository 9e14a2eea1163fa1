"""What stands at the foot of a page is about what it shows; the manual says its own language."""

import re
from collections.abc import Iterator

import pytest

from legation.desk.spoken import COOKIE
from legation.threats.disinformation.findings import CAVEAT
from worlds.busy_desk import BusyDesk, busy_desk

# Pages on which campaigns or ties are told of; all others say nothing of coordination.
TELL = re.compile(
    r"^/$|^/watch/campaigns|^/campaign/|^/search|^/notices$|^/notice/|^/decisions?(/|$)|^/words"
)
FOOT = re.compile(r'<footer class="foot">.*?</footer>', re.DOTALL)
START = CAVEAT[:32]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BusyDesk]:
    with busy_desk(tmp_path_factory.mktemp("feet")) as opened:
        yield opened


def test_the_caveat_of_coordination_stands_where_campaigns_are_and_nowhere_else(
    desk: BusyDesk,
) -> None:
    met, wrong = set(), []
    for path in desk.pages():
        answer = desk.person.get(path)
        foot = FOOT.search(answer.text)
        if answer.status_code != 200 or foot is None:
            continue
        says = START in foot[0]
        met.add(says)
        if says != bool(TELL.match(path)):
            wrong.append((path, says))
    assert met == {True, False}
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "said"), [("fr", "Ce manuel est rédigé en anglais"), ("ar", "هذا الدليل مكتوب")]
)
def test_a_page_of_the_manual_says_in_the_readers_language_that_it_is_in_english(
    desk: BusyDesk, code: str, said: str
) -> None:
    cookie = f"legation-session={desk.person.secret}; {COOKIE}={code}"
    for path in ("/help", "/help/how-to/jobs"):
        page = desk.person.client.get(path, headers={"cookie": cookie}).text
        assert said in page
        assert '<article class="manual" lang="en" dir="ltr">' in page
        assert '<ul lang="en" dir="ltr">' in page
        trail = re.search(r'<nav class="trail".*?</nav>', page, re.DOTALL)
        assert trail is not None
        if path != "/help":
            assert '<span lang="en" dir="ltr">' in trail[0]
    assert said not in desk.person.get("/help").text
