"""No id leaves but of what leaves, in whatever form and wherever it stands."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from legation.safeguards.sharing.gate.deciding import decide
from legation.safeguards.sharing.gate.identifiers import Known
from legation.stix.extensions import extension_id
from legation.stix.tlp import Tlp, marking_ref
from worlds.shared_objects import MADE, Value, context, left, only, policy, seen, thing, verdict
from worlds.shared_truth import references

_UUIDS = tuple(f"{number:08d}-1a11-4b11-8c11-11111111111{number}" for number in range(6))


def _of(kind: str, number: int, tlp: Tlp = Tlp.GREEN, **more: Any) -> Value:
    return thing(kind, 1, tlp, **more) | {"id": f"{kind}--{_UUIDS[number]}"}


def _tells(preview: Any, uuid: str) -> bool:
    told = json.dumps(preview.leaving).lower()
    return uuid.lower() in told or uuid.replace("-", "").lower() in told


@pytest.mark.parametrize(
    "more",
    [
        {"description": "see {id}, it is so"},
        {"x_upper": "{ID}"},
        {"x_type": "Malware--{uuid}"},
        {"x_bare": "{uuid}"},
        {"x_capital": "{UUID}"},
        {"x_joined": "id={hex}"},
        {"x_by": {"{id}": "w"}},
        {"x_by": {"about {ID}": "w"}},
        {"x_by": {"{uuid}": {"deep": "w"}}},
        {"x_rel": ["{id}"]},
        {"x_thing_ref": "{ID}"},
        {"labels": ["of:{id}"]},
        {"extensions": {"extension-definition--00000000-0000-4000-8000-000000000007": {
            "{id}": 1, "rel": "{uuid}", "b": 1}}},
        {"external_references": [{"source_name": "x", "external_id": "{uuid}"}]},
    ],
)  # fmt: skip
def test_the_id_of_what_is_held_stands_nowhere(more: Value) -> None:
    secret = _of("malware", 1, Tlp.RED, is_family=False)
    name, uuid = secret["id"], _UUIDS[1]
    text = json.dumps(more)
    for form, said in (("{id}", name), ("{ID}", name.upper()), ("{uuid}", uuid),
                       ("{UUID}", uuid.upper()), ("{hex}", uuid.replace("-", ""))):  # fmt: skip
        text = text.replace(form, said)
    value = _of("campaign", 2, name="x", **json.loads(text))
    preview = decide([secret, value], policy(), context())
    sent = left(preview, value)
    assert sent is not None
    assert not _tells(preview, uuid)
    assert verdict(preview, value).outcome == "redacted"
    # Of what is not handed in a full id is known by its form.
    alone = decide([value], policy(), context(labels={}, roster=frozenset({name})))
    assert not _tells(alone, uuid)


def test_the_id_of_what_nobody_handed_in_stands_nowhere() -> None:
    name = f"indicator--{_UUIDS[3]}"
    value = _of("campaign", 2, name="x", description=f"see {name}", x_rel=name, x_by={name: 1})
    preview = decide([value], policy(), context())
    sent = left(preview, value)
    assert sent is not None
    assert not _tells(preview, _UUIDS[3])
    assert sent["description"] == "see indicator--…"
    assert "x_by" not in sent


def test_the_id_of_a_copy_takes_the_place_of_ours_in_texts_and_keys() -> None:
    person = _of("identity", 1, name="Ann Basalt", identity_class="individual")
    plain = _of("tool", 2, name="y")
    name, uuid = person["id"], _UUIDS[1]
    value = _of("campaign", 3, name="x", x_by={name: 1, plain["id"]: 2}, x_bare=uuid,
                x_upper=name.upper(), x_plain=[_UUIDS[2], plain["id"]])  # fmt: skip
    preview = decide([person, plain, value], policy(), context())
    copy, sent = left(preview, person), left(preview, value)
    assert copy is not None
    assert sent is not None
    assert not _tells(preview, uuid)
    assert sent["x_by"] == {copy["id"]: 1, plain["id"]: 2}
    assert sent["x_bare"] == copy["id"].partition("--")[2]
    assert sent["x_upper"] == copy["id"]
    assert sent["x_plain"] == [_UUIDS[2], plain["id"]]


def test_keys_that_would_be_one_are_told_apart_and_their_markings_follow() -> None:
    some = [_of("malware", number, Tlp.RED, is_family=False) for number in (1, 2)]
    keys = [f"on {one['id']}" for one in some]
    value = _of("campaign", 3, name="x", x_by={keys[0]: "first", keys[1]: "second"})
    value["granular_markings"] = [
        {"marking_ref": marking_ref(Tlp.AMBER), "selectors": [f"x_by.{keys[1]}"]}
    ]
    sent = left(decide([*some, value], policy(sharing={"tlp": "amber"}), context()), value)
    assert sent is not None
    assert sent["x_by"] == {"on malware--…": "first", "on malware--… (2)": "second"}
    assert sent["granular_markings"][0]["selectors"] == ["x_by.on malware--… (2)"]


def test_uuids_of_other_things_stay() -> None:
    value = _of("campaign", 1, name="x", x_class="{9ba05972-f6a8-11cf-a442-00a0c90a8f39}",
                x_md5="d41d8cd98f00b204e9800998ecf8427e")  # fmt: skip
    assert only(value) == value


def test_published_ids_stay() -> None:
    told = f"see {extension_id('campaign')} and {marking_ref(Tlp.GREEN)}"
    value = _of("campaign", 1, name="x", description=told)
    assert only(value) == value


def test_an_indicator_whose_pattern_names_what_is_held_is_held() -> None:
    secret = _of("malware", 1, Tlp.RED, is_family=False)
    value = _of("indicator", 2, pattern=f"[x-thing:value = '{secret['id']}']",
                pattern_type="stix", valid_from=MADE)  # fmt: skip
    preview = decide([secret, value], policy(), context())
    assert preview.leaving == ()
    assert verdict(preview, value).reasons == ("its pattern names an object that does not leave",)


_OPENCTI = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"


def test_what_a_program_keeps_for_itself_and_who_may_read_stay_here() -> None:
    reader = thing("identity", 4, name="Ministry of Rain", identity_class="organization")
    own = [f"0f0f0f0f-1111-4222-8333-{number:012d}" for number in range(4)]
    value = _of(
        "campaign", 1, name="x", x_opencti_id=own[0], x_opencti_stix_ids=[f"campaign--{own[1]}"],
        x_opencti_granted_refs=[reader["id"]],
        extensions={_OPENCTI: {
            "extension_type": "property-extension", "id": own[2], "type": "Campaign",
            "stix_ids": [f"campaign--{own[1]}"], "creator_ids": [own[3]],
            "granted_refs": [reader["id"]],
        }},
    )  # fmt: skip
    preview = decide([reader, value], policy(), context())
    told = json.dumps(preview.leaving)
    assert "Rain" not in told
    assert "granted" not in told
    assert not [one for one in own if one in told]
    sent = left(preview, value)
    assert sent is not None
    assert sent["extensions"][_OPENCTI] == {
        "extension_type": "property-extension", "type": "Campaign",
    }  # fmt: skip
    assert verdict(preview, reader).reasons == (
        "it tells who saw something, or who else is told of it",
    )
    author = decide([reader, value | {"created_by_ref": reader["id"]}], policy(), context())
    assert left(author, reader) == reader


def test_no_reference_by_key_dangles() -> None:
    secret = _of("malware", 1, Tlp.RED, is_family=False)
    address = seen("ipv4-addr", 2, value="198.51.100.4")
    value = _of("campaign", 3, name="x", x_by={secret["id"]: {"n": 1}, address["id"]: {"n": 2}})
    preview = decide([secret, address, value], policy(), context())
    sent = left(preview, value)
    assert sent is not None
    assert sent["x_by"] == {address["id"]: {"n": 2}}
    assert set(references(sent)) <= {one["id"] for one in preview.leaving}


def test_an_id_in_a_long_text_costs_no_more_than_reading_it() -> None:
    known = Known([f"tool--{_UUIDS[1]}"], ())
    text = "a-" * 100_000 + f"--{_UUIDS[2]} " + f"-tool--{_UUIDS[1]} " * 2_000
    assert _UUIDS[1] not in known.written(text, {})


@pytest.mark.parametrize(
    "hidden",
    [
        lambda name: name.replace("-", "%2D"),
        lambda name: f"{name[:20]}\u200b{name[20:]}",
        lambda name: name.replace("-", "\u2011"),
        lambda name: "".join(chr(ord(letter) + 0xFEE0) for letter in name),
    ],
)
def test_a_text_that_hides_the_id_of_what_is_held_goes_whole(hidden: Callable[[str], str]) -> None:
    secret = _of("malware", 1, Tlp.RED, is_family=False)
    plain = _of("tool", 3, name="y")
    for name in (secret["id"], _UUIDS[1]):
        text = f"{plain['id']} and {hidden(name)}"
        value = _of("campaign", 2, name="x", description=text, x_plain=f"\u00e9 {plain['id']}")
        sent = left(decide([secret, plain, value], policy(), context()), value)
        assert sent is not None
        assert sent["description"] == "…"
        assert sent["x_plain"] == value["x_plain"]
