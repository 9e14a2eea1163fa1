"""`legation doctor`: whatever was done behind legation's back is found and said."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Final

import pytest

from worlds.shell import Said, legation

NOBODY: Final = 65_534


@pytest.fixture
def home(watched: Path, tmp_path: Path) -> Path:
    """A copy of the watched home, to be spoiled."""
    return shutil.copytree(watched, tmp_path / "home")


def sql(*statements: str) -> Callable[[Path], None]:
    """Return what somebody with the database's file can do."""

    def run(home: Path) -> None:
        connection = sqlite3.connect(home / "objects.sqlite")
        laid = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in laid:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount
        # Whoever covers tracks lays them again.
        for _, trigger in laid:
            connection.execute(trigger)
        connection.commit()
        connection.close()

    return run


def lay(trigger: str) -> Callable[[Path], None]:
    """Return the laying of a trigger, the others untouched."""

    def run(home: Path) -> None:
        connection = sqlite3.connect(home / "objects.sqlite")
        connection.executescript(trigger)
        connection.close()

    return run


SWALLOW = "CREATE TRIGGER x BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(IGNORE); END"


def checked(home: Path) -> tuple[Said, dict[str, str]]:
    """Return what the doctor said, and of each bad finding why."""
    said = legation("doctor", "--home", home, "--json")
    found = json.loads(said.out)
    return said, {each["what"]: each["said"] for each in found if not each["good"]}


def manifests(pattern: str) -> Callable[[Path], None]:
    """Return the removal of manifests."""

    def remove(home: Path) -> None:
        found = list((home / "lake" / ".manifests").glob(pattern))
        assert found
        for path in found:
            path.unlink()

    return remove


def test_a_sound_home_is_found_sound_and_the_same_afterwards(home: Path) -> None:
    before = sorted(path.relative_to(home) for path in (home / "lake").rglob("*.parquet"))
    said, bad = checked(home)
    assert (said.code, bad) == (0, {})
    assert sorted(p.relative_to(home) for p in (home / "lake").rglob("*.parquet")) == before


@pytest.mark.parametrize(
    "cell",
    [
        "audit_entries SET body = CAST(body AS TEXT)",
        "audit_entries SET hash = CAST(hex(hash) AS TEXT)",
        "audit_entries SET at_us = 'noon'",
        "object_versions SET raw = CAST(raw AS TEXT)",
        "object_versions SET object_id = CAST(object_id AS BLOB)",
        "runs SET facts = CAST(facts AS TEXT)",
        "runs SET created_us = 1.5",
        "sealed_names SET sealed = 'clear'",
        "imports SET good = 'many'",
    ],
)
def test_a_cell_of_another_type_is_told_as_a_damaged_store(home: Path, cell: str) -> None:
    sql(f"UPDATE {cell}")(home)
    said, bad = checked(home)
    table, _, column = cell.partition(" SET ")
    assert said.code == 65
    assert list(bad) == ["store"]
    assert f"{table}.{column.split()[0]} hold" in bad["store"]
    assert "restore the last backup" in bad["store"]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("audit_entries SET body = CAST(body AS TEXT)", ["audit", "verify"]),
        ("runs SET facts = CAST(facts AS TEXT)", ["campaign", "list"]),
        ("object_versions SET raw = CAST(raw AS TEXT)", ["campaign", "list"]),
    ],
)
def test_every_command_tells_bytes_that_became_text(
    home: Path, cell: str, words: list[str]
) -> None:
    sql(f"UPDATE {cell}")(home)
    said = legation(*words, "--home", home)
    error, hint = said.err.splitlines()
    assert said.code == 65
    assert error == "legation: error: the store is damaged: a cell of bytes holds str"
    assert "restore the last backup" in hint


def test_pages_that_were_overwritten_are_told_as_a_damaged_store(home: Path) -> None:
    file = home / "objects.sqlite"
    content = file.read_bytes()
    file.write_bytes(content[:8192] + b"\x55" * 40_000 + content[48_192:])
    said = legation("doctor", "--home", home)
    assert said.code == 65
    assert "a fault of the program" not in said.out + said.err
    assert "damaged" in said.out + said.err


