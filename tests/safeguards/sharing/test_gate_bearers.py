"""Whoever does not say that they are none are persons."""

import json
from typing import Any

import pytest

from legation.safeguards.sharing.gate.bearers import is_person, strings_of
from legation.safeguards.sharing.gate.deciding import decide
from worlds.shared_objects import context, left, policy, thing


def _identity(**more: Any) -> dict[str, Any]:
    return thing("identity", 1, name="Ann Basalt", contact_information="hall 3", **more)


def _actor(**more: Any) -> dict[str, Any]:
    return thing("threat-actor", 1, name="Ann Basalt", aliases=["abasalt"], **more)


@pytest.mark.parametrize(
    "person",
    [
        *(_identity(identity_class=kind) for kind in (
            "person", "human", "individuals", "people", "journalist", "natural-person", "unknown",
            "Individual\u200b", " individual ", "INDIVIDUAL", "\uff29ndividual", ["individual"],
        )),
        _identity(identity_class="organization", x_opencti_type="Individual"),
        _actor(threat_actor_types=["activist"], roles=["malware-author"]),
        _actor(threat_actor_types=["hacker"]),
        _actor(resource_level="individual", threat_actor_types=["nation-state"]),
        _actor(roles=["agent"]),
        _actor(x_opencti_type="Threat-Actor-Individual", resource_level="team"),
    ],
)  # fmt: skip
def test_a_person_by_any_name_has_none(person: dict[str, Any]) -> None:
    about = thing("campaign", 2, name="x", description="by Ann Basalt")
    preview = decide([person, about], policy(), context())
    assert left(preview, person) is not None
    assert "Basalt" not in json.dumps(preview.leaving)
    assert "hall 3" not in json.dumps(preview.leaving)
    held = decide([person], policy(persons={"rule": "hold"}), context())
    assert held.leaving == ()


@pytest.mark.parametrize(
    "party",
    [
        *(_identity(identity_class=kind) for kind in (
            "group", "organization", "class", "system", "Organisation", "GROUP ",
            "org\u00adanization",
        )),
        *(_actor(resource_level=level) for level in (
            "club", "contest", "team", "organization", "government", "Government",
        )),
        _actor(threat_actor_types=["nation-state"]),
        _actor(threat_actor_types=["crime-syndicate", "spy"]),
        _actor(x_opencti_type="Threat-Actor-Group"),
    ],
)  # fmt: skip
def test_what_says_that_it_is_no_person_keeps_its_name(party: dict[str, Any]) -> None:
    plain = {name: part for name, part in party.items() if name != "contact_information"}
    assert left(decide([plain], policy(), context()), plain) == plain


@pytest.mark.parametrize("silent", [_identity(), _actor(), _actor(sophistication="expert")])
def test_what_says_nothing_has_no_name_and_its_name_stays_elsewhere(silent: dict[str, Any]) -> None:
    about = thing("campaign", 2, name="x", description="by Ann Basalt")
    preview = decide([silent, about], policy(), context())
    assert is_person(silent)
    assert strings_of(silent) == []
    sent = left(preview, silent)
    assert sent is not None
    assert "Basalt" not in json.dumps(sent)
    assert left(preview, about) == about
