"""PAdES: a paper that programs for PDFs show as signed, by the certificate of an office.

The extra `pades` (pyHanko) signs and validates; nothing is fetched, so a revoked certificate is
found only by who asks its authority. A statement is proven by the `.statement` in the paper and by
the register; this signature is for readers who know nothing of either.
"""

import io
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from legation.errors import BadInputError, MissingPartError, VerificationError
from legation.safeguards.statements.carriers.certificates import Certificate
from legation.safeguards.statements.carriers.pdf import MAX_PDF

_MOST_SIGNATURES: Final = 50
_UNSIGNED: Final = "the PDF has no signature"


@final
class PaperSignature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature of a PDF that holds.

    Attributes:
        field: Its place in the PDF.
        subject: Whom its certificate names.
        claimed: When it was made, as the signer says; None when it does not say.
    """

    field: str
    subject: str
    claimed: datetime | None


def sign_paper(data: bytes, certificate: Certificate, *, reason: str = "") -> bytes:
    """Sign a PDF, behind all that stands in it; signatures that it has stay valid.

    Args:
        data: The PDF.
        certificate: Who signs.
        reason: Why, as programs show it.

    Raises:
        MissingPartError: The extra `pades` is not installed.
        BadInputError: It is no PDF that can be signed.
    """
    hanko = _hanko()
    _check_size(data)
    signer = hanko.SimpleSigner(
        signing_cert=_own(certificate.chain[0]),
        signing_key=hanko.PrivateKeyInfo.load(certificate.key_bytes(Encoding.DER)),
        cert_registry=_registry(hanko, certificate.chain),
        prefer_pss=False,
    )
    try:
        writer = hanko.IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
        if writer.prev.encrypted:
            raise _unreadable("the PDF is encrypted")
        fields = {name for name, *_ in hanko.enumerate_sig_fields(writer.prev)}
        if len(fields) >= _MOST_SIGNATURES:
            raise _unreadable(f"the PDF has {_MOST_SIGNATURES} signatures")
        number = next(n for n in range(1, _MOST_SIGNATURES + 2) if f"Signature{n}" not in fields)
        meta = hanko.PdfSignatureMetadata(
            field_name=f"Signature{number}",
            md_algorithm="sha256",
            subfilter=hanko.SigSeedSubFilter.PADES,
            reason=reason or None,
        )
        signed = hanko.sign_pdf(writer, meta, signer=signer)
    except hanko.errors as bad:
        raise _unreadable(f"the PDF cannot be signed ({type(bad).__name__})") from bad
    return bytes(signed.getbuffer())


def verify_paper(data: bytes, authorities: Sequence[x509.Certificate]) -> list[PaperSignature]:
    """Verify all signatures of a PDF; at least one must be there, and the last cover all of it.

    Args:
        data: The PDF.
        authorities: Certificates that are trusted.

    Raises:
        MissingPartError: The extra `pades` is not installed.
        BadInputError: It is no PDF that can be read.
        VerificationError: It has no signature, one that does not hold, is of nobody trusted, or
            the paper was changed after it.
    """
    hanko = _hanko()
    _check_size(data)
    roots = [_own(one) for one in authorities]
    held, whole = [], False
    try:
        reader = hanko.PdfFileReader(io.BytesIO(data), strict=False)
        if reader.encrypted:
            raise _unreadable("the PDF is encrypted")
        found = reader.embedded_regular_signatures
        if len(found) > _MOST_SIGNATURES:
            raise _unreadable(f"the PDF has more than {_MOST_SIGNATURES} signatures")
        for one in found:
            context = hanko.ValidationContext(trust_roots=roots, allow_fetching=False)
            status = hanko.validate_pdf_signature(one, context, key_usage_settings=hanko.usage)
            if not status.bottom_line:
                raise _refusal(f"the signature {one.field_name!r:.60} does not hold")
            whole = status.coverage == hanko.SignatureCoverageLevel.ENTIRE_FILE
            held.append(
                PaperSignature(
                    field=str(one.field_name),
                    subject=status.signing_cert.subject.human_friendly,
                    claimed=status.signer_reported_dt,
                )
            )
    except hanko.SignatureValidationError as bad:
        raise _refusal("a signature of the PDF does not hold") from bad
    except hanko.errors as bad:
        raise _unreadable(f"the PDF is damaged ({type(bad).__name__})") from bad
    if not whole:
        raise _refusal("the paper was changed after its last signature" if held else _UNSIGNED)
    return held


@final
class _Hanko:
    """What is used of pyHanko, loaded when a paper is signed or verified."""

    def __init__(self) -> None:
        from asn1crypto.keys import PrivateKeyInfo
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko.sign.validation.errors import SignatureValidationError
        from pyhanko.sign.validation.settings import KeyUsageConstraints
        from pyhanko.sign.validation.status import SignatureCoverageLevel
        from pyhanko_certvalidator import ValidationContext
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        self.PrivateKeyInfo = PrivateKeyInfo
        self.IncrementalPdfFileWriter = IncrementalPdfFileWriter
        self.PdfFileReader = PdfFileReader
        self.SigSeedSubFilter = SigSeedSubFilter
        self.enumerate_sig_fields = enumerate_sig_fields
        self.PdfSignatureMetadata = PdfSignatureMetadata
        self.SimpleSigner = SimpleSigner
        self.sign_pdf = sign_pdf
        self.validate_pdf_signature = validate_pdf_signature
        self.SignatureValidationError = SignatureValidationError
        self.ValidationContext = ValidationContext
        self.SignatureCoverageLevel = SignatureCoverageLevel
        self.SimpleCertificateStore = SimpleCertificateStore
        # Certificates of seals are for digital signatures, those of persons for non-repudiation.
        self.usage = KeyUsageConstraints(
            key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
        )
        self.errors = (
            PdfError, SigningError, RecursionError, KeyError, IndexError, TypeError, ValueError,
            AttributeError, ArithmeticError, NotImplementedError, AssertionError, OSError,
            zlib.error,
        )  # fmt: skip


def _hanko() -> Any:
    try:
        return _Hanko()
    except ImportError as absent:
        raise MissingPartError(
            "signatures of PDFs need a part that is not installed",
            hint="add the extra `pades`: in the folder that legation was installed from, "
            "run: make pades",
        ) from absent


def _own(certificate: x509.Certificate) -> Any:
    from asn1crypto.x509 import Certificate as Plain

    return Plain.load(certificate.public_bytes(Encoding.DER))


def _registry(hanko: Any, chain: Sequence[x509.Certificate]) -> Any:
    store = hanko.SimpleCertificateStore()
    store.register_multiple([_own(one) for one in chain])
    return store


def _check_size(data: bytes) -> None:
    if len(data) > MAX_PDF:
        raise _unreadable(f"a PDF is opened up to {MAX_PDF:,} bytes")


def _unreadable(what: str) -> BadInputError:
    return BadInputError(what, place="PDF", hint="set the paper anew: legation statement carrier")


def _refusal(what: str) -> VerificationError:
    return VerificationError(
        what,
        hint="take the .statement out of the paper and verify that; this says nothing of it",
    )
