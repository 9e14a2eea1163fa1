"""A network for the script that draws it: the same vertices, lines and places as the picture.

What is sent is bounded as the picture is: at most 1,500 vertices and 5,000 lines, whatever the
reader opens; what is left out is counted. Lines name their ends by place in the list.
"""

import msgspec

from legation.desk.layout import Picture
from legation.desk.network import Network
from legation.desk.saying import told_text


class Node(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A vertex; an account has no name beside its key."""

    key: str
    role: str
    x: float
    y: float
    r: float
    group: str
    name: str = ""
    size: int = 1


class Line(msgspec.Struct, frozen=True, array_like=True):
    """Ties between two vertices."""

    a: int
    b: int
    ties: int
    validated: int
    objects: int


class GroupTold(msgspec.Struct, frozen=True, kw_only=True):
    """A group in the list beside the graph."""

    key: str
    name: str
    role: str
    accounts: int
    inside: int
    opened: bool


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """What the script draws.

    Attributes:
        settled: Whether the accounts stand where their ties draw them.
        open: As in the address of the page.
    """

    nodes: list[Node]
    links: list[Line]
    groups: list[GroupTold]
    links_left_out: int
    accounts_left_out: int
    ties: int
    open: str
    settled: bool
    width: float
    height: float


def graph_of(network: Network, picture: Picture | None, *, opened: str, settled: bool) -> Graph:
    """Return a network for the script."""
    place = {one.key: number for number, one in enumerate(network.vertices)}
    return Graph(
        nodes=[
            Node(
                key=spot.vertex.key,
                role=spot.vertex.role,
                x=spot.x,
                y=spot.y,
                r=spot.radius,
                group=spot.vertex.group,
                name="" if spot.vertex.account else told_text(spot.vertex.name),
                size=spot.vertex.size,
            )
            for spot in (picture.spots if picture else ())
        ],
        links=[
            Line(place[link.a], place[link.b], link.ties, link.validated, link.post_pairs)
            for link in network.links
        ],
        groups=[
            GroupTold(
                key=group.key,
                name=told_text(group.name),
                role=group.role,
                accounts=len(group.members),
                inside=group.inside,
                opened=group.opened,
            )
            for group in network.groups
        ],
        links_left_out=network.links_left_out,
        accounts_left_out=network.accounts_left_out,
        ties=network.ties,
        open=opened,
        settled=settled,
        width=picture.width if picture else 0,
        height=picture.height if picture else 0,
    )
