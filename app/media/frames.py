"""Pictures between processes: three slots in shared memory, the latest frame wins.

Layout (little endian). Header of 64 bytes: magic `HZFR`, layout version u32, slot bytes u64,
latest sequence u64 (0: none yet). Then three slots, each a header of 32 bytes (sequence u64, 0
while it is being written; width u32; height u32) and the picture's rows: BGRA, 8 bits, A = 255,
stride = width * 4 (Qt's Format_RGB32 on a little-endian machine).

The writer fills slot `sequence % 3` and only then publishes the sequence, so a reader has two
frame times to copy before its slot is reused; it checks the slot's sequence after copying.
Nothing here imports numpy: the window reads before anything heavy is loaded.
"""

import os
import secrets
import struct
import sys
from dataclasses import dataclass
from multiprocessing import resource_tracker, shared_memory

from typing_extensions import Buffer

from app.media.errors import FrameMemoryError

_MAGIC = b"HZFR"
_VERSION = 1
_HEADER = struct.Struct("<4sIQ")
_LATEST = struct.Struct("<Q")
_LATEST_AT = 16
_HEADER_BYTES = 64
_SLOT = struct.Struct("<QII")
_SLOT_HEADER_BYTES = 32
_SLOTS = 3


@dataclass(frozen=True, slots=True)
class PictureFrame:
    """One picture: BGRA rows of `width * 4` bytes, `height` of them."""

    sequence: int
    width: int
    height: int
    pixels: bytes


class FrameWriter:
    """Creates the memory and is the only one to remove it.

    Args:
        width, height: the largest picture that fits, in pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self._capacity = width * height * 4
        self._slot_bytes = _SLOT_HEADER_BYTES + self._capacity
        self._memory = _create(_HEADER_BYTES + _SLOTS * self._slot_bytes)
        self._sequence = 0
        _HEADER.pack_into(self._buffer, 0, _MAGIC, _VERSION, self._slot_bytes)

    @property
    def name(self) -> str:
        return self._memory.name

    def fits(self, width: int, height: int) -> bool:
        return width * height * 4 <= self._capacity

    def write(self, pixels: Buffer, width: int, height: int) -> int:
        """Publishes a picture and returns its sequence number (from 1).

        Raises:
            FrameMemoryError: the picture does not fit, or `pixels` has another size.
        """
        rows = memoryview(pixels).cast("B")
        if len(rows) != width * height * 4 or len(rows) > self._capacity:
            raise FrameMemoryError(f"a picture of {width}x{height} does not fit")
        sequence = self._sequence + 1
        at = _HEADER_BYTES + (sequence % _SLOTS) * self._slot_bytes
        _SLOT.pack_into(self._buffer, at, 0, width, height)
        start = at + _SLOT_HEADER_BYTES
        self._buffer[start : start + len(rows)] = rows
        _SLOT.pack_into(self._buffer, at, sequence, width, height)
        _LATEST.pack_into(self._buffer, _LATEST_AT, sequence)
        self._sequence = sequence
        return sequence

    def close(self) -> None:
        """Removes the memory; readers that are attached keep theirs until they close."""
        self._memory.close()
        self._memory.unlink()

    @property
    def _buffer(self) -> memoryview:
        buffer = self._memory.buf
        if buffer is None:
            raise FrameMemoryError("the picture memory is closed")
        return buffer


class FrameReader:
    """Attaches to a writer's memory by name.

    Raises:
        FrameMemoryError: there is no such memory, or its layout is another.
    """

    def __init__(self, name: str) -> None:
        self._memory = _attach(name)
        self._last: PictureFrame | None = None
        magic, version, slot_bytes = _HEADER.unpack_from(self._buffer, 0)
        if (magic, version) != (_MAGIC, _VERSION):
            self._memory.close()
            raise FrameMemoryError("the picture memory has another layout")
        self._slot_bytes: int = slot_bytes

    def latest(self) -> PictureFrame | None:
        """The newest picture (the same object while there is no newer), None before the first."""
        for _ in range(_SLOTS):
            (sequence,) = _LATEST.unpack_from(self._buffer, _LATEST_AT)
            if not sequence or (self._last and self._last.sequence == sequence):
                return self._last
            if frame := self._copy(sequence):
                self._last = frame
                return frame
        return self._last

    def close(self) -> None:
        self._memory.close()

    def _copy(self, sequence: int) -> PictureFrame | None:
        """The slot's picture, or None when the writer overtook the copy."""
        at = _HEADER_BYTES + (sequence % _SLOTS) * self._slot_bytes
        before, width, height = _SLOT.unpack_from(self._buffer, at)
        size = width * height * 4
        if before != sequence or size > self._slot_bytes - _SLOT_HEADER_BYTES:
            return None
        start = at + _SLOT_HEADER_BYTES
        pixels = bytes(self._buffer[start : start + size])
        (after,) = _LATEST.unpack_from(self._buffer, at)
        return PictureFrame(sequence, width, height, pixels) if after == sequence else None

    @property
    def _buffer(self) -> memoryview:
        buffer = self._memory.buf
        if buffer is None:
            raise FrameMemoryError("the picture memory is closed")
        return buffer


def _own_prefix() -> str:
    return f"huizhen-{os.getpid():x}-"


def _create(size: int) -> shared_memory.SharedMemory:
    # The creator's pid tells an attaching process whether it shares the creator's tracker; the
    # random part keeps a crashed process's leftovers from being mistaken for ours.
    name = _own_prefix() + secrets.token_hex(4)
    return shared_memory.SharedMemory(name, create=True, size=size)


def _attach(name: str) -> shared_memory.SharedMemory:
    try:
        if sys.version_info >= (3, 13):
            return shared_memory.SharedMemory(name, track=False)
        memory = shared_memory.SharedMemory(name)
    except (OSError, ValueError) as error:
        raise FrameMemoryError("the picture memory is gone") from error
    # Before Python 3.13 attaching registers the memory as if it were ours, and our end would
    # remove it under the creator; in the creator's own process the one registration must stay.
    if os.name == "posix" and not name.startswith(_own_prefix()):
        resource_tracker.unregister(f"/{name}", "shared_memory")
    return memory
