"""The certificate a connection was made with, handed to whoever answers its requests."""

import re
import ssl
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from server.domain.devices import Device
from server.setting_values import SettingsError

SCOPE_KEY = "huizhen.device"
_LIST = re.compile(b"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----\n?", re.DOTALL)
DEVICE: ContextVar[Device | None] = ContextVar("device", default=None)
"""The computer a request comes from, where its connection has shown a certificate."""


def ask_for_certificates(
    context: ssl.SSLContext, roots: Path, revoked: Path | None, prefix: str
) -> None:
    """Connections may show a certificate of these authorities; one that is shown must be good.

    Whether one is needed is decided when it is known who asks: a guest's phone has none. Raises
    `SettingsError`.
    """
    name = f"{prefix}DEVICE_ROOTS"
    try:
        context.load_verify_locations(cafile=str(roots))
        if revoked is not None:
            name = f"{prefix}DEVICE_REVOKED"
            authorities = x509.load_pem_x509_certificates(roots.read_bytes())
            lists = lists_of_withdrawn(revoked.read_bytes())
            if lacking := without_list(authorities, lists):
                raise SettingsError(
                    f"{name}: it has no list of {', '.join(lacking)}, every computer of which "
                    "would be refused: add that authority's list to the file, an empty one too"
                )
            context.load_verify_locations(cafile=str(revoked))
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    except (OSError, ValueError, ssl.SSLError) as error:
        raise SettingsError(f"{name}: nothing in PEM can be read there ({error})") from error
    context.verify_mode = ssl.CERT_OPTIONAL


def lists_of_withdrawn(pem: bytes) -> list[x509.CertificateRevocationList]:
    """Each authority's in a file; raises `ValueError`."""
    found = [x509.load_pem_x509_crl(one) for one in _LIST.findall(pem)]
    if not found:
        raise ValueError("no list in PEM")
    return found


def without_list(
    authorities: Sequence[x509.Certificate], lists: Iterable[x509.CertificateRevocationList]
) -> list[str]:
    """Authorities of computers whose list is not there: OpenSSL then refuses whatever they have
    issued. One that issued another of them issues no computer's."""
    listed = {one.issuer for one in lists}
    above = {one.issuer for one in authorities if one.issuer != one.subject}
    return [
        one.subject.rfc4514_string()
        for one in authorities
        if one.subject not in listed and one.subject not in above
    ]


def device_of(der: bytes) -> Device:
    """What a verified certificate says of a computer."""
    certificate = x509.load_der_x509_certificate(der)
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return Device(
        str(names[0].value) if names else "",
        frozenset(str(one.value) for one in units),
        certificate.fingerprint(hashes.SHA256()).hex(),
    )


def carrying(protocol: Any) -> Callable[..., Any]:
    """A protocol of uvicorn whose connections tell the application their certificate."""

    class Carrying(protocol):  # type: ignore[misc]  # whichever protocol the site's uvicorn has
        app: Any

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            secured = transport.get_extra_info("ssl_object")
            shown = None if secured is None else secured.getpeercert(binary_form=True)
            if shown:
                application: Any = self.app
                self.app = partial(with_entry, application, SCOPE_KEY, device_of(shown))

    return Carrying


async def with_entry(
    application: Any, key: str, value: object, scope: MutableMapping[str, Any], *more: Any
) -> None:
    """Calls an ASGI application with something more in its scope."""
    scope[key] = value
    await application(scope, *more)
