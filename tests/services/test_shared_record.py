"""What the clinic chose at the hospital gets to the case once, and to no other patient's."""

import asyncio
import base64
import hashlib
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from app.net.connection import Connection
from app.net.emr.clinical import Section
from app.net.emr.documents import with_contents
from app.net.emr.gathering import Gathered
from app.net.emr.reading import clinical, record_of
from app.net.errors import NotSignedIn, Unreachable
from app.net.records import RecordApi
from app.services.shared_record import SharedRecordService
from app.session.case import CaseRead
from app.session.emr import EmrProblem, EmrRead, EmrReading
from app.session.queue import Load
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from protocol.attached_study import AttachedStudy
from protocol.consultation import CaseContent, Patient
from protocol.errors import ErrorCode
from protocol.record_owner import record_key
from protocol.shared_record import SharedRecord
from tests.fakes.api import URL, House, refusal
from tests.fakes.bundles import Json, condition, of_patient, patient
from tests.fakes.examples import content
from tests.fakes.examples import patient as entered
from tests.fakes.records import resources, shared
from tests.services.conftest import KEY, Desk

SECTIONS = (Section.PROBLEMS, Section.LABORATORY)


class FakeRecords(RecordApi):
    """Keeps Bundles beside the cases of a house, and is away when it is."""

    def __init__(self, house: House) -> None:
        super().__init__(Connection(URL, None))
        self.house = house
        self.kept: dict[UUID, bytes] = {}
        self.refuses: ErrorCode | None = None

    def _reached(self, id_: UUID) -> None:
        if not self.house.online:
            raise Unreachable("no network")
        if self.refuses is not None:
            raise refusal(self.refuses)
        if id_ not in self.house.cases:
            raise refusal(ErrorCode.NOT_FOUND)

    async def share(self, consultation_id: UUID, bundle: bytes) -> SharedRecord:
        self._reached(consultation_id)
        self.kept[consultation_id] = bundle
        sha256 = hashlib.sha256(bundle).hexdigest()
        told = shared()[0].model_copy(update={"sha256": sha256})
        case = self.house.cases[consultation_id]
        self.house.add(case.model_copy(update={"record": told}))
        return told

    async def read(self, consultation_id: UUID) -> bytes:
        self._reached(consultation_id)
        return self.kept[consultation_id]

    async def take_back(self, consultation_id: UUID) -> None:
        self._reached(consultation_id)
        self.kept.pop(consultation_id, None)
        case = self.house.cases[consultation_id]
        self.house.add(case.model_copy(update={"record": None}))


class Clinic:
    """A doctor with a case open."""

    def __init__(self, desk: Desk, house: House) -> None:
        self.desk = desk
        self.records = FakeRecords(house)
        self.edits: list[Patient | None] = []
        self.checked: list[str] = []
        self.hospital_away = False
        self.hospital_answers = asyncio.Event()
        self.hospital_answers.set()
        self.kept = SealedStore(desk.folder / "records", Sealer(KEY))
        self.service = self.started()

    def started(self) -> SharedRecordService:
        """Again is a restart."""
        return SharedRecordService(
            self.desk.session,
            self.desk.api,
            self.records,
            self.kept,
            self.desk.account,
            self.desk.tasks,
            lambda text, _of: self._edited(text),
            fill=self._fill,
        )

    async def _fill(
        self, documents: tuple[Json, ...], told: Callable[[int], None]
    ) -> tuple[dict[str, Json], int]:
        if self.hospital_away:
            raise NotSignedIn
        told(0)
        await self.hospital_answers.wait()
        return with_contents(None, documents, 1 << 20)

    def _edited(self, text: CaseContent) -> None:
        self.edits.append(text.patient)
        self.checked.append(text.record_checked)

    def has_read(self, *told: Json) -> None:
        """At the hospital."""
        found = told or resources()
        gathered = Gathered(found[0], tuple(found[1:]))
        reading = EmrReading("p1", clinical(found).person, 12, 12, gathered, clinical(found))
        self.desk.session.apply(EmrRead(reading))

    async def shares(self, *told: Json, compared: bool = False) -> None:
        self.has_read(*told)
        await self.service.share(self.desk.case.id, SECTIONS, compared=compared)

    @property
    def problem(self) -> EmrProblem | None:
        reading = self.desk.state.emr.reading
        return reading.trouble.problem if reading and reading.trouble else None


