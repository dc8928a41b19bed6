"""Reading the write-ahead log of an SQLite database that others use.

Formats: https://www.sqlite.org/walformat.html. The index (`-shm`) says how many frames are
committed and how many of them are in the database file already; the log (`-wal`) has the frames.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.store.errors import DatabaseUnavailable

_WAL_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24
_FRAME = struct.Struct(">II8s")  # page, pages of the database after a commit, salts
_INDEX = struct.Struct("=II4xBBHII8s8s8s")
_INDEX_BYTES, _BACKFILL_AT = 48, 96
_TRIES = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """A state of the database: what is in its file, and so many frames of one life of its log.

    The log begins a new life when a writer finds all of it in the database file. A database whose
    log is empty is told by size and time of its file.
    """

    epoch: str
    frame: int


@dataclass(frozen=True, slots=True)
class WalState:
    """What the index says at one moment."""

    place: Place
    salts: bytes
    """Two numbers that each frame repeats; the first grows by one when the log begins anew."""
    in_file: int
    """Frames that are in the database file already."""
    page_size: int
    pages: int
    """Of the database."""

    def began_anew_after(self, before: "WalState") -> bool:
        """Whether the log has begun anew once and no oftener."""
        first = (int.from_bytes(one.salts[:4], "big") for one in (before, self))
        return not before.place.frame or (1 + next(first)) % 2**32 == next(first)


def wal_state(database: Path) -> WalState:
    """While a connection is open; raises `DatabaseUnavailable`."""
    try:
        index = _index(database.with_name(f"{database.name}-shm"))
        *_, size, count, pages, _, salts, _ = _INDEX.unpack(index[:_INDEX_BYTES])
        place = Place(salts.hex(), count) if count else closed(database)
    except OSError as error:
        raise DatabaseUnavailable(f"the log cannot be read: {error.strerror}") from error
    (in_file,) = struct.unpack_from("=I", index, _BACKFILL_AT)
    return WalState(place, salts, in_file, 65536 if size == 1 else size, pages)


def closed(database: Path) -> Place:
    """Of a database whose log is empty."""
    found = database.stat()
    return Place(f"file-{found.st_size}-{found.st_mtime_ns}", 0)


def frames(database: Path, state: WalState, after: int, upto: int) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of the page of each frame, in their order, while the log cannot begin anew;
    raises `DatabaseUnavailable`."""
    if upto == after:
        return
    with database.with_name(f"{database.name}-wal").open("rb") as log:
        log.seek(_WAL_HEADER_BYTES + after * (_FRAME_HEADER_BYTES + state.page_size))
        for _ in range(after, upto):
            frame = log.read(_FRAME_HEADER_BYTES + state.page_size)
            number, _pages, salts = _FRAME.unpack_from(frame)
            if salts != state.salts:
                raise DatabaseUnavailable("a frame of the log is of another life of it")
            yield number, frame[_FRAME_HEADER_BYTES:]


def _index(file: Path) -> bytes:
    for _ in range(_TRIES):
        with file.open("rb") as index:
            found = index.read(_BACKFILL_AT + 4)
        one, two = found[:_INDEX_BYTES], found[_INDEX_BYTES : 2 * _INDEX_BYTES]
        if len(found) == _BACKFILL_AT + 4 and one == two:  # else somebody writes it just now
            return found
    raise DatabaseUnavailable("the index of the log cannot be read")
