"""A partner's policy is read whole or refused, and what it does not say it does not allow."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError
from legation.safeguards.sharing.gate.context import Context
from legation.safeguards.sharing.gate.deciding import decide
from legation.safeguards.sharing.gate.policy import Policy, read_policy
from worlds.shared_truth import SECRET, TODAY

_PAGE = Path(__file__).parents[3] / "docs" / "reference" / "share-policy.md"
_CAMPAIGN = {
    "type": "campaign",
    "spec_version": "2.1",
    "id": "campaign--00000000-0000-4000-8000-000000000001",
    "created": "2026-03-01T00:00:00.000Z",
    "modified": "2026-03-01T00:00:00.000Z",
    "name": "Grey",
    "object_marking_refs": ["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"],
}
_CONTEXT = Context(secret=SECRET, today=TODAY)
_ENOUGH = 'partner = "QMA"\nuntil = 2026-12-31\n[types]\nsend = ["campaign"]\n'


def test_an_empty_policy_sends_nothing() -> None:
    preview = decide([_CAMPAIGN], read_policy(b""), _CONTEXT)
    assert preview.leaving == ()
    assert preview.verdicts[0].reasons == ("the policy names no partner",)


def test_a_policy_that_names_types_sends_them_at_the_lowest_level_alone() -> None:
    preview = decide([_CAMPAIGN], read_policy(_ENOUGH.encode()), _CONTEXT)
    assert [value["name"] for value in preview.leaving if value["type"] == "campaign"] == ["Grey"]
    amber = _CAMPAIGN | {"object_marking_refs": []}
    assert decide([amber], read_policy(_ENOUGH.encode()), _CONTEXT).leaving == ()


@pytest.mark.parametrize(
    ("dropped", "why"),
    [
        ("partner", "the policy names no partner"),
        ("until", "the policy states no last day"),
        ("[types]", ""),
    ],
)
def test_without_a_line_nothing_is_sent(dropped: str, why: str) -> None:
    lines = [line for line in _ENOUGH.splitlines() if not line.startswith(dropped)]
    lines = [line for line in lines if dropped != "[types]" or not line.startswith("send")]
    preview = decide([_CAMPAIGN], read_policy("\n".join(lines).encode()), _CONTEXT)
    assert preview.silent == why
    assert preview.leaving == ()


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2025, 12, 31), "the policy begins on 2026-01-01"),
        (date(2026, 1, 1), ""),
        (date(2026, 12, 31), ""),
        (date(2027, 1, 1), "the policy ended on 2026-12-31"),
    ],
)
def test_a_policy_holds_on_its_first_and_last_day_and_between(day: date, why: str) -> None:
    policy = read_policy(b'partner = "QMA"\nsince = 2026-01-01\nuntil = 2026-12-31\n')
    assert policy.silent(day) == why


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("partnr = 'QMA'", "no key 'partnr'", "did you mean 'partner'?"),
        ("[sharing]\ntlpp = 'red'", "sharing: no key 'tlpp'", "did you mean 'tlp'?"),
        ("[redaction]\ntime = 'day'", "redaction: no key 'time'", "did you mean 'times'?"),
        ("[sharing]\ntlp = 'gren'", "sharing.tlp: 'gren' is no tlp", "clear, green, amber, "),
        ("[action]\npap = 'pink'", "action.pap: 'pink' is no pap", "choose from: clear, "),
        ("[sharing]\ntlp_family = 'x'", "tlp_family: 'x' is no", "choose from: (empty), oasis"),
        ("[persons]\nrule = 1", "persons.rule", "compare"),
        ("[types]\nsend = ['campain']", "types.send: STIX 2.1 has no", "did you mean 'campaign'?"),
        ("[types]\nsend = ['narrative']", "no type 'narrative'", "under `custom`"),
        ("[types]\ncustom = ['campaign']", "types.custom: 'campaign' is a type", "under `send`"),
        ("[types]\nhold = ['opinon']", "types.hold: STIX 2.1 has no", "did you mean 'opinion'?"),
        ("[types]\nsend = ['Bad Type']", "types.send", "compare"),
        ("until = '2026-12-31'", "until: this is no day", "write 2026-12-31"),
        ("until = 2026-12-31T00:00:00Z", "until: this is no day", "write 2026-12-31"),
        ("[persons]\nrule = 'send'", "no purpose is stated", "choose from"),
        ("[persons]\nrule = 'send'\npurpose = 'warn-persn'", "no purpose", "'warn-person'"),
        ("[persons]\nrule = 'send'\npurpose = 'protect-holder'", "no purpose", "choose"),
        ("not toml", "not TOML", "compare"),
    ],
)
def test_a_policy_with_a_fault_is_refused_with_its_place(text: str, said: str, hint: str) -> None:
    with pytest.raises(BadInputError) as refused:
        read_policy(text.encode(), "qma.toml")
    assert str(refused.value).startswith("qma.toml")
    assert said in str(refused.value)
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    "types",
    [
        "send = ['*', 'campaign']\nhold = ['opinion', '*']",
        "custom = ['narrative', 'x-campaign']\nhold = ['narrative']",
        "custom = ['*']\nhold = ['x-own']",
    ],
)
def test_types_beyond_the_standard_are_free_where_they_are_listed(types: str) -> None:
    assert read_policy(f"[types]\n{types}".encode()).types.hold


@given(st.binary(max_size=200))
def test_what_is_no_policy_is_refused_and_never_breaks(content: bytes) -> None:
    with suppress(BadInputError):
        assert isinstance(read_policy(content), Policy)


@pytest.mark.parametrize(
    ("profile", "family"), [("plain", "oasis"), ("opencti", "opencti"), ("misp", "tlp1")]
)
def test_a_profile_has_its_family_of_ids_unless_another_is_named(profile: str, family: str) -> None:
    text = f'[sharing]\nprofile = "{profile}"\n'
    assert read_policy(text.encode()).family == family
    assert read_policy(f'{text}tlp_family = "oasis"'.encode()).family == "oasis"


def test_the_example_of_the_reference_can_be_read_and_names_every_key() -> None:
    page = _PAGE.read_text("utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    assert read_policy(example.encode()).partner
    keys = [*Policy.__struct_fields__]
    for part in keys[3:]:
        keys += getattr(Policy(), part).__struct_fields__
    assert [key for key in keys if f"`{key}`" not in page] == []
    assert [key for key in keys if key not in example] == []
