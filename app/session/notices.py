"""What the person must be told: a code and its details, without words (models/notices.py)."""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never
from uuid import UUID

from app.session.upload import LeftOutFile
from protocol.base import Moment
from protocol.errors import ErrorCode


class Trouble(Enum):
    """Troubles the client finds itself; what the server says has its own codes."""

    SERVER_UNREACHABLE = "server_unreachable"
    SERVER_UNTRUSTED = "server_untrusted"
    SERVER_CHANGED_CA = "server_changed_ca"
    DEVICE_REFUSED = "device_refused"
    DEVICE_NOT_READABLE = "device_not_readable"
    DEVICE_SET_UP_UNUSABLE = "device_set_up_unusable"
    TIMED_OUT = "timed_out"
    ANSWER_NOT_UNDERSTOOD = "answer_not_understood"
    SESSION_TAKEN_OVER = "session_taken_over"
    SESSION_DISABLED = "session_disabled"
    SESSION_REVOKED = "session_revoked"
    FILES_UNREADABLE = "files_unreadable"
    NO_IMAGES_FOUND = "no_images_found"
    SIGNATURE_NOT_VERIFIED = "signature_not_verified"
    PAPER_NOT_GENUINE = "paper_not_genuine"
    PAPER_LOST = "paper_lost"
    DRAFT_CHANGED = "draft_changed"
    NO_PICTURE_SHOWN = "no_picture_shown"
    CLOCK_SLOW = "clock_slow"
    CLOCK_FAST = "clock_fast"
    CERTIFICATE_NOT_READABLE = "certificate_not_readable"
    CERTIFICATE_WRONG_SECRET = "certificate_wrong_secret"  # nosec B105  # a code
    CERTIFICATE_NOT_VALID = "certificate_not_valid"
    CERTIFICATE_NO_TOKEN = "certificate_no_token"  # nosec B105  # a code
    CERTIFICATE_NO_TIME = "certificate_no_time"
    CERTIFICATE_NEEDED = "certificate_needed"
    MEDIA_STOPPED = "media_stopped"
    CLAIM_ELSEWHERE = "claim_elsewhere"
    KEY_USED = "key_used"
    CALL_NOT_OURS = "call_not_ours"
    REPORT_NOT_ARCHIVED = "report_not_archived"
    REPORT_NOT_PREPARED = "report_not_prepared"
    TRANSFER_STOPPED = "transfer_stopped"
    TRANSFER_GIVEN_UP = "transfer_given_up"
    CASE_TAKES_NO_IMAGES = "case_takes_no_images"
    NO_CAMERA = "no_camera"
    SHARE_ENDED = "share_ended"
    WRONG_PASSPHRASE = "wrong_passphrase"  # nosec B105  # a code
    STORE_KEY_LOST = "store_key_lost"
    DISK_FULL = "disk_full"
    EXPORT_IN_MEMORY = "export_in_memory"
    RECORDING_NO_ROOM = "recording_no_room"
    RECORDING_FAILED = "recording_failed"
    RECORDING_DAMAGED = "recording_damaged"
    RECORDING_NOT_SENT = "recording_not_sent"
    HOSPITAL_DOES_NOT_TAKE = "hospital_does_not_take"
    UNEXPECTED = "unexpected"


class Severity(Enum):
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


class Good(Enum):
    """Good news worth a line."""

    DEVICE_CHOSEN = "device_chosen"
    CASE_SUBMITTED = "case_submitted"
    INFORMATION_SENT = "information_sent"
    REPORT_SIGNED = "report_signed"
    REPORT_ARRIVED = "report_arrived"
    DECISION_RECORDED = "decision_recorded"
    DRAFT_RESTORED = "draft_restored"
    DRAFT_MERGED = "draft_merged"
    CASE_IN_LIBRARY = "case_in_library"
    CALL_WAITING = "call_waiting"
    RECORDING_SENT = "recording_sent"
    PASSWORD_CHANGED = "password_changed"  # nosec B105  # a code
    EXPERT_RUNG = "expert_rung"
    EXPERT_ASSIGNED = "expert_assigned"
    CASE_TAKEN_BACK = "case_taken_back"
    CASE_ESCALATED = "case_escalated"
    CASE_REJECTED = "case_rejected"
    WEEK_COPIED = "week_copied"
    CONTACT_KEPT = "contact_kept"
    REPORT_ARCHIVED = "report_archived"


