"""What others did to a case, told to whom it concerns; the screen shows the case anyway."""

import logging
from collections.abc import Callable
from uuid import UUID

from app.services.facts import Facts
from app.services.troubles import Details, raise_notice
from app.session.notices import News, NoticeObsolete, Severity
from app.session.queue import QueueMoved
from protocol.account import Account, Role
from protocol.consultation import Action, ConsultationSummary, Phase, TimelineEvent
from protocol.queue import OfferEnd
from protocol.socket import ConsultationChanged, ConsultationLeft, OfferEnded
from protocol.transition import DeclineReason

log = logging.getLogger(__name__)


_TO_EXPERT = {
    Action.RESUBMIT: (News.INFORMATION_CAME, Severity.SUCCESS),
    Action.ADD_IMAGES: (News.LATE_IMAGES, Severity.WARNING),
    Action.DECLINE: (News.HAND_OVER_DECLINED, Severity.WARNING),
    Action.REQUEST_ABORT: (News.ABORT_WANTED, Severity.WARNING),
    Action.SCHEDULE: (News.APPOINTMENT_MADE, Severity.INFO),
    Action.ABORT: (News.CASE_ABORTED, Severity.WARNING),
    Action.RECORD_NO_SHOW: (News.NO_SHOW_RECORDED, Severity.WARNING),
    Action.READ_BACK: (News.FINDING_READ_BACK, Severity.INFO),
    Action.SECOND_OPINION: (News.SECOND_OPINION_WANTED, Severity.INFO),
    Action.ASK_MDT: (News.MDT_WANTED, Severity.INFO),
    Action.BREAK_GLASS: (News.GLASS_BROKEN, Severity.WARNING),
}
_TO_CLINIC = {
    Action.ASK_INFORMATION: (News.INFORMATION_WANTED, Severity.WARNING),
    Action.SCHEDULE: (News.APPOINTMENT_MADE, Severity.INFO),
    Action.REFUSE_ABORT: (News.ABORT_REFUSED, Severity.WARNING),
    Action.ABORT: (News.CASE_ABORTED, Severity.WARNING),
    Action.RECORD_NO_SHOW: (News.NO_SHOW_RECORDED, Severity.WARNING),
    Action.READ_BACK: (News.FINDING_READ_BACK, Severity.INFO),
    Action.SECOND_OPINION: (News.SECOND_OPINION_WANTED, Severity.INFO),
    Action.CLOSE_MDT: (News.MDT_CLOSED, Severity.INFO),
    Action.BREAK_GLASS: (News.GLASS_BROKEN, Severity.WARNING),
}


