"""Who is on call and not reached at the program is told otherwise: deciding whom, delivering."""

import asyncio
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from protocol.account import Role
from protocol.base import new_id
from protocol.consultation import Urgency
from protocol.notification import NotificationCode
from protocol.on_call import (
    FINDING_WHYS,
    AlertChannel,
    AlertState,
    AlertTrouble,
    AlertWhy,
    CaseAlert,
    Contact,
)
from protocol.socket import OnCallTold
from server.api.services.directory import Snapshot
from server.api.services.telling import Telling
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.on_call import (
    LEASE,
    Letter,
    NotDelivered,
    address_of,
    letter_of,
    next_try,
    still_needed,
    waiting_since,
)
from server.domain.people import Who
from server.domain.ports import Clock, Reachability
from server.domain.queue import is_overdue
from server.domain.transitions import POOL
from server.store.on_call import Alert
from server.store.work import Store, Work

_LOG = structlog.get_logger("huizhen.on_call")
_LONGEST_SLEEP_S = 5.0


class Channel(Protocol):
    """A way out of the program; `send` raises `NotDelivered`."""

    async def send(self, address: str, letter: Letter) -> None: ...


class OnCall:
    """Decides who is told of a case; the rows it writes are what `Delivery` works on."""

    def __init__(
        self,
        telling: Telling,
        reachability: Reachability,
        channels: Mapping[AlertChannel, Channel],
    ) -> None:
        self._telling = telling
        self._reachability = reachability
        self._channels = channels
        self.wake = asyncio.Event()

    async def tell(self, work: Work, case: Case, why: AlertWhy) -> None:
        """Everybody on call for the case's department who could take it; each once for each
        reason. Of a critical one that is not overdue only who is not connected, or let it ring
        without an answer: a window that is open does not say that somebody is there. An opinion of
        an MDT alarms nobody before it is overdue."""
        seat = why is AlertWhy.CRITICAL and case.mdt_of is not None
        if seat or case.phase not in POOL:
            return
        people = await self.people(work)
        experts = people.experts_of(case.content.department)
        on_call = [who for who in experts if self._on_call_for(case, who, people, work)]
        unanswered = await work.cases.offers.unanswered(case.id)
        missing = [
            who
            for who in on_call
            if still_needed(case, why, at_desk=self.at_desk(who.id, unanswered))
        ]
        await self.reach(work, case, why, missing)

    async def people(self, work: Work) -> Snapshot:
        return await self._telling.directory.of(work)

    async def reach(self, work: Work, case: Case, why: AlertWhy, people: Iterable[Who]) -> None:
        """A message to each of them for this case, once for each reason."""
        told = await work.on_call.told(case.id, why)
        for who in people:
            if who.id in told:
                continue
            contact = await work.on_call.contact(who.id)
            for alert in self._alerts(case, who, why, contact, work):
                await work.on_call.add(alert)
                if alert.state is AlertState.FAILED:
                    await note_told(work, self._telling, case, alert)
        work.after_commit(self.wake.set)

    def at_desk(self, account_id: UUID, unanswered: Container[UUID]) -> bool:
        """Connected, and not among those who let a ring go by."""
        connected = self._reachability.reachable(account_id, critical=True)
        return connected and account_id not in unanswered

    def _on_call_for(self, case: Case, who: Who, people: Snapshot, work: Work) -> bool:
        return (
            self._reachability.on_call(who.id, case.content.department)
            and who.id not in case.declined
            and self._telling.may_claim(case, who, people, work.now)
        )

    def _alerts(
        self, case: Case, who: Who, why: AlertWhy, contact: Contact, work: Work
    ) -> list[Alert]:
        """One a channel that leads to the person, or one that says why there is none."""
        usable: list[AlertChannel | None] = [
            channel
            for channel in self._channels
            if address_of(channel, contact.mail, contact.phone)
        ]
        trouble = AlertTrouble.NO_ADDRESS if self._channels else AlertTrouble.NOT_SET_UP
        return [
            Alert(
                id=new_id(),
                consultation_id=case.id,
                account_id=who.id,
                channel=channel,
                why=why,
                state=AlertState.FAILED if channel is None else AlertState.WAITING,
                trouble=trouble if channel is None else None,
                attempts=0,
                due_at=work.now,
                changed_at=work.now,
            )
            for channel in (usable or [None])
        ]

    async def of_the_pool(self, work: Work) -> list[UUID]:
        """The waiting cases that concern whoever is on call."""
        return [case.id for case in await work.cases.pool() if _reasons(case, work.now)]

    async def look_again(self, work: Work, case_id: UUID) -> bool:
        """Somebody has come on call, or is and has gone offline: what waits concerns them too."""
        case = await work.cases.get(case_id)
        if case is None or case.phase not in POOL:
            return False
        why = _reasons(case, work.now)
        for one in why:
            await self.tell(work, case, one)
        return bool(why)


def _reasons(case: Case, now: datetime) -> list[AlertWhy]:
    """Why a waiting case concerns who is on call."""
    critical = case.content.urgency is Urgency.CRITICAL
    return [
        *((AlertWhy.CRITICAL,) if critical else ()),
        *((AlertWhy.OVERDUE,) if is_overdue(case, now) else ()),
    ]


