"""TLS of the listener for HL7 v2 messages: its files, how long they are good, and why a sender was
cut off before it could say anything."""

import hashlib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.net.errors import CertificateUnusable

HANDSHAKE_S = 20.0
"""How long a sender may take to agree on TLS; who speaks plain TCP says nothing by itself."""


class TlsFault(StrEnum):
    """Why TLS with a sender did not come about."""

    NO_TLS = "no-tls"
    UNASKED = "unasked"
    """The sender begins TLS, and there is none here."""
    NO_CERTIFICATE = "no-certificate"
    EXPIRED = "expired"
    """The sender's certificate."""
    NOT_OURS = "not-ours"
    """The sender's certificate is not of the authority that is named."""
    REFUSES_US = "refuses-us"
    """The sender does not accept this computer's certificate."""
    TOO_OLD = "too-old"
    """No version or cipher in common."""
    BROKE_OFF = "broke-off"
    OTHER = "other"


_EXPIRED = 10
"""X509_V_ERR_CERT_HAS_EXPIRED."""
_REASONS = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": TlsFault.NO_CERTIFICATE,
    **dict.fromkeys(
        ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "RECORD_LAYER_FAILURE"),
        TlsFault.NO_TLS,
    ),
    **dict.fromkeys(
        ("UNSUPPORTED_PROTOCOL", "NO_SHARED_CIPHER", "TLSV1_ALERT_PROTOCOL_VERSION"),
        TlsFault.TOO_OLD,
    ),
}
"""By OpenSSL's names."""
_ABOUT_OURS = ("UNKNOWN_CA", "CERTIFICATE")


def fault_of(error: OSError) -> TlsFault:
    """Of what a handshake raised."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return TlsFault.EXPIRED if error.verify_code == _EXPIRED else TlsFault.NOT_OURS
    if not isinstance(error, ssl.SSLError):
        return TlsFault.BROKE_OFF
    reason = error.reason or ""
    if reason not in _REASONS and "ALERT" in reason:
        ours = any(one in reason for one in _ABOUT_OURS)
        return TlsFault.REFUSES_US if ours else TlsFault.OTHER
    return _REASONS.get(reason, TlsFault.OTHER)


@dataclass(frozen=True, slots=True)
class ServerTls:
    """`expires`: when this computer's certificate does."""

    context: ssl.SSLContext
    expires: datetime


def tls_of(certificate: str, authority: str = "") -> ServerTls:
    """TLS 1.2 or newer with these files (PEM); with an `authority` senders show a certificate of
    it. Blocks. Raises CertificateUnusable."""
    from cryptography import x509

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # interface engines of hospitals are old
    try:
        # A key under a passphrase is refused, for nobody is there to be asked.
        context.load_cert_chain(certificate, password=b"")
        if authority:
            context.load_verify_locations(authority)
            context.verify_mode = ssl.CERT_REQUIRED
        own, *_ = x509.load_pem_x509_certificates(Path(certificate).read_bytes())
    except (OSError, ValueError) as error:  # of ssl too
        raise CertificateUnusable from error
    return ServerTls(context, own.not_valid_after_utc)


def stamp_of(files: Iterable[str]) -> tuple[bytes, ...]:
    """Another one as soon as one of the files says something else. Blocks."""
    return tuple(_stamp(Path(one)) for one in files if one)


def _stamp(file: Path) -> bytes:
    try:
        return hashlib.sha256(file.read_bytes()).digest()
    except OSError:
        return b""
