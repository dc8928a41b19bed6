"""Secrets of a site, each in a file of the data folder that its user alone reads."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

EVIDENCE = "secrets/evidence.key"
"""Inside the data folder."""


def kept_secret(data_dir: Path, name: str, nbytes: int) -> bytes:
    """`nbytes` random bytes, made when they are first asked for and the same ever after; several
    processes that ask at once get the same."""
    folder = data_dir / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"{name}.key"
    if not file.exists():
        fresh = folder / f"{name}.{secrets.token_hex(4)}.new"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_bytes(nbytes))
        with suppress(FileExistsError):  # another process of the site was quicker
            os.link(fresh, file)
        fresh.unlink()
    return file.read_bytes()


def evidence_key(data_dir: Path) -> Ed25519PrivateKey:
    """The site's key for heads of the audit trail; made at the first start."""
    return Ed25519PrivateKey.from_private_bytes(kept_secret(data_dir, "evidence", 32))
