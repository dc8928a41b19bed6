"""The expert's signature on a report's paper: PAdES (ETSI EN 319 142-1) by certificate.

What blocks here (reading a certificate, a token, an authority of time) is meant for a thread. The
signature's reason names the SHA-256 of the report's canonical form, so that a paper cannot be shown
for a report it does not belong to.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID

from app.session.notices import Trouble
from app.session.signature import CertificateWords, PaperVerdict, TokenLabel
from protocol.readings import can_be

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

_LOG = logging.getLogger(__name__)
DIGEST = "sha256:"
FIELD = "Signature"


class CertificateUnusable(Exception):
    """Nothing was signed; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.name)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """PKCS#12 (RFC 7292) as it is in its file, still under its passphrase."""

    data: bytes

    def __repr__(self) -> str:
        return "CertificateFile(…)"


@dataclass(frozen=True, slots=True)
class CertificateToken:
    """A certificate on a PKCS#11 token, its key with the same identifier."""

    module: Path
    """The library of the token's maker."""
    token: str
    """The token's label."""
    label: str
    """The certificate's."""


CertificateSource = CertificateFile | CertificateToken


def words_of(source: CertificateSource, secret: str) -> CertificateWords:
    """Opens a certificate as signing would; raises `CertificateUnusable`."""
    match source:
        case CertificateFile():
            return _words(_opened(source, secret))
        case CertificateToken():
            return _words(_on_token(source, secret))


def token_labels(module: Path) -> tuple[TokenLabel, ...]:
    """Of everything plugged in: certificates are public objects (PKCS#11 4.6).

    Raises `CertificateUnusable`.
    """
    import pkcs11

    found = []
    try:
        for token in pkcs11.lib(str(module)).get_tokens():
            if not token.flags & pkcs11.TokenFlag.TOKEN_INITIALIZED:
                continue
            with token.open() as session:
                wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
                for one in session.get_objects(wanted):
                    label = str(one[pkcs11.Attribute.LABEL])
                    found.append(TokenLabel(token.label.strip(), label))
    except (pkcs11.PKCS11Error, OSError, RuntimeError) as error:
        raise CertificateUnusable(Trouble.CERTIFICATE_NOT_READABLE) from error
    return tuple(found)


def sign_paper(
    pdf: bytes, source: CertificateSource, secret: str, *, digest: str, place: str, tsa: str = ""
) -> bytes:
    """The PDF with a signature appended (PAdES B-B, with `tsa` B-T); its PDF/A claim stays true.

    Raises `CertificateUnusable`.
    """
    if not words_of(source, secret).valid_at(datetime.now(UTC)):
        raise CertificateUnusable(Trouble.CERTIFICATE_NOT_VALID)
    match source:
        case CertificateFile():
            return _signed(pdf, _file_signer(source, secret), digest, place, tsa)
        case CertificateToken():
            with _session(source, secret) as session:
                return _signed(pdf, _token_signer(session, source), digest, place, tsa)


def _signed(pdf: bytes, signer: Signer, digest: str, place: str, tsa: str) -> bytes:
    from pyhanko.pdf_utils.content import RawContent
    from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import BoxConstraints
    from pyhanko.sign import timestamps
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

    meta = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=_digest_for(signer),
        reason=f"{DIGEST}{digest}",
        location=place,
        subfilter=SigSeedSubFilter.PADES,
    )

    class Appending(IncrementalPdfFileWriter):
        """Leaves what the file says of itself: the document information and its copy as XMP must
        agree (ISO 19005-1, 6.7.3), and the library would change each in its own way."""

        def _update_meta(self) -> None:
            pass

    writer = Appending(BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec(FIELD))
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    # A field that is not seen has an appearance, too (6.9).
    nothing = RawContent(b"", box=BoxConstraints(width=1, height=1)).as_form_xobject()
    field[pdf_name("/AP")] = DictionaryObject({pdf_name("/N"): writer.add_object(nothing)})
    clock = timestamps.HTTPTimeStamper(tsa, https=tsa.startswith("https")) if tsa else None
    try:
        out = sign_pdf(writer, meta, signer, timestamper=clock)
    except timestamps.TimestampRequestError as error:
        raise CertificateUnusable(Trouble.CERTIFICATE_NO_TIME) from error
    except (SigningError, ValueError) as error:  # an authority that declines, or answers nothing
        trouble = Trouble.CERTIFICATE_NO_TIME if clock else Trouble.CERTIFICATE_NOT_READABLE
        raise CertificateUnusable(trouble) from error
    return bytes(out.getbuffer())


def _digest_for(signer: Signer) -> str:
    """Ed25519 signs over SHA-512 (RFC 8419, 3.1)."""
    certificate = signer.signing_cert
    of_edwards = certificate is not None and certificate.public_key.algorithm == "ed25519"
    return "sha512" if of_edwards else "sha256"


# --- certificates --------------------------------------------------------------------------


def _opened(source: CertificateFile, secret: str) -> x509.Certificate:
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(source.data, secret.encode())
    except ValueError as error:
        wrong = "password" in str(error).lower() or "mac" in str(error).lower()
        trouble = Trouble.CERTIFICATE_WRONG_SECRET if wrong else Trouble.CERTIFICATE_NOT_READABLE
        raise CertificateUnusable(trouble) from error
    except UnsupportedAlgorithm as error:  # SM2, as some authorities issue them
        raise CertificateUnusable(Trouble.CERTIFICATE_NOT_READABLE) from error
    if key is None or certificate is None:
        raise CertificateUnusable(Trouble.CERTIFICATE_NOT_READABLE)
    return certificate


