"""Searching the audit trail, its alerts, and lock-outs."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.net.auditing import AuditApi
from app.net.errors import Unreachable
from app.services.facts import Facts
from app.session.auditing import (
    AlertsRead,
    AuditMoreAsked,
    AuditNotRead,
    AuditQuery,
    AuditRead,
    AuditSearched,
    LockOutsRead,
    Span,
)

BACK = {
    Span.HOUR: timedelta(hours=1),
    Span.DAY: timedelta(days=1),
    Span.WEEK: timedelta(days=7),
    Span.MONTH: timedelta(days=30),
}


class AuditService:
    """An answer to an earlier question is let go when it comes (`reduce_audit`)."""

    def __init__(self, facts: Facts, api: AuditApi, now: Callable[[], datetime]) -> None:
        self._facts = facts
        self._api = api
        self._now = now

    async def search(self, query: AuditQuery) -> None:
        self._facts.apply(AuditSearched(query))
        await self._read(query, None)

    async def more(self) -> None:
        audit = self._facts.state.audit
        if audit.next is not None and not audit.busy:
            self._facts.apply(AuditMoreAsked())
            await self._read(audit.query, audit.next)

    async def _read(self, query: AuditQuery, after: str | None) -> None:
        asked: dict[str, str | int] = {
            "who": query.who,
            "number": query.number,
            "access": query.access,
            "resource": query.resource,
            "undone": "true" if query.undone else "",
            "after": after or "",
        }
        if (back := BACK.get(query.span)) is not None:
            asked["since"] = (self._now() - back).isoformat()
        try:
            page = await self._api.page({key: value for key, value in asked.items() if value})
        except Unreachable:
            self._facts.apply(AuditNotRead())
            return
        self._facts.apply(AuditRead(query, page.items, page.next, after is not None))

    async def load_alerts(self) -> None:
        try:
            self._facts.apply(AlertsRead(await self._api.alerts()))
        except Unreachable:
            self._facts.apply(AuditNotRead())

    async def load_lock_outs(self) -> None:
        try:
            self._facts.apply(LockOutsRead(await self._api.lock_outs()))
        except Unreachable:
            self._facts.apply(AuditNotRead())
