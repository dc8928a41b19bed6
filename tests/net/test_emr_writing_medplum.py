"""A FHIR server no one here wrote takes what we write, takes updates, and gets nothing twice."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.net.emr.hospital import Hospital
from app.net.emr.place import EmrServer
from app.net.emr.writes import PATIENT, HospitalWrite, WriteFault
from app.net.emr.writing import write
from app.net.errors import Unreachable
from protocol.appointment import Appointment
from protocol.consultation import Consultation, Phase
from protocol.fhir_report import case_resources
from tests.bench.errors import CounterpartMissing
from tests.fakes import examples
from tests.fakes.bundles import patient
from tests.fakes.reports import report
from tests.net.cut_line import Line, line_to
from tests.net.medplum import medplum

pytestmark = pytest.mark.live
KINDS = ("ServiceRequest", "Consent", "Appointment", "Encounter", "Provenance", "Task")
NUMBER = "QS-2026-0042"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    try:
        with medplum() as running:
            with httpx.Client(trust_env=False) as http:
                somebody = {key: value for key, value in patient().items() if key != "id"}
                assert http.post(f"{running}/Patient", json=somebody).status_code == 201
            yield running
    except CounterpartMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def line(server: str) -> Iterator[Line]:
    with line_to(server) as made:
        yield made


def case(id_: UUID, phase: Phase = Phase.SCHEDULED) -> Consultation:
    met = Appointment(at=examples.NOW, counted_from=examples.NOW, met_at=examples.NOW)
    summary = examples.row(
        phase=phase,
        id=id_,
        expert=examples.person(examples.EXPERT),
        scheduled_for=examples.NOW,
        appointment=met if phase is Phase.RECEIVED else None,
    )
    return examples.consultation(summary, studies=(examples.study("1.2.3"),))


def sent(id_: UUID) -> HospitalWrite:
    content = case(id_).content
    empty = HospitalWrite(
        consultation_id=id_, account_id=uuid4(), url="", patient=content.patient, whose=NUMBER
    )
    return empty.asking(case_resources(case(id_), PATIENT), "sent")


def received(entry: HospitalWrite, version: int = 1) -> HospitalWrite:
    id_ = entry.consultation_id
    told = report(consultation_id=id_, version=version, study_instance_uids=("1.2.3",))
    resources = case_resources(case(id_, Phase.RECEIVED), PATIENT, told, b"%PDF-1.7")
    return entry.asking(resources, f"received {version}")


def sends(line: Line, entry: HospitalWrite) -> HospitalWrite:
    """Until the line holds; what was kept at a break is what the next try knows."""
    hospital = Hospital(EmrServer(url=line.url))
    kept = [entry]
    try:
        return write(hospital, entry, kept.append)
    except Unreachable:
        return write(hospital, kept[-1], kept.append)
    finally:
        hospital.close()


def there(line: Line, kind: str, entry: HospitalWrite) -> list[dict[str, Any]]:
    """What the server has of this case."""
    parts = [one for one in entry.parts if one.kind == kind]
    hospital = Hospital(EmrServer(url=line.url))
    try:
        found = []
        for one in parts:
            parameter, _, value = one.criteria.partition("=")
            page = hospital.search(kind, {parameter: value})
            found += [told["resource"] for told in page.get("entry", [])]
        return found
    finally:
        hospital.close()


def test_what_we_write_is_taken_and_refers_to_what_is_there(line: Line) -> None:
    entry = sends(line, sent(uuid4()))
    assert entry.done, [(one.kind, one.status, one.said) for one in entry.parts]
    for kind in KINDS:
        assert len(there(line, kind, entry)) == 1
    (task,) = there(line, "Task", entry)
    (request,) = there(line, "ServiceRequest", entry)
    assert task["focus"]["reference"] == f"ServiceRequest/{request['id']}"


def test_updates_are_taken_in_the_version_we_know(line: Line) -> None:
    entry = sends(line, received(sends(line, sent(uuid4()))))
    assert entry.done, [(one.kind, one.status, one.said) for one in entry.parts]
    (task,) = there(line, "Task", entry)
    (told,) = there(line, "DiagnosticReport", entry)
    assert task["output"][0]["valueReference"]["reference"] == f"DiagnosticReport/{told['id']}"
    entry = sends(line, received(entry, version=2))
    (told,) = there(line, "DiagnosticReport", entry)
    assert (entry.done, told["status"]) == (True, "amended")
    assert len(there(line, "Provenance", entry)) == 3


@pytest.mark.parametrize("cut", range(len(KINDS)))
def test_a_retry_after_a_cut_answer_makes_no_second_one(line: Line, cut: int) -> None:
    line.cut_after = cut
    entry = sends(line, sent(uuid4()))
    assert line.was_cut
    assert entry.done
    for kind in KINDS:
        assert len(there(line, kind, entry)) == 1


@pytest.mark.parametrize("cut", range(3))
def test_a_retry_after_a_cut_answer_to_an_update_writes_nothing_over(line: Line, cut: int) -> None:
    entry = sends(line, sent(uuid4()))
    line.cut_after = cut
    entry = sends(line, received(entry))
    assert line.was_cut
    assert entry.done
    assert len(there(line, "DiagnosticReport", entry)) == 1


def test_what_was_changed_there_is_told(line: Line, server: str) -> None:
    entry = sends(line, sent(uuid4()))
    (task,) = there(line, "Task", entry)
    with httpx.Client(trust_env=False) as http:
        changed = {**task, "description": "theirs"}
        assert http.put(f"{server}/Task/{task['id']}", json=changed).status_code == 200
    entry = sends(line, received(entry))
    assert [one.fault for one in entry.parts if one.kind == "Task"] == [WriteFault.CHANGED_THERE]
    entry = sends(line, entry.over())
    (task,) = there(line, "Task", entry)
    assert (entry.done, task["status"], task["description"]) == (True, "completed", "theirs")


def test_what_was_taken_back_there_is_not_written_again_without_a_word(
    line: Line, server: str
) -> None:
    """Another computer, or this one years later, knows nothing of what it wrote."""
    case = uuid4()
    entry = sends(line, received(sends(line, sent(case))))
    (told,) = there(line, "DiagnosticReport", entry)
    theirs = {"system": "urn:oid:1.2.3", "value": "HIS-7"}
    taken_back = {
        **told,
        "status": "entered-in-error",
        "identifier": [*told["identifier"], theirs],
    }
    with httpx.Client(trust_env=False) as http:
        where = f"{server}/DiagnosticReport/{told['id']}"
        assert http.put(where, json=taken_back).status_code == 200
    entry = sends(line, received(sends(line, sent(case))))
    faults = [one.fault for one in entry.parts if one.kind == "DiagnosticReport"]
    assert faults == [WriteFault.CHANGED_THERE]
    (told,) = there(line, "DiagnosticReport", entry)
    assert told["status"] == "entered-in-error"
    entry = sends(line, received(entry, version=2))
    (told,) = there(line, "DiagnosticReport", entry)
    assert told["status"] == "entered-in-error", "an amended report does not revive it either"
    entry = sends(line, entry.over())
    (told,) = there(line, "DiagnosticReport", entry)
    assert (told["status"], theirs in told["identifier"]) == ("amended", True)
