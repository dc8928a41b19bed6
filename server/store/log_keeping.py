"""Keeps what SQLite's log says, before SQLite writes over it.

A reader of our own stays open in the log, so that SQLite, whoever writes, never begins it anew;
what was committed since is copied, and the reader moves on while the older one still stands. Where
the log grows long it is brought into the database file and, with the writers' lock held and nothing
left to copy, begun anew by a write of our own.

That nothing was missed is known, not hoped: each record names the state it follows. Where the
database was written meanwhile by somebody we did not see, the state is another, the record says so,
and moments until the next backup cannot be had.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import structlog

from server.store.errors import DatabaseUnavailable
from server.store.log_parts import Head, LogParts, LogWriter
from server.store.wal import Place, WalState, closed, frames, wal_state

_LOG = structlog.get_logger("huizhen.log")
_LONG = 500
"""Frames; below SQLite's own thousand, at which every commit would try to do it."""
_RECORD_FRAMES = 4096
_PART_BYTES = 64 * 1024 * 1024
_MOST_WAITING_BYTES = 1024**3
"""A log that cannot be copied grows so far, then it is let go."""


class LogKeeper:
    """The log of one SQLite file; every method blocks, one thread at a time calls them.

    `start` before anybody else opens the database, `keep` again and again, `stop` when all others
    of this process have closed it. All raise a `StoreError` or an `OSError`; what could not be kept
    is kept by the next `keep`.
    """

    def __init__(self, database: Path, parts: LogParts, now: Callable[[], datetime]) -> None:
        self._database, self._parts, self._now = database, parts, now
        self._last: Place | None = None
        self._writer: LogWriter | None = None
        self._failing = False
        self._reader: sqlite3.Connection | None = None
        self._hand: sqlite3.Connection | None = None

    def start(self) -> bool:
        """Answers whether what was kept so far goes on without a gap."""
        with _told():
            newest = self._parts.last()
            with self._writing() as hand:
                state = wal_state(self._database)
                known = newest is not None and _goes_on(newest.place, state.place)
                self._last = newest.place if known and newest is not None else None
                if newest is not None and not known:
                    self._tell_gap()
                self._copy(state)
                _mark(hand)
            self._begin_reading(state)
            return known

    def keep(self) -> None:
        """Copies what was committed since."""
        if self._reader is None:
            self.start()
            return
        with _told():
            self._let_go_when_long()
            state = wal_state(self._database)
            if state.place != self._last:
                state = self._moved_on()
            if state.place.frame >= _LONG:
                self._turn_over()

    def stop(self) -> None:
        """Leaves everything in the database file; the last record says which state that is."""
        try:
            with _told():
                left = None if self._reader is None else self._all_in_file()
        finally:
            self._end_reading()
            hand, self._hand = self._hand, None
            if hand is not None:
                hand.close()  # the last one takes the log away
        try:
            if left is not None and closed(self._database) == left:
                self._add(Head(at=self._now(), after=self._last, place=left), b"")
        finally:
            self._end_part()

    def _all_in_file(self) -> Place | None:
        with self._writing():
            state = self._moved_on()
            self._end_reading()
            self._bring_into_file()
            after = wal_state(self._database)
            done = after.place == state.place and after.in_file == state.place.frame
            return closed(self._database) if done else None

    # --- moving on ---------------------------------------------------------------------------

    def _moved_on(self) -> WalState:
        """A new reader, what it can see copied, and the older one ended."""
        newer = _connected(self._database)
        try:
            _read(newer)
            state = wal_state(self._database)
            self._copy(state)
        except BaseException:
            newer.close()
            raise
        self._end_reading()
        self._reader = newer
        return state

    def _turn_over(self) -> None:
        """Lets the log begin anew, where nobody reads or writes in it just now."""
        self._bring_into_file()
        with self._writing() as hand:
            state = self._moved_on()
            if state.in_file != state.place.frame:
                return
            self._end_reading()
            _mark(hand)
        self._begin_reading(state)

    def _begin_reading(self, before: WalState) -> None:
        """After a write of our own: the log goes on, or has begun anew once."""
        self._reader = _connected(self._database)
        _read(self._reader)
        state = wal_state(self._database)
        self._copy(state, anew=state.began_anew_after(before))

    def _bring_into_file(self) -> None:
        with contextlib.closing(_connected(self._database)) as other:
            other.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _end_reading(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def _let_go_when_long(self) -> None:
        log = self._database.with_name(f"{self._database.name}-wal")
        if self._failing and log.stat().st_size > _MOST_WAITING_BYTES:
            self._end_reading()
            raise DatabaseUnavailable(
                "the database's log could not be kept for too long and was let go"
            )

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Nobody else writes meanwhile."""
        if self._hand is None:
            self._hand = _connected(self._database)
        self._hand.execute("BEGIN IMMEDIATE")
        try:
            yield self._hand
        except BaseException:
            self._hand.execute("ROLLBACK")
            raise
        self._hand.execute("COMMIT")

    # --- copying -----------------------------------------------------------------------------

    def _copy(self, state: WalState, *, anew: bool = False) -> None:
        """Everything up to a state, while the log cannot begin anew."""
        last = self._last
        if last == state.place:
            return
        first = 0
        if last is not None and last.epoch == state.place.epoch:
            first = last.frame
        elif last is not None and not anew:
            self._tell_gap()
            last = None
        at = self._now()
        while True:
            upto = min(first + _RECORD_FRAMES, state.place.frame)
            place = Place(state.place.epoch, upto)
            pages = dict(frames(self._database, state, first, upto))
            head = Head(
                at=at,
                after=last,
                place=place,
                whole=upto == state.place.frame,
                page_size=state.page_size,
                size=state.pages,
                pages=tuple(pages),
            )
            self._add(head, b"".join(pages.values()))
            first, last = upto, place
            if head.whole:
                self._last = place
                return

    def _add(self, head: Head, pages: bytes) -> None:
        try:
            if self._writer is not None and not self._parts.under_active(self._writer):
                self._end_part()
            if self._writer is None:
                self._writer = self._parts.begin()
            self._writer.add(head, pages)
        except BaseException:
            self._failing = True
            self._end_part()
            raise
        self._failing = False
        if self._writer.size > _PART_BYTES:
            self._end_part()

    def _end_part(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def _tell_gap(self) -> None:
        _LOG.error("log.gap", mend="huizhen-server backup take")


def place_of(reader: sqlite3.Connection, database: Path) -> Place:
    """Begins to read, and answers the very state that is read until the transaction ends."""
    while True:
        before = _state_or_none(database)
        _read(reader)
        state = wal_state(database)
        if before is not None and state.place == before.place:
            return state.place
        reader.execute("ROLLBACK")


def _state_or_none(database: Path) -> WalState | None:
    """Before the first statement of the first connection there is no index."""
    try:
        return wal_state(database)
    except DatabaseUnavailable:
        return None


def _goes_on(known: Place, now: Place) -> bool:
    return known.epoch == now.epoch and known.frame <= now.frame


def _connected(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "busy_timeout = 10000", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute(f"PRAGMA journal_size_limit = {_PART_BYTES}")
    return connection


def _read(reader: sqlite3.Connection) -> None:
    reader.execute("BEGIN")
    reader.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()


def _mark(hand: sqlite3.Connection) -> None:
    """A write that changes nothing anybody reads."""
    (number,) = hand.execute("PRAGMA user_version").fetchone()
    hand.execute(f"PRAGMA user_version = {(number + 1) % 2**31}")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseUnavailable(f"the database's log: {error}") from error
