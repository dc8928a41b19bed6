"""What the transfer process is told when it starts, and when it starts again during a call."""

from pathlib import Path
from uuid import UUID

import pytest

from app.services.images import ImageService
from app.services.proposals import PatientProposals
from app.services.tasks import Tasks
from app.services.troubles import raise_error
from app.session.case import Case, CaseOpened
from app.session.notices import Trouble
from app.session.owner import Session
from app.session.upload import ImageUpload, StudyUpload, UploadChanged
from app.transfer.link import TransferLink
from app.transfer.messages import (
    CancelImport,
    CancelUpload,
    Command,
    EndSession,
    Import,
    ImportProgress,
    LimitTransfers,
    Open,
    PatientFound,
    Ready,
)
from protocol.consultation import CaseContent, Phase
from tests.fakes.api import FakeApi, House
from tests.fakes.examples import DOCTOR, consultation, content, named, row

CASE, OTHER = named("case a"), named("case b")


def draft() -> CaseOpened:
    """The case with its patient entered."""
    summary = row(phase=Phase.EDITING).model_copy(update={"id": CASE})
    return CaseOpened(Case(consultation(summary), content=content()))


class Recorder(TransferLink):
    """A link to a process that only listens."""

    def __init__(self) -> None:
        super().__init__(on_event=lambda event: None, on_lost=lambda code, again: None)
        self.heard: list[Command] = []

    def send(self, command: Command) -> None:
        self.heard.append(command)

    def limits(self) -> list[int | None]:
        return [one.bytes_per_second for one in self.heard if isinstance(one, LimitTransfers)]


@pytest.fixture
def images(tmp_path: Path, house: House) -> ImageService:
    session = Session()
    return ImageService(
        session,
        FakeApi(house, DOCTOR),
        Tasks(lambda error: raise_error(session, error)),
        DOCTOR,
        folder=tmp_path,
        store_key=bytes(range(32)),
        pin=None,
        on_patients=lambda case, patients: None,
        on_told=lambda event: None,
        on_ready=lambda: None,
        on_late=lambda uid: None,
        on_more=lambda uid: None,
        goes_on=lambda: False,
    )


def started(images: ImageService) -> Recorder:
    """The process is there, for the first time or again."""
    images.transfer = link = Recorder()
    images._said(Ready())
    return link


async def test_a_process_that_starts_during_a_call_is_told_the_last_limit_once(
    images: ImageService,
) -> None:
    images.limit(32_000)
    images.limit(16_000)
    link = started(images)
    assert isinstance(link.heard[0], Open)
    assert link.limits() == [16_000]
    images.limit(20_000)
    assert link.limits() == [16_000, 20_000]
    images.limit(None)
    assert link.limits() == [16_000, 20_000, None]
    assert started(images).limits() == []


@pytest.mark.allow_logs("a process that died is told to IT")
async def test_a_process_that_died_is_told_the_limit_of_the_call_again(
    images: ImageService,
) -> None:
    started(images)
    images.limit(32_000)
    images._lost(1, will_restart=True)
    assert started(images).limits() == [32_000]


async def test_signing_out_lets_go_on_what_is_not_sent_yet(images: ImageService) -> None:
    link = started(images)
    await images.sign_out()
    assert link.heard[-1] == EndSession()
    link = started(images)
    waiting = ImageUpload("1.2.3.4", "#1", 1000)
    images._facts.apply(UploadChanged(StudyUpload(CASE, "1.2.3", "CT", ("CT",), (waiting,))))
    await images.sign_out()
    assert link.heard[-1] == EndSession(when_done=True)


async def test_only_a_draft_gives_a_study_back_whole(images: ImageService) -> None:
    link = started(images)
    images._facts.apply(draft())
    images.cancel_upload("1.2.3")
    images._facts.apply(CaseOpened(Case(consultation(row(phase=Phase.QUEUED)), content=content())))
    images.cancel_upload("1.2.3")
    told = [one.whole for one in link.heard if isinstance(one, CancelUpload)]
    assert told == [True, False]


# --- imports -------------------------------------------------------------------------------


def wanted(link: Recorder) -> list[Import]:
    return [one for one in link.heard if isinstance(one, Import)]


@pytest.mark.allow_logs("a process that died is told to IT")
async def test_an_import_is_told_again_until_the_process_has_kept_it(images: ImageService) -> None:
    images._facts.apply(draft())
    link = started(images)
    images.import_paths((Path("one"),), "")
    images.import_paths((Path("two"),), "")
    one, two = wanted(link)
    images._said(ImportProgress(id=one.id, consultation_id=CASE, done=3, total=9))
    images._lost(-9, will_restart=True)
    assert [again.id for again in wanted(started(images))] == [two.id]
    assert images._facts.state.uploads.importing_of(CASE) == (3, 9)
    images._said(ImportProgress(id=two.id, consultation_id=CASE, done=0, total=0))
    assert wanted(started(images)) == []


