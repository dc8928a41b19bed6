"""AES-256-GCM for everything kept on this computer (NIST SP 800-38D).

A record is `HZ1`, eight bytes naming the key, a random 96-bit nonce and the ciphertext; its
purpose is bound in as associated data, so that one record cannot be passed off as another. Files
are sealed in chunks of at most 1 MiB, each bound to its place and to being the last.
"""

import contextlib
import hashlib
import os
import struct
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.store.errors import Damaged, ForeignKey
from app.store.files import written_atomically

MAGIC = b"HZ1"
FILE_MAGIC = b"HZF1"
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
CHUNK_BYTES = 1 << 20


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=8 * KEY_BYTES)


class Sealer:
    """Seals and opens with one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("the key must have 32 bytes")
        self._cipher = AESGCM(key)
        self.key_id = hashlib.sha256(b"huizhen key id" + key).digest()[:8]

    def seal(self, plain: bytes, purpose: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, plain, purpose.encode())
        return MAGIC + self.key_id + nonce + sealed

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Raises ForeignKey or Damaged."""
        head = len(MAGIC) + len(self.key_id)
        if len(sealed) < head + NONCE_BYTES + TAG_BYTES or not sealed.startswith(MAGIC):
            raise Damaged("not a sealed record")
        if sealed[len(MAGIC) : head] != self.key_id:
            raise ForeignKey("sealed with another key")
        nonce, body = sealed[head : head + NONCE_BYTES], sealed[head + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, purpose.encode())
        except InvalidTag as error:
            raise Damaged("changed since it was sealed") from error

    def seal_file(self, plain: BinaryIO, target: Path, purpose: str) -> None:
        """Seals a stream of any length into `target`, which appears only when complete."""
        with self.sealing(target, purpose) as write:
            while chunk := plain.read(CHUNK_BYTES):
                write(chunk)

    @contextlib.contextmanager
    def sealing(self, target: Path, purpose: str) -> Iterator[Callable[[bytes], None]]:
        """Seals what is written piece by piece; `target` appears only when the block ends well."""
        prefix = os.urandom(8)
        with written_atomically(target) as out:
            out.write(FILE_MAGIC + self.key_id + prefix)
            pending, place = bytearray(), 0

            def put(chunk: bytes, *, last: bool) -> None:
                nonlocal place
                nonce = prefix + struct.pack(">I", place)
                out.write(self._cipher.encrypt(nonce, chunk, _bound(purpose, last=last)))
                place += 1

            def write(data: bytes) -> None:
                pending.extend(data)
                # One whole chunk is held back: only the end shows which one is the last.
                while len(pending) > CHUNK_BYTES:
                    put(bytes(pending[:CHUNK_BYTES]), last=False)
                    del pending[:CHUNK_BYTES]

            yield write
            put(bytes(pending), last=True)

    def open_file(self, source: Path, purpose: str, start: int = 0) -> Generator[bytes, None, None]:
        """The plain chunks in order, from byte `start` on.

        Raises ForeignKey or Damaged, at the latest at the end.
        """
        with source.open("rb") as sealed:
            head = sealed.read(len(FILE_MAGIC) + 16)
            if len(head) < len(FILE_MAGIC) + 16 or not head.startswith(FILE_MAGIC):
                raise Damaged("not a sealed file")
            if head[len(FILE_MAGIC) : len(FILE_MAGIC) + 8] != self.key_id:
                raise ForeignKey("sealed with another key")
            prefix = head[-8:]
            place, skipped = divmod(start, CHUNK_BYTES)
            sealed.seek(place * (CHUNK_BYTES + TAG_BYTES), os.SEEK_CUR)
            chunk = sealed.read(CHUNK_BYTES + TAG_BYTES)
            while True:
                following = sealed.read(CHUNK_BYTES + TAG_BYTES)
                nonce = prefix + struct.pack(">I", place)
                try:
                    plain = self._cipher.decrypt(nonce, chunk, _bound(purpose, last=not following))
                except InvalidTag as error:
                    raise Damaged("changed or cut off") from error
                yield plain[skipped:]
                skipped = 0
                if not following:
                    return
                place, chunk = place + 1, following


def _bound(purpose: str, *, last: bool) -> bytes:
    return purpose.encode() + (b"\x01" if last else b"\x00")
