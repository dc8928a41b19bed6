"""What a clinic shares of a patient's record goes with the case, and only with it."""

from typing import Any

import httpx
from sqlalchemy import select

from protocol import paths
from protocol.shared_record import FHIR_JSON
from server.store.tables import AuditRow
from tests.fakes.bundles import condition, patient, raw
from tests.server.people import Someone, Valley, open_case, submitted_case
from tests.server.process import ServerProcess
from tests.server.tables import rows


def share(someone: Someone, case_id: str, body: bytes, kind: str = FHIR_JSON) -> httpx.Response:
    path = paths.RECORD.format(consultation_id=case_id)
    return someone.http.put(path, content=body, headers={"content-type": kind})


def read(someone: Someone, case_id: str) -> httpx.Response:
    return someone.send("GET", paths.RECORD, consultation_id=case_id)


def told(someone: Someone, case_id: str) -> Any:
    return someone.get(paths.CONSULTATION, consultation_id=case_id)["record"]


def test_the_expert_who_takes_the_case_reads_what_was_shared(valley: Valley) -> None:
    case_id = open_case(valley)
    shared = share(valley.doctor, case_id, raw())
    assert shared.status_code == 200, shared.text
    assert shared.json()["patient_name"] == "He^Xiaoxi=何^小溪"
    assert valley.doctor.act(case_id, "submit").status_code == 200
    assert read(valley.expert, case_id).status_code == 404
    valley.expert.take(case_id)
    found = read(valley.expert, case_id)
    assert (found.content, found.headers["content-type"]) == (raw(), FHIR_JSON)
    assert told(valley.expert, case_id)["counts"] == [
        {"resource_type": "Condition", "count": 1},
        {"resource_type": "Observation", "count": 1},
        {"resource_type": "Patient", "count": 1},
    ]


def test_what_is_no_record_of_one_patient_is_refused(valley: Valley) -> None:
    case_id = open_case(valley)
    stranger = condition(subject={"reference": "Patient/other"})
    refused = share(valley.doctor, case_id, raw(patient(), stranger))
    assert refused.status_code == 422
    assert refused.json()["fields"] == [{"location": ["entry", "1"], "reason": "two_patients"}]
    assert share(valley.doctor, case_id, raw(), "application/json").status_code == 415
    assert told(valley.doctor, case_id) is None


def test_another_patients_record_holds_the_case_up(valley: Valley) -> None:
    case_id = open_case(valley)
    other = patient(name=[{"family": "王", "given": ["小明"]}], birthDate="1990-01-01")
    assert share(valley.doctor, case_id, raw(other, condition())).status_code == 200
    refused = valley.doctor.act(case_id, "submit")
    assert (refused.status_code, refused.json()["missing"]) == (422, ["record"])
    path = paths.RECORD.format(consultation_id=case_id)
    assert valley.doctor.http.delete(path).status_code == 204
    assert read(valley.doctor, case_id).status_code == 404
    assert valley.doctor.act(case_id, "submit").status_code == 200


def test_it_stands_still_once_the_case_is_out(valley: Valley) -> None:
    case_id = submitted_case(valley)
    assert share(valley.doctor, case_id, raw()).status_code == 409
    assert share(valley.expert, case_id, raw()).status_code == 404


def test_a_later_one_takes_its_place(valley: Valley) -> None:
    case_id = open_case(valley)
    first = share(valley.doctor, case_id, raw()).json()
    assert share(valley.doctor, case_id, raw()).json() == first
    newer = raw(patient(), condition())
    assert share(valley.doctor, case_id, newer).json()["sha256"] != first["sha256"]
    assert read(valley.doctor, case_id).content == newer


def test_another_clinic_reads_nothing(valley: Valley) -> None:
    case_id = open_case(valley)
    share(valley.doctor, case_id, raw())
    stranger = valley.town.person("requester", institution=valley.town.institution())
    assert read(stranger, case_id).status_code == 404


def test_it_rests_sealed_and_every_look_is_written_down(
    valley: Valley, server: ServerProcess
) -> None:
    case_id = open_case(valley)
    marked = raw(patient(), condition(code={"text": "只有这里才有的诊断"}))
    sha256 = share(valley.doctor, case_id, marked).json()["sha256"]
    read(valley.doctor, case_id)
    where = select(AuditRow.access).where(AuditRow.target == sha256).order_by(AuditRow.id)
    assert [one for (one,) in rows(server, where)] == ["create", "read"]
    lying = [path.read_bytes() for path in server.data_dir.rglob("*") if path.is_file()]
    assert not any("只有这里才有的诊断".encode() in one for one in lying)
