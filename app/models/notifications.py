"""The notification centre as rows: what, of which case, when, by whom."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.notification_words import notification_words
from app.models.table import TextRow
from app.models.times import clock, moment
from app.models.words import urgency_text
from app.session.link import LinkPhase
from app.session.notifications import NotificationQuery
from app.session.queue import Load
from app.session.state import State
from protocol.notification import Notification, NotificationCode


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """`opens` is the case that Return opens; `rings`: it leads to what rings."""

    id: UUID
    text: TextRow
    unread: bool
    opens: UUID | None
    rings: bool


@dataclass(frozen=True, slots=True)
class NotificationsProps:
    query: NotificationQuery
    load: Load
    rows: tuple[NotificationRow, ...]
    unread: int
    more: bool
    busy: bool
    offline: bool


def columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("notifications", "State"),
        translate("notifications", "When"),
        translate("notifications", "What"),
        translate("notifications", "Case"),
        translate("notifications", "Urgency"),
        translate("notifications", "Department"),
    )


def derive_notifications(state: State) -> NotificationsProps:
    known, words = state.notifications, notification_words()
    return NotificationsProps(
        query=known.query,
        load=known.load,
        rows=tuple(_row(one, words) for one in known.items),
        unread=known.unread,
        more=known.next is not None,
        busy=known.busy,
        offline=state.link.phase is LinkPhase.OFFLINE,
    )


def _row(one: Notification, words: dict[NotificationCode, str]) -> NotificationRow:
    translate = QCoreApplication.translate
    unread = translate("notifications", "● Unread")
    due = "" if one.due_at is None else clock(one.due_at)
    if one.code is NotificationCode.APPOINTMENT_MADE and one.due_at is not None:
        due = moment(one.due_at)
    what = words[one.code].format(by=one.by or _nobody_named(one.code), due=due, clock=_clock(one))
    cells = (
        translate("notifications", "Read") if one.read else unread,
        moment(one.at),
        what,
        one.number,
        "" if one.urgency is None else urgency_text(one.urgency),
        one.department,
    )
    return NotificationRow(
        id=one.id,
        text=TextRow(str(one.id), cells, what),
        unread=not one.read,
        opens=one.consultation_id if one.opens else None,
        rings=one.code is NotificationCode.OFFERED and not one.read,
    )


def _nobody_named(code: NotificationCode) -> str:
    if code is NotificationCode.CALL_WAITING:
        return QCoreApplication.translate("notifications", "A guest")
    return QCoreApplication.translate("notifications", "the system")


def _clock(one: Notification) -> str:
    translate = QCoreApplication.translate
    names = {
        "accept": translate("notifications", "The time to take the case"),
        "start": translate("notifications", "The time to begin"),
        "report": translate("notifications", "The time for the report"),
        "idle": translate("notifications", "Nobody works on the case; its time"),
        "read_back": translate("notifications", "The time to read the finding back"),
    }
    return "" if one.clock is None else names[one.clock.value]
