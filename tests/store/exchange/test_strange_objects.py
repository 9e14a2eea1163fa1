"""Objects with anything under the names that are read off them: told or kept, on each engine."""

import os
from typing import Any, Final

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legation.formats.envelope import Refused, Taken, judged
from legation.stix.ids import new_id
from legation.stix.received import Facts
from legation.store.exchange.collections import Posting
from legation.store.opening import Store

EXAMPLES: Final = int(os.environ.get("LEGATION_TEST_STRANGE", "150"))
AT = "2026-01-02T03:04:05.678Z"
_ID = "00000001-0000-4000-8000-000000000000"


def _made(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{_ID}"} | more


TIMES = {"created": AT, "modified": AT}
BASES: Final = (
    _made("campaign", name="x", **TIMES),
    _made("indicator", pattern="[a:b = 1]", pattern_type="stix", valid_from=AT, **TIMES),
    _made("opinion", opinion="agree", object_refs=[f"campaign--{_ID}"], **TIMES),
    _made(
        "relationship",
        relationship_type="mitigates",
        source_ref=f"course-of-action--{_ID}",
        target_ref=f"campaign--{_ID}",
        **TIMES,
    ),
    _made("sighting", sighting_of_ref=f"campaign--{_ID}", **TIMES),
    _made("grouping", context="unspecified", object_refs=[f"campaign--{_ID}"], **TIMES),
    _made("ipv4-addr", value="192.0.2.1"),
    _made("url", value="https://a.example/"),
    _made("x-thing", **TIMES),
    _made("x-seen", value="y"),
    _made(
        "marking-definition",
        created=AT,
        definition_type="statement",
        definition={"statement": "x"},
    ),
    _made("language-content", object_ref=f"campaign--{_ID}", contents={"fr": {"a": "b"}}, **TIMES),
)
NAMES: Final = (
    *("id", "type", "created", "modified", "created_by_ref", "revoked"),
    *("labels", "pattern", "published", "start", "end", "first_seen"),
    *("last_seen", "first_observed", "last_observed", "start_time", "stop_time", "end_time"),
    *(
        "valid_from",
        "valid_until",
        "granular_markings",
        "object_marking_refs",
        "where_sighted_refs",
        "observed_data_refs",
    ),
    *(
        "pattern_type",
        "pattern_version",
        "source_ref",
        "target_ref",
        "sighting_of_ref",
        "object_refs",
    ),
    *("name", "definition", "definition_type", "extensions", "contents", "object_ref"),
    *("spec_version",),
)
_WORDS = st.sampled_from(
    [
        *("", "\0", "id", "stix", "tlp", "labels", "labels.[0]", f"labels.[{'0' * 5_000}]"),
        *(AT, "9999-12-31T23:59:60.9Z", "0001-01-01T00:00:00.000Z", f"identity--{_ID}"),
        *(f"campaign--{_ID}", "identity--\0", "identity--" + "x" * 400),
    ]
)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | _WORDS
_KEYS = st.text(max_size=5) | st.sampled_from(["selectors", "marking_ref", "lang", "tlp", *NAMES])
_ANY = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


def test_each_of_the_bases_is_taken_as_it_is() -> None:
    for base in BASES:
        assert isinstance(judged(msgspec.json.encode(base), "x"), Taken), base


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("campaign", "published", 5),
        ("campaign", "start", {"a": 1}),
        ("url", "start", 3),
        ("ipv4-addr", "created", 5),
        ("ipv4-addr", "modified", None),
        ("ipv4-addr", "created_by_ref", [f"identity--{_ID}"]),
        ("ipv4-addr", "created_by_ref", "identity--\0"),
        ("ipv4-addr", "created_by_ref", {"a": 1}),
        ("ipv4-addr", "where_sighted_refs", f"identity--{_ID}"),
    ],
)
def test_what_no_schema_knows_is_refused_at_its_property(
    kind: str, name: str, value: object
) -> None:
    base = next(one for one in BASES if one["type"] == kind)
    one = judged(msgspec.json.encode(base | {name: value}), "x")
    assert isinstance(one, Refused)
    assert one.error.place == f"x/{name}"


def test_a_selector_of_thousands_of_digits_leads_to_nothing() -> None:
    marks = [{"lang": "fr", "selectors": [f"labels.[{'0' * 5_000}]"]}]
    value = BASES[0] | {"labels": ["a"], "granular_markings": marks}
    one = judged(msgspec.json.encode(value), "x")
    assert isinstance(one, Refused)
    assert "leads to nothing" in str(one.error)
    assert len(str(one.error)) < 300


def test_a_name_of_a_million_letters_is_not_repeated_in_the_reproach() -> None:
    value = BASES[7] | {"extensions": {"a" * 1_000_000: {"b": []}}}
    one = judged(msgspec.json.encode(value), "x")
    assert isinstance(one, Refused)
    assert len(str(one.error)) < 1_000


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(BASES),
    st.dictionaries(st.sampled_from(NAMES), _ANY, min_size=1, max_size=3),
    st.uuids(version=4),
)
def test_anything_under_a_name_that_is_read_is_told_or_kept(
    store: Store, base: dict[str, Any], strange: dict[str, Any], fresh: Any
) -> None:
    """The good object of the same call stands in either case."""
    good = _made("tool", name="good", **TIMES) | {"id": new_id("tool", lambda: fresh)}
    own = {"id": new_id(base["type"], lambda: fresh)}
    found = [judged(msgspec.json.encode(one), "x") for one in (base | own | strange, good)]
    for one in found:
        if isinstance(one, Taken):
            assert msgspec.convert(msgspec.to_builtins(one.facts), Facts) == one.facts
    items = tuple((one.facts, one.raw) for one in found if isinstance(one, Taken))
    posting = Posting(number=1, partner_id="p", items=items)
    outcomes = store.collections.post(posting, store.collections._database.now())
    # The same example may come twice to one store.
    assert outcomes[-1].state in ("new", "known")
