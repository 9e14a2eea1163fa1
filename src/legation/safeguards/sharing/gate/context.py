"""What the gate is told beside the objects and the policy, and what it answers.

Nothing here is read from a store or a clock: whoever asks hands in the day, the secret, the
strings that name persons, and what left before.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

import msgspec

from legation.stix.labels import Label
from legation.stix.tlp import Tlp

Outcome = Literal["sent", "redacted", "held"]
BACK: Final = "it was recalled from this partner"


class Account(msgspec.Struct, frozen=True, order=True):
    """An account that the desk knows.

    Attributes:
        handle: Its name or number.
        platform: Where it is, as in `account_type`; empty for anywhere.
    """

    handle: str
    platform: str = ""


class Before(msgspec.Struct, frozen=True):
    """The newest version of a copy that a partner was sent.

    Attributes:
        modified: As it was sent.
        sha256: Of what was sent, `modified` aside (`Verdict.sha256`).
    """

    modified: str
    sha256: str


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk knows.

    Attributes:
        secret: Its pseudonym secret, at least 32 bytes.
        today: The day on which something would be sent.
        default: Level of what states none; never TLP:CLEAR.
        ladder: The national ladder, the lowest rung first.
        house: Ids of the identities that are ourselves.
        names: Strings that name or reach persons: names, numbers, addresses.
        accounts: Accounts of persons.
        roster: Ids of objects that tell who the partners are; none of them ever leaves.
        recalled: Ids of objects that were taken back from this partner; none leaves again.
        theirs: Ids of objects that the partner sent itself: what points to one may say so.
        definitions: Definitions of markings and extensions at hand, as JSON values.
        labels: Labels of objects that are not handed in, by id.
        before: Copies that this partner was sent, by their ids.
    """

    secret: bytes
    today: date
    default: Tlp = Tlp.AMBER
    ladder: tuple[str, ...] = ()
    house: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = ()
    roster: frozenset[str] = frozenset()
    recalled: frozenset[str] = frozenset()
    theirs: frozenset[str] = frozenset()
    definitions: tuple[Mapping[str, Any], ...] = ()
    labels: Mapping[str, Label] = {}
    before: Mapping[str, Before] = {}

    def __repr__(self) -> str:
        """Show nothing secret."""
        return "Context(...)"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one version of one object.

    Attributes:
        object_id: Its id on our side.
        modified: Its version; empty where there are none.
        outcome: What becomes of it.
        reasons: Why, one short sentence for each rule.
        label: The label that holds for it, as one line.
        sent_id: Its id on the partner's side; empty when it is held.
        sent_modified: Its version there; empty where there are none.
        sha256: Of what leaves, `modified` aside; empty when it is held.
    """

    object_id: str
    modified: str
    outcome: Outcome
    reasons: tuple[str, ...]
    label: str = ""
    sent_id: str = ""
    sent_modified: str = ""
    sha256: str = ""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What would leave, and why.

    Attributes:
        partner: Code of the partner's party.
        silent: Why nothing leaves at all; empty: the policy holds.
        verdicts: One for each version that was handed in, and for each definition that goes
            along, by id and version.
        leaving: What leaves, as JSON values, by id; every reference in it is met in it.
    """

    partner: str
    silent: str
    verdicts: tuple[Verdict, ...]
    leaving: tuple[Mapping[str, Any], ...]
