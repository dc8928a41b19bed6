"""Experts as matching sees them, for many cases or for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from protocol.consultation import Urgency
from server.api.services.directory import Snapshot
from server.api.services.telling import Telling
from server.domain.apart import independent
from server.domain.case import Case
from server.domain.matching import Standing
from server.domain.people import Who
from server.domain.ports import Reachability
from server.domain.queue import Load
from server.store.histories import NO_HISTORY, History
from server.store.work import Work

_NOTHING = Load()


@dataclass(frozen=True, slots=True)
class Burden:
    """What some experts did, what they hold, and what rings them."""

    history: Mapping[UUID, History]
    held: Mapping[UUID, Load]
    ringing: Mapping[UUID, Load]

    def rings(self, expert_id: UUID) -> int:
        """How many cases that are not critical ring somebody."""
        return self.ringing.get(expert_id, _NOTHING).cases


class Standings:
    """Puts together what the store, the house's rules and the sockets know."""

    def __init__(self, telling: Telling, reachability: Reachability) -> None:
        self._telling = telling
        self._reachability = reachability

    async def burden(self, work: Work, experts: Sequence[Who], but: Case | None = None) -> Burden:
        """`but`: a case that is being asked about; that it rings them is no load."""
        asked = (None, None) if but is None else (but.id, but.content.urgency)
        return Burden(
            await work.histories.of([who.id for who in experts]),
            await work.cases.loads(),
            await work.cases.offers.loads(*asked),
        )

    def of(self, case: Case, who: Who, people: Snapshot, burden: Burden, now: datetime) -> Standing:
        """One expert for one case."""
        history = burden.history.get(who.id, NO_HISTORY)
        ringing = burden.ringing.get(who.id, _NOTHING)
        load = burden.held.get(who.id, _NOTHING) + ringing
        critical = case.content.urgency is Urgency.CRITICAL
        return Standing(
            who,
            reachable=self._reachability.reachable(who.id, critical=critical),
            agreement=people.may_consult(case.institution_id, who.institution_id, now),
            licensed=self._telling.licensed(who),
            excluded=who.id == case.requester_id,
            declined=who.id in case.declined,
            independent=independent(case, who),
            on_shift=self._reachability.on_shift(who.id),
            on_call=self._reachability.on_call(who.id, case.content.department),
            mean_response_minutes=history.mean_response_minutes,
            load=load.weight,
            held=load.cases,
            rings=ringing.cases,
            presence=self._reachability.presence_of(who.id).presence,
            idle_since=history.idle_since,
            rung_until=history.rung_until,
        )
