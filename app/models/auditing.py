"""The auditor's page and the lock-outs, as rows."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.models.audit_words import (
    access_words,
    alert_words,
    detail_words,
    export_words,
    outcome_word,
    purpose_word,
    resource_words,
)
from app.models.table import TextRow
from app.models.times import clock, moment
from app.session.queue import Load
from app.session.state import State
from protocol.audit import AuditAlert, AuditEntry, LockOut
from protocol.consultation import Person


@dataclass(frozen=True, slots=True)
class AuditProps:
    load: Load
    rows: tuple[TextRow, ...]
    more: bool
    busy: bool
    alerts: tuple[TextRow, ...]
    alerts_load: Load


@dataclass(frozen=True, slots=True)
class LockOutsProps:
    load: Load
    rows: tuple[TextRow, ...]


def entry_columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("audit", "When"),
        translate("audit", "Who"),
        translate("audit", "Action"),
        translate("audit", "What"),
        translate("audit", "Case"),
        translate("audit", "From where"),
        translate("audit", "Outcome"),
        translate("audit", "Details"),
    )


def alert_columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("audit", "When"),
        translate("audit", "Who"),
        translate("audit", "What happened"),
        translate("audit", "From where"),
    )


def lock_out_columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("audit", "Last time"),
        translate("audit", "Who"),
        translate("audit", "Wrong in the last day"),
        translate("audit", "From where"),
        translate("audit", "Has to wait until"),
    )


def derive_audit(state: State) -> AuditProps:
    audit, words = state.audit, (access_words(), resource_words())
    return AuditProps(
        load=audit.load,
        rows=tuple(_entry(one, *words) for one in audit.items),
        more=audit.next is not None,
        busy=audit.busy,
        alerts=tuple(_alert(number, one) for number, one in enumerate(audit.alerts)),
        alerts_load=audit.alerts_load,
    )


def derive_lock_outs(state: State) -> LockOutsProps:
    audit = state.audit
    rows = tuple(_lock_out(number, one) for number, one in enumerate(audit.lock_outs))
    return LockOutsProps(audit.lock_outs_load, rows)


def _entry(one: AuditEntry, accesses: dict[str, str], resources: dict[str, str]) -> TextRow:
    exported, purpose = one.resource == "export", purpose_word(one.purpose)
    said = export_words(one.detail, one.at) if exported else detail_words(one.detail)
    details = (said or one.target, purpose) if exported else (purpose, said or one.target)
    cells = (
        moment(one.at),
        _named(one.by, one.username),
        accesses.get(one.access, one.access),
        resources.get(one.resource, one.resource),
        one.number or "–",
        one.origin or "–",
        outcome_word(one.outcome),
        " · ".join(part for part in details if part),
    )
    lines = dict.fromkeys((one.at.isoformat(), one.target, said, one.detail))
    tip = "\n".join(line for line in lines if line)
    return TextRow(str(one.id), cells, tip)


def _alert(number: int, one: AuditAlert) -> TextRow:
    said = alert_words(one)
    where = ", ".join(one.origins) or "–"
    return TextRow(str(number), (moment(one.at), _named(one.by, one.username), said, where))


def _lock_out(number: int, one: LockOut) -> TextRow:
    waits = "–" if one.waits_until is None else clock(one.waits_until)
    name = _named(one.by, one.username)
    where = ", ".join(one.origins) or "–"
    return TextRow(str(number), (moment(one.last_at), name, str(one.wrong), where, waits))


def _named(by: Person | None, username: str | None) -> str:
    if by is None:
        return QCoreApplication.translate("audit", "(nobody known)")
    return f"{by.display_name} ({username})" if username else by.display_name
