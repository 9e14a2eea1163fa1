"""A file's label stands in it and in its name, and what else it holds stays as it was."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from legation.app.kept import Exported
from legation.formats.marked import Marking, mark, marked, marking_of, named
from legation.stix.labels import Label
from legation.stix.tlp import Tlp

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6)


@given(ROWS, st.sampled_from(["\n", "\r\n"]))
def test_a_table_gets_one_last_cell_a_row_and_keeps_the_others(
    rows: list[list[str]], end: str
) -> None:
    if end == "\n":  # a writer of such tables does not quote the other end of a line
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end).writerows(rows)
    made = marked(out.getvalue().encode(), "text/csv", "TLP:RED · a, b")
    read = list(csv.reader(io.StringIO(made.decode(), newline="")))
    assert [row[:-1] for row in read] == rows
    assert [row[-1] for row in read] == ["marking", *["TLP:RED · a, b"] * (len(rows) - 1)]


def test_json_says_its_label_first_whatever_it_holds() -> None:
    for bare in (b"{}", b' {"a": 1}\n', b"[1, 2]"):
        told = json.loads(marked(bare, "application/json", "TLP:RED"))
        assert next(iter(told)) == "marking"
        assert told["marking"] == "TLP:RED"
    assert told["rows"] == [1, 2]


def test_what_has_no_place_for_a_label_keeps_every_byte() -> None:
    for kind in ("application/stix+json;version=2.1", "application/pdf", "text/plain"):
        assert marked(b'{"a": 1}', kind, "TLP:RED") == b'{"a": 1}'


def test_a_name_has_its_label_before_the_ending_and_no_letter_that_a_header_breaks_on() -> None:
    label = Label(tlp=Tlp.RED, levels=('se"cret\r\n',), compartments=("talks",))
    marking = marking_of(label)
    assert marking.tag == "SE-CRET.TLP-RED"
    assert named("a.b.csv", marking.tag) == "a.b.SE-CRET.TLP-RED.csv"
    assert marking_of(Label(tlp=Tlp.RED, levels=("سري",))).tag == "TLP-RED"
    assert mark(_file(), Marking(text="", tag="")) == _file()


def _file() -> Exported:
    return Exported(name="a.csv", media_type="text/csv", content=b"a\n1\n")
