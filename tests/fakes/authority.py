"""A certificate authority of the tests: experts' certificates, and one that tells the time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

Key = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
PASSPHRASE = "correct horse"
YEARS = timedelta(days=3650)


def _named(common: str, units: tuple[str, ...] = ()) -> x509.Name:
    more = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, one) for one in units]
    return x509.Name([*more, x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass(frozen=True, slots=True)
class Issued:
    certificate: x509.Certificate
    key: Key

    def pkcs12(self, passphrase: str = PASSPHRASE) -> bytes:
        protection = BestAvailableEncryption(passphrase.encode())
        return pkcs12.serialize_key_and_certificates(
            b"signature", self.key, self.certificate, None, protection
        )

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()


class Authority:
    """`name` issues what is asked for; its own certificate is the trust anchor."""

    def __init__(self, name: str = "Test Authority") -> None:
        self._name = name
        self._key = rsa.generate_private_key(65537, 2048)
        self.own = Issued(self._make(name, name, self._key, YEARS, usage=None), self._key)

    def expert(
        self,
        name: str = "陈一明",
        *,
        begin: timedelta = timedelta(days=-1),
        valid: timedelta = YEARS,
        usage: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.EMAIL_PROTECTION,
        key: Key | None = None,
    ) -> Issued:
        key = key or rsa.generate_private_key(65537, 2048)
        made = self._make(name, self._issuer, key, valid, begin=begin, usage=usage)
        return Issued(made, key)

    def clock(self) -> Issued:
        key = rsa.generate_private_key(65537, 2048)
        usage = ExtendedKeyUsageOID.TIME_STAMPING
        return Issued(self._make("Time", self._issuer, key, YEARS, usage=usage), key)

    def computer(self, name: str, *units: str) -> Issued:
        """The certificate of a computer, for institutions by their codes."""
        key = rsa.generate_private_key(65537, 2048)
        usage = ExtendedKeyUsageOID.CLIENT_AUTH
        return Issued(self._make(name, self._issuer, key, YEARS, usage=usage, units=units), key)

    def withdrawn(self, *gone: Issued) -> str:
        """A list of those that are good no more; PEM."""
        now = datetime.now(UTC)
        listed = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(_named(self._name))
            .last_update(now - timedelta(days=1))
            .next_update(now + YEARS - timedelta(days=2))
        )
        for one in gone:
            entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number)
            listed = listed.add_revoked_certificate(entry.revocation_date(now).build())
        return listed.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()

    @property
    def _issuer(self) -> str:
        return self._name

    def _make(
        self,
        subject: str,
        issuer: str,
        key: Key,
        valid: timedelta,
        *,
        begin: timedelta = timedelta(days=-1),
        usage: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.EMAIL_PROTECTION,
        units: tuple[str, ...] = (),
    ) -> x509.Certificate:
        first = datetime.now(UTC) + begin
        authority = subject == issuer
        made = (
            x509.CertificateBuilder()
            .subject_name(_named(subject, units))
            .issuer_name(_named(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(first)
            .not_valid_after(first + valid)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .add_extension(
                x509.KeyUsage(
                    not authority,
                    not authority,
                    False,
                    False,
                    False,
                    authority,
                    authority,
                    False,
                    False,
                ),
                critical=True,
            )
        )
        if usage is not None:
            made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        return made.sign(self._key, hashes.SHA256())


@contextmanager
def time_told(by: Issued) -> Iterator[str]:
    """An authority of time (RFC 3161 over HTTP, section 3.4) on a free port; its address."""
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(by.certificate.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(
            by.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        certs_to_embed=SimpleCertificateStore(),
    )

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["content-length"]))
            request = tsp.TimeStampReq.load(asked)
            answer = asyncio.run(stamper.async_request_tsa_response(request)).dump()
            self.send_response(200)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing: the tests' logs are looked at."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
