"""A certificate authority for one demonstration, and the certificate it gives the expert."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

VALID = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DemoCertificate:
    """`roots` is what the server is told of; `file` a PKCS#12 file under `passphrase`."""

    roots: Path
    file: Path
    passphrase: str


def issue(folder: Path, *, authority: str, expert: str) -> DemoCertificate:
    """Makes both in `folder`; the authority's key is forgotten at once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    root = _certificate(authority, authority, root_key, root_key)
    mine = _certificate(expert, authority, key, root_key)
    made = DemoCertificate(folder / "roots.pem", folder / "expert.p12", secrets.token_urlsafe(9))
    made.roots.write_bytes(root.public_bytes(Encoding.PEM))
    protection = BestAvailableEncryption(made.passphrase.encode())
    made.file.write_bytes(
        pkcs12.serialize_key_and_certificates(expert.encode(), key, mine, None, protection)
    )
    return made


def _certificate(
    subject: str, issuer: str, key: rsa.RSAPrivateKey, by: rsa.RSAPrivateKey
) -> x509.Certificate:
    now, own = datetime.now(UTC), subject == issuer
    return (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=own, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not own,
                content_commitment=not own,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=own,
                crl_sign=own,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(by, hashes.SHA256())
    )


def _named(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
