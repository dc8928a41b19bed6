"""Both sides are reminded when the time of an appointment has come."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.services.facts import Facts
from app.services.tasks import Tasks
from app.services.troubles import raise_notice
from app.session.notices import News, Severity
from app.session.state import State
from protocol.consultation import ConsultationSummary, Phase

STILL_WORTH = timedelta(minutes=30)
"""A program that starts this long after the time still reminds."""
LONGEST_S = 3600.0
"""A sleep does not see the computer's own sleep, so the clock is looked at again."""

Appointment = tuple[UUID, datetime]


class Appointments:
    """Follows the rows of the account's cases.

    Args:
        now: the time, UTC.
        pause: waits that many seconds.
    """

    def __init__(
        self,
        facts: Facts,
        tasks: Tasks,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._facts = facts
        self._tasks = tasks
        self._now = now
        self._pause = pause
        self._told: set[Appointment] = set()
        self._next: Appointment | None = None

    def follow(self, state: State) -> None:
        """After every change; begins to wait anew when another appointment is the next one."""
        coming = self._coming(state.queue.mine.items)
        if coming == self._next:
            return
        self._next = coming
        if coming is None:
            self._tasks.cancel("appointment")
        else:
            self._tasks.start(self._remind(coming), only="appointment")

    def _coming(self, rows: tuple[ConsultationSummary, ...]) -> Appointment | None:
        oldest = self._now() - STILL_WORTH
        open_ = [
            (row.scheduled_for, row.id)
            for row in rows
            if row.phase is Phase.SCHEDULED
            and row.scheduled_for is not None
            and row.scheduled_for > oldest
            and (row.id, row.scheduled_for) not in self._told
        ]
        if not open_:
            return None
        at, id_ = min(open_)
        return id_, at

    async def _remind(self, appointment: Appointment) -> None:
        id_, at = appointment
        while (left := (at - self._now()).total_seconds()) > 0:
            await self._pause(min(left, LONGEST_S))
        self._told.add(appointment)
        row = self._facts.state.queue.mine.find(id_)
        self._next = None
        raise_notice(
            self._facts,
            News.APPOINTMENT_NOW,
            (("number", row.number if row else ""), ("when", at.isoformat())),
            severity=Severity.WARNING,
            consultation_id=id_,
        )
