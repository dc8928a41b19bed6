"""What we read of a FHIR server no one here wrote: it has no links, no totals and no /metadata."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.net.emr.clinical import Section
from app.net.emr.finding import find_patients
from app.net.emr.gathering import gather
from app.net.emr.hospital import Hospital
from app.net.emr.place import EmrServer
from app.net.emr.reading import clinical, record_of
from app.net.emr.sharing import shared_bundle
from app.net.errors import FhirRefused
from tests.bench.errors import CounterpartMissing
from tests.fakes.bundles import condition, haemoglobin, instant, patient
from tests.net.medplum import medplum

MANY = 205
"""More than fit on one page of ours."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    try:
        with medplum() as running:
            yield running
    except CounterpartMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def whose(url: str) -> str:
    """The id of a patient with a condition and many values."""
    with httpx.Client(trust_env=False) as http:

        def put(resource: dict[str, Any]) -> str:
            kind = resource["resourceType"]
            told = {key: value for key, value in resource.items() if key != "id"}
            answer = http.post(f"{url}/{kind}", json=told)
            assert answer.status_code == 201, answer.text
            made: str = answer.json()["id"]
            return made

        id_ = put(patient())
        subject = {"reference": f"Patient/{id_}"}
        put(condition(subject=subject))
        put(condition(subject={"reference": f"Patient/{put(patient(birthDate='1990-01-01'))}"}))
        code = {"coding": [{"system": "http://loinc.org", "code": "718-7"}], "text": "血红蛋白"}
        for number in range(MANY):
            put(haemoglobin(subject=subject, value=90 + number, code=code))
        return id_


@pytest.fixture
def server(url: str) -> Iterator[Hospital]:
    made = Hospital(EmrServer(url=url))
    yield made
    made.close()


@pytest.mark.live
def test_a_patient_is_found_gathered_and_shared(server: Hospital, whose: str) -> None:
    found = {one["id"]: one for one in find_patients(server, "QS-2026-0042").patients}
    assert whose in found
    gathered = gather(server, found[whose])
    assert gathered.gaps == ()
    assert gathered.irregular == 0
    record = clinical(gathered.resources)
    assert len(record.of(Section.LABORATORY)) == MANY
    shared = record_of(shared_bundle(gathered, (Section.PROBLEMS,), instant()))
    assert [one.title for one in shared.entries] == ["高血压病"]
    assert shared.person.names == ("何小溪", "Xiaoxi He")


@pytest.mark.live
def test_who_is_not_there_is_told_in_the_servers_words(server: Hospital, whose: str) -> None:
    with pytest.raises(FhirRefused) as refused:
        gather(server, {"resourceType": "Patient", "id": "00000000-0000-0000-0000-000000000000"})
    assert (refused.value.status, refused.value.said) == (404, "Not found")
    assert whose


@pytest.mark.parametrize(
    "words",
    ["何小溪", "何 小溪", "小溪", "Xiaoxi He", "He Xiaoxi", "HE XIAO XI", "11010519580402002x"],
)
def test_a_chinese_patient_is_found_however_the_name_is_typed(
    server: Hospital, whose: str, words: str
) -> None:
    assert whose in {one["id"] for one in find_patients(server, words).patients}


def test_a_compound_family_name_and_a_given_name_in_parts_are_found(
    url: str, server: Hospital
) -> None:
    name = [{"family": "欧阳", "given": ["娜", "娜"]}]
    with httpx.Client(trust_env=False) as http:
        made = http.post(f"{url}/Patient", json={"resourceType": "Patient", "name": name}).json()
    assert [one["id"] for one in find_patients(server, "欧阳娜娜").patients] == [made["id"]]
    assert find_patients(server, "欧阳修").patients == ()
