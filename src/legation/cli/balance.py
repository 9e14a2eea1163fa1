"""`legation balance`: exposure against safeguards, with how sure it is and why."""

from typing import TYPE_CHECKING, Annotated, Any, Final, cast

from cyclopts import Parameter

from legation.app.days import end_of_day
from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, table, tell, typed
from legation.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from legation.app.balancing import Balance, Standing
    from legation.balance.counting import Use
    from legation.balance.nodes import Node, Verdict

_ACTOR = "command line"
NOTHING: Final = "No object speaks of this."
AsOf = Annotated[
    str, Parameter("--as-of", help="What was believed at the end of a day, such as 2026-03-01.")
]


def show(
    *,
    as_of: AsOf = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show for each mission and threat whether safeguards outweigh exposure."""
    from legation.balance.telling import MEANINGS, unknown_percent

    balance = _balance(home, as_of, doors)
    if as_json:
        answer_json(
            {
                "day": balance.day,
                "missions": [
                    {
                        "mission": one.mission.key,
                        "state": one.mission.state,
                        "object": one.id,
                        "said": one.said,
                        "answer": one.answer,
                        "balances": one.balances,
                    }
                    for one in balance.standings
                ],
            }
        )
        return 0
    if not balance.standings:
        command = typed("legation mission import FILE.csv", home)
        tell(f"No mission is on record. Next: {command}")
        return 0
    threats = tuple(str(node.threat) for node in balance.standings[0].balances)
    answer(
        table(
            ("mission", *threats, "unknown", "answer"),
            [
                (
                    one.mission.key,
                    *(node.verdict for node in one.balances),
                    f"{unknown_percent(one.answer)} %",
                    one.said,
                )
                for one in balance.standings
            ],
        )
    )
    for verdict, meaning in MEANINGS.items():
        tell(f"{verdict}: {meaning}")
    command = typed("legation balance explain MISSION THREAT", home)
    tell(f"As of {balance.day}. Why: {command}")
    return 0


def explain(
    mission: str,
    threat: str,
    /,
    *,
    as_of: AsOf = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Open the balance of a mission and a threat down to its evidence.

    Args:
        mission: Key of the mission.
        threat: T1 to T6.
    """
    from legation.balance.telling import MEANINGS, unknown_percent, use_words

    balance = _balance(home, as_of, doors)
    found = _standing(balance, mission)
    node = next((one for one in found.balances if one.threat == threat.upper()), None)
    if node is None:
        raise UsageError(f"no threat {threat[:20]!r}", hint="give one of T1 to T6")
    uses = [use for use in balance.uses(found.id) if use.threat == node.threat]
    if as_json:
        answer_json({"day": balance.day, "tree": _tree(node, balance.nodes), "uses": uses})
        return 0
    verdict = cast("Verdict", node.verdict)
    answer(f"{found.mission.name}, {node.threat}: {verdict} (as of {balance.day})")
    answer(f"{verdict}: {MEANINGS[verdict]}; {unknown_percent(node)} % of the weight is unknown")
    for line in _lines(node, balance, {(use.part, use.fact): use for use in uses}, 0):
        answer(line)
    for word in node.missing:
        tell(f"missing: {_named(word, balance.names)}")
    for use in uses:
        if use.why:
            tell(f"{use.part}: {balance.names[use.fact]}  {use.fact}: {use_words(use)}")
    return 0


def _balance(home: Any, as_of: str, doors: Lent) -> "Balance":
    from legation.app.balancing import Balancing

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        return Balancing().balance(place.library(store, _ACTOR).scope(), as_of=end_of_day(as_of))


def _standing(balance: "Balance", key: str) -> "Standing":
    for one in balance.standings:
        if one.mission.key == key:
            return one
    raise NotFoundError(f"no mission {key:.60}", hint="run: legation balance show")


def _lines(
    node: "Node", balance: "Balance", uses: "Mapping[tuple[str, str], Use]", depth: int
) -> list[str]:
    from legation.balance.telling import figures, use_words

    rung = f", {node.rung}" if node.rung and node.rung != "unknown" else ""
    subject = balance.names.get(node.id.partition("|")[0], "") if node.kind == "credit" else ""
    of = f" {subject}" if subject else ""
    lines = [f"{'  ' * depth}{node.kind}{of}: {figures(node)}{rung}"]
    for child in node.children:
        lines += _lines(balance.nodes[child], balance, uses, depth + 1)
    part = "safeguards" if node.kind == "credit" else node.kind
    for name in sorted(node.evidence, key=lambda one: balance.names[one]):
        use = uses.get((part, name))
        told = f": {use_words(use)}" if use else ""
        lines.append(f"{'  ' * (depth + 1)}- {balance.names[name]}  {name}{told}")
    if not node.children and not node.evidence:
        lines.append(f"{'  ' * (depth + 1)}{NOTHING}")
    return lines


def _tree(node: "Node", nodes: "Mapping[str, Node]") -> dict[str, Any]:
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(node)
    return told | {"children": [_tree(nodes[child], nodes) for child in node.children]}


def _named(word: str, names: "Mapping[str, str]") -> str:
    said, _, object_id = word.rpartition(": ")
    return f"{said}: {names[object_id]}" if object_id in names else word
