"""legation's own TAXII server, started for the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from legation.safeguards.sharing.taxii.server import Offer
from standards.taxii.serving import Account, Served
from worlds.stix_made import StixMaker
from worlds.taxii_desk import TaxiiDesk, taxii_desk

LARGEST = 2_000_000


@contextmanager
def serve_legation(folder: Path, url: str = "") -> Iterator[Served]:
    """Start legation's TAXII server in a fresh home and stop it at the end.

    Args:
        folder: Where its home may be.
        url: Address of an empty database; empty: a file in the folder.
    """
    with taxii_desk(folder / "desk", url, Offer(title="a desk", largest=LARGEST)) as desk:
        ids = {name: desk.partner(name) for name in ("first", "second", "newcomer", "disabled")}
        desk.roster.end("disabled")
        both = {"first": "rw", "second": "rw"}
        made: dict[str, Any] = {
            "rw": desk.collection("both", **both),
            "ro": desk.collection("to read", first="r", second="r"),
            "wo": desk.collection("to write", first="w", second="w"),
            "other": desk.collection("another", first="rw"),
            "hidden": desk.collection("of one", first="rw"),
            "closed": desk.collection("known", first="k"),
        }
        objects = tuple(_held())
        fill(desk, made["ro"], objects)
        accounts: dict[str, Any] = {
            name: Account(user=name, password=desk.tokens[name], token=desk.tokens[name])
            for name in ids
        }
        yield Served(
            name="legation",
            url=desk.serve(),
            api_root="/taxii2/exchange/",
            ro_objects=objects,
            max_content_length=LARGEST,
            step=desk.clock.step,
            restart=desk.restart,
            **accounts,
            **made,
        )


def fill(desk: TaxiiDesk, collection: str, objects: tuple[dict[str, object], ...]) -> None:
    """Put objects into a collection that partners only read."""
    from legation.formats.envelope import Taken, read_envelope
    from legation.store.exchange.collections import Posting

    judged = read_envelope(msgspec.json.encode({"objects": objects}), source="own")
    items = tuple((one.facts, one.raw) for one in judged if isinstance(one, Taken))
    assert len(items) == len(objects), [one for one in judged if not isinstance(one, Taken)]
    number = desk.store.collections.get(collection).number
    desk.store.collections.post(Posting(number=number, partner_id="", items=items), desk.clock())


def _held() -> list[dict[str, object]]:
    """Return what the collection to read holds: versions, a marking and an observable among it."""
    maker = StixMaker(2026)
    first = maker.thing("campaign")
    return [
        first,
        maker.newer(first, description="later"),
        *maker.some(3),
        maker.marking(),
        maker.observable(),
        maker.thing("identity"),
    ]
