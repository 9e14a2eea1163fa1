"""What the doctor finds in the tables of exchange: bytes, places, ids, grants, statuses."""

import sqlite3
from contextlib import closing
from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError

from legation.errors import VerificationError
from legation.store.exchange.access import Collection
from legation.store.exchange.collections import Posting, Status
from legation.store.exchange.partners import Partner
from legation.store.exchange.quarantined import Held
from legation.store.opening import Store
from store.conftest import Clock
from store.exchange.test_filing import ALL, campaign, post, url

FUTURE = "2926-01-01T00:00:00.000Z"


@pytest.fixture
def kept(store: Store, clock: Clock) -> Store:
    """A store with a partner, and objects of all kinds and places in two collections."""
    now = clock()
    store.partners.add(Partner(partner_id="p", name="Aldria", created=now))
    for name in ("a", "b"):
        made = Collection(number=0, collection_id=name, root="exchange", title=name)
        number = store.collections.add(made, now)
        store.collections.grant("p", number, reads=True, writes=True)
    post(store, campaign(1), campaign(2, at=1), campaign(2, at=2), campaign(2, at=3), url("u"))
    post(store, campaign(3), campaign(3, at=5, revoked=True), campaign(4, modified=FUTURE))
    post(store, campaign(4), campaign(5), number=2)
    post(store, campaign(4), campaign(4, at=8))
    held = Held(object_id="x", kind="invalid", reason="so", raw=b"{}")
    store.collections.post(Posting(number=1, partner_id="p", items=(), held=(held,)), now)
    store.collections.delete(2, campaign_id(5), ALL, partner_id="p", now=now)
    store.collections.keep_statuses([_status(now)])
    return store


def test_what_was_kept_as_it_came_is_sound(kept: Store) -> None:
    assert kept.verify_exchange() == 11


def test_a_version_of_the_future_is_sound_also_when_its_time_has_come(
    kept: Store, clock: Clock
) -> None:
    clock.pass_time(days=366_000)
    assert kept.verify_exchange() == 11


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE taxii_objects SET raw = {b} WHERE number = 2", "has other bytes than came"),
        ("UPDATE taxii_objects SET raw_sha256 = {b} WHERE number = 2", "has other bytes than came"),
        ("UPDATE taxii_objects SET place = 2 WHERE number = 2", "stand at wrong places"),
        ("UPDATE taxii_objects SET place = 3 WHERE place = 2", "stand at wrong places"),
        ("UPDATE taxii_objects SET place = 2 WHERE place = 3", "stand at wrong places"),
        ("DELETE FROM taxii_objects WHERE place = 2", "stand at wrong places"),
        ("UPDATE taxii_objects SET place = 1 WHERE place = 0", "stand at wrong places"),
        ("UPDATE taxii_objects SET id_key = 5 WHERE number = 2", "is filed under what it is not"),
        (
            "UPDATE taxii_objects SET object_type = 'tool' WHERE number = 2",
            "is filed under what it is not",
        ),
        (
            "UPDATE taxii_objects SET object_id = 'campaign--x' WHERE number = 2",
            "is filed under what it is not",
        ),
        ("UPDATE taxii_objects SET version_us = 1", "is filed under what it is not"),
        (
            "UPDATE taxii_objects SET revoked = (place = 1)",
            "stand after it was taken back",
        ),
        (
            (
                "UPDATE taxii_objects SET version = '2026-01-01T00:00:01', version_us = {first} "
                "WHERE place = 3 AND version = '2026-01-01T00:00:02'"
            ),
            "stands there twice",
        ),
        ("UPDATE quarantine SET raw = {b}", "in quarantine has other bytes than came"),
        ("UPDATE taxii_statuses SET body = {b}", "cannot be read"),
        ("UPDATE taxii_statuses SET status_id = 'other'", "tells of another request"),
        (
            (
                "INSERT INTO taxii_tombstones (added_us, number, id_key, object_id, version,"
                " version_text, created_by, revoked, raw_sha256, content_sha256, partner_id,"
                " deleted_us) SELECT added_us, number, id_key, object_id, '', '', '', revoked,"
                " raw_sha256, raw_sha256, '', 1 FROM taxii_objects WHERE number = 2"
            ),
            "1 objects stand in collections that were deleted from them",
        ),
        ("UPDATE taxii_objects SET number = 9 WHERE number = 2", "1 objects are in no collection"),
        ("UPDATE quarantine SET number = 9", "1 objects in quarantine were for no collection"),
    ],
)
def test_what_was_changed_by_other_means_is_named(kept: Store, statement: str, why: str) -> None:
    engine = kept.collections._database.engine
    octets = "x'00ff'" if engine.dialect.name == "sqlite" else "'\\x00ff'::bytea"
    with kept.collections._database.write() as connection:
        connection.exec_driver_sql(statement.format(b=octets, first=1_767_225_601_000_000))
    with pytest.raises(VerificationError, match=why):
        kept.verify_exchange()


def test_a_grant_to_nobody_is_named(kept: Store) -> None:
    engine = kept.collections._database.engine
    if engine.dialect.name == "sqlite":
        # Whoever has the file can do what the engine would refuse to legation.
        with closing(sqlite3.connect(str(engine.url.database))) as file:
            file.execute("UPDATE taxii_grants SET partner_id = 'q'")
            file.commit()
        with pytest.raises(VerificationError, match="2 grants are to no partner"):
            kept.verify_exchange()
        return
    with pytest.raises(IntegrityError), kept.collections._database.write() as connection:
        connection.exec_driver_sql("UPDATE taxii_grants SET partner_id = 'q'")


def _status(now: datetime) -> Status:
    return Status(
        status_id="s",
        partner_id="p",
        root="exchange",
        asked=now,
        body=b'{"id":"s","total_count":0}',
    )


def campaign_id(number: int) -> str:
    return f"campaign--{number:08d}-0000-4000-8000-000000000000"