@pytest.fixture
async def clinic(doctor: Desk, house: House) -> Clinic:
    await doctor.cases.new_case()
    await doctor.cases.edit(content())
    return Clinic(doctor, house)


async def test_what_was_chosen_goes_with_the_case_and_leaves_no_copy_here(clinic: Clinic) -> None:
    await clinic.shares()
    case = clinic.desk.case
    assert b'"AllergyIntolerance"' not in clinic.records.kept[case.id]
    assert b'"Condition"' in clinic.records.kept[case.id]
    assert case.consultation.record is not None
    assert clinic.desk.state.emr.reading is None
    assert clinic.kept.names() == ()


async def test_documents_go_in_full_where_that_was_chosen_or_it_is_said_why_not(
    clinic: Clinic,
) -> None:
    letter, sections = b"%PDF-1.7 of a letter", (Section.DOCUMENTS,)
    attached = {"data": base64.b64encode(letter).decode()}
    telling = {"date": "2019-05-01", "content": [{"attachment": attached}]}
    clinic.has_read(patient(), of_patient("DocumentReference", "d", **telling))
    clinic.hospital_away = True
    await clinic.service.share(clinic.desk.case.id, sections, contents=True)
    assert clinic.problem is EmrProblem.NOT_ADMITTED
    assert clinic.records.kept == {}
    clinic.hospital_away = False
    await clinic.service.share(clinic.desk.case.id, sections, contents=True)
    kept = clinic.records.kept[clinic.desk.case.id]
    (document,) = record_of(kept).of(Section.DOCUMENTS)
    assert [one.data for one in document.contents] == [letter]
    clinic.has_read(patient(), of_patient("DocumentReference", "d", **telling))
    today = date(2026, 1, 1)
    await clinic.service.share(clinic.desk.case.id, sections, contents=True, since=today)
    assert attached["data"].encode() not in clinic.records.kept[clinic.desk.case.id]


