"""The policies as shipped say who may do what; the extremes of it are held here."""

import pytest

from legation.errors import DeniedError, UsageError
from legation.rights.policies import read_policies
from legation.rights.roles import (
    COMMON_VERBS,
    DESK_VERBS,
    OPEN_VERBS,
    ROLES,
    TOKEN_VERBS,
    VERB_WORDS,
    VERBS,
    read_roles,
    read_scopes,
    require,
    verbs_of,
)

CONTENT = {verb for verb in VERBS if verb.startswith("campaign.")}


def test_every_role_has_its_row_and_every_verb_somebody() -> None:
    assert all(verbs_of([role]) > COMMON_VERBS for role in ROLES)
    assert frozenset(VERBS) == COMMON_VERBS.union(*(verbs_of([role]) for role in ROLES))
    assert DESK_VERBS.isdisjoint(COMMON_VERBS)
    assert {"door.see"} == OPEN_VERBS
    assert set(TOKEN_VERBS) <= set(VERBS)


def test_an_administrator_and_an_auditor_read_no_content() -> None:
    for role in ("administrator", "auditor"):
        assert CONTENT.isdisjoint(verbs_of([role]))
    assert "audit.read" not in verbs_of(["administrator"])
    assert not any(verb.startswith("person.") for verb in verbs_of(["auditor"]))


def test_only_an_administrator_changes_people() -> None:
    assert [role for role in ROLES if "person.add" in verbs_of([role])] == ["administrator"]


def test_a_refusal_names_who_may() -> None:
    may = read_policies("").who_may("campaign.export")
    with pytest.raises(DeniedError) as refused:
        require(verbs_of(["press"]), "campaign.export", who="the role press", may=may)
    assert "the role press may not take campaigns out as a file" in str(refused.value)
    assert "analyst, security officer, policy, legal" in refused.value.hint


def test_a_refusal_says_each_act_in_words() -> None:
    assert list(VERB_WORDS) == list(VERBS)
    assert [verb for verb, words in VERB_WORDS.items() if verb in words or "." in words] == []


def test_an_auditor_has_no_other_role() -> None:
    with pytest.raises(UsageError, match="no other role"):
        read_roles(["auditor", "analyst"])
    assert read_roles(["policy", "analyst", "policy"]) == ("analyst", "policy")


@pytest.mark.parametrize("names", [[], ["king"], ["analyst", "king"]])
def test_roles_that_are_not_known_are_refused_with_those_that_are(names: list[str]) -> None:
    with pytest.raises(UsageError) as refused:
        read_roles(names)
    assert "exercise lead" in refused.value.hint


@pytest.mark.parametrize("names", [[], ["campaign.read"], ["person.add"]])
def test_a_token_is_made_for_known_verbs_of_files_only(names: list[str]) -> None:
    with pytest.raises(UsageError):
        read_scopes(names)
