"""Whom a step of a case is told to, for their list of notifications."""

from dataclasses import dataclass
from uuid import UUID

from protocol.account import Role
from protocol.consultation import Action, TimelineEvent
from protocol.notification import NotificationCode as Code
from server.domain.case import Case
from server.domain.people import Who
from server.domain.rights import Part, part_of, reviews

_ENDED = dict.fromkeys(
    (Action.ABORT, Action.REJECT, Action.ENTER_IN_ERROR, Action.WITHDRAW), Code.ENDED
)
_TO_BOTH = {
    **_ENDED,
    Action.SCHEDULE: Code.APPOINTMENT_MADE,
    Action.RECORD_NO_SHOW: Code.NO_SHOW,
    Action.READ_BACK: Code.FINDING_READ_BACK,
    Action.SECOND_OPINION: Code.SECOND_OPINION_ASKED,
    Action.SECOND_OPINION_SIGNED: Code.SECOND_OPINION_SIGNED,
    Action.ASK_MDT: Code.MDT_ASKED,
    Action.MDT_COMPLETE: Code.MDT_COMPLETE,
    Action.CLOSE_MDT: Code.MDT_CLOSED,
    Action.BREAK_GLASS: Code.GLASS_BROKEN,
    Action.AGREEMENT_ENDED: Code.AGREEMENT_ENDED,
}
_TO_REQUESTER = {
    **_TO_BOTH,
    Action.CLAIM: Code.TAKEN,
    Action.ASK_INFORMATION: Code.INFORMATION_WANTED,
    Action.REFUSE_ABORT: Code.ABORT_REFUSED,
    Action.RELEASE: Code.GIVEN_BACK,
    Action.HOLDER_GONE: Code.GIVEN_BACK,
    Action.LEASE_EXPIRED: Code.GIVEN_BACK,
    Action.ESCALATE: Code.WITH_DISPATCHERS,
    Action.SIGN: Code.REPORT_SIGNED,
}
_TO_HOLDER = {
    **_TO_BOTH,
    Action.RESUBMIT: Code.INFORMATION_CAME,
    Action.ADD_IMAGES: Code.LATE_IMAGES,
    Action.DECLINE: Code.HAND_OVER_DECLINED,
    Action.REQUEST_ABORT: Code.ABORT_WANTED,
    Action.MDT_ENDED: Code.MDT_ENDED,
    Action.RECEIVE: Code.REPORT_RECEIVED,
    Action.RETURN_FROM_REVIEW: Code.REVIEW_RETURNED,
    Action.APPROVE: Code.REVIEW_APPROVED,
    Action.SUSPEND: Code.SUSPENDED,
    Action.LEASE_EXPIRED: Code.SUSPENDED,
}
_TO_WHO_LOST_IT = {
    **_ENDED,
    Action.CLAIM: Code.HANDED_OVER,
    Action.RELEASE: Code.TAKEN_FROM_YOU,
    Action.LEASE_EXPIRED: Code.TAKEN_FROM_YOU,
    Action.RECORD_NO_SHOW: Code.NO_SHOW,
}
_TO_DISPATCHERS = {
    Action.ESCALATE: Code.WITH_DISPATCHERS,
    Action.ESCALATE_FINDING: Code.FINDING_OVERDUE,
    Action.HOLDER_GONE: Code.GIVEN_BACK,
    Action.AGREEMENT_ENDED: Code.AGREEMENT_ENDED,
}
_BY_CLOCK_TO_DISPATCHERS = {**_TO_DISPATCHERS, Action.RECORD_NO_SHOW: Code.NO_SHOW}


@dataclass(frozen=True, slots=True)
class Told:
    account_id: UUID
    code: Code


def after_step(
    case: Case, before: Case, event: TimelineEvent, members: list[Who]
) -> tuple[Told, ...]:
    """What of a step is worth a notification, and to whom; never to who took it.

    Args:
        members: who hears of the case now.
    """
    by = None if event.by is None else event.by.id
    found: dict[UUID, Code] = {}
    lost = before.holder_id if before.holder_id != case.holder_id else None
    if lost is not None and (code := _TO_WHO_LOST_IT.get(event.action)) is not None:
        found[lost] = code
    for who in members:
        if (code := _for(case, before, event, who)) is not None:
            found.setdefault(who.id, code)
    return tuple(Told(who, code) for who, code in found.items() if who != by)


def _for(case: Case, before: Case, event: TimelineEvent, who: Who) -> Code | None:
    action, part = event.action, part_of(case, who)
    if part is Part.REQUESTER:
        if action is Action.CLAIM and before.holder_id == case.holder_id:
            return None  # on another computer
        if action is Action.LEASE_EXPIRED and case.holder_id is not None:
            return None
        if action is Action.SIGN and _found(case, before):
            return Code.FINDING_SIGNED
        return _TO_REQUESTER.get(action)
    if part is Part.HOLDER:
        return _TO_HOLDER.get(action)
    if action is Action.REQUEST_REVIEW and reviews(case, who):
        return Code.REVIEW_WANTED  # also who is a dispatcher besides
    if Role.DISPATCHER in who.roles:
        told = _BY_CLOCK_TO_DISPATCHERS if event.by is None else _TO_DISPATCHERS
        return told.get(action)
    return None


def _found(case: Case, before: Case) -> bool:
    """Whether a report brought a critical finding that is to be read back."""
    return case.finding is not None and case.finding != before.finding
