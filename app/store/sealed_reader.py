"""A sealed file read as a plain stream, from its beginning onwards, never whole in memory."""

import io
from pathlib import Path

from app.store.errors import Damaged, ForeignKey
from app.store.sealed import Sealer


class SealedReader(io.RawIOBase):
    """Reads forwards; `seek` skips ahead only (PS3.5 A.4 fragments are walked that way).

    Reading raises OSError where the file was changed or is sealed with another key.
    """

    def __init__(self, sealer: Sealer, source: Path, purpose: str) -> None:
        self._chunks = sealer.open_file(source, purpose)
        self._left = memoryview(b"")
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # narrower than Buffer
        if not len(self._left) and not self._next():
            return 0
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        self._at += count
        return count

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            raise io.UnsupportedOperation("the end is not known before it is reached")
        target = offset + (self._at if whence == io.SEEK_CUR else 0)
        if target < self._at:
            raise io.UnsupportedOperation("a sealed file is read forwards")
        while self._at < target:
            if not len(self._left) and not self._next():
                self._at = target  # as a plain file: behind the end there is nothing to read
                break
            step = min(target - self._at, len(self._left))
            self._left = self._left[step:]
            self._at += step
        return self._at

    def close(self) -> None:
        """Lets go of the file at once: one that is open cannot be removed on Windows."""
        self._chunks.close()
        super().close()

    def _next(self) -> bool:
        try:
            chunk = next(self._chunks, b"")
        except (Damaged, ForeignKey) as error:
            raise OSError("the sealed copy is damaged") from error
        self._left = memoryview(chunk)
        return bool(chunk)
