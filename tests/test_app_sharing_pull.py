"""One desk pulls what another serves: two homes, a real line between them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.sharing.pulling import Entry, Pulling
from legation.errors import ConflictError, DeniedError, LegationError, UsageError
from legation.sources.taxii.access import Access
from legation.sources.taxii.client import TaxiiClient
from legation.stix.received import received
from legation.store.exchange.collections import Posting
from legation.store.exchange.reading import Wanted
from worlds.taxii_desk import TaxiiDesk, taxii_desk


def campaign(number: int, at: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "type": "campaign",
        "spec_version": "2.1",
        "id": f"campaign--{number:08d}-0000-4000-8000-000000000000",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": f"2026-01-01T00:00:{at:02d}.000Z",
        "name": f"campaign {number}",
        **more,
    }


class Pair:
    """A partner's desk that serves, and ours that pulls."""

    def __init__(self, theirs: TaxiiDesk, ours: TaxiiDesk, folder: Path) -> None:
        self.theirs, self.ours, self.folder = theirs, ours, folder
        theirs.partner("us")
        self.collection = theirs.collection("for us", us="rw")
        self.address = f"{theirs.serve()}/taxii2/exchange/"
        ours.roster.add("Aldria")
        self.token = folder / "token"
        self.token.write_text(theirs.tokens["us"] + "\n")
        self.pulling = Pulling(ours.store, ours.clock, "test")

    def add(self, name: str = "aldria", **entry: str) -> None:
        given = entry or {"token_file": str(self.token)}
        self.pulling.add(name, "Aldria", self.address, self.collection, Entry(**given))

    def here(self) -> list[Any]:
        """Return what stands in the collection for what they send."""
        number = self.ours.store.partners.get("Aldria").inbox
        with self.ours.store.collections.reading(number) as shelf:
            asked = Wanted(which=("all",))
            found, _ = shelf.page(asked, after_us=0, limit=10_000, most_bytes=10**9)
        return [msgspec.json.decode(one.raw) for one in found]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with taxii_desk(tmp_path / "theirs") as theirs, taxii_desk(tmp_path / "ours") as ours:
        yield Pair(theirs, ours, tmp_path)


def test_what_a_partner_has_is_taken_in_byte_for_byte(pair: Pair) -> None:
    raw = msgspec.json.format(msgspec.json.encode(campaign(1, x_odd="é\u202e")), indent=3)
    pair.theirs.post("us", pair.collection, raw, campaign(2))
    pair.add()
    done = pair.pulling.pull("aldria")
    assert (done.new, done.known, done.refused) == (2, 0, 0)
    number = pair.ours.store.partners.get("Aldria").inbox
    with pair.ours.store.collections.reading(number) as shelf:
        found, _ = shelf.page(Wanted(), after_us=0, limit=9, most_bytes=10**6)
    assert found[0].raw == raw


def test_only_what_is_new_is_taken_the_next_time(pair: Pair) -> None:
    pair.theirs.post("us", pair.collection, *(campaign(number) for number in range(1, 40)))
    pair.add()
    assert pair.pulling.pull("aldria").new == 39
    assert pair.pulling.pull("aldria").new == 0
    pair.theirs.post("us", pair.collection, campaign(3, at=5), campaign(77))
    assert pair.pulling.pull("aldria").new == 2
    assert len(pair.here()) == 41
    state = pair.pulling.state(pair.ours.store.feeds.get("aldria"))
    assert state is not None
    assert state.last_success is not None


def test_a_retraction_reaches_who_pulls(pair: Pair) -> None:
    pair.theirs.post("us", pair.collection, campaign(1))
    pair.add()
    pair.pulling.pull("aldria")
    pair.theirs.post("us", pair.collection, campaign(1, at=9, revoked=True))
    pair.pulling.pull("aldria")
    assert pair.here()[-1]["revoked"] is True


def test_what_contradicts_is_kept_aside(pair: Pair) -> None:
    pair.add()
    number = pair.ours.store.partners.get("Aldria").inbox
    pair.theirs.post("us", pair.collection, campaign(1))
    pair.pulling.pull("aldria")
    other = pair.theirs.collection("another", us="rw")
    pair.theirs.post("us", other, campaign(1, description="other"))
    pair.pulling.add("second", "Aldria", pair.address, other, Entry(token_file=str(pair.token)))
    assert pair.pulling.pull("second").contradicting == 1
    (held,) = pair.ours.store.quarantine.find()
    assert (held.kind, held.number) == ("conflict", number)


def test_a_feed_that_fails_stays_where_it_was_and_says_why(pair: Pair) -> None:
    pair.theirs.post("us", pair.collection, campaign(1))
    pair.add()
    pair.pulling.pull("aldria")
    pair.theirs.roster.end("us")
    with pytest.raises(DeniedError):
        pair.pulling.pull("aldria")
    feed = pair.ours.store.feeds.get("aldria")
    state = pair.pulling.state(feed)
    assert state is not None
    assert state.last_error
    assert len(pair.here()) == 1
    last = pair.ours.store.audit.last("feed.pull")
    assert last is not None
    assert "failed" in last.event.detail


