"""A board as a county has it at a busy moment, and who could take its escalated case."""

from datetime import timedelta
from decimal import Decimal

from protocol.account import ExpertTitle
from protocol.board import Board, BoardCase, BoardExpert, Ringing, RunningClock
from protocol.consultation import Action, ConsultationSummary, Person, Phase, Status, Urgency
from protocol.on_call import AlertChannel, AlertState, AlertTrouble, AlertWhy, CaseAlert
from protocol.queue import (
    Candidate,
    CaseClock,
    IneligibleReason,
    PersonPresence,
    Presence,
    ScoreTerm,
    TermValue,
)
from protocol.statistics import ExpertStatistics
from tests.fakes.examples import NOW, named, row

POOL_ACTIONS = (Action.OFFER, Action.ASSIGN, Action.REJECT)
HELD_ACTIONS = (Action.ASSIGN, Action.RELEASE)
TARGETS = {
    CaseClock.ACCEPT: 15,
    CaseClock.START: 15,
    CaseClock.REPORT: 240,
    CaseClock.READ_BACK: 10,
}


def somebody(name: str, place: str = "市第一医院") -> Person:
    return Person(id=named(name), display_name=name, institution_name=place)


def running(clock: CaseClock, left_min: float) -> RunningClock:
    due = NOW + timedelta(minutes=left_min)
    return RunningClock(clock=clock, begun_at=due - timedelta(minutes=TARGETS[clock]), due_at=due)


def card(summary: ConsultationSummary, *clocks: RunningClock, **more: object) -> BoardCase:
    """An open case; what a dispatcher may do follows from who has it."""
    allowed = POOL_ACTIONS if summary.status is Status.PENDING else HELD_ACTIONS
    if summary.phase in (Phase.QUEUED, Phase.OFFERED):
        allowed = (*allowed, Action.ESCALATE)
    values = {"summary": summary, "clocks": clocks, "allowed_actions": allowed}
    return BoardCase.model_validate(values | more)


def expert(name: str, presence: Presence, load: int, **more: object) -> BoardExpert:
    until = NOW + timedelta(minutes=25) if presence is Presence.PAUSED else None
    values = {
        "person": somebody(name),
        "title": ExpertTitle.CHIEF,
        "departments": ("放射科",),
        "presence": PersonPresence(account_id=named(name), presence=presence, until=until),
        "load": load,
        "cases": (load + 1) // 2,
    }
    return BoardExpert.model_validate(values | more)


def alerts() -> tuple[CaseAlert, ...]:
    """One was told by mail, of another the text message is tried again, a third has no address."""
    told = {"why": AlertWhy.OVERDUE, "at": NOW - timedelta(minutes=3), "attempts": 1}
    values: tuple[dict[str, object], ...] = (
        {"expert": somebody("孙丽"), "channel": AlertChannel.MAIL, "state": AlertState.SENT},
        {
            "expert": somebody("孙丽"),
            "channel": AlertChannel.SMS,
            "state": AlertState.WAITING,
            "trouble": AlertTrouble.UNREACHABLE,
        },
        {
            "expert": somebody("赵主任"),
            "channel": None,
            "state": AlertState.FAILED,
            "trouble": AlertTrouble.NO_ADDRESS,
        },
    )
    return tuple(CaseAlert.model_validate({"trouble": None} | told | one) for one in values)


def board() -> Board:
    accept, start, report = CaseClock.ACCEPT, CaseClock.START, CaseClock.REPORT
    chen, wang = somebody("陈专家"), somebody("王建国")
    rings = Ringing(expert=chen, rings_until=NOW + timedelta(seconds=42))
    busy = ExpertStatistics(
        taken=112, response_minutes=Decimal("12.5"), rung=130, declined=14, unanswered=4
    )
    emergency, critical = Urgency.EMERGENCY, Urgency.CRITICAL
    return Board(
        at=NOW,
        cases=(
            card(row("a"), running(accept, 11)),
            card(row("b", urgency=Urgency.ROUTINE, department="心内科"), running(accept, 6)),
            card(
                row("c", Phase.DISPATCHING, urgency=emergency),
                running(accept, -4),
                escalated=True,
                alerts=alerts(),
            ),
            card(row("d", Phase.OFFERED, urgency=critical), running(accept, 13), ringing=(rings,)),
            card(row("e", Phase.CLAIMED, expert=wang), running(start, 2), running(report, 200)),
            card(row("f", Phase.READING, expert=chen), running(report, 95)),
            card(row("g", Phase.DRAFTING, urgency=emergency, expert=wang), running(report, -3)),
            card(row("h", Phase.AWAITING_INFORMATION, expert=chen)),
            card(row("i", Phase.SUSPENDED, urgency=Urgency.ROUTINE, expert=wang)),
        ),
        experts=(
            expert("陈专家", Presence.READING, 4, statistics=busy),
            expert("王建国", Presence.IN_CALL, 6),
            expert("赵主任", Presence.PAUSED, 0),
            expert("李明", Presence.AVAILABLE, 1, title=ExpertTitle.ASSOCIATE_CHIEF),
            expert("孙丽", Presence.OFFLINE, 0, departments=("心内科", "全科")),
        ),
    )


def candidates() -> tuple[Candidate, ...]:
    """The best first, then who may not take it."""
    terms = ((ScoreTerm.TITLE, 50), (ScoreTerm.YEARS, 40), (ScoreTerm.RESPONSE, 44))
    disease, no = IneligibleReason.DISEASE, IneligibleReason
    return (
        suits("陈专家", *terms),
        suits("李明", (ScoreTerm.TITLE, 30), (ScoreTerm.YEARS, 18), relaxed=(disease,)),
        refused("王建国", no.DECLINED),
        refused("赵主任", no.UNREACHABLE),
        refused("孙丽", no.DEPARTMENT, no.DISEASE, no.UNREACHABLE, no.NO_AGREEMENT),
    )


def suits(
    name: str, *terms: tuple[ScoreTerm, int], relaxed: tuple[IneligibleReason, ...] = ()
) -> Candidate:
    values = tuple(TermValue(term=term, value=Decimal(value)) for term, value in terms)
    return Candidate(
        expert_id=named(name),
        display_name=name,
        score=sum((one.value for one in values), Decimal(0)),
        terms=values,
        relaxed=relaxed,
    )


def refused(name: str, *reasons: IneligibleReason) -> Candidate:
    return Candidate(expert_id=named(name), display_name=name, score=None, ineligible=reasons)
