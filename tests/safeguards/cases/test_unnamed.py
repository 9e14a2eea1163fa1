"""Whom a dossier names stands in no other entry of the case."""

from datetime import UTC, datetime

import msgspec
import pytest

from legation.errors import RecordError
from legation.knowledge.norms import Norms
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case, case_of
from legation.safeguards.cases.dossier.bodies import DossierOpened, Identified
from legation.safeguards.cases.dossier.regimes import shipped_regimes
from legation.safeguards.cases.dossier.unnamed import require_unnamed
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.facts import Opened, Said
from legation.safeguards.cases.typed import read_typed

OPENED = Opened(title="An intrusion", type="T2", domain="security", began="2026", known="2026")
WRITTEN = datetime(2026, 3, 1, tzinfo=UTC)
BOOK = Book(
    norms=Norms([], today=WRITTEN.date()),
    regimes={one.key: one for one in shipped_regimes()},
)


def case(*bodies: Body) -> Case:
    return case_of(
        "2026-0001",
        "incident--x",
        [
            Entry(number=at, author="a", written=WRITTEN, body=body)
            for at, body in enumerate(bodies, 1)
        ],
    )


def dossier(name: str, field: str = "name") -> Case:
    key = "jan"
    return case(
        OPENED,
        DossierOpened(dossier=key, regime="eu-cyber-2019-797", kind="person"),
        Identified(dossier=key, field=field, value=name),
    )


def said(text: str) -> Entry:
    body = Said(says=text, on="2026-02-19", source="the register")
    return Entry(number=9, author="a", written=WRITTEN, body=body)


@pytest.mark.parametrize(
    "text",
    [
        "Anna Maria BERG was there too",
        "signed: Berg, Anna",
        "the officer (anna  berg) came",
        "ÁNNA-BÉRG wrote it",
    ],
)
def test_a_name_of_a_dossier_is_found_in_any_order_and_case(text: str) -> None:
    with pytest.raises(RecordError, match="somebody whom a dossier") as refused:
        require_unnamed(dossier("Anna Maria Berg"), said(text), BOOK)
    assert refused.value.place == "says"
    assert "Anna" not in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize(
    "text",
    [
        "the officer came by the mountain (Berg) road",
        "Anna wrote to the ministry, whose head is called otherwise",
        "somebody came",
    ],
)
def test_one_word_of_a_name_is_no_name(text: str) -> None:
    require_unnamed(dossier("Anna Maria Berg"), said(text), BOOK)


def test_other_names_count_and_what_is_no_name_does_not() -> None:
    with pytest.raises(RecordError):
        require_unnamed(dossier("Grey Fox", "aliases"), said("the group calls him grey fox"), BOOK)
    require_unnamed(dossier("Harbour Street 9", "address"), said("in Harbour Street"), BOOK)
    require_unnamed(case(OPENED), said("Anna Berg"), BOOK)


def test_the_dossier_itself_has_the_name() -> None:
    own = Identified(dossier="jan", field="aliases", value="Anna Berg")
    entry = Entry(number=9, author="a", written=WRITTEN, body=own)
    require_unnamed(dossier("Anna Berg"), entry, BOOK)


@pytest.mark.parametrize(
    ("kind", "fields", "place"),
    [
        (
            "decision",
            {"what": "say nothing", "touches_persons": "no", "considered": "Anna Berg | | no"},
            "considered/1/option",
        ),
        (
            "state-link",
            {"test": "organ", "party": "XB", "answers": "status | yes | 1 | Anna Berg is in it"},
            "answers/1/says",
        ),
        (
            "chosen",
            {"answer": "no-action", "touches": "no", "why": "for now", "rests_on": "1",
             "instead_of": "0 | Anna Berg said so, and was not heard"},
            "instead_of/1/why",
        ),
    ],
)  # fmt: skip
def test_every_text_of_an_entry_is_looked_at(kind: str, fields: dict[str, str], place: str) -> None:
    body = read_typed(kind, fields)
    with pytest.raises(RecordError) as refused:
        require_unnamed(dossier("Anna Berg"), msgspec.structs.replace(said("x"), body=body), BOOK)
    assert refused.value.place == place
