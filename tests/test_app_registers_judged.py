"""What is taken in leaves as a table and comes in again as it was, whatever was typed."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.app.registers_judged import read_incoming
from legation.formats.rows import write_rows
from legation.missions.calendar import Assumed
from legation.missions.objects import SHAPES
from worlds.ministry import TABLES

AHEAD = date(2999, 1, 1)
# What people type, paste, and try: any letters, and what spreadsheets, lines and readers trip over.
TYPED = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"])
    | st.sampled_from("'=+-@|,;\"\t\r\n\u200b\u200d\u202e\u2028\x85\uff1d\ufeff\u0301\u041c")
)
FREE = {
    "missions": ("name", "seat", "source"),
    "channels": ("name", "address", "use", "safeguard", "platform", "source"),
    "jewels": ("name", "why", "owner"),
    "holders": ("source",),
    "plans": ("source",),
    "proofs": ("consequence", "by", "source"),
    "voices": ("name", "platform", "office", "language", "rule", "source"),
    "talks": ("name", "others", "stakes", "seat", "source"),
}


@pytest.mark.parametrize("register", list(SHAPES))
@given(st.data())
def test_what_was_taken_in_comes_out_and_in_again_as_itself(
    register: str, data: st.DataObject
) -> None:
    rows = list(csv.DictReader(TABLES[register].decode().splitlines()))
    row = data.draw(st.sampled_from(rows))
    typed = {
        name: data.draw(TYPED, label=name) for name in FREE[register] if data.draw(st.booleans())
    }
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows((list(row), list((row | typed).values())))
    first = read_incoming(out.getvalue().encode(), "t.csv", register, Assumed(), AHEAD)
    kept = [one for _, one in first.rows.good]
    again = read_incoming(write_rows(kept, SHAPES[register]), "t.csv", register, Assumed(), AHEAD)
    assert again.rows.refused == ()
    assert [one for _, one in again.rows.good] == kept
    assert len(kept) + len(first.rows.refused) == 1


@pytest.mark.parametrize(
    ("drilled", "outcome", "why"),
    [
        ("2026-03-03", "held", "a drill that is still ahead has shown nothing"),
        ("2030-01-01", "unknown", "a drill that is still ahead has shown nothing"),
        ("", "held", "an outcome of no drill"),
        ("2026-03-02", "held", ""),
        ("", "", ""),
    ],
)
def test_a_drill_proves_a_plan_once_it_was_held(drilled: str, outcome: str, why: str) -> None:
    content = (
        "key,mission,decides,fallbacks,drilled,outcome,source,as_of\n"
        f"plan,paris,deputy,paris-mail,{drilled},{outcome},plan 6,2026-03-01\n"
    )
    found = read_incoming(content.encode(), "t.csv", "plans", Assumed(), date(2026, 3, 2))
    assert [(one.line, one.column, one.reason) for one in found.rows.refused] == (
        [(2, "drilled", why)] if why else []
    )


def test_a_handle_whose_one_spelling_is_too_long_is_refused_and_closes_no_register() -> None:
    content = (
        "key,state,kind,name,platform,office,rule,since,source,as_of\n"
        f"v1,XA,account,{'ﷺ' * 150},youtube,President,list,2020-01-01,list,2026-02-01\n"
    )
    found = read_incoming(content.encode(), "t.csv", "voices", Assumed(), AHEAD)
    (refused,) = found.rows.refused
    assert (refused.column, refused.reason) == ("name", "in its one spelling this is too long")
