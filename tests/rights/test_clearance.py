"""A clearance holds what it states, and nothing by default."""

import msgspec
import pytest

from legation.errors import UsageError
from legation.rights.clearance import Clearance
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp

LADDER = ("restricted", "confidential", "secret")


def test_no_part_of_a_clearance_has_a_default() -> None:
    assert all(field.required for field in msgspec.structs.fields(Clearance))
    with pytest.raises(TypeError):
        Clearance()  # type: ignore[call-arg]  # what is proved is that it cannot be made


def test_a_rung_is_held_with_all_beneath_it() -> None:
    def held(level: str) -> frozenset[str]:
        return Clearance.up_to(
            level, LADDER, tlp=Tlp.GREEN, pap=Pap.CLEAR, compartments=(), party=""
        ).levels

    assert held("confidential") == {"restricted", "confidential"}
    assert held("") == frozenset()
    with pytest.raises(UsageError, match="cosmic"):
        held("cosmic")
