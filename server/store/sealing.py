"""How an object rests encrypted: in chunks under a data key of its own, by AES-256-GCM or SM4-GCM.

A sealed object is a header of 512 bytes and its chunks. Numbers are big-endian.

    0    8   `HZSEALED`
    8    1   version of this form: 1
    9    1   algorithm of the chunks (`Algorithm`)
    12   4   bytes of plain text in a chunk
    16   8   bytes of plain text in all
    24   32  SHA-256 of the plain text: the object's name
    56   16  seal: random, in the associated data of every chunk
    72   8   first part of every nonce, random
    128      first slot, 192 bytes; 320: second slot
             4 generation, 16 id of the wrapping key, 12 nonce, 48 wrapped data key

The wrapped key's associated data are the first 128 bytes, its generation and its key's id: nothing
in the header can be changed, and no header fits another object. A chunk's nonce is the prefix and
its index (each data key seals one object once), its associated data the seal, the index and whether
it is the last: chunks cannot be exchanged, and a cut tail is noticed. The newer slot counts; a
rotation writes the other one, so that a power cut in between leaves a header that opens.
"""

import hashlib
import io
import os
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag

from server.domain.ports import ObjectReader
from server.store.ciphers import Aead, Algorithm, cipher_of
from server.store.errors import KeyUnusable, ObjectDamaged
from server.store.keyring import KEY_BYTES, KeyRing, WrappingKey

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEADER_BYTES = 512
CHUNK_BYTES = 256 * 1024
TAG_BYTES = 16
_MAGIC = b"HZSEALED"
_VERSION = 1
_FIXED = struct.Struct(">8sBB2xIQ32s16s8s48x")
_SLOT = struct.Struct(">I16s12s48s112x")
_AT = (_FIXED.size, _FIXED.size + _SLOT.size)
_LAST = struct.Struct(">16sI?")
Buffer = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True)
class Seal:
    """An opened header."""

    sha256: str
    size: int
    chunk: int
    seal: bytes
    prefix: bytes
    cipher: Aead
    key_id: bytes

    @property
    def chunks(self) -> int:
        return max(1, -(-self.size // self.chunk))

    @property
    def stored_bytes(self) -> int:
        return HEADER_BYTES + self.size + self.chunks * TAG_BYTES

    def open_chunk(self, index: int, stored: Buffer) -> bytes:
        """Raises `ObjectDamaged`."""
        try:
            return self.cipher.decrypt(*self._place(index), stored, self._bound(index))
        except (InvalidTag, ValueError) as error:
            raise damaged(self.sha256) from error

    def _place(self, index: int) -> tuple[bytes]:
        return (self.prefix + index.to_bytes(4, "big"),)

    def _bound(self, index: int) -> bytes:
        return _LAST.pack(self.seal, index, index == self.chunks - 1)


class Sealer:
    """Seals bytes whose number and hash are known only at the end."""

    def __init__(self, algorithm: Algorithm) -> None:
        self._secret = secrets.token_bytes(KEY_BYTES)
        self._algorithm, self._cipher = algorithm, cipher_of(algorithm, self._secret)
        self._seal, self._prefix = secrets.token_bytes(16), secrets.token_bytes(8)
        self._index = 0

    def chunk(self, plain: Buffer, *, last: bool = False) -> bytes:
        """The next chunk; all but the last have CHUNK_BYTES."""
        bound = _LAST.pack(self._seal, self._index, last)
        nonce = self._prefix + self._index.to_bytes(4, "big")
        self._index += 1
        return self._cipher.encrypt(nonce, plain, bound)

    def header(self, sha256: str, size: int, key: WrappingKey) -> bytes:
        fixed = _FIXED.pack(
            _MAGIC,
            _VERSION,
            self._algorithm,
            CHUNK_BYTES,
            size,
            bytes.fromhex(sha256),
            self._seal,
            self._prefix,
        )
        slot = _wrapped(fixed, 1, self._secret, key)
        return fixed + slot + bytes(HEADER_BYTES - len(fixed) - len(slot))


def sealed(data: Buffer, sha256: str, key: WrappingKey) -> Iterator[bytes]:
    """Header and chunks of an object that is in memory."""
    sealer, view = Sealer(key.algorithm), memoryview(data)
    chunks = [
        sealer.chunk(view[at : at + CHUNK_BYTES], last=at + CHUNK_BYTES >= len(view))
        for at in range(0, max(1, len(view)), CHUNK_BYTES)
    ]
    yield sealer.header(sha256, len(view), key)
    yield from chunks


def open_header(header: bytes, sha256: str, ring: KeyRing) -> Seal:
    """Raises `ObjectDamaged`, or `KeyUnusable` when its key is not in the ring."""
    fixed = header[: _FIXED.size]
    if len(header) != HEADER_BYTES or header[:9] != _MAGIC + bytes((_VERSION,)):
        raise damaged(sha256)
    _, _, algorithm, chunk, size, name, seal, prefix = _FIXED.unpack(fixed)
    if name.hex() != sha256 or not 0 < chunk <= 1 << 20:
        raise damaged(sha256)
    key_id, secret, _ = _unwrapped(header, sha256, ring)
    try:
        cipher = cipher_of(algorithm, secret)
    except ValueError as error:
        raise damaged(sha256) from error
    return Seal(sha256, size, chunk, seal, prefix, cipher, key_id)


def _unwrapped(header: bytes, sha256: str, ring: KeyRing) -> tuple[bytes, bytes, int]:
    """Id of the wrapping key, the data key, and where its slot is: the newest that opens."""
    unusable: KeyUnusable | None = None
    slots = sorted(((*_SLOT.unpack_from(header, at), at) for at in _AT), reverse=True)
    for generation, key_id, nonce, wrapped, at in slots:
        if not generation:
            continue
        bound = header[: _FIXED.size] + generation.to_bytes(4, "big") + key_id
        try:
            return key_id, ring.key(key_id).cipher.decrypt(nonce, wrapped, bound), at
        except InvalidTag:
            continue
        except KeyUnusable as error:
            unusable = unusable or error
    if unusable is not None:
        raise unusable
    raise damaged(sha256)


@dataclass(frozen=True, slots=True)
class Rewrapping:
    """The slot that is written first, and the one that is emptied when that is durable."""

    write_at: int
    slot: bytes
    empty_at: int


EMPTY_SLOT = bytes(_SLOT.size)


def rewrapped(header: bytes, sha256: str, ring: KeyRing) -> Rewrapping | None:
    """What makes the active key wrap this header; None when it does already."""
    open_header(header, sha256, ring)
    key = ring.active()
    key_id, secret, held = _unwrapped(header, sha256, ring)
    other = _AT[1] if held == _AT[0] else _AT[0]
    if key_id == key.id:
        return (
            None
            if not any(header[other : other + 4])
            else Rewrapping(held, header[held : held + _SLOT.size], other)
        )
    (generation,) = struct.unpack_from(">I", header, held)
    fixed = header[: _FIXED.size]
    return Rewrapping(other, _wrapped(fixed, generation + 1, secret, key), held)


def _wrapped(fixed: bytes, generation: int, secret: bytes, key: WrappingKey) -> bytes:
    nonce = secrets.token_bytes(12)
    bound = fixed + generation.to_bytes(4, "big") + key.id
    return _SLOT.pack(generation, key.id, nonce, key.cipher.encrypt(nonce, secret, bound))


class SealedSource(io.RawIOBase):
    """Reads the plain text of a sealed object; each read opens the chunk it falls in.

    `stored` is seekable and is closed with it. Memory is one chunk.
    """

    def __init__(self, stored: BinaryIO, sha256: str, ring: KeyRing) -> None:
        super().__init__()
        self._stored = stored
        self.seal = open_header(stored.read(HEADER_BYTES), sha256, ring)
        if stored.seek(0, os.SEEK_END) != self.seal.stored_bytes:
            raise damaged(sha256)
        self._at = 0
        self._index = -1
        self._plain = b""

    @property
    def name(self) -> str:
        """pydicom wants one of every buffered reader; it says nothing of the object."""
        return "(sealed)"

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        base = (0, self._at, self.seal.size)[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        if self._at >= self.seal.size:
            return 0
        index, inside = divmod(self._at, self.seal.chunk)
        if index != self._index:
            length = self.seal.chunk + TAG_BYTES
            self._stored.seek(HEADER_BYTES + index * length)
            self._plain = self.seal.open_chunk(index, self._stored.read(length))
            self._index = index
        room = memoryview(buffer).cast("B")
        part = memoryview(self._plain)[inside : inside + len(room)]
        room[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        if not self.closed:
            self._stored.close()
        super().close()


def key_of(reader: ObjectReader) -> bytes | None:
    """The id of the key that wraps an opened object's; None of one from before encryption."""
    source = getattr(reader, "raw", None)
    return source.seal.key_id if isinstance(source, SealedSource) else None


def hash_of(source: ObjectReader) -> str:
    """SHA-256 of everything that is left in a file."""
    found = hashlib.sha256()
    while part := source.read(1 << 20):
        found.update(part)
    return found.hexdigest()


def damaged(sha256: str) -> ObjectDamaged:
    return ObjectDamaged(
        f"the stored image {sha256[:12]} is damaged: what lies there is not what was kept. Nothing "
        "of it was sent; restore it from the backup, or ask the clinic to send it again"
    )
