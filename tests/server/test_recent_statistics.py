"""What experts did is counted once a minute, however often the board is read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

import pytest

from protocol.base import new_id
from protocol.statistics import ExpertStatistics
from server.api.services.recent_statistics import RecentStatistics
from server.store.work import Work

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CHEN, WANG = new_id(), new_id()


@dataclass
class Ledger:
    """A unit of work whose counts grow with every reading."""

    now: datetime = NOON
    read: list[tuple[frozenset[UUID], datetime]] = field(default_factory=list)

    @property
    def work(self) -> Work:
        return cast(Work, self)

    @property
    def statistics(self) -> "Ledger":
        return self

    async def of_experts(
        self, experts: Iterable[UUID], since: datetime
    ) -> dict[UUID, ExpertStatistics]:
        self.read.append((frozenset(experts), since))
        return {one: ExpertStatistics(taken=len(self.read)) for one in experts}


@pytest.mark.parametrize(
    ("later", "counted"),
    [
        (timedelta(seconds=59), 1),
        (timedelta(seconds=60), 2),
        (-timedelta(seconds=1), 2),
    ],
)
async def test_it_is_counted_anew_after_a_minute_or_when_the_clock_was_set_back(
    later: timedelta, counted: int
) -> None:
    recent, ledger = RecentStatistics(), Ledger()
    await recent.of_experts(ledger.work, [CHEN])
    ledger.now = NOON + later
    told = await recent.of_experts(ledger.work, [CHEN])
    assert told[CHEN].taken == len(ledger.read) == counted


async def test_who_came_meanwhile_is_counted_at_once() -> None:
    recent, ledger = RecentStatistics(), Ledger()
    await recent.of_experts(ledger.work, [CHEN])
    assert set(await recent.of_experts(ledger.work, [CHEN, WANG])) == {CHEN, WANG}


async def test_thirty_days_are_counted() -> None:
    recent, ledger = RecentStatistics(), Ledger()
    await recent.of_experts(ledger.work, [CHEN])
    assert ledger.read == [(frozenset({CHEN}), NOON - timedelta(days=30))]
