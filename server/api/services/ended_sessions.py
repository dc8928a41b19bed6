"""Sessions that have ended, for as long as their tokens would else name somebody."""

from collections import OrderedDict
from datetime import datetime, timedelta
from uuid import UUID

from server.domain.ports import Clock

_MOST_KEPT = 50_000


class EndedSessions:
    """Of this process, as far as it has heard of them; the store knows all.

    Args:
        lasts: the longest that a token is good.
    """

    def __init__(self, clock: Clock, lasts: timedelta) -> None:
        self._clock, self._lasts = clock, lasts
        self._since: OrderedDict[UUID, datetime] = OrderedDict()

    def __contains__(self, session_id: UUID) -> bool:
        return session_id in self._since

    def add(self, session_id: UUID) -> None:
        now = self._clock.now()
        self._since.pop(session_id, None)
        self._since[session_id] = now
        while len(self._since) > _MOST_KEPT or now - self._oldest > self._lasts:
            self._since.popitem(last=False)

    @property
    def _oldest(self) -> datetime:
        return next(iter(self._since.values()))
