"""What ships is what was shipped: each pack is anchored by the hash of its bytes."""

import hashlib
from pathlib import Path

import pytest

import legation
from legation.errors import VerificationError
from legation.knowledge.shipped import ANCHORS, anchored, anchors, shipped_packs, shipped_sums

FOLDER = Path(legation.__file__).parent / "knowledge" / "packs"


@pytest.fixture
def content() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.is_file()}


def test_the_anchors_are_those_of_the_files(content: dict[str, bytes]) -> None:
    sums = anchors(content[ANCHORS].decode())
    assert sums == {
        name: hashlib.sha256(octets).hexdigest()
        for name, octets in content.items()
        if name.endswith(".toml")
    }
    assert anchored(content) == shipped_packs()
    assert shipped_sums()["norms"] == sums["norms.toml"]


@pytest.mark.parametrize("what", ["changed", "gone", "beside", "no anchors", "no anchor"])
def test_a_pack_that_is_not_the_one_that_shipped_stops_the_reading(
    what: str, content: dict[str, bytes]
) -> None:
    if what == "changed":
        content["norms.toml"] = content["norms.toml"].replace(b"Illegal access", b"Legal access")
    elif what == "gone":
        del content["norms.toml"]
    elif what == "beside":
        content["zz.toml"] = content["norms.toml"].replace(b'"norms"', b'"zz"')
    elif what == "no anchors":
        del content[ANCHORS]
    else:
        content[ANCHORS] = b"\n".join(content[ANCHORS].splitlines()[1:])
    with pytest.raises(VerificationError) as broken:
        anchored(content)
    assert "install legation again" in broken.value.hint
