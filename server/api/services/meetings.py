"""Appointments as the server sees them: who sits in the call, and what the clock makes of it."""

from datetime import datetime

from protocol.account import Role
from protocol.consultation import Action
from server.api.services.acting import Acting
from server.api.services.ringing import Bell
from server.api.services.rooms import Room
from server.api.services.shares import seats_of
from server.domain.appointment import open_appointment, seated, sides, unwatched
from server.domain.attempt import Attempt
from server.domain.case import Case
from server.domain.queue import TimerKind
from server.store.timers import Due
from server.store.work import Work


class Meetings:
    """Carries out the clocks of appointments.

    Args:
        up_since: since when this server answers; of what was before it blames nobody.
    """

    def __init__(self, acting: Acting, bell: Bell, up_since: datetime) -> None:
        self._acting = acting
        self._bell = bell
        self._up_since = up_since

    async def run_out(self, work: Work, case: Case, due: Due) -> None:
        """Rings again, or records who was absent and lets the case go back to the pool."""
        if open_appointment(case) is None:
            return
        sitting = await sitting_in(work, case)
        case = await _observed(self._acting, work, case, sitting)
        if open_appointment(case) is None:
            return  # they sit together
        waiting = unwatched(case, due.due_at, work.now, self._up_since)
        if waiting is not None:
            await self._acting.amend(work, waiting, case)
            return
        if due.kind is TimerKind.RING_AGAIN:
            await self._acting.perform(work, case, Attempt(Action.RING_AGAIN))
            return
        missed = Attempt(Action.RECORD_NO_SHOW, sitting=sitting)
        await self._bell.ring(work, await self._acting.perform(work, case, missed))


async def in_room(acting: Acting, work: Work, case: Case, room: Room) -> Case:
    """Somebody took a seat: the appointment knows who has come, and whether they have met."""
    accounts = (seat.participant.account_id for seat in room.people().values())
    return await _observed(acting, work, case, sides(case, accounts))


async def _observed(acting: Acting, work: Work, case: Case, sitting: frozenset[Role]) -> Case:
    seen = seated(case, sitting, work.now)
    return case if seen is case else await acting.amend(work, seen, case)


async def sitting_in(work: Work, case: Case) -> frozenset[Role]:
    """Who sits in the call of a case whose appointment is waited for."""
    if open_appointment(case) is None:
        return frozenset()
    running = await work.calls.running(case.id)
    if running is None:
        return frozenset()
    seats = (seat.participant for seat in seats_of(await work.calls.seats(running.id)))
    return sides(case, (one.account_id for one in seats if one.share is None))
