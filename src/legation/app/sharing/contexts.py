"""What the gate is told of the house: who its people and partners are, and what left before."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from legation.app.sharing.gathering import extension_of
from legation.app.sharing.outcomes import RECALLED
from legation.safeguards.sharing.gate.context import Before, Context
from legation.stix.codec import mapping_of
from legation.stix.extensions import KINDS, definition, extension_id

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.crypto.keys import KeySet
    from legation.store.exchange.partners import Partner


def context_for(
    scope: "Scope", keys: "KeySet", partner: "Partner", values: Iterable[Mapping[str, Any]]
) -> Context:
    """Return what the gate is told beside the objects and the policy.

    Args:
        scope: Who shares, from which store.
        keys: By which pseudonyms are made, and held names opened in memory.
        partner: For whom.
        values: The objects that are to be judged.
    """
    from legation.app.home import author_of
    from legation.app.persons import opened_in_memory, vault_of

    store = scope.store
    held = opened_in_memory(store, vault_of(keys), None, actor=scope.reader.actor)
    people = (one.name for one in store.people.every())
    sent = store.ledger.newest(partner.partner_id)
    return Context(
        secret=keys.pseudonym_secret,
        today=scope.now().date(),
        default=scope.marking,
        ladder=tuple(scope.ladder),
        house=frozenset({author_of(store)}),
        names=tuple(sorted({*held.values(), *people})),
        roster=frozenset(_telling_of_partners(values)),
        definitions=tuple(mapping_of(definition(kind)) for kind in KINDS),
        recalled=frozenset(one.object_id for one in sent.values() if one.outcome in RECALLED),
        before={one.sent_id: Before(one.sent_modified, one.sha256) for one in sent.values()},
    )


def _telling_of_partners(values: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Yield the ids of entries of cases that say which partner was told what."""
    for value in values:
        carried = extension_of(value, extension_id("entry")) or {}
        states = carried.get("states")
        if isinstance(states, dict) and states.get("entry") == "told":
            yield value["id"]
