"""The claim and the opinion: one holder, and every word kept."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from app.models.workspace import derive_workspace
from app.services.news import NewsService
from app.services.troubles import raise_notice
from app.session.case import Case, CaseClosed, CaseOpened, Saved
from app.session.notices import Late, Trouble
from app.session.state import State
from protocol.account import Role
from protocol.consultation import Action, Phase, Status, TimelineEvent
from protocol.errors import ErrorCode
from protocol.queue import Heartbeat, Lease
from protocol.report import Opinion, OpinionDraft
from protocol.socket import ConsultationChanged
from protocol.transition import DeclineReason
from tests.fakes.api import FakeApi, House, refusal
from tests.fakes.examples import EXPERT, NOW, account, consultation, named, opinion, person, row
from tests.services.conftest import Desk, SitDown

OTHER = account("王专家", Role.EXPERT)


async def take(desk: Desk, house: House) -> UUID:
    """Claims a waiting case and opens it."""
    case = house.add(consultation(row()))
    await desk.expert.claim(case.summary.id)
    await open_(desk, case.summary.id)
    return case.summary.id


async def open_(desk: Desk, id_: UUID) -> None:
    opened = await desk.cases.open(id_)
    await desk.expert.resume_claim(opened)


async def test_opening_a_claimed_case_accepts_it_and_begins_to_read(
    specialist: Desk, house: House
) -> None:
    await take(specialist, house)
    assert [t.action for t in house.transitions] == [Action.ACCEPT, Action.START_READING]
    assert specialist.case.consultation.summary.phase is Phase.READING
    assert specialist.case.claim is not None


async def test_who_lost_the_race_is_told_who_won(specialist: Desk, house: House) -> None:
    case = house.add(consultation(row()))
    winner = FakeApi(house, OTHER)
    await winner.claim(case.summary.id)
    await specialist.tasks.start(specialist.expert.claim(case.summary.id))
    assert specialist.told() == {ErrorCode.CLAIM_LOST: {"holder": "王专家"}}
    await winner.connection.close()


async def test_a_claim_is_resumed_after_a_restart(
    specialist: Desk, house: House, sit_down: SitDown
) -> None:
    id_ = await take(specialist, house)
    again = sit_down(EXPERT)
    await open_(again, id_)
    assert again.case.claim == specialist.case.claim
    assert len(house.transitions) == 2, "accepted and begun once"


async def test_somebody_elses_claim_on_this_computer_is_not_taken_up(
    specialist: Desk, house: House
) -> None:
    id_ = await take(specialist, house)
    other = Desk(house, OTHER, specialist.folder)
    await open_(other, id_)
    assert other.case.claim is None
    await other.close()


async def test_the_first_word_begins_the_report(specialist: Desk, house: House) -> None:
    id_ = await take(specialist, house)
    await specialist.expert.edit_opinion(opinion())
    assert house.cases[id_].summary.phase is Phase.DRAFTING
    assert house.opinions[id_].opinion == opinion()
    assert specialist.case.opinion_saved is Saved.SERVER


async def test_nothing_is_written_before_the_draft_of_the_case_is_here(
    specialist: Desk, house: House
) -> None:
    """What somebody types while it is on its way would be lost to it, or it to them."""
    may_write = []

    def look(state: State) -> None:
        props = derive_workspace(state, NOW)
        if props is not None and not house.asked["opinion"]:
            may_write.append(props.report.can_edit)

    specialist.session.changed.connect(look)
    await take(specialist, house)
    assert may_write
    assert not any(may_write)
    props = derive_workspace(specialist.state, NOW)
    assert props is not None
    assert props.report.can_edit


async def test_without_network_the_opinion_is_kept_and_sent_later(
    specialist: Desk, house: House
) -> None:
    id_ = await take(specialist, house)
    house.online = False
    await specialist.expert.edit_opinion(opinion())
    assert specialist.case.opinion_saved is Saved.LOCAL
    assert id_ not in house.opinions
    house.online = True
    await specialist.expert.save_opinion()
    assert house.opinions[id_].opinion == opinion()
    assert house.asked["save_opinion"] == 1


async def test_a_kept_opinion_survives_a_restart(
    specialist: Desk, house: House, sit_down: SitDown
) -> None:
    id_ = await take(specialist, house)
    house.online = False
    await specialist.expert.edit_opinion(opinion())
    house.online = True
    again = sit_down(EXPERT)
    await open_(again, id_)
    assert again.case.opinion == opinion()
    assert house.opinions[id_].opinion == opinion()


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(seconds=40)], ids=["right", "slow"])
async def test_what_was_written_last_is_there_after_a_crash_whatever_the_clock_says(
    specialist: Desk, house: House, sit_down: SitDown, ahead: timedelta
) -> None:
    """The server has an earlier draft; the later one is on this computer only."""
    id_ = await take(specialist, house)
    await specialist.expert.edit_opinion(opinion(findings="first"))
    early = house.opinions[id_].saved_at
    assert early is not None
    house.online = False
    await specialist.expert.edit_opinion(opinion(findings="second"))
    house.online = True
    kept = await specialist.drafts.opinion(id_)
    assert kept is not None
    behind = kept.model_copy(update={"written_at": early - ahead})
    await specialist.drafts.keep_opinion(behind)
    again = sit_down(EXPERT)
    await open_(again, id_)
    assert again.case.opinion == opinion(findings="second")
    assert house.opinions[id_].opinion == opinion(findings="second")


async def test_what_was_written_elsewhere_since_is_not_overwritten(
    specialist: Desk, house: House, sit_down: SitDown
) -> None:
    id_ = await take(specialist, house)
    await specialist.expert.edit_opinion(opinion(findings="here"))
    elsewhere = opinion(findings="on another computer")
    house.opinions[id_] = OpinionDraft(opinion=elsewhere, saved_at=NOW + timedelta(minutes=1))
    again = sit_down(EXPERT)
    await open_(again, id_)
    assert again.case.opinion == elsewhere


async def test_after_a_site_was_restored_the_newer_words_are_those_of_this_computer(
    specialist: Desk, house: House, sit_down: SitDown
) -> None:
    """The backup had an earlier draft; what the server had acknowledged since is here only."""
    id_ = await take(specialist, house)
    await specialist.expert.edit_opinion(opinion(findings="early"))
    backup = house.opinions[id_].model_copy(update={"saved_at": NOW - timedelta(hours=1)})
    await specialist.expert.edit_opinion(opinion(findings="acknowledged since"))
    house.opinions[id_] = backup
    again = sit_down(EXPERT)
    await open_(again, id_)
    assert again.case.opinion == opinion(findings="acknowledged since")
    assert house.opinions[id_].opinion == opinion(findings="acknowledged since")


async def test_a_claim_that_arrives_late_is_not_the_next_cases(
    specialist: Desk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await take(specialist, house)
    held = specialist.case
    other = house.add(consultation(row("b")))
    heartbeat = FakeApi.heartbeat

    async def meanwhile(api: FakeApi, case_id: UUID, body: Heartbeat) -> Lease:
        lease = await heartbeat(api, case_id, body)
        specialist.session.apply(CaseOpened(Case(other)))
        return lease

    monkeypatch.setattr(FakeApi, "heartbeat", meanwhile)
    await specialist.expert.resume_claim(held)
    assert specialist.case.id == other.summary.id != id_
    assert specialist.case.claim is None


async def test_words_of_somebody_else_at_this_computer_are_not_taken(
    specialist: Desk, house: House, sit_down: SitDown
) -> None:
    id_ = await take(specialist, house)
    house.online = False
    await specialist.expert.edit_opinion(opinion())
    house.online = True
    house.take_away(id_, OTHER)
    other = sit_down(OTHER)
    await other.expert.claim(id_)
    await open_(other, id_)
    assert other.case.opinion == Opinion()


async def test_a_stale_fence_keeps_the_text_and_names_the_holder(
    specialist: Desk, house: House
) -> None:
    id_ = await take(specialist, house)
    house.take_away(id_, OTHER)
    await specialist.expert.edit_opinion(opinion())
    assert specialist.told()[ErrorCode.STALE_FENCE] == {"holder": "王专家"}
    assert specialist.case.claim is None
    assert specialist.case.opinion == opinion()
    kept = await specialist.drafts.opinion(id_)
    assert kept is not None
    assert kept.opinion == opinion()
    assert id_ not in house.opinions


async def test_who_goes_on_elsewhere_is_not_told_of_themselves_as_of_somebody_else(
    specialist: Desk, house: House
) -> None:
    """The other session took the claim; this one asks at once when it hears of it."""
    id_ = await take(specialist, house)
    house.take_away(id_, EXPERT)
    event = TimelineEvent(
        id=named("event"),
        at=NOW,
        action=Action.CLAIM,
        by=person(EXPERT),
        role=Role.EXPERT,
        from_phase=Phase.READING,
        to_phase=Phase.READING,
    )
    news = NewsService(specialist.session, EXPERT, specialist.expert.claimed_somewhere)
    told = specialist.case.consultation.summary
    news.heard(ConsultationChanged(seq=0, at=NOW, consultation=told, event=event))
    specialist.tasks.cancel("heartbeat")
    await specialist.tasks.quiet()
    assert specialist.case.claim is None
    assert list(specialist.told()) == [Trouble.CLAIM_ELSEWHERE]


async def test_who_asks_at_once_and_holds_the_claim_still_has_the_new_lease(
    specialist: Desk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def longer(_api: FakeApi, _id: UUID, _body: Heartbeat) -> Lease:
        return Lease(lease_until=NOW + timedelta(minutes=20))

    id_ = await take(specialist, house)
    raise_notice(specialist.session, Late.IDLE_SOON, consultation_id=id_)
    monkeypatch.setattr(FakeApi, "heartbeat", longer)
    specialist.expert.claimed_somewhere(id_)
    specialist.tasks.cancel("heartbeat")
    await specialist.tasks.quiet()
    assert specialist.case.claim is not None
    assert specialist.case.claim.lease_until == NOW + timedelta(minutes=20)
    assert not specialist.told()


async def test_a_case_that_goes_to_another_while_words_wait_keeps_them_and_names_the_holder(
    specialist: Desk, house: House
) -> None:
    """The connection comes back with the news first: the case is closed before the words left."""
    id_ = await take(specialist, house)
    house.online = False
    await specialist.expert.edit_opinion(opinion(impression="Written without network"))
    house.take_away(id_, OTHER)
    house.online = True
    left = specialist.case
    specialist.session.apply(CaseClosed())
    await specialist.expert.part_with(left)
    assert specialist.told()[ErrorCode.STALE_FENCE] == {"holder": "王专家"}
    kept = await specialist.drafts.opinion(id_)
    assert kept is not None
    assert kept.opinion.impression == "Written without network"
    assert len(house.transitions) == 2, "nothing was done to the case"


async def test_words_of_one_case_never_get_into_another(specialist: Desk, house: House) -> None:
    first = await take(specialist, house)
    other = house.add(consultation(row("b", Phase.READING)))
    await specialist.cases.open(other.summary.id)
    await specialist.expert.edit_opinion(opinion(), of=first)
    assert specialist.case.opinion != opinion()


async def test_giving_back_ends_the_claim_here_and_there(specialist: Desk, house: House) -> None:
    id_ = await take(specialist, house)
    await specialist.expert.release("请别的专家看")
    assert house.transitions[-1].action is Action.RELEASE
    assert specialist.case.claim is None
    assert await specialist.drafts.claim(id_) is None


async def test_declining_carries_reason_and_words(specialist: Desk, house: House) -> None:
    case = house.add(consultation(row(phase=Phase.OFFERED)))
    await specialist.expert.decline(case.summary.id, DeclineReason.TOO_BUSY, "手术中")
    sent = house.transitions[-1]
    assert (sent.decline_reason, sent.reason) == (DeclineReason.TOO_BUSY, "手术中")


class Beats:
    """Lets the heartbeat go on only when the test says so."""

    def __init__(self) -> None:
        self.next = asyncio.Semaphore(0)

    async def sleep(self, _seconds: float) -> None:
        await self.next.acquire()


@pytest.fixture
def beats(monkeypatch: pytest.MonkeyPatch) -> Beats:
    made = Beats()
    monkeypatch.setattr(asyncio, "sleep", made.sleep)
    return made


async def beat(desk: Desk, beats: Beats, house: House) -> None:
    before = house.asked["heartbeat"]
    beats.next.release()
    async with asyncio.timeout(5):
        while house.asked["heartbeat"] == before:
            await asyncio.to_thread(lambda: None)
    await asyncio.to_thread(lambda: None)


async def test_a_refusal_in_passing_does_not_end_the_heartbeat(
    specialist: Desk, house: House, beats: Beats, qtbot: QtBot
) -> None:
    await take(specialist, house)
    house.refuse["heartbeat"] = refusal(ErrorCode.UNAVAILABLE)
    await beat(specialist, beats, house)
    await beat(specialist, beats, house)
    assert specialist.case.claim is not None
    assert Trouble.UNEXPECTED not in specialist.told()


async def test_a_heartbeat_says_how_long_nobody_has_touched_the_program(
    specialist: Desk, house: House, beats: Beats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What warned of that goes once somebody is back."""
    said: list[int] = []
    answer = FakeApi.heartbeat

    async def hears(api: FakeApi, id_: UUID, body: Heartbeat) -> Lease:
        said.append(body.idle_s)
        return await answer(api, id_, body)

    monkeypatch.setattr(FakeApi, "heartbeat", hears)
    id_ = await take(specialist, house)
    raise_notice(specialist.session, Late.IDLE_SOON, consultation_id=id_)
    for away_s, told in ((1500.4, True), (2.0, False)):
        specialist.expert.idle_s = lambda away_s=away_s: away_s  # type: ignore[misc]
        await beat(specialist, beats, house)
        await beat(specialist, beats, house)
        assert said[-1] == int(away_s)
        assert (Late.IDLE_SOON in specialist.told()) is told


async def test_a_lost_lease_is_told_by_the_next_heartbeat(
    specialist: Desk, house: House, beats: Beats
) -> None:
    id_ = await take(specialist, house)
    house.take_away(id_, OTHER)
    await beat(specialist, beats, house)
    async with asyncio.timeout(5):
        while specialist.case.claim is not None or await specialist.drafts.claim(id_) is not None:
            await asyncio.to_thread(lambda: None)


async def test_a_suspended_case_goes_on_where_it_stopped(specialist: Desk, house: House) -> None:
    id_ = await take(specialist, house)
    house.change(id_, phase=Phase.SUSPENDED, status=Status.IN_PROGRESS)
    await open_(specialist, id_)
    assert specialist.case.consultation.summary.phase is Phase.READING