@pytest.mark.parametrize(
    ("change", "what", "why"),
    [
        (sql("DELETE FROM audit_entries"), "audit trail", "entry 1 and all up to entry"),
        (sql("DELETE FROM audit_entries WHERE seq > 2"), "audit trail", "entry 3 and all up to"),
        (sql("DELETE FROM audit_entries WHERE seq = 1"), "audit trail", "entry 1 is missing"),
        (
            sql(
                "UPDATE audit_entries SET seq = seq + 1 "
                "WHERE seq = (SELECT max(seq) FROM audit_entries)"
            ),
            "audit trail",
            "is missing; entry",
        ),
        (sql("DELETE FROM imports"), "imports", "the log has no import of the file"),
        (
            sql("UPDATE imports SET seq = seq + 1"),
            "imports",
            "has no import 1, and has an import 2",
        ),
        (
            sql("UPDATE imports SET name = 'other.csv'"),
            "imports",
            "name, number or id of the import",
        ),
        (sql("UPDATE imports SET import_id = 'f00'"), "imports", "has the id of another import"),
        (
            sql(
                "UPDATE object_versions SET recorded_us = 9999999999999999 WHERE seq = 1",
            ),
            "objects",
            "version 2 was recorded does not follow",
        ),
        (sql("UPDATE imports SET good = good - 1"), "imports", "count differently"),
        (sql("DELETE FROM runs"), "runs", "the log has no run"),
        (
            sql(
                "UPDATE runs SET facts = CAST(replace(CAST(facts AS TEXT), 'posts\":', "
                "'posts\":1') AS BLOB)"
            ),
            "runs",
            "the facts of run",
        ),
        (
            sql("DELETE FROM object_heads", "DELETE FROM object_versions WHERE 1"),
            "runs",
            "the store has no object campaign--",
        ),
        (manifests("*.json"), "imports", "the lake has no batch of the import of town.jsonl"),
        (manifests("posts-*-00000.json"), "imports", "has not all files of the import of town"),
        (manifests("posts-*-end.json"), "imports", "the lake has no batch"),
        (lambda home: shutil.rmtree(home / "lake"), "imports", "the lake has no batch"),
        (lambda home: shutil.rmtree(home / "lake" / "posts"), "lake", "is not what was committed"),
        (lambda home: (home / "desk.keys").chmod(0o640), "key file", "mode 0640"),
        (lambda home: home.chmod(0o755), "key file", "mode 0755"),
    ],
)
def test_what_was_removed_or_edited_is_said(
    home: Path, change: Callable[[Path], None], what: str, why: str
) -> None:
    change(home)
    said, bad = checked(home)
    assert said.code in (4, 65)
    assert what in bad
    assert why in bad[what]


@pytest.mark.parametrize(
    ("statement", "what", "why"),
    [
        ("DELETE FROM object_needs", "objects", "object_needs does not say of "),
        ("DELETE FROM object_references", "objects", "object_references does not say of "),
        ("DELETE FROM object_properties", "objects", "object_properties does not say of "),
        ("UPDATE object_properties SET value = 'x'", "objects", "object_properties does not say"),
        ("DELETE FROM object_heads", "objects", "object_heads does not name "),
        (
            "UPDATE object_heads SET revoked = 1",
            "objects",
            "object_heads does not name the version",
        ),
        (
            "INSERT INTO object_needs VALUES (99999, 'campaign--x')",
            "objects",
            "object_needs has 1 rows of objects that are not there",
        ),
        ("DELETE FROM object_versions WHERE seq = 2", "objects", "of objects"),
        ("DELETE FROM object_label_heads", "labels", "is in force"),
        (
            (
                "UPDATE object_label_heads SET label_id = (SELECT label_id FROM label_kinds "
                "ORDER BY tlp LIMIT 1)"
            ),
            "labels",
            "that is in force is not the last that it was given",
        ),
        ("UPDATE label_kinds SET tlp = 0 WHERE tlp = 2", "labels", "the parts of the label"),
        ("DELETE FROM object_labels WHERE object_id LIKE 'campaign--%'", "labels", "has no label"),
    ],
)
def test_indexes_and_labels_that_were_edited_or_emptied_are_said(
    home: Path, statement: str, what: str, why: str
) -> None:
    sql(statement)(home)
    said, bad = checked(home)
    assert said.code == 65
    assert what in bad
    assert why in bad[what]


