"""The live connection: socket messages become facts, and a reconnect reads what it must."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import assert_never

from app.net.api import Api
from app.net.errors import NetError, Unreachable
from app.net.notifications import NotificationApi
from app.net.socket import EventSocket
from app.services.facts import Facts
from app.services.notifications import NotificationService
from app.services.own_cases import OwnCases
from app.services.reviewing import read_reviewed, read_timeline
from app.services.server_time import minutes_off, tell_clock
from app.services.service_lines import ServiceLineService
from app.services.tasks import Tasks
from app.services.troubles import raise_error, raise_notice
from app.services.waiting_list import WaitingList
from app.session.case import Case, CaseClosed, CaseRead
from app.session.link import Connected, Connecting, ConnectionLost, LinkPhase, ServerTimeSeen
from app.session.notices import Good, Late, News, NoticeObsolete, Severity, Trouble
from app.session.queue import (
    NOT_STARTED,
    CaseMoved,
    ListsFailed,
    MineLoaded,
    OfferMoved,
    OffersLoaded,
    PlacesSeen,
    PresenceLoaded,
    PresenceSeen,
    QueueMoved,
)
from protocol.account import Role
from protocol.consultation import ConsultationSummary, Phase, Status
from protocol.errors import ErrorCode
from protocol.notification import NotificationsOver, Notified
from protocol.on_call import FINDING_WHYS, AlertState
from protocol.queue import CaseClock, ClockStage
from protocol.service_line import ServiceLinesChanged
from protocol.socket import (
    CallChanged,
    CallJoined,
    ChatPosted,
    ClockWarned,
    ConsultationChanged,
    ConsultationLeft,
    EmergencyOpened,
    LibraryGrew,
    OfferEnded,
    OfferRang,
    OnCallTold,
    Pong,
    PresenceChanged,
    Refused,
    ReportSigned,
    RotaChanged,
    SeatLost,
    ServerMessage,
    SessionEnded,
    ShareStarted,
    SignalReceived,
    StudyProgressed,
    Welcome,
)
from protocol.waiting import PlacesChanged

log = logging.getLogger(__name__)

REREAD_S = 2.0
NOTICED = timedelta(seconds=3)
"""Less than that between two clocks may be the line, and shows nowhere."""
LATE = {
    CaseClock.ACCEPT: (Late.ACCEPT_SOON, Late.ACCEPT_OVERDUE),
    CaseClock.START: (Late.START_SOON, Late.START_OVERDUE),
    CaseClock.REPORT: (Late.REPORT_SOON, Late.REPORT_OVERDUE),
    CaseClock.IDLE: (Late.IDLE_SOON, Late.IDLE_SOON),
}
CallMessage = CallJoined | ShareStarted | SignalReceived | CallChanged | SeatLost | Refused


class LinkService:
    """Hears the socket (`SocketOwner`) and keeps the lists true.

    Args:
        on_call: messages the call service must act on.
        on_online: the connection is (back) up: whatever waited for it may go out.
        on_over: the session has ended; the argument is None or the reason told.
        on_board: a case that a dispatcher watches has moved.
        on_presence: an expert came, went, paused or began to read.
        on_left: the case that was open went to somebody else; it is closed already.
        on_rota: the rota of a department was edited.
        on_news: what was told of a case, before the lists follow it.
        pause: waits between two tries to read the open case, and before the queue is read.
        now: this computer's clock.
    """

    def __init__(
        self,
        facts: Facts,
        api: Api,
        tasks: Tasks,
        *,
        on_call: Callable[[CallMessage], None],
        on_online: Callable[[], None],
        on_report: Callable[[ReportSigned], None],
        on_over: Callable[[], None],
        on_left: Callable[[Case], None],
        on_board: Callable[[], None] = lambda: None,
        on_presence: Callable[[], None] = lambda: None,
        on_rota: Callable[[str], None] = lambda _department: None,
        on_news: Callable[[QueueMoved], None] = lambda _message: None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._now = now
        self._facts = facts
        self._api = api
        self._tasks = tasks
        self._on_call = on_call
        self._on_online = on_online
        self._on_report = on_report
        self._on_over = on_over
        self._on_left = on_left
        self._on_board = on_board
        self._on_presence = on_presence
        self._on_rota = on_rota
        self._on_news = on_news
        self._pause = pause
        self._told: deque[QueueMoved] = deque(maxlen=0)  # while lists are asked for
        self.own_cases = OwnCases(facts, api)
        self._waiting = WaitingList(facts, api, tasks, pause)
        self.lines = ServiceLineService(facts, api)
        self.notifications = NotificationService(facts, NotificationApi(api.connection))
        self.socket = EventSocket(api.connection, self)

    # --- SocketOwner ---------------------------------------------------------------------

    def last_seq(self) -> int:
        return self._facts.state.link.last_seq

    def connecting(self) -> None:
        self._facts.apply(Connecting(datetime.now(UTC)))

    def lost(self) -> None:
        self._facts.apply(ConnectionLost(datetime.now(UTC)))

    def ended(self) -> None:
        self._on_over()

    def received(self, message: ServerMessage) -> None:
        """Every message of the protocol has its place here."""
        match message:
            case Welcome():
                self._welcomed(message)
            case Pong():
                self._hear_time(message.server_time)
            case PresenceChanged():
                self._facts.apply(PresenceSeen(message.presence))
                self._on_presence()
            case RotaChanged():
                self._on_rota(message.department)
            case ServiceLinesChanged():
                self._tasks.renew(self.lines.load, only="service lines")
                self._waiting.renew()
            case PlacesChanged():
                self._facts.apply(PlacesSeen(message.places))
            case CallJoined() | ShareStarted() | SignalReceived() | SeatLost():
                self._on_call(message)
            case Refused():
                self._refused(message)
            case CallChanged():
                self._facts.apply(message)
                self._on_call(message)
                self._call_waiting(message)
            case ReportSigned():
                self._facts.apply(message)
                self._on_report(message)
            case ConsultationChanged() | ConsultationLeft() | OfferRang() | OfferEnded():
                self._queue_moved(message)
            case ClockWarned():
                self._facts.apply(message)
                self._clock_warned(message)
            case OnCallTold():
                self._facts.apply(message)
                self._on_call_told(message)
            case Notified():
                self._facts.apply(message)
            case NotificationsOver():
                self._facts.apply(message)
                self._tasks.renew(self.notifications.load, only="notifications")
            case StudyProgressed():
                self._facts.apply(message)
                self._study_progressed(message)
            case ChatPosted():
                self._facts.apply(message)
            case LibraryGrew():
                self._facts.apply(message)
                raise_notice(self._facts, Good.CASE_IN_LIBRARY)
            case SessionEnded():
                self._session_ended(message)
            case EmergencyOpened():
                self._facts.apply(message)
                self._emergency_opened(message)
            case _:
                assert_never(message)

    def _welcomed(self, message: Welcome) -> None:
        ahead = self._ahead(message.server_time)
        self._facts.apply(Connected(message.server_time, message.seq, ahead))
        tell_clock(self._facts, ahead)
        self._tasks.renew(self.refresh, only="refresh")
        self._tasks.renew(self.notifications.load, only="notifications")
        self._tasks.renew(self.lines.load, only="service lines")
        self._on_board()
        self._on_online()

    def _ahead(self, server_time: datetime) -> timedelta:
        ahead = server_time - self._now()
        return ahead if abs(ahead) >= NOTICED else timedelta()

    def _hear_time(self, server_time: datetime) -> None:
        """A clock that somebody sets, or that runs away, is followed within a heartbeat."""
        ahead = self._ahead(server_time)
        before = self._facts.state.link.ahead
        if abs(ahead - before) >= NOTICED:
            self._facts.apply(ServerTimeSeen(ahead))
            if minutes_off(before) != minutes_off(ahead):
                tell_clock(self._facts, ahead)

    def _queue_moved(self, message: QueueMoved) -> None:
        self._on_news(message)
        self._waiting.follow(message)
        self._facts.apply(message)
        self._told.append(message)
        case = self._facts.state.case
        open_id = case.id if case is not None else None
        if isinstance(message, ConsultationChanged):
            self._clocks_stopped(message.consultation)
        if isinstance(message, ConsultationChanged) and message.consultation.id == open_id:
            self._tasks.renew(self._reread_case, only="reread case")
        if case and isinstance(message, ConsultationLeft) and message.consultation_id == open_id:
            self._facts.apply(CaseClosed())
            self._on_left(case)
        self._on_board()

    def _clock_warned(self, message: ClockWarned) -> None:
        """A later stage takes the place of what was said of the same clock before."""
        soon, overdue = LATE[message.clock]
        over = message.stage is ClockStage.OVERDUE
        row = message.consultation
        for code in (soon, overdue):
            self._facts.apply(NoticeObsolete(code, row.id))
        raise_notice(
            self._facts,
            overdue if over else soon,
            (("number", row.number), ("due", message.due_at.isoformat())),
            severity=Severity.ERROR if over else Severity.WARNING,
            consultation_id=row.id,
        )

    def _on_call_told(self, message: OnCallTold) -> None:
        """Only what went wrong for good is said; the board shows the rest."""
        if message.alert.state is AlertState.FAILED:
            details = (("number", message.number), ("holder", message.alert.expert.display_name))
            finding = message.alert.why in FINDING_WHYS
            code = Late.FINDING_NOT_TOLD if finding else Late.ON_CALL_NOT_TOLD
            raise_notice(self._facts, code, details, consultation_id=message.consultation_id)
        self._on_board()

    def _clocks_stopped(self, row: ConsultationSummary) -> None:
        """What was said of a clock that has stopped is over."""
        stopped = {
            CaseClock.ACCEPT: row.status is not Status.PENDING,
            CaseClock.START: row.phase not in NOT_STARTED,
            CaseClock.REPORT: row.status not in (Status.ASSIGNED, Status.IN_PROGRESS),
            CaseClock.IDLE: row.phase not in (Phase.READING, Phase.DRAFTING),
        }
        for clock in (clock for clock, over in stopped.items() if over):
            for code in LATE[clock]:
                self._facts.apply(NoticeObsolete(code, row.id))
        if row.status is not Status.PENDING:
            self._facts.apply(NoticeObsolete(Late.ON_CALL_NOT_TOLD, row.id))
        if row.finding is None or not row.finding.open:
            self._facts.apply(NoticeObsolete(Late.FINDING_NOT_TOLD, row.id))

    def _study_progressed(self, message: StudyProgressed) -> None:
        """With its images a study says whose they are: the open case is read again."""
        case, progress = self._facts.state.case, message.progress
        if progress.verified and case is not None and case.id == progress.consultation_id:
            self._tasks.renew(self._reread_case, only="reread case")

    def _refused(self, message: Refused) -> None:
        if message.ref is not None:
            self._on_call(message)
        code = message.problem.code
        if code not in (ErrorCode.TOKEN_EXPIRED, ErrorCode.CALL_NOT_RUNNING):
            log.warning("the server refused a socket message: %s", code.value)

    def _call_waiting(self, message: CallChanged) -> None:
        """Somebody calls in a case that is not on the screen."""
        state, id_ = self._facts.state, message.consultation_id
        account = state.link.account
        there = message.call.participants if message.call else ()
        joined = any(account and one.account_id == account.id for one in there)
        if not there or joined or (state.case is not None and state.case.id == id_):
            self._facts.apply(NoticeObsolete(Good.CALL_WAITING, id_))
            return
        row = next((one for one in state.queue.mine.items if id_ in (one.id, one.mdt_of)), None)
        details = (
            *(("holder", one.display_name) for one in there if one.share is None),
            ("number", row.number if row else ""),
        )
        raise_notice(
            self._facts, Good.CALL_WAITING, details, severity=Severity.INFO, consultation_id=id_
        )

    def _emergency_opened(self, message: EmergencyOpened) -> None:
        access = message.access
        details = (
            ("number", access.number),
            ("holder", access.by.display_name),
            ("what", access.reason),
        )
        raise_notice(self._facts, News.EMERGENCY_OPENED, details, severity=Severity.WARNING)

    def _session_ended(self, message: SessionEnded) -> None:
        elsewhere, revoked = Trouble.SESSION_TAKEN_OVER, Trouble.SESSION_REVOKED
        codes = {"signed_in_elsewhere": elsewhere, "revoked": revoked}
        code = codes.get(message.reason, Trouble.SESSION_DISABLED)
        raise_notice(self._facts, code, severity=Severity.WARNING)

    # --- the lists -----------------------------------------------------------------------

    async def refresh(self) -> None:
        """Reads every list of this account anew."""
        self._told = deque(maxlen=1000)
        try:
            mine = await self.own_cases.read()
            moved = tuple(one for one in self._told if isinstance(one, CaseMoved))
            self._facts.apply(MineLoaded(mine, moved))
            await self._waiting.read()
            if self._is(Role.REQUESTER):
                self._facts.apply(PlacesSeen((await self._api.waiting()).places))
            if self._is(Role.EXPERT):
                offers = await self._api.offers()
                rung = tuple(one for one in self._told if isinstance(one, OfferMoved))
                self._facts.apply(OffersLoaded(offers, rung))
            if self._is(Role.EXPERT, Role.DISPATCHER):
                await self._read_presence()
            await self._reread_case()
            await read_timeline(self._facts, self._api)
        except NetError as error:
            self._facts.apply(ListsFailed())
            if not isinstance(error, Unreachable):
                raise_error(self._facts, error)
        finally:
            self._told = deque(maxlen=0)

    async def _read_presence(self) -> None:
        """What was told while the list was on its way is newer than the list."""
        known = self._facts.state.queue.presence
        loaded = await self._api.presence()
        told = [one for one in self._facts.state.queue.presence if one not in known]
        self._facts.apply(PresenceLoaded(loaded))
        for one in told:
            self._facts.apply(PresenceSeen(one))

    async def _reread_case(self) -> None:
        """What a row cannot tell: rights and studies of the open case, and a draft to be approved.

        While the socket lives a failed reading is tried again; a new socket reads by itself.
        """
        while True:
            case = self._facts.state.case
            if case is None or not case.consultation.summary.number:
                return
            try:
                self._facts.apply(CaseRead(await self._api.consultation(case.id)))
                await read_reviewed(self._facts, self._api, case.id)
            except Unreachable as error:
                log.info("the open case could not be read: %s", error)
                if self._facts.state.link.phase is not LinkPhase.ONLINE:
                    return
                await self._pause(REREAD_S)
            else:
                return

    def _is(self, *roles: Role) -> bool:
        account = self._facts.state.link.account
        return account is not None and any(role in account.roles for role in roles)
