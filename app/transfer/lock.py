"""One transfer process a profile: the newer one takes over, the older one ends.

The lock is the operating system's (it goes when its holder dies, however it dies). Whoever wants it
asks with a file beside it; the holder looks for that file and ends. Nobody is ever killed, so a
process id that was given to another program cannot be hit.
"""

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import BinaryIO

LOOK_EVERY_S = 0.25
PATIENCE_S = 20.0


class LockTimeout(Exception):
    """The holder did not end in time."""


class ProfileLock:
    """The lock of one profile's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "transfer.lock"
        self._asked = folder / "transfer.next"
        self._file: BinaryIO | None = None

    async def acquire(self, patience: float = PATIENCE_S) -> None:
        """Takes the lock, asking its holder to end; raises LockTimeout after `patience` seconds."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        # The file stays where it is for ever: removing a locked file would let two hold it.
        file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
        try:
            while not _try_lock(file):
                if loop.time() > deadline:
                    raise LockTimeout("another transfer process of this profile does not end")
                self._asked.touch(mode=0o600)
                await asyncio.sleep(LOOK_EVERY_S / 2)
        except BaseException:
            file.close()
            raise
        self._asked.unlink(missing_ok=True)
        self._file = file

    async def wanted(self) -> None:
        """Returns when somebody else asks for the lock."""
        while not self._asked.exists():  # noqa: ASYNC110 - another process makes the file
            await asyncio.sleep(LOOK_EVERY_S)

    def release(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: BinaryIO) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
