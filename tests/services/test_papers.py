"""With a certificate a signed report is a signed file, too, which the clinic verifies itself."""

from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication

from app.models.report import ReportProps, ReportStage
from app.models.workspace import derive_workspace
from app.services.paper_signature import CertificateUnusable
from app.session.notices import Trouble
from app.session.signature import CertificatePlace
from protocol.consultation import Phase
from protocol.errors import ErrorCode
from protocol.report import SigningTerms
from tests.fakes.api import PASSWORD, House, refusal
from tests.fakes.authority import PASSPHRASE, Authority, Issued
from tests.fakes.examples import EXPERT, NOW, consultation, row
from tests.services.conftest import Desk, SitDown
from tests.services.test_signing import written


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("卫生电子认证")


@pytest.fixture(scope="module")
def expert(authority: Authority) -> Issued:
    return authority.expert(EXPERT.display_name)


@pytest.fixture
def house(authority: Authority) -> House:
    made = House()
    made.terms = SigningTerms(roots=(authority.own.pem,))
    return made


@pytest.fixture
async def signer(specialist: Desk, expert: Issued, tmp_path: Path, qapp: QApplication) -> Desk:
    """An expert who has chosen a certificate."""
    file = tmp_path / "mine.p12"
    file.write_bytes(expert.pkcs12())
    await specialist.certificates.choose_file(file, PASSPHRASE)
    return specialist


async def signed(signer: Desk, house: House) -> UUID:
    id_ = await written(signer, house)
    await signer.signing.sign(PASSWORD, PASSPHRASE)
    return id_


async def received(doctor: Desk, house: House, id_: UUID) -> ReportProps:
    house.add(consultation(row(id_=id_, phase=Phase.SIGNED))) if id_ not in house.cases else None
    await doctor.cases.open(id_)
    await doctor.signing.load(doctor.case)
    props = derive_workspace(doctor.state, NOW)
    assert props is not None
    return props.report


def told_of(desk: Desk) -> set[object]:
    return set(desk.told())


async def test_the_clinic_sees_whose_certificate_signed(
    signer: Desk, doctor: Desk, house: House
) -> None:
    report = await received(doctor, house, await signed(signer, house))
    assert report.stage is ReportStage.SIGNED
    assert not report.doubtful
    for words in (EXPERT.display_name, "卫生电子认证"):
        assert words in report.paper_line
    paper = await doctor.papers.signed_paper(doctor.case)
    assert paper is not None
    assert paper.file
    assert paper.pdf in house.forms.values(), "the very file that was signed"


async def test_a_changed_file_is_told_and_not_used(
    signer: Desk, doctor: Desk, house: House
) -> None:
    id_ = await signed(signer, house)
    (sha256, data), *_ = house.forms.items()
    house.forms[sha256] = data.replace(b"/Title", b"/Tytle", 1)
    report = await received(doctor, house, id_)
    assert report.doubtful
    assert report.stage is ReportStage.SIGNED, "the text is verified by itself"
    assert Trouble.PAPER_NOT_GENUINE in told_of(doctor)
    paper = await doctor.papers.signed_paper(doctor.case)
    assert paper is not None
    assert not paper.file


async def test_a_file_that_was_lost_is_told(signer: Desk, doctor: Desk, house: House) -> None:
    id_ = await signed(signer, house)
    house.forms.clear()
    report = await received(doctor, house, id_)
    assert report.doubtful
    assert "cannot give" in report.paper_line
    assert Trouble.PAPER_LOST in told_of(doctor)


async def test_a_server_that_is_busy_is_no_reason_to_doubt_a_file(
    signer: Desk, doctor: Desk, house: House
) -> None:
    id_ = await signed(signer, house)
    house.terms_refused = refusal(ErrorCode.UNAVAILABLE)
    report = await received(doctor, house, id_)
    assert (report.doubtful, report.paper_line) == (False, "")
    assert not told_of(doctor) & {Trouble.PAPER_LOST, Trouble.PAPER_NOT_GENUINE}
    house.terms_refused = None
    assert await doctor.papers.signed_paper(doctor.case) is not None
    state = doctor.case.report
    assert state is not None
    assert state.paper is not None
    assert state.paper.good


async def test_an_authority_the_site_does_not_know_is_doubtful_and_named(
    signer: Desk, doctor: Desk, house: House
) -> None:
    id_ = await signed(signer, house)
    house.terms = SigningTerms(roots=(Authority("another").own.pem,))
    report = await received(doctor, house, id_)
    assert report.doubtful
    assert "卫生电子认证" in report.paper_line
    assert Trouble.PAPER_NOT_GENUINE not in told_of(doctor)


async def test_a_wrong_passphrase_signs_nothing(signer: Desk, house: House) -> None:
    await written(signer, house)
    with pytest.raises(CertificateUnusable) as unusable:
        await signer.signing.sign(PASSWORD, "wrong")
    assert unusable.value.trouble is Trouble.CERTIFICATE_WRONG_SECRET
    assert (house.reports, house.forms) == ({}, {})
    assert signer.case.claim is not None
    assert not signer.case.signing


async def test_where_the_site_wants_one_nothing_is_signed_without(
    specialist: Desk, house: House
) -> None:
    house.terms = house.terms.model_copy(update={"certificate_needed": True})
    await written(specialist, house)
    await specialist.papers.terms()
    props = derive_workspace(specialist.state, NOW)
    assert props is not None
    assert not props.report.can_sign
    assert "settings" in props.report.why_not_sign
    with pytest.raises(CertificateUnusable):
        await specialist.signing.sign(PASSWORD)
    assert house.reports == {}


async def test_without_a_certificate_it_is_signed_as_before(specialist: Desk, house: House) -> None:
    id_ = await written(specialist, house)
    await specialist.signing.sign(PASSWORD)
    assert house.reports[id_].presented_form is None
    assert house.forms == {}


async def test_the_certificate_is_known_again_after_a_restart(
    signer: Desk, sit_down: SitDown
) -> None:
    await signer.close()
    again = sit_down(EXPERT)
    await again.certificates.load()
    signature = again.state.signature
    assert signature.words is not None
    assert (signature.words.subject, signature.place) == (
        EXPERT.display_name,
        CertificatePlace.FILE,
    )
    await again.certificates.forget()
    assert again.state.signature.words is None
    assert await again.certificates.kept() is None


async def test_what_is_kept_is_sealed_and_without_the_passphrase(signer: Desk) -> None:
    (kept,) = (signer.folder / "keys").iterdir()
    data = kept.read_bytes()
    for secret in (PASSPHRASE.encode(), EXPERT.display_name.encode(), b"pkcs12"):
        assert secret not in data
    record = await signer.certificates.kept()
    assert record is not None
    assert PASSPHRASE not in record.model_dump_json()


async def test_a_file_that_is_no_certificate_is_refused_in_words(
    specialist: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "letter.p12"
    file.write_bytes(b"Dear colleague")
    await specialist.certificates.choose_file(file, PASSPHRASE)
    assert specialist.state.signature.problem is Trouble.CERTIFICATE_NOT_READABLE
    await specialist.certificates.choose_file(tmp_path / "missing.p12", PASSPHRASE)
    assert specialist.state.signature.words is None
