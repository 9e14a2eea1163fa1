"""Sectors and states as MISP's tags name them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.knowledge.galaxies import (
    sector,
    sector_of_tag,
    sectors,
    state_of_tag,
    tags_of_state,
)
from legation.knowledge.states import states


def test_a_sector_is_found_by_its_name_another_name_and_its_tag() -> None:
    known = sector(" DIPLOMACY ")
    assert known is not None
    assert known.misp_tag == 'misp-galaxy:sector="Diplomacy"'
    assert known.nace[0].startswith("O - ")
    assert sector_of_tag(known.misp_tag) is known
    assert getattr(sector("voluntary"), "name", "") == "Non-profit organisation"


def test_every_sector_is_found_by_its_tag_and_has_its_source() -> None:
    assert len(sectors()) == 124
    for one in sectors():
        assert sector_of_tag(one.misp_tag) is one
        assert one.source.package == "pymispgalaxies 1.1.1"


@pytest.mark.parametrize("name", ["Unknown", "", "no such sector"])
def test_a_name_of_two_sectors_or_of_none_is_not_told(name: str) -> None:
    assert sector(name) is None


@pytest.mark.parametrize("tag", ["", 'misp-galaxy:country="sweden"', 'misp-galaxy:sector="x"'])
def test_a_tag_of_something_else_is_no_sector(tag: str) -> None:
    assert sector_of_tag(tag) is None


def test_each_tag_of_a_state_leads_to_a_code_that_is_known_and_back() -> None:
    for code in states():
        for tag in tags_of_state(code):
            assert state_of_tag(tag) == code
    assert [code for code in states() if not tags_of_state(code)] == []


def test_two_names_of_one_state_are_both_told() -> None:
    assert len(tags_of_state("EH")) == 3


@pytest.mark.parametrize("tag", ["", "tlp:red", 'misp-galaxy:country="aldria"', "x" * 5000])
def test_a_tag_that_names_no_state_is_not_told(tag: str) -> None:
    assert state_of_tag(tag) is None
    assert tags_of_state("XA") == ()


@given(text=st.text(max_size=60))
def test_no_text_breaks_a_question(text: str) -> None:
    sector(text)
    state_of_tag(f'misp-galaxy:country="{text}"')
    sector_of_tag(text)
    tags_of_state(text)
