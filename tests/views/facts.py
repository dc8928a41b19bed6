"""States worth showing, as the facts that lead to them."""

from datetime import timedelta

from app.session.board import BoardCaseChosen, BoardLoaded, CandidatesLoaded
from app.session.case import Case, CaseOpened, ClaimHeld, HeldClaim, OpinionSaved, ReportVerified
from app.session.link import Connected, SignedIn
from app.session.queue import MineLoaded, WaitingLoaded
from app.session.state import AnyFact
from protocol.account import Account, Role
from protocol.consultation import Action, Phase
from tests.fakes.boards import board, candidates
from tests.fakes.examples import CASE, DOCTOR, NOW, account, consultation, content, named, row
from tests.fakes.reports import signed

EVERYBODY = account("陈专家", Role.REQUESTER, Role.EXPERT, Role.DISPATCHER, Role.ADMIN)
DISPATCHER = account("周调度", Role.DISPATCHER)
CLAIM = HeldClaim("token", 1, NOW + timedelta(minutes=5))

CLAIMED: tuple[AnyFact, ...] = (ClaimHeld(CASE, CLAIM), OpinionSaved(CASE, NOW, by_server=True))
"""The claim is here, and the draft has come."""


def online(who: Account = EVERYBODY) -> tuple[AnyFact, ...]:
    return SignedIn("https://hub.test", who), Connected(NOW, 0)


def lists() -> tuple[AnyFact, ...]:
    mine = (row("a", Phase.READING), row("b", Phase.EDITING))
    waiting = (row("c", accept_by=NOW + timedelta(minutes=4)), row("d"))
    return MineLoaded(mine), WaitingLoaded(waiting)


def draft() -> CaseOpened:
    return CaseOpened(Case(consultation(row(phase=Phase.EDITING)), content=content()))


def reading() -> tuple[AnyFact, ...]:
    """The expert holds the case, and the draft has come."""
    case = consultation(row(phase=Phase.READING), allowed_actions=(Action.RELEASE,))
    return CaseOpened(Case(case, content=content())), *CLAIMED


def reported() -> tuple[AnyFact, ...]:
    """The clinic has the signed report and may decide."""
    case = consultation(row(phase=Phase.SIGNED), allowed_actions=(Action.RECEIVE,))
    return CaseOpened(Case(case, content=content())), ReportVerified(signed(), True)


def dispatching(chosen: str = "c") -> tuple[AnyFact, ...]:
    """The board of a dispatcher, who looks at a case."""
    case_id = named(f"case {chosen}")
    return (
        *online(DISPATCHER),
        BoardLoaded(board()),
        BoardCaseChosen(case_id),
        CandidatesLoaded(case_id, candidates()),
    )


__all__ = [
    "CLAIM",
    "DISPATCHER",
    "DOCTOR",
    "EVERYBODY",
    "dispatching",
    "draft",
    "lists",
    "online",
    "reading",
    "reported",
]
