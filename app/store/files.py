"""Files that are either whole or not there."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.store.errors import DiskFull


@contextlib.contextmanager
def written_atomically(target: Path) -> Iterator[BinaryIO]:
    """Writes beside `target` and renames when complete and on disk; readable by the owner only.

    Raises DiskFull when there is no room; other errors of the system pass through.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull("no room on the disk") from error
        raise
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def write_atomically(target: Path, data: bytes) -> None:
    with written_atomically(target) as out:
        out.write(data)
