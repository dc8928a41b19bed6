"""What devices are offered, and what the profile keeps of intake."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from app.net.studies import StudyQuery
from app.services.images import files_of
from app.services.intake import IntakeService, worklist_entry
from app.session.owner import Session
from app.store.errors import StoreError
from app.store.intake_settings import IntakeSettings, Pacs, PacsKind, Receiver
from app.store.profile import Profile, SealedStore
from app.store.sealed import Sealer
from app.transfer.intake_messages import (
    Configure,
    OfferWorklist,
    RetrieveStudy,
    SearchPacs,
    StopJob,
)
from app.transfer.messages import Command
from protocol.base import new_id
from protocol.consultation import CaseContent, Patient, Sex
from protocol.identity import may_name_another
from tests.fakes.examples import content, patient, study

CASE = UUID("0198e7c1-0000-7000-8000-000000000001")
SEALER = Sealer(bytes(range(32)))


class Desk:
    """The service on a profile, and what it tells the transfer process."""

    def __init__(self, folder: Path) -> None:
        self.told: list[Command] = []
        self.session = Session()
        self.profile = Profile(folder)
        secrets = SealedStore(folder / "archives", SEALER)
        self.intake = IntakeService(self.session, self.profile, secrets, self.told.append)
        self.intake.begin()

    def last(self, kind: type[Configure] | type[OfferWorklist]) -> Configure | OfferWorklist:
        return next(one for one in reversed(self.told) if isinstance(one, kind))

    @property
    def offered(self) -> list[str]:
        told = self.last(OfferWorklist)
        assert isinstance(told, OfferWorklist)
        return [entry.patient_name for entry in told.entries]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_entry_of_the_worklist_fits_what_dicom_allows() -> None:
    he = patient(name="何小溪", sex=Sex.FEMALE, birth_date=date(1958, 4, 2), patient_id="QS-42")
    entry = worklist_entry(CASE, "CONS-20261127-0001", content(patient=he))
    assert entry is not None
    assert (entry.patient_name, entry.sex, entry.birth_date) == (
        "HE^XIAOXI=何小溪",
        "F",
        "19580402",
    )
    assert entry.accession_number == "20261127-0001"
    assert len(entry.study_instance_uid) <= 64
    assert entry.study_instance_uid == f"2.25.{CASE.int}"


def test_latin_names_are_written_as_dicom_writes_them() -> None:
    entry = worklist_entry(CASE, "", content(patient=patient(name="Xiaoxi He")))
    assert entry is not None
    assert entry.patient_name == "He^Xiaoxi"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("欧阳娜", "OUYANG^NA=欧阳娜"),
        ("单小溪", "SHAN^XIAOXI=单小溪"),
        ("吕布", "LYU^BU=吕布"),
        ("何", "HE=何"),
        ("古丽·买买提", "GULI MAIMAITI=古丽·买买提"),
    ],
)
def test_a_device_shows_and_sorts_by_the_reading_of_a_chinese_name(name: str, told: str) -> None:
    entry = worklist_entry(CASE, "", content(patient=patient(name=name)))
    assert entry is not None
    assert entry.patient_name == told


def test_images_that_come_back_under_that_name_and_number_are_the_patients() -> None:
    he = patient(name="何小溪", patient_id="")
    entry = worklist_entry(CASE, "CONS-20261127-0001", content(patient=he))
    assert entry is not None
    assert entry.patient_id == "20261127-0001"
    back = study(
        patient_name=entry.patient_name,
        patient_id=entry.patient_id,
        patient_birth_date=entry.birth_date,
        patient_sex=entry.sex,
    )
    assert not may_name_another(he, back)


@pytest.mark.parametrize("who", [None, Patient()])
def test_a_case_without_a_name_is_not_offered(who: Patient | None) -> None:
    assert worklist_entry(CASE, "", CaseContent(patient=who)) is None


def test_a_case_is_offered_as_it_is_written_and_no_more_when_it_goes_out(desk: Desk) -> None:
    desk.intake.offer(CASE, "CONS-20261127-0001", content(patient=patient(name="何小溪")))
    assert desk.offered == ["HE^XIAOXI=何小溪"]
    desk.intake.offer(CASE, "CONS-20261127-0001", content(patient=patient(name="何晓溪")))
    assert desk.offered == ["HE^XIAOXI=何晓溪"]
    desk.intake.offer(CASE, "CONS-20261127-0001", None)
    assert desk.offered == []


def test_photographs_name_the_sex_as_dicom_does() -> None:
    assert files_of(patient(sex=Sex.FEMALE), "").sex == "F"
    assert files_of(patient(sex=None), "").sex == ""


async def test_settings_are_there_again_and_passwords_only_sealed(tmp_path: Path) -> None:
    pacs = Pacs(id=new_id(), name="Cloud", kind=PacsKind.DICOMWEB, url="https://pacs.example")
    settings = IntakeSettings(receiver=Receiver(on=True, ae_title="CLINIC"), pacs=(pacs,))
    await Desk(tmp_path).intake.save(settings, {str(pacs.id): "open sesame"})
    again = Desk(tmp_path)
    told = again.last(Configure)
    assert isinstance(told, Configure)
    assert told.settings == settings
    assert told.passwords == {str(pacs.id): "open sesame"}
    assert again.session.state.intake.settings == settings
    assert again.intake.serving
    assert not lying_open(tmp_path, b"open sesame")


def lying_open(folder: Path, words: bytes) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if words in path.read_bytes()]


async def test_settings_that_could_not_be_kept_do_not_hold_either(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "profile.json").mkdir()
    told = len(desk.told)
    with pytest.raises((StoreError, OSError)):
        await desk.intake.save(IntakeSettings(receiver=Receiver(on=True)), {})
    assert not desk.intake.serving
    assert len(desk.told) == told
    assert desk.session.state.intake.settings == IntakeSettings()


async def test_the_password_of_an_archive_goes_with_it(tmp_path: Path) -> None:
    pacs = Pacs(id=new_id(), name="Cloud", kind=PacsKind.DICOMWEB, url="https://pacs.example")
    desk = Desk(tmp_path)
    await desk.intake.save(IntakeSettings(pacs=(pacs,)), {str(pacs.id): "open sesame"})
    await desk.intake.save(IntakeSettings(), {})
    assert not list((tmp_path / "archives").glob("*"))


async def test_a_study_is_sought_in_all_archives_at_once_and_another_search_ends_it(
    tmp_path: Path,
) -> None:
    places = [Pacs(id=new_id(), name=one, url="https://pacs.example") for one in ("his", "vna")]
    desk = Desk(tmp_path)
    await desk.intake.save(IntakeSettings(pacs=tuple(places)), {})
    desk.intake.seek("1.2.3")
    asked = [one for one in desk.told if isinstance(one, SearchPacs)]
    assert [one.pacs_id for one in asked] == [one.id for one in places]
    assert {one.query for one in asked} == {StudyQuery(study_instance_uid="1.2.3")}
    desk.intake.search(places[0].id, StudyQuery(name="何小溪"))
    assert desk.told[-3:-1] == [StopJob(job=one.job) for one in asked]


@pytest.mark.allow_logs("damaged settings are begun anew")
def test_settings_of_another_kind_are_begun_anew(tmp_path: Path) -> None:
    Profile(tmp_path).remember(intake={"receiver": "on"})
    assert Desk(tmp_path).session.state.intake.settings == IntakeSettings()


def test_a_study_is_fetched_once_at_a_time_and_can_be_stopped(desk: Desk) -> None:
    pacs = new_id()
    desk.intake.retrieve(pacs, "1.2.3", 180)
    desk.intake.retrieve(pacs, "1.2.3", 180)
    (asked,) = [one for one in desk.told if isinstance(one, RetrieveStudy)]
    desk.intake.stop_retrieve("1.2.3")
    assert desk.told[-1] == StopJob(job=asked.job)
