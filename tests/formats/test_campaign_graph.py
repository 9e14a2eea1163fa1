"""Networks and tables of a campaign can be read by other programs, whatever the ids."""

import csv
import io
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.desk import reading as desk
from legation.errors import UsageError
from legation.formats.cells import bare_cell, safe_cell
from legation.formats.graph import Node, Tie, accounts_csv, gexf, graphml, ties_csv
from worlds.found_campaigns import found_campaign

_GRAPHML = {"g": "http://graphml.graphdrawing.org/xmlns"}
_GEXF = {"g": "http://gexf.net/1.3"}
_HOSTILE = ["<a>&\"'", "=cmd|' /C calc'!A0", "\x00\x1b[31m", "a\tb\nc", "\u202eevil", "\ud800", ""]
_ids = st.lists(st.text(max_size=8), min_size=2, max_size=6, unique=True)


def _node(account: str) -> Node:
    return Node(account_id=account, role="bridge", score=0.5, q=1e-12, layers=("repost", "link"))


def _tie(a: str, b: str) -> Tie:
    return Tie(account_a=a, account_b=b, post_pairs=3, layers={"repost": 4, "link": 1}, q=1e-3)


def _ring(accounts: list[str]) -> tuple[list[Node], list[Tie]]:
    ties = [_tie(a, b) for a, b in pairwise(accounts)]
    return [_node(account) for account in accounts], ties


@given(_ids)
def test_graphml_holds_every_member_and_tie(accounts: list[str]) -> None:
    root = ET.fromstring(graphml(*_ring(accounts)))  # noqa: S314 - our own bytes
    nodes = root.findall(".//g:node", _GRAPHML)
    edges = root.findall(".//g:edge", _GRAPHML)
    assert [node.get("id") for node in nodes] == [f"n{i}" for i in range(len(accounts))]
    assert [(edge.get("source"), edge.get("target")) for edge in edges] == [
        (f"n{i}", f"n{i + 1}") for i in range(len(accounts) - 1)
    ]
    keys = {key.get("id") for key in root.findall("g:key", _GRAPHML)}
    assert {data.get("key") for data in root.findall(".//g:data", _GRAPHML)} <= keys


@given(_ids)
def test_gexf_holds_every_member_and_tie(accounts: list[str]) -> None:
    root = ET.fromstring(gexf(*_ring(accounts)))  # noqa: S314 - our own bytes
    assert len(root.findall(".//g:node", _GEXF)) == len(accounts)
    assert len(root.findall(".//g:edge", _GEXF)) == len(accounts) - 1
    declared = {part.get("id") for part in root.findall(".//g:attribute", _GEXF)}
    assert {part.get("for") for part in root.findall(".//g:attvalue", _GEXF)} <= declared


def test_hostile_ids_are_data_and_nothing_else() -> None:
    members, ties = _ring(_HOSTILE)
    for written in (graphml(members, ties), gexf(members, ties)):
        text = written.decode("utf-8")
        assert "<a>" not in text
        assert "\x1b" not in text
        ET.fromstring(text.encode())  # noqa: S314 - our own bytes


def test_plain_ids_are_kept() -> None:
    root = ET.fromstring(graphml(*_ring(["acct-a", "acct-ü"])))  # noqa: S314 - our own bytes
    values = [data.text for data in root.findall(".//g:data[@key='node-account']", _GRAPHML)]
    assert values == ["acct-a", "acct-ü"]


def test_members_of_a_finding_and_mappings_are_taken_alike() -> None:
    members = found_campaign().accounts
    a, b = members[0].account_id, members[1].account_id
    plain: list[Any] = msgspec.to_builtins(members)
    assert graphml(members, [_tie(a, b)]) == graphml(plain, [msgspec.to_builtins(_tie(a, b))])


def test_a_members_community_is_told_where_it_is_in_one() -> None:
    members = found_campaign().accounts
    xml = ET.fromstring(graphml(members, []))  # noqa: S314 - our own bytes
    assert [one.text for one in xml.findall(".//g:data[@key='node-part']", _GRAPHML)] == ["1", "1"]
    xml = ET.fromstring(gexf(members, []))  # noqa: S314 - our own bytes
    told = xml.findall(".//g:attvalue[@for='part']", _GEXF)
    assert [one.get("value") for one in told] == ["1", "1"]