RED_AGAIN = (
    (
        "UPDATE object_labels SET label_id = (SELECT label_id FROM label_kinds WHERE tlp = {tlp}) "
        "WHERE {of}"
    ),
    (
        "UPDATE object_label_heads SET label_id = (SELECT label_id FROM object_labels l "
        "WHERE l.seq = object_label_heads.seq)"
    ),
)


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        (
            ("DELETE FROM object_labels WHERE actor = 'command line' AND seq > 2",),
            "is in force is not the last",
        ),
        (
            (
                (
                    "UPDATE object_label_heads SET (seq, label_id) = (SELECT seq, label_id FROM "
                    "object_labels l WHERE l.object_id = object_label_heads.object_id LIMIT 1) "
                    "WHERE object_id LIKE 'campaign--%'"
                ),
                "DELETE FROM object_labels WHERE actor = 'command line' AND seq > 2",
            ),
            "the audit trail names a label of campaign--",
        ),
        (
            tuple(one.format(tlp=0, of="object_id LIKE 'campaign--%'") for one in RED_AGAIN),
            "follows from none of its versions",
        ),
        (
            tuple(one.format(tlp=0, of="reason = 'it was misread'") for one in RED_AGAIN),
            "the audit trail does not tell of the label TLP:CLEAR of campaign--",
        ),
        (
            tuple(one.format(tlp=0, of="object_id LIKE 'user-account--%'") for one in RED_AGAIN),
            "of user-account--",
        ),
    ],
)
def test_a_history_of_labels_is_held_to_the_trail_and_to_the_versions(
    home: Path, statements: tuple[str, ...], why: str
) -> None:
    campaigns = legation("campaign", "list", "--home", home, "--json").out
    wanted = json.loads(campaigns)["campaigns"][0]["campaign_id"]
    words = ("label", "set", wanted, "--home", home)
    assert legation(*words, "--tlp", "red").code == 0
    said = legation(*words, "--tlp", "green", "--reason", "it was misread")
    assert (said.code, checked(home)[1]) == (0, {})
    assert legation(*words, "--tlp", "red").code == 0
    assert checked(home)[1] == {}
    sql(*statements)(home)
    said, bad = checked(home)
    assert (said.code, list(bad)) == (65, ["labels"])
    assert why in bad["labels"]
    assert "let nothing leave it" in bad["labels"]


def test_an_emptied_trail_is_noticed_without_the_note_too(home: Path) -> None:
    sql("DELETE FROM audit_entries")(home)
    shutil.rmtree(home / "heads")
    (home / "audit.head").unlink()
    said, bad = checked(home)
    assert said.code == 65
    assert not (home / "audit.head").exists()
    assert {"audit trail", "imports", "runs"} <= bad.keys()
    assert "'desk.init', with which it began" in bad["audit trail"]
    assert legation("audit", "verify", "--home", home).code == 65


def test_the_note_of_a_cut_trail_outlives_later_acts(home: Path) -> None:
    sql("DELETE FROM audit_entries WHERE seq > 2")(home)
    campaigns = legation("campaign", "list", "--home", home, "--json").out
    wanted = json.loads(campaigns)["campaigns"][0]["campaign_id"]
    noted = int((home / "audit.head").read_text("utf-8").split()[1])
    for _ in range(noted - 1):
        said = legation("campaign", "export", wanted, "--csv", "--home", home)
        assert said.code == 0
    verified = legation("audit", "verify", "--home", home)
    assert verified.code == 65
    # Of the ends that were kept, noted and signed, the first that no longer fits is named.
    signed = int(next((home / "heads").iterdir()).stem.rpartition("-")[2])
    assert f"entry {min(noted, signed)} is not the one that was kept" in verified.err


def test_who_only_looks_removes_nothing_of_a_lake_without_manifests(home: Path) -> None:
    before = len(list((home / "lake").rglob("*.parquet")))
    manifests("*.json")(home)
    for words in (["doctor"], ["audit", "verify"]):
        legation(*words, "--home", home)
    assert len(list((home / "lake").rglob("*.parquet"))) == before > 0


@pytest.mark.parametrize("gone", [[], ["objects.sqlite"], ["lake", "audit.head"]])
def test_lost_keys_are_not_replaced_in_silence(home: Path, gone: list[str]) -> None:
    (home / "desk.keys").unlink()
    for name in gone:
        path = home / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    said = legation("init", "--home", home)
    error, hint = said.err.splitlines()
    assert said.code == 5
    assert "its keys are not there" in error
    assert "desk.keys from its backup" in hint
    assert "--new-keys" in hint
    assert not (home / "desk.keys").exists()
    assert legation("init", "--new-keys", "--home", home).code == 0
    assert (home / "desk.keys").stat().st_mode & 0o777 == 0o600


