"""A campaign's members and ties for programs that draw and measure networks.

GraphML and GEXF are read by Gephi, Cytoscape, igraph and others; the two tables by
everything else. Account ids come as they are given, pseudonyms in the store. Letters
that XML forbids become U+FFFD, and cells that a spreadsheet would run are made text.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from legation.errors import UsageError
from legation.formats.cells import safe_cell

ACCOUNT_COLUMNS: Final = ("account_id", "campaign_id", "role", "score", "q", "layers")
TIE_COLUMNS: Final = ("campaign_id", "account_a", "account_b", "post_pairs", "q", "layers", "tie")

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NODE_PARTS: Final = {
    "account": "string",
    "role": "string",
    "score": "double",
    "q": "double",
    "layers": "string",
    "part": "long",
    "copied": "boolean",
}
_TIE_PARTS: Final = {"weight": "double", "q": "double", "layers": "string", "tie": "string"}


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A member as a graph shows it.

    Attributes:
        part: Its community; None where it is in none.
        copied: Whether it was only or mostly copied, so that whether it takes part cannot be told.
    """

    account_id: str
    role: str
    score: float
    q: float
    layers: tuple[str, ...]
    part: int | None = None
    copied: bool = False


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of members as a graph shows it; its weight is the number of pairs of posts.

    Attributes:
        post_pairs: Distinct pairs of posts by which the two met.
        layers: Co-actions of the two by layer.
        q: False-discovery rate at which the tie holds; None where it was not kept.
        tie: `validated`, or `joined` where one of the two joined as a single account.
    """

    account_a: str
    account_b: str
    post_pairs: int
    layers: dict[str, int]
    q: float | None = None
    tie: str = "validated"


def graphml(members: Iterable[Any], ties: Iterable[Any], marking: str = "") -> bytes:
    """Write the network as GraphML.

    Args:
        members: Members of a campaign, as structs or mappings with the fields of `Node`.
        ties: Ties between them, as structs or mappings with the fields of `Tie`.
        marking: Who may have it; an attribute of the graph.

    Raises:
        UsageError: A tie names an account that is no member.
    """
    root = Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for owner, parts in (("node", _NODE_PARTS), ("edge", _TIE_PARTS)):
        for name, kind in parts.items():
            keys = {"id": f"{owner}-{name}", "for": owner, "attr.name": name, "attr.type": kind}
            SubElement(root, "key", keys)
    if marking:
        keys = {"id": "graph-marking", "for": "graph", "attr.name": "marking"}
        SubElement(root, "key", keys | {"attr.type": "string"})
    graph = SubElement(root, "graph", id="campaign", edgedefault="undirected")
    if marking:
        _graphml_data(graph, "graph", {"marking": _clean(marking)})
    nodes, edges = _network(members, ties)
    for number, node in enumerate(nodes):
        element = SubElement(graph, "node", id=f"n{number}")
        _graphml_data(element, "node", _node_values(node))
    for number, (start, end, tie) in enumerate(edges):
        element = SubElement(graph, "edge", id=f"e{number}", source=start, target=end)
        _graphml_data(element, "edge", _tie_values(tie))
    return _xml(root)


def gexf(members: Iterable[Any], ties: Iterable[Any], marking: str = "") -> bytes:
    """Write the network as GEXF 1.3; same arguments and errors as `graphml`.

    GEXF has attributes of nodes and edges alone, so who may have it stands in its `meta`.
    """
    root = Element("gexf", xmlns="http://gexf.net/1.3", version="1.3")
    if marking:
        meta = SubElement(root, "meta")
        SubElement(meta, "keywords").text = _clean(marking)
        SubElement(meta, "description").text = _clean(marking)
    graph = SubElement(root, "graph", defaultedgetype="undirected", mode="static")
    for owner, parts in (("node", _NODE_PARTS), ("edge", _TIE_PARTS)):
        columns = SubElement(graph, "attributes", {"class": owner})
        for name, kind in parts.items():
            SubElement(columns, "attribute", id=name, title=name, type=kind)
    nodes, edges = _network(members, ties)
    parent = SubElement(graph, "nodes")
    for number, node in enumerate(nodes):
        element = SubElement(parent, "node", id=f"n{number}", label=_clean(node.account_id))
        _gexf_data(element, _node_values(node))
    parent = SubElement(graph, "edges")
    for number, (start, end, tie) in enumerate(edges):
        place = {
            "id": f"e{number}",
            "source": start,
            "target": end,
            "weight": _number(tie.post_pairs),
        }
        _gexf_data(SubElement(parent, "edge", place), _tie_values(tie))
    return _xml(root)


def accounts_csv(campaigns: Iterable[Any], *, raw_ids: bool = False) -> bytes:
    """Write accounts.csv: one row per account and campaign, best score first.

    For people a last column says who was only or mostly copied; the columns that programs join
    on are fixed.

    Args:
        campaigns: Campaigns, as structs or mappings.
        raw_ids: Keep ids as they are, for programs that join on them; else a cell that
            a spreadsheet would run is made text.
    """
    rows = [
        (node.score, _cell(node.account_id, raw_ids), campaign["campaign_id"], node)
        for campaign in map(msgspec.to_builtins, campaigns)
        for node in _convert(campaign["accounts"], Node)
    ]
    rows.sort(key=lambda row: (-row[0], row[1], row[2]))
    told = [
        (
            *(account, campaign, node.role, _number(score), _number(node.q), "|".join(node.layers)),
            *([] if raw_ids else ["yes" if node.copied else ""]),
        )
        for score, account, campaign, node in rows
    ]
    return _csv(ACCOUNT_COLUMNS if raw_ids else (*ACCOUNT_COLUMNS, "copied"), told)


def ties_csv(campaign_id: str, ties: Iterable[Any]) -> bytes:
    """Write a campaign's ties as a table, in their given order."""
    return _csv(
        TIE_COLUMNS,
        (
            (
                campaign_id,
                safe_cell(tie.account_a),
                safe_cell(tie.account_b),
                str(tie.post_pairs),
                "" if tie.q is None else _number(tie.q),
                "|".join(tie.layers),
                tie.tie,
            )
            for tie in _convert(ties, Tie)
        ),
    )


