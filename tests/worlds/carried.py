"""Statements as they are carried, and the certificate of an office that signs papers."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from legation.crypto.signing import SigningIdentity
from legation.safeguards.statements.carriers.short_form import ShortForm, short_form
from legation.safeguards.statements.statement import Statement
from worlds.statements import ALDANIA, filed, whole

REGISTER = "statements.aldania.example/log"
FILE = filed(whole())
SAID = whole()
ENGLISH = SAID.versions[0]
PASSPHRASE = b"of the office"


def form(said: Statement = SAID, by: SigningIdentity | None = ALDANIA) -> ShortForm:
    """Return the short form of a statement's first version."""
    return short_form(said, said.versions[0], REGISTER, by)


class Office:
    """An authority, and the certificate of an office that it signed."""

    def __init__(self, name: str, key: CertificateIssuerPrivateKeyTypes) -> None:
        """Make both, good for a day."""
        authority = ec.generate_private_key(ec.SECP256R1())
        above = _named(f"Authority of {name}")
        usage = {"key_cert_sign": True, "crl_sign": True}
        self.authority = _signed(above, above, authority, authority, usage, ca=True)
        self.key = key
        self.certificate = _signed(
            _named(name), above, key, authority, {"digital_signature": True}, ca=False
        )

    def pkcs12(self, passphrase: bytes | None = PASSPHRASE) -> bytes:
        """Return certificate, key and authority as a file."""
        sealed = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
        assert isinstance(self.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
        return pkcs12.serialize_key_and_certificates(
            b"office", self.key, self.certificate, [self.authority], sealed
        )


@cache
def office(name: str = "Office of the Spokesperson") -> Office:
    """Return one office with a key on P-256."""
    return Office(name, ec.generate_private_key(ec.SECP256R1()))


@cache
def rsa_office() -> Office:
    """Return one office with an RSA key."""
    return Office("Archive", rsa.generate_private_key(65537, 2048))


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: CertificateIssuerPrivateKeyTypes,
    by: ec.EllipticCurvePrivateKey,
    usage: dict[str, bool],
    *,
    ca: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    unused = dict.fromkeys(
        (
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
            "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**unused | usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not ca:
        mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
        builder = builder.add_extension(mail, critical=False).add_extension(above, critical=False)
    return builder.sign(by, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Aldania"),
        ]
    )
