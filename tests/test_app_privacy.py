"""A handle that one import has met is masked by every later one, as if it had met it itself."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from legation.app.home import Home
from legation.app.importing import Intakes, Reading
from legation.crypto.key_files import UNPROTECTED, Passphrase, Protection
from legation.errors import VerificationError
from legation.rights.pseudonyms import Pseudonymiser
from legation.settings import Settings
from legation.store.names import MASK
from legation.store.opening import Store
from worlds.shell import legation

HEADER = "post_id,account_id,created_at,text,urls,repost_key,platform"
PASSPHRASE = Passphrase("five words drawn by dice")


class World:
    """A home and a clock, and files of one post each."""

    def __init__(self, folder: Path, protection: Protection = UNPROTECTED) -> None:
        self.time = datetime(2026, 4, 1, 9, tzinfo=UTC)
        self.folder = folder
        self.protection = protection
        self.home = Home(Settings(home=folder / "home", retention_days=30), lambda: self.time)
        self.home.make("Ministry of Aldria", protection)
        self.store: Store = self.home.store()
        self.intakes = self.command()
        self.files = 0

    def command(self) -> Intakes:
        """Begin a new command: what an earlier one held in memory is gone."""
        self.intakes = Intakes(self.home, self.store, self.protection)
        return self.intakes

    def take(self, account: str, text: str = "", platform: str = "x", repost: str = "") -> None:
        """Import a file of one post."""
        self.files += 1
        file = self.folder / f"{self.files}.csv"
        row = f"p{self.files},{account},2026-03-01T10:00:00Z,{text},,{repost},{platform}"
        file.write_text(f"{HEADER}\n{row}\n", "utf-8")
        self.intakes.take(file, Reading())

    def told(self, column: str = "text") -> list[str]:
        """Return a column of the lake in the order of the posts."""
        files = [str(file) for file in self.store.lake.files("posts")]
        return _cells(f"SELECT {column} FROM read_parquet({files}) ORDER BY post_id")

    def of(self, handle: str, platform: str = "x") -> str:
        secret = self.home.keys(self.protection).pseudonym_secret
        return Pseudonymiser(secret).of(handle, platform)

    def opened(self) -> list[int]:
        """Return how many names each import has opened."""
        entries = self.store.audit.entries(verb=MASK)
        return [entry.event.detail["names"] for entry in entries]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., World]]:
    made: list[World] = []

    def one(protection: Protection = UNPROTECTED) -> World:
        made.append(World(tmp_path, protection))
        return made[-1]

    yield one
    for world in made:
        world.store.close()


@pytest.mark.parametrize("protection", [UNPROTECTED, PASSPHRASE])
def test_a_handle_of_an_earlier_import_is_masked_as_a_plain_word(
    make: Callable[..., World], protection: Protection
) -> None:
    world = make(protection)
    world.take("Ann_Vermeer")
    world.command()
    world.take("ben", "so says ann_vermeer here; ANN_VERMEER!")
    ann = world.of("ann_vermeer")
    assert world.told()[1] == f"so says {ann} here; {ann}!"


def test_a_post_has_the_same_key_in_the_import_that_knows_its_author_and_in_a_later_one(
    make: Callable[..., World],
) -> None:
    world = make()
    world.take("ann", repost="ann/status/1")
    world.command()
    world.take("ben", repost="ann/status/1")
    assert world.told("repost_key") == [f"{world.of('ann')}/status/1"] * 2


def test_equal_handles_of_another_platform_are_other_accounts(make: Callable[..., World]) -> None:
    world = make()
    world.take("ann", platform="elsewhere")
    world.take("ben", "ann")
    assert world.told()[1] == "ann"


def test_a_name_is_opened_once_by_a_command_and_only_if_it_did_not_meet_it(
    make: Callable[..., World],
) -> None:
    world = make()
    for account in ("ann", "ben", "ann"):
        world.take(account, "ann ben")
    assert world.opened() == []
    world.command()
    for account in ("ann", "cid"):
        world.take(account, "ann ben")
    assert world.opened() == [1]


def test_a_name_that_another_command_took_in_meanwhile_is_known(
    make: Callable[..., World],
) -> None:
    world = make()
    world.take("ann")
    first = world.intakes
    world.command()
    world.take("bevorin")
    world.intakes = first
    world.take("cid", "bevorin says")
    assert world.told()[2] == f"{world.of('bevorin')} says"


def test_what_was_opened_is_in_the_trail_with_its_reasons(make: Callable[..., World]) -> None:
    world = make()
    world.take("ann")
    world.command()
    world.take("ben")
    (entry,) = world.store.audit.entries(verb=MASK)
    assert (entry.event.actor, entry.event.subject) == ("import", "names")
    assert (entry.event.detail["platform"], entry.event.detail["names"]) == ("x", 1)
    assert "mask" in entry.event.detail["purpose"]
    assert "ann" not in repr(entry.event).replace("cannot", "")


def test_a_name_past_its_last_day_is_not_opened(make: Callable[..., World]) -> None:
    world = make()
    world.take("ann")
    world.time += timedelta(days=31)
    world.command()
    world.take("ben", "ann and @ann")
    assert world.opened() == []
    assert world.told()[1] == f"ann and @{world.of('ann')}"


def test_an_entry_that_was_changed_stops_the_import(make: Callable[..., World]) -> None:
    world = make()
    world.take("ann")
    other = World(world.folder / "other")
    other.take("cid")
    for row in other.store.names.names_to_mask("x", _Look(other.time)):
        world.store.names.put_names([row])
    world.command()
    with pytest.raises(VerificationError):
        world.take("ben", "ann")
    other.store.close()


def _cells(sql: str) -> list[str]:
    with duckdb.connect() as connection:
        return [cell for (cell,) in connection.execute(sql).fetchall()]


class _Look:
    actor = "test"
    purpose = legality = necessity = proportionality = safeguards = "a reason that is long enough"

    def __init__(self, at: datetime) -> None:
        self.at = at


def test_an_import_from_the_command_line_knows_the_handles_of_the_one_before(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    assert legation("init", "--home", home).code == 0
    for number, row in enumerate(("ann_vermeer,2026-03-01T10:00:00Z,x", "ben,2026-03-01,x")):
        text = " ann_vermeer says" if number else ""
        file = tmp_path / f"{number}.csv"
        file.write_text(f"post_id,account_id,created_at,text\np{number},{row}{text}\n", "utf-8")
        assert legation("import", "posts", file, "--home", home).code == 0
    parquet = [str(path) for path in (home / "lake").rglob("*.parquet")]
    assert "ann_vermeer" not in repr(_cells(f"SELECT text FROM read_parquet({parquet})"))
