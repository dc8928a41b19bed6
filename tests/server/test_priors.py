"""Earlier studies of the patient: for whoever works on a case, through it, and for nobody else."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from pydicom.dataset import Dataset

from protocol import paths
from protocol.attached_study import AttachedStudy
from protocol.consultation import Patient, Sex
from server.domain.priors import is_prior
from tests.server.edge import place_of
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Someone, Valley, content, make_valley, open_case

PATIENT = {
    "name": "何小溪",
    "patient_id": "QS-2026-0042",
    "sex": "female",
    "birth_date": "1958-04-02",
}
OTHER = {"name": "林远山", "patient_id": "QS-2026-0077", "sex": "male", "birth_date": "1964-01-12"}


def case_with(valley: Valley, slices: list[Dataset], *, submit: bool = True, **more: Any) -> str:
    case_id = open_case(valley, **more)
    files = [file_bytes(one) for one in slices]
    declare(valley.doctor, case_id, slices, files)
    assert stow(valley.doctor, files).status_code == 200
    if submit:
        answer = valley.doctor.act(case_id, "submit")
        assert answer.status_code == 200, answer.text
    return case_id


def of_another(slices: list[Dataset]) -> list[Dataset]:
    for one in slices:
        one.PatientName, one.PatientID = "林^远山", "QS-2026-0077"
        one.PatientSex, one.PatientBirthDate = "M", "19640112"
    return slices


def priors(someone: Someone, case_id: str) -> list[str]:
    case = someone.get(paths.CONSULTATION, consultation_id=case_id)
    return [one["study_instance_uid"] for one in case["priors"]]


def test_a_case_says_when_its_studies_were_taken(valley: Valley) -> None:
    slices = new_study(1)
    slices[0].StudyDate, slices[0].StudyTime = "20261121", "093000"
    case_id = case_with(valley, slices)
    (study,) = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["studies"]
    assert (study["study_date"], study["study_time"]) == ("20261121", "093000")


def image(someone: Someone, one: Dataset, case_id: str | None = None) -> httpx.Response:
    through = {} if case_id is None else {"consultation": case_id}
    return someone.http.get(place_of(one), params=through, headers={"accept": "*/*"})


@pytest.mark.both_databases
def test_the_holder_of_a_case_sees_the_earlier_studies_of_its_patient(valley: Valley) -> None:
    before, now, else_ = new_study(1), new_study(1), of_another(new_study(1))
    case_with(valley, before)
    case_with(valley, else_, patient=OTHER)
    case_with(valley, new_study(1), submit=False)
    case_id = case_with(valley, now)
    expert = valley.another_expert()
    assert image(expert, before[0], case_id).status_code == 404, "not while it merely rings"
    expert.take(case_id)
    assert priors(expert, case_id) == [str(before[0].StudyInstanceUID)]
    found = image(expert, before[0], case_id)
    assert found.status_code == 200
    assert file_bytes(before[0]) in found.content
    study = f"{paths.DICOMWEB}/studies/{before[0].StudyInstanceUID}/instances"
    assert len(expert.http.get(study, params={"consultation": case_id}).json()) == 1
    assert image(expert, before[0]).status_code == 404, "through the case only"
    assert image(expert, else_[0], case_id).status_code == 404
    assert priors(valley.doctor, case_id) == []


def test_the_right_ends_with_the_work(valley: Valley) -> None:
    before, now = new_study(1), new_study(1)
    case_with(valley, before)
    case_id = case_with(valley, now)
    expert = valley.another_expert()
    expert.take(case_id)
    assert image(expert, before[0], case_id).status_code == 200
    answer = expert.act(case_id, "release", reason="called away")
    assert answer.status_code == 200, answer.text
    assert image(expert, before[0], case_id).status_code == 404
    valley.expert.take(case_id)
    assert image(valley.expert, before[0], case_id).status_code == 200
    assert image(expert, before[0], case_id).status_code == 404


def corrected(valley: Valley, case_id: str, patient: dict[str, str]) -> None:
    """The clinic says that the case is of somebody else."""
    version = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["summary"]["version"]
    body = {"version": version, "content": content(valley.department, patient=patient)}
    answer = valley.doctor.send("PUT", paths.CASE, body, consultation_id=case_id)
    assert answer.status_code == 200, answer.text


def test_the_right_ends_as_soon_as_the_case_is_somebody_elses(valley: Valley) -> None:
    before = new_study(1)
    case_with(valley, before)
    case_id = case_with(valley, new_study(1))
    valley.expert.take(case_id)
    assert image(valley.expert, before[0], case_id).status_code == 200
    assert valley.expert.act(case_id, "ask_information", checklist=["身份证"]).is_success
    corrected(valley, case_id, OTHER)
    assert priors(valley.expert, case_id) == []
    assert image(valley.expert, before[0], case_id).status_code == 404


def test_another_clinics_studies_of_the_patient_stay_there(valley: Valley) -> None:
    other = make_valley(valley.town)
    theirs, now = new_study(1), new_study(1)
    case_with(other, theirs)
    case_id = case_with(valley, now)
    valley.expert.take(case_id)
    assert priors(valley.expert, case_id) == []
    assert image(valley.expert, theirs[0], case_id).status_code == 404


def said(**more: Any) -> AttachedStudy:
    facts = {
        "study_instance_uid": "1",
        "modalities": ("CT",),
        "description": "",
        "declared": 1,
        "received": 1,
        "verified": True,
        "patient_name": "何^小溪",
        "patient_id": "QS-2026-0042",
        "patient_birth_date": "19580402",
        "patient_sex": "F",
    }
    return AttachedStudy.model_validate(facts | more)


@pytest.mark.parametrize(
    "theirs",
    [
        {"verified": False},
        {"nameless": 1},
        {"patient_birth_date": "19590402"},
        {"patient_sex": "M"},
        {"patient_name": "林^远山"},
        {"patient_name": "", "patient_id": ""},
    ],
)
def test_what_is_in_doubt_is_no_prior(theirs: dict[str, Any]) -> None:
    patient = Patient(name="何小溪", patient_id="QS-2026-0042", sex=Sex.FEMALE)
    mine = [said(study_instance_uid="2")]
    assert is_prior(patient, mine, said())
    assert not is_prior(patient, mine, said(**theirs))
    assert not is_prior(None, mine, said())
    assert not is_prior(patient, [], said()), "images must say so, not a form"


def test_a_site_may_keep_earlier_studies_to_their_own_cases(tmp_path: Path) -> None:
    server = InProcess(tmp_path, earlier_studies=False)
    town = TownWithin(server)
    try:
        valley = make_valley(town)
        case_with(valley, new_study(1))
        case_id = case_with(valley, new_study(1))
        valley.expert.take(case_id)
        assert priors(valley.expert, case_id) == []
    finally:
        town.close()
        server.end()
