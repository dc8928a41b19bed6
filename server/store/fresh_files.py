"""Files that an operator asks for: new, for their owner's eyes only, whole or not there."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import IO

from server.store.errors import ExportUnusable

_FIRST = datetime(1970, 1, 2, tzinfo=UTC)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)


@contextmanager
def fresh_binary(path: Path) -> Iterator[IO[bytes]]:
    """Nothing that is there is written over. Raises `ExportUnusable`."""
    part = path.with_name(f"{path.name}.part")
    if path.exists():
        raise ExportUnusable(f"{path.name} is there already: give another name")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with open(handle, "wb") as file:
                yield file
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ExportUnusable(f"{path.name} cannot be written: {error.strerror}") from error


@contextmanager
def fresh_file(path: Path) -> Iterator[IO[str]]:
    """The same for text in UTF-8."""
    with fresh_binary(path) as file, io.TextIOWrapper(file, encoding="utf-8") as text:
        yield text


def moments(since: date, until: date) -> tuple[datetime, datetime]:
    """From the begin of one day to the end of another, in this computer's zone; `date.min` and
    `date.max` are no bounds. Raises `ExportUnusable` where there is nothing between them."""
    if until < since:
        raise ExportUnusable(f"{until} is before {since}: give the first day, then the last")

    def start(day: date) -> datetime:
        return datetime.combine(day, time()).astimezone(UTC)

    first = _FIRST if since == date.min else start(since)
    last = _LAST if until == date.max else start(until + timedelta(days=1))
    return first, last
