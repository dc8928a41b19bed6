"""Wishes about a case besides reading and signing, and the use cases that answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from app.commands.case_wishes import (
    CaseWish,
    WishAnswers,
    WishCandidates,
    WishCaseAction,
    WishCloseComparison,
    WishCompare,
    WishCompareEarlier,
    WishExperts,
    WishLateImages,
    WishQuote,
    WishSeekCases,
    WishShowLate,
    WishTakeOver,
)
from app.commands.wishes import Page
from app.session.comparison import ComparisonClosed
from protocol.consultation import STATUS_OF, Action, Status
from protocol.transition import Transition

if TYPE_CHECKING:
    from uuid import UUID

    from app.composition.desk import Desk


def fulfil_case(desk: Desk, wish: CaseWish) -> None:
    actions, start = desk.case_actions, desk.tasks.start
    match wish:
        case WishCaseAction():
            start(actions.told(wish.action, _act(desk, wish)))
        case WishCandidates(id_):
            start(actions.load_candidates(id_), only="candidates")
        case WishExperts(id_):
            start(actions.load_experts(id_), only="experts")
        case WishQuote(id_, opinion_id):
            start(actions.quote(id_, opinion_id), only="quote")
        case WishTakeOver(id_):
            start(_take_over(desk, id_), only="take over")
        case WishAnswers(id_, answers):
            start(actions.answer(id_, answers))
        case WishLateImages(id_):
            if _is_open(desk, id_):
                desk.window.show_page(Page.CASE_FORM)
                desk.show_state(desk.session.state)
        case WishShowLate(id_):
            case = desk.session.state.case
            if case is not None and case.id == id_:
                desk.images.fetching.show_late(case)
        case WishCompare(id_):
            start(actions.compare(id_), only="compare")
        case WishCompareEarlier(id_, earlier_id):
            start(actions.compare_earlier(id_, earlier_id), only="compare")
        case WishCloseComparison(id_):
            desk.session.apply(ComparisonClosed(id_))
        case WishSeekCases(text, kind):
            start(desk.link.own_cases.seek(text, kind), only="seek cases")
        case _:
            assert_never(wish)


def _is_open(desk: Desk, id_: UUID) -> bool:
    case = desk.session.state.case
    return case is not None and case.id == id_


async def _take_over(desk: Desk, id_: UUID) -> None:
    """After what was typed up to now, which stays."""
    await desk.keep_words()
    await desk.case_actions.take_over(id_)


async def _act(desk: Desk, wish: WishCaseAction) -> None:
    """What lays a case aside, or ends the part one had in it, leads back to the list."""
    await desk.keep_words()
    await desk.workplace.keep()
    case = desk.session.state.case
    seal = None
    if case is not None and case.id == wish.consultation_id and wish.action is Action.APPROVE:
        seal = await desk.reports.signing.approve(case, wish.approved, wish.password)
    asked = Transition(
        action=wish.action,
        approved=wish.approved or None,
        seal=seal,
        reason=wish.reason,
        told=wish.told,
        checklist=wish.checklist,
        scheduled_for=wish.scheduled_for,
        expert_id=wish.expert_id,
        seats=wish.seats,
    )
    await desk.case_actions.act(wish.consultation_id, asked, wish.expert_name)
    case = desk.session.state.case
    if case is None or case.id != wish.consultation_id:
        return
    pending = STATUS_OF[case.consultation.summary.phase] is Status.PENDING
    left = pending and wish.action is not Action.ASK_MDT
    if wish.action is Action.SUSPEND or left:
        desk.window.show_page(Page.WORK)
