"""How second factors rest: secrets sealed with AES-256-GCM, recovery codes as HMAC-SHA-256.

Both keys are derived from one secret of the site (`secrets/second-factor.key`), apart from the
database: a copy of the database alone opens nothing and lets nobody try codes.
"""

import hmac
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.store.errors import KeyUnusable
from server.store.kept_secrets import kept_secret

NAME = "second-factor"
_AES_256_GCM = b"\x01"
"""What a sealed secret begins with: the algorithm it is sealed by."""
_NONCE_BYTES = 12


class FactorKeys:
    """Seals the secrets of second factors, each bound to its account."""

    def __init__(self, data_dir: Path) -> None:
        secret = kept_secret(data_dir, NAME, 32)
        self._cipher = AESGCM(_derived(secret, b"secrets"))
        self._codes = _derived(secret, b"recovery codes")

    def seal(self, account_id: UUID, secret: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, secret, _AES_256_GCM + account_id.bytes)
        return _AES_256_GCM + nonce + sealed

    def open(self, account_id: UUID, sealed: bytes) -> bytes:
        """Raises `KeyUnusable` when it was sealed under another key, or for somebody else."""
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, rest, sealed[:1] + account_id.bytes)
        except (InvalidTag, ValueError) as error:
            raise KeyUnusable(
                f"second factors cannot be opened: put secrets/{NAME}.key back from the backup, "
                "or reset the second factor of whoever has to sign in"
            ) from error

    def hash(self, account_id: UUID, code: str) -> str:
        """Of a recovery code without separators."""
        return hmac.digest(self._codes, account_id.bytes + code.encode(), "sha256").hex()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"huizhen second factor: " + purpose).derive(secret)
