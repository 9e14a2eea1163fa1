"""The policy of a partner: put in force as the file that somebody wrote, and read from it."""

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Final

from legation.errors import UsageError
from legation.safeguards.sharing.gate.labels import clearance
from legation.safeguards.sharing.gate.policy import Policy, read_policy

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.store.exchange.partners import Partner

POLICY: Final = "partner.policy"
NONE: Final = "there is no policy"


def policy_of(partner: "Partner") -> Policy:
    """Return the policy in force for a partner; without one nothing leaves."""
    return read_policy(partner.policy or b"", f"policy of {partner.name}")


def silent_of(partner: "Partner", day: date) -> str:
    """Return why nothing at all leaves to a partner on a day; empty: something may.

    Args:
        partner: Who it is.
        day: The day.
    """
    if partner.ended is not None:
        return "the sharing has ended"
    return policy_of(partner).silent(day) if partner.policy else NONE


def set_policy(scope: "Scope", name: str, text: bytes, place: str) -> Policy:
    """Put a policy in force for a partner, once it can be read.

    Raises:
        BadInputError: It cannot be read.
        UsageError: It is for another party or names a rung that is not on the ladder, or the
            sharing has ended.
    """
    policy = read_policy(text, place)
    clearance(policy, scope.ladder)
    partner = scope.store.partners.get(name)
    if partner.ended is not None:
        raise UsageError(
            f"the sharing with {partner.name!r:.70} has ended", hint="nothing leaves to it any more"
        )
    if partner.party and policy.partner not in ("", partner.party):
        raise UsageError(
            f"{place} is for {policy.partner!r:.30}, and {partner.name} is {partner.party}",
            hint="give the policy of this partner, or correct its `partner`",
        )
    with scope.store.transaction():
        scope.store.partners.set_policy(partner.partner_id, text)
        digest = hashlib.sha256(text).hexdigest()
        scope.note(scope.reader.actor, POLICY, partner.partner_id, policy=digest)
    return policy
