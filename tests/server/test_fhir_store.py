"""An institution without a FHIR server keeps its record here: R4 as strangers know it, and nobody
else's."""

from typing import Any
from uuid import UUID

import httpx
import pytest
import simplejson
from sqlalchemy import select

from protocol.base import new_id
from protocol.paths import FHIR
from protocol.shared_record import FHIR_JSON
from server.store.fhir_tables import FhirVersionRow, FhirWordRow
from server.store.tables import AuditRow
from tests.protocol.judges import strict
from tests.server.people import Someone, Town, Valley, make_valley
from tests.server.process import ServerProcess
from tests.server.tables import rows

Json = dict[str, Any]
NOBODY = "0197f3b0-1111-7000-8000-000000000042"
"""Names nothing; the same in every process that collects these tests."""


def ask(
    someone: Someone, method: str, path: str, body: object = None, **headers: str
) -> httpx.Response:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    content = None
    if body is not None:
        content = body if isinstance(body, bytes) else simplejson.dumps(body).encode()
        told.setdefault("content-type", FHIR_JSON)
    return someone.http.request(method, f"{FHIR}{path}", content=content, headers=told)


def person(**more: Any) -> Json:
    number = {"system": "urn:clinic", "value": f"QS-{new_id()}"}
    name = {"family": "何", "given": ["小溪"]}
    return {
        "resourceType": "Patient",
        "identifier": [number],
        "name": [name],
        "gender": "female",
        "birthDate": "1958-04-02",
        **more,
    }


def observation(patient: Json, **more: Any) -> Json:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": f"Patient/{patient['id']}"},
        **more,
    }


def prescription(patient: Json, medicine: Json) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": f"Patient/{patient['id']}"},
        "medicationReference": {"reference": f"Medication/{medicine['id']}"},
    }


def made(someone: Someone, resource: Json) -> Json:
    answer = ask(someone, "POST", f"/{resource['resourceType']}", resource)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


def found(someone: Someone, query: str) -> list[str]:
    answer = ask(someone, "GET", query)
    assert answer.status_code == 200, answer.text
    strict(answer.json())
    return [one["resource"]["id"] for one in answer.json().get("entry", [])]


