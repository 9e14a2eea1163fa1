"""Requests that are kept together: fewer transactions, and each is told its own outcome."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from legation.app.sharing.committing import Committing
from legation.errors import LegationError
from legation.formats.envelope import Taken, judged
from legation.safeguards.sharing.taxii.server import Request
from legation.store import open_store
from legation.store.exchange.collections import Posting
from legation.store.exchange.filing import Outcome
from legation.store.opening import Store
from worlds.sharing_process import campaign

THREADS = 8
EACH = 12


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'home' / 'objects.sqlite'}"
    with open_store(url, home=tmp_path / "home", now=now) as opened:
        yield opened


def request(number: int, *, fails: bool = False, raws: list[bytes] | None = None) -> Request:
    """Return the request to keep a campaign; one that fails does so when its status is asked."""
    items = []
    for raw in raws or [campaign(number)]:
        one = judged(raw, "test")
        assert isinstance(one, Taken)
        items.append((one.facts, one.raw))

    def status(outcomes: list[Outcome]) -> bytes:
        if fails:
            raise ValueError(f"poison {number}")
        return repr([one.state for one in outcomes]).encode()

    posting = Posting(number=1, partner_id=f"p{number % 3}", items=tuple(items))
    return Request(posting=posting, status_id=f"s{number}", root="r", at=now(), status=status)


def kept(store: Store) -> set[str]:
    with store.collections.reading(1) as shelf:
        from legation.store.exchange.reading import Wanted

        found, _ = shelf.page(Wanted(), after_us=0, limit=10_000, most_bytes=10**9, raws=False)
    return {one.object_id for one in found}


def test_many_requests_at_once_share_transactions_and_a_poisoned_one_harms_no_other(
    sqlite: Store,
) -> None:
    commits = [0]

    def count(_: object) -> None:
        commits[0] += 1

    committing = Committing(sqlite.collections, now)
    told: dict[int, object] = {}
    together = threading.Barrier(THREADS)

    def work(thread: int) -> None:
        for turn in range(EACH):
            number = thread * EACH + turn + 1
            one = request(number, fails=number % 17 == 0)
            together.wait()
            try:
                told[number] = [outcome.state for outcome in committing(one)]
            except ValueError as failed:
                told[number] = str(failed)

    event.listen(sqlite.collections._database.engine, "commit", count)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    event.remove(sqlite.collections._database.engine, "commit", count)
    every = range(1, THREADS * EACH + 1)
    assert told == {n: f"poison {n}" if n % 17 == 0 else ["new"] for n in every}
    ids = {f"campaign--{n:08x}-0000-4000-8000-000000000000" for n in every if n % 17}
    assert kept(sqlite) == ids
    for number in every:
        status = sqlite.collections.status(f"s{number}", f"p{number % 3}", "r")
        assert status == (b"['new']" if number % 17 else None)
    assert 0 < commits[0] < len(every) * 3 // 4, commits


def test_what_stands_once_is_told_in_the_order_of_the_queue(sqlite: Store) -> None:
    committing = Committing(sqlite.collections, now)
    assert [one.state for one in committing(request(1))] == ["new"]
    again = request(2, raws=[campaign(1), campaign(2), campaign(1, name="other")])
    assert [one.state for one in committing(again)] == ["known", "new", "conflict"]


def test_a_store_that_cannot_be_reached_is_told_to_each_and_the_next_is_kept(
    sqlite: Store,
) -> None:
    committing = Committing(sqlite.collections, now)
    with sqlite.collections._database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def bound(connection: object, most: int) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={most}")  # type: ignore[attr-defined]  # a connection of the engine

    engine = sqlite.collections._database.engine
    most = [int(pages)]
    event.listen(engine, "begin", lambda connection: bound(connection, most[0]))
    with pytest.raises(LegationError, match="full"):
        committing(request(1, raws=[campaign(n, description="x" * 50_000) for n in range(1, 9)]))
    assert kept(sqlite) == set()
    most[0] = int(pages) * 100
    assert [one.state for one in committing(request(2))] == ["new"]
    assert len(kept(sqlite)) == 1