@pytest.mark.allow_logs("a process that died is told to IT")
async def test_a_stopped_import_is_not_told_again(images: ImageService) -> None:
    images._facts.apply(draft())
    link = started(images)
    images.import_paths((Path("one"),), "")
    images.cancel_import()
    assert isinstance(link.heard[-1], CancelImport)
    assert images._facts.state.uploads.importing is None
    images._lost(-9, will_restart=True)
    assert wanted(started(images)) == []


async def test_stop_stops_what_is_read_for_the_case_on_the_screen(images: ImageService) -> None:
    link = started(images)
    images._said(ImportProgress(id=named("import a"), consultation_id=OTHER, done=3, total=9))
    images._facts.apply(draft())
    images.import_paths((Path("one"),), "")
    images.cancel_import()
    assert [one.consultation_id for one in link.heard if isinstance(one, CancelImport)] == [CASE]
    assert images._facts.state.uploads.importing_of(OTHER) == (3, 9)


@pytest.mark.allow_logs("a process that died is told to IT")
async def test_a_process_that_died_too_often_is_said_so_and_started_for_the_next_import(
    images: ImageService,
) -> None:
    images._facts.apply(draft())
    started(images)
    images._lost(-9, will_restart=True)
    images._lost(-9, will_restart=False)
    (notice,) = images._facts.state.notices
    assert notice.code is Trouble.TRANSFER_GIVEN_UP
    begun: list[str] = []

    class Starting(Recorder):
        async def start(self) -> None:
            begun.append("again")

    images.transfer = link = Starting()
    images.import_paths((Path("one"),), "")
    await images._tasks.quiet()
    assert begun == ["again"]
    images._said(Ready())
    assert [one.paths for one in wanted(link)] == [(Path("one"),)]
    assert images._facts.state.notices == ()


# --- whose they are ------------------------------------------------------------------------

HE = PatientFound(
    patient_name="He^Xiaoxi=何^小溪", patient_id="QS-1", sex="F", birth_date="19580402"
)


def proposing(session: Session) -> tuple[PatientProposals, list[tuple[str, UUID]]]:
    made: list[tuple[str, UUID]] = []

    def edit(content: CaseContent, of: UUID) -> None:
        assert content.patient is not None
        made.append((content.patient.name, of))

    return PatientProposals(session, edit), made


def empty(case_id: UUID) -> CaseOpened:
    summary = row(phase=Phase.EDITING).model_copy(update={"id": case_id})
    return CaseOpened(Case(consultation(summary), content=CaseContent()))


def test_the_patient_of_pictures_is_proposed_to_the_case_they_were_imported_into() -> None:
    session = Session()
    session.apply(empty(CASE))
    proposals, made = proposing(session)
    proposals.found(CASE, (HE,))
    assert made == [("何小溪", CASE)]


def test_images_without_a_name_say_nothing_against_the_one_whom_the_others_name() -> None:
    session = Session()
    session.apply(empty(CASE))
    proposals, made = proposing(session)
    nobody = PatientFound(patient_name="", patient_id="", sex="F", birth_date="")
    proposals.found(CASE, (nobody,))
    assert made == []
    proposals.found(CASE, (HE, nobody))
    assert made == [("何小溪", CASE)]


def test_a_case_that_was_opened_meanwhile_gets_nobody_elses_patient() -> None:
    session = Session()
    session.apply(empty(OTHER))
    proposals, made = proposing(session)
    proposals.found(CASE, (HE,))
    assert made == []
    session.apply(empty(CASE))
    assert session.state.case is not None
    proposals.opened(session.state.case)
    assert made == [("何小溪", CASE)]
    proposals.opened(session.state.case)
    assert len(made) == 1


def test_nobody_is_proposed_where_pictures_are_of_two_or_somebody_is_entered() -> None:
    session = Session()
    session.apply(empty(CASE))
    proposals, made = proposing(session)
    proposals.found(CASE, (HE, HE.model_copy(update={"patient_id": "QS-2"})))
    session.apply(draft())
    proposals.found(CASE, (HE,))
    assert made == []


async def test_an_import_says_whose_it_is_before_there_is_a_session(images: ImageService) -> None:
    process = started(images)
    images._facts.apply(draft())
    images.import_paths((Path("disc"),), "")
    assert [one.account_id for one in wanted(process)] == [DOCTOR.id]
