"""A thousand persons, erased: not one of their names is found in anything that the desk keeps."""

import base64
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from legation.app.home import Home
from legation.app.persons import erase_person, vault_of
from legation.app.retention import end_terms
from legation.crypto.key_files import UNPROTECTED
from legation.settings import Settings
from worlds.ministry import TABLES
from worlds.shell import Said, legation

HOLDERS, ACCOUNTS = 900, 100
FIRST = (
    *("Amélie", "Борис", "Chioma", "دانا", "Esperanza"),
    *("Fēng", "Gökçe", "Hanako", "İrem", "Jürgen"),
)
HEAD = "key,mission,role,person,protected,since,source,as_of\n"
REASONS = (
    *("--legality", "article 4 of the invented law", "--aim", "warn of a planned imitation"),
    *("--necessity", "a role has no letter box", "--proportionality", "one name for one officer"),
    *("--safeguards", "logged, and read by one officer"),
)
_BEGIN = 8
LOOKED = (0, 449, 899)


def holders() -> list[str]:
    """Return distinct names that stand in no text of the program."""
    return [f"{FIRST[n % len(FIRST)]} Qzv{n:04d}ŋ-Wexlö" for n in range(HOLDERS)]


def accounts() -> list[str]:
    """Return distinct names of accounts."""
    return [f"qzv_wexlo_{n:04d}" for n in range(ACCOUNTS)]


