"""The scheduler: takes due clocks from the store, each exactly once, also after a restart."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from protocol.consultation import Action
from server.api.services.acting import Acting
from server.api.services.duties import Duties
from server.api.services.eligibility import Eligibility
from server.api.services.kept_recordings import KeptRecordings
from server.api.services.meetings import Meetings
from server.api.services.on_call import OnCall
from server.api.services.presences import Presences
from server.api.services.ringing import Bell
from server.api.services.short_turns import in_short_turns
from server.api.services.waiting import Waiting
from server.domain.attempt import Attempt
from server.domain.case import Case
from server.domain.clocks import Alarm
from server.domain.ports import Clock
from server.domain.queue import TimerKind
from server.domain.transitions import TABLE
from server.store.timers import Due
from server.store.work import Store, Work

_LOG = structlog.get_logger("huizhen.clock")
_LONGEST_SLEEP_S = 1.0
MOST_A_TICK = 200
"""After an outage thousands have run out. Critical cases, and what else a tick looks after,
do not wait for all of them."""
_PRUNE_EVERY_S = 3600.0
_HELD_BACK = timedelta(minutes=1)


class Timekeeper:
    """Runs the clocks of cases. `tick` does what is due; `run` ticks until it is cancelled."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        acting: Acting,
        bell: Bell,
        facts_kept: timedelta,
        recordings: KeptRecordings,
        presences: Presences,
        duties: Duties,
        on_call: OnCall,
        meetings: Meetings,
        waiting: Waiting,
        eligibility: Eligibility,
    ) -> None:
        self._store = store
        self._clock = clock
        self._acting = acting
        self.bell = bell
        self._facts_kept = facts_kept
        self._recordings = recordings
        self._presences = presences
        self._duties = duties
        self._on_call = on_call
        self._meetings = meetings
        self._waiting = waiting
        self._eligibility = eligibility
        self._held_back: dict[Due, datetime] = {}
        self.on_fired: Callable[[int], None] = lambda _count: None

    async def tick(self) -> int:
        """Fires clocks that are due, `MOST_A_TICK` at most; answers how many."""
        most = MOST_A_TICK + len(self._held_back)
        async with self._store.reading() as work:
            due = await work.cases.timers.due(work.now, most)
        now = self._clock.now()
        self._held_back = {one: until for one, until in self._held_back.items() if until > now}
        fired = await self._fire_all([one for one in due if one not in self._held_back])
        self.on_fired(fired)
        fired += self._presences.run_out() + await self._duties.follow()
        if self._duties.look_again:
            self._duties.look_again = False
            try:
                await self._tell_on_call()
            except BaseException:
                self._duties.look_again = True
                raise
        fired += await self._eligibility.follow()
        fired += await self._waiting.follow()
        return fired + await self._recordings.run_out()

    async def _fire_all(self, due: list[Due]) -> int:
        return await in_short_turns(
            self._store, due, self._fire, unable=self._hold_back, ahead=_read_ahead
        )

    async def _tell_on_call(self) -> None:
        async with self._store.reading() as work:
            waiting = await self._on_call.of_the_pool(work)
        await in_short_turns(
            self._store,
            waiting,
            self._on_call.look_again,
            unable=lambda one: _LOG.exception("on_call.not_told", consultation=str(one)),
        )

    def _hold_back(self, due: Due) -> None:
        """A clock that cannot be fired stays and is tried later; it stops no other."""
        _LOG.exception("clock.not_fired", clock=due.name, consultation=str(due.consultation_id))
        self._held_back[due] = self._clock.now() + _HELD_BACK

    async def _fire(self, work: Work, due: Due) -> bool:
        if not await work.cases.timers.take(due):
            return False
        case = await work.cases.get(due.consultation_id)
        if case is None:
            return False
        match due.kind:
            case Alarm():
                await self.bell.warn(work, case, due.kind, due.due_at)
            case TimerKind.OFFER:
                await self.bell.expired(work, case)
            case TimerKind.ACCEPT:
                await self._perform(work, case, Action.ESCALATE)
            case TimerKind.LEASE:
                done = await self._perform(work, case, Action.LEASE_EXPIRED)
                if done is not None and done.holder_id is None:
                    await self.bell.ring(work, done)
            case TimerKind.READ_BACK:
                await self._perform(work, case, Action.ESCALATE_FINDING)
            case TimerKind.RING_AGAIN | TimerKind.NO_SHOW:
                await self._meetings.run_out(work, case, due)
            case TimerKind.IDLE:
                await self._perform(work, case, Action.SUSPEND)
        return True

    async def _perform(self, work: Work, case: Case, action: Action) -> Case | None:
        if (case.phase, action, None) not in TABLE:
            return None
        return await self._acting.perform(work, case, Attempt(action))

    async def run(self) -> None:
        """Ticks when something is due; looks at least once a second for clocks set elsewhere."""
        pruned_at = float("-inf")
        loop = asyncio.get_running_loop()
        while True:
            try:
                if old := loop.time() - pruned_at > _PRUNE_EVERY_S:
                    pruned_at = loop.time()
                    await self._store.make_parts()  # before anything is written
                await self.tick()
                if old:
                    async with self._store.writing() as work:
                        await work.facts.prune(work.now - self._facts_kept)
                        await work.notifications.prune(work.now - self._facts_kept)
                        await work.pickups.prune()
                        await work.done_steps.prune()
                async with self._store.reading() as work:
                    next_due = await work.cases.timers.next_due()
            except Exception:
                _LOG.exception("clock.failed")
                next_due = None
            wait = _LONGEST_SLEEP_S
            if next_due is not None and not self._held_back:
                wait = min(wait, max(0.01, (next_due - self._clock.now()).total_seconds()))
            await asyncio.sleep(wait)


async def _read_ahead(work: Work, due: Sequence[Due]) -> None:
    """What every clock asks of its case, for many at once."""
    case_ids = list({one.consultation_id for one in due})
    await work.cases.offers.read_of(*case_ids)
    await work.cases.timers.read_of(*case_ids)
    await work.images.declared_counts(case_ids)
