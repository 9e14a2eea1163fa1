"""One collection from two tools: nobody's own posts may be taken for a second person's."""

import csv
from collections.abc import Sequence
from contextlib import closing
from itertools import combinations
from pathlib import Path

import msgspec
import pytest

from legation.errors import ConflictError
from legation.store.coaction_lake import follow
from legation.store.coaction_state import CoActionState
from legation.store.duck import connect
from legation.store.intake_told import Imported
from legation.store.intake_undo import take_back
from legation.store.lake import Lake
from legation.store.reading.mapping import CANONICAL, Mapping
from legation.store.reading.selves import KIND, Echo

from .test_intake_import import importer, lake_rows, private

HEADER = ("post_id", "account_id", "created_at", "text", "urls")
FIELDS = {name: one for name, one in CANONICAL.fields.items() if name != "platform"}
NONE = msgspec.structs.replace(CANONICAL, fields=FIELDS)
TWITTER = msgspec.structs.replace(NONE, platform="twitter")
BLUESKY = msgspec.structs.replace(NONE, platform="bluesky")


def rows(people: Sequence[str], posts: range, *, hours: int = 10) -> list[list[str]]:
    """Each person links to the same pages, a minute apart."""
    return [
        [
            f"17{sum(map(ord, person))}{number:02}",
            person,
            f"2024-05-01T{hours:02}:{number:02}:{place:02}Z",
            f"words {number}",
            f"https://example.org/{number}",
        ]
        for place, person in enumerate(people)
        for number in posts
    ]


def took(folder: Path, name: str, mapping: Mapping, given: list[list[str]]) -> Imported:
    file = folder / f"{name}.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *given])
    return importer(folder, private(), slice_bytes=400).add(file, mapping)


def tied(folder: Path) -> set[tuple[str, str]]:
    """Return the pairs of accounts that act together, by their pseudonyms."""
    with closing(connect()) as connection:
        state = CoActionState(folder / "state", ("link",), window_s=60)
        _, _, met = follow(connection, Lake(folder / "lake"), state, ("link",)).joined
        ids = dict(
            connection.execute("SELECT account, account_id FROM coaction_account").fetchall()
        )
    pairs = zip(met["account_a"].tolist(), met["account_b"].tolist(), strict=True)
    return {(min(ids[a], ids[b]), max(ids[a], ids[b])) for a, b in pairs}


@pytest.mark.parametrize("order", [(TWITTER, NONE), (NONE, TWITTER)], ids=["named", "unnamed"])
def test_the_same_posts_with_and_without_their_platform_are_stored_once(
    tmp_path: Path, order: tuple[Mapping, Mapping]
) -> None:
    given = rows(("ann", "ben", "@Cem"), range(8))
    first = took(tmp_path, "one", order[0], given)
    before = lake_rows(tmp_path)
    done = took(tmp_path, "two", order[1], given[::-1])
    assert (first.rows, done.rows, done.repeated) == (24, 0, 24)
    assert done.echoes == (Echo(platform=order[0].platform, same=24),)
    assert lake_rows(tmp_path) == before
    third = took(tmp_path, "three", order[1], [*given, *rows(("dora",), range(1))])
    assert (third.rows, third.repeated) == (1, 24)


@pytest.mark.parametrize("order", [(TWITTER, NONE), (NONE, TWITTER)], ids=["named", "unnamed"])
def test_nobody_acts_together_with_themself(tmp_path: Path, order: tuple[Mapping, Mapping]) -> None:
    # Other ids, so that no post can be found again: a tool that numbers its rows.
    given = rows(("ann", "ben"), range(8))
    took(tmp_path, "one", order[0], given)
    alone = tied(tmp_path)
    done = took(tmp_path, "two", order[1], [[f"row {n}", *row[1:]] for n, row in enumerate(given)])
    assert done.rows == 16
    name = private().pseudonyms().of
    own = {tuple(sorted((name(who, "twitter"), name(who)))) for who in ("ann", "ben")}
    every = {name(who, place) for who in ("ann", "ben") for place in ("", "twitter")}
    # All but the two pairs that are one handle: the four accounts did link together.
    assert tied(tmp_path) == set(combinations(sorted(every), 2)) - own
    assert len(alone) == 1


