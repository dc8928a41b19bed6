"""What the clinic chose at the hospital gets to the case once, and to no other patient's."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from app.net.connection import Connection
from app.net.emr.clinical import Section
from app.net.emr.gathering import Gathered
from app.net.emr.place import EmrAccess, EmrServer
from app.net.emr.reading import clinical
from app.net.errors import Unreachable
from app.net.records import RecordApi
from app.services.emr import EmrService
from app.services.shared_record import SharedRecordService
from app.session.case import CaseRead
from app.session.emr import EmrProblem, EmrRead, EmrReading
from app.session.queue import Load
from app.store.profile import Profile, SealedStore
from app.store.sealed import Sealer
from protocol.attached_study import AttachedStudy
from protocol.consultation import Patient
from protocol.errors import ErrorCode
from protocol.shared_record import SharedRecord
from tests.fakes.api import URL, House, refusal
from tests.fakes.bundles import Json, condition, patient
from tests.fakes.examples import content
from tests.fakes.examples import patient as entered
from tests.fakes.hospital import FakeHospital, hospital
from tests.fakes.records import resources, shared
from tests.net.test_emr_hl7v2 import PID, message, oru
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
            lambda text, _of: self.edits.append(text.patient),
        )

    def has_read(self, *told: Json) -> None:
        """At the hospital."""
        found = told or resources()
        gathered = Gathered(found[0], tuple(found[1:]))
        reading = EmrReading("p1", clinical(found).person, 12, 12, gathered, clinical(found))
        self.desk.session.apply(EmrRead(reading))

    async def shares(self, *told: Json) -> None:
        self.has_read(*told)
        await self.service.share(self.desk.case.id, SECTIONS)

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
    await clinic.shares()
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


# --- asking the hospital ---------------------------------------------------------------------


@pytest.fixture
async def fake() -> AsyncIterator[FakeHospital]:
    with hospital(*resources()) as running:
        yield running


def emr_at(desk: Desk) -> EmrService:
    return EmrService(desk.session, Profile(desk.folder), secrets_of(desk.folder))


def secrets_of(folder: Path) -> SealedStore:
    return SealedStore(folder / "hospital", Sealer(KEY))


async def test_the_address_is_kept_openly_and_the_secret_sealed(
    doctor: Desk, fake: FakeHospital
) -> None:
    fake.token = "the secret"
    emr, server = emr_at(doctor), EmrServer(url=fake.url, access=EmrAccess.TOKEN)
    await emr.test(server, "wrong")
    assert doctor.state.emr.test is not None
    assert doctor.state.emr.test.trouble is not None
    await emr.test(server, "the secret")
    assert doctor.state.emr.test.good
    await emr.save(server, "the secret")
    files = [one for one in doctor.folder.rglob("*") if one.is_file()]
    assert not any(b"the secret" in one.read_bytes() for one in files)
    again = emr_at(doctor)
    await again.search("何小溪")
    assert [one.id for one in doctor.state.emr.search.found] == ["p1"]


async def test_a_secret_does_not_go_to_another_address(doctor: Desk, fake: FakeHospital) -> None:
    emr, server = emr_at(doctor), EmrServer(url=fake.url, access=EmrAccess.TOKEN)
    await emr.save(server, "the secret")
    await emr.save(server.model_copy(update={"name": "市一"}), "")
    assert secrets_of(doctor.folder).names() == ("server",)
    await emr.save(server.model_copy(update={"url": "https://other.example/r4"}), "")
    assert secrets_of(doctor.folder).names() == ()


async def test_the_record_of_a_found_patient_is_read(doctor: Desk, fake: FakeHospital) -> None:
    emr = emr_at(doctor)
    await emr.save(EmrServer(url=fake.url), "")
    await emr.search("QS-2026-0042")
    await emr.read("p1")
    reading = doctor.state.emr.reading
    assert reading is not None
    assert reading.record is not None
    assert reading.record.person.names[0] == "何小溪"
    assert reading.parts == reading.done


async def test_what_was_left_is_not_shown_when_it_comes(doctor: Desk, fake: FakeHospital) -> None:
    emr = emr_at(doctor)
    await emr.save(EmrServer(url=fake.url), "")
    await emr.search("何小溪")

    async def leaves() -> None:
        assert doctor.state.emr.reading is not None
        emr.leave()

    await asyncio.gather(emr.read("p1"), leaves())
    assert doctor.state.emr.reading is None


async def test_a_server_that_is_away_is_told(doctor: Desk) -> None:
    emr = emr_at(doctor)
    await emr.save(EmrServer(url="http://127.0.0.1:1/fhir"), "")
    await emr.search("何小溪")
    search = doctor.state.emr.search
    assert search.load is Load.FAILED
    assert search.trouble is not None
    assert search.trouble.problem is EmrProblem.UNREACHABLE


async def test_hl7_files_of_one_patient_are_read_at_once_and_of_several_by_choice(
    doctor: Desk, tmp_path: Path
) -> None:
    emr = emr_at(doctor)
    one, other = tmp_path / "one.hl7", tmp_path / "other.hl7"
    one.write_text(oru("OBX|1|NM|718-7^血红蛋白^LN||98|g/L|115-150|L|||F"), "utf-8")
    other.write_text(oru(pid=PID.replace("QS-2026-0042", "QS-2026-0099")), "utf-8")

    def numbers() -> list[str]:
        reading = doctor.state.emr.reading
        return [] if reading is None or reading.record is None else [*reading.person.identifiers]

    await emr.read_files((one,))
    assert numbers()[0] == "QS-2026-0042"
    await emr.read_files((one, other))
    assert numbers() == []
    found = doctor.state.emr.search.found
    assert len(found) == 2
    await emr.read(found[1].id)
    assert numbers()[0] == "QS-2026-0099"


async def test_files_without_messages_say_so(doctor: Desk, tmp_path: Path) -> None:
    rubbish = tmp_path / "x.txt"
    rubbish.write_text("no message")
    for paths in ((rubbish,), (tmp_path / "gone",)):
        await emr_at(doctor).read_files(paths)
        trouble = doctor.state.emr.search.trouble
        assert trouble is not None
        assert trouble.problem is EmrProblem.NO_MESSAGES


async def test_a_patient_of_received_messages_is_found_by_name_or_number(doctor: Desk) -> None:
    other = "PID|1||QS-77^^^SYYY^MR||李^大山||19700101|M"
    came = (oru().encode(), message("ADT^A08", pid=other).encode(), b"noise")
    secrets = SealedStore(doctor.folder / "hospital", Sealer(KEY))
    emr = EmrService(doctor.session, Profile(doctor.folder), secrets, lambda: came)
    for words, names in (
        ("小溪 何", {"何小溪"}),
        ("xiaoxi", {"何小溪"}),
        ("qs-77", {"李大山"}),
        ("nobody", set()),
    ):
        await emr.read_received(words)
        search = doctor.state.emr.search
        assert search.load is Load.READY
        assert {one.person.names[0] for one in search.found} == names
    before = doctor.state.emr.search
    await emr.read_received("  ")
    assert doctor.state.emr.search is before, "there may be thousands"
    await emr.read_received("何小溪")
    await emr.read(doctor.state.emr.search.found[0].id)
    reading = doctor.state.emr.reading
    assert reading is not None
    assert reading.record is not None
