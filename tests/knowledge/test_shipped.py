"""What ships is what was shipped: each pack is anchored by the hash of its bytes."""

import hashlib
from pathlib import Path
from shutil import copytree

import pytest

import legation
from legation.app.knowledge.signatures import sign_pack, verify_shipped
from legation.crypto.signing import SigningIdentity
from legation.errors import VerificationError
from legation.knowledge import shipped
from legation.knowledge.shipped import (
    ANCHORS,
    anchored,
    anchors,
    shipped_packs,
    shipped_signatures,
    shipped_sums,
)

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


def test_each_pack_that_ships_is_signed_by_the_keys_that_the_reference_names() -> None:
    fingerprint = verify_shipped()
    page = (Path(__file__).parents[2] / "docs" / "reference" / "knowledge.md").read_text("utf-8")
    assert f"keys of this release: `{fingerprint}`" in page
    assert set(shipped_signatures()) == {one.name for one in shipped_packs()}


@pytest.mark.parametrize("what", ["another pack", "another key", "gone"])
def test_a_signature_that_is_not_the_one_of_the_release_stops_the_list(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "packs"
    copytree(FOLDER, folder)
    signature = folder / "norms.toml.sig"
    if what == "another pack":
        signature.write_bytes((folder / "article.toml.sig").read_bytes())
    elif what == "another key":
        stranger = SigningIdentity(ed25519_seed=b"s" * 32, ml_dsa_65_seed=b"t" * 32)
        signature.write_bytes(sign_pack((folder / "norms.toml").read_bytes(), stranger))
    else:
        signature.unlink()
    monkeypatch.setattr(shipped, "files", lambda _: tmp_path)
    verify_shipped.cache_clear()
    try:
        with pytest.raises(VerificationError):
            verify_shipped()
    finally:
        verify_shipped.cache_clear()


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