def test_a_home_whose_making_was_broken_off_is_made_again(tmp_path: Path) -> None:
    legation("init", "--home", tmp_path / "home")
    (tmp_path / "home" / "desk.keys").unlink()
    assert legation("init", "--home", tmp_path / "home").code == 0


def test_a_home_in_an_open_folder_is_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    assert legation("init", "--home", tmp_path / "home").code == 0
    assert legation("doctor", "--home", tmp_path / "home").code == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lay("DROP TRIGGER audit_entries_delete"), "audit_entries_delete, which keeps entries"),
        (lay(SWALLOW), "legation did not lay: x"),
        (
            lay(
                "DROP TRIGGER audit_entries_update; CREATE TRIGGER audit_entries_update "
                "BEFORE UPDATE ON audit_entries BEGIN SELECT 1; END"
            ),
            "audit_entries_update is not the one that was laid",
        ),
    ],
)
def test_triggers_that_are_not_as_they_were_laid_are_told(
    home: Path, change: Callable[[Path], None], why: str
) -> None:
    change(home)
    said, bad = checked(home)
    assert said.code == 65
    assert why in bad["triggers"]


def test_a_note_of_the_trails_end_that_is_gone_is_told_until_it_is_noted_anew(home: Path) -> None:
    (home / "audit.head").unlink()
    for _ in range(2):
        said, bad = checked(home)
        assert said.code == 65
        assert "audit.head, is gone" in bad["audit trail"]
    assert legation("campaign", "list", "--home", home).code == 0
    assert checked(home)[1] == {}


def test_where_entries_are_swallowed_nothing_is_exported(home: Path) -> None:
    campaigns = legation("campaign", "list", "--home", home, "--json").out
    wanted = json.loads(campaigns)["campaigns"][0]["campaign_id"]
    lay(SWALLOW)(home)
    said = legation("campaign", "export", wanted, "--csv", "--home", home)
    assert (said.code, said.out) == (65, "")
    assert "was written and is not there" in said.err


def told(home: Path, pattern: str, change: Callable[[dict[str, Any]], None], new: str = "") -> None:
    """Change what a manifest of the lake says, or write it under another name."""
    path = next((home / "lake" / ".manifests").glob(pattern))
    value = json.loads(path.read_bytes())
    change(value)
    (path.with_name(f"{new}.json") if new else path).write_text(json.dumps(value), "utf-8")


def test_a_flipped_byte_of_the_key_file_is_told(home: Path) -> None:
    file = home / "desk.keys"
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)
    said, bad = checked(home)
    assert (said.code, list(bad)) == (65, ["key file"])
    assert "the key file is damaged" in bad["key file"]


def test_the_keys_of_another_desk_are_told(home: Path, tmp_path: Path) -> None:
    assert legation("init", "--home", tmp_path / "other").code == 0
    shutil.copy(tmp_path / "other" / "desk.keys", home / "desk.keys")
    said, bad = checked(home)
    assert (said.code, list(bad)) == (65, ["sealed names"])
    assert "not those of this desk" in bad["sealed names"]


def test_protected_keys_are_checked_with_their_passphrase_only(tmp_path: Path) -> None:
    home, words = tmp_path / "home", tmp_path / "words"
    words.write_text("eight words that nobody knows\n", "utf-8")
    assert legation("init", "--home", home, "--passphrase-file", words).code == 0
    said = legation("doctor", "--home", home)
    assert (said.code, said.out.count("not checked: the keys are protected")) == (0, 2)
    said = legation("doctor", "--home", home, "--passphrase-file", words)
    assert (said.code, "not checked" in said.out) == (0, False)
    content = bytearray((home / "desk.keys").read_bytes())
    content[-20] ^= 1
    (home / "desk.keys").write_bytes(content)
    said = legation("doctor", "--home", home, "--passphrase-file", words)
    assert (said.code, "or the key file was changed" in said.out) == (65, True)
    (home / "desk.keys").write_bytes(b"X" + content[1:])
    said = legation("doctor", "--home", home)
    assert (said.code, "this is no key file" in said.out) == (65, True)


