"""One object on its way in: sealed as its bytes come, judged before it counts as there."""

import contextlib
import hashlib
import os
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from app.store.errors import DiskFull
from app.store.inbox import HEAD_BYTES, Inbox
from app.store.outbox import hashed
from protocol.base import new_id


class _Discarded(Exception):
    """Nobody wants these bytes."""


class Arrival:
    """A file-like end for bytes from a network thread; a failure is kept, never raised from
    `write`, because the library's thread that writes would die of it.

    Args:
        sop_instance_uid: what the sender says it is; the sealed file is bound to it.
    """

    def __init__(self, inbox: Inbox, sop_instance_uid: str) -> None:
        self.sop_instance_uid = sop_instance_uid
        self._inbox = inbox
        self._purpose = hashed(sop_instance_uid)
        self.size = 0
        self.head = bytearray()
        self.failure: OSError | DiskFull | None = None
        self._hash = hashlib.sha256()
        self._path = inbox.folder / "arriving" / f"{new_id().hex}.arrived"
        self._stack = ExitStack()
        self._write: Callable[[bytes], None] = lambda _data: None
        try:
            sealing = inbox.sealer.sealing(self._path, self._purpose)
            self._write = self._stack.enter_context(sealing)
        except (OSError, DiskFull) as error:
            self.failure = error
        # An association that breaks in the middle of an object just drops it.
        self._end = weakref.finalize(self, _discard, self._stack, self._path)

    @property
    def path(self) -> Path:
        """The sealed bytes, once `complete` has returned."""
        return self._path

    def open(self) -> BinaryIO:
        """The plain bytes, between `complete` and `keep_at`."""
        return self._inbox.open_path(self._path, self._purpose)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        if self.failure is None:
            try:
                self._write(data)
            except (OSError, DiskFull) as error:
                self.failure = error
        self._hash.update(data)
        if len(self.head) < HEAD_BYTES:
            self.head += data[: HEAD_BYTES - len(self.head)]
        return len(data)

    def complete(self) -> None:
        """All bytes have come: seals the end and waits until they are on the disk.

        Raises:
            DiskFull, OSError: they could not be kept.
        """
        if self.failure is None:
            self._stack.close()
            return
        self.discard()
        raise self.failure

    def keep_at(self, target: Path) -> None:
        """Gives the sealed file its place; raises OSError."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(self._path, target)
        self._end.detach()

    def discard(self) -> None:
        """Removes what has come; a second time does nothing."""
        self._end()


def _discard(stack: ExitStack, path: Path) -> None:
    with contextlib.suppress(_Discarded, OSError, DiskFull):
        stack.__exit__(_Discarded, _Discarded(), None)
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