def test_a_fault_of_the_program_stays_with_its_feed_and_is_told_there(pair: Pair) -> None:
    def broken(address: str, access: Access) -> TaxiiClient:
        raise ZeroDivisionError(address, access)

    pair.add()
    with pytest.raises(LegationError, match="ZeroDivisionError") as told:
        Pulling(pair.ours.store, pair.ours.clock, "test", connect=broken).pull("aldria")
    assert told.value.exit_code == 70
    state = pair.pulling.state(pair.ours.store.feeds.get("aldria"))
    assert state is not None
    assert "ZeroDivisionError" in state.last_error
    pair.theirs.post("us", pair.collection, campaign(1))
    assert pair.pulling.pull("aldria").new == 1


def test_what_interrupts_the_program_is_no_fault_of_a_feed(pair: Pair) -> None:
    def interrupted(address: str, access: Access) -> TaxiiClient:
        raise KeyboardInterrupt(address, access)

    pair.add()
    with pytest.raises(KeyboardInterrupt):
        Pulling(pair.ours.store, pair.ours.clock, "test", connect=interrupted).pull("aldria")
    assert pair.pulling.state(pair.ours.store.feeds.get("aldria")) is None


def test_a_file_with_the_secret_that_is_gone_is_told_as_such(pair: Pair) -> None:
    pair.add()
    pair.token.unlink()
    with pytest.raises(UsageError, match="No such file"):
        pair.pulling.pull("aldria")


def test_objects_that_no_schema_bounds_leave_the_others_of_their_page(pair: Pair) -> None:
    number = pair.theirs.store.collections.get("for us").number
    items = []
    strange: tuple[dict[str, Any], ...] = ({}, {"published": 5}, {"start": {"a": 1}}, {})
    for at, more in enumerate(strange):
        raw = msgspec.json.encode(campaign(at + 1, **more))
        facts = received(campaign(at + 1))
        items.append((facts, raw))
    posting = Posting(number=number, partner_id="them", items=tuple(items))
    pair.theirs.store.collections.post(posting, pair.theirs.clock())
    pair.add()
    done = pair.pulling.pull("aldria")
    assert (done.new, done.refused) == (2, 2)
    assert {one.kind for one in pair.ours.store.quarantine.find()} == {"invalid"}


def test_no_secret_stands_in_the_store(pair: Pair) -> None:
    pair.theirs.post("us", pair.collection, campaign(1))
    pair.add()
    pair.pulling.pull("aldria")
    pair.ours.store.close()
    secret = pair.theirs.tokens["us"].encode()
    files = [file for file in pair.ours.folder.rglob("*") if file.is_file()]
    assert files
    assert [file for file in files if secret in file.read_bytes()] == []
    pair.ours.open()


def test_a_feed_is_kept_once_and_can_end(pair: Pair) -> None:
    pair.add()
    with pytest.raises(ConflictError):
        pair.add()
    pair.pulling.end("aldria")
    with pytest.raises(LegationError, match="no feed"):
        pair.pulling.pull("aldria")


def test_a_feed_that_ended_can_be_added_again_and_begins_anew(pair: Pair) -> None:
    pair.theirs.post("us", pair.collection, campaign(1))
    pair.add()
    assert pair.pulling.pull("aldria").new == 1
    pair.pulling.end("aldria")
    pair.add()
    assert pair.pulling.state(pair.ours.store.feeds.get("aldria")) is None
    done = pair.pulling.pull("aldria")
    assert (done.new, done.known) == (0, 1)


@pytest.mark.parametrize("content", ["", "\n", "  \nlgp_x\n"])
def test_a_secret_that_is_empty_is_refused_when_the_feed_is_added(
    pair: Pair, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "empty"
    file.write_text(content)
    for entry in ({"token_file": str(file)}, {"user": "us", "password_file": str(file)}):
        with pytest.raises(UsageError, match="is empty"):
            pair.add(**entry)
    assert pair.ours.store.feeds.every() == []


def test_a_feed_over_plain_http_is_refused_with_what_helps(pair: Pair) -> None:
    entry = Entry(token_file=str(pair.token))
    with pytest.raises(DeniedError) as refused:
        pair.pulling.add("x", "Aldria", "http://taxii.aldria.example/", "c", entry)
    assert refused.value.hint == "ask the partner for an address with https"


def test_nothing_is_pulled_of_a_partner_that_ended(pair: Pair) -> None:
    pair.add()
    pair.ours.roster.end("Aldria")
    with pytest.raises(UsageError, match="ended"):
        pair.pulling.pull("aldria")
