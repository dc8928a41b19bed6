"""Full disks: one error, whichever layer meets it first."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from server.store.errors import NoRoom

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
_POSTGRES_DISK_FULL = "53100"


@contextmanager
def told_when_full() -> Iterator[None]:
    """Raises `NoRoom` where a disk or a quota is used up; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NoRoom(_WORDS) from error
        raise
    except OperationalError as error:
        sqlite = getattr(error.orig, "sqlite_errorname", "") == "SQLITE_FULL"
        if sqlite or getattr(error.orig, "sqlstate", "") == _POSTGRES_DISK_FULL:
            raise NoRoom(_WORDS) from error
        raise


_WORDS = "the server has no room left on its disk; nothing was taken, try again later"
