"""What happens to a case becomes notifications: for whom, and when they are over."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from protocol.call import CallState
from protocol.consultation import Action, TimelineEvent
from protocol.notification import NotificationCode as Code
from protocol.queue import ClockStage, OfferEnd
from server.domain.case import Case
from server.domain.clocks import Alarm
from server.domain.notifications import after_step
from server.domain.people import Who
from server.store.work import Work


class Notifying:
    """Beside `Telling`, in the same unit of work; what it tells stands in people's lists."""

    async def stepped(
        self, work: Work, case: Case, before: Case, event: TimelineEvent, members: Iterable[Who]
    ) -> None:
        hearing = list(members)
        heard = {who.id for who in hearing}
        by = "" if event.by is None else event.by.display_name
        due = case.scheduled_for if event.action is Action.SCHEDULE else None
        told: dict[tuple[Code, bool], set[UUID]] = defaultdict(set)
        for one in after_step(case, before, event, hearing):
            told[one.code, one.account_id in heard].add(one.account_id)
        for (code, opens), accounts in told.items():
            await work.notifications.tell(case, code, accounts, opens=opens, by=by, due_at=due)

    async def rang(
        self, work: Work, case: Case, experts: Collection[UUID], until: datetime
    ) -> None:
        await work.notifications.tell(case, Code.OFFERED, experts, opens=False, due_at=until)

    async def rang_out(
        self,
        work: Work,
        case: Case,
        experts: Collection[UUID],
        how: OfferEnd,
        holder: UUID | None,
    ) -> None:
        await work.notifications.over(case.id, [Code.OFFERED], experts)
        if how is not OfferEnd.EXPIRED:
            return
        await work.notifications.tell(case, Code.OFFER_MISSED, experts, opens=False)
        if holder is not None:
            await work.notifications.tell(case, Code.HAND_OVER_UNANSWERED, [holder], opens=True)

    async def warned(
        self,
        work: Work,
        case: Case,
        alarm: Alarm,
        due_at: datetime,
        accounts: Collection[UUID],
        members: Collection[UUID],
    ) -> None:
        code = Code.CLOCK_OVER if alarm.stage is ClockStage.OVERDUE else Code.CLOCK_RUNS
        for some, opens in (
            (set(accounts) & set(members), True),
            (set(accounts) - set(members), False),
        ):
            await work.notifications.tell(
                case, code, some, opens=opens, clock=alarm.clock, due_at=due_at
            )

    async def call_changed(
        self, work: Work, case: Case, call: CallState | None, treating: Collection[UUID]
    ) -> None:
        """Whoever is waited for in a call is told; who has not come when it ends, missed it."""
        there = () if call is None else call.participants
        seated = {one.account_id for one in there if one.account_id is not None}
        waiting = await work.notifications.waiting(case.id, Code.CALL_WAITING)
        begun = len(there) == 1 and there[0].joined_at == work.now
        # A guest may be the patient, who is named in no notification.
        by = there[0].display_name if begun and seated else ""
        if begun:
            missing = set(treating) - seated - waiting
            await work.notifications.tell(case, Code.CALL_WAITING, missing, opens=True, by=by)
        over = waiting if call is None else waiting & seated
        await work.notifications.over(case.id, [Code.CALL_WAITING], over)
        if call is None:
            missed = waiting & set(treating)
            await work.notifications.tell(case, Code.CALL_MISSED, missed, opens=True)