class Late(Enum):
    """A clock of a case runs out, or has; or it waits and who is on call could not be told."""

    ACCEPT_SOON = "accept_soon"
    ACCEPT_OVERDUE = "accept_overdue"
    START_SOON = "start_soon"
    START_OVERDUE = "start_overdue"
    REPORT_SOON = "report_soon"
    REPORT_OVERDUE = "report_overdue"
    IDLE_SOON = "idle_soon"
    ON_CALL_NOT_TOLD = "on_call_not_told"
    FINDING_NOT_TOLD = "finding_not_told"


class News(Enum):
    """What somebody else did to a case of this account, or what time it is for one."""

    INFORMATION_WANTED = "information_wanted"
    INFORMATION_CAME = "information_came"
    INFORMATION_ASKED = "information_asked"
    LATE_IMAGES = "late_images"
    HAND_OVER_ASKED = "hand_over_asked"
    HAND_OVER_DECLINED = "hand_over_declined"
    HAND_OVER_UNANSWERED = "hand_over_unanswered"
    HANDED_OVER = "handed_over"
    APPOINTMENT_MADE = "appointment_made"
    APPOINTMENT_NOW = "appointment_now"
    NO_SHOW_RECORDED = "no_show_recorded"
    NO_SHOW_BY_CLOCK = "no_show_by_clock"
    CASE_SUSPENDED = "case_suspended"
    ABORT_WANTED = "abort_wanted"
    ABORT_REFUSED = "abort_refused"
    CASE_ABORTED = "case_aborted"
    FINDING_READ_BACK = "finding_read_back"
    SECOND_OPINION_WANTED = "second_opinion_wanted"
    SECOND_OPINION_ASKED = "second_opinion_asked"
    SECOND_OPINION_SIGNED = "second_opinion_signed"
    MDT_ASKED = "mdt_asked"
    MDT_WANTED = "mdt_wanted"
    MDT_COMPLETE = "mdt_complete"
    MDT_CLOSED = "mdt_closed"
    MDT_ENDED = "mdt_ended"
    AGREEMENT_ENDED = "agreement_ended"
    GLASS_BROKEN = "glass_broken"
    EMERGENCY_OPENED = "emergency_opened"
    EMERGENCY_OVER = "emergency_over"


NoticeCode = ErrorCode | Trouble | Good | Late | News


@dataclass(frozen=True, slots=True)
class Notice:
    """`details` are values for the words: a holder's name, a count, a time, a case number.

    `left_out` has, of each different reason, the first file.
    """

    id: UUID
    at: Moment
    code: NoticeCode
    severity: Severity
    details: tuple[tuple[str, str], ...] = ()
    consultation_id: UUID | None = None
    left_out: tuple[LeftOutFile, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeRaised:
    notice: Notice


@dataclass(frozen=True, slots=True)
class NoticeDismissed:
    id: UUID


@dataclass(frozen=True, slots=True)
class NoticeObsolete:
    """What it told of this case, or of none, is over."""

    code: NoticeCode
    consultation_id: UUID | None


NoticeFact = NoticeRaised | NoticeDismissed | NoticeObsolete
SHOWN_AT_ONCE = 5


def reduce_notices(notices: tuple[Notice, ...], fact: NoticeFact) -> tuple[Notice, ...]:
    match fact:
        case NoticeRaised(notice):
            same = _told(notice)
            others = tuple(old for old in notices if _told(old) != same)
            return (*others, notice)[-SHOWN_AT_ONCE:]
        case NoticeDismissed(ended):
            return tuple(notice for notice in notices if notice.id != ended)
        case NoticeObsolete(code, consultation_id):
            over = (code, consultation_id)
            return tuple(n for n in notices if (n.code, n.consultation_id) != over)
        case _:
            assert_never(fact)


def _told(notice: Notice) -> tuple[object, ...]:
    """Notices that say the same."""
    return notice.code, notice.consultation_id, notice.details, notice.left_out
