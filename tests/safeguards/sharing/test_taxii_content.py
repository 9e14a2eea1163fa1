"""What comes in goes out: published files through the server, byte for byte."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from legation.store.exchange.reading import Wanted
from worlds.stix_made import StixMaker
from worlds.taxii_desk import TaxiiDesk, taxii_desk

ENVELOPE = 500


class Bundle(msgspec.Struct):
    """The objects of a file as the bytes that stand there."""

    objects: list[msgspec.Raw]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TaxiiDesk]:
    with taxii_desk(tmp_path) as opened:
        opened.partner("us")
        yield opened


def through(desk: TaxiiDesk, collection: str, raws: list[bytes]) -> dict[str, int]:
    """Post objects; return how many succeeded and failed."""
    counts = {"success_count": 0, "failure_count": 0}
    for at in range(0, len(raws), ENVELOPE):
        told = desk.post("us", collection, *raws[at : at + ENVELOPE])
        counts = {name: count + told[name] for name, count in counts.items()}
    return counts


@pytest.mark.data
def test_all_shared_files_come_in_and_go_out_equal(desk: TaxiiDesk, shared: Path) -> None:
    collection = desk.collection("real", us="rw")
    sent: dict[tuple[str, str], bytes] = {}
    for file in sorted((shared / "stix").glob("*.json")):
        content = file.read_bytes()
        if b'"type"' not in content or "misp" in file.name:
            continue
        bundle = b'"objects"' in content
        raws = (
            [bytes(raw) for raw in msgspec.json.decode(content, type=Bundle).objects]
            if bundle
            else [content.strip()]
        )
        assert through(desk, collection, raws)["failure_count"] == 0, file.name
        for raw in raws:
            value = msgspec.json.decode(raw)
            sent.setdefault((value["id"], value.get("modified", "")), raw)
    assert len(sent) > 6_000
    found = desk.objects("us", collection, match__version="all")
    assert {(one["id"], one.get("modified", "")): one for one in found} == {
        key: msgspec.json.decode(raw) for key, raw in sent.items()
    }


def test_objects_of_every_type_come_out_as_the_bytes_that_came_in(desk: TaxiiDesk) -> None:
    collection = desk.collection("made", us="rw")
    maker = StixMaker(7)
    raws = [
        msgspec.json.format(msgspec.json.encode(one), indent=at % 3)
        for at, one in enumerate([*maker.every(), *maker.every()])
    ]
    assert through(desk, collection, raws)["failure_count"] == 0
    number = desk.store.collections.get(collection).number

    with desk.store.collections.reading(number) as shelf:
        found, _ = shelf.page(Wanted(which=("all",)), after_us=0, limit=999, most_bytes=10**8)
    assert [one.raw for one in found] == raws
