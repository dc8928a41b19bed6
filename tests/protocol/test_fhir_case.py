"""What is written of a case is FHIR R4 by two judges, and says of it what there is to say."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from protocol import decimals
from protocol.appointment import Appointment
from protocol.consultation import CaseContent, Consultation, Decision, Phase
from protocol.fhir_case import CaseResource, imaging_study, instant, with_references
from protocol.fhir_report import case_resources
from protocol.report import CoSignature, Report
from protocol.structured import Side, StructuredFinding
from tests.fakes.examples import (
    EXPERT,
    NOW,
    consent,
    consultation,
    content,
    named,
    opinion,
    person,
    row,
    study,
)
from tests.fakes.reports import report
from tests.protocol.judges import NpmJudge, npm_judge, references, strict

PATIENT = "Patient/p1"
PAPER = b"%PDF-1.7 of a report"
UID = "1.2.840.1"
Json = dict[str, Any]


def case(phase: Phase = Phase.QUEUED, text: CaseContent | None = None, **more: Any) -> Consultation:
    expert = None if phase in (Phase.QUEUED, Phase.WITHDRAWN) else person(EXPERT)
    told = {"studies": (study(UID),)} | more.pop("told", {})
    return consultation(row(phase=phase, expert=expert, **more), text, **told)


STRUCTURED = (
    StructuredFinding(
        code="nodule-long",
        name="结节最大径",
        side=Side.RIGHT,
        value="8.50",
        unit="mm",
        ucum="mm",
    ),
    StructuredFinding(
        code="heart-rate", name="心率", value="72", unit="次/分", ucum="/min", loinc="8867-4"
    ),
    StructuredFinding(code="ti-rads", name="TI-RADS", value="4a"),
)


def signed_report(**more: Any) -> Report:
    critical = opinion(
        critical=True,
        critical_finding="张力性气胸",
        diagnosis_codes=("J93.0",),
        structured=STRUCTURED,
    )
    return report(opinion=critical, study_instance_uids=(UID,), **more)


REVIEWED = CoSignature(
    reviewer_id=named("reviewer"),
    reviewer_name="周主任",
    reviewer_institution="市第一医院",
    approved_at=NOW - timedelta(minutes=3),
)
MET = Appointment(at=NOW, counted_from=NOW, met_at=NOW)
CASES: dict[str, tuple[CaseResource, ...]] = {
    "sent": case_resources(case(), PATIENT),
    "of a child": case_resources(
        case(
            text=content(
                consent=consent(guardian_relation="母亲", given_by="何母", witness="王护士")
            )
        ),
        PATIENT,
    ),
    "planned": case_resources(case(Phase.SCHEDULED, scheduled_for=NOW), PATIENT),
    "met": case_resources(case(Phase.IN_CALL, scheduled_for=NOW, appointment=MET), PATIENT),
    "received": case_resources(
        case(Phase.RECEIVED, appointment=MET, told={"decision": Decision.ADOPTED}),
        PATIENT,
        signed_report(),
        PAPER,
    ),
    "amended": case_resources(case(Phase.RECEIVED), PATIENT, signed_report(version=2), PAPER),
    "co-signed": case_resources(
        case(Phase.RECEIVED), PATIENT, signed_report(co_signature=REVIEWED), PAPER
    ),
    "withdrawn": case_resources(case(Phase.WITHDRAWN), PATIENT),
    "in error": case_resources(case(Phase.ENTERED_IN_ERROR), PATIENT, signed_report(), PAPER),
    "little is known": case_resources(
        case(text=content(reason="", question="", history="", findings="", diagnosis_codes=())),
        PATIENT,
        report(opinion=opinion(impression="", recommendation="")),
    ),
    "an export": (imaging_study(case().summary.id, study(UID), PATIENT),),
}


def of(name: str, kind: str) -> Json:
    return next(one.resource for one in CASES[name] if one.kind == kind)


@pytest.fixture(scope="module")
def judge() -> Iterator[NpmJudge]:
    with npm_judge() as running:
        yield running


@pytest.mark.parametrize("name", CASES)
def test_the_models_of_r4b_take_every_resource(name: str) -> None:
    for one in CASES[name]:
        strict(one.resource)


@pytest.mark.live
def test_the_npm_validator_finds_nothing_wrong_with_any(judge: NpmJudge) -> None:
    assert judge.wrong(one.resource for told in CASES.values() for one in told) == []


@pytest.mark.live
def test_both_judges_can_find_something(judge: NpmJudge) -> None:
    false = {**of("sent", "Task"), "status": "nearly"}
    del false["intent"]
    assert judge.wrong([false])
    with pytest.raises(ValueError, match="intent"):
        strict(false)


def test_each_stands_behind_what_it_refers_to() -> None:
    for told in CASES.values():
        known = {PATIENT}
        for one in told:
            assert set(references(one.resource)) <= known
            known.add(one.key)


def test_the_same_case_is_the_same_resources_and_another_is_not() -> None:
    again = case_resources(case(), PATIENT)
    assert again == CASES["sent"]
    other = {one.key for one in case_resources(consultation(row("b"), content()), PATIENT)}
    assert not other & {one.key for one in again}


def test_the_criteria_name_the_resource_itself() -> None:
    for one in CASES["received"]:
        parameter, _, value = one.criteria.partition("=")
        system, _, code = value.partition("|")
        if parameter == "_tag":
            assert one.resource["meta"]["tag"] == [{"system": system, "code": code}]
        else:
            assert {"use": "official", "system": system, "value": code} in one.resource[
                "identifier"
            ]


def test_no_clinical_text_is_hidden_in_an_extension() -> None:
    assert all("extension" not in str(one.resource) for told in CASES.values() for one in told)


def test_the_visit_is_virtual_and_says_nothing_of_what_was_said() -> None:
    visit = of("received", "Encounter")
    assert visit["class"]["code"] == "VR"
    assert visit["status"] == "finished"
    assert "肉芽肿" not in str(visit)
    assert "咳嗽" not in str(visit)


def test_a_visit_ends_with_the_report_or_with_the_case() -> None:
    assert "end" not in of("met", "Encounter")["period"]
    signed = signed_report(signed_at=NOW + timedelta(minutes=20))
    over = case(Phase.RECEIVED, appointment=MET, updated_at=NOW + timedelta(hours=3))
    told = {
        "report": case_resources(over, PATIENT, signed, PAPER),
        "case": case_resources(over, PATIENT),
        "before": case_resources(over, PATIENT, signed_report(signed_at=NOW - timedelta(hours=1))),
    }
    for name, minutes in (("report", 20), ("case", 180), ("before", 0)):
        visit = next(one.resource for one in told[name] if one.kind == "Encounter")
        assert visit["period"]["end"] == instant(NOW + timedelta(minutes=minutes))


def test_the_report_carries_its_paper_and_names_its_images() -> None:
    told = of("received", "DiagnosticReport")
    (paper,) = told["presentedForm"]
    assert (paper["contentType"], paper["size"]) == ("application/pdf", len(PAPER))
    assert told["imagingStudy"][0]["identifier"]["value"] == f"urn:oid:{UID}"
    assert told["conclusion"].startswith("⚠ 张力性气胸\n")
    assert (told["status"], of("amended", "DiagnosticReport")["status"]) == ("final", "amended")


def test_the_origin_of_a_report_names_who_wrote_and_who_approved_it() -> None:
    def agents(name: str) -> list[tuple[str, str, str]]:
        told = CASES[name][-1].resource
        return [
            (one["type"]["coding"][0]["code"], one["who"]["display"], one["onBehalfOf"]["display"])
            for one in told["agent"]
        ]

    author = ("author", "陈专家", "市第一医院")
    assert agents("received") == [author]
    assert agents("co-signed") == [author, ("attester", "周主任", "市第一医院")]


def test_structured_findings_are_observations_that_the_report_names() -> None:
    told = [one for one in CASES["received"] if one.kind == "Observation"]
    results = of("received", "DiagnosticReport")["result"]
    assert [one["reference"] for one in results] == [one.key for one in told]
    nodule, rate, category = (one.resource for one in told)
    quantity = {
        "value": Decimal("8.50"),
        "unit": "mm",
        "system": "http://unitsofmeasure.org",
        "code": "mm",
    }
    assert (nodule["valueQuantity"], nodule["bodySite"]["text"]) == (quantity, "右侧")
    assert rate["code"]["coding"][0] == {"system": "http://loinc.org", "code": "8867-4"}
    assert rate["valueQuantity"]["value"] == 72
    assert '"value": 8.50' in decimals.dumps(nodule), "the zero was measured"
    assert category["valueString"] == "4a"
    assert all(one["status"] == "final" for one in (nodule, rate, category))


def test_the_task_ends_in_the_report_and_the_decision() -> None:
    task = of("received", "Task")
    assert task["status"] == "completed"
    assert task["note"] == [{"text": "adopted"}]
    assert task["output"][0]["valueReference"]["reference"] == next(
        one.key for one in CASES["received"] if one.kind == "DiagnosticReport"
    )


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("sent", "ServiceRequest", "active"),
        ("sent", "Task", "requested"),
        ("sent", "Encounter", "planned"),
        ("planned", "Appointment", "booked"),
        ("met", "Appointment", "fulfilled"),
        ("met", "Encounter", "in-progress"),
        ("withdrawn", "ServiceRequest", "revoked"),
        ("withdrawn", "Task", "cancelled"),
        ("in error", "DiagnosticReport", "entered-in-error"),
    ],
)
def test_statuses_are_those_of_the_standard(name: str, kind: str, status: str) -> None:
    assert of(name, kind)["status"] == status


def test_references_become_the_addresses_a_server_gave() -> None:
    request = CASES["sent"][0]
    task = with_references(of("sent", "Task"), {request.key: "ServiceRequest/7"})
    assert task["focus"] == {"reference": "ServiceRequest/7"}
    assert task["for"] == {"reference": PATIENT}
