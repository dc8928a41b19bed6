"""What experts did lately, counted anew once a minute: the board is read with each thing that
moves, and thirty days of a province are long to count."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from protocol.statistics import COUNTED_DAYS, ExpertStatistics
from server.store.work import Work

KEPT = timedelta(minutes=1)


class RecentStatistics:
    """The counts of the last `COUNTED_DAYS`, at most a minute old; of other people at once."""

    def __init__(self) -> None:
        self._experts: frozenset[UUID] = frozenset()
        self._counted_at: datetime | None = None
        self._counts: dict[UUID, ExpertStatistics] = {}

    async def of_experts(self, work: Work, experts: Iterable[UUID]) -> dict[UUID, ExpertStatistics]:
        """Of each of them who did anything."""
        asked = frozenset(experts)
        at = self._counted_at
        if at is None or asked != self._experts or not at <= work.now < at + KEPT:
            since = work.now - timedelta(days=COUNTED_DAYS)
            self._counts = await work.statistics.of_experts(asked, since)
            self._experts, self._counted_at = asked, work.now
        return self._counts
