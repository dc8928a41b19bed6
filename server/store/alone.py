"""A lock between processes that goes when its holder dies: that of an SQLite file."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from server.store.errors import StoreError


@contextlib.contextmanager
def held_alone(file: Path, otherwise: StoreError) -> Iterator[None]:
    """Raises `otherwise` where another process holds it."""
    opened = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    with contextlib.closing(opened) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise otherwise from error
        yield