def test_another_text_of_a_post_that_is_found_again_is_an_edit_under_the_name_it_has(
    tmp_path: Path,
) -> None:
    given = rows(("ann",), range(4))
    took(tmp_path, "one", TWITTER, given)
    done = took(tmp_path, "two", NONE, [[*row[:3], "changed since", row[4]] for row in given])
    columns = "post_id, account_id, platform"
    assert (done.rows, done.edits) == (0, 4)
    assert lake_rows(tmp_path, "post_edits", columns) == lake_rows(tmp_path, columns=columns)


def test_equal_handles_on_two_named_platforms_stay_two_people(tmp_path: Path) -> None:
    given = rows(("ann",), range(8))
    took(tmp_path, "one", TWITTER, given)
    done = took(tmp_path, "two", BLUESKY, given)
    name = private().pseudonyms().of
    assert (done.rows, done.echoes) == (8, ())
    assert tied(tmp_path) == {tuple(sorted((name("ann", "twitter"), name("ann", "bluesky"))))}
    assert lake_rows(tmp_path, KIND) == []


def test_ids_of_another_person_or_time_are_new_posts_and_told(tmp_path: Path) -> None:
    took(tmp_path, "one", TWITTER, rows(("ann", "ben"), range(4)))
    other = [[row[0], f"not {row[1]}", *row[2:]] for row in rows(("ann", "ben"), range(4))]
    done = took(tmp_path, "two", NONE, other)
    assert (done.rows, done.echoes) == (8, (Echo(platform="twitter", unlike=8),))
    later = [[*row[:3], "other words", row[4]] for row in rows(("ann",), range(4), hours=12)]
    done = took(tmp_path, "three", NONE, later)
    assert (done.rows, done.echoes) == (4, (Echo(platform="twitter", unlike=4),))


def test_row_numbers_of_a_file_without_platform_are_not_taken_for_anybodys_posts(
    tmp_path: Path,
) -> None:
    took(tmp_path, "one", TWITTER, [["1", "ann", "2024-05-01T10:00:00Z", "first", ""]])
    done = took(tmp_path, "two", NONE, [["1", "ben", "2024-05-01T10:00:00Z", "first", ""]])
    assert (done.rows, done.repeated) == (1, 0)


def test_a_pair_leaves_with_the_posts_that_brought_it(tmp_path: Path) -> None:
    took(tmp_path, "one", TWITTER, rows(("ann",), range(8)))
    numbered = [[f"row {n}", *row[1:]] for n, row in enumerate(rows(("ann",), range(8)))]
    done = took(tmp_path, "two", NONE, numbered)
    assert len(set(lake_rows(tmp_path, KIND, "account_id, other"))) == 1
    take_back(Lake(tmp_path / "lake"), done.sha256, done.rule, tmp_path / "scratch")
    assert lake_rows(tmp_path, KIND) == []
    assert tied(tmp_path) == set()


def test_who_found_the_posts_of_another_file_again_leans_on_it(tmp_path: Path) -> None:
    first = took(tmp_path, "one", TWITTER, rows(("ann",), range(8)))
    took(tmp_path, "two", NONE, rows(("ann",), range(8)))
    with pytest.raises(ConflictError, match=r"two\.csv"):
        take_back(Lake(tmp_path / "lake"), first.sha256, first.rule, tmp_path / "scratch")


def test_known_posts_with_other_times_keep_theirs_and_are_counted(tmp_path: Path) -> None:
    took(tmp_path, "one", TWITTER, rows(("ann", "ben"), range(4)))
    before = lake_rows(tmp_path, columns="post_id, time")
    done = took(tmp_path, "two", TWITTER, rows(("ann", "ben"), range(4), hours=11))
    assert (done.rows, done.repeated, done.retimed) == (0, 8, 8)
    # The example is one of the lake's rows.
    assert done.example is not None
    post_id, kept, given = done.example
    assert (post_id, kept) in before
    assert given - kept == 3600
    assert lake_rows(tmp_path, columns="post_id, time") == before


def test_a_coarser_time_of_a_known_post_is_no_other_time(tmp_path: Path) -> None:
    took(tmp_path, "one", TWITTER, rows(("ann", "ben"), range(4)))
    coarse = [[*row[:2], f"{row[2][:16]}:00Z", *row[3:]] for row in rows(("ann", "ben"), range(4))]
    done = took(tmp_path, "two", TWITTER, coarse)
    assert (done.repeated, done.retimed, done.example) == (8, 0, None)
