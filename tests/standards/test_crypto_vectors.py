"""The installed primitives against the vectors their standards publish."""

import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.crypto.selftest import Primitives, argon2id

VECTORS = Path(__file__).parent / "vectors"
given_primitives = Primitives()

# RFC 8032, section 7.1: secret key, public key, message, signature.
RFC_8032 = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
}

# RFC 4231, section 4: key, data, HMAC-SHA256.
RFC_4231 = {
    1: ("0b" * 20, b"Hi There".hex(),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    3: ("aa" * 20, "dd" * 50,
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    6: ("aa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First".hex(),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
}  # fmt: skip


@pytest.mark.parametrize("name", RFC_8032)
def test_ed25519_signs_as_rfc_8032(name: str) -> None:
    seed, public, message, signature = map(bytes.fromhex, RFC_8032[name])
    assert given_primitives.ed25519_public(seed) == public
    assert given_primitives.ed25519_sign(seed, message) == signature
    given_primitives.ed25519_verify(public, signature, message)


@pytest.mark.parametrize("number", RFC_4231)
def test_hmac_sha256_answers_as_rfc_4231(number: int) -> None:
    key, data, tag = map(bytes.fromhex, RFC_4231[number])
    assert given_primitives.hmac_sha256(key, data) == tag


def test_argon2id_answers_as_rfc_9106() -> None:
    judge = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=b"\x04" * 12,
        secret=b"\x03" * 8,
    )
    tag = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    assert judge.derive(b"\x01" * 32).hex() == tag


@settings(max_examples=20)
@given(st.binary(max_size=40), st.binary(min_size=8, max_size=32), st.integers(1, 4))
def test_our_argon2id_agrees_with_the_one_that_meets_rfc_9106(
    passphrase: bytes, salt: bytes, lanes: int
) -> None:
    judge = Argon2id(salt=salt, length=32, iterations=3, lanes=lanes, memory_cost=64)
    assert argon2id(passphrase, salt, 3, 64, lanes) == judge.derive(passphrase)


def test_argon2id_answers_as_its_reference_implementation() -> None:
    key = hash_secret_raw(b"password", b"somesalt", 2, 65536, 1, hash_len=32, type=Type.ID)
    assert key.hex() == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"


def _wycheproof(name: str) -> list[Any]:
    tests = json.loads((VECTORS / name).read_text("utf-8"))["tests"]
    return [pytest.param(test, id=str(test["tcId"])) for test in tests]


@pytest.mark.parametrize("test", _wycheproof("cobblestone_256.json"))
def test_cobblestone_opens_as_wycheproof_demands(test: dict[str, Any]) -> None:
    key, context = bytes.fromhex(test["key"]), bytes.fromhex(test["ctx"])
    sealed = zlib.decompress(bytes.fromhex(test["ct"]))
    if test["result"] == "valid":
        opened = given_primitives.cobblestone_open(key, context, sealed)
        assert len(opened) == test["msgLength"]
        assert hashlib.sha512(opened).hexdigest() == test["msgSha512"]
    else:
        with pytest.raises((InvalidTag, ValueError)):
            given_primitives.cobblestone_open(key, context, sealed)
