"""Attacks on an erased name: by later posts, by a campaign's successor, by search and by label."""

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import create_engine, make_url, text

from legation.app import names
from legation.app.checks import verify_trail
from legation.app.home import Home
from legation.app.importing import Intakes, Reading
from legation.app.library import Library
from legation.app.names import open_names
from legation.app.searching import KINDS, search
from legation.app.watching import look
from legation.crypto.key_files import UNPROTECTED
from legation.errors import DeniedError, NotFoundError
from legation.rights.clearance import Clearance, Reader
from legation.rights.intrusion import STATED
from legation.rights.pseudonyms import Pseudonymiser
from legation.rights.sealed_names import Look
from legation.settings import Settings
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.homes import make_home
from worlds.planted_posts import RING, write_town

SERVER = os.environ.get("LEGATION_TEST_PG", "")
# No word of anybody else begins like this: what is found of it is of this name.
NAME: Final = "Quillon_Vesperwright"
WHY: Final = "the person asked for it, and no case needs it"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    clock, database = Clock(), ""
    clock.pass_time(days=31)
    if request.param == "postgresql":
        if not SERVER:
            pytest.skip("no PostgreSQL: set LEGATION_TEST_PG=postgresql+psycopg://...")
        name = f"legation_erased_{uuid.uuid4().hex}"
        engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        database = make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    made = Home(Settings(home=tmp_path / "home", database=database), clock)
    make_home(made)
    yield made
    if database:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def parts_of(folder: Path) -> tuple[Path, Path]:
    """Write a town in two parts, in which one of the ring has the name and others speak of it."""
    rows = [json.loads(line) for line in write_town(folder / "town.jsonl").read_text().splitlines()]
    for row in rows:
        if row["account_id"] == RING[3]:
            row["account_id"] = NAME
        elif row["account_id"] == "person_7":
            row["text"] = f"look what @{NAME} says today"
        elif row["account_id"] == "person_8":
            # Who joins the ring in the second half makes its campaign another one.
            row["text"] = f"{row['text']} via https://x.com/{NAME}/status/1"
    newcomer = [
        dict(row, account_id="ring_new", post_id=f"n{row['post_id']}")
        for row in rows[len(rows) // 2 :]
        if row["account_id"] == RING[1]
    ]
    halves = rows[: len(rows) // 2], [*rows[len(rows) // 2 :], *newcomer]
    files = folder / "first.jsonl", folder / "second.jsonl"
    for file, some in zip(files, halves, strict=True):
        file.write_text("\n".join(map(json.dumps, some)) + "\n", "utf-8")
    return files


def take(home: Home, store: Store, file: Path) -> None:
    Intakes(home, store, UNPROTECTED).take(file, Reading())
    assert look(home, store) is not None


def a_look(home: Home) -> Look:
    reasons = dict.fromkeys(STATED, "a reason that is long enough")
    return Look(actor="test", at=home.now(), **reasons)


def totals(library: Library, words: str) -> dict[str, int]:
    asked = {"verbs": set(KINDS.values()), "person_id": "p-1", "roles": ("analyst",)}
    return search(library, words, **asked).totals  # type: ignore[arg-type]  # as named above


def everything(home: Home, store: Store) -> bytes:
    """Return all that is kept and all that can be taken along, in lower case."""
    library = home.library(store, "test")
    kept = library.latest()
    assert kept is not None
    ids = [one.campaign_id for one in kept.campaigns]
    files = [path.read_bytes() for path in home.folder.rglob("*") if path.is_file()]
    out = [library.export(ids, kind).content for kind in ("csv", "stix")]
    raw = [one.raw for one in store.objects.registered(("campaign",))]
    trail = [repr(one.event).encode() for one in store.audit.entries(limit=10_000)]
    return b"\n".join([*files, *out, *raw, *trail]).lower()


def test_a_successor_of_a_campaign_does_not_bring_an_erased_name_back(
    home: Home, tmp_path: Path
) -> None:
    first, second = parts_of(tmp_path)
    with home.store() as store:
        take(home, store, first)
        library = home.library(store, "test")
        before = library.latest()
        assert before is not None
        account = Pseudonymiser(home.keys(UNPROTECTED).pseudonym_secret).of(NAME)
        (old,) = (
            one for one in before.campaigns if account in {each.account_id for each in one.accounts}
        )
        assert open_names(home, store, [account], a_look(home), UNPROTECTED)[0].name == NAME
        assert names.erase(store, account, actor="test", reason=WHY)
        take(home, store, second)
        after = home.library(store, "test").latest()
        assert after is not None
        (new,) = (
            one for one in after.campaigns if account in {each.account_id for each in one.accounts}
        )
        # It is a successor: another campaign that goes on from the one whose member was erased.
        assert (new.campaign_id != old.campaign_id, new.lineage) == (True, old.campaign_id)
        with pytest.raises(NotFoundError):
            open_names(home, store, [account], a_look(home), UNPROTECTED)
        for words in (NAME, "quillon", "vesperwright", f"@{NAME}"):
            assert totals(home.library(store, "test"), words) == {}
        first.unlink()
        second.unlink()
        assert b"vesperwright" not in everything(home, store)
        assert verify_trail(store) == store.audit.head().seq


def test_a_name_that_may_return_comes_with_a_later_import_alone(home: Home, tmp_path: Path) -> None:
    first, second = parts_of(tmp_path)
    with home.store() as store:
        take(home, store, first)
        account = Pseudonymiser(home.keys(UNPROTECTED).pseudonym_secret).of(NAME)
        key = home.keys(UNPROTECTED).sealing_key()
        with pytest.raises(DeniedError):
            names.erase(store, account, actor="test", reason=f"{NAME} asked for it", sealer=key)
        names.erase(store, account, actor="test", reason=WHY, sealer=key)
        for actor, reason in (("", "a court order of today"), ("test", ""), ("test", "short")):
            with pytest.raises(DeniedError):
                names.lift(store, account, actor=actor, reason=reason)
        with pytest.raises(NotFoundError):
            names.lift(store, "acct-" + "a" * 26, actor="test", reason="a court order of today")
        names.lift(store, account, actor="test", reason="a court order of today")
        with pytest.raises(NotFoundError):  # what was lifted brings nothing back by itself
            open_names(home, store, [account], a_look(home), UNPROTECTED)
        with pytest.raises(NotFoundError):  # and is lifted once
            names.lift(store, account, actor="test", reason="a court order of today")
        take(home, store, second)
        assert open_names(home, store, [account], a_look(home), UNPROTECTED)[0].name == NAME
        assert verify_trail(store) == store.audit.head().seq


def test_a_search_tells_nothing_of_a_campaign_above_its_reader_nor_of_its_successor(
    home: Home, tmp_path: Path
) -> None:
    first, second = parts_of(tmp_path)
    with home.store() as store:
        take(home, store, first)
        library = home.library(store, "test")
        before = library.latest()
        assert before is not None
        (old,) = before.campaigns
        member = old.accounts[0].account_id
        asked = ("harbour", "treaty", member, member[5:20], old.name, "repost", "acct-")
        assert all(totals(library, words) for words in ("harbour", member, old.name))
        label = Label(tlp=Tlp.RED)
        store.labels.set(library.object_id(old.campaign_id), label, actor="test", reason="a test")
        held = Clearance(
            tlp=Tlp.AMBER, pap=Pap.RED, levels=frozenset(), compartments=frozenset(), party=""
        )
        below = Reader(actor="ben", roles=frozenset(("analyst",)), clearance=held)
        for turn in range(2):
            reader = home.library_of(store, below)
            kept = reader.latest()
            assert kept is None or kept.campaigns == ()
            assert [totals(reader, words) for words in asked] == [{}] * len(asked)
            if not turn:
                take(home, store, second)
        above = home.library(store, "test").latest()
        assert above is not None
        (new,) = above.campaigns
        assert (new.campaign_id != old.campaign_id, new.lineage) == (True, old.campaign_id)
        assert totals(home.library(store, "test"), "harbour")
