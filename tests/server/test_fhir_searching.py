"""How resources of the clinic's own record are found, and what comes along with them."""

import pytest

from protocol.base import new_id
from protocol.paths import FHIR
from tests.protocol.judges import strict
from tests.server.people import Valley
from tests.server.test_fhir_store import (
    NOBODY,
    Json,
    ask,
    found,
    made,
    observation,
    person,
    prescription,
    said,
)


@pytest.mark.both_databases
def test_a_patient_is_found_by_number_name_pinyin_and_birth(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    made(valley.doctor, person(name=[{"text": "Wang Ming"}], birthDate="1990-01-01"))
    number = patient["identifier"][0]["value"]
    for query in (
        f"identifier={number}",
        f"identifier=urn:clinic|{number}",
        f"identifier={number.lower()}",
        "name=何小溪",
        "name=小溪",
        "name=He Xiaoxi",
        "family=何&given=小",
        "birthdate=1958-04-02",
        "birthdate=1958&gender=female",
        f"_id={patient['id']},{new_id()}",
    ):
        assert found(valley.doctor, f"/Patient?{query}") == [patient["id"]], query
    for query in ("name=溪", "identifier=urn:other|x", "name=何小溪&gender=male", "_id=x"):
        assert found(valley.doctor, f"/Patient?{query}") == [], query


def test_a_name_that_is_asked_for_in_a_body_stands_in_no_address(valley: Valley) -> None:
    made(valley.doctor, person())
    made(valley.doctor, person())
    answer = valley.doctor.http.post(
        f"{FHIR}/Patient/_search", data={"name": "何小溪", "_count": 1}
    )
    assert (answer.status_code, answer.json()["total"]) == (200, 2)
    (link,) = answer.json()["link"]
    assert link["url"].endswith("/Patient/_search")


@pytest.mark.both_databases
def test_pages_follow_each_other_by_their_links(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    values = [made(valley.doctor, observation(patient))["id"] for _ in range(5)]
    page = ask(
        valley.doctor, "GET", f"/Observation?patient=Patient/{patient['id']}&_count=2"
    ).json()
    read = []
    while True:
        read += [one["resource"]["id"] for one in page["entry"]]
        assert page["total"] == 5
        following = [one["url"] for one in page["link"] if one["relation"] == "next"]
        if not following:
            break
        page = valley.doctor.http.get(following[0]).json()
    assert read == values
    newest = found(valley.doctor, f"/Observation?patient={patient['id']}&_sort=-_lastUpdated")
    assert newest == values[::-1]
    counted = ask(valley.doctor, "GET", f"/Observation?subject={patient['id']}&_summary=count")
    assert (counted.json()["total"], "entry" in counted.json()) == (5, False)


def test_values_are_found_by_code_category_and_day(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    vital = [{"coding": [{"system": "urn:category", "code": "vital-signs"}]}]
    value = made(
        valley.doctor,
        observation(patient, category=vital, effectiveDateTime="2026-01-05T08:30:00+08:00"),
    )
    other = made(valley.doctor, observation(patient, code={"text": "other"}))
    whose = f"/Observation?patient={patient['id']}"
    for query in (
        "code=8867-4",
        "code=http://loinc.org|8867-4",
        "code=http://loinc.org|",
        "code=1,8867-4",
        "category=vital-signs",
        "date=2026-01-05",
        "date=2026-01",
    ):
        assert found(valley.doctor, f"{whose}&{query}") == [value["id"]], query
    assert found(valley.doctor, f"{whose}&status=final") == [value["id"], other["id"]]


@pytest.mark.both_databases
def test_values_are_found_by_stretches_of_time_as_exactly_as_they_are_dated(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    dates: dict[str, Json] = {
        "january": {"effectiveDateTime": "2026-01"},
        "fifth": {"effectiveDateTime": "2026-01-05"},
        "morning": {"effectiveDateTime": "2026-01-05T08:30:00+08:00"},
        "winter": {"effectivePeriod": {"start": "2025-12-20", "end": "2026-02-03"}},
        "ongoing": {"effectivePeriod": {"start": "2025-03-01"}},
        "old": {"effectiveDateTime": "2019"},
        "undated": {},
    }
    ids = {
        made(valley.doctor, observation(patient, **one))["id"]: key for key, one in dates.items()
    }
    for query, expected in (
        ("date=2026-01", "january fifth morning"),
        ("date=2025", ""),
        ("date=ge2026-01-05", "january fifth morning winter ongoing"),
        ("date=gt2026-01-05", "january winter ongoing"),
        ("date=le2025-12-31", "winter ongoing old"),
        ("date=lt2026-01-05", "january winter ongoing old"),
        ("date=sa2025-12-31", "january fifth morning"),
        ("date=eb2026-01-01", "old"),
        ("date=ne2026-01", "winter ongoing old"),
        ("date=ge2026-01-02&date=le2026-01-31", "january fifth morning winter ongoing"),
        ("date=ge2026-01-05T00:31:00Z&date=eb2026-02-01", "january fifth"),
        ("date=eq2026-01-05T00:30:00Z", "morning"),
        ("date=2019,sa2026-01-04", "fifth morning old"),
    ):
        query = f"/Observation?patient={patient['id']}&{query}"
        assert " ".join(ids[one] for one in found(valley.doctor, query)) == expected, query
    page = f"/Observation?patient={patient['id']}&date=ge2026&_count=2"
    answer = ask(valley.doctor, "GET", page).json()
    (following,) = (one["url"] for one in answer["link"] if one["relation"] == "next")
    last = valley.doctor.http.get(following).json()
    assert (answer["total"], last["total"]) == (5, 5)
    assert ids[last["entry"][0]["resource"]["id"]] == "morning"
    for query in ("date=ap2026", "date=ge2026-13", "date=yesterday", "date:missing=true"):
        assert ask(valley.doctor, "GET", f"/Observation?{query}").status_code == 400, query
    assert found(valley.doctor, f"/Patient?_id={patient['id']}&_lastUpdated=lt2020") == []


def test_what_is_not_known_is_passed_over_only_where_that_is_preferred(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    query = f"/Patient?_id={patient['id']}&deceased=false"
    refused = ask(valley.doctor, "GET", query)
    assert (refused.status_code, said(refused)) == (400, "Patient is not searched by deceased")
    answer = ask(valley.doctor, "GET", query, prefer="handling=lenient")
    strict(answer.json())
    assert answer.headers["preference-applied"] == "handling=lenient"
    match, told = answer.json()["entry"]
    assert match["resource"]["id"] == patient["id"]
    assert "deceased" in told["resource"]["issue"][0]["diagnostics"]
    assert "deceased" not in answer.json()["link"][0]["url"]
    bad = ask(valley.doctor, "GET", "/Patient?birthdate=never", prefer="handling=lenient")
    assert bad.status_code == 400


@pytest.mark.both_databases
def test_what_is_referred_to_is_sent_along(valley: Valley) -> None:
    patient = made(valley.doctor, person())
    pill = made(valley.doctor, {"resourceType": "Medication", "code": {"text": "阿司匹林"}})
    blood = made(valley.doctor, {"resourceType": "Specimen"})
    asked = made(valley.doctor, prescription(patient, pill) | {"authoredOn": "2019-05-01"})
    value = made(
        valley.doctor,
        observation(patient, specimen={"reference": f"Specimen/{blood['id']}"})
        | {"effectiveDateTime": "2026-01-05"},
    )
    whose = f"patient={patient['id']}"
    for query, both in (
        (f"/MedicationRequest?{whose}&_include=MedicationRequest:medication", (asked, pill)),
        (f"/Observation?{whose}&_include=Observation:specimen:Specimen", (value, blood)),
        (f"/Observation?{whose}&_include=Observation:subject:Practitioner", (value,)),
        (f"/Patient/{patient['id']}/$everything", (patient, asked, value, pill)),
        (f"/Patient/{patient['id']}/$everything?start=2020-01", (patient, value)),
        (f"/Patient/{patient['id']}/$everything?_type=Observation", (value,)),
        (f"/Patient/{patient['id']}/$everything?_since=2100-01-01T00:00:00Z", ()),
    ):
        assert found(valley.doctor, query) == [one["id"] for one in both], query
    answer = ask(valley.doctor, "GET", f"/Patient/{patient['id']}/$everything?_count=2").json()
    assert [one["search"]["mode"] for one in answer["entry"]] == ["match", "match", "include"]
    (following,) = (one["url"] for one in answer["link"] if one["relation"] == "next")
    (last,) = valley.doctor.http.get(following).json()["entry"]
    assert last["resource"]["id"] == value["id"]
    assert ask(valley.doctor, "GET", f"/Patient/{NOBODY}/$everything").status_code == 404
    assert ask(valley.doctor, "GET", f"/Observation?{whose}&_include=Patient:x").status_code == 400
