"""Every intrusive step keeps one and the same test; what an older release kept still holds."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from legation.app.retention import LOOKS
from legation.rights.intrusion import PARTS
from legation.store import open_store
from legation.store.audit import AuditQuery, Event
from legation.store.opening import Store
from worlds.ministry import TABLES
from worlds.shell import legation

# A look states its aim as its purpose; a personal look has a purpose of the list beside the aim.
TEST = tuple(name for name in PARTS if name != "aim")
SAID = {name: f"the {name} in so many words" for name in (*PARTS, "purpose")}
HOLDERS = (
    "key,mission,role,person,protected,since,source,as_of\n"
    "chief,paris,head of mission,Anna Berg,yes,2024-01-01,gazette,2026-03-01\n"
)
OLD = {"purpose": "warn the person", "legality": "mandate", "necessity": "no other way"}


def given(*names: str) -> list[str]:
    return [word for name in names for word in (f"--{name}", SAID[name])]


def done(*words: str | Path) -> Any:
    said = legation(*words)
    assert said.code == 0, said.err
    return said.out


def posts_of(*names: str) -> str:
    rows = (f"p-{one},{one},2026-03-02T10:00:00Z,ann wrote,bluesky\n" for one in names)
    return "post_id,account_id,created_at,text,platform\n" + "".join(rows)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which every intrusive step was taken once."""
    folder = tmp_path_factory.mktemp("steps")
    home = folder / "home"
    done("init", "--home", home)
    for name in ("ann", "ben"):  # the second import opens, to mask it, the name of the first
        file = folder / f"{name}.csv"
        file.write_text(posts_of(name), "utf-8")
        done("import", "posts", file, "--home", home)
    (folder / "missions.csv").write_bytes(TABLES["missions"])
    (folder / "channels.csv").write_bytes(TABLES["channels"])
    (folder / "holders.csv").write_text(HOLDERS, "utf-8")
    for table in ("missions", "holders", "channels"):
        done("mission", "import", folder / f"{table}.csv", "--home", home)
    done(
        *("mission", "person", "chief", *given(*PARTS), "--purpose", "warn-person"),
        *("--home", home),
    )
    with opened(home) as store:
        account = store.names.every().__next__().pseudonym
    words = given("purpose", *TEST)
    done("name", "open", account, *words, "--home", home)
    (folder / "page.html").write_text("<p>a page</p>", "utf-8")
    kept = json.loads(done("evidence", "capture", folder / "page.html", "--home", home, "--json"))
    done(
        *("evidence", "export", kept["evidence_id"], *words, "--folder", folder, "--home", home),
    )
    return home


def opened(home: Path) -> Store:
    url = f"sqlite:///{home / 'objects.sqlite'}"
    return open_store(url, home=home, now=lambda: datetime.now(UTC))


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with opened(home) as found:
        yield found


@pytest.mark.parametrize("verb", [*LOOKS, "evidence.export"])
def test_every_look_keeps_the_whole_test(store: Store, verb: str) -> None:
    entries = store.audit.search(AuditQuery(verbs=(verb,), up=True))
    assert entries
    for entry in entries:
        for part in TEST:
            assert len(entry.event.detail[part]) > 10, (verb, part)
        assert entry.event.detail.get("aim") or entry.event.detail["purpose"], verb


def test_looks_are_listed_and_reported_with_their_safeguards(home: Path) -> None:
    said = SAID["safeguards"]
    assert done("name", "looks", "--home", home).count(said) == 1
    assert done("rights", "looks", "--home", home).count(said) == 3
    looks = json.loads(done("rights", "looks", "--home", home, "--json"))
    assert {look["verb"] for look in looks} == {*LOOKS}
    assert all(look["safeguards"] for look in looks)
    assert said in done("audit", "report", "looks", "--format", "csv", "--home", home)


def test_a_look_of_an_older_release_is_read_and_verifies_and_says_that_none_were_stated(
    home: Path, store: Store
) -> None:
    detail = {**OLD, "proportionality": "one name"}
    at = datetime(2026, 3, 3, tzinfo=UTC)
    for verb in ("name.look", "evidence.open"):
        store.audit.append(Event(at=at, actor="ann", verb=verb, subject="of-old", detail=detail))
    assert store.audit.verify().entries > 0
    done("audit", "verify", "--home", home)
    (old,) = (
        look
        for look in json.loads(done("name", "looks", "--home", home, "--json"))
        if look["pseudonym"] == "of-old"
    )
    assert (old["safeguards"], old["purpose"]) == ("", OLD["purpose"])
    for words in (("name", "looks"), ("rights", "looks")):
        lines = done(*words, "--home", home).splitlines()
        told = [line for line in lines if "of-old" in line]
        assert told
        assert all("not stated" in line for line in told)