async def test_sharing_tells_how_far_it_is_and_what_is_stopped_goes_nowhere(clinic: Clinic) -> None:
    attached = {"data": base64.b64encode(b"%PDF-1.7").decode()}
    letter = of_patient("DocumentReference", "d", content=[{"attachment": attached}])
    clinic.has_read(patient(), letter)
    clinic.hospital_answers.clear()
    begun = asyncio.Event()
    clinic.desk.session.changed.connect(
        lambda state: begun.set() if state.emr.reading and state.emr.reading.filled[1] else None
    )
    sharing = clinic.service.share(clinic.desk.case.id, (Section.DOCUMENTS,), contents=True)
    task = asyncio.create_task(sharing)
    await asyncio.wait_for(begun.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    reading = clinic.desk.state.emr.reading
    assert reading is not None
    assert (reading.sharing, reading.filled) == (False, (0, 0))
    assert clinic.records.kept == {}


async def test_without_network_it_waits_sealed_and_goes_exactly_once(
    clinic: Clinic, house: House
) -> None:
    house.online = False
    await clinic.shares()
    id_ = clinic.desk.case.id
    assert clinic.desk.state.emr.waiting == {id_}
    (file,) = (clinic.desk.folder / "records").iterdir()
    assert "高血压".encode() not in file.read_bytes()
    await clinic.service.send_kept()
    assert clinic.records.kept == {}
    house.online = True
    again = clinic.started()
    await again.load_waiting()
    await again.send_kept()
    assert list(clinic.records.kept) == [id_]
    assert clinic.desk.state.emr.waiting == frozenset()
    assert clinic.kept.names() == ()


async def test_another_account_on_this_computer_sends_nothing_of_it(
    clinic: Clinic, house: House
) -> None:
    house.online = False
    await clinic.shares()
    house.online = True
    name = clinic.kept.names()[0]
    plain = clinic.kept.read(name)
    assert plain is not None
    clinic.kept.write(name, b"0" * 32 + plain[32:])
    await clinic.service.send_kept()
    assert clinic.records.kept == {}


async def test_a_record_that_is_refused_later_is_told_and_no_more_waits(
    clinic: Clinic, house: House
) -> None:
    house.online = False
    await clinic.shares()
    house.online = True
    clinic.records.refuses = ErrorCode.TRANSITION_REFUSED
    await clinic.service.send_kept()
    assert ErrorCode.TRANSITION_REFUSED in clinic.desk.told()
    assert clinic.kept.names() == ()


async def test_a_refusal_now_is_told_beside_what_was_chosen(clinic: Clinic) -> None:
    clinic.records.refuses = ErrorCode.VALIDATION_FAILED
    await clinic.shares()
    assert clinic.problem is EmrProblem.NOT_SHARED


async def test_another_patients_record_goes_nowhere(clinic: Clinic) -> None:
    await clinic.shares(patient(birthDate="1990-01-01"), condition())
    assert clinic.problem is EmrProblem.ANOTHER_PATIENT
    assert clinic.records.kept == {}


async def test_who_is_known_by_name_alone_is_compared_first_and_the_case_keeps_that(
    clinic: Clinic,
) -> None:
    await clinic.desk.cases.edit(content(patient=Patient(name="何小溪")))
    await clinic.shares()
    assert clinic.problem is EmrProblem.ANOTHER_PATIENT
    assert clinic.records.kept == {}
    await clinic.shares(compared=True)
    case = clinic.desk.case
    assert list(clinic.records.kept) == [case.id]
    record = shared()[0]
    key = record_key(Patient(name="何小溪"), record.patient_name, record.patient_ids)
    assert clinic.checked == [key]


async def test_a_name_in_other_characters_goes_once_somebody_compared(clinic: Clinic) -> None:
    her = patient(name=[{"family": "何", "given": ["小谿"]}], identifier=[])
    await clinic.shares(her, condition())
    assert clinic.problem is EmrProblem.ANOTHER_PATIENT
    await clinic.shares(her, condition(), compared=True)
    assert list(clinic.records.kept) == [clinic.desk.case.id]


async def test_where_images_name_another_the_record_goes_nowhere(clinic: Clinic) -> None:
    study = AttachedStudy(
        study_instance_uid="1.2",
        modalities=("CT",),
        description="",
        declared=1,
        received=1,
        verified=True,
        patient_name="=王^小明",
        patient_birth_date="19900101",
    )
    case = clinic.desk.case.consultation
    clinic.desk.session.apply(CaseRead(case.model_copy(update={"studies": (study,)})))
    await clinic.shares()
    assert clinic.problem is EmrProblem.OTHER_IMAGES
    assert clinic.records.kept == {}


async def test_what_the_case_does_not_say_of_its_patient_the_record_says(clinic: Clinic) -> None:
    known = Patient(name="何小溪", phone="0571-1")
    await clinic.desk.cases.edit(content(patient=known))
    await clinic.shares(compared=True)
    filled = entered(phone="0571-1", allergies=("青霉素", "碘造影剂"))
    assert clinic.edits == [filled]


async def test_what_was_shared_can_be_taken_back(clinic: Clinic) -> None:
    await clinic.shares()
    await clinic.service.take_back(clinic.desk.case.id)
    assert clinic.desk.case.consultation.record is None
    assert clinic.records.kept == {}


async def test_the_record_of_the_open_case_is_read_once_and_anew_when_it_is_another(
    clinic: Clinic,
) -> None:
    await clinic.shares()
    clinic.service.follow(clinic.desk.state)
    clinic.service.follow(clinic.desk.state)
    await clinic.desk.tasks.quiet()
    first = clinic.desk.state.emr.shared
    assert first is not None
    assert first.record is not None
    assert len(first.record.of(Section.PROBLEMS)) == 3
    await clinic.shares(patient(), condition())
    clinic.service.follow(clinic.desk.state)
    await clinic.desk.tasks.quiet()
    second = clinic.desk.state.emr.shared
    assert second is not None
    assert second.record is not None
    assert len(second.record.of(Section.PROBLEMS)) == 1
    clinic.desk.cases.close()
    clinic.service.follow(clinic.desk.state)
    assert clinic.desk.state.emr.shared is None


async def test_a_record_that_cannot_be_read_says_so(clinic: Clinic, house: House) -> None:
    await clinic.shares()
    house.online = False
    clinic.service.follow(clinic.desk.state)
    await clinic.desk.tasks.quiet()
    told = clinic.desk.state.emr.shared
    assert told is not None
    assert told.load is Load.FAILED
