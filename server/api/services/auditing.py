"""What auditors read and security officers watch: the trail, and what it warns of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID

from protocol.audit import AlertKind, AuditAlert, AuditEntry, AuditPage, LockOut
from protocol.consultation import Person
from server.api.services.backoff import FREE_TRIES, from_known
from server.api.services.identity import Identity
from server.api.services.pages import entry_cursor_of, read_cursor
from server.domain.audit import Access, Resource
from server.domain.people import Who
from server.store.cases import Cursor
from server.store.columns import UNREADABLE
from server.store.tables import AuditRow
from server.store.trail_reading import ROLES, TrailFilter
from server.store.work import Store, Work

LOOKED_BACK = timedelta(days=1)
_HOUR = timedelta(hours=1)
_BEFORE_ALL = datetime(9999, 1, 1, tzinfo=UTC)
TIME_UNREADABLE = "time_unreadable"
"""The outcome that is told of an entry whose time somebody has made into something else."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an auditor searches for; empty texts ask for nothing. `who` is a user name or part of a
    name, `number` that of a case."""

    who: str = ""
    number: str = ""
    access: str = ""
    resource: str = ""
    since: datetime | None = None
    until: datetime | None = None
    undone: bool = False


class Auditing:
    """Reading the trail holds up nobody who writes, and leaves an entry in it before it answers.

    Args:
        many: cases that somebody reads within an hour before auditors are warned.
    """

    def __init__(self, store: Store, identity: Identity, many: int) -> None:
        self._store = store
        self._identity = identity
        self._many = many

    async def page(self, who: Who, asked: Asked, after: str | None, limit: int) -> AuditPage:
        cursor = read_cursor(after)
        found = await self._page(asked, cursor, limit)
        await self._note(who, "search")  # behind the reading: no page shows its own search
        return found

    async def _page(self, asked: Asked, cursor: Cursor | None, limit: int) -> AuditPage:
        async with self._store.reading() as work:
            wanted = await _filter(work, asked)
            if wanted is None:
                return AuditPage(items=())
            place = None if cursor is None else (cursor.created_at, cursor.id)
            rows = await work.trail_reading.page(wanted, place, limit + 1)
            people = {one.id: one for one in await work.people.all()}
        shown = [_entry(row, number, people) for row, number in rows[:limit]]
        more = _continues(shown, first=cursor is None) if len(rows) > limit else None
        return AuditPage(items=tuple(shown), next=more)

    async def lock_outs(self, who: Who) -> list[LockOut]:
        """The last first."""
        await self._note(who, "lock_outs")
        async with self._store.reading() as work:
            rows = await work.trail_reading.wrong_sign_ins(work.now - LOOKED_BACK)
            people = {one.id: one for one in await work.people.all()}
            found = [
                await self._lock_out(work, of, some, people)
                for of, some in _by_account(rows).items()
            ]
        return sorted(found, key=lambda one: one.last_at, reverse=True)

    async def _lock_out(
        self, work: Work, of: UUID | None, rows: list[Any], people: dict[UUID, Who]
    ) -> LockOut:
        by, backoff = _by(people, of), self._identity.backoff
        name = by["username"]
        lines = [name, *(from_known(name, row.origin or "") for row in rows)] if name else []
        waits = [until for one in lines if (until := await backoff.waits_until(work, one))]
        return LockOut(
            **by,
            wrong=sum(row.wrong for row in rows),
            last_at=max(row.last_at for row in rows),
            origins=tuple(sorted({row.origin for row in rows if row.origin})),
            waits_until=max(waits, default=None),
        )

    async def alerts(self, who: Who) -> list[AuditAlert]:
        """Of the last day, the newest first."""
        await self._note(who, "alerts")
        async with self._store.reading() as work:
            people = {one.id: one for one in await work.people.all()}
            found = [
                *await _touched(work),
                *await _emergencies(work, people),
                *await _rights_given(work, people),
                *await _lock_out_alerts(work, people),
                *await self._many_cases(work, people),
            ]
        return sorted(found, key=lambda one: one.at, reverse=True)

    async def _note(self, who: Who, detail: str) -> None:
        await self._store.together(
            lambda desk: desk.trail.note(who.id, Access.READ, Resource.AUDIT, detail=detail)
        )

    async def _many_cases(self, work: Work, people: dict[UUID, Who]) -> list[AuditAlert]:
        found = []
        for hour in range(int(LOOKED_BACK / _HOUR)):
            until = work.now - hour * _HOUR
            for row in await work.trail_reading.readers(until - _HOUR, until, self._many):
                found.append(
                    AuditAlert(
                        kind=AlertKind.MANY_CASES,
                        at=row.last_at,
                        count=row.cases,
                        **_by(people, row.account_id),
                    )
                )
        return found


async def _filter(work: Work, asked: Asked) -> TrailFilter | None:
    """None where nobody, or no case, is called like that."""
    accounts, case_id = None, None
    if asked.who:
        text = asked.who.casefold()
        accounts = [
            one.id
            for one in await work.people.all()
            if text == one.username or text in one.display_name.casefold()
        ]
        if not accounts:
            return None
    if asked.number:
        case = await work.cases.by_number(asked.number.upper())
        if case is None:
            return None
        case_id = case.id
    return TrailFilter(
        accounts, case_id, asked.access, asked.resource, asked.since, asked.until, asked.undone
    )


def _continues(shown: list[AuditEntry], *, first: bool) -> str | None:
    """Behind the last whose time can be read. A page of those that cannot stands at the beginning,
    before all others, or at the end."""
    for one in reversed(shown):
        if one.at != UNREADABLE:
            return entry_cursor_of(one.at, one.id)
    return entry_cursor_of(_BEFORE_ALL, shown[-1].id) if first else None


def _entry(row: AuditRow, number: str | None, people: dict[UUID, Who]) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        **_by(people, row.account_id),
        access=row.access,
        resource=row.resource,
        target=row.target,
        consultation_id=row.consultation_id,
        number=number,
        origin=row.origin,
        outcome=TIME_UNREADABLE if row.at == UNREADABLE else row.outcome,
        request_id=row.request_id,
        detail=row.detail,
        purpose=row.purpose,
    )


def _by_account(rows: Iterable[Any]) -> dict[UUID | None, list[Any]]:
    found: dict[UUID | None, list[Any]] = {}
    for row in rows:
        found.setdefault(row.account_id, []).append(row)
    return found


class _By(TypedDict):
    by: Person | None
    username: str | None


def _by(people: dict[UUID, Who], account_id: UUID | None) -> _By:
    known = None if account_id is None else people.get(account_id)
    if known is None:
        return {"by": None, "username": None}
    return {"by": known.person(), "username": known.username}


async def _touched(work: Work) -> list[AuditAlert]:
    return [
        AuditAlert(
            kind=AlertKind.TRAIL, at=row.at, by=None, count=1, about=row.target, detail=row.detail
        )
        for row in await work.trail_reading.touched(work.now - LOOKED_BACK)
    ]


async def _rights_given(work: Work, people: dict[UUID, Who]) -> list[AuditAlert]:
    names = {str(one.id): one.username for one in people.values()}
    return [
        AuditAlert(
            kind=AlertKind.ROLES if row.detail.startswith(ROLES) else AlertKind.RESET,
            at=row.at,
            count=1,
            origins=(row.origin,) if row.origin else (),
            about=names.get(row.target, row.target),
            detail=row.detail.partition(" ")[2],
            **_by(people, row.account_id),
        )
        for row in await work.trail_reading.rights_given(work.now - LOOKED_BACK)
    ]


async def _emergencies(work: Work, people: dict[UUID, Who]) -> list[AuditAlert]:
    since = work.now - LOOKED_BACK
    origins = await work.trail_reading.emergencies(since)
    return [
        AuditAlert(
            kind=AlertKind.EMERGENCY,
            at=row.at,
            count=1,
            number=number,
            origins=tuple(filter(None, [origins.get(str(row.id))])),
            **_by(people, row.account_id),
        )
        for row, number in await work.emergencies.newest()
        if row.at > since
    ]


async def _lock_out_alerts(work: Work, people: dict[UUID, Who]) -> list[AuditAlert]:
    rows = await work.trail_reading.wrong_sign_ins(work.now - LOOKED_BACK)
    return [
        AuditAlert(
            kind=AlertKind.LOCK_OUT,
            at=max(row.last_at for row in some),
            count=wrong,
            origins=tuple(sorted({row.origin for row in some if row.origin})),
            **_by(people, of),
        )
        for of, some in _by_account(rows).items()
        if (wrong := sum(row.wrong for row in some)) >= FREE_TRIES
    ]
