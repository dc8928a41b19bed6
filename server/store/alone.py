"""A lock between processes that goes when its holder dies: that of an SQLite file."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from server.store.errors import DatabaseUnavailable, StoreError


@contextlib.contextmanager
def held_alone(file: Path, otherwise: StoreError) -> Iterator[None]:
    """Raises `otherwise` where another process holds it, and `DatabaseUnavailable` where the file
    cannot be used."""
    with contextlib.ExitStack() as stack:
        try:
            lock = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
            stack.enter_context(contextlib.closing(lock))
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise otherwise from error
            raise DatabaseUnavailable(
                f"{file.name} cannot be locked ({error}): is its folder there, may this user write "
                "into it, and is there room?"
            ) from error
        yield


def is_held(file: Path) -> bool:
    """Whether a process holds it now; makes no file. Raises `DatabaseUnavailable`."""
    if not file.exists():
        return False
    try:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", 0, uri=True)) as lock:
            lock.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return True
        raise DatabaseUnavailable(f"{file.name} cannot be read ({error})") from error
    return False
