"""The dispatcher's board as columns of cards, and the experts beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.absence import missed, who_was_absent
from app.models.board_experts import ExpertProps, derive_experts
from app.models.findings import waiting
from app.models.on_call import alert_lines, not_told
from app.models.queue import state_word
from app.models.times import duration, moment
from app.models.words import URGENCY_SHAPES, listed, urgency_text, word
from app.session.board import Board
from app.session.link import LinkPhase
from app.session.queue import Load
from app.session.state import State
from protocol.board import BoardCase, RunningClock
from protocol.consultation import Action, Phase, Status, Urgency
from protocol.queue import CaseClock


class Lane(Enum):
    """The columns, from left to right."""

    WAITING = auto()
    RINGING = auto()
    TAKEN = auto()
    AT_WORK = auto()
    CLINIC = auto()
    SUSPENDED = auto()


LANES: dict[Phase, Lane] = {
    Phase.QUEUED: Lane.WAITING,
    Phase.DISPATCHING: Lane.WAITING,
    Phase.OFFERED: Lane.RINGING,
    Phase.CLAIMED: Lane.TAKEN,
    Phase.ACCEPTED: Lane.TAKEN,
    Phase.SCHEDULED: Lane.TAKEN,
    Phase.READING: Lane.AT_WORK,
    Phase.IN_CALL: Lane.AT_WORK,
    Phase.DRAFTING: Lane.AT_WORK,
    Phase.AWAITING_REVIEW: Lane.AT_WORK,
    Phase.AWAITING_INFORMATION: Lane.CLINIC,
    Phase.SUSPENDED: Lane.SUSPENDED,
}
"""Where each open phase stands; a case in no lane is over."""
AMBER, DISPATCHER = 0.5, 0.8
"""Shares of a clock at which the expert and the dispatchers are warned (domain.md, Queue)."""


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Empty or None lets everything through."""

    department: str = ""
    urgency: Urgency | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class CardProps:
    """One case. `people` says who has it or whom it rings; looks are chip looks."""

    id: UUID
    urgency: Urgency
    urgency_text: str
    number: str
    department: str
    clinic: str
    people: str
    state: str
    clock: str
    clock_look: str
    escalated: str
    spoken: str


@dataclass(frozen=True, slots=True)
class LaneProps:
    """`held`: somebody has the cases of this column."""

    lane: Lane
    held: bool
    title: str
    cards: tuple[CardProps, ...]


@dataclass(frozen=True, slots=True)
class ChosenProps:
    """The case that is looked at, and what may be done with it.

    `held`: somebody has it, and giving it to another needs a reason. `alerts`: why it waits
    again, and how those on call were told.
    """

    id: UUID
    title: str
    line: str
    held: bool
    actions: frozenset[Action]
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardProps:
    load: Load
    offline: bool
    lanes: tuple[LaneProps, ...]
    open_cases: int
    shown_cases: int
    departments: tuple[str, ...]
    experts: tuple[ExpertProps, ...]
    chosen: ChosenProps | None
    candidates_load: Load


def derive_board(state: State, now: datetime, chosen: BoardFilter) -> BoardProps:
    board = state.board
    offline = state.link.phase is not LinkPhase.ONLINE
    cases = [one for one in board.cases if _lane_of(one) is not None]
    shown = [one for one in cases if _fits(one, chosen)]
    shown.sort(key=lambda one: _order(one, now))
    looked_at = board.find(board.chosen)
    return BoardProps(
        load=board.load,
        offline=offline,
        lanes=tuple(_lane(lane, shown, now) for lane in Lane),
        open_cases=len(cases),
        shown_cases=len(shown),
        departments=_departments(board),
        experts=derive_experts(board, chosen.department),
        chosen=None if looked_at is None else _chosen(looked_at, offline=offline),
        candidates_load=board.candidates_load,
    )


def _lane_of(case: BoardCase) -> Lane | None:
    """A critical finding that nobody has read back is the clinic's to do."""
    if waiting(case.summary) is not None:
        return Lane.CLINIC
    return LANES.get(case.summary.phase)


def _departments(board: Board) -> tuple[str, ...]:
    known = {one.summary.department for one in board.cases}
    known.update(name for expert in board.experts for name in expert.departments)
    return tuple(sorted(name for name in known if name))


def _fits(case: BoardCase, chosen: BoardFilter) -> bool:
    row = case.summary
    if chosen.department and row.department != chosen.department:
        return False
    if chosen.urgency is not None and row.urgency is not chosen.urgency:
        return False
    people = [one.expert for one in case.ringing] + ([row.expert] if row.expert else [])
    names = (one.display_name for one in people)
    said = "\n".join((row.number, row.department, _clinic(case), *names)).casefold()
    return all(part in said for part in chosen.text.casefold().split())


def _clinic(case: BoardCase) -> str:
    sender = case.summary.requester
    return sender.institution_name or sender.display_name


def _order(case: BoardCase, now: datetime) -> tuple[bool, int, datetime, datetime]:
    """Escalations first, then the more urgent, then what is due first."""
    row = case.summary
    clock = _first(case)
    due = clock.due_at if clock else row.updated_at + timedelta(days=365)
    rank = list(Urgency).index(row.urgency or Urgency.ROUTINE)
    return (not is_escalated(case, now), -rank, due, row.created_at)