class NewsService:
    """Hears what the socket tells of cases, before the lists follow it.

    Args:
        on_claim: this account took a case, in this session or in another one.
        on_change: a case has changed, by whomever.
    """

    def __init__(
        self,
        facts: Facts,
        account: Account,
        on_claim: Callable[[UUID], None] = lambda _id: None,
        on_change: Callable[[UUID], None] = lambda _id: None,
    ) -> None:
        self._on_claim, self._on_change = on_claim, on_change
        self._facts = facts
        self._account = account
        self._handing: dict[UUID, tuple[str, str]] = {}

    def handing(self, id_: UUID, number: str, to: str) -> None:
        """The holder asked somebody to take a case over."""
        self._handing[id_] = (number, to)

    def heard(self, message: QueueMoved) -> None:
        match message:
            case ConsultationChanged():
                self._changed(message)
            case ConsultationLeft(consultation_id=id_):
                if (asked := self._handing.pop(id_, None)) is not None:
                    self._raise(News.HANDED_OVER, _named(*asked), Severity.SUCCESS, None)
            case OfferEnded(consultation_id=id_, how=OfferEnd.EXPIRED):
                self._unanswered(id_)
            case _:
                pass

    def _changed(self, message: ConsultationChanged) -> None:
        row, event, me = message.consultation, message.event, self._account.id
        self._on_change(row.id)
        if row.phase is not Phase.AWAITING_INFORMATION:
            self._facts.apply(NoticeObsolete(News.INFORMATION_WANTED, row.id))
        rings = event is not None and event.action is Action.RING_AGAIN
        if row.phase is not Phase.SCHEDULED or rings:
            self._facts.apply(NoticeObsolete(News.APPOINTMENT_NOW, row.id))
        if event is None:
            return
        if event.by is not None and event.by.id == me:
            if event.action is Action.CLAIM:
                self._on_claim(row.id)
            return
        known = self._facts.state.queue.mine.find(row.id)
        was_mine = known is not None and known.expert is not None and known.expert.id == me
        expert = was_mine or (row.expert is not None and row.expert.id == me)
        if event.by is None:
            self._clock_did(row, event, expert=expert)
            return
        if event.action is Action.DECLINE:
            self._handing.pop(row.id, None)
        told = _TO_CLINIC if row.requester.id == me else _TO_EXPERT if expert else {}
        if (news := told.get(event.action)) is None:
            return
        details = (*_named(row.number, event.by.display_name), ("what", _words(event.reason)))
        if row.scheduled_for is not None:
            details = (*details, ("when", row.scheduled_for.isoformat()))
        self._raise(news[0], details, news[1], row.id)

    def _clock_did(self, row: ConsultationSummary, event: TimelineEvent, *, expert: bool) -> None:
        """An appointment did not take place: both sides and the dispatchers hear who was absent. A
        second opinion was signed: both sides of the first case may compare."""
        made, me, action = row.appointment, self._account, event.action
        if action is Action.MDT_COMPLETE and (expert or row.requester.id == me.id):
            self._facts.apply(NoticeObsolete(News.MDT_ASKED, row.id))
            self._raise(News.MDT_COMPLETE, _named(row.number, ""), Severity.INFO, row.id)
        elif action is Action.MDT_ENDED and expert:
            details = (*_named(row.number, ""), ("what", event.reason))
            self._raise(News.MDT_ENDED, details, Severity.INFO, row.id)
        concerned = expert or row.requester.id == me.id or Role.DISPATCHER in me.roles
        if action is Action.AGREEMENT_ENDED and concerned:
            details = _named(row.number, "")
            self._raise(News.AGREEMENT_ENDED, details, Severity.WARNING, row.id)
        if action is Action.SECOND_OPINION_SIGNED and (expert or row.requester.id == me.id):
            self._facts.apply(NoticeObsolete(News.SECOND_OPINION_ASKED, row.id))
            details = _named(row.number, "")
            self._raise(News.SECOND_OPINION_SIGNED, details, Severity.INFO, row.id)
            return
        if action is not Action.RECORD_NO_SHOW or made is None:
            return
        if row.requester.id == me.id:
            side = Role.REQUESTER
        elif expert:
            side = Role.EXPERT
        elif Role.DISPATCHER in me.roles:
            side = Role.DISPATCHER
        else:
            return
        details = (
            ("number", row.number),
            ("when", made.at.isoformat()),
            ("absent", " ".join(role.value for role in made.absent)),
            ("side", side.value),
        )
        opens = None if side is Role.EXPERT else row.id
        self._raise(News.NO_SHOW_BY_CLOCK, details, Severity.WARNING, opens)

    def _unanswered(self, id_: UUID) -> None:
        row = self._facts.state.queue.mine.find(id_)
        if row is None or row.expert is None or row.expert.id != self._account.id:
            return  # it rang here and was not answered: the card has closed
        self._handing.pop(id_, None)
        self._raise(News.HAND_OVER_UNANSWERED, _named(row.number, ""), Severity.WARNING, id_)

    def _raise(
        self, code: News, details: Details, severity: Severity, consultation_id: UUID | None
    ) -> None:
        raise_notice(self._facts, code, details, severity=severity, consultation_id=consultation_id)


def _named(number: str, holder: str) -> Details:
    return ("number", number), ("holder", holder)


def _words(reason: str) -> str:
    """Without the code that stands before the words of who declined."""
    code, _, rest = reason.partition("; ")
    return rest if code in set(DeclineReason) else reason
