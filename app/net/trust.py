"""Trust on first contact: show the server's CA, pin it, and never connect unverified.

The generated CA of a server is not known to the operating system. At first contact the chain the
server presents is fetched once without sending anything over it, its root is shown to the person
with its fingerprint, and after confirmation that root is the only one this profile trusts. A
server whose certificate the operating system already trusts needs no pin.
"""

import hashlib
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from app.net.device import DeviceCertificate
from app.net.errors import DeviceRefused, NotUnderstood, TimedOut, Unreachable, Untrusted

TIMEOUT_S = 10.0
ALERT_S = 2.0
"""How long a server may take to say that it does not like a certificate."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A CA certificate in PEM, and its SHA-256 fingerprint (lower-case hex over the DER)."""

    pem: str
    fingerprint: str
    subject: str

    @property
    def grouped(self) -> str:
        """The fingerprint as people compare it: AB:CD:…"""
        pairs = (self.fingerprint[i : i + 2] for i in range(0, len(self.fingerprint), 2))
        return ":".join(pairs).upper()


def pin_of(pem: str) -> Pin:
    """Reads a PEM certificate; raises NotUnderstood if it is none."""
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise NotUnderstood("not a PEM certificate") from error
    return _pin(certificate)


def _pin(certificate: x509.Certificate) -> Pin:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    der = certificate.public_bytes(Encoding.DER)
    return Pin(
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        fingerprint=hashlib.sha256(der).hexdigest(),
        subject=str(names[0].value) if names else certificate.subject.rfc4514_string(),
    )


def context_for(pin: Pin | None, device: DeviceCertificate | None = None) -> ssl.SSLContext:
    """TLS 1.3 with host name check; trusts the pin alone, or the system's CAs without one. A
    server that asks is shown this computer's certificate."""
    context = ssl.create_default_context(cadata=pin.pem if pin else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if device is not None:
        device.show_in(context)
    return context


def fetch_pin(url: str) -> Pin | None:
    """The CA to show for `url`; None when the operating system already trusts the server.

    Blocking, for a thread. The presented chain must lead to a self-signed root, and that root must
    really have signed it: a second, verified handshake with the root alone proves both.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise Unreachable("the address must start with https://")
    address = (parts.hostname, parts.port or 443)
    try:
        _handshake(address, context_for(None))
    except ssl.SSLCertVerificationError:
        pin = _presented_root(address)
    except (OSError, ssl.SSLError) as error:
        raise _translated(error) from error
    else:
        return None
    try:
        _handshake(address, context_for(pin))
    except (OSError, ssl.SSLError) as error:
        raise _translated(error) from error
    return pin


def check_device(url: str, context: ssl.SSLContext) -> None:
    """Raises DeviceRefused where the server ends a connection because of the certificate it was
    shown: TLS 1.3 says so only after the handshake, and a request that was written meanwhile breaks
    without a word. Blocking, for a thread."""
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or 443)
    try:
        with (
            socket.create_connection(address, timeout=TIMEOUT_S) as plain,
            context.wrap_socket(plain, server_hostname=address[0]) as secured,
        ):
            secured.settimeout(ALERT_S)
            if not secured.recv(1):  # it would wait for a request for a minute
                raise DeviceRefused("the connection was ended")
    except TimeoutError:
        return
    except ssl.SSLError as error:
        if "ALERT" in (error.reason or ""):
            raise DeviceRefused(error.reason) from error
        raise _translated(error) from error
    except ConnectionResetError as error:
        raise DeviceRefused("the connection was ended") from error
    except OSError as error:
        raise _translated(error) from error


def _handshake(address: tuple[str, int], context: ssl.SSLContext) -> None:
    with (
        socket.create_connection(address, timeout=TIMEOUT_S) as plain,
        context.wrap_socket(plain, server_hostname=address[0]),
    ):
        pass


def _presented_root(address: tuple[str, int]) -> Pin:
    """The last certificate of the presented chain. Nothing is sent over this connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection(address, timeout=TIMEOUT_S) as plain,
            context.wrap_socket(plain, server_hostname=address[0]) as secured,
        ):
            chain = _unverified_chain(secured)
    except (OSError, ssl.SSLError) as error:
        raise _translated(error) from error
    root = x509.load_der_x509_certificate(chain[-1])
    if root.issuer != root.subject:
        raise Untrusted("the server does not present its CA; ask hospital IT for the CA file")
    return _pin(root)


def _unverified_chain(secured: ssl.SSLSocket) -> list[bytes]:
    getter = getattr(secured, "get_unverified_chain", None)
    if getter is not None:  # Python 3.13
        return [bytes(part) for part in getter()]
    inner = secured._sslobj  # type: ignore[attr-defined]  # public only from Python 3.13
    return [
        bytes(ssl.PEM_cert_to_DER_cert(part.public_bytes()))
        for part in inner.get_unverified_chain()
    ]


def _translated(error: OSError) -> Unreachable | Untrusted:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Untrusted(error.verify_message)
    if isinstance(error, TimeoutError):
        return TimedOut("no answer")
    return Unreachable(error.strerror or type(error).__name__)
