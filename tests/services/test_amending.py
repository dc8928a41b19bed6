"""A signed report is amended by a new version; until that is signed the clinic keeps the old."""

from uuid import UUID

import pytest

from app.models.report import ReportProps, ReportStage
from app.models.workspace import NextStep, derive_workspace
from app.net.errors import Refused
from app.services.case_actions import CaseActionService
from app.services.news import NewsService
from app.session.notices import Trouble
from protocol.consultation import Action, Phase, Status
from protocol.errors import ErrorCode
from protocol.transition import Transition
from tests.fakes.api import PASSWORD, House, refusal
from tests.fakes.examples import EXPERT, NOW, opinion
from tests.fakes.reports import tampered
from tests.services.conftest import Desk, SitDown
from tests.services.test_expert import open_
from tests.services.test_signing import written

AMEND = Transition(action=Action.AMEND, reason="病理回报")
BETTER = opinion(impression="恶性可能大。")


def actions(desk: Desk) -> CaseActionService:
    news = NewsService(desk.session, desk.account)
    return CaseActionService(desk.session, desk.api, desk.drafts, desk.expert, news, desk.account)


def report(desk: Desk) -> ReportProps:
    props = derive_workspace(desk.state, NOW)
    assert props is not None
    return props.report


@pytest.fixture
async def reported(specialist: Desk, house: House) -> UUID:
    """A case of the expert whose report is signed and open on the screen."""
    id_ = await written(specialist, house)
    await specialist.signing.sign(PASSWORD)
    return id_


async def test_the_expert_writes_on_from_what_was_signed(
    specialist: Desk, house: House, reported: UUID
) -> None:
    assert not report(specialist).can_edit
    await actions(specialist).act(reported, AMEND)
    assert house.transitions[-1].reason == "病理回报"
    shown = report(specialist)
    assert (shown.stage, shown.can_edit) == (ReportStage.WRITING, True)
    assert shown.opinion == opinion()
    assert "version 1" in shown.amend_line
    assert specialist.case.claim is not None


async def test_what_is_signed_then_is_the_next_version(
    specialist: Desk, house: House, reported: UUID
) -> None:
    await actions(specialist).act(reported, AMEND)
    await specialist.expert.edit_opinion(BETTER)
    await specialist.signing.sign(PASSWORD)
    signed = house.reports[reported].report
    assert (signed.version, signed.opinion) == (2, BETTER)
    assert report(specialist).stage is ReportStage.SIGNED
    assert specialist.case.claim is None


async def test_the_clinic_keeps_the_signed_version_until_then(
    specialist: Desk, doctor: Desk, house: House, reported: UUID
) -> None:
    await actions(specialist).act(reported, AMEND)
    await doctor.cases.open(reported)
    await doctor.signing.load(doctor.case)
    shown = report(doctor)
    assert (shown.stage, shown.opinion) == (ReportStage.SIGNED, opinion())
    assert "amending" in shown.amend_line
    assert shown.can_print
    assert not shown.can_decide


async def test_it_is_gone_on_with_after_a_restart(
    specialist: Desk, house: House, reported: UUID, sit_down: SitDown
) -> None:
    await actions(specialist).act(reported, AMEND)
    await specialist.expert.edit_opinion(BETTER)
    again = sit_down(EXPERT)
    await open_(again, reported)
    await again.signing.load(again.case)
    assert report(again).can_edit
    assert report(again).opinion == BETTER


async def test_on_another_computer_the_case_is_taken_over_first(
    specialist: Desk, house: House, reported: UUID
) -> None:
    await actions(specialist).act(reported, AMEND)
    await specialist.drafts.forget_claim(reported)
    await open_(specialist, reported)
    props = derive_workspace(specialist.state, NOW)
    assert props is not None
    assert props.next_step is NextStep.RESUME
    await specialist.expert.claim(reported)
    await open_(specialist, reported)
    assert report(specialist).can_edit


async def test_a_refused_amendment_leaves_the_report_as_it_was(
    specialist: Desk, house: House, reported: UUID
) -> None:
    house.refuse["transition"] = refusal(ErrorCode.TRANSITION_REFUSED)
    with pytest.raises(Refused):
        await actions(specialist).act(reported, AMEND)
    assert house.cases[reported].summary.phase is Phase.SIGNED
    assert house.cases[reported].summary.status is Status.COMPLETED
    assert report(specialist).stage is ReportStage.SIGNED
    assert not report(specialist).can_edit


async def test_the_old_version_stays_readable(
    specialist: Desk, house: House, reported: UUID
) -> None:
    first = house.reports[reported]
    await actions(specialist).act(reported, AMEND)
    await specialist.signing.sign(PASSWORD)
    house.versions = {1: first}
    found = await specialist.signing.version(reported, 1)
    assert found == first
    house.versions = {1: tampered(first)}
    assert await specialist.signing.version(reported, 1) is None
    assert Trouble.SIGNATURE_NOT_VERIFIED in specialist.told()
