"""Content that others have published passes the gate without losing what it is known by."""

import json
from pathlib import Path

import pytest

from legation.safeguards.sharing.gate.deciding import decide
from worlds.shared_objects import context, policy
from worlds.shared_truth import references

_ROUNDED = policy(types={"custom": ["*"]}, redaction={"times": "hour", "strip_bodies": True})


@pytest.mark.data
@pytest.mark.parametrize(
    "name", ["attack-ics-18.1", "disarm-stix", "oasis-example-poisonivy", "opencti-sectors"]
)
def test_a_published_pack_leaves_whole_and_its_techniques_keep_their_ids(
    name: str, shared: Path
) -> None:
    objects = json.loads((shared / "stix" / f"{name}.json").read_bytes())["objects"]
    preview = decide(objects, _ROUNDED, context())
    assert {one.outcome for one in preview.verdicts} <= {"sent", "redacted"}
    ids = {value["id"] for value in preview.leaving}
    for value in preview.leaving:
        assert set(references(dict(value))) <= ids
    techniques = {value["id"] for value in objects if value["type"] == "attack-pattern"}
    # One that names a way to reach somebody is a copy.
    assert len(techniques - ids) <= max(1, len(techniques) // 50)