class Delivery:
    """Sends what is due and notes how it went; tries again after each of `delays`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        on_call: OnCall,
        telling: Telling,
        channels: Mapping[AlertChannel, Channel],
        delays: tuple[timedelta, ...],
    ) -> None:
        self._store = store
        self._clock = clock
        self._on_call = on_call
        self._telling = telling
        self._channels = channels
        self._delays = delays

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            wait = _LONGEST_SLEEP_S
            try:
                await self.send_due()
                async with self._store.reading() as work:
                    due = await work.on_call.next_due()
                if due is not None:
                    wait = min(wait, max(0.01, (due - self._clock.now()).total_seconds()))
            except Exception:
                _LOG.exception("on_call.failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._on_call.wake.wait()
            self._on_call.wake.clear()

    async def send_due(self) -> int:
        """Answers how many were tried."""
        async with self._store.reading() as work:
            due = await work.on_call.due(work.now)
        await asyncio.gather(*(self._send(alert) for alert in due))
        return len(due)

    async def _send(self, alert: Alert) -> None:
        ready = await self._take(alert)
        if ready is None:
            return
        channel, address, letter = ready
        trouble, again = None, False
        try:
            await channel.send(address, letter)
        except NotDelivered as error:
            trouble, again = error.trouble, error.again
        except Exception:  # a message that fails in a way nobody knew must not be tried for ever
            _LOG.exception("on_call.failed")
            trouble, again = AlertTrouble.REFUSED, True
        await self._note(alert, trouble, again=again)

    async def _take(self, alert: Alert) -> tuple[Channel, str, Letter] | None:
        """None where it is not needed any more, or somebody else sends it."""
        async with self._store.writing() as work:
            if not await work.on_call.take(alert, work.now + LEASE):
                return None
            case = await work.cases.get(alert.consultation_id)
            unanswered = await work.cases.offers.unanswered(alert.consultation_id)
            at_desk = self._on_call.at_desk(alert.account_id, unanswered)
            if case is None or not still_needed(case, alert.why, at_desk=at_desk):
                await work.on_call.note(alert, AlertState.DROPPED, work.now)
                return None
            contact = await work.on_call.contact(alert.account_id)
            assert alert.channel is not None
            address = address_of(alert.channel, contact.mail, contact.phone)
            channel = self._channels.get(alert.channel)
            if channel is None or not address:
                trouble = AlertTrouble.NOT_SET_UP if address else AlertTrouble.NO_ADDRESS
                await self._ended(work, alert, case, trouble, again=False)
                return None
            department = case.content.department
            zone = await work.rota.zone(department)
            since = waiting_since(case, alert.why)
            return channel, address, letter_of(
                alert.id, alert.why, department, case.number, since, zone
            )  # fmt: skip

    async def _note(self, alert: Alert, trouble: AlertTrouble | None, *, again: bool) -> None:
        async with self._store.writing() as work:
            case = await work.cases.get(alert.consultation_id)
            assert case is not None
            await self._ended(work, alert, case, trouble, again=again)

    async def _ended(
        self, work: Work, alert: Alert, case: Case, trouble: AlertTrouble | None, *, again: bool
    ) -> None:
        attempts = alert.attempts + 1
        due = next_try(attempts, self._delays, work.now) if trouble and again else None
        state = AlertState.SENT
        if trouble is not None:
            state = AlertState.FAILED if due is None else AlertState.WAITING
            channel = "" if alert.channel is None else alert.channel.value
            _LOG.warning(
                "on_call.not_told", channel=channel, trouble=trouble.value, attempt=attempts
            )
        await work.on_call.note(
            alert, state, work.now, trouble=trouble, due_at=due, attempts=attempts
        )
        done = Alert(
            alert.id,
            alert.consultation_id,
            alert.account_id,
            alert.channel,
            alert.why,
            state,
            trouble,
            attempts,
            due or alert.due_at,
            work.now,
        )
        await note_told(work, self._telling, case, done)


async def note_told(work: Work, telling: Telling, case: Case, alert: Alert) -> None:
    """The audit trail and the dispatchers learn how telling somebody on call went."""
    people = await telling.directory.of(work)
    channel = "nothing" if alert.channel is None else alert.channel.value
    trouble = "" if alert.trouble is None else f" {alert.trouble.value}"
    work.trail.note(
        None,
        Access.EXECUTE,
        Resource.ALERT,
        alert.account_id,
        consultation_id=case.id,
        detail=f"{channel} {alert.why.value} {alert.state.value}{trouble} {alert.attempts}",
    )
    fact = OnCallTold(
        seq=0,
        at=work.now,
        consultation_id=case.id,
        number=case.number,
        alert=shown(alert, people),
    )
    dispatchers = [who.id for who in people.with_role(Role.DISPATCHER)]
    await work.facts.tell(fact, dispatchers)
    if alert.state is AlertState.FAILED:
        finding = alert.why in FINDING_WHYS
        code = NotificationCode.FINDING_NOT_TOLD if finding else NotificationCode.ON_CALL_NOT_TOLD
        by = fact.alert.expert.display_name
        await work.notifications.tell(case, code, dispatchers, opens=True, by=by)


def shown(alert: Alert, people: Snapshot) -> CaseAlert:
    """As dispatchers see it: whom, how and with what result, but no address."""
    return CaseAlert(
        expert=people.person(alert.account_id),
        channel=alert.channel,
        why=alert.why,
        state=alert.state,
        trouble=alert.trouble,
        attempts=alert.attempts,
        at=alert.changed_at,
    )


def alerts_of(
    found: Mapping[UUID, list[Alert]], case_id: UUID, people: Snapshot
) -> tuple[CaseAlert, ...]:
    return tuple(shown(alert, people) for alert in found.get(case_id, ()))