def spellings(name: str) -> Iterator[bytes]:
    """Yield the bytes that a name could stand as."""
    first, _, last = name.partition(" ")
    turned = {f"{last}, {first}", f"{last} {first}", f"{last}{first}", last} if last else set()
    for text in {name, name.casefold(), name.upper(), name.replace(" ", "-"), *turned}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            octets = text.encode(encoding)
            yield octets
            # Base 64 of a part of something longer begins at one of three places.
            for skipped in range(3):
                whole = base64.b64encode(bytes(skipped) + octets)
                yield whole[(skipped * 8 + 5) // 6 : -4]
    yield name.encode("unicode_escape")


def found_in(folder: Path, wanted: list[str]) -> set[str]:
    """Return the names that stand in any file of a folder, however they are written."""
    told = [(spelling, name) for name in wanted for spelling in spellings(name)]
    found: set[str] = set()
    for path in filter(Path.is_file, folder.rglob("*")):
        kept = path.read_bytes()
        # A search for each of many thousand spellings would take minutes: few begin somewhere.
        begins = {kept[at : at + _BEGIN] for at in range(len(kept))}
        found |= {
            name for spelling, name in told if spelling[:_BEGIN] in begins and spelling in kept
        }
    return found


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which a thousand names of holders came, and some were looked at."""
    folder = tmp_path_factory.mktemp("erasure")
    home = folder / "home"
    (folder / "missions.csv").write_bytes(TABLES["missions"])
    rows = [
        f"h-{n},paris,staff,{name},{'yes' if n % 2 else 'no'},2024-01-01,gazette,2026-03-01\n"
        for n, name in enumerate(holders())
    ]
    (folder / "holders.csv").write_text(HEAD + "".join(rows), "utf-8")
    posts = [
        f"p{n},{name},{'yesterday' if n % 10 == 9 else '2026-03-02T10:00:00Z'},see @{name} now,x\n"
        for n, name in enumerate(accounts())
    ]
    head = "post_id,account_id,created_at,text,platform\n"
    (folder / "posts.csv").write_text(head + "".join(posts), "utf-8")
    done(legation("init", "--home", home))
    done(legation("mission", "import", folder / "missions.csv", "--home", home))
    said = done(legation("mission", "import", folder / "holders.csv", "--home", home))
    assert f"{HOLDERS} added" in said.out
    legation("import", "posts", folder / "posts.csv", "--home", home)
    # In any other cell of a register, whichever way it is written, a name is refused.
    for table, content in others().items():
        (folder / "other.csv").write_text(content, "utf-8")
        said = legation("mission", "import", folder / "other.csv", "--table", table, "--home", home)
        assert said.code == 65
        assert "repeats a personal name that is held sealed" in said.err + said.out
    for n in LOOKED:
        assert holders()[n] in done(person(home, n)).out
    return home


def others() -> dict[str, str]:
    """Return tables of other registers, with a name in one cell or another of each row."""
    names = [" ".join(reversed(name.split(" "))) for name in holders()[:4]] + [
        "{1}, {0}".format(*name.split(" ")) for name in holders()[4:8]
    ]
    jewels = "key,mission,name,value,owner,why,as_of\n"
    channels = "key,mission,kind,name,use,since,source,as_of\n"
    return {
        "jewels": jewels
        + f'j-1,paris,Papers,3,"{names[4]}",,2026-03-01\n'
        + f'j-2,paris,"Papers of {names[0]}",3,the office,,2026-03-01\n'
        + f'j-3,paris,Papers,3,the office,"as {names[5]} says",2026-03-01\n',
        "channels": channels
        + f"c-1,paris,mail,Mail of {names[1]},,2024-01-01,a note,2026-03-01\n"
        + f'c-2,paris,mail,Mail,"for {names[6]}",2024-01-01,a note,2026-03-01\n'
        + f'c-3,paris,mail,Mail,,2024-01-01,"note of {names[7]}",2026-03-01\n',
    }


def person(home: Path, number: int) -> Said:
    """Look at a name."""
    words = ("mission", "person", f"h-{number}", "--purpose", "warn-person")
    return legation(*words, *REASONS, "--home", home)


def done(said: Said) -> Said:
    assert said.code == 0, said.err[:2000]
    return said


def test_the_search_finds_a_name_that_is_there(tmp_path: Path) -> None:
    wanted = holders() + accounts()
    assert len(set(wanted)) == HOLDERS + ACCOUNTS == 1_000
    written = (
        wanted[0].encode(),
        wanted[1].encode("utf-16-le"),
        b"x" + base64.b64encode(b"ab" + wanted[2].encode() + b"cdef"),
        base64.b64encode(b"a" + wanted[3].encode("utf-16-le") + b"cdef"),
        wanted[999].upper().encode(),
        "{1}, {0}".format(*wanted[4].split(" ")).encode(),
        wanted[5].split(" ")[1].encode("utf-16-be"),
    )
    for number, octets in enumerate(written):
        (tmp_path / str(number)).write_bytes(b"before" + octets + b"after")
    assert found_in(tmp_path, wanted) == {*wanted[:6], wanted[999]}


def test_no_name_stands_in_clear_before_its_erasure_either(planted: Path, tmp_path: Path) -> None:
    home = shutil.copytree(planted, tmp_path / "home")
    assert list((home / "lake").rglob("*.parquet"))
    assert list((home / "rejected").iterdir())
    export(home, tmp_path / "exports")
    assert found_in(tmp_path, holders() + accounts()) == set()


def test_after_erasure_no_name_is_found_and_the_trail_still_holds(
    planted: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(planted, tmp_path / "home")
    with closing(sqlite3.connect(home / "objects.sqlite")) as connection:
        secrets = [row[0] for row in connection.execute("SELECT wrapped FROM personal_fields")]
        secrets += [row[0] for row in connection.execute("SELECT sealed FROM sealed_names")]
    assert len(secrets) >= HOLDERS + ACCOUNTS * 9 // 10
    erase_all(home)
    # Exports and backups that are made later.
    export(home, tmp_path / "exports")
    shutil.copytree(home, tmp_path / "copied")
    (tmp_path / "backup").mkdir()
    with (
        closing(sqlite3.connect(home / "objects.sqlite")) as source,
        closing(sqlite3.connect(tmp_path / "backup" / "objects.sqlite")) as target,
    ):
        source.backup(target)
    assert found_in(tmp_path, holders() + accounts()) == set()
    # What would open them is gone from every byte, so no other way of writing them is left.
    kept = b"\0".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [secret for secret in secrets if secret in kept] == []
    done(legation("audit", "verify", "--home", home))
    assert f"{HOLDERS} are erased and have no key" in done(legation("doctor", "--home", home)).out
    refused = person(home, LOOKED[0])
    assert (refused.code, refused.out) == (3, "")


def test_who_was_erased_does_not_come_back_with_the_same_table(
    planted: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(planted, tmp_path / "home")
    gone = erase_some(home, 5)
    said = legation("mission", "import", planted.parent / "holders.csv", "--home", home)
    assert said.code == 65
    assert f"{HOLDERS - 5} as they were, 5 rows rejected" in said.out
    assert (said.out + said.err).count("was erased (person-") == 5
    assert found_in(tmp_path, holders()) == set()
    done(legation("rights", "lift", gone[0], "--reason", "a court has ordered it", "--home", home))
    said = legation("mission", "import", planted.parent / "holders.csv", "--home", home)
    assert (said.out + said.err).count("was erased (person-") == 4
    done(legation("audit", "verify", "--home", home))
    assert found_in(tmp_path, holders()) == set()


def erase_some(home: Path, number: int) -> list[str]:
    """Erase so many records on demand, and return which."""
    place = Home(Settings(home=home), lambda: datetime.now(UTC))
    vault = vault_of(place.keys(UNPROTECTED))
    with place.store() as store:
        asked_for = [record.record_id for record in store.personal.records()[:number]]
        for record_id in asked_for:
            why = "the person asked for it"
            erase_person(store, record_id, vault, actor="ann", reason=why)
    return asked_for


def erase_all(home: Path) -> None:
    """Erase some records on demand, and the others by their retention, two years on."""
    on_demand = erase_some(home, 100)
    place = Home(Settings(home=home), lambda: datetime.now(UTC) + timedelta(days=800))
    with place.store() as store:
        ended = end_terms(place, store)
        assert ended.persons == HOLDERS - len(on_demand)
        assert ended.names


def export(home: Path, folder: Path) -> None:
    """Write out all that the desk gives of registers, trail and rights."""
    folder.mkdir()
    asked = {
        "holders.csv": ("mission", "export", "holders"),
        "holders.json": ("mission", "list", "holders", "--json"),
        "mission.json": ("mission", "show", "paris", "--json"),
        "held.json": ("rights", "list", "--json"),
        "records.json": ("rights", "list", "--records", "--json"),
        "looks.json": ("rights", "looks", "--json"),
        "trail.json": ("audit", "report", "--format", "json", "--limit", "100000"),
        "trail.log": ("audit", "export"),
        "imports.json": ("import", "list", "--json"),
        "found.json": ("search", "qzv", "--json"),
    }
    for name, words in asked.items():
        said = done(legation(*words, "--home", home))
        (folder / name).write_text(said.out + said.err, "utf-8")
