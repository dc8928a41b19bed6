"""From the doctor's decision to the hospital's record, which is a server no one here wrote."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PySide6.QtWidgets import QApplication, QTableView

from protocol.paths import FHIR
from tests.bench.errors import CounterpartMissing
from tests.fakes.bundles import patient
from tests.live.clinician import Clinician, play
from tests.live.test_shared_record import sets_the_hospital_up, writes_records
from tests.net.medplum import medplum
from tests.server.people import Valley, open_case
from tests.server.process import ServerProcess
from tests.server.signing import report_of, signed, signing_key
from tests.server.test_report import drafted

pytestmark = pytest.mark.live
Json = dict[str, Any]


@pytest.fixture
def medical_record() -> Iterator[httpx.Client]:
    """Medplum's router with the patient of the case."""
    try:
        with medplum() as url, httpx.Client(base_url=url, trust_env=False) as http:
            somebody = {key: value for key, value in patient().items() if key != "id"}
            assert http.post("/Patient", json=somebody).status_code == 201
            yield http
    except CounterpartMissing as missing:
        pytest.skip(str(missing))


def there(record: httpx.Client, kind: str) -> list[Json]:
    found = record.get(f"/{kind}", params={"_count": 50}).json()
    return [one["resource"] for one in found.get("entry", [])]


def test_a_received_report_is_in_the_record_with_its_file(
    qapp: QApplication,
    server: ServerProcess,
    valley: Valley,
    tmp_path: Path,
    medical_record: httpx.Client,
) -> None:
    writes_records(valley)

    async def clinic(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        await sets_the_hospital_up(person, str(medical_record.base_url))
        case_id = open_case(valley)
        assert valley.doctor.act(case_id, "submit").status_code == 200
        await person.until(lambda: bool(there(medical_record, "Task")), "the task")
        drafted(valley, case_id)
        report = report_of(valley.expert, case_id)
        answer = signed(valley.expert, case_id, report, signing_key(valley.expert))
        assert answer.status_code == 201, answer.text
        assert there(medical_record, "DiagnosticReport") == [], "not before it was received"
        answer = valley.doctor.act(case_id, "receive", decision="adopted")
        assert answer.status_code == 200, answer.text
        await person.until(
            lambda: bool(there(medical_record, "DiagnosticReport")), "the report of the case"
        )

    play(qapp, tmp_path / "clinic", {server.url: server.ca}, clinic)
    (report,), (task,) = there(medical_record, "DiagnosticReport"), there(medical_record, "Task")
    (paper,) = report["presentedForm"]
    data = base64.b64decode(paper["data"])
    assert data.startswith(b"%PDF")
    assert base64.b64decode(paper["hash"]) == hashlib.sha1(data, usedforsecurity=False).digest()
    assert report["encounter"]["reference"].startswith("Encounter/")
    assert task["id"]


def test_a_clinic_without_a_hospital_finds_its_case_in_its_own_record(
    qapp: QApplication, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    writes_records(valley)
    own = valley.doctor.http

    def kept(kind: str) -> list[Json]:
        found = own.get(f"{FHIR}/{kind}").json()
        return [one["resource"] for one in found.get("entry", [])]

    async def clinic(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        first, second = open_case(valley), open_case(valley)
        for case_id in (first, second):
            assert valley.doctor.act(case_id, "submit").status_code == 200
        await person.until(lambda: len(kept("Task")) == 2, "the tasks")
        draft = open_case(valley)
        await person.open_case(draft)
        await person.click("fromHospital")
        await person.click("emrFind")
        patients = await person.see(QTableView, "emrPatients")
        await person.until(lambda: patients.model().rowCount() == 1, "the patient")
        await person.click("emrRead")
        await person.click("emrAdd")
        await person.write("entryTitle", "青霉素")
        await person.click("entrySave")
        await person.until(lambda: kept("AllergyIntolerance"), "the allergy")
        await person.read("青霉素")
        await person.click("emrShare")
        await person.read("entries of the record go with the case.")

    play(qapp, tmp_path / "clinic", {server.url: server.ca}, clinic)
    (whose,) = kept("Patient")
    named = {one["for"]["reference"] for one in kept("Task")}
    assert named == {f"Patient/{whose['id']}"}, "both cases are of the one patient that was made"
