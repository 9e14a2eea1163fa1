"""The words of the balance: what a statement means, what a number says, where a proof counts.

Each door takes its words from here, so that a terminal, a page and a file say the same of the
same facts. Sentences are English; the desk has them in its catalogues, see `sentences`.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from legation.balance.counting import Part, Use, reasons
from legation.balance.evidence import THREATS
from legation.balance.nodes import (
    MOST_UNKNOWN,
    OPEN_BREACH,
    TOO_WIDE,
    UNPLACED_BREACH,
    Node,
    Verdict,
)

MEANINGS: Final[Mapping[Verdict, str]] = {
    "exposed": "the exposure stands above the safeguards, with both intervals",
    "cannot tell": "too much is unknown, or an interval is too wide; what is missing is named",
    "balanced": "safeguards and exposure differ by no more than a quarter of a bar, at both ends",
    "covered": "the safeguards stand above the exposure, with both intervals",
}
# What stands between the clauses of a statement; doors that translate take them one by one.
CLAUSE: Final = "; "
# The least that two decimals can say.
_LEAST: Final = 0.01
_PARTS: Final[Mapping[Part, tuple[str, str]]] = {
    "safeguards": (
        "counts among the safeguards against %s",
        "does not count among the safeguards against %s: %s",
    ),
    "chance": ("counts for the chance of %s", "does not count for the chance of %s: %s"),
}


def statement(balances: Iterable[Node]) -> str:
    """Say of a mission what the statements of its threats come to; never more than they say.

    The first word is that of the mission's own node, and each threat that is told otherwise
    than the whole is named.
    """
    some = list(balances)
    by: dict[str, list[str]] = {}
    for one in some:
        by.setdefault(one.verdict, []).append(str(one.threat))
    breached = [str(one.threat) for one in some if _has_open_breach(one)]
    wide = [str(one.threat) for one in some if not set(TOO_WIDE.values()).isdisjoint(one.missing)]
    clauses = [_whole(by)]
    if breached:
        clauses.append(f"open breach: {', '.join(breached)}")
    if wide:
        clauses.append(f"interval too wide: {', '.join(wide)}")
    return CLAUSE.join(clauses)


def _has_open_breach(balance: Node) -> bool:
    return any(word.startswith((OPEN_BREACH, UNPLACED_BREACH)) for word in balance.missing)


def _whole(by: Mapping[str, list[str]]) -> str:
    exposed, untold, balanced = (
        ", ".join(by.get(verdict, ())) for verdict in ("exposed", "cannot tell", "balanced")
    )
    if exposed and untold:
        return f"exposed to {exposed}, and of {untold} it cannot be told"
    if exposed:
        return f"exposed to {exposed}"
    if untold:
        return f"cannot tell of {untold}"
    return f"balanced against {balanced}" if balanced else "covered against every threat"


def is_unknown(node: Node) -> bool:
    """Tell whether nothing is known of a number, so that its middle says nothing.

    What holds on a channel may be known where only its weight is not.
    """
    return node.unknown >= 1 and (node.kind != "credit" or node.rung == "unknown")


def has_middle(node: Node) -> bool:
    """Tell whether a number has a middle that says something.

    Where so much of it is unknown that nothing is stated, or where a balance cannot be told, the
    middle would be made of what is missing, so only the ends are told. What was tried on a channel
    keeps its number where only the channel's weight is not known.
    """
    if node.rung == "unknown" or node.verdict == "cannot tell":
        return False
    return node.kind == "credit" or node.unknown <= MOST_UNKNOWN


def bare(node: Node) -> dict[str, Any]:
    """Return a node for a program, its middle None where it says nothing."""
    told: dict[str, Any] = msgspec.to_builtins(node)
    if not has_middle(node):
        told["bounds"]["mid"] = None
    return told


def unknown_percent(node: Node) -> int:
    """Return the unknown share of the weight in hundredths, never less than it is.

    >>> from legation.balance.bounds import UNKNOWN
    >>> unknown_percent(Node(id="", kind="mission", bounds=UNKNOWN, unknown=0.301))
    31
    """
    return math.ceil(round(100 * node.unknown, 4))


def figures(node: Node) -> str:
    """Say a number with its interval, and how much of it is unknown.

    >>> from legation.balance.bounds import UNKNOWN
    >>> figures(Node(id="", kind="chance", bounds=UNKNOWN, unknown=1.0))
    'unknown (0.00 to 1.00)'
    >>> figures(Node(id="", kind="exposure", bounds=UNKNOWN, unknown=0.25))
    '0.50 (0.00 to 1.00), 25 % of its weight is unknown'
    >>> figures(Node(id="", kind="exposure", bounds=UNKNOWN, unknown=0.75))
    'between 0.00 and 1.00, 75 % of its weight is unknown'
    """
    bounds = node.bounds
    if is_unknown(node):
        said = f"unknown ({bounds.low:.2f} to {bounds.high:.2f})"
    elif has_middle(node):
        said = f"{bounds.mid:.2f} ({bounds.low:.2f} to {bounds.high:.2f})"
    else:
        said = f"between {bounds.low:.2f} and {bounds.high:.2f}"
    if node.unknown and not is_unknown(node):
        said += f", {unknown_percent(node)} % of its weight is unknown"
    return said


def use_words(use: Use) -> str:
    """Say what a proof counts for in one leaf."""
    if use.why:
        return f"does not count: {use.why}"
    return f"counts {use.weight:.2f}" if use.weight >= _LEAST else f"counts less than {_LEAST}"


def where_words(uses: Iterable[Use]) -> tuple[str, ...]:
    """Say of one proof where it counts, then where it does not and why."""
    by: dict[tuple[str, Part], list[str]] = {}
    for use in uses:
        by.setdefault((use.why, use.part), []).append(use.threat)
    counts = [_PARTS[part][0] % _listed(some) for (why, part), some in by.items() if not why]
    lacks = [_PARTS[part][1] % (_listed(some), why) for (why, part), some in by.items() if why]
    return (*counts, *lacks)


def sentences() -> tuple[str, ...]:
    """Return all sentences that are said here, with names for their gaps."""
    said = [each % (("%(list1)s", "%(told1)s")[: each.count("%s")]) for each in _templates()]
    return (
        "exposed to %(list1)s",
        "exposed to %(list1)s, and of %(list2)s it cannot be told",
        "cannot tell of %(list1)s",
        "balanced against %(list1)s",
        "covered against every threat",
        "open breach: %(list1)s",
        "interval too wide: %(list1)s",
        "does not count: %(told1)s",
        "counts less than 0.01",
        *MEANINGS.values(),
        *said,
        *reasons(),
    )


def _templates() -> list[str]:
    return [each for pair in _PARTS.values() for each in pair]


def _listed(threats: Iterable[str]) -> str:
    held = set(threats)
    return ", ".join(threat for threat in THREATS if threat in held)
