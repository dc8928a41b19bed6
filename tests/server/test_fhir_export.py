"""A case for others: taken whole by a FHIR server no one here wrote, and anonymous when asked."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from protocol.consultation import Consultation, Decision, Patient, Phase, Sex
from protocol.fhir_case import identified
from protocol.report import CoSignature
from server.domain.anonymous import anonymous
from server.domain.fhir_export import ExportedCase, bulk_lines, exported, transaction
from tests.bench.errors import CounterpartMissing
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
from tests.net.medplum import medplum
from tests.protocol.judges import NpmJudge, npm_judge, references, strict

Json = dict[str, Any]
UID = "1.2.840.1"
HOME = named("青山卫生院")
REVIEWER = named("reviewer")
PAPER = b"%PDF-1.7 of a report"
SECRETS = (
    *("何小溪", "He Xiaoxi", "QS-2026-0042", "0571-0000042", "13800000042", "1958", "CONS-"),
    *(
        "林医生",
        "陈专家",
        "青山",
        "市第一医院",
        "王护士",
        "赵大山",
        "周主任",
        "省立",
        UID,
        "2026-",
        "11月20日",
    ),
)
"""Nothing of these may be in what is anonymous; a year alone may."""


def case(name: str = "a", **more: Any) -> Consultation:
    told = content(
        patient=Patient(
            name="何小溪",
            patient_id="QS-2026-0042",
            sex=Sex.FEMALE,
            birth_date=date(1958, 4, 2),
            phone="0571-0000042",
        ),
        reason="何小溪，68岁，咳嗽三周，电话 13800000042",
        history="11月20日 在青山卫生院由林医生接诊，赵大山陪同",
        consent=consent(witness="王护士"),
        **more,
    )
    summary = row(
        name,
        Phase.RECEIVED,
        expert=person(EXPERT),
        scheduled_for=NOW - timedelta(minutes=5),
        department="市第一医院放射科",
    )
    return consultation(
        summary,
        told,
        studies=(study(UID, description="何小溪 胸部"),),
        decision=Decision.PARTLY,
        decision_note="已告知何小溪",
    )


def told(name: str = "a") -> ExportedCase:
    text = opinion(impression="何小溪：炎性肉芽肿，省立医院周主任同意", diagnosis_codes=("J98.4",))
    approved = CoSignature(
        reviewer_id=REVIEWER,
        reviewer_name="周主任",
        reviewer_institution="省立医院",
        approved_at=NOW,
    )
    signed = report(name, opinion=text, study_instance_uids=(UID,), co_signature=approved)
    return ExportedCase(HOME, case(name), signed, PAPER)


def kinds(resources: Any) -> list[str]:
    return [one.kind for one in resources]


@pytest.fixture(scope="module")
def judge() -> Iterator[NpmJudge]:
    with npm_judge() as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[httpx.Client]:
    try:
        with medplum() as url, httpx.Client(base_url=url, trust_env=False) as http:
            yield http
    except CounterpartMissing as missing:
        pytest.skip(str(missing))


def test_a_case_is_told_with_its_patient_and_its_studies() -> None:
    resources = exported(told())
    assert kinds(resources)[:2] == ["Patient", "ImagingStudy"]
    assert resources[0].resource["name"][0]["text"] == "何小溪"
    (request,) = [one.resource for one in resources if one.kind == "ServiceRequest"]
    assert request["subject"] == {"reference": resources[0].key}
    assert request["supportingInfo"][0]["reference"] == resources[1].key


def test_a_patient_of_two_cases_of_a_clinic_is_one() -> None:
    one, two = exported(told("a")), exported(told("b"))
    assert one[0].key == two[0].key
    assert not {o.key for o in one[1:]} & {o.key for o in two[1:]}
    elsewhere = exported(ExportedCase(named("another clinic"), case()))
    assert elsewhere[0].key != one[0].key


def test_nobody_can_be_found_by_what_is_anonymous() -> None:
    run = UUID(int=1)  # of a chance one, ids may well have these digits
    resources = [one.resource for one in anonymous(told(), run, ["赵大山"])]
    plain = json.dumps(resources, ensure_ascii=False)
    assert [secret for secret in SECRETS if secret in plain] == []
    assert str(case().summary.id) not in plain
    assert str(REVIEWER) not in plain
    assert "炎性肉芽肿" in plain
    assert "咳嗽三周" in plain


def test_what_is_anonymous_leaves_out_what_names_people() -> None:
    resources = anonymous(told(), uuid4())
    assert kinds(resources) == [
        *("Patient", "Observation", "ImagingStudy", "ServiceRequest", "Encounter"),
        *("DiagnosticReport", "Task"),
    ]
    (age,) = [one.resource for one in resources if one.kind == "Observation"]
    assert age["valueString"] == "60-79"
    assert resources[0].resource["gender"] == "female"
    keys = {one.key for one in resources}
    assert all(ref in keys for one in resources for ref in references(one.resource))


def test_two_runs_cannot_be_joined_and_one_run_fits_together() -> None:
    run = uuid4()
    assert anonymous(told(), run) == anonymous(told(), run)
    first = {one.key for one in anonymous(told(), run)}
    second = {one.key for one in anonymous(told(), uuid4())}
    assert not first & second
    assert not first & {one.key for one in exported(told())}


def test_a_line_keeps_the_digits_that_were_measured() -> None:
    value = {"resourceType": "Observation", "valueQuantity": {"value": Decimal("0.040")}}
    ((_, _, line),) = bulk_lines((identified(uuid4(), "value", value),))
    assert '"value":0.040' in line


@pytest.mark.live
def test_both_judges_take_a_bundle_and_every_line(judge: NpmJudge) -> None:
    for resources in (exported(told()), anonymous(told(), uuid4())):
        bundle = transaction(resources)
        lines = [json.loads(line) for _, _, line in bulk_lines(resources)]
        for one in (bundle, *lines):
            strict(one)
        assert judge.wrong([bundle, *lines]) == []


def test_an_entry_is_not_called_by_what_its_resource_is_found_by() -> None:
    bundle = transaction(exported(told()))
    for one in bundle["entry"]:
        assert one["fullUrl"] not in json.dumps(one["resource"])
        assert one["request"]["ifNoneExist"].partition("|")[2] in json.dumps(one["resource"])


@pytest.mark.live
def test_a_server_takes_a_bundle_whole_and_once(server: httpx.Client) -> None:
    for resources in (exported(told()), anonymous(told(), uuid4())):
        bundle = transaction(resources)
        for expected in ("201", "200"):
            answer = server.post("/", json=bundle)
            assert answer.status_code == 200, answer.text
            statuses = [one["response"]["status"] for one in answer.json()["entry"]]
            assert statuses == [expected] * len(resources)


@pytest.mark.live
def test_a_server_takes_every_line(server: httpx.Client) -> None:
    """Line by line in the order of the manifest is no order that references need."""
    resources = anonymous(told(), uuid4())
    where: dict[str, str] = {}
    for kind, id_, line in bulk_lines(resources):
        body = json.loads(line)
        del body["id"]
        for known, there in where.items():
            body = json.loads(json.dumps(body).replace(f'"{known}"', f'"{there}"'))
        answer = server.post(f"/{kind}", json=body)
        assert answer.status_code == 201, answer.text
        where[f"{kind}/{id_}"] = f"{kind}/{answer.json()['id']}"
    assert len(where) == len(resources)