DELETE = "DELETE FROM sealed_names WHERE pseudonym = (SELECT {one}(pseudonym) FROM sealed_names)"
SWAP = (
    "UPDATE sealed_names SET sealed = (SELECT sealed FROM sealed_names o WHERE o.pseudonym = "
    "(SELECT {other}(pseudonym) FROM sealed_names)) WHERE pseudonym = "
    "(SELECT {one}(pseudonym) FROM sealed_names)"
)


@pytest.mark.parametrize(
    "statement",
    [SWAP.format(one="min", other="max"), "UPDATE sealed_names SET until = '2999-01-01'"],
)
def test_sealed_names_that_were_moved_or_given_more_days_are_told(
    home: Path, quiet_town: Path, tmp_path: Path, statement: str
) -> None:
    post = json.loads(quiet_town.read_text("utf-8").partition("\n")[0])
    newcomer = tmp_path / "newcomer.jsonl"
    newcomer.write_text(json.dumps(post | {"account_id": "newcomer", "post_id": "n1"}), "utf-8")
    sql(statement)(home)
    said, bad = checked(home)
    assert (said.code, list(bad)) == (65, ["sealed names"])
    assert "sealed names do not open: " in bad["sealed names"]
    again = legation("import", "posts", newcomer, "--home", home)
    error, hint = again.err.splitlines()[-2:]
    assert again.code == 65
    assert "sealed names do not open: " in error
    assert "restore the last backup" in hint


def test_sealed_names_that_were_deleted_are_told(home: Path) -> None:
    sql(*(DELETE.format(one=one) for one in ("min", "max")))(home)
    said, bad = checked(home)
    assert (said.code, list(bad)) == (65, ["sealed names"])
    assert ": 2 are gone" in bad["sealed names"]


def test_deleted_names_are_told_also_where_nobody_can_open_the_seals(
    quiet_town: Path, tmp_path: Path
) -> None:
    home, words = tmp_path / "home", tmp_path / "words"
    words.write_text("eight words that nobody knows\n", "utf-8")
    same = ("--home", home, "--passphrase-file", words)
    assert legation("init", *same).code == 0
    assert legation("import", "posts", quiet_town, *same).code == 0
    assert legation("doctor", "--home", home).code == 0
    sql(DELETE.format(one="min"))(home)
    said, bad = checked(home)
    assert (said.code, list(bad)) == (65, ["sealed names"])
    assert ": 1 is gone" in bad["sealed names"]


@pytest.mark.parametrize(
    ("change", "what", "why"),
    [
        (
            lambda home: told(home, "posts-*-00000.json", lambda one: one["facts"].update(good=1)),
            "imports",
            "the lake and the log of imports count differently in the import of town.jsonl",
        ),
        (
            lambda home: told(
                home, "posts-*-end.json", lambda one: one["facts"]["finished"].update(good=1)
            ),
            "imports",
            "the lake and the log of imports count differently in the import of town.jsonl",
        ),
        (
            lambda home: told(
                home,
                "posts-*-end.json",
                lambda one: one.update(batch="posts-" + "a" * 32 + "-00000000-00000"),
                "posts-" + "a" * 32 + "-00000000-00000",
            ),
            "lake",
            "a batch that neither import nor run names: posts-aaaa",
        ),
        (
            lambda home: told(
                home, "posts-*-end.json", lambda one: one.update(batch="run-ab"), "run-ab"
            ),
            "lake",
            "proofs of a run that was never recorded: run-ab",
        ),
        (
            lambda home: next((home / "lake/.manifests").glob("posts-*-00000.json")).write_text(
                "{"
            ),
            "manifests",
            "-00000.json of the lake cannot be read",
        ),
        (
            lambda home: told(
                home, "posts-*-00000.json", lambda one: one["facts"].update(good="many")
            ),
            "manifests",
            "-00000.json of the lake cannot be read",
        ),
        (
            lambda home: told(
                home,
                "posts-*-00000.json",
                lambda one: one["files"][0].update(path="../../victim.txt"),
            ),
            "manifests",
            "names a file that is none of its batch",
        ),
        (
            lambda home: told(
                home, "posts-*-00000.json", lambda one: one["files"][0].update(kind="hidden")
            ),
            "manifests",
            "names a file that is none of its batch",
        ),
        (
            lambda home: told(home, "posts-*-00000.json", lambda one: one.update(batch="other")),
            "manifests",
            "is not of the batch that it is named after",
        ),
    ],
)
def test_what_the_lake_says_is_held_to_trail_log_and_form(
    home: Path, change: Callable[[Path], None], what: str, why: str
) -> None:
    change(home)
    said, bad = checked(home)
    assert (said.code, list(bad)) == (65, [what])
    assert why in bad[what]


