"""What is written at the hospital is there once, in the newest words, and nobody else's."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from app.net.emr import paging
from app.net.emr.hospital import Hospital
from app.net.emr.place import EmrServer
from app.net.emr.writes import PATIENT, HospitalWrite, WriteFault
from app.net.emr.writing import write
from app.net.errors import FhirRefused, NotSignedIn, Unreachable
from protocol.consultation import Consultation, Phase
from protocol.fhir_report import case_resources
from protocol.structured import StructuredFinding
from tests.fakes import examples
from tests.fakes.bundles import patient
from tests.fakes.hospital import FakeHospital, hospital, outcome
from tests.fakes.reports import report

KINDS = ["ServiceRequest", "Consent", "Encounter", "Provenance", "Task"]
PAPER = b"%PDF-1.7"
NODULE = StructuredFinding(code="nodule-size", name="结节大小", value="8", unit="mm", ucum="mm")


def case(phase: Phase = Phase.QUEUED) -> Consultation:
    return examples.consultation(examples.row(phase=phase), studies=(examples.study("1.2.3"),))


def received() -> Consultation:
    expert = examples.person(examples.EXPERT)
    summary = examples.row(phase=Phase.RECEIVED, expert=expert)
    return examples.consultation(summary, studies=(examples.study("1.2.3"),))


@dataclass
class Clinic:
    """The outbox of one case, and its way to the hospital."""

    fake: FakeHospital
    entry: HospitalWrite
    kept: list[HospitalWrite] = field(default_factory=list)

    def sends(self) -> HospitalWrite:
        """What is kept counts, also where it ends in an error: the program may have died there."""
        server = Hospital(EmrServer(url=self.fake.url))
        try:
            self.entry = write(server, self.kept[-1] if self.kept else self.entry, self.kept.append)
        finally:
            server.close()
            self.entry = self.kept[-1] if self.kept else self.entry
        self.kept = [self.entry]
        return self.entry

    def asks(self, entry: HospitalWrite) -> None:
        self.entry, self.kept = entry, [entry]

    def receives(
        self,
        version: int = 1,
        findings: tuple[StructuredFinding, ...] = (),
        codes: tuple[str, ...] = (),
    ) -> None:
        signed = report(version=version)
        more = {"structured": findings, "diagnosis_codes": codes}
        opinion = signed.opinion.model_copy(update=more)
        signed = signed.model_copy(update={"opinion": opinion})
        told = case_resources(received(), PATIENT, signed, PAPER)
        self.asks(self.entry.asking(told, f"received {version}"))

    @property
    def faults(self) -> dict[str, WriteFault]:
        return {one.kind: one.fault for one in self.entry.parts if one.fault is not None}

    @property
    def writes(self) -> int:
        sent = zip(self.fake.asked, self.fake.methods, strict=True)
        return sum(1 for asked, method in sent if method != "GET" and "_search" not in asked)


def entry_of(url: str) -> HospitalWrite:
    empty = HospitalWrite(
        consultation_id=case().summary.id,
        account_id=uuid4(),
        url=url,
        patient=case().content.patient,
        whose="QS-2026-0042",
    )
    return empty.asking(case_resources(case(), PATIENT), "sent")


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    with hospital(patient()) as fake:
        yield Clinic(fake, entry_of(fake.url))


def test_a_sent_case_is_there_with_references_to_one_another(clinic: Clinic) -> None:
    assert clinic.sends().done
    assert [one["resourceType"] for one in clinic.fake.resources[1:]] == KINDS
    (request,), (task,) = clinic.fake.of("ServiceRequest"), clinic.fake.of("Task")
    assert task["focus"] == {"reference": f"ServiceRequest/{request['id']}"}
    assert request["subject"] == {"reference": "Patient/p1"}
    assert "urn:huizhen" not in str(clinic.fake.resources)


def test_nothing_is_written_twice(clinic: Clinic) -> None:
    clinic.sends()
    before = clinic.writes
    clinic.asks(clinic.entry.asking(case_resources(case(), PATIENT), "sent"))
    assert clinic.sends().done
    assert clinic.writes == before


def test_the_report_updates_what_is_there_and_adds_itself(clinic: Clinic) -> None:
    clinic.sends()
    clinic.receives()
    assert clinic.sends().done
    (task,), (told,) = clinic.fake.of("Task"), clinic.fake.of("DiagnosticReport")
    assert (task["status"], task["meta"]["versionId"]) == ("completed", "2")
    assert task["output"][0]["valueReference"]["reference"] == f"DiagnosticReport/{told['id']}"
    clinic.receives(version=2)
    clinic.sends()
    (told,) = clinic.fake.of("DiagnosticReport")
    assert (told["status"], told["meta"]["versionId"]) == ("amended", "2")
    assert len(clinic.fake.of("Provenance")) == 3


def test_a_finding_the_amended_report_does_not_have_is_withdrawn_there(clinic: Clinic) -> None:
    clinic.sends()
    clinic.receives(findings=(NODULE,))
    assert clinic.sends().done
    clinic.receives(version=2)
    assert clinic.sends().done
    (value,), (told,) = clinic.fake.of("Observation"), clinic.fake.of("DiagnosticReport")
    assert (value["status"], "result" in told) == ("entered-in-error", False)
    writes = clinic.writes
    clinic.receives(version=2)
    assert (clinic.sends().done, clinic.writes) == (True, writes), "once"
    clinic.receives(version=3, findings=(NODULE,))
    assert clinic.sends().done
    assert [one["status"] for one in clinic.fake.of("Observation")] == ["amended"], "back"


def test_a_finding_the_hospital_changed_is_withdrawn_only_by_a_person(clinic: Clinic) -> None:
    clinic.sends()
    clinic.receives(findings=(NODULE,))
    clinic.sends()
    _changes(clinic.fake, "Observation", note=[{"text": "seen by Dr Li"}])
    clinic.receives(version=2)
    assert not clinic.sends().done
    assert clinic.faults == {"Observation": WriteFault.CHANGED_THERE}
    clinic.asks(clinic.entry.over())
    assert clinic.sends().done
    (value,) = clinic.fake.of("Observation")
    assert (value["status"], value["note"]) == ("entered-in-error", [{"text": "seen by Dr Li"}])


@pytest.mark.parametrize("knows_conditions", [True, False])
@pytest.mark.parametrize("cut", range(len(KINDS)))
def test_a_cut_answer_makes_no_second_resource(
    clinic: Clinic, cut: int, *, knows_conditions: bool
) -> None:
    clinic.fake.knows_conditions = knows_conditions
    clinic.fake.cut_after = cut
    with pytest.raises(Unreachable):
        clinic.sends()
    assert len(clinic.fake.resources) == 2 + cut
    assert clinic.sends().done
    assert [one["resourceType"] for one in clinic.fake.resources[1:]] == KINDS


def _poor(fake: FakeHospital, most: int) -> None:
    """Neither conditions nor numbers are known to it; strangers' entries stand before ours."""
    fake.knows_conditions = fake.knows_numbers = False
    fake.page = 2
    strangers = [{"resourceType": KINDS[0], "id": f"x{number}"} for number in range(most)]
    fake.resources[:0] = strangers


