"""Real histories go into the clinic's own record, and our own client reads them out of it."""

import json
import ssl
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.net.emr.clinical import SECTION_OF, Section
from app.net.emr.elements import Json
from app.net.emr.finding import find_patients
from app.net.emr.gathering import gather
from app.net.emr.reading import clinical
from app.net.emr.writes import HospitalWrite, WriteFault
from app.net.emr.writing import write
from server.domain.fhir_parameters import PARAMETERS
from tests.net.test_emr_writing import entry_of
from tests.server.own_records import own_record
from tests.server.people import Valley
from tests.server.test_fhir_store import ask, entry, made, person, prescription


@pytest.mark.parametrize("name", ["synthea-01", "synthea-02"])
def test_a_history_is_read_as_it_was_put_in(
    valley: Valley, context: ssl.SSLContext, shared_folder: Path, name: str
) -> None:
    history = json.loads((shared_folder / "fhir" / f"{name}.json").read_text(encoding="utf-8"))
    known = [one for one in history["entry"] if one["resource"]["resourceType"] in PARAMETERS]
    told = [
        entry({key: value for key, value in one["resource"].items() if key != "id"}, one["fullUrl"])
        for one in known
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": told}
    assert ask(valley.doctor, "POST", "", bundle).status_code == 200
    whose = next(one["resource"] for one in known if one["resource"]["resourceType"] == "Patient")
    with closing(own_record(valley.doctor, context)) as server:
        (found,) = find_patients(server, whose["identifier"][0]["value"]).patients
        assert find_patients(server, f"{whose['name'][0]['family']}").patients == (found,)
        gathered = gather(server, found)
    assert gathered.gaps == ()
    clinical_kinds = [one["resource"]["resourceType"] for one in known]
    expected = sum(kind in SECTION_OF for kind in clinical_kinds)
    assert sum(one["resourceType"] in SECTION_OF for one in gathered.resources) == expected
    record = clinical((gathered.patient, *gathered.resources), gaps=gathered.gaps)
    assert (record.unread, record.dangling) == (0, 0)


def noting(read: Callable[[str], Json], paths: list[str]) -> Callable[[str], Json]:
    def noted(path: str) -> Json:
        paths.append(path)
        return read(path)

    return noted


def test_a_medicine_comes_along_with_its_prescription(
    valley: Valley, context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = made(valley.doctor, person())
    pill = made(valley.doctor, {"resourceType": "Medication", "code": {"text": "阿司匹林"}})
    made(valley.doctor, prescription(patient, pill))
    read: list[str] = []
    with closing(own_record(valley.doctor, context)) as server:
        monkeypatch.setattr(server, "read", noting(server.read, read))
        gathered = gather(server, patient)
    assert read == [f"Patient/{patient['id']}"]
    (told,) = clinical((gathered.patient, *gathered.resources)).of(Section.MEDICATIONS)
    assert (gathered.gaps, told.title) == ((), "阿司匹林")


def test_who_has_a_record_under_another_number_gets_no_second_one(
    valley: Valley, context: ssl.SSLContext
) -> None:
    named = {"name": [{"text": "何小溪"}], "gender": "female", "birthDate": "1958-04-02"}
    hers = person(**named)
    assert ask(valley.doctor, "POST", "/Patient", hers).status_code == 201
    with closing(own_record(valley.doctor, context)) as server:
        entry_there = entry_of(server.base)
        kept: list[HospitalWrite] = []
        told = write(server, entry_there, kept.append)
        assert told.fault is WriteFault.NO_PATIENT
        number = hers["identifier"][0]["value"]
        told = write(server, entry_there.again(number), kept.append)
    assert told.done
    found = ask(valley.doctor, "GET", "/Patient").json()
    assert found["total"] == 1
