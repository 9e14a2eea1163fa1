"""`legation name`: a clear name for a stated reason, on record before it is shown."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from legation.store import open_store
from legation.store.names import SealedRow
from legation.store.opening import Store
from worlds.homes import prepare
from worlds.shell import Said, legation

REASONS = {
    "--purpose": "warn the person of a threat",
    "--legality": "mandate of the desk, article 3",
    "--necessity": "a letter cannot be sent to a pseudonym",
    "--proportionality": "one name, read by one officer",
    "--safeguards": "the letter leaves in a closed envelope, the name is noted nowhere",
}
GIVEN = tuple(word for pair in REASONS.items() for word in pair)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    file = tmp_path / "posts.csv"
    rows = ("Ann_Vermeer,2026-03-02T10:00:00Z", "ben,2026-03-02T10:00:05Z")
    lines = [f"p{number},{row},x,bluesky\n" for number, row in enumerate(rows)]
    file.write_text("post_id,account_id,created_at,text,platform\n" + "".join(lines), "utf-8")
    prepare(tmp_path / "home")
    assert legation("init", "--home", tmp_path / "home").code == 0
    assert legation("import", "posts", file, "--home", tmp_path / "home").code == 0
    return tmp_path / "home"


def store_of(home: Path) -> Store:
    url = f"sqlite:///{home / 'objects.sqlite'}"
    return open_store(url, home=home, now=lambda: datetime.now(UTC))


def pseudonyms(home: Path) -> list[str]:
    """Return the pseudonyms of ann and ben."""
    with store_of(home) as store, duckdb.connect() as connection:
        files = [str(path) for path in store.lake.files("posts")]
        rows = connection.execute(
            f"SELECT account_id FROM read_parquet({files}) ORDER BY post_id"
        ).fetchall()
    return [name for (name,) in rows]


def looks(home: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(
        legation("name", "looks", "--home", home, "--json").out
    )
    return found


def refused(said: Said, code: int, error: str, hint: str) -> None:
    first, second = said.err.splitlines()
    assert (said.code, said.out) == (code, "")
    assert first == f"legation: error: {error}"
    assert second == f"legation: hint: {hint}"


def test_a_name_is_shown_for_its_reasons(home: Path) -> None:
    ann, _ = pseudonyms(home)
    said = legation("name", "open", ann, *GIVEN, "--home", home)
    assert said.code == 0
    assert said.out.splitlines()[1].split()[:3] == [ann, "bluesky", "Ann_Vermeer"]
    assert "1 look written into the audit trail" in said.err


def test_names_are_answered_as_json_in_the_order_asked(home: Path) -> None:
    ann, ben = pseudonyms(home)
    told = json.loads(legation("name", "open", ben, ann, ben, *GIVEN, "--home", home, "--json").out)
    assert [(one["pseudonym"], one["name"]) for one in told] == [(ben, "ben"), (ann, "Ann_Vermeer")]
    assert [look["pseudonym"] for look in looks(home)] == [ben, ann]


def test_each_look_is_listed_with_who_when_and_why(home: Path) -> None:
    ann, _ = pseudonyms(home)
    assert "Nobody has looked" in legation("name", "looks", "--home", home).err
    legation("name", "open", ann, *GIVEN, "--actor", "officer", "--home", home)
    (look,) = looks(home)
    assert (look["actor"], look["pseudonym"]) == ("officer", ann)
    assert {option: look[_bare(option)] for option in REASONS} == REASONS
    assert datetime.fromisoformat(look["at"]).tzinfo is not None
    said = legation("name", "looks", "--home", home).out
    assert ann in said
    assert REASONS["--purpose"] in said
    assert REASONS["--safeguards"] in said
    assert "Vermeer" not in said


@pytest.mark.parametrize("reason", [*REASONS])
def test_without_one_of_its_reasons_a_name_stays_closed(home: Path, reason: str) -> None:
    ann, _ = pseudonyms(home)
    given = [
        word for option, text in REASONS.items() if option != reason for word in (option, text)
    ]
    for words, letters in ((given, 0), ([*given, reason, "because"], 7)):
        refused(
            legation("name", "open", ann, *words, "--home", home),
            4,
            f"the {_bare(reason)} of the look is too short (letters: {letters})",
            f"state the {_bare(reason)} in a sentence of 10 letters or more; "
            "it is kept in the audit trail",
        )
    assert looks(home) == []


def test_a_pseudonym_that_nobody_has_opens_nothing_and_is_no_look(home: Path) -> None:
    ann, _ = pseudonyms(home)
    other = "acct-" + "a" * 26
    refused(
        legation("name", "open", ann, other, *GIVEN, "--home", home),
        3,
        f"no name is kept for {other}",
        "its retention may have ended",
    )
    assert looks(home) == []


def test_the_look_is_on_record_before_the_name_is_opened(home: Path) -> None:
    ann, ben = pseudonyms(home)
    with store_of(home) as store:
        whole = next(
            row for row in store.names.names_to_mask("bluesky", _Look()) if row.pseudonym == ben
        )
        moved = SealedRow(
            pseudonym=ann, platform="bluesky", sealed=whole.sealed, until=date(2999, 1, 1)
        )
        store.names.put_names([moved])
    said = legation("name", "open", ann, *GIVEN, "--home", home)
    assert (said.code, said.out) == (65, "")
    assert [look["pseudonym"] for look in looks(home)] == [ann]
    assert legation("audit", "verify", "--home", home).code == 0


def test_a_pseudonym_must_be_named_and_a_home_be_there(home: Path) -> None:
    hint = "run: legation name open PSEUDONYM --purpose TEXT"
    refused(legation("name", "open", *GIVEN, "--home", home), 2, "no pseudonym", hint)
    for words in (["open", "acct-a", *GIVEN], ["looks"], ["expire"]):
        assert legation("name", *words, "--home", home / "none").code == 3


def test_protected_keys_open_a_name_with_their_passphrase_only(tmp_path: Path) -> None:
    home, file = tmp_path / "closed", tmp_path / "posts.csv"
    file.write_text("post_id,account_id,created_at,text\n1,ann,2026-03-02T10:00:00Z,x\n", "utf-8")
    for name, words in (("right", "correct horse battery"), ("wrong", "incorrect horse")):
        (tmp_path / name).write_text(f"{words} staple\n", "utf-8")
    right = ("--passphrase-file", tmp_path / "right", "--home", home)
    assert legation("init", *right).code == 0
    assert legation("import", "posts", file, *right).code == 0
    (ann,) = pseudonyms(home)
    wrong = ("--passphrase-file", tmp_path / "wrong", "--home", home)
    assert legation("name", "open", ann, *GIVEN, *wrong).code == 65
    assert looks(home) == []
    assert "ann" in legation("name", "open", ann, *GIVEN, *right).out.splitlines()[1]


def past(home: Path) -> None:
    """Put a name into a home whose retention ended long ago."""
    with store_of(home) as store:
        old = SealedRow(pseudonym="acct-old", platform="x", sealed=b"-", until=date(2020, 1, 1))
        store.names.put_names([old])


def test_names_whose_retention_has_ended_are_deleted_and_others_stay(home: Path) -> None:
    past(home)
    assert legation("name", "expire", "--home", home).out == "1 name deleted\n"
    assert legation("name", "expire", "--home", home).out == "0 names deleted\n"
    with store_of(home) as store:
        assert store.names.count() == 2
        assert len(store.audit.entries(verb="name.expire")) == 1


def test_the_watch_deletes_them_on_each_round(home: Path) -> None:
    past(home)
    said = legation("watch", "--once", "--home", home)
    assert said.code == 0
    assert "1 name deleted: their retention has ended" in said.err
    with store_of(home) as store:
        assert store.names.count() == 2


class _Look:
    at = datetime(2026, 4, 1, tzinfo=UTC)
    actor = "test"
    purpose = legality = necessity = proportionality = safeguards = "a reason that is long enough"


def _bare(option: str) -> str:
    return option.lstrip("-")


def test_a_name_stays_closed_where_the_trail_swallows_the_look(home: Path) -> None:
    ann, _ = pseudonyms(home)
    with closing(sqlite3.connect(home / "objects.sqlite")) as connection:
        connection.execute(
            "CREATE TRIGGER x BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(IGNORE); END"
        )
    said = legation("name", "open", ann, *GIVEN, "--home", home)
    assert (said.code, said.out) == (65, "")
    assert "was written and is not there" in said.err


def test_an_erased_name_of_an_account_stays_out_of_later_imports(
    home: Path, tmp_path: Path
) -> None:
    ann, _ = pseudonyms(home)
    why = ("--reason", "the person asked for it")
    assert legation("name", "erase", ann, "--home", home).code == 4
    assert legation("name", "erase", ann, *why, "--home", home).code == 0
    assert legation("name", "erase", ann, *why, "--home", home).code == 3
    later = tmp_path / "later.csv"
    head = "post_id,account_id,created_at,text,platform\n"
    later.write_text(
        head + "p9,ANN_vermeer,2026-03-03T10:00:00Z,by @ann_vermeer,bluesky\n", "utf-8"
    )
    assert legation("import", "posts", later, "--home", home).code == 0
    assert pseudonyms(home).count(ann) == 2
    assert legation("name", "open", ann, *GIVEN, "--home", home).code == 3
    report = legation("audit", "report", "erasures", "--home", home).out
    assert "name.erase" in report
    assert "name.withhold" in report
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"ann_vermeer" not in kept.lower()
    assert legation("name", "lift", ann, "--reason", "a court order", "--home", home).code == 0
    later.write_text(later.read_text("utf-8").replace("p9", "p10"), "utf-8")
    assert legation("import", "posts", later, "--home", home).code == 0
    assert "ann_vermeer" in legation("name", "open", ann, *GIVEN, "--home", home).out.casefold()
    assert legation("audit", "verify", "--home", home).code == 0


@pytest.mark.parametrize("said", ["@Ann_Vermeer asked for it", "for ANN VERMEER of that place"])
def test_no_reason_repeats_the_name_it_is_about_and_who_tried_is_on_record(
    home: Path, said: str
) -> None:
    ann, ben = pseudonyms(home)
    error = "the reasons repeat the clear name"
    hint = (
        "name the account by its pseudonym: reasons stay in the audit trail when the name is gone"
    )
    words = [said if word == REASONS["--necessity"] else word for word in GIVEN]
    refused(legation("name", "open", ben, ann, *words, "--home", home), 4, error, hint)
    refused(legation("name", "erase", ann, "--reason", said, "--home", home), 4, error, hint)
    assert looks(home) == []
    with store_of(home) as store:
        tried = store.audit.entries(verb="name.refuse")
        assert [(one.event.subject, one.event.detail) for one in tried] == [
            (ann, {"act": "look"}),
            (ann, {"act": "erase"}),
        ]
    assert legation("audit", "report", "refusals", "--home", home).out.count("name.refuse") == 2
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"vermeer" not in kept.lower()
    assert "Ann_Vermeer" in legation("name", "open", ann, *GIVEN, "--home", home).out
