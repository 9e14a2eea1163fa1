"""A certificate and its private key, as an office has them: a PKCS#12 file.

Papers (PAdES) and pictures (C2PA) are signed by it, because readers of PDFs and pictures know
nothing else. It says who a paper comes from in the eyes of those programs; what was said is proven
by the statement's own signatures and by the register.
"""

from typing import Final, final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    EllipticCurvePrivateKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from legation.errors import BadInputError

MAX_PKCS12: Final = 1_000_000
"""Bytes of a PKCS#12 file."""
_LEAST_RSA: Final = 2048


@final
class Certificate:
    """A certificate with its key and those that lead to its authority.

    Attributes:
        algorithm: `es256`, `es384` or `ps256`: what its key signs by.
    """

    def __init__(self, data: bytes, passphrase: bytes | None) -> None:
        """Open a PKCS#12 file.

        Args:
            data: The file.
            passphrase: What opens it; None when nothing does.

        Raises:
            BadInputError: It does not open, or its key is neither P-256, P-384 nor RSA of at
                least 2,048 bits.
        """
        if len(data) > MAX_PKCS12:
            raise _refusal(f"a PKCS#12 file has at most {MAX_PKCS12:,} bytes")
        try:
            opened = pkcs12.load_pkcs12(data, passphrase)
        except ValueError as bad:
            raise _refusal("it does not open: no PKCS#12 file, or another passphrase") from bad
        if opened.key is None or opened.cert is None:
            raise _refusal("it holds no certificate with its private key")
        self.algorithm = _algorithm(opened.key)
        self._key = opened.key
        self._chain = [
            opened.cert.certificate,
            *(one.certificate for one in opened.additional_certs),
        ]

    def __repr__(self) -> str:
        """Show nothing secret."""
        return f"<Certificate {self.subject}>"

    @property
    def subject(self) -> str:
        """Whom it names."""
        return self._chain[0].subject.rfc4514_string()

    @property
    def chain(self) -> list[x509.Certificate]:
        """The certificate, then those that came with it."""
        return list(self._chain)

    def chain_pem(self) -> str:
        """Return the certificates, the signer's first, as PEM."""
        return "".join(one.public_bytes(Encoding.PEM).decode() for one in self._chain)

    def key_bytes(self, encoding: Encoding) -> bytes:
        """Return the private key as PKCS#8, for the library that signs."""
        return self._key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())


def _algorithm(key: object) -> str:
    if isinstance(key, EllipticCurvePrivateKey):
        curves = {SECP256R1: "es256", SECP384R1: "es384"}
        if type(key.curve) in curves:
            return curves[type(key.curve)]
    if isinstance(key, RSAPrivateKey) and key.key_size >= _LEAST_RSA:
        return "ps256"
    raise _refusal(f"its key is neither P-256, P-384 nor RSA of at least {_LEAST_RSA} bits")


def _refusal(what: str) -> BadInputError:
    return BadInputError(
        what, place="certificate", hint="give the PKCS#12 file (.p12) of your office's certificate"
    )
