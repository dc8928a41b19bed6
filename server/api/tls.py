"""TLS 1.3 only, with a certificate of the site or of a local CA made at the first start."""

import ipaddress
import os
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.api.devices import ask_for_certificates
from server.setting_values import SettingsError
from server.settings import PREFIX

CA_DAYS = 3650
SERVER_DAYS = 397
_RENEW_BEFORE = timedelta(days=30)


class Listening(Protocol):
    """The settings of whatever listens; `prefix` begins their names."""

    @property
    def prefix(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def data_dir(self) -> Path: ...
    @property
    def tls_certificate(self) -> Path | None: ...
    @property
    def tls_key(self) -> Path | None: ...
    @property
    def tls_names(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """The files a listener needs, and the CA a client pins."""

    certificate: Path
    key: Path
    ca: Path
    fingerprint: str
    """SHA-256 of the CA certificate's DER, lower-case hex."""
    device_roots: Path | None = None
    device_revoked: Path | None = None

    def context(self, prefix: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        try:
            context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"{prefix}TLS_CERTIFICATE, {prefix}TLS_KEY: the certificate and key cannot be used "
                f"together ({error}); give a PEM chain and its unencrypted PEM key"
            ) from error
        if self.device_roots is not None:
            ask_for_certificates(context, self.device_roots, self.device_revoked, prefix)
        return context


def server_identity(settings: Listening) -> ServerIdentity:
    """The configured certificate, or a generated one below the data folder."""
    if settings.tls_certificate is not None and settings.tls_key is not None:
        last = _certificates(settings.tls_certificate, settings.prefix)[-1]
        return ServerIdentity(
            settings.tls_certificate, settings.tls_key, settings.tls_certificate, _fingerprint(last)
        )
    folder = settings.data_dir / "tls"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ca_file, ca_key_file = folder / "ca.pem", folder / "ca.key"
    if not (ca_file.exists() and ca_key_file.exists()):
        _make_ca(ca_file, ca_key_file, settings.name)
    ca = _certificates(ca_file)[0]
    names = _names(settings)
    certificate, key = folder / "server.pem", folder / "server.key"
    if not _still_good(certificate, key, names, ca):
        _make_server(certificate, key, names, ca, ca_key_file)
    return ServerIdentity(certificate, key, ca_file.resolve(), _fingerprint(ca))


def _certificates(file: Path, prefix: str = PREFIX) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{prefix}TLS_CERTIFICATE: {file.name} holds no PEM certificate that can be read"
        ) from error


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def _names(settings: Listening) -> list[x509.GeneralName]:
    wanted = ["localhost", "127.0.0.1", "::1", socket.gethostname(), *settings.tls_names]
    if settings.host not in {"0.0.0.0", "::"}:  # nosec B104  # compared, not bound
        wanted.append(settings.host)
    names: list[x509.GeneralName] = []
    for name in dict.fromkeys(wanted):
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            names.append(x509.DNSName(name))
    return names


def _still_good(
    certificate: Path, key: Path, names: list[x509.GeneralName], ca: x509.Certificate
) -> bool:
    if not (certificate.exists() and key.exists()):
        return False
    server, *issuers = _certificates(certificate)
    alternative = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        set(names) <= set(alternative)
        and issuers == [ca]
        and server.not_valid_after_utc - datetime.now(UTC) > _RENEW_BEFORE
    )


def _write(file: Path, data: bytes) -> None:
    temporary = file.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(file)


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    _write(
        file,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _make_ca(file: Path, key_file: Path, name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} local CA")])
    certificate = (
        _builder(subject, subject, key.public_key(), CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(key_file, key)
    _write(file, certificate.public_bytes(serialization.Encoding.PEM))


def _make_server(
    file: Path,
    key_file: Path,
    names: list[x509.GeneralName],
    ca: x509.Certificate,
    ca_key_file: Path,
) -> None:
    ca_key = serialization.load_pem_private_key(ca_key_file.read_bytes(), None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise SettingsError("the CA key in the data folder is not the one this program made")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Huizhen server")])
    certificate = (
        _builder(subject, ca.subject, key.public_key(), SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    _write_key(key_file, key)
    # The CA goes with it, so that a client can show it to a person at first contact.
    chain = (certificate, ca)
    _write(file, b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain))
