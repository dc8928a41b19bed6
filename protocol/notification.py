"""What was told to a person, kept for them: the notification centre."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field, model_validator

from protocol.base import Answer, Message, Moment
from protocol.consultation import Urgency
from protocol.fact import Fact
from protocol.queue import CaseClock

MOST_NAMED = 200


class NotificationKind(StrEnum):
    """What one filters by."""

    OFFER = "offer"
    FINDING = "finding"
    CLOCK = "clock"
    HAND_OVER = "hand_over"
    INFORMATION = "information"
    CALL = "call"
    APPOINTMENT = "appointment"
    OPINION = "opinion"
    REPORT = "report"
    CASE = "case"
    SECURITY = "security"


class NotificationCode(StrEnum):
    """What exactly was told; `KIND_OF` maps each to its kind."""

    OFFERED = "offered"
    OFFER_MISSED = "offer_missed"
    FINDING_SIGNED = "finding_signed"
    FINDING_READ_BACK = "finding_read_back"
    FINDING_OVERDUE = "finding_overdue"
    FINDING_NOT_TOLD = "finding_not_told"
    CLOCK_RUNS = "clock_runs"
    CLOCK_OVER = "clock_over"
    ON_CALL_NOT_TOLD = "on_call_not_told"
    GIVEN_BACK = "given_back"
    TAKEN_FROM_YOU = "taken_from_you"
    HANDED_OVER = "handed_over"
    HAND_OVER_DECLINED = "hand_over_declined"
    HAND_OVER_UNANSWERED = "hand_over_unanswered"
    INFORMATION_WANTED = "information_wanted"
    INFORMATION_CAME = "information_came"
    LATE_IMAGES = "late_images"
    CALL_WAITING = "call_waiting"
    CALL_MISSED = "call_missed"
    APPOINTMENT_MADE = "appointment_made"
    NO_SHOW = "no_show"
    SECOND_OPINION_ASKED = "second_opinion_asked"
    SECOND_OPINION_SIGNED = "second_opinion_signed"
    MDT_ASKED = "mdt_asked"
    MDT_COMPLETE = "mdt_complete"
    MDT_CLOSED = "mdt_closed"
    MDT_ENDED = "mdt_ended"
    REPORT_SIGNED = "report_signed"
    REPORT_RECEIVED = "report_received"
    REVIEW_WANTED = "review_wanted"
    REVIEW_RETURNED = "review_returned"
    REVIEW_APPROVED = "review_approved"
    TAKEN = "taken"
    WITH_DISPATCHERS = "with_dispatchers"
    SUSPENDED = "suspended"
    ABORT_WANTED = "abort_wanted"
    ABORT_REFUSED = "abort_refused"
    ENDED = "ended"
    AGREEMENT_ENDED = "agreement_ended"
    GLASS_BROKEN = "glass_broken"


_C, _K = NotificationCode, NotificationKind
KIND_OF: dict[NotificationCode, NotificationKind] = {
    **dict.fromkeys((_C.OFFERED, _C.OFFER_MISSED), _K.OFFER),
    **dict.fromkeys(
        (_C.FINDING_SIGNED, _C.FINDING_READ_BACK, _C.FINDING_OVERDUE, _C.FINDING_NOT_TOLD),
        _K.FINDING,
    ),
    **dict.fromkeys((_C.CLOCK_RUNS, _C.CLOCK_OVER, _C.ON_CALL_NOT_TOLD), _K.CLOCK),
    **dict.fromkeys(
        (
            _C.GIVEN_BACK,
            _C.TAKEN_FROM_YOU,
            _C.HANDED_OVER,
            _C.HAND_OVER_DECLINED,
            _C.HAND_OVER_UNANSWERED,
        ),
        _K.HAND_OVER,
    ),
    **dict.fromkeys((_C.INFORMATION_WANTED, _C.INFORMATION_CAME, _C.LATE_IMAGES), _K.INFORMATION),
    **dict.fromkeys((_C.CALL_WAITING, _C.CALL_MISSED), _K.CALL),
    **dict.fromkeys((_C.APPOINTMENT_MADE, _C.NO_SHOW), _K.APPOINTMENT),
    **dict.fromkeys(
        (
            _C.SECOND_OPINION_ASKED,
            _C.SECOND_OPINION_SIGNED,
            _C.MDT_ASKED,
            _C.MDT_COMPLETE,
            _C.MDT_CLOSED,
            _C.MDT_ENDED,
        ),
        _K.OPINION,
    ),
    **dict.fromkeys(
        (
            _C.REPORT_SIGNED,
            _C.REPORT_RECEIVED,
            _C.REVIEW_WANTED,
            _C.REVIEW_RETURNED,
            _C.REVIEW_APPROVED,
        ),
        _K.REPORT,
    ),
    **dict.fromkeys(
        (
            _C.TAKEN,
            _C.WITH_DISPATCHERS,
            _C.SUSPENDED,
            _C.ABORT_WANTED,
            _C.ABORT_REFUSED,
            _C.ENDED,
            _C.AGREEMENT_ENDED,
        ),
        _K.CASE,
    ),
    _C.GLASS_BROKEN: _K.SECURITY,
}


class Notification(Answer):
    """One thing that was told. It names the case by its number and never the patient; the reason in
    words stands in the timeline, for who may read it.

    `opens`: the account has a part in the case now. `by` did it, absent where the clock did.
    `clock` and `due_at` are of clocks, `due_at` also of appointments.
    """

    id: UUID
    at: Moment
    code: NotificationCode
    consultation_id: UUID
    number: str
    urgency: Urgency | None = None
    department: str = ""
    by: str = ""
    clock: CaseClock | None = None
    due_at: Moment | None = None
    read: bool = False
    opens: bool = False


class NotificationPage(Answer):
    """Newest first; `unread` counts all of the account, whatever was asked for. `at` is when it was
    read: what is told later is neither in it nor counted."""

    at: Moment
    items: tuple[Notification, ...]
    unread: int
    next: str | None = None


class ChosenNotifications(Message):
    """Some by their ids, or everything up to a moment: what came after it has not been seen."""

    ids: tuple[UUID, ...] = Field(default=(), max_length=MOST_NAMED)
    up_to: Moment | None = None

    @model_validator(mode="after")
    def _of_something(self) -> "ChosenNotifications":
        if bool(self.ids) == (self.up_to is not None):
            raise ValueError("name notifications, or a moment")
        return self


class Notified(Fact):
    """Something new in one's own list of notifications."""

    type: Literal["notified"] = "notified"
    notification: Notification


class NotificationsOver(Fact):
    """What was told of a case under these codes has been answered: it is read."""

    type: Literal["notifications_over"] = "notifications_over"
    consultation_id: UUID
    codes: tuple[NotificationCode, ...]
