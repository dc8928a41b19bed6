"""Debian's coturn as a hospital runs it, on this machine's own address and free ports."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from protocol.call import IceServer
from server.api.services.ice import Ice
from tests.bench.processes import free_port, running

TURNSERVER = Path("/usr/bin/turnserver")
START_S = 15.0
SECRET = "the secret both know"


@dataclass(frozen=True, slots=True)
class Coturn:
    """A running relay: its ports and the CA of its certificate."""

    port: int
    tls_port: int
    ca: str
    process: "subprocess.Popen[str]"

    def url(self, way: str) -> str:
        if way == "tls":
            return f"turns:localhost:{self.tls_port}?transport=tcp"
        return f"turn:127.0.0.1:{self.port}?transport={way}"

    def servers(
        self, *ways: str, secret: str = SECRET, valid_s: int = 600, age_s: int = 0
    ) -> tuple[IceServer, ...]:
        """What our server would tell of it; `age_s` is how long ago."""
        ice = Ice(
            turn_urls=tuple(self.url(way) for way in ways),
            turn_secret=secret,
            turn_valid_s=valid_s,
            ca=self.ca,
        )
        return ice.fresh(datetime.now(UTC) - timedelta(seconds=age_s))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=10)


@contextmanager
def coturn(folder: Path, *without: str) -> Iterator[Coturn]:
    """A relay; `without` are ways it does not offer: "udp", "tcp", "tls"."""
    if not TURNSERVER.is_file():
        pytest.skip("turnserver is not installed (Debian: coturn)")
    port, tls_port = free_port(), free_port()
    certificate, key = folder / "relay.pem", folder / "relay.key"
    ca = _certificate(certificate, key)
    argv = [
        *(str(TURNSERVER), "-n", "--no-cli", "--log-file=stdout", "--simple-log", "--no-dtls"),
        *("--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", "--allow-loopback-peers"),
        *(f"--listening-port={port}", f"--tls-listening-port={tls_port}"),
        *("--use-auth-secret", f"--static-auth-secret={SECRET}", "--realm=hospital.example"),
        *(f"--cert={certificate}", f"--pkey={key}", f"--pidfile={folder / 'pid'}"),
        *(f"--no-{way}" for way in without),
    ]
    with running(argv) as process:
        if "udp" not in without:
            _wait_for(port, socket.SOCK_DGRAM)
        if "tcp" not in without:
            _wait_for(port, socket.SOCK_STREAM)
        if "tls" not in without:
            _wait_for(tls_port, socket.SOCK_STREAM)
        yield Coturn(port, tls_port, ca, process)


def _wait_for(port: int, kind: socket.SocketKind) -> None:
    """Until it answers a binding request over UDP (RFC 8489 section 6.3.4), or listens over TCP:
    it opens one way after the other."""
    ends = time.monotonic() + START_S
    asked = bytes.fromhex("000100002112a442") + bytes(12)
    while time.monotonic() < ends:
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.settimeout(0.1)
            try:
                probe.connect(("127.0.0.1", port))
                if kind is socket.SOCK_DGRAM:
                    probe.send(asked)
                    probe.recv(2048)
            except OSError:
                continue
            return
    raise RuntimeError("the relay did not start")


def _certificate(certificate: Path, key: Path) -> str:
    """Writes a certificate for localhost and its key; answers the PEM to be trusted."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    certificate.write_bytes(pem)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem.decode("ascii")
