"""Policies are a text that a person can replace, and a fault in it is refused."""

from pathlib import Path

import pytest

from legation.errors import BadInputError, DeniedError, NotFoundError
from legation.rights.clearance import Clearance, Reader
from legation.rights.policies import read_policies
from legation.rights.roles import ObjectVerb
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp

GREEN, TALKS = Label(tlp=Tlp.GREEN), Label(tlp=Tlp.GREEN, compartments=("talks",))
SHIPPED = Path(__file__).parents[2] / "src" / "legation" / "rights" / "need_to_know.cedar"


def reader(*roles: str) -> Reader:
    clearance = Clearance(
        tlp=Tlp.RED, pap=Pap.RED, levels=frozenset(), compartments=frozenset(), party=""
    )
    return Reader(actor="Ada", roles=frozenset(roles), clearance=clearance)


@pytest.mark.parametrize(
    ("verb", "may"),
    [
        ("object.read", {"analyst", "press", "security officer"}),
        ("campaign.export", {"analyst", "security officer"}),
        ("label.set", {"analyst", "security officer"}),
        ("label.widen", {"security officer"}),
    ],
)
def test_who_may_do_what_follows_from_the_role(verb: ObjectVerb, may: set[str]) -> None:
    policies = read_policies("")
    roles = ("analyst", "press", "security officer")
    assert {role for role in roles if policies.allow(reader(role), verb, [GREEN]) == [True]} == may
    assert policies.allow(reader("security officer"), verb, [TALKS]) == [False]


def test_an_act_with_one_object_that_may_not_be_known_is_refused_as_a_whole() -> None:
    policies = read_policies("")
    policies.require(reader("analyst"), "campaign.export", [GREEN])
    with pytest.raises(DeniedError, match=r"campaign\.export to Ada \(analyst\)"):
        policies.require(reader("analyst"), "campaign.export", [GREEN, TALKS])
    assert policies.allow(reader(), "object.read", []) == []


def test_a_security_officer_can_replace_the_policies(tmp_path: Path) -> None:
    own = tmp_path / "own.cedar"
    text = SHIPPED.read_text("utf-8")
    own.write_text(text.replace('contains("security officer")', 'contains("legal")'), "utf-8")
    assert read_policies(str(own)).allow(reader("legal"), "label.widen", [GREEN]) == [True]


@pytest.mark.parametrize(
    "fault",
    [
        "permit (principal, action",
        "permit (principal, action, resource) when { principal.tpl > 1 };",
        'permit (principal, action == Action::"label.widne", resource);',
    ],
)
def test_policies_with_a_fault_are_refused(tmp_path: Path, fault: str) -> None:
    file = tmp_path / "own.cedar"
    file.write_text(fault, "utf-8")
    with pytest.raises(BadInputError, match=r"own\.cedar"):
        read_policies(str(file))
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(BadInputError, match="UTF-8"):
        read_policies(str(file))
    with pytest.raises(NotFoundError):
        read_policies(str(tmp_path / "absent.cedar"))
