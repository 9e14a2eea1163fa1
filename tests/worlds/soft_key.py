"""An authenticator in software: makes passkeys and shows them, rightly or in any wrong way."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """One passkey; its attributes can be set to what a forger would send."""

    name: str = "localhost"
    origin: str = "http://localhost:8321"
    verifies: bool = True
    uses: int = 0
    handle: bytes = b""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer the question of an enrolment."""
        self.handle = octets(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        size = len(self.credential_id).to_bytes(2, "big")
        facts = self._facts(_ATTESTED) + bytes(16) + size + self.credential_id + cose
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": facts})
        told = self._told("webauthn.create", options["challenge"])
        return self._credential({"clientDataJSON": told, "attestationObject": attested})

    def show(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer the question of a log-in."""
        self.uses += 1
        facts = self._facts(0)
        told = self._told("webauthn.get", options["challenge"])
        signed = self.key.sign(facts + hashlib.sha256(told).digest(), ec.ECDSA(SHA256()))
        response = {"clientDataJSON": told, "authenticatorData": facts, "signature": signed}
        return self._credential(response | {"userHandle": self.handle})

    def _facts(self, more: int) -> bytes:
        flags = _PRESENT | more | (_VERIFIED if self.verifies else 0)
        place = hashlib.sha256(self.name.encode()).digest()
        return place + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _told(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, response: dict[str, bytes]) -> dict[str, Any]:
        return {
            "id": text(self.credential_id),
            "rawId": text(self.credential_id),
            "type": "public-key",
            "response": {name: text(value) for name, value in response.items()},
        }


def text(value: bytes) -> str:
    """Write bytes as browsers do."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def octets(value: str) -> bytes:
    """Read bytes as browsers write them."""
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
