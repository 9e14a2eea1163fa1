"""`legation order`: what may be watched, why, until when; what is refused, and what waits."""

from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile
from legation.cli.words import answer, answer_json, table, tell, typed

_ACTOR = "command line"
_SHOWN = (
    *("threat", "target", "watched", "expression", "legality", "aim", "necessity"),
    *("proportionality", "safeguards", "actor", "agreed_by", "agree_reason"),
    *("ended_by", "end_reason"),
)


def add(
    *,
    threat: Annotated[str, Parameter(help="T1 to T6.")] = "",
    target: Annotated[
        str,
        Parameter(
            help="accounts-acting-together, impersonation, lures, attack-infrastructure or "
            "leaked-papers. An order aimed at domestic-political-speech, protest, journalists or "
            "opposition is refused."
        ),
    ] = "",
    watched: Annotated[
        str, Parameter(help="Terms, accounts (by pseudonym) or channels, in words.")
    ] = "",
    aim: Annotated[str, Parameter(help="The legitimate aim that it serves.")] = "",
    basis: Annotated[str, Parameter(help="The law or mandate that allows it.")] = "",
    expression: Annotated[
        str, Parameter(help="Its effect on expression, and what limits that.")
    ] = "",
    necessity: Annotated[str, Parameter(help="Why nothing less intrusive would do.")] = "",
    proportionality: Annotated[
        str, Parameter(help="Why the gain outweighs the interference.")
    ] = "",
    safeguards: Annotated[str, Parameter(help="What limits it.")] = "",
    until: Annotated[str, Parameter(help="Last day, at most 90 days from now.")] = "",
    actor: Annotated[str, Parameter(help="Who orders. [default: command line]")] = _ACTOR,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Order that something be watched.

    An order is about what accounts, domains or programs do together. One aimed at domestic
    political speech, protest, journalists or opposition is refused, by its class or its words, and
    the refusal is in the audit trail. No setting changes that. One of which the rules cannot tell
    waits: see legation order agree. Who orders such a one names themselves with --actor. Where the
    keys are at hand, an order that names a person whose name is held sealed is refused.
    """
    from legation.app.ordering import WAITS, add_order, state_of, why_waiting
    from legation.rights.orders import Draft

    draft = Draft(
        threat=threat,
        target=target,
        watched=watched,
        aim=aim,
        legality=basis,
        expression=expression,
        necessity=necessity,
        proportionality=proportionality,
        safeguards=safeguards,
        actor=actor,
        ends=until,
    )
    place = doors.home(home)
    place.require()
    vault = doors.vault_at_hand(place, passphrase_file)
    with place.store() as store:
        order = add_order(store, draft, doors.now(), vault)
    state, why = state_of(order, doors.now()), why_waiting(order)
    if as_json:
        answer_json(msgspec.to_builtins(order) | {"state": state, "doubts": why})
    elif state == WAITS:
        answer(f"{order.order_id} {WAITS}, until {order.ends}")
        tell(f"It does not hold yet: {'; '.join(why)}.")
        tell(f"Next, by somebody of the role legal: {typed('legation order agree', home)}")
    else:
        answer(f"{order.order_id} holds until {order.ends}")
    return 0


def agree(
    order: str,
    /,
    *,
    reason: Annotated[str, Parameter(help="Why it may be given all the same.")] = "",
    actor: Annotated[str, Parameter(help="Who agrees: a person of the role legal.")] = "",
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Agree, as a second person, to an order of which the rules cannot tell.

    Both, who ordered and who agrees, are people of the desk: see legation admin list.

    Args:
        order: As the list shows it.
    """
    from legation.app.ordering import agree_order

    place = doors.home(home)
    place.require()
    with place.store() as store:
        kept = agree_order(store, order, actor=actor, reason=reason, now=doors.now())
    answer(f"{kept.order_id} holds until {kept.ends}")
    return 0


def listed(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """List the orders, the newest first."""
    from legation.app.ordering import state_of

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        found = store.orders.every()
    now = doors.now()
    if as_json:
        answer_json([msgspec.to_builtins(one) | {"state": state_of(one, now)} for one in found])
    elif not found:
        tell(f"No order was given. Next: {typed('legation order add', home)}")
    else:
        header = ("order", "threat", "target", "until", "state", "who")
        rows = [
            (one.order_id, one.threat, one.target, str(one.ends), state_of(one, now), one.actor)
            for one in found
        ]
        answer(table(header, rows))
    return 0


def show(order: str, /, *, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """Show an order with its test.

    Args:
        order: As the list shows it.
    """
    from legation.app.ordering import state_of, why_waiting

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        found = store.orders.get(order)
    state, why = state_of(found, doors.now()), why_waiting(found)
    told: dict[str, Any] = msgspec.to_builtins(found) | {"state": state, "doubts": why}
    if as_json:
        answer_json(told)
        return 0
    answer(f"{found.order_id}: {state}, until {found.ends}")
    if why:
        answer(f"what cannot be told: {'; '.join(why)}")
    answer("\n".join(f"{name}: {told[name]}" for name in _SHOWN if told[name]))
    return 0


def end(
    order: str,
    /,
    *,
    reason: Annotated[str, Parameter(help="Why it ends before its last day.")] = "",
    actor: Annotated[str, Parameter(help="Who ends it. [default: command line]")] = _ACTOR,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """End an order before its last day.

    Args:
        order: As the list shows it.
    """
    from legation.app.ordering import end_order

    place = doors.home(home)
    place.require()
    with place.store() as store:
        end_order(store, order, actor=actor, reason=reason)
    answer(f"{order} ended")
    return 0
