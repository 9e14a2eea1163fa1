"""Every MUST that binds a server has its test, and so have enough of the SHOULDs."""

import pytest

from standards.taxii.clauses import CLAUSES, clause, holders

HOLDERS = holders()


def test_every_must_of_a_server_has_a_test() -> None:
    musts = [one for one in CLAUSES.values() if one.kind == "MUST" and not one.untested]
    assert [one.name for one in musts if not HOLDERS[one.name]] == []
    assert len(musts) > 60


def test_at_least_eleven_shoulds_have_a_test() -> None:
    shoulds = [one for one in CLAUSES.values() if one.kind == "SHOULD" and HOLDERS[one.name]]
    assert len(shoulds) >= 11


def test_every_other_clause_has_a_test_or_a_reason() -> None:
    bare = [one.name for one in CLAUSES.values() if not one.untested and not HOLDERS[one.name]]
    assert bare == []


def test_what_is_said_to_be_untestable_is_not_tested() -> None:
    assert [one.name for one in CLAUSES.values() if one.untested and HOLDERS[one.name]] == []


def test_an_unknown_clause_is_refused() -> None:
    with pytest.raises(LookupError, match=r"9\.9-M1"):
        clause("9.9-M1")
