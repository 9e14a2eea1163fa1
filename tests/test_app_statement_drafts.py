"""What the entries of a draft say together: state, authors, and to which words an approval fits."""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.app.statements.drafts import (
    STATES,
    Body,
    Deed,
    Issued,
    Judged,
    Released,
    Wording,
    read,
    told,
)
from legation.errors import VerificationError
from legation.safeguards.statements.drafting import Draft, drafted
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.statements import StatementEntry

NOON: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)


def wording(text: str = "The harbour stays open.") -> Wording:
    draft = Draft(issuer="Aldria", office="Press", versions=drafted([("en", text)]))
    return Wording(draft=draft, label=Label(tlp=Tlp.GREEN), answers="")


def deeds(*some: tuple[str, str, Body]) -> list[Deed]:
    return [
        Deed(seq=place, kind=kind, actor=actor, at=NOON + timedelta(minutes=place), body=body)
        for place, (kind, actor, body) in enumerate(some, 1)
    ]


def judged(kind: str, of: Wording, actor: str = "lea") -> tuple[str, str, Body]:
    return kind, actor, Judged(sha256=of.draft.sha256)


def test_an_approval_fits_its_own_words_alone() -> None:
    first, second = wording(), wording("The harbour is closed.")
    begun = ("drafted", "pia", first)
    assert told(deeds(begun, judged("approved", first))).state == "approved"
    changed = told(deeds(begun, judged("approved", first), ("changed", "pol", second)))
    assert (changed.state, changed.approval) == ("waiting", None)
    assert changed.before == first
    assert changed.authors == ("pia", "pol")
    strange = told(deeds(begun, judged("approved", second)))
    assert strange.approval is None


def test_a_statement_is_embargoed_until_it_is_released() -> None:
    first = wording()
    issued = Issued(
        sha256=first.draft.sha256,
        number="2026-0001",
        index=0,
        issued=NOON,
        signed="0" * 64,
        origin="log",
        embargo=NOON + timedelta(hours=1),
    )
    some = [("drafted", "pia", first), judged("approved", first), ("published", "pia", issued)]
    assert told(deeds(*some)).state == "embargoed"
    assert told(deeds(*some, ("released", "desk", Released(index=0)))).state == "published"
    assert told(deeds(*some)).standing.number == "2026-0001"


def test_entries_that_begin_with_no_wording_are_damaged() -> None:
    with pytest.raises(VerificationError):
        told([])
    with pytest.raises(VerificationError):
        told(deeds(judged("approved", wording())))


@given(
    st.lists(
        st.sampled_from(["changed", "approved", "sent back", "refused", "withdrawn"]), max_size=8
    ),
    st.lists(st.sampled_from(["The first words.", "The second words."]), min_size=9, max_size=9),
)
def test_whatever_was_done_an_approved_draft_was_approved_as_it_stands(
    kinds: list[str], texts: list[str]
) -> None:
    last = wording(texts[0])
    some: list[tuple[str, str, Body]] = [("drafted", "pia", last)]
    for kind, text in zip(kinds, texts[1:], strict=False):
        if kind == "changed":
            last = wording(text)
            some.append((kind, "pia", last))
        else:
            some.append(judged(kind, last))
    found = told(deeds(*some))
    assert found.state in STATES
    if found.state == "approved":
        assert found.approval is not None
        assert isinstance(found.approval.body, Judged)
        assert found.approval.body.sha256 == last.draft.sha256
    assert found.wording == last


def test_an_entry_comes_back_as_it_was_written() -> None:
    for kind, actor, body in (("drafted", "pia", wording()), judged("approved", wording())):
        entry = StatementEntry(
            draft=1, kind=kind, actor=actor, at=NOON, body=msgspec.json.encode(body)
        )
        assert read(entry).body == body
