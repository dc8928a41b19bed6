"""What others do to a case is told to whom it concerns, and the time of an appointment to both."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.services.appointments import Appointments
from app.services.news import NewsService
from app.services.tasks import Tasks
from app.session.notices import News
from app.session.owner import Session
from app.session.queue import MineLoaded
from protocol.account import Account, Role
from protocol.appointment import Appointment
from protocol.base import new_id
from protocol.consultation import Action, ConsultationSummary, Phase, TimelineEvent
from protocol.queue import OfferEnd
from protocol.socket import ConsultationChanged, ConsultationLeft, OfferEnded
from tests.fakes.examples import DOCTOR, EXPERT, NOW, account, person, row
from tests.views.facts import DISPATCHER

OTHER = account("王专家", Role.EXPERT)


def mine(phase: Phase = Phase.READING, **more: Any) -> ConsultationSummary:
    return row(phase=phase, expert=person(EXPERT), requester=person(DOCTOR), **more)


def changed(
    action: Action, by: Account | None, reason: str, after: ConsultationSummary
) -> ConsultationChanged:
    event = TimelineEvent(
        id=new_id(),
        at=NOW,
        action=action,
        by=None if by is None else person(by),
        role=None,
        from_phase=Phase.READING,
        to_phase=after.phase,
        reason=reason,
    )
    return ConsultationChanged(seq=1, at=NOW, consultation=after, event=event)


def told(qapp: object, me: Account, *messages: object) -> list[tuple[object, dict[str, str]]]:
    session = Session()
    session.apply(MineLoaded((mine(),)))
    news = NewsService(session, me)
    for message in messages:
        assert isinstance(message, ConsultationChanged | ConsultationLeft | OfferEnded)
        news.heard(message)
    return [(notice.code, dict(notice.details)) for notice in session.state.notices]


def test_the_clinic_reads_what_is_asked_and_the_expert_does_not_hear_themselves(
    qapp: object,
) -> None:
    asked = changed(Action.ASK_INFORMATION, EXPERT, "薄层CT", mine(Phase.AWAITING_INFORMATION))
    (code, details), *_ = told(qapp, DOCTOR, asked)
    assert (code, details["what"], details["holder"]) == (
        News.INFORMATION_WANTED,
        "薄层CT",
        EXPERT.display_name,
    )
    assert told(qapp, EXPERT, asked) == []


def test_what_was_asked_is_over_once_the_clinic_answered(qapp: object) -> None:
    asked = changed(Action.ASK_INFORMATION, EXPERT, "薄层CT", mine(Phase.AWAITING_INFORMATION))
    answered = changed(Action.RESUBMIT, DOCTOR, "薄层CT ✓", mine(Phase.ACCEPTED))
    assert told(qapp, DOCTOR, asked, answered) == []
    assert [code for code, _ in told(qapp, EXPERT, answered)] == [News.INFORMATION_CAME]


def test_a_declined_hand_over_is_told_in_words_and_not_in_codes(qapp: object) -> None:
    declined = changed(Action.DECLINE, OTHER, "too_busy; in theatre", mine())
    [(code, details)] = told(qapp, EXPERT, declined)
    assert (code, details["what"]) == (News.HAND_OVER_DECLINED, "in theatre")


def test_an_unanswered_hand_over_is_told_to_the_holder_and_not_to_who_was_rung(
    qapp: object,
) -> None:
    over = OfferEnded(
        seq=1, at=NOW, offer_id=new_id(), consultation_id=mine().id, how=OfferEnd.EXPIRED
    )
    assert [code for code, _ in told(qapp, EXPERT, over)] == [News.HAND_OVER_UNANSWERED]
    assert told(qapp, OTHER, over) == []


def test_a_case_that_is_given_back_is_not_told_as_handed_over(qapp: object) -> None:
    left = ConsultationLeft(seq=1, at=NOW, consultation_id=mine().id)
    assert told(qapp, EXPERT, left) == []


@pytest.mark.parametrize(
    ("me", "side"), [(DOCTOR, "requester"), (EXPERT, "expert"), (DISPATCHER, "dispatcher")]
)
def test_a_missed_appointment_is_told_to_both_sides_and_the_dispatchers(
    qapp: object, me: Account, side: str
) -> None:
    made = Appointment(at=NOW, counted_from=NOW, recorded_at=NOW, absent=(Role.REQUESTER,))
    back = row(phase=Phase.QUEUED, requester=person(DOCTOR), appointment=made)
    [(code, details)] = told(qapp, me, changed(Action.RECORD_NO_SHOW, None, "", back))
    assert (code, details["side"], details["absent"]) == (News.NO_SHOW_BY_CLOCK, side, "requester")
    assert told(qapp, OTHER, changed(Action.RECORD_NO_SHOW, None, "", back)) == []


@pytest.mark.parametrize("me", [DOCTOR, EXPERT, DISPATCHER], ids=["clinic", "expert", "desk"])
def test_an_agreement_that_ends_mid_case_is_told_to_both_sides_and_the_dispatchers(
    qapp: object, me: Account
) -> None:
    """The case goes on: it stays in the list and open, as it was."""
    ended = changed(Action.AGREEMENT_ENDED, None, "", mine())
    assert told(qapp, me, ended) == [
        (News.AGREEMENT_ENDED, {"number": mine().number, "holder": ""})
    ]
    assert told(qapp, OTHER, changed(Action.AGREEMENT_ENDED, None, "", row())) == []


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.now = NOW
        self.waits: list[float] = []

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)


def remind(rows: tuple[ConsultationSummary, ...]) -> tuple[Session, Clock]:
    session, clock = Session(), Clock()
    session.apply(MineLoaded(rows))

    async def whole() -> None:
        tasks = Tasks(_no_error)
        appointments = Appointments(session, tasks, now=_now(clock), pause=_pause(clock))
        appointments.follow(session.state)
        await tasks.quiet()
        appointments.follow(session.state)
        await tasks.quiet()

    asyncio.run(whole())
    return session, clock


def _no_error(error: BaseException) -> None:
    raise error


def _now(clock: Clock) -> Callable[[], datetime]:
    return lambda: clock.now


def _pause(clock: Clock) -> Callable[[float], Awaitable[None]]:
    return clock.pause


def test_an_appointment_is_told_once_when_its_time_has_come(qapp: object) -> None:
    at = NOW + timedelta(hours=2, minutes=5)
    session, clock = remind((mine(Phase.SCHEDULED, scheduled_for=at),))
    assert [notice.code for notice in session.state.notices] == [News.APPOINTMENT_NOW]
    assert clock.now == at
    assert max(clock.waits) <= 3600, "the computer's own sleep must not make it late"


def test_an_appointment_long_past_or_given_up_is_not_told(qapp: object) -> None:
    past = mine(Phase.SCHEDULED, scheduled_for=NOW - timedelta(hours=1))
    given_up = mine(Phase.READING, scheduled_for=NOW + timedelta(minutes=1))
    for rows in ((past,), (given_up,)):
        session, _clock = remind(rows)
        assert session.state.notices == ()


def test_a_second_opinion_is_told_to_the_other_side_and_its_signature_to_both(
    qapp: object,
) -> None:
    asks = changed(Action.SECOND_OPINION, DOCTOR, "与症状不符", mine(Phase.SIGNED))
    assert told(qapp, EXPERT, asks)[0][0] is News.SECOND_OPINION_WANTED
    assert told(qapp, DOCTOR, asks) == []
    signed = changed(Action.SECOND_OPINION_SIGNED, None, "", mine(Phase.SIGNED))
    for who in (DOCTOR, EXPERT):
        assert [code for code, _ in told(qapp, who, signed)] == [News.SECOND_OPINION_SIGNED]
    assert told(qapp, DISPATCHER, signed) == []


def test_of_an_mdt_the_chair_the_clinic_and_who_is_needed_no_longer_hear_what_concerns_them(
    qapp: object,
) -> None:
    asks = changed(Action.ASK_MDT, DISPATCHER, "三科一起看", mine(Phase.READING))
    assert [code for code, _ in told(qapp, EXPERT, asks)] == [News.MDT_WANTED]
    complete = changed(Action.MDT_COMPLETE, None, "", mine(Phase.READING))
    for who in (DOCTOR, EXPERT):
        assert [code for code, _ in told(qapp, who, complete)] == [News.MDT_COMPLETE]
    closes = changed(Action.CLOSE_MDT, EXPERT, "病情不等人", mine(Phase.READING))
    assert [code for code, _ in told(qapp, DOCTOR, closes)] == [News.MDT_CLOSED]
    ended = changed(Action.MDT_ENDED, None, "病情不等人", mine(Phase.ABORTED))
    assert [code for code, _ in told(qapp, EXPERT, ended)] == [News.MDT_ENDED]
    assert told(qapp, DISPATCHER, ended) == []
