"""Full disks and absent databases: one error each, whichever layer meets it first."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.store.errors import DatabaseAway, NoRoom

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
_POSTGRES_DISK_FULL = "53100"


RESERVE_BYTES = 64 * 1024 * 1024
"""What images and recordings leave on the disk: everything else writes little, and an entry of the
trail that cannot be written would keep people from reading too."""


def leave_room(folder: Path) -> None:
    """Raises `NoRoom` while no more than the reserve is left where the folder is."""
    if shutil.disk_usage(folder).free < RESERVE_BYTES:
        raise NoRoom(_WORDS)


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


@contextmanager
def told_when_away() -> Iterator[None]:
    """Raises `DatabaseAway` where the database ended the line, takes none or says nothing; other
    errors pass."""
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated or _is_starting(error):
            raise DatabaseAway(_AWAY) from error
        raise
    except (ConnectionError, TimeoutError) as error:  # its driver's
        raise DatabaseAway(_AWAY) from error
    except PoolTimeout as error:  # more ask than it can answer
        raise DatabaseAway(_AWAY) from error


def _is_starting(error: DBAPIError) -> bool:
    """SQLSTATE class 57P: shutting down, crashed, or not yet up; 08: no connection."""
    state = str(getattr(error.orig, "sqlstate", "") or "")
    return state.startswith(("57P", "08")) or _is_locked(error)


def _is_locked(error: DBAPIError) -> bool:
    """Another program (a shell, a `VACUUM`) has had the file of SQLite for longer than we wait."""
    name = str(getattr(error.orig, "sqlite_errorname", "") or "")
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


_AWAY = "the database does not answer now; try again in a moment"
_WORDS = "the server has no room left on its disk; nothing was taken, try again later"
