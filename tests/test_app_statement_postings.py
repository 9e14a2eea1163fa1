"""Postings of statements: who is official is so for a time, and everybody else is not listed."""

from datetime import UTC, date, datetime

from legation.app.statements.postings import Posted, find_postings
from legation.missions.register import Voice
from legation.store.posts_said import SaidPost
from legation.threats.impersonation.altered_copies import Issued

TEXT = "The talks with Tarvia begin on 3 May in Velmar, and both sides attend with ten experts."
STATEMENT = Issued(issuer="Aldania", number="2026/1", language="en", text=TEXT, issued=0)
DESK = Voice(
    key="desk",
    state="FR",
    kind="account",
    name="desk",
    platform="x",
    office="foreign ministry",
    rule="named on its page",
    since=date(2026, 1, 1),
    until=date(2026, 6, 30),
    source="its page",
    as_of=date(2026, 7, 1),
)


def found(*posts: tuple[str, str, datetime]) -> Posted:
    said = [
        SaidPost(post_id=f"p{n}", account_id=who, time=int(at.timestamp()), text=text)
        for n, (who, text, at) in enumerate(posts)
    ]
    return find_postings([STATEMENT], {"acct-desk": (DESK,)}, sorted(said, key=lambda p: p.text))


def day(month: int) -> datetime:
    return datetime(2026, month, 15, tzinfo=UTC)


def test_an_account_is_official_from_its_first_day_to_its_last() -> None:
    told = found(("acct-desk", TEXT, day(3)), ("acct-desk", TEXT, day(9)))
    assert [one.post_id for one in told.postings] == ["p0"]
    assert told.copies == ()


def test_changed_words_on_an_account_that_was_official_are_those_of_anybody() -> None:
    lie = TEXT.replace("3 May", "9 May")
    told = found(("acct-desk", lie, day(3)), ("acct-desk", lie, day(9)))
    assert [one.post_id for one in told.reworded] == ["p0"]
    assert [one.post_id for copy in told.copies for one in copy.copies] == ["p1"]


def test_who_quotes_a_statement_is_not_listed() -> None:
    told = found(("acct-reader", TEXT, day(3)), ("acct-reader", f"“{TEXT}” Well.", day(3)))
    assert (told.postings, told.reworded, told.copies, told.posts) == ((), (), (), 2)


def test_one_number_can_be_asked_for() -> None:
    told = found(("acct-desk", TEXT, day(3)))
    assert told.of("2026/1") == told.of("") == told
    assert told.of("2026/2").postings == ()
