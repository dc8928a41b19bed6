"""Ciphers by the number that is recorded with what they sealed."""

from enum import IntEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC

Bytes = bytes | bytearray | memoryview
_SM4_KEY_BYTES = 16
_TAG_BYTES = 16


class Algorithm(IntEnum):
    """Recorded with the data; a number is never given another meaning."""

    AES_256_GCM = 1
    SM4_GCM = 2
    """GB/T 32907-2016 in Galois/Counter Mode (RFC 8998)."""


class Aead(Protocol):
    """Authenticated encryption with associated data; nonces are 12 bytes, tags 16."""

    def encrypt(self, nonce: bytes, data: Bytes, associated_data: bytes | None, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: Bytes, associated_data: bytes | None, /) -> bytes:
        """Raises `InvalidTag`."""
        ...


class Sm4Gcm:
    """SM4-GCM with the calls of `AESGCM`, under the first 16 bytes of a secret.

    Raises `UnsupportedAlgorithm` where the library was built without it.
    """

    def __init__(self, secret: bytes) -> None:
        self._cipher = SM4(secret[:_SM4_KEY_BYTES])

    def encrypt(self, nonce: bytes, data: Bytes, associated_data: bytes | None, /) -> bytes:
        work = Cipher(self._cipher, modes.GCM(nonce)).encryptor()
        work.authenticate_additional_data(associated_data or b"")
        return work.update(data) + work.finalize() + work.tag

    def decrypt(self, nonce: bytes, data: Bytes, associated_data: bytes | None, /) -> bytes:
        if len(data) < _TAG_BYTES:
            raise InvalidTag
        view = memoryview(data)
        mode = modes.GCM(nonce, bytes(view[-_TAG_BYTES:]))
        work = Cipher(self._cipher, mode).decryptor()
        work.authenticate_additional_data(associated_data or b"")
        return work.update(view[:-_TAG_BYTES]) + work.finalize()


def cipher_of(algorithm: int, secret: bytes) -> Aead:
    """Raises `ValueError` for one that this program does not know."""
    match Algorithm(algorithm):
        case Algorithm.AES_256_GCM:
            return AESGCM(secret)
        case Algorithm.SM4_GCM:
            return Sm4Gcm(secret)


def is_offered(algorithm: Algorithm) -> bool:
    """Whether this build of the library has it."""
    try:
        cipher_of(algorithm, bytes(32)).encrypt(bytes(12), b"", None)
    except UnsupportedAlgorithm:
        return False
    return True


def mac_of(algorithm: int, secret: bytes, data: bytes) -> bytes:
    """HMAC with the hash that goes with a cipher: SHA-256, or SM3 (GB/T 32905-2016)."""
    kind: HashAlgorithm = SM3() if algorithm == Algorithm.SM4_GCM else SHA256()
    made = HMAC(secret, kind)
    made.update(data)
    return made.finalize()