def is_escalated(case: BoardCase, now: datetime) -> bool:
    """It waits for the dispatchers, who is on call could not be told of it, or a clock has run so
    far that they are warned."""
    if (finding := waiting(case.summary)) is not None:
        return finding.escalated_at is not None or finding.due_at <= now
    if case.escalated or case.summary.phase is Phase.DISPATCHING:
        return True
    if case.summary.status is Status.PENDING and not_told(case):
        return True
    clock = _first(case)
    return clock is not None and _share(clock, now) >= DISPATCHER


def _first(case: BoardCase) -> RunningClock | None:
    """The clock that runs out first; none runs while the clinic is waited for."""
    running = _running(case)
    return min(running, key=lambda one: one.due_at, default=None)


def _running(case: BoardCase) -> list[RunningClock]:
    phase = case.summary.phase
    if phase is Phase.AWAITING_INFORMATION:
        return []
    waits = case.summary.status is Status.PENDING
    return [one for one in case.clocks if (one.clock is CaseClock.ACCEPT) is waits]


def _share(clock: RunningClock, now: datetime) -> float:
    whole = (clock.due_at - clock.begun_at).total_seconds()
    return (now - clock.begun_at).total_seconds() / whole if whole > 0 else 1.0


def _lane(lane: Lane, cases: list[BoardCase], now: datetime) -> LaneProps:
    cards = tuple(_card(one, now) for one in cases if _lane_of(one) is lane)
    return LaneProps(lane, lane not in (Lane.WAITING, Lane.RINGING), lane_title(lane), cards)


def lane_title(lane: Lane) -> str:
    translate = QCoreApplication.translate
    return {
        Lane.WAITING: translate("board", "Waiting"),
        Lane.RINGING: translate("board", "Ringing"),
        Lane.TAKEN: translate("board", "Taken"),
        Lane.AT_WORK: translate("board", "At work"),
        Lane.CLINIC: translate("board", "With clinic"),
        Lane.SUSPENDED: translate("board", "Suspended"),
    }[lane]


def _card(case: BoardCase, now: datetime) -> CardProps:
    row = case.summary
    urgency = row.urgency or Urgency.ROUTINE
    clock, look = _clock(case, now)
    mark = ""
    if is_escalated(case, now):
        mark = QCoreApplication.translate("board", "Escalated")
    if row.status is Status.PENDING and not_told(case):
        mark = QCoreApplication.translate("board", "Not told")
    state = state_word(row)
    if waiting(row) is not None:
        state = QCoreApplication.translate("board", "Critical finding")
    people, clinic = _people(case, now), _clinic(case)
    said = (mark, urgency_text(urgency), row.number, row.department, clinic, people, clock)
    return CardProps(
        id=row.id,
        urgency=urgency,
        urgency_text=urgency_text(urgency),
        number=row.number,
        department=row.department or "–",
        clinic=clinic,
        people=people,
        state=state,
        clock=clock,
        clock_look=look,
        escalated=mark,
        spoken=", ".join(part for part in (*said, state) if part),
    )


def _people(case: BoardCase, now: datetime) -> str:
    """Whom it rings and for how long, or who has it."""
    translate = QCoreApplication.translate
    live = [one for one in case.ringing if one.rings_until > now]
    if live:
        names = listed(one.expert.display_name for one in live)
        left = int((max(one.rings_until for one in live) - now).total_seconds())
        return translate("board", "☎ {names} · {n} s").format(names=names, n=left)
    expert = case.summary.expert
    return expert.display_name if expert else ""


def _clock(case: BoardCase, now: datetime) -> tuple[str, str]:
    """What must be done until when, and its colour by how far the clock has run."""
    clock = _first(case)
    if clock is None:
        return "", "neutral"
    translate = QCoreApplication.translate
    what = {
        CaseClock.ACCEPT: translate("board", "take"),
        CaseClock.START: translate("board", "begin"),
        CaseClock.REPORT: translate("board", "sign"),
        CaseClock.READ_BACK: translate("board", "read back"),
    }[clock.clock]
    left, share = clock.due_at - now, _share(clock, now)
    if left <= timedelta(0):
        return translate("board", "{time} late").format(time=duration(-left)), "error"
    text = translate("board", "{what}: {time}").format(what=what, time=duration(left))
    if share >= DISPATCHER:
        return text, "emergency"
    return text, "warning" if share >= AMBER else "neutral"


def _told(case: BoardCase) -> tuple[str, ...]:
    """Why it waits again, and how those on call were told."""
    if case.summary.status is not Status.PENDING:
        return ()
    made = missed(case.summary)
    why = () if made is None else (who_was_absent(made.absent, moment(made.at)),)
    return (*why, *alert_lines(case))


def _chosen(case: BoardCase, *, offline: bool) -> ChosenProps:
    row = case.summary
    shape = URGENCY_SHAPES[row.urgency or Urgency.ROUTINE]
    parts = (word(row.phase), row.department, _clinic(case))
    return ChosenProps(
        id=row.id,
        title=f"{shape} {row.number}",
        line=" · ".join(part for part in parts if part),
        held=row.status is not Status.PENDING,
        actions=frozenset() if offline else frozenset(case.allowed_actions),
        alerts=_told(case),
    )
