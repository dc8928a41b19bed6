"""What the embedded FHIR store does not keep, and how it says why."""

from uuid import uuid4

import pytest

from server.api.fhir.judging import judge
from server.api.fhir.outcomes import FhirRefused
from server.store.fhir import MOST_ON_A_PAGE, as_many_as_fit
from tests.server.people import Valley
from tests.server.test_fhir_store import NOBODY, Json, ask, found, made, observation, person, said

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def test_a_page_ends_before_it_is_too_large_and_has_one_at_least() -> None:
    small, large = (uuid4(), 10), (uuid4(), MOST_ON_A_PAGE + 1)
    assert [*as_many_as_fit([small, large, small])] == [small[0]]
    assert [*as_many_as_fit([large, small])] == [large[0]]
    assert [*as_many_as_fit([small, small])] == [small[0]] * 2


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"subject": {"reference": f"Patient/{NOBODY}"}}, 422, "who is not in this record"),
        ({"subject": {"reference": "https://other.example/Patient/1"}}, 422, "Patient/<id>"),
        ({"subject": {"display": "何小溪"}}, 422, "say whose it is"),
        ({"status": 5}, 422, "Observation.status"),
        ({"status": "done"}, 422, "Observation.status"),
        ({"valueWish": 1}, 422, "Observation.valueWish"),
        ({"resourceType": "Condition"}, 400, "the place for a Observation"),
    ],
)
def test_what_is_no_resource_of_a_patient_here_is_refused(
    valley: Valley, change: Json, status: int, told: str
) -> None:
    patient = made(valley.doctor, person())
    answer = ask(valley.doctor, "POST", "/Observation", observation(patient) | change)
    assert answer.status_code == status, answer.text
    assert told in said(answer)
    assert found(valley.doctor, f"/Observation?patient={patient['id']}") == []


@pytest.mark.parametrize(
    ("kind", "change", "place"),
    [
        ("Encounter", {"status": "over"}, "Encounter.status"),
        ("Task", {"status": "unknown", "intent": "order"}, "Task.status"),
        ("DiagnosticReport", {"status": "active"}, "DiagnosticReport.status"),
        ("Procedure", {"status": "final"}, "Procedure.status"),
        (
            "Condition",
            {"clinicalStatus": {"coding": [{"system": CLINICAL, "code": "cured"}]}},
            "Condition.clinicalStatus",
        ),
    ],
)
def test_a_status_outside_its_value_set_is_told_with_its_place(
    kind: str, change: Json, place: str
) -> None:
    whole: Json = {"resourceType": kind, "subject": {"reference": "Patient/1"}} | change
    whole |= {"code": {"text": "x"}} if kind in ("DiagnosticReport", "Task") else {}
    whole |= {"class": {"code": "VR"}} if kind == "Encounter" else {}
    if kind == "Task":
        whole["for"] = whole.pop("subject")
    with pytest.raises(FhirRefused) as refused:
        judge(whole, kind)
    assert refused.value.status == 422
    assert [where for where, _ in refused.value.issues] == [place]
    for status in ("corrected", "unknown", "entered-in-error"):
        judge({**observation({"id": "1"}), "status": status}, "Observation")
    judge(
        {"resourceType": "Condition", "subject": {"reference": "Patient/1"}}
        | {"clinicalStatus": {"coding": [{"system": "urn:house", "code": "cured"}]}},
        "Condition",
    )


def test_a_resource_never_moves_to_another_patient(valley: Valley) -> None:
    one, other = made(valley.doctor, person()), made(valley.doctor, person())
    value = made(valley.doctor, observation(one))
    moved = value | {"subject": {"reference": f"Patient/{other['id']}"}}
    answer = ask(valley.doctor, "PUT", f"/Observation/{value['id']}", moved, if_match='W/"1"')
    assert answer.status_code == 409
    assert "another patient's" in said(answer)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", "/Patient", b"{", {}, 400),
        ("POST", "/Patient", b'{"resourceType": NaN}', {}, 400),
        ("POST", "/Patient", b"[" * 100_000, {}, 400),
        ("POST", "/Patient", b"{}", {"content-type": "text/plain"}, 415),
        ("GET", "/Patient", None, {"accept": "application/fhir+xml"}, 406),
        ("GET", "/Claim", None, {}, 404),
        ("GET", "/Patient/1", None, {}, 404),
        ("GET", f"/Patient/{NOBODY}/_history/nine", None, {}, 404),
        ("PUT", f"/Patient/{NOBODY}", {"resourceType": "Patient", "id": "x"}, {}, 400),
        ("PUT", "/Patient/x", {"resourceType": "Patient", "id": "x"}, {}, 404),
        ("GET", "/Patient?nickname=x", None, {}, 400),
        ("GET", "/Patient?name:exact=x", None, {}, 400),
        ("GET", "/Patient?birthdate=ap1960", None, {}, 400),
        ("GET", "/Patient?_count=many", None, {}, 400),
        ("POST", "", {"resourceType": "Bundle", "type": "collection"}, {}, 400),
    ],
)
def test_a_request_that_makes_no_sense_is_told_what_is_wrong(
    valley: Valley,
    method: str,
    path: str,
    body: object,
    headers: dict[str, str],
    status: int,
) -> None:
    told = {name.replace("-", "_"): value for name, value in headers.items()}
    answer = ask(valley.doctor, method, path, body, **told)
    assert answer.status_code == status, answer.text
    assert said(answer)


