"""The words of the balance: no statement is surer than its parts, no number is made up."""

import pytest

from legation.balance.bounds import Bounds
from legation.balance.evidence import THREATS, Way
from legation.balance.nodes import Node
from legation.balance.telling import figures, statement
from legation.balance.weighing import weigh
from worlds.weighed_missions import SCALE, fact_of, mission_of, node_of


def balances_that_say(*verdicts: str) -> list[Node]:
    return [
        Node(
            id=threat,
            kind="balance",
            threat=threat,
            bounds=Bounds.exactly(0.0),
            verdict=verdict,
        )
        for threat, verdict in zip(THREATS, verdicts, strict=True)
    ]


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["balanced"] * 6, "balanced against T1, T2, T3, T4, T5, T6"),
        (["covered"] * 6, "covered against every threat"),
        (["covered"] * 5 + ["balanced"], "balanced against T6"),
        (["covered"] * 5 + ["cannot tell"], "cannot tell of T6"),
        (["balanced"] * 5 + ["exposed"], "exposed to T6"),
        (
            ["cannot tell"] * 5 + ["exposed"],
            "exposed to T6, and of T1, T2, T3, T4, T5 it cannot be told",
        ),
    ],
)
def test_a_mission_s_statement_says_no_more_than_its_threats(
    verdicts: list[str], said: str
) -> None:
    assert statement(balances_that_say(*verdicts)) == said


def test_where_nothing_is_known_no_number_is_said() -> None:
    found = weigh([mission_of(way=Way(id="mail", kind="mail"), papers=())], SCALE).nodes
    for name in ("mail|T6|credit", "m|T6|safeguards", "m|T6|chance", "m|T6|balance"):
        assert figures(found[name]).startswith("unknown ("), name
    assert figures(found["m|T1|surface"]) == "unknown (0.00 to 1.00)"


def test_a_channel_of_unknown_weight_that_was_tried_keeps_its_number() -> None:
    way = Way(id="mail", kind="mail", state="in force")
    found = node_of(mission_of(fact_of("test", 3, "held", "T5"), way=way), "mail|T5|credit")
    assert figures(found).startswith("0.")
    assert figures(found).endswith("100 % of its weight is unknown")
