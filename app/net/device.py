"""The certificate that shows a server that this computer is one of the site's (mutual TLS)."""

import os
import secrets
import ssl
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

_PEM = b"-----BEGIN"


class DeviceUnusable(Exception):
    """No certificate with its key can be read, or not with this passphrase."""


@dataclass(frozen=True, slots=True)
class DeviceCertificate:
    """As hospital IT gave it: a PKCS#12 file, or PEM with chain and key; and its passphrase."""

    data: bytes = field(repr=False)
    secret: str = field(repr=False)
    subject: str
    until: datetime

    def show_in(self, context: ssl.SSLContext) -> None:
        """Connections of this context show it; a server that does not ask sees nothing.

        The library reads keys from files only: for a moment one lies in a file of this user,
        encrypted under a passphrase that is kept nowhere. Raises `DeviceUnusable` where the TLS
        library does not take the pair. Slow with long keys, for a thread.
        """
        key, chain = _parts(self.data, self.secret)
        passing = secrets.token_urlsafe(32)
        text = key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passing.encode())
        ) + b"".join(one.public_bytes(Encoding.PEM) for one in chain)
        handle, name = tempfile.mkstemp(suffix=".pem")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text)
            context.load_cert_chain(name, password=passing)
        except ssl.SSLError as error:
            raise DeviceUnusable from error
        finally:
            with suppress(OSError):
                os.unlink(name)


def read_device(data: bytes, secret: str) -> DeviceCertificate:
    """Raises `DeviceUnusable`."""
    _, (own, *_) = _parts(data, secret)
    names = own.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    subject = str(names[0].value) if names else own.subject.rfc4514_string()
    return DeviceCertificate(data, secret, subject, own.not_valid_after_utc)


def _parts(data: bytes, secret: str) -> tuple[Any, list[x509.Certificate]]:
    """The key, of whichever kind TLS takes, and the chain: the key's own certificate first."""
    password = secret.encode() or None
    try:
        if _PEM in data:
            chain = x509.load_pem_x509_certificates(data)
            key: Any = load_pem_private_key(data, password if b"ENCRYPTED" in data else None)
        else:
            key, own, more = pkcs12.load_key_and_certificates(data, password)
            chain = [] if own is None else [own, *more]
        if key is None:
            raise DeviceUnusable
        public = key.public_key()
        leaf = next((one for one in chain if one.public_key() == public), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise DeviceUnusable from error
    if leaf is None:
        raise DeviceUnusable
    return key, [leaf, *(one for one in chain if one is not leaf)]
