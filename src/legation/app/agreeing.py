"""Whether policies that somebody wrote decide on reading as the store does.

Lists, counts and exports follow the store's own condition, which a file cannot change. The
shipped policies agree with it (a test proves that), so others are compared with those.
"""

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from legation.errors import VerificationError
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp

if TYPE_CHECKING:
    from legation.rights.clearance import Reader
    from legation.rights.policies import Policies


def verify_reading(policies: "Policies") -> int:
    """Compare policies with the shipped ones over labels and clearances of every sort.

    Returns:
        The number of decisions.

    Raises:
        VerificationError: One differs.
    """
    from legation.rights.policies import read_policies

    shipped, decided = read_policies(""), 0
    labels = list(_labels())
    for reader in _readers():
        theirs = policies.allow(reader, "object.read", labels)
        ours = shipped.allow(reader, "object.read", labels)
        for label, may, should in zip(labels, theirs, ours, strict=True):
            if may != should:
                raise VerificationError(
                    f"the policies and the store disagree on who may read {label.text()}",
                    hint="lists follow the store: write `object.read` as in the shipped policies",
                )
        decided += len(labels)
    return decided


def _labels() -> Iterator[Label]:
    parties = ((False, ()), (True, ("party",)), (True, ()))
    for tlp, pap, levels, compartments, (restricted, releasable_to) in product(
        Tlp, (Pap.CLEAR, Pap.RED), ((), ("level",)), ((), ("compartment",)), parties
    ):
        yield Label(
            tlp=tlp,
            pap=pap,
            levels=levels,
            compartments=compartments,
            restricted=restricted,
            releasable_to=releasable_to,
        )


def _readers() -> "Iterator[Reader]":
    from legation.rights.clearance import Clearance, Reader

    for levels, compartments, party, roles in product(
        ((), ("level",)), ((), ("compartment",)), ("", "party"), ((), ("analyst",), ("auditor",))
    ):
        yield Reader(
            actor="doctor",
            roles=frozenset(roles),
            clearance=Clearance(
                tlp=Tlp.AMBER,
                pap=Pap.AMBER,
                levels=frozenset(levels),
                compartments=frozenset(compartments),
                party=party,
            ),
        )