def test_every_command_tells_a_damaged_manifest_by_its_name(home: Path, quiet_town: Path) -> None:
    path = next((home / "lake" / ".manifests").glob("posts-*-00000.json"))
    path.write_text("{", "utf-8")
    for words in (
        ["import", "posts", str(quiet_town)],
        ["campaign", "list"],
        ["watch", "--once"],
    ):
        said = legation(*words, "--home", home)
        error, hint = said.err.splitlines()[-2:]
        assert said.code == 65
        assert f"the manifest .manifests/{path.name} of the lake cannot be read" in error
        assert "put the one of a backup in its place" in hint


def test_a_manifest_that_names_a_file_outside_removes_and_reads_nothing(
    home: Path, tmp_path: Path, quiet_town: Path
) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("kept", "utf-8")

    def lead_outside(one: dict[str, Any]) -> None:
        one["files"][0]["path"] = "../../victim.txt"
        one["batch"] = "gone"

    told(home, "posts-*-00000.json", lead_outside, "gone")
    told(
        home,
        "posts-*-end.json",
        lambda one: one.update(batch="taker", replaces=["gone"]),
        "taker",
    )
    said = legation("import", "posts", quiet_town, "--home", home)
    assert (said.code, victim.read_text("utf-8")) == (65, "kept")
    assert "gone.json of the lake names a file that is none of its batch" in said.err


@pytest.fixture
def read_only(home: Path) -> Iterator[Path]:
    """The home in which nothing can be written, by whoever runs the tests."""
    paths = [home, *home.rglob("*")]
    for path in paths:
        path.chmod(path.stat().st_mode & ~0o222)
    yield home
    for path in paths:
        if path.exists():
            path.chmod(path.stat().st_mode | 0o200)


def unprivileged(*words: str | Path, home: Path) -> Said:
    """Run a command as somebody whom modes of files hold back."""
    if os.geteuid():
        return legation(*words, "--home", home)
    for path in [home, *home.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    root = os.environ.get("PYTEST_DEBUG_TEMPROOT") or gettempdir()
    for folder in home.parents:
        if folder != Path(root) and folder.is_relative_to(root):
            folder.chmod(0o711)
    os.seteuid(NOBODY)
    try:
        return legation(*words, "--home", home)
    finally:
        os.seteuid(0)


def test_a_home_that_can_only_be_read_is_listed_and_checked(read_only: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in read_only.rglob("*")}
    for words in (["import", "list"], ["audit", "verify"], ["doctor"], ["campaign", "list"]):
        said = unprivileged(*words, home=read_only)
        assert (said.code, said.err.count("error")) == (0, 0), said.err + said.out
    wanted = json.loads(unprivileged("campaign", "list", "--json", home=read_only).out)
    campaign = wanted["campaigns"][0]["campaign_id"]
    assert unprivileged("campaign", "show", campaign, home=read_only).code == 0
    assert {path: path.stat().st_mtime_ns for path in read_only.rglob("*")} == before


def test_a_read_only_copy_with_a_part_in_its_log_says_what_to_do(home: Path) -> None:
    with sqlite3.connect(home / "objects.sqlite") as connection:
        connection.execute("UPDATE outbox_drafts SET channel = channel")
        connection.execute("CREATE TABLE more (x)")
        connection.commit()
        copy = shutil.copytree(home, home.parent / "copy", ignore=shutil.ignore_patterns("*-shm"))
    connection.close()
    assert (copy / "objects.sqlite-wal").stat().st_size
    paths = [copy, *copy.rglob("*")]
    for path in paths:
        path.chmod(path.stat().st_mode & ~0o222)
    said = unprivileged("campaign", "list", home=copy)
    for path in paths:
        path.chmod(path.stat().st_mode | 0o200)
    error, hint = said.err.splitlines()
    assert said.code == 4
    assert "still in its log beside it" in error
    assert "copy the home into a folder that can be written" in hint


def test_a_command_that_writes_says_that_a_home_can_only_be_read(
    read_only: Path,
) -> None:
    said = unprivileged("admin", "add", "Ana", "--role", "analyst", home=read_only)
    error, hint = said.err.splitlines()
    assert said.code == 4
    assert "can only be read here, and this would write" in error
    assert "check who may write" in hint