def test_what_got_through_is_found_page_by_page_where_numbers_are_not_known(clinic: Clinic) -> None:
    _poor(clinic.fake, 7)
    clinic.fake.cut_after = 0
    with pytest.raises(Unreachable):
        clinic.sends()
    assert clinic.sends().done
    assert len(clinic.fake.of(KINDS[0])) == 7 + 1


def test_where_it_cannot_be_seen_nothing_is_written_twice(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_PAGES", 3)
    _poor(clinic.fake, 7)
    clinic.fake.cut_after = 0
    with pytest.raises(Unreachable):
        clinic.sends()
    there = len(clinic.fake.of(KINDS[0]))
    assert not clinic.sends().done
    assert len(clinic.fake.of(KINDS[0])) == there
    assert clinic.faults[KINDS[0]] is WriteFault.UNSEARCHABLE


def test_a_cut_answer_to_an_update_is_recognised(clinic: Clinic) -> None:
    clinic.sends()
    clinic.receives()
    clinic.fake.cut_after = 0
    with pytest.raises(Unreachable):
        clinic.sends()
    assert clinic.sends().done
    assert {one["meta"]["versionId"] for one in clinic.fake.of("ServiceRequest")} == {"2"}


def test_what_the_hospital_changed_is_not_written_over_unasked(clinic: Clinic) -> None:
    clinic.sends()
    _changes(clinic.fake, "Task", businessStatus={"text": "triaged"}, description="theirs")
    clinic.receives()
    assert not clinic.sends().done
    assert clinic.faults == {"Task": WriteFault.CHANGED_THERE}
    assert clinic.fake.of("Task")[0]["businessStatus"] == {"text": "triaged"}
    assert clinic.fake.of("DiagnosticReport")
    clinic.asks(clinic.entry.again())
    assert clinic.sends().parts[-2].fault is WriteFault.CHANGED_THERE
    clinic.asks(clinic.entry.over())
    assert clinic.sends().done
    (task,) = clinic.fake.of("Task")
    assert (task["status"], task["description"]) == ("completed", "theirs")


def test_what_the_hospital_changed_can_be_left(clinic: Clinic) -> None:
    clinic.sends()
    _changes(clinic.fake, "Task", businessStatus={"text": "triaged"})
    clinic.receives()
    clinic.sends()
    clinic.asks(clinic.entry.left())
    assert clinic.sends().done
    assert clinic.fake.of("Task")[0]["businessStatus"] == {"text": "triaged"}


def test_what_the_hospital_removed_is_told_and_can_be_made_anew(clinic: Clinic) -> None:
    clinic.sends()
    clinic.fake.resources = [one for one in clinic.fake.resources if one["resourceType"] != "Task"]
    clinic.receives()
    clinic.sends()
    assert clinic.faults == {"Task": WriteFault.REFUSED}
    clinic.asks(clinic.entry.over())
    assert clinic.sends().done
    assert [one["status"] for one in clinic.fake.of("Task")] == ["completed"]


def _changes(fake: FakeHospital, kind: str, **more: object) -> None:
    (one,) = fake.of(kind)
    version = {"versionId": str(int(one["meta"]["versionId"]) + 1)}
    one.update({**more, "meta": {**one["meta"], **version}})


def test_a_refusal_is_told_in_the_servers_words_and_what_depends_on_it_waits(
    clinic: Clinic,
) -> None:
    clinic.fake.mood("/fhir/ServiceRequest", (422, outcome("no such priority here"), {}))
    entry = clinic.sends()
    assert clinic.faults == {"ServiceRequest": WriteFault.REFUSED}
    assert (entry.parts[0].status, entry.parts[0].said) == (422, "no such priority here")
    assert [one["resourceType"] for one in clinic.fake.resources[1:]] == ["Consent"]
    clinic.asks(entry.again())
    assert clinic.sends().done
    assert len(clinic.fake.resources) == 1 + len(KINDS)


def test_a_type_that_is_forbidden_is_told_and_the_others_are_written(clinic: Clinic) -> None:
    clinic.fake.mood("/fhir/Consent", (403, outcome("not yours"), {}))
    entry = clinic.sends()
    assert clinic.faults == {"Consent": WriteFault.REFUSED}
    assert entry.parts[1].said == "not yours"
    assert clinic.fake.of("Task")


@pytest.mark.parametrize(
    ("status", "error"), [(503, FhirRefused), (429, FhirRefused), (401, NotSignedIn)]
)
def test_a_server_that_is_busy_or_admits_nobody_is_asked_later(
    clinic: Clinic, status: int, error: type[Exception]
) -> None:
    clinic.fake.mood("/fhir/Encounter", (status, outcome("later"), {"retry-after": "1"}))
    with pytest.raises(error):
        clinic.sends()
    assert not clinic.faults
    assert [one.resource != "" for one in clinic.entry.parts] == [False, False, True, True, True]
    assert clinic.sends().done


def test_two_that_carry_our_identifier_are_told(clinic: Clinic) -> None:
    clinic.sends()
    (request,) = clinic.fake.of("ServiceRequest")
    clinic.fake.resources.append({**request, "id": "copy"})
    clinic.asks(entry_of(clinic.fake.url))
    clinic.sends()
    assert clinic.faults == {"ServiceRequest": WriteFault.SEVERAL_THERE}


def test_another_computer_finds_what_the_first_wrote(clinic: Clinic) -> None:
    clinic.sends()
    before = list(clinic.fake.resources)
    clinic.asks(entry_of(clinic.fake.url))
    assert clinic.sends().done
    assert clinic.fake.resources == before


def test_studies_the_hospital_has_are_referred_to_where_they_are(clinic: Clinic) -> None:
    named = {"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}
    clinic.fake.resources.append(
        {"resourceType": "ImagingStudy", "id": "i1", "identifier": [named]}
    )
    clinic.sends()
    (told,) = clinic.fake.of("ServiceRequest")[0]["supportingInfo"]
    assert told["reference"] == "ImagingStudy/i1"


@pytest.mark.parametrize(
    ("there", "fault"),
    [
        ((), WriteFault.NO_PATIENT),
        ((patient(birthDate="1990-01-01"),), WriteFault.ANOTHER_PATIENT),
        ((patient(), patient(id="p2")), WriteFault.SEVERAL_PATIENTS),
    ],
)
def test_nothing_is_written_where_the_patient_is_in_doubt(
    clinic: Clinic, there: tuple[dict[str, object], ...], fault: WriteFault
) -> None:
    clinic.fake.resources = list(there)
    assert clinic.sends().fault is fault
    assert clinic.writes == 0


@pytest.mark.parametrize("id_", ["../../other", "..", "p1?x=1", "", 7])
def test_an_id_that_would_lead_elsewhere_is_none(clinic: Clinic, id_: object) -> None:
    clinic.fake.resources = [patient(id=id_)]
    clinic.entry = clinic.entry.model_copy(update={"patient_id": ""})
    entry = clinic.sends()
    assert entry.fault is WriteFault.NO_PATIENT or entry.patient_id == "7"
    assert not any(".." in asked for asked in clinic.fake.asked)


def test_a_number_typed_by_hand_finds_the_patient(clinic: Clinic) -> None:
    clinic.asks(clinic.entry.model_copy(update={"whose": "unknown"}))
    assert clinic.sends().fault is WriteFault.NO_PATIENT
    clinic.asks(clinic.entry.again("QS-2026-0042"))
    assert clinic.sends().done


def test_what_was_kept_says_nothing_to_a_log(clinic: Clinic) -> None:
    clinic.fake.mood("/fhir/Consent", (422, outcome("何小溪 is unknown"), {}))
    assert "何小溪" not in repr(clinic.sends())


def test_what_an_amended_report_does_not_say_goes_also_where_another_computer_wrote_it(
    clinic: Clinic,
) -> None:
    clinic.sends()
    clinic.receives(findings=(NODULE,), codes=("C34.1",))
    assert clinic.sends().done
    other = Clinic(clinic.fake, entry_of(clinic.fake.url))
    other.sends()
    other.receives(version=2)
    assert other.sends().done
    (told,), (value,) = clinic.fake.of("DiagnosticReport"), clinic.fake.of("Observation")
    assert (told["status"], value["status"]) == ("amended", "entered-in-error")
    assert not {"conclusionCode", "result"} & told.keys(), "the diagnosis was taken back"
    writes = other.writes
    other.asks(other.entry.again())
    assert (other.sends().done, other.writes) == (True, writes)


def test_an_update_names_a_version_also_where_only_a_header_tells_it(clinic: Clinic) -> None:
    server = Hospital(EmrServer(url=clinic.fake.url))
    told = server.update("Patient/p1", {**patient(), "gender": "male"}, "")
    server.close()
    assert (told.version, clinic.fake.sent[-1]["if-match"]) == ("2", 'W/"1"')
