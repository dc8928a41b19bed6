"""What a record lacks is told where it is read, and travels with what is shared."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.models.emr_gaps import gap_words
from app.net.emr.clinical import Gap, Lack, Section
from app.net.emr.reading import record_of
from app.net.emr.sharing import shared_bundle
from app.net.errors import TwoPatients
from tests.fakes.bundles import condition, haemoglobin, instant, patient, raw
from tests.fakes.hospital import FakeHospital, hospital, outcome
from tests.net.test_emr_hospital import Asking, kinds

Json = dict[str, Any]


@pytest.fixture
def fake() -> Iterator[FakeHospital]:
    with hospital(patient(), condition(), haemoglobin()) as running:
        yield running


def test_what_the_server_holds_back_of_a_search_is_told(fake: FakeHospital) -> None:
    said = {"severity": "warning", "code": "suppressed", "diagnostics": "3 entries are withheld"}
    told = {"resourceType": "OperationOutcome", "issue": [said, {"severity": "information"}]}
    beside = {"resource": told, "search": {"mode": "outcome"}}
    page = {"resourceType": "Bundle", "entry": [{"resource": condition()}, beside]}
    fake.mood("/fhir/Condition", (200, page, {}))
    found = Asking(fake).gather()
    assert found.gaps == (Gap("Condition", Lack.MORE, "3 entries are withheld"),)
    assert kinds(found).count("Condition") == 1


def page_of(subject: str, **more: object) -> tuple[int, Json, dict[str, str]]:
    entry = [{"resource": condition(subject={"reference": subject})}]
    return 200, {"resourceType": "Bundle", "entry": entry, **more}, {}


def test_the_same_id_on_another_server_is_another_patient(fake: FakeHospital) -> None:
    fake.mood("/fhir/Condition", page_of("https://elsewhere.example/fhir/Patient/p1"))
    with pytest.raises(TwoPatients):
        Asking(fake).gather()


@pytest.mark.parametrize("subject", ["#p", "urn:uuid:7"])
def test_who_is_named_within_an_entry_alone_is_nobody_and_the_rest_is_read(
    fake: FakeHospital, subject: str
) -> None:
    fake.mood("/fhir/Condition", page_of(subject))
    found = Asking(fake).gather()
    assert found.gaps == (Gap("Condition", Lack.NOBODYS, number=1),)
    assert kinds(found) == ["Observation"]


@pytest.mark.parametrize("subject", ["Group/g", "https://his.example/fhir/Group/g", "Device/d"])
def test_what_is_of_a_group_stops_no_record(fake: FakeHospital, subject: str) -> None:
    fake.mood("/fhir/Condition", page_of(subject))
    found = Asking(fake).gather()
    assert found.gaps == (Gap("Condition", Lack.NOBODYS, number=1),)


def test_two_that_differ_under_one_id_are_both_there_and_told(fake: FakeHospital) -> None:
    told = [{"text": "青霉素过敏"}, {"text": "高血压"}, {"text": "高血压"}]
    entries = [{"resource": condition("c1", code=one)} for one in told]
    fake.mood("/fhir/Condition", (200, {"resourceType": "Bundle", "entry": entries}, {}))
    found = Asking(fake).gather()
    titles = [one["code"]["text"] for one in found.resources if one["resourceType"] == "Condition"]
    assert titles == ["青霉素过敏", "高血压"]
    assert found.gaps == (Gap("Condition", Lack.DOUBLED, number=1),)
    (words,) = gap_words(found.gaps)
    assert "id" not in found.resources[1], "two things have no one id"
    assert "Problems 1" in words


def test_a_newer_version_from_another_page_is_one(fake: FakeHospital) -> None:
    def page(version: str, said: str, **more: object) -> tuple[int, Json, dict[str, str]]:
        one = condition("c1", code={"text": said}, meta={"versionId": version})
        return 200, {"resourceType": "Bundle", "entry": [{"resource": one}], **more}, {}

    follow = {"relation": "next", "url": f"{fake.url}/Condition?page=2"}
    fake.mood("/fhir/Condition", page("1", "高血压", link=[follow]))
    fake.mood("/fhir/Condition", page("2", "高血压病 3 级"))
    found = Asking(fake).gather()
    titles = [one["code"]["text"] for one in found.resources if one["resourceType"] == "Condition"]
    assert (titles, found.gaps) == (["高血压病 3 级"], ())


def test_a_server_may_name_the_patient_by_its_own_address_which_goes_nowhere(
    fake: FakeHospital,
) -> None:
    itself = [{"relation": "self", "url": "http://his.inner/r4/Condition?patient=Patient/p1"}]
    fake.mood("/fhir/Condition", page_of("http://his.inner/r4/Patient/p1", link=itself))
    fake.resources.append(condition("c2", subject={"reference": f"{fake.url}/Patient/p1"}))
    raw = shared_bundle(Asking(fake).gather(), tuple(Section), instant())
    assert b"his.inner" not in raw
    assert len(record_of(raw).of(Section.PROBLEMS)) == 1


def test_what_is_not_in_it_travels_with_what_is_shared(fake: FakeHospital) -> None:
    fake.mood("/fhir/AllergyIntolerance", (403, outcome("not for you"), {}))
    fake.mood("/fhir/Immunization", (500, outcome("<b>boom</b>"), {}))
    found = Asking(fake).gather()
    read = record_of(shared_bundle(found, (Section.PROBLEMS,), instant()))
    assert read.gaps == (
        Gap("AllergyIntolerance", Lack.FORBIDDEN),
        Gap("Immunization", Lack.FAILED, "<b>boom</b>", 500),
        Gap("LABORATORY", Lack.NOT_SHARED),
    )
    whole = record_of(shared_bundle(Asking(fake).gather(), tuple(Section), instant()))
    assert whole.gaps == ()


def test_what_is_shared_follows_the_standard(fake: FakeHospital) -> None:
    from fhir.resources.R4B.bundle import Bundle

    fake.mood("/fhir/AllergyIntolerance", (403, outcome("not for you"), {}))
    raw = shared_bundle(Asking(fake).gather(), (Section.LABORATORY,), instant())
    Bundle.model_validate_json(raw)


def test_a_bundle_that_says_not_what_it_lacks_may_lack_what_is_not_there() -> None:
    kinds = {one.kind for one in record_of(raw()).gaps if one.why is Lack.NOT_TOLD}
    assert "AllergyIntolerance" in kinds
    assert not kinds & {"Condition", "Observation"}


@pytest.mark.parametrize("name", ["{url}/Specimen/csf", "Specimen/csf", "Specimen/csf/_history/2"])
def test_specimens_that_are_only_referred_to_are_read_and_shared(
    fake: FakeHospital, name: str
) -> None:
    told = {"reference": name.format(url=fake.url)}
    fake.resources += [
        haemoglobin("o2", code={"text": "葡萄糖"}, specimen=told),
        {"resourceType": "Specimen", "id": "csf", "type": {"text": "脑脊液"}},
    ]
    raw = shared_bundle(Asking(fake).gather(), (Section.LABORATORY,), instant())
    titles = {one.title for one in record_of(raw).of(Section.LABORATORY)}
    assert titles == {"血红蛋白", "葡萄糖 (脑脊液)"}
