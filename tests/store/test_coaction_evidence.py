"""Evidence and the posts behind the numbers, by the names of the input."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pytest

from legation.store import coaction
from legation.store.coaction_evidence import write_evidence
from legation.store.coaction_posts import (
    account_snippets,
    activity,
    background_texts,
    member_texts,
)
from legation.store.duck import connect
from legation.store.posts_told import texts_had
from worlds.coactions import RULE, TEXTS, Post, load

if TYPE_CHECKING:
    from legation.store.coaction import Columns, Prepared

NOON = 1_600_000_000 // 86400 * 86400 + 43200
NORMAL = TEXTS[0]


@pytest.fixture
def prepared() -> Iterator["Prepared"]:
    rows = [
        Post(post_id="p1", account_id="anna", time=NOON, text=TEXTS[0], lang="en"),
        Post(post_id="p2", account_id="ben", time=NOON + 20, text=TEXTS[1]),
        Post(post_id="p3", account_id="ben", time=NOON + 3600, urls=("https://a.example/",)),
        Post(post_id="p4", account_id="anna", time=NOON + 3590, urls=("https://a.example/",)),
        *(
            Post(post_id=f"q{n}", account_id="carl", time=NOON + n * 86400, text=f"note {n}")
            for n in range(10)
        ),
    ]
    with closing(connect()) as connection:
        load(connection, rows)
        yield coaction.prepare(
            connection, ("link", "text"), clock_resolution_s=1, window_s=60, rule=RULE
        )


def evidence_of(prepared: "Prepared") -> "Columns":
    met = coaction.join(prepared, coaction.count_pairs(prepared))
    # The first of the two co-actions is told to be of a validated tie.
    own = {"campaign": np.zeros_like(met["layer"]), "validated": np.array([1, 0])}
    return met | own


def test_evidence_names_accounts_posts_objects_and_times(
    prepared: "Prepared", tmp_path: Path
) -> None:
    path = tmp_path / "evidence.parquet"
    written = write_evidence(prepared.connection, evidence_of(prepared), ["c1"], path)
    with closing(duckdb.connect()) as reader:
        found = reader.execute("SELECT * FROM read_parquet(?)", [str(path)])
        columns = [name for name, *_ in found.description or ()]
        rows = found.fetchall()
    assert written == 2
    assert columns == [
        "campaign_id",
        "account_a",
        "account_b",
        "layer",
        "object",
        "post_a",
        "post_b",
        "time_a",
        "time_b",
        "lag_s",
        "tie",
    ]
    noon = datetime(2020, 9, 13, 12)  # noqa: DTZ001 - the column has no zone and means UTC
    link, text = rows
    assert link[:7] == ("c1", "anna", "ben", "link", "https://a.example/", "p4", "p3")
    assert link[-2:] == (10, "validated")
    digest = hashlib.sha256(NORMAL.encode()).hexdigest()
    assert text[:7] == ("c1", "anna", "ben", "text", digest, "p1", "p2")
    assert text[7] == noon
    assert text[-1] == "joined"
    assert [path.name for path in tmp_path.iterdir()] == ["evidence.parquet"]


def test_a_likeness_is_evidence_of_its_own_kind(prepared: "Prepared", tmp_path: Path) -> None:
    path = tmp_path / "evidence.parquet"
    alike = {
        name: np.array([value], np.int64)
        for name, value in {
            "campaign": 0,
            "account_a": 0,
            "account_b": 2,
            "post_a": 0,
            "post_b": 5,
            "time_a": NOON,
            "time_b": NOON + 90 * 86400,
        }.items()
    } | {"object": np.array(["ab" * 32], np.object_)}
    none = {name: column[:0] for name, column in evidence_of(prepared).items()}
    for rows, count in ((evidence_of(prepared), 3), (none, 1)):
        assert write_evidence(prepared.connection, rows, ["c1"], path, alike) == count
        with closing(duckdb.connect()) as reader:
            found = reader.execute(
                "SELECT campaign_id, account_a, account_b, object, lag_s, tie "
                "FROM read_parquet(?) WHERE layer = 'similarity'",
                [str(path)],
            ).fetchall()
        assert found == [("c1", "anna", "carl", "ab" * 32, 90 * 86400, "joined")]


def test_no_evidence_is_a_file_without_rows(prepared: "Prepared", tmp_path: Path) -> None:
    empty = {name: column[:0] for name, column in evidence_of(prepared).items()}
    path = tmp_path / "evidence.parquet"
    assert write_evidence(prepared.connection, empty, [], path) == 0
    with closing(duckdb.connect()) as reader:
        found = reader.execute("SELECT count(*), max(time_a) FROM read_parquet(?)", [str(path)])
        assert found.fetchall() == [(0, None)]


def test_a_failure_leaves_the_earlier_file(prepared: "Prepared", tmp_path: Path) -> None:
    path = tmp_path / "evidence.parquet"
    path.write_bytes(b"earlier")
    rows = evidence_of(prepared)
    prepared.connection.execute("DROP TABLE coaction_post")
    with pytest.raises(duckdb.Error):
        write_evidence(prepared.connection, rows, ["c1"], path)
    assert path.read_bytes() == b"earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["evidence.parquet"]


def test_snippets_are_of_accounts_with_actions_and_short(prepared: "Prepared") -> None:
    accounts, texts = account_snippets(prepared.connection, max_chars=30)
    assert accounts.tolist() == [0, 1]
    assert texts == [TEXTS[0][:30], TEXTS[1][:30]]


def test_members_posts_are_spread_over_their_time(prepared: "Prepared") -> None:
    members = {"of": np.array([0, 1, 2, 2]), "account": np.array([0, 2, 0, 2])}
    found = member_texts(prepared.connection, members, 2, 1)
    read = found.read
    assert found.of[read].tolist() == [0, 0, 1, 1, 2, 2]
    assert found.text[read][:4].tolist() == [TEXTS[0], None, "note 4", "note 9"]
    assert found.of[found.picked].tolist() == [0, 1, 2, 2]
    assert found.text[found.picked].tolist() == [None, "note 9", None, "note 9"]


def test_of_few_posts_every_one_is_read(prepared: "Prepared") -> None:
    members = {"of": np.array([7, 7]), "account": np.array([0, 2])}
    found = member_texts(prepared.connection, members, 13, 3)
    assert found.of.tolist() == [7] * 12
    assert found.read.all()
    assert [one for one in found.text.tolist() if str(one).startswith("note")] == [
        f"note {n}" for n in range(10)
    ]
    assert found.text[found.picked].tolist() == [TEXTS[0], None, "note 3", "note 6", "note 9"]


def test_who_has_a_text_is_counted_by_the_very_text_and_in_the_group_alone(
    prepared: "Prepared",
) -> None:
    had = texts_had(
        prepared.connection,
        {"of": np.array([0, 1]), "account": np.array([0, 2])},
        {
            "of": np.array([0, 1, 1]),
            "said": np.array([TEXTS[0], "note 4", TEXTS[0]], np.object_),
        },
    )
    assert had == {(0, TEXTS[0]): (1, 1), (1, "note 4"): (1, 1)}
    nothing = {"of": np.zeros(0, np.int64), "said": np.zeros(0, np.object_)}
    assert texts_had(prepared.connection, {"of": [], "account": []}, nothing) == {}


def test_activity_counts_days_and_hours(prepared: "Prepared") -> None:
    found = activity(prepared.connection, np.array([0, 2]))
    midnight = NOON - 43200
    assert found.days.tolist() == [midnight + day * 86400 for day in range(10)]
    assert found.posts.tolist() == [3, *[1] * 9]
    assert {hour: int(n) for hour, n in enumerate(found.hours) if n} == {12: 12}
    nobody = activity(prepared.connection, np.array([], np.int64))
    assert (nobody.days.size, nobody.posts.size, nobody.hours.sum()) == (0, 0, 0)


def test_the_background_is_the_same_at_each_asking(prepared: "Prepared") -> None:
    nobody = np.zeros(0, np.int64)
    authors, first = background_texts(prepared.connection, nobody, 5, 20)
    again, second = background_texts(prepared.connection, nobody, 5, 20)
    assert (authors.tolist(), first) == (again.tolist(), second)
    assert len(set(first)) == 5
    assert set(first) <= {*TEXTS, *(f"note {n}" for n in range(10))}


def test_the_background_holds_no_post_of_a_member_and_few_of_anybody(
    prepared: "Prepared",
) -> None:
    carl = np.array([2], np.int64)
    authors, texts = background_texts(prepared.connection, carl, 99, 20)
    assert sorted(authors.tolist()) == [0, 1]
    assert set(texts) == set(TEXTS[:2])
    authors, texts = background_texts(prepared.connection, np.array([0, 1]), 99, 4)
    assert authors.tolist() == [2] * 4
    assert len(set(texts)) == 4