def said(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == FHIR_JSON
    strict(answer.json())
    (issue, *_) = answer.json()["issue"]
    return f"{issue.get('expression', [''])[0]} {issue['diagnostics']}".strip()


# --- one resource ----------------------------------------------------------------------------


def test_what_was_made_is_read_with_its_version_and_every_digit(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    value = b'{"resourceType":"Observation","status":"final","code":{"text":"TSH"},'
    value += b'"subject":{"reference":"Patient/%s"},' % patient["id"].encode()
    value += b'"valueQuantity":{"value":0.040,"unit":"mIU/L"}}'
    answer = ask(valley.doctor, "POST", "/Observation", value)
    place = answer.headers["location"].rpartition(FHIR)[2]
    assert (answer.status_code, answer.headers["etag"]) == (201, 'W/"1"')
    read = ask(valley.doctor, "GET", place.partition("/_history")[0])
    assert '"value": 0.040' in read.text
    assert (read.json()["meta"]["versionId"], read.headers["etag"]) == ("1", 'W/"1"')
    again = ask(valley.doctor, "GET", place.partition("/_history")[0], if_none_match='W/"1"')
    assert (again.status_code, again.content) == (304, b"")
    assert ask(valley.doctor, "GET", place).json() == read.json()


@pytest.mark.both_databases
def test_an_update_of_an_older_version_changes_nothing(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    place = f"/Patient/{patient['id']}"
    newer = ask(valley.doctor, "PUT", place, {**patient, "gender": "male"}, if_match='W/"1"')
    assert (newer.status_code, newer.headers["etag"]) == (200, 'W/"2"')
    blind = ask(valley.doctor, "PUT", place, patient)
    assert (blind.status_code, "which version it replaces" in said(blind)) == (400, True)
    entry = {"resource": patient, "request": {"method": "PUT", "url": place.strip("/")}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    assert ask(valley.doctor, "POST", "", bundle).status_code == 400
    late = ask(valley.doctor, "PUT", place, patient, if_match='W/"1"')
    assert late.status_code == 412
    assert "changed meanwhile" in said(late)
    assert ask(valley.doctor, "GET", place).json()["gender"] == "male"
    history = ask(valley.doctor, "GET", f"{place}/_history").json()
    strict(history)
    assert [one["resource"]["gender"] for one in history["entry"]] == ["male", "female"]


@pytest.mark.both_databases
def test_what_was_deleted_is_gone_and_its_versions_stay(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    value = made(valley.doctor, observation(patient))
    kept = ask(valley.doctor, "DELETE", f"/Patient/{patient['id']}")
    assert kept.status_code == 409
    assert "delete its resources first" in said(kept)
    place = f"/Observation/{value['id']}"
    assert ask(valley.doctor, "DELETE", place).status_code == 204
    assert ask(valley.doctor, "GET", place).status_code == 410
    assert found(valley.doctor, f"/Observation?patient={patient['id']}") == []
    assert ask(valley.doctor, "GET", f"{place}/_history/1").json()["id"] == value["id"]
    assert ask(valley.doctor, "DELETE", f"/Patient/{patient['id']}").status_code == 204


def test_what_was_deleted_comes_back_where_the_deletion_is_named(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    place = f"/Patient/{patient['id']}"
    assert ask(valley.doctor, "DELETE", place, if_match='W/"1"').status_code == 204
    assert 'If-Match: W/"2" with an update brings it back' in said(ask(valley.doctor, "GET", place))
    for match, status in ((None, 400), ('W/"1"', 412), ("*", 412)):
        unread = {} if match is None else {"if_match": match}
        assert ask(valley.doctor, "PUT", place, patient, **unread).status_code == status, match
    again = ask(valley.doctor, "DELETE", place, if_match='W/"1"')
    assert again.status_code == 204, "it is as they want it"
    back = ask(valley.doctor, "PUT", place, patient, if_match='W/"2"')
    assert (back.status_code, back.headers["etag"]) == (201, 'W/"3"')
    assert ask(valley.doctor, "GET", place).json()["gender"] == "female"


def test_a_condition_is_judged_as_http_has_it(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    place = f"/Patient/{patient['id']}"

    def put(match: str) -> tuple[int, str]:
        answer = ask(valley.doctor, "PUT", place, patient, if_match=match)
        return answer.status_code, "" if answer.status_code == 200 else said(answer)

    assert put("*") == (400, said(ask(valley.doctor, "PUT", place, patient))), "names no version"
    assert put('W/"7", "8"')[0] == put('"of-another-store"')[0] == 412
    assert put("1")[0] == put('W/"1" W/"2"')[0] == put('"1", *')[0] == 400
    assert put('W/"7", W/"1"') == (200, "")
    assert put('"7" , "2",') == (200, "")
    assert ask(valley.doctor, "DELETE", place, if_match='W/"1", W/"2"').status_code == 412
    assert ask(valley.doctor, "DELETE", place, if_match="*").status_code == 204


@pytest.mark.both_databases
def test_the_same_is_made_once_where_its_identifier_is_named(valley: Valley) -> None:
    patient = person()
    criteria = f"identifier=urn:clinic|{patient['identifier'][0]['value']}"
    first = ask(valley.doctor, "POST", "/Patient", patient, if_none_exist=criteria)
    second = ask(valley.doctor, "POST", "/Patient", patient, if_none_exist=criteria)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    made(valley.doctor, patient)
    third = ask(valley.doctor, "POST", "/Patient", patient, if_none_exist=criteria)
    assert third.status_code == 412


# --- several at once -------------------------------------------------------------------------


def entry(resource: Json, url: str = "", **request: str) -> Json:
    told = {"method": "POST", "url": resource["resourceType"], **request}
    return {"fullUrl": url or f"urn:uuid:{new_id()}", "resource": resource, "request": told}


@pytest.mark.both_databases
def test_a_transaction_is_made_whole_with_its_references(valley: Valley) -> None:
    patient, url = person(), f"urn:uuid:{new_id()}"
    value = observation({"id": "x"}) | {"subject": {"reference": url}}
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [entry(value), entry(patient, url)],
    }
    answer = ask(valley.doctor, "POST", "", bundle)
    assert answer.status_code == 200, answer.text
    strict(answer.json())
    places = [one["response"]["location"] for one in answer.json()["entry"]]
    assert [one.partition("/")[0] for one in places] == ["Observation", "Patient"]
    whose = places[1].split("/_history")[0]
    assert found(valley.doctor, f"/Observation?patient={whose}") == [places[0].split("/")[1]]


def test_a_transaction_that_cannot_be_made_whole_makes_nothing(valley: Valley) -> None:
    patient = person()
    bad = observation({"id": str(new_id())})
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [entry(patient), entry(bad)],
    }
    answer = ask(valley.doctor, "POST", "", bundle)
    assert answer.status_code == 422
    assert said(answer).startswith("Bundle.entry[1]")
    number = patient["identifier"][0]["value"]
    assert found(valley.doctor, f"/Patient?identifier={number}") == []
    batch = ask(valley.doctor, "POST", "", bundle | {"type": "batch"})
    strict(batch.json())
    assert [one["response"]["status"][:3] for one in batch.json()["entry"]] == ["201", "422"]


def test_a_patient_and_all_of_theirs_go_together(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    value = made(valley.doctor, observation(patient))
    gone = [
        {"request": {"method": "DELETE", "url": f"{one['resourceType']}/{one['id']}"}}
        for one in (patient, value)
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": gone}
    assert ask(valley.doctor, "POST", "", bundle).status_code == 200
    assert ask(valley.doctor, "GET", f"/Patient/{patient['id']}").status_code == 410


def test_the_same_condition_twice_in_a_bundle_makes_no_second_one(valley: Valley) -> None:
    patient = person()
    criteria = f"identifier={patient['identifier'][0]['value']}"
    twice = [entry(patient, ifNoneExist=criteria), entry(patient, ifNoneExist=criteria)]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": twice}
    answer = ask(valley.doctor, "POST", "", bundle)
    assert answer.status_code == 400
    assert said(answer).startswith("Bundle.entry[1]")


# --- whose it is -----------------------------------------------------------------------------


def test_a_record_is_its_institutions_alone(town: Town, valley: Valley) -> None:
    patient = made(valley.doctor, person())
    place = f"/Patient/{patient['id']}"
    colleague = town.person("requester", institution=valley.clinic)
    assert ask(colleague, "GET", place).json()["id"] == patient["id"]
    stranger = make_valley(town).doctor
    for method in ("GET", "DELETE"):
        assert ask(stranger, method, place).status_code == 404
    assert ask(stranger, "GET", f"{place}/_history").status_code == 404
    assert ask(stranger, "GET", f"{place}/_history/1").status_code == 404
    assert found(stranger, f"/Patient?_id={patient['id']}") == []
    refused = ask(stranger, "POST", "/Observation", observation(patient))
    assert "who is not in this record" in said(refused)
    dispatcher = town.person("dispatcher", institution=valley.clinic)
    for nobody in (valley.expert, dispatcher, town.admin):
        assert ask(nobody, "GET", place).status_code == 403


def test_names_and_values_rest_sealed_and_every_look_is_in_the_trail(
    server: ServerProcess, valley: Valley
) -> None:
    patient = made(valley.doctor, person())
    found(valley.doctor, f"/Patient?identifier={patient['identifier'][0]['value']}")
    (version,) = rows(
        server, select(FhirVersionRow.body).where(FhirVersionRow.id == UUID(patient["id"]))
    )
    assert "何" not in str(version)
    words = rows(server, select(FhirWordRow.word).where(FhirWordRow.id == UUID(patient["id"])))
    assert len(words) > 5
    assert not any("何" in str(one) or "1958" in str(one) for one in words)
    looks = rows(
        server,
        select(AuditRow.access, AuditRow.detail)
        .where(AuditRow.target == f"Patient/{patient['id']}")
        .order_by(AuditRow.at),
    )
    assert [tuple(one) for one in looks] == [("create", ""), ("read", "Patient")]


def test_what_the_store_can_do_is_said_to_anybody(town: Town) -> None:
    with town.client() as nobody:
        answer = nobody.get(f"{FHIR}/metadata")
    strict(answer.json())
    types = {one["type"] for one in answer.json()["rest"][0]["resource"]}
    assert {"Patient", "Observation", "DiagnosticReport", "ServiceRequest", "Task"} <= types