@pytest.mark.parametrize(
    ("number", "said"),
    [(b"1e9999999", "longer than anybody measures"), (b"9" * 50, "longer than anybody counts")],
)
def test_a_number_that_would_stop_everybody_is_none(
    valley: Valley, number: bytes, said: str
) -> None:
    body = b'{"resourceType": "Patient", "multipleBirthInteger": ' + number + b"}"
    answer = ask(valley.doctor, "POST", "/Patient", body)
    assert answer.status_code == 400
    assert said in answer.json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"deceasedBoolean": "true"}, "Patient.deceasedBoolean"),
        ({"active": 1}, "Patient.active"),
        ({"name": [{"use": "bogus"}]}, "Patient.name[0].use"),
        ({"text": {"status": "generated", "div": "<div><script>1</script></div>"}}, "text.div"),
        ({"contained": [{"resourceType": "Evil"}]}, "none of FHIR R4"),
        ({"name": [{"text": f"name {n}"} for n in range(3000)]}, "than anything is found by"),
    ],
)
def test_what_only_looks_like_r4_is_refused(valley: Valley, change: Json, place: str) -> None:
    answer = ask(valley.doctor, "POST", "/Patient", person() | change)
    assert answer.status_code == 422
    assert place in said(answer)


def test_an_id_in_other_letters_is_another_id(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    for other in (patient["id"].upper(), patient["id"].replace("-", "")):
        reference = {"subject": {"reference": f"Patient/{other}"}}
        answer = ask(valley.doctor, "POST", "/Observation", observation(patient) | reference)
        assert answer.status_code in (404, 422), answer.text


def test_nothing_refers_to_what_is_said_of_another_patient(valley: Valley) -> None:
    one, other = made(valley.doctor, person()), made(valley.doctor, person())
    value = made(valley.doctor, observation(other))
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "会诊报告"},
        "subject": {"reference": f"Patient/{one['id']}"},
        "result": [{"reference": f"Observation/{value['id']}"}],
    }
    answer = ask(valley.doctor, "POST", "/DiagnosticReport", report)
    assert answer.status_code == 422
    assert "DiagnosticReport.result" in said(answer)


def test_numbers_that_differ_by_a_dash_are_two(valley: Valley) -> None:
    for number in ("QS-1-23", "QS-12-3"):
        hers = person(identifier=[{"value": number}])
        answer = ask(valley.doctor, "POST", "/Patient", hers, if_none_exist=f"identifier={number}")
        assert answer.status_code == 201
    again = ask(valley.doctor, "POST", "/Patient", hers, if_none_exist="identifier=qs-12-3")
    assert again.status_code == 200


@pytest.mark.parametrize("criteria", ["?", "Patient?", "_format=json", "_sort=_lastUpdated"])
def test_a_condition_that_names_nothing_finds_nobody(valley: Valley, criteria: str) -> None:
    made(valley.doctor, person())
    answer = ask(valley.doctor, "POST", "/Patient", person(), if_none_exist=criteria)
    assert answer.status_code == 412
    assert "names nothing" in said(answer)


def test_a_condition_is_asked_whatever_else_it_wants(valley: Valley) -> None:
    hers = made(valley.doctor, person())
    criteria = f"identifier={hers['identifier'][0]['value']}&_summary=count&_count=0"
    assert ask(valley.doctor, "POST", "/Patient", hers, if_none_exist=criteria).status_code == 200
