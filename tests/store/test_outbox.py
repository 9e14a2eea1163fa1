"""A draft is sent once, whoever says so how often."""

import pytest

from legation.errors import ConflictError, NotFoundError
from legation.store.opening import Store

from .conftest import START, Clock


def test_a_draft_waits_until_it_is_sent(store: Store, clock: Clock) -> None:
    draft = store.outbox.draft("mail", "case--1", b"words")
    assert store.outbox.pending() == [draft]
    later = clock.pass_time(minutes=5)
    sent = store.outbox.mark_sent(draft.draft_id, receipt="250 ok")
    assert store.outbox.pending() == []
    assert (sent.created, sent.sent, sent.receipt, sent.body) == (START, later, "250 ok", b"words")


def test_what_waits_is_asked_for_by_channel_and_by_what_it_is_about(store: Store) -> None:
    letter = store.outbox.draft("letter", "case--1", b"words")
    request = store.outbox.draft("contact-point", "case--1", b"words")
    other = store.outbox.draft("letter", "case--2", b"words")
    assert store.outbox.pending(subject="case--1") == [letter, request]
    assert store.outbox.pending("letter", subject="case--2") == [other]
    assert store.outbox.pending("letter", subject="case--3") == []


def test_a_draft_written_twice_is_one(store: Store) -> None:
    first = store.outbox.draft("mail", "case--1", b"words")
    assert store.outbox.draft("mail", "case--1", b"words") == first
    assert len(store.outbox.pending()) == 1


def test_a_sent_draft_is_not_sent_again_when_it_is_written_again(store: Store) -> None:
    draft = store.outbox.draft("mail", "case--1", b"words")
    store.outbox.mark_sent(draft.draft_id)
    assert store.outbox.draft("mail", "case--1", b"words").sent == START
    assert store.outbox.pending() == []


def test_the_first_report_of_sending_counts(store: Store, clock: Clock) -> None:
    draft = store.outbox.draft("mail", "case--1", b"words")
    first = store.outbox.mark_sent(draft.draft_id, receipt="first")
    clock.pass_time(minutes=1)
    assert store.outbox.mark_sent(draft.draft_id, receipt="second") == first


def test_a_key_tells_two_sendings_of_one_content_apart(store: Store) -> None:
    for number in ("1", "2", "2"):
        store.outbox.draft("mail", "case--1", b"reminder", key=number)
    assert len(store.outbox.pending()) == 2
    with pytest.raises(ConflictError):
        store.outbox.draft("mail", "case--1", b"other words", key="1")


def test_each_channel_sees_its_own_drafts_the_oldest_first(store: Store) -> None:
    for number in range(3):
        store.outbox.draft("mail", f"case--{number}", b"words")
    store.outbox.draft("taxii", "case--9", b"words")
    assert [draft.subject for draft in store.outbox.pending("mail", limit=2)] == [
        "case--0",
        "case--1",
    ]


def test_an_unknown_draft_cannot_be_sent(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.outbox.mark_sent("nothing")