@pytest.mark.parametrize("write", [graphml, gexf])
def test_a_tie_to_a_stranger_is_refused(write: Any) -> None:
    with pytest.raises(UsageError, match="no member"):
        write([_node("a")], [_tie("a", "stranger")])


def test_accounts_are_listed_best_first() -> None:
    rows = list(csv.reader(io.StringIO(accounts_csv([found_campaign()]).decode())))
    assert rows[0] == ["account_id", "campaign_id", "role", "score", "q", "layers", "copied"]
    assert [float(row[3]) for row in rows[1:]] == [1.0, 0.999, 0.998]
    assert rows[1][1:3] == ["campaign-1", "originator"]
    assert rows[1][5] == "repost|link"


def test_no_finding_is_a_header_only() -> None:
    assert accounts_csv([], raw_ids=True) == b"account_id,campaign_id,role,score,q,layers\n"
    assert accounts_csv([]) == b"account_id,campaign_id,role,score,q,layers,copied\n"


def test_raw_ids_are_kept_as_they_are() -> None:
    campaign = {"campaign_id": "c", "accounts": [_node("=1"), _node("-2")]}
    raw = list(csv.DictReader(io.StringIO(accounts_csv([campaign], raw_ids=True).decode())))
    safe = list(csv.DictReader(io.StringIO(accounts_csv([campaign]).decode())))
    assert [row["account_id"] for row in raw] == ["-2", "=1"]
    assert [row["account_id"] for row in safe] == ["'-2", "'=1"]


def test_the_weight_of_a_tie_is_its_objects_and_an_unkept_rate_is_left_out() -> None:
    tie = msgspec.structs.replace(_tie("a", "b"), q=None)
    root = ET.fromstring(graphml([_node("a"), _node("b")], [tie]))  # noqa: S314 - our own bytes
    edge = root.find(".//g:edge", _GRAPHML)
    assert edge is not None
    assert {data.get("key"): data.text for data in edge} == {
        "edge-weight": "3.0",
        "edge-layers": "repost|link",
        "edge-tie": "validated",
    }
    header, row = ties_csv("c", [tie]).splitlines()
    assert header == b"campaign_id,account_a,account_b,post_pairs,q,layers,tie"
    assert row == b"c,a,b,3,,repost|link,validated"


def test_the_ties_of_the_desk_are_taken_as_they_are() -> None:
    shown = desk.Tie(
        campaign_id="c",
        account_a="a",
        account_b="b",
        layers={"repost": 4},
        post_pairs=3,
        expected=0.1,
        q=0.001,
        first=0,
        last=9,
        tie="validated",
    )
    assert ties_csv("c", [shown]).endswith(b"c,a,b,3,0.001,repost,validated\n")


def test_ties_are_listed_with_safe_cells() -> None:
    (row,) = csv.DictReader(io.StringIO(ties_csv("c", [_tie("=a", "b,\n")]).decode()))
    assert row == {
        "campaign_id": "c",
        "account_a": "'=a",
        "account_b": "b,\n",
        "post_pairs": "3",
        "q": "0.001",
        "layers": "repost|link",
        "tie": "validated",
    }


# What a spreadsheet may overlook before a formula.
FRONTS = ["", " ", "\u00a0", "\ufeff", "\u200b", "\u200d\u2060", "\u200f", "\u3000", "'"]


@given(
    st.lists(st.sampled_from(FRONTS), max_size=3).map("".join),
    st.sampled_from("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe63\u207a"),
    st.text(),
)
def test_no_cell_starts_a_formula(front: str, starter: str, rest: str) -> None:
    text = f"{front}{starter}{rest}"
    assert safe_cell(text).startswith("'")
    # One apostrophe more than the text had, so that it can be taken off again.
    assert safe_cell(text)[1:].startswith(front)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_a_safe_cell_keeps_its_text(text: str) -> None:
    if not any(sign in HIDDEN for sign in text):
        assert bare_cell(safe_cell(text)) == text


HIDDEN = "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("sign", [*HIDDEN, "\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f"])
def test_what_hides_or_turns_words_leaves_by_its_name(sign: str) -> None:
    cell = safe_cell(f"a{sign}b")
    assert sign not in cell
    assert (cell[0], cell[-1], len(cell) > 2) == ("a", "b", True)


def test_words_of_a_language_that_needs_joiners_or_marks_leave_as_they_are() -> None:
    for text in (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "a\u200fb",
        "\U0001f469\u200d\U0001f52c",
    ):
        assert safe_cell(text) == text
