"""Only a report whose signature fits its text is shown as signed."""

from uuid import UUID

import pytest

from app.models.report import ReportStage
from app.models.workspace import derive_workspace
from app.net.errors import Refused, Unreachable
from app.services.signing import signature_fits
from app.session.notices import Good, Trouble
from protocol.consultation import Phase
from protocol.errors import ErrorCode
from protocol.mdt import Dissent
from protocol.report import SignedReport, SignReport
from protocol.socket import ReportSigned
from tests.fakes.api import PASSWORD, House, refusal
from tests.fakes.examples import NOW, consultation, named, opinion, row
from tests.fakes.reports import report, signed, tampered
from tests.services.conftest import Desk
from tests.services.test_expert import take


async def written(desk: Desk, house: House) -> UUID:
    id_ = await take(desk, house)
    await desk.expert.edit_opinion(opinion())
    return id_


def stage(desk: Desk) -> ReportStage:
    props = derive_workspace(desk.state, NOW)
    assert props is not None
    return props.report.stage


async def test_signing_sends_a_report_that_verifies(specialist: Desk, house: House) -> None:
    id_ = await written(specialist, house)
    await specialist.signing.sign(PASSWORD)
    assert signature_fits(house.reports[id_])
    assert house.reports[id_].report.opinion == opinion()
    assert stage(specialist) is ReportStage.SIGNED
    assert Good.REPORT_SIGNED in specialist.told()
    assert specialist.case.claim is None


async def test_a_wrong_password_signs_nothing(specialist: Desk, house: House) -> None:
    await written(specialist, house)
    with pytest.raises(Refused) as refused:
        await specialist.signing.sign("not the password")
    assert refused.value.code is ErrorCode.REAUTHENTICATION_FAILED
    assert house.reports == {}
    assert specialist.case.signing is False
    assert specialist.case.claim is not None


@pytest.mark.parametrize("when", ["at once", "asked again"])
async def test_a_signature_whose_answer_was_lost_is_found_and_nothing_is_signed_twice(
    specialist: Desk, house: House, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    id_ = await written(specialist, house)
    sign = specialist.api.sign

    async def cut(case_id: UUID, body: SignReport) -> SignedReport:
        await sign(case_id, body)
        house.online = when == "at once"
        raise Unreachable("the answer was lost")

    monkeypatch.setattr(specialist.api, "sign", cut)
    if when == "asked again":
        with pytest.raises(Unreachable):
            await specialist.signing.sign(PASSWORD)
        assert specialist.case.claim is not None
        house.online = True
        monkeypatch.setattr(specialist.api, "sign", refusing)
    await specialist.signing.sign(PASSWORD)
    assert stage(specialist) is ReportStage.SIGNED
    assert Good.REPORT_SIGNED in specialist.told()
    assert specialist.case.claim is None
    assert house.asked["sign"] == 1
    assert signature_fits(house.reports[id_])


async def test_a_signature_whose_answer_was_lost_is_found_where_a_dissent_was_left_out(
    specialist: Desk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noted of an opinion that has ended since: it is not signed, and stands in the draft still."""
    id_ = await take(specialist, house)
    ended = Dissent(consultation_id=named("case b"), words="主张先手术")
    await specialist.expert.edit_opinion(opinion().model_copy(update={"dissents": (ended,)}))
    sign = specialist.api.sign

    async def cut(case_id: UUID, body: SignReport) -> SignedReport:
        await sign(case_id, body)
        raise Unreachable("the answer was lost")

    monkeypatch.setattr(specialist.api, "sign", cut)
    await specialist.signing.sign(PASSWORD)
    assert Good.REPORT_SIGNED in specialist.told()
    assert house.reports[id_].report.opinion.dissents == ()


async def refusing(_id: UUID, _body: SignReport) -> SignedReport:
    """A server where the case is signed."""
    raise refusal(ErrorCode.TRANSITION_REFUSED)


async def test_what_was_refused_before_anything_was_signed_stays_refused(
    specialist: Desk, house: House
) -> None:
    await written(specialist, house)
    house.refuse["sign"] = refusal(ErrorCode.STALE_FENCE)
    with pytest.raises(Refused):
        await specialist.signing.sign(PASSWORD)
    assert specialist.case.claim is not None


async def test_the_same_key_signs_again(specialist: Desk, house: House) -> None:
    await written(specialist, house)
    await specialist.signing.sign(PASSWORD)
    house.cases.clear()
    house.holders.clear()
    await written(specialist, house)
    await specialist.signing.sign(PASSWORD)
    assert len(house.keys) == 1


async def test_the_private_key_is_kept_sealed(specialist: Desk, house: House) -> None:
    await written(specialist, house)
    await specialist.signing.sign(PASSWORD)
    names = [path.name for path in (specialist.folder / "keys").iterdir()]
    assert names == [f"report-signing-key-{specialist.account.id.hex}.sealed"]


async def test_a_tampered_report_is_not_shown_as_signed(doctor: Desk, house: House) -> None:
    case = house.add(consultation(row(phase=Phase.SIGNED)))
    house.reports[case.summary.id] = tampered(signed())
    await doctor.cases.open(case.summary.id)
    await doctor.signing.load(doctor.case)
    assert stage(doctor) is ReportStage.BROKEN
    assert Trouble.SIGNATURE_NOT_VERIFIED in doctor.told()
    props = derive_workspace(doctor.state, NOW)
    assert props is not None
    assert not props.report.can_print
    assert not props.report.can_decide


async def test_a_report_is_not_shown_as_signed_before_it_is_verified(
    doctor: Desk, house: House
) -> None:
    case = house.add(consultation(row(phase=Phase.SIGNED)))
    await doctor.cases.open(case.summary.id)
    honest = signed()
    doctor.session.apply(ReportSigned(seq=0, at=NOW, report=honest))
    assert stage(doctor) is ReportStage.CHECKING
    doctor.signing.arrived(honest)
    assert stage(doctor) is ReportStage.SIGNED
    assert Good.REPORT_ARRIVED in doctor.told()


async def test_every_word_and_the_signature_itself_are_covered() -> None:
    honest = signed()
    assert signature_fits(honest)
    assert not signature_fits(tampered(honest))
    other = signed(report(number="CONS-20261121-0008"))
    assert not signature_fits(honest.model_copy(update={"signature": other.signature}))
    assert not signature_fits(honest.model_copy(update={"public_key": other.public_key}))
