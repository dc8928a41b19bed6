"""What a record lacks is told where it is read, and travels with what is shared."""

from collections.abc import Iterator

import pytest

from app.net.emr.clinical import Gap, Lack, Section
from app.net.emr.reading import record_of
from app.net.emr.sharing import shared_bundle
from tests.fakes.bundles import condition, haemoglobin, instant, patient, raw
from tests.fakes.hospital import FakeHospital, hospital, outcome
from tests.net.test_emr_hospital import Asking, kinds


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


def test_specimens_that_are_only_referred_to_are_read_and_shared(fake: FakeHospital) -> None:
    told = {"reference": f"{fake.url}/Specimen/csf"}
    fake.resources += [
        haemoglobin("o2", code={"text": "葡萄糖"}, specimen=told),
        {"resourceType": "Specimen", "id": "csf", "type": {"text": "脑脊液"}},
    ]
    raw = shared_bundle(Asking(fake).gather(), (Section.LABORATORY,), instant())
    titles = {one.title for one in record_of(raw).of(Section.LABORATORY)}
    assert titles == {"血红蛋白", "葡萄糖 (脑脊液)"}
