"""Bringing the copy of a backup's database on to a later moment, by what the log said."""

import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from server.store.errors import BackupUnusable
from server.store.log_parts import Head, LogParts, Record, Unread
from server.store.room import told_when_full
from server.store.wal import Place

EVERYTHING = datetime(9999, 12, 31, tzinfo=UTC)
"""A moment no record is after."""


@dataclass(slots=True)
class Reach:
    """How far the log leads from one state."""

    until: datetime
    """The newest moment; the last record may be of an earlier one where a clock was set back."""
    part: int
    broken: bool = False
    """Whether something came after it that nobody knows, or nobody can read."""
    again: datetime | None = None
    """When it begins again, after that."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Records that lead from one committed state to another."""

    records: list[Record]
    goes_on: bool
    """Whether it leads on from the step before."""

    @property
    def at(self) -> datetime:
        return self.records[-1].head.at

    def holds(self, place: Place) -> bool:
        """Whether this state is on its way; asked of the first first."""
        return any(
            one.head.place.epoch == place.epoch and one.head.place.frame >= place.frame
            for one in self.records
        )


def reaches(parts: LogParts, places: Mapping[str, Place]) -> dict[str, Reach]:
    """How far the log leads from each of these states, by their names; what it does not know is
    left out."""
    found: dict[str, Reach] = {}
    ends_unread = False
    for step in _steps(parts.contents()):
        ends_unread = isinstance(step, Unread)
        if isinstance(step, Unread):
            continue  # what follows says whether something is missing
        for reach in found.values():
            reach.broken = reach.broken or not step.goes_on
            if not reach.broken:
                reach.until = max(reach.until, step.at)
            elif reach.again is None:
                reach.again = step.at
        for name, place in places.items():
            if name not in found and step.holds(place):
                found[name] = Reach(step.at, step.records[0].part)
    for reach in found.values():
        reach.broken = reach.broken or ends_unread
    return found


def replay(
    database: Path, parts: LogParts, place: Place, reach: Reach, until: datetime
) -> datetime | None:
    """Changes a database file, which is in the state `place`, to what the last record up to `until`
    made of it; answers when that was. Raises a `StoreError`."""
    if reach.broken and until > reach.until:
        again = "" if reach.again is None else f" to {_said(reach.again)}"
        raise BackupUnusable(
            f"the database's log has a gap from {_said(reach.until)}{again}: "
            "give --until a time before it, or one after the next backup"
        )
    reached = None
    with told_when_full(), database.open("r+b") as file:
        for step in _upto(until, lambda: _from(place, _steps(parts.contents(reach.part)))):
            for record in step.records:
                _put(file, record)
            reached = step.at
    with closing(sqlite3.connect(database)) as one:
        (said,) = one.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise BackupUnusable(f"the log leads to a damaged database ({said}): restore a backup")
    return reached


def _upto(until: datetime, steps: Callable[[], Iterator[_Step]]) -> Iterator[_Step]:
    """All up to the last that is not after a moment: a clock that was set back and forth is no end
    of the log."""
    last = max((number for number, one in enumerate(steps(), 1) if one.at <= until), default=0)
    return itertools.islice(steps(), last)


def _from(place: Place, steps: Iterator[_Step | Unread]) -> Iterator[_Step]:
    begun = False
    for step in steps:
        if isinstance(step, Unread):
            continue
        if begun and not step.goes_on:
            return
        begun = begun or step.holds(place)
        if begun:
            yield step


def _steps(contents: Iterable[Record | Unread]) -> Iterator[_Step | Unread]:
    """What was begun and never led to a committed state is left out."""
    waiting: list[Record] = []
    last: Place | None = None
    goes_on = True
    for one in contents:
        if isinstance(one, Unread):
            yield one
            continue
        if not (waiting and _joins(waiting[-1].head.place, one.head)):
            goes_on, waiting = last is not None and _joins(last, one.head), []
        waiting.append(one)
        if one.head.whole:
            yield _Step(waiting, goes_on)
            last, waiting = one.head.place, []


def _joins(place: Place, head: Head) -> bool:
    """Whether a record leads on from a state, or over it: one may have been written twice."""
    after = head.after
    if after is not None and after.epoch == place.epoch:
        return after.frame <= place.frame
    return head.place.epoch == place.epoch and head.place.frame >= place.frame and after is not None


def _put(file: BinaryIO, record: Record) -> None:
    size = record.head.page_size
    for number, data in record.pages():
        file.seek((number - 1) * size)
        file.write(data)
    if record.head.whole and size:
        file.truncate(record.head.size * size)


def _said(at: datetime) -> str:
    return at.astimezone().isoformat(timespec="seconds")
