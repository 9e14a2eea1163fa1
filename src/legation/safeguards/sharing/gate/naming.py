"""Whose names may not stand in what a partner is sent, of all that was handed in.

Persons are the first of these; then ourselves, where our name does not stand on what is sent;
affected parties; and who saw something, where of a sighting the count alone goes. The last two are
told by an arrow and not by what they are, so an identity that nothing else points to is held.
"""

from collections.abc import Iterable, Sequence

from legation.safeguards.sharing.gate.bearers import handles_of, names_of, strings_of
from legation.safeguards.sharing.gate.context import Account, Context
from legation.safeguards.sharing.gate.identifiers import granted
from legation.safeguards.sharing.gate.parts import Json, references
from legation.safeguards.sharing.gate.persons import Persons, partner_key
from legation.safeguards.sharing.gate.policy import Policy
from legation.safeguards.sharing.gate.redaction import Redactor


def affected(values: Iterable[Json], policy: Policy, context: Context) -> frozenset[str]:
    """Return the identities of affected parties, where the policy does not name them."""
    if policy.sharing.affected == "name":
        return frozenset()
    found: set[str] = set()
    for value in values:
        if value["type"] == "relationship" and value.get("relationship_type") == "targets":
            found.add(str(value.get("target_ref")))
        if value["type"] == "sighting":
            refs = value.get("where_sighted_refs")
            found |= {str(ref) for ref in refs} if isinstance(refs, list) else set()
    return frozenset(
        one for one in found if one.startswith("identity--") and one not in context.house
    )


def quiet(values: Iterable[Json], policy: Policy) -> frozenset[str]:
    """Return the identities by which an object tells who saw something, or who may read it."""
    values = list(values)
    found = {one for value in values for one in granted(value)}
    return frozenset(found | _witnesses(values, policy))


def redactor(values: Sequence[Json], policy: Policy, context: Context) -> Redactor:
    """Return what redacts objects for a partner, knowing all the names in them.

    Args:
        values: All that was handed in, older versions too.
        policy: The partner's.
        context: What the desk knows.
    """
    key = partner_key(context.secret, policy.partner)
    unnamed, witnesses = affected(values, policy, context), _witnesses(values, policy)
    parties = _named(values, unnamed, "party")
    if policy.sharing.attribution != "named":
        parties += _named(values, context.house, "source")
    named: list[tuple[str, str]] = []
    known: list[tuple[str, Account]] = []
    if policy.persons.rule != "send":
        persons = [value for value in values if value["id"] not in context.house]
        named = [(name, "person") for value in persons for name in strings_of(value)]
        named += [(name, "person") for name in context.names]
        known = [pair for value in persons for pair in handles_of(value)]
        known += [(one.handle, one) for one in context.accounts]
    return Redactor(
        policy,
        Persons(context.secret, key, named, known),
        Persons(context.secret, key, parties, ()),
        witnesses=Persons(context.secret, key, _named(values, witnesses, "party"), ()),
        unnamed=unnamed,
        house=context.house,
        key=key,
    )


def _witnesses(values: Iterable[Json], policy: Policy) -> set[str]:
    """Return the identities of who saw something, where the policy does not tell of them."""
    if policy.redaction.sightings != "counts":
        return set()
    return {
        target
        for value in values
        if value["type"] == "sighting"
        for path, target in references(value)
        if target.startswith("identity--") and path != ("sighting_of_ref",)
    }


def _named(
    values: Iterable[Json], ids: frozenset[str] | set[str], kind: str
) -> list[tuple[str, str]]:
    return [(name, kind) for value in values if value["id"] in ids for name in names_of(value)]
