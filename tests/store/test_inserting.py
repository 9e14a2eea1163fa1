"""Rows by the driver are the rows that SQLAlchemy would have written."""

from contextlib import closing

from sqlalchemy import insert, select

from legation.store.database import Database
from legation.store.exchange.tables import taxii_objects
from legation.store.inserting import insert_rows
from worlds.gates import Clock

RAW = b'{"name": "\xd8\xb3\xd9\x81\xd8\xa7\xd8\xb1\xd8\xa9 %s ? :x \\u0000"}'


def row(added: int) -> dict[str, object]:
    return {
        "added_us": added,
        "number": 1,
        "place": 0,
        "id_key": 2**62 + added,
        "object_id": f"indicator--{added}",
        "object_type": "indicator",
        "version": "2026-01-02T03:04:05.12",
        "version_us": -1,
        "version_text": "2026-01-02T03:04:05.120Z",
        "created": "",
        "created_by": "100% of 'it' ?",
        "revoked": bool(added % 2),
        "raw_sha256": bytes(range(32)),
        "partner_id": "",
        "raw": RAW,
    }


def test_rows_by_the_driver_are_those_that_sqlalchemy_writes(url: str) -> None:
    with closing(Database(url, Clock())) as database, database.write() as connection:
        connection.execute(insert(taxii_objects), [row(1), row(2)])
        insert_rows(connection, taxii_objects, [tuple(row(at).values()) for at in (3, 4)])
        found = [
            dict(one._mapping)
            for one in connection.execute(select(taxii_objects).order_by(taxii_objects.c.added_us))
        ]
    assert found == [row(at) for at in (1, 2, 3, 4)]


def test_no_rows_are_no_statement(url: str) -> None:
    with closing(Database(url, Clock())) as database, database.write() as connection:
        insert_rows(connection, taxii_objects, [])
        assert connection.execute(select(taxii_objects)).all() == []
