"""The load on TAXII servers asks what it says, and counts what it gets."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from worlds.taxii_desk import TaxiiDesk, taxii_desk

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
AUTHORIZED = "Bearer {}"


@pytest.fixture(scope="module")
def load() -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        spec = importlib.util.spec_from_file_location("taxii_load", BENCHMARKS / "taxii_load.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(BENCHMARKS))
    return module


def campaign(number: int) -> dict[str, Any]:
    at = "2026-01-01T00:00:00.000Z"
    return {
        "type": "campaign",
        "spec_version": "2.1",
        "id": f"campaign--{number:08d}-0000-4000-8000-000000000000",
        "created": at,
        "modified": at,
        "name": f"campaign {number}",
    }


def place(load: ModuleType, desk: TaxiiDesk, collection: str) -> Any:
    desk.serve()
    return load.Place(
        name="legation",
        port=desk.port,
        root="/taxii2/exchange",
        collection=collection,
        authorization=AUTHORIZED.format(desk.tokens["Ann"]),
        late="2026-01-01T00:00:00.000000Z",
        pid=os.getpid(),
    )


def test_what_is_posted_is_walked_through_and_asked_for(load: ModuleType, tmp_path: Path) -> None:
    with taxii_desk(tmp_path / "desk") as desk:
        desk.partner("Ann")
        server = place(load, desk, desk.collection("shared", Ann="rw"))
        body = load.envelope(map(campaign, range(25)), 25)
        with load.Line(server) as line:
            taken, seconds = line.post(body)
        assert taken == 25
        assert seconds > 0
        bodies = [load.envelope(map(campaign, [number]), 1) for number in range(25, 40)]
        assert load.post_over(server, bodies, 4) > 0
        walk = load.crawl(server, 10)
        assert walk.objects == 40
        asked = load.kinds(server, 10)
        with load.Line(server) as line:
            last = msgspec.json.decode(line.get(walk.last).body)
            found = {name: load.count(line, kind, name) for name, kind in asked.items()}
        assert [one["name"] for one in last["objects"]][-1].startswith("campaign")
        assert "more" not in last
    assert found == {
        "first page": 10, "type": 0, "rare type": 0, "two types": 10, "no hit": 0, "id": 1,
        "by id": 1, "versions": 1, "added after": 10, "added after, type": 0, "added late": 10,
        "all versions": 10, "first versions": 10, "manifest": 10,
    }  # fmt: skip


def test_a_server_that_refuses_ends_the_program(load: ModuleType, tmp_path: Path) -> None:
    with taxii_desk(tmp_path / "desk") as desk:
        desk.partner("Ann")
        server = place(load, desk, desk.collection("shared", Ann="r"))
        with load.Line(server) as line, pytest.raises(SystemExit, match="403"):
            line.post(load.envelope(map(campaign, [1]), 1))


def test_servers_that_do_not_give_equally_much_are_not_compared(
    load: ModuleType, tmp_path: Path
) -> None:
    with taxii_desk(tmp_path / "desk") as desk:
        desk.partner("Ann")
        server = place(load, desk, desk.collection("shared", Ann="rw"))
        other = msgspec.structs.replace(server, collection=desk.collection("empty", Ann="rw"))
        with load.Line(server) as line:
            line.post(load.envelope(map(campaign, range(3)), 3))
        asked = {"first page": load.Kind("objects/", (("limit", "10"),))}
        taken = load.in_turn([server, server], [asked, asked], 2)
        assert [len(one) for one in taken["first page"]] == [2, 2]
        with pytest.raises(SystemExit, match="equally many"):
            load.in_turn([server, other], [asked, asked], 2)


def test_the_tasks_change_places_every_other_time(load: ModuleType) -> None:
    done: list[str] = []

    def task(name: str) -> float:
        done.append(name)
        return float(len(done))

    rounds = load.repeated(2, lambda: task("a"), lambda: task("b"))
    assert done == ["a", "b", "b", "a"]
    assert rounds == [(1.0, 2.0), (4.0, 3.0)]