def _file_signer(source: CertificateFile, secret: str) -> Signer:
    from pyhanko.sign.signers import SimpleSigner

    loaded: Signer | None = SimpleSigner.load_pkcs12_data(source.data, (), secret.encode())
    if loaded is None:
        raise CertificateUnusable(Trouble.CERTIFICATE_NOT_READABLE)
    return loaded


def _session(source: CertificateToken, pin: str) -> Any:
    """A session with the token, the user signed in; raises `CertificateUnusable`."""
    import pkcs11

    try:
        token = pkcs11.lib(str(source.module)).get_token(token_label=source.token)
        return token.open(user_pin=pin)
    except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid, pkcs11.PinLocked) as error:
        raise CertificateUnusable(Trouble.CERTIFICATE_WRONG_SECRET) from error
    except (pkcs11.PKCS11Error, OSError, RuntimeError) as error:
        raise CertificateUnusable(Trouble.CERTIFICATE_NO_TOKEN) from error


def _on_token(source: CertificateToken, pin: str) -> x509.Certificate:
    import pkcs11

    with _session(source, pin) as session:
        return x509.load_der_x509_certificate(
            bytes(_object(session, source)[pkcs11.Attribute.VALUE])
        )


def _object(session: Any, source: CertificateToken) -> Any:
    import pkcs11

    wanted = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
        pkcs11.Attribute.LABEL: source.label,
    }
    found = list(session.get_objects(wanted))
    if not found:
        raise CertificateUnusable(Trouble.CERTIFICATE_NO_TOKEN)
    return found[0]


def _token_signer(session: Any, source: CertificateToken) -> Signer:
    import pkcs11
    from pyhanko.sign.pkcs11 import PKCS11Signer

    identifier = bytes(_object(session, source)[pkcs11.Attribute.ID])
    signer: Signer = PKCS11Signer(session, cert_label=source.label, key_id=identifier)
    return signer


def _words(certificate: x509.Certificate) -> CertificateWords:
    return CertificateWords(
        _name(certificate.subject),
        _name(certificate.issuer),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


TITLES = "主任|副主任|主治|住院|医师|医生|教授|大夫|老师"
FOR_SIGNING = frozenset(
    (
        "1.3.6.1.5.5.7.3.36",  # document signing (RFC 9336)
        "1.3.6.1.5.5.7.3.4",  # e-mail protection
        "1.3.6.1.5.5.7.3.2",  # client authentication, as many national authorities issue
        "1.3.6.1.4.1.311.10.3.12",  # document signing as Microsoft calls it
        "1.2.840.113583.1.1.5",  # as Adobe calls it
        "2.5.29.37.0",  # anything
    )
)
# --- verifying -----------------------------------------------------------------------------


def verify_paper(
    pdf: bytes, roots: tuple[str, ...], *, digest: str, signed_at: datetime, expert: str
) -> PaperVerdict:
    """Looks at the signature of a paper; whatever is wrong with the file is a verdict. `expert` is
    whom the report names.

    Validity is asked for the moment of the trusted time stamp, else for `signed_at`. Whether the
    certificate was revoked is not asked: the site's authority may not be reachable from a clinic.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        if len(signatures) != 1:
            return PaperVerdict(intact=False, of_report=False, trusted=False)
        return _verdict(signatures[0], roots, digest, signed_at, expert)
    except Exception:  # whatever a hostile file makes the library raise, it is no good paper
        _LOG.info("a paper could not be read", exc_info=True)
        return PaperVerdict(intact=False, of_report=False, trusted=False)


def _verdict(
    signature: Any, roots: tuple[str, ...], digest: str, signed_at: datetime, expert: str
) -> PaperVerdict:
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    # The library logs with names and traces what the verdict says without.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    anchors = [Certificate.load(_der(one)) for one in roots]
    status = validate_pdf_signature(
        signature,
        ValidationContext(trust_roots=anchors, moment=signed_at),
        ValidationContext(trust_roots=anchors),
        key_usage_settings=KeyUsageConstraints(
            key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
        ),
    )
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    stamp = status.timestamp_validity
    stamped = stamp if stamp is not None and stamp.valid and stamp.trusted else None
    certificate = x509.load_der_x509_certificate(status.signing_cert.dump())
    words = _words(certificate)
    moment = stamped.timestamp.astimezone(UTC) if stamped else signed_at
    return PaperVerdict(
        intact=status.valid and status.intact and whole,
        of_report=str(signature.sig_object.get("/Reason", "")) == f"{DIGEST}{digest}",
        trusted=status.trusted and words.valid_at(moment) and signs_documents(certificate),
        of_expert=names(words.subject, expert),
        signer=words,
        timestamp=moment if stamped else None,
    )


def signs_documents(certificate: x509.Certificate) -> bool:
    """Whether it was issued to a person who signs: one of a web server or of an authority of time
    says for what it is (RFC 5280 4.2.1.12), and it is not this. Without a word it is for all."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return True
    return not FOR_SIGNING.isdisjoint(usage.dotted_string for usage in found.value)


def names(subject: str, expert: str) -> bool:
    """Whether a certificate's subject can be this person: their name stands in it, as characters
    or as Pinyin; authorities add numbers and departments."""
    plain, wanted = (re.sub(r"\s+", "", text).casefold() for text in (subject, expert))
    if not plain or not wanted:
        return False
    shorter, whole = sorted((plain, wanted), key=len)
    among = re.escape(shorter)
    # Not 李娜 in 李娜娜, and with no one letter before or behind in Latin letters.
    alone = rf"(?<![^\W\d_]){among}(?![^\W\d_])"
    titled = rf"^{among}(?:{TITLES})"
    if re.search(alone, whole) or re.search(titled, whole):
        return True
    return bool(can_be(subject, expert) or can_be(expert, subject))


def _der(pem: str) -> bytes:
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)
