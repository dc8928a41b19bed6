"""Breaking the glass: reading a case one takes no part in, for a time, and loudly (ADR 50)."""

import hashlib
from datetime import timedelta
from uuid import UUID

from protocol.account import CLINICAL_ROLES, Role
from protocol.base import new_id
from protocol.consultation import Action, Person, TimelineEvent
from protocol.emergency import BreakGlass, EmergencyAccess
from protocol.errors import ErrorCode
from protocol.notification import NotificationCode
from protocol.socket import EmergencyOpened
from server.api.services.acting import Acting
from server.api.services.backoff import Backoff
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import Conflict, NotFound
from server.domain.people import Who
from server.domain.ports import Clock
from server.domain.rights import Part, part_of
from server.domain.transitions import DRAFT
from server.store.tables import EmergencyRow
from server.store.work import Store, Work

FREE_GUESSES = 5
_WATCHING = (Role.SECURITY, Role.AUDITOR)


class EmergencyAccesses:
    """The case's requester and holder are told and its timeline says so; so are the security
    officers and auditors of both houses, and of none.

    Args:
        lasts: how long a case stays open to who has opened it.
        key: see `Backoff`.
    """

    def __init__(
        self, store: Store, clock: Clock, acting: Acting, lasts: timedelta, key: bytes
    ) -> None:
        self._store = store
        self._clock = clock
        self._acting = acting
        self._lasts = lasts
        words = "too many wrong numbers; wait before the next try"
        self._guesses = Backoff(key, "emergency", FREE_GUESSES, words)

    async def open(self, who: Who, body: BreakGlass) -> EmergencyAccess:
        """Raises `NotFound`, and `Conflict` for who takes part already or is kept from the case."""
        who.needs(*CLINICAL_ROLES)
        async with self._store.writing() as work:
            await self._guesses.begin(work, str(who.id))
            case = await work.cases.by_number(body.number)
            if case is not None and case.phase not in DRAFT:
                await self._guesses.right(work, str(who.id))
                return await self._opened(work, case, who, body.reason)
            work.trail.note(
                who.id,
                Access.EXECUTE,
                Resource.EMERGENCY_ACCESS,
                body.number,
                detail="break_glass",
                outcome="no_such_case",
            )
        raise NotFound("there is no case of this number that could be opened")

    async def _opened(self, work: Work, case: Case, who: Who, reason: str) -> EmergencyAccess:
        _refuse_part(case, who)
        row = EmergencyRow(
            id=new_id(),
            account_id=who.id,
            consultation_id=case.id,
            reason=reason,
            at=work.now,
            until=(work.now + self._lasts).replace(microsecond=0),
        )
        await work.emergencies.add(row)
        await work.emergencies.open_to(case.id, {**case.opened_until, who.id: row.until})
        told = hashlib.sha256(reason.encode()).hexdigest()
        work.trail.note(
            who.id,
            Access.EXECUTE,
            Resource.EMERGENCY_ACCESS,
            row.id,
            consultation_id=case.id,
            detail=f"break_glass until={row.until.isoformat()} reason_sha256={told}",
        )
        access = _told(row, case.number, who.person())
        await self._tell(work, case, who, access)
        return access

    async def _tell(self, work: Work, case: Case, who: Who, access: EmergencyAccess) -> None:
        event = TimelineEvent(
            id=new_id(),
            at=work.now,
            action=Action.BREAK_GLASS,
            by=who.person(),
            role=next(role for role in CLINICAL_ROLES if role in who.roles),
            from_phase=case.phase,
            to_phase=case.phase,
            reason=access.reason,
        )
        await work.cases.add_event(case.id, event)
        await self._acting.telling.changed(work, case, before=case, event=event, by=who)
        people = await self._acting.telling.directory.of(work)
        houses = (None, case.institution_id, case.holder_institution_id)
        watching = [
            one.id
            for role in _WATCHING
            for one in people.with_role(role)
            if one.institution_id in houses
        ]
        await work.facts.tell(EmergencyOpened(seq=0, at=work.now, access=access), watching)
        by = who.display_name
        await work.notifications.tell(
            case, NotificationCode.GLASS_BROKEN, watching, opens=False, by=by
        )

    async def listed(self, who: Who) -> list[EmergencyAccess]:
        """The newest first; who looks at them is in the trail."""
        async with self._store.looking() as work:
            work.trail.note(who.id, Access.READ, Resource.EMERGENCY_ACCESS)
            rows = await work.emergencies.newest()
            people = await work.people.persons(row.account_id for row, _ in rows)
            return [_told(row, number, people[row.account_id]) for row, number in rows]

    async def end(self, by: Who, access_id: UUID) -> None:
        """Before its time is over."""
        async with self._store.writing() as work:
            row = await work.emergencies.get(access_id)
            if row is None:
                raise NotFound("there is no such emergency access")
            case = await self._acting.get(work, row.consultation_id)
            await work.emergencies.end(row, work.now)
            left = {one: until for one, until in case.opened_until.items() if one != row.account_id}
            await work.emergencies.open_to(case.id, left)
            work.trail.note(
                by.id,
                Access.DELETE,
                Resource.EMERGENCY_ACCESS,
                access_id,
                consultation_id=case.id,
            )


def _refuse_part(case: Case, who: Who) -> None:
    if who.id in case.kept_from:
        raise Conflict(
            ErrorCode.CONFLICT,
            "you read this case independently, as a case of your own",
        )
    if part_of(case, who) not in (None, Part.EMERGENCY):
        raise Conflict(ErrorCode.CONFLICT, "you take part in this case", consultation_id=case.id)


def _told(row: EmergencyRow, number: str, by: Person) -> EmergencyAccess:
    return EmergencyAccess(
        id=row.id,
        consultation_id=row.consultation_id,
        number=number,
        by=by,
        reason=row.reason,
        at=row.at,
        until=row.until,
        ended_at=row.ended_at,
    )
