"""An entry or a clock that is ahead is named; the trail goes on and nobody else is accused."""

import sqlite3
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from protocol.base import new_id
from server.settings import Settings
from server.store.evidence import Taken, take_in, waits
from server.store.kept_secrets import evidence_key
from tests.server.touched import database, earlier, faults, hand, looked, put_in, site

__all__ = ["hand", "site"]

DAY = timedelta(days=1)


def entry(hand: sqlite3.Connection, ahead: timedelta = timedelta(0)) -> UUID:
    made = earlier(str(new_id()), -ahead)
    put_in(hand, made, datetime.now(UTC) + ahead)
    return made


def taken(site: Settings, ahead: timedelta = timedelta(0)) -> Taken:
    with database(site) as connection:
        return take_in(connection, evidence_key(site.data_dir), datetime.now(UTC) + ahead)


def test_one_entry_dated_ahead_is_named_and_honest_ones_after_it_are_not(
    site: Settings, hand: sqlite3.Connection
) -> None:
    forged = entry(hand, DAY)
    assert taken(site).ahead == (forged,)
    for _ in range(2):
        entry(hand)
        with database(site) as connection:
            assert waits(connection, datetime.now(UTC))
        assert taken(site) == Taken(1, taken(site).head)
    with database(site) as connection:
        assert not waits(connection, datetime.now(UTC))
    assert faults(site) == [("ahead", str(forged))]


def test_honest_entries_wait_after_one_that_is_dated_ahead(
    site: Settings, hand: sqlite3.Connection
) -> None:
    forged = entry(hand, DAY)
    taken(site)
    entry(hand)
    assert faults(site) == [("ahead", str(forged))]


def test_of_a_clock_that_was_ahead_for_a_time_its_last_head_is_named(
    site: Settings, hand: sqlite3.Connection
) -> None:
    size = looked(site)[1][-1]["entries"]
    entry(hand, DAY)
    assert taken(site, DAY).ahead == ()
    for _ in range(2):
        entry(hand)
        assert taken(site) == Taken(1, taken(site).head)
    assert faults(site) == [("ahead", f"size {size + 1}")]


def test_an_entry_that_says_it_is_from_before_the_clock_was_ahead_is_backdated(
    site: Settings, hand: sqlite3.Connection
) -> None:
    entry(hand, DAY)
    taken(site)
    put_in(hand, old := earlier(str(new_id()), timedelta(hours=1)), datetime.now(UTC))
    with database(site) as connection:
        key = evidence_key(site.data_dir)
        assert take_in(connection, key, datetime.now(UTC), among=[old]).backdated == (old,)
    assert ("backdated", str(old)) in faults(site)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(seconds=110)])
def test_clocks_of_processes_may_differ(
    site: Settings, hand: sqlite3.Connection, ahead: timedelta
) -> None:
    entry(hand, ahead)
    taken(site)
    entry(hand)
    taken(site)
    assert looked(site)[0]