def _convert(items: Iterable[Any], shape: type[Any]) -> list[Any]:
    return [msgspec.convert(item, shape, from_attributes=True) for item in items]


def _network(
    members: Iterable[Any], ties: Iterable[Any]
) -> tuple[list[Node], list[tuple[str, str, Tie]]]:
    nodes: list[Node] = _convert(members, Node)
    places = {node.account_id: f"n{number}" for number, node in enumerate(nodes)}
    try:
        edges = [(places[tie.account_a], places[tie.account_b], tie) for tie in _convert(ties, Tie)]
    except KeyError as stranger:
        raise UsageError(
            f"a tie names {stranger}, who is no member", hint="pass the campaign's own ties"
        ) from stranger
    return nodes, edges


def _node_values(node: Node) -> dict[str, str]:
    return {
        "account": _clean(node.account_id),
        "role": node.role,
        "score": _number(node.score),
        "q": _number(node.q),
        "layers": "|".join(node.layers),
        "copied": "true" if node.copied else "false",
        **({} if node.part is None else {"part": str(node.part)}),
    }


def _tie_values(tie: Tie) -> dict[str, str]:
    rate = {} if tie.q is None else {"q": _number(tie.q)}
    return {
        "weight": _number(tie.post_pairs),
        **rate,
        "layers": "|".join(tie.layers),
        "tie": tie.tie,
    }


def _graphml_data(element: Element, owner: str, values: Mapping[str, str]) -> None:
    for name, text in values.items():
        SubElement(element, "data", key=f"{owner}-{name}").text = text


def _gexf_data(element: Element, values: Mapping[str, str]) -> None:
    parent = SubElement(element, "attvalues")
    for name, text in values.items():
        SubElement(parent, "attvalue", {"for": name, "value": text})


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _number(value: float) -> str:
    # A whole number may come as an integer; the same value is written alike.
    return repr(float(value))


def _cell(text: str, raw: bool) -> str:
    return text if raw else safe_cell(text)


def _xml(root: Element) -> bytes:
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8", "replace")
