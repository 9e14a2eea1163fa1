"""A dossier is read as sections and leaves as STIX; what is not complete does not leave."""

import pytest

from legation.errors import ConflictError
from legation.safeguards.cases.dossier.entities import dossier_entities
from legation.safeguards.cases.dossier.gaps import gaps
from legation.safeguards.cases.dossier.objects import dossier_stix
from legation.safeguards.cases.dossier.sheet import (
    COLUMNS,
    NOT_SAID,
    TITLES,
    UNAVAILABLE,
    Section,
    dossier_text,
    statement,
)
from legation.stix.codec import object_of
from legation.stix.ids import fact_id
from legation.stix.timestamps import Timestamp
from worlds.dossiers import LINK, REGIME, Draft, body, person, planted

AUTHOR = fact_id("identity", "a ministry")
MADE = (Timestamp("2026-11-27T10:00:00.000Z"), Timestamp("2026-11-28T10:00:00.000Z"))
MARKING = "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"


def objects(draft: Draft, case: str = "2026-0017") -> list[dict[str, object]]:
    return dossier_stix(
        draft.folded(),
        REGIME,
        draft.beside(),
        case=case,
        made=MADE,
        author=AUTHOR,
        markings=[MARKING],
    )


def sections(draft: Draft) -> dict[str, Section]:
    return {one.key: one for one in dossier_text(draft.folded(), REGIME, draft.beside())}


@pytest.mark.parametrize("draft", [person(), body()], ids=["person", "body"])
def test_a_complete_dossier_is_read_whole(draft: Draft) -> None:
    told = sections(draft)
    assert [*told] == [key for key in TITLES if key != "gaps"]
    for key, section in told.items():
        assert section.table is not None
        assert section.table.columns == COLUMNS[key]
        assert all(len(row) == len(COLUMNS[key]) for row in section.table.rows)


def test_each_sentence_stands_with_its_entries_and_each_source_with_grade_and_mark() -> None:
    told = sections(person())
    assert told["statement"].table is not None
    assert told["statement"].table.rows[1] == ("2", LINK, "2, 3")
    assert told["sources"].table is not None
    assert [row[0] for row in told["sources"].table.rows] == ["1", "2", "3", "4"]
    assert told["sources"].table.rows[3][4:8] == ("B2", "verified-excerpt", "no", "disputed")
    assert told["ground"].table is not None
    assert told["ground"].table.rows[0][2] == "from-memory"
    assert told["subject"].table is not None
    assert ("Address", UNAVAILABLE, "") in told["subject"].table.rows


def test_a_draft_shows_its_gaps_first() -> None:
    draft = planted(["field-missing", "threshold-missing", "remedy-missing"])
    found = dossier_text(draft.folded(), REGIME, draft.beside())
    assert found[0].key == "gaps"
    assert found[0].table is not None
    assert len(found[0].table.rows) == len(gaps(draft.folded(), REGIME, draft.beside())) == 3
    said = {row for one in found[1:] if one.table for row in one.table.rows}
    assert sum(NOT_SAID in row for row in said) == 3


def test_the_objects_are_valid_marked_and_tied() -> None:
    told = [object_of(one) for one in objects(person())]
    assert [one.type for one in told] == ["identity", "note", "grouping"]
    identity, note, grouping = objects(person())
    assert identity["name"] == "Jan Example"
    assert identity["identity_class"] == "individual"
    assert note["content"] == statement(person().folded())
    assert grouping["object_refs"] == [identity["id"], note["id"]]
    assert all(one["object_marking_refs"] == [MARKING] for one in (identity, note, grouping))
    assert isinstance(note["external_references"], list)
    assert len(note["external_references"]) == 4


def test_a_second_export_is_a_version_of_the_same_objects() -> None:
    here, there = objects(person()), objects(person(), case="2026-0018")
    assert [one["id"] for one in here] == [one["id"] for one in objects(person())]
    assert {str(one["id"]) for one in here}.isdisjoint(str(one["id"]) for one in there)


@pytest.mark.parametrize("kind", ["sentence-closed", "rights-missing", "review-late"])
def test_an_incomplete_dossier_does_not_leave(kind: str) -> None:
    draft = planted([kind])  # type: ignore[list-item]  # a kind, as a text
    with pytest.raises(ConflictError):
        objects(draft)
    with pytest.raises(ConflictError):
        dossier_entities(draft.folded(), REGIME, draft.beside(), case="2026-0017")
