"""What an auditor reads of the trail, and what security sees of lock-outs."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import assert_never

from app.session.queue import Load
from protocol.audit import AuditAlert, AuditEntry, LockOut


class Span(Enum):
    """How far back is searched."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Empty texts ask for nothing; `access` and `resource` are words of the trail."""

    who: str = ""
    number: str = ""
    access: str = ""
    resource: str = ""
    span: Span = Span.DAY
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Audit:
    """`next` continues the list; `busy` while more of it is read."""

    query: AuditQuery = AuditQuery()
    load: Load = Load.LOADING
    items: tuple[AuditEntry, ...] = ()
    next: str | None = None
    busy: bool = False
    alerts: tuple[AuditAlert, ...] = ()
    alerts_load: Load = Load.LOADING
    lock_outs: tuple[LockOut, ...] = ()
    lock_outs_load: Load = Load.LOADING


@dataclass(frozen=True, slots=True)
class AuditSearched:
    query: AuditQuery


@dataclass(frozen=True, slots=True)
class AuditMoreAsked:
    pass


@dataclass(frozen=True, slots=True)
class AuditRead:
    """`more` continues what is there; it answers this question and no earlier one, and once."""

    query: AuditQuery
    items: tuple[AuditEntry, ...]
    next: str | None
    more: bool


@dataclass(frozen=True, slots=True)
class AlertsRead:
    alerts: tuple[AuditAlert, ...]


@dataclass(frozen=True, slots=True)
class LockOutsRead:
    lock_outs: tuple[LockOut, ...]


@dataclass(frozen=True, slots=True)
class AuditNotRead:
    """The server cannot be reached."""


AuditFact = AuditSearched | AuditMoreAsked | AuditRead | AlertsRead | LockOutsRead | AuditNotRead


def reduce_audit(audit: Audit, fact: AuditFact) -> Audit:
    match fact:
        case AuditSearched(query):
            return replace(audit, query=query, load=Load.LOADING, items=(), next=None, busy=False)
        case AuditMoreAsked():
            return replace(audit, busy=True)
        case AuditRead(query, items, after, more):
            waited_for = audit.busy if more else audit.load is not Load.READY
            if query != audit.query or not waited_for:
                return audit
            whole = (*audit.items, *items) if more else items
            return replace(audit, load=Load.READY, items=whole, next=after, busy=False)
        case AlertsRead(alerts):
            return replace(audit, alerts=alerts, alerts_load=Load.READY)
        case LockOutsRead(lock_outs):
            return replace(audit, lock_outs=lock_outs, lock_outs_load=Load.READY)
        case AuditNotRead():
            return replace(
                audit,
                busy=False,
                load=_failed(audit.load),
                alerts_load=_failed(audit.alerts_load),
                lock_outs_load=_failed(audit.lock_outs_load),
            )
        case _:
            assert_never(fact)


def _failed(load: Load) -> Load:
    """Of what was asked for; what is there, or empty, stays what it is."""
    return Load.FAILED if load is Load.LOADING else load
