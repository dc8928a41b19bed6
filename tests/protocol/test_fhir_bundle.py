"""What may be shared of a record: one dated collection of one patient's resources."""

import json
from datetime import date

import pytest

from protocol.consultation import Patient, Sex
from protocol.fhir_bundle import (
    BundleFault,
    BundleRefused,
    identifiers,
    judged,
    patient_text,
    refers_to,
)
from protocol.identity_card import birth_of, is_valid, looks_like_one, sex_of
from protocol.patients import PatientText
from protocol.record_owner import is_another
from protocol.shared_record import MAX_RECORD_BYTES
from tests.fakes.bundles import bundle, condition, of_patient, patient, raw

HER = Patient(name="何小溪", sex=Sex.FEMALE, patient_id="QS-2026-0042")


def fault_of(raw_bundle: bytes) -> BundleFault:
    with pytest.raises(BundleRefused) as refused:
        judged(raw_bundle)
    return refused.value.fault


def test_a_dated_collection_of_one_patient_is_taken_and_counted() -> None:
    found = judged(raw())
    assert found.dated_at.isoformat() == "2026-01-05T00:30:00+00:00"
    assert dict(found.counts) == {"Patient": 1, "Condition": 1, "Observation": 1}


@pytest.mark.parametrize(
    ("raw_bundle", "fault"),
    [
        (b"not json", BundleFault.NOT_JSON),
        (b'{"a": NaN}', BundleFault.NOT_JSON),
        (b"[" * 100_000, BundleFault.NOT_JSON),
        (b"[]", BundleFault.NOT_A_COLLECTION),
        (raw(type="searchset"), BundleFault.NOT_A_COLLECTION),
        (raw(timestamp="2026-01-05"), BundleFault.NOT_DATED),
        (raw(timestamp="2026-01-05T08:30:00"), BundleFault.NOT_DATED),
        (raw(condition()), BundleFault.NO_PATIENT),
        (raw(entry=None), BundleFault.NO_PATIENT),
        (raw(patient(), patient(id="p2")), BundleFault.TWO_PATIENTS),
        (raw(patient(), condition(subject={"reference": "Patient/p2"})), BundleFault.TWO_PATIENTS),
        (raw(patient(), condition(subject={"display": "何小溪"})), BundleFault.NOBODYS),
        (raw(patient(), {"resourceType": "Consent", "id": "x"}), BundleFault.UNKNOWN_TYPE),
        (raw(patient(), {"id": "x"}), BundleFault.UNKNOWN_TYPE),
        (b" " * (MAX_RECORD_BYTES + 1), BundleFault.TOO_LARGE),
        (raw(patient(), *[condition()] * 5000), BundleFault.TOO_LARGE),
    ],
)
def test_anything_else_is_refused_with_its_reason(raw_bundle: bytes, fault: BundleFault) -> None:
    assert fault_of(raw_bundle) is fault


def test_a_reference_may_be_absolute_or_name_a_version() -> None:
    names = {"Patient/p1", "urn:uuid:7"}
    assert refers_to("https://his.example/fhir/Patient/p1/_history/3", names)
    assert refers_to("urn:uuid:7", names)
    assert not refers_to("Patient/p11", names)


def test_the_patient_of_a_whole_url_is_found_by_it() -> None:
    told = bundle(
        patient(id="x"), of_patient("Condition", "c", subject={"reference": "urn:uuid:7"})
    )
    told["entry"][0]["fullUrl"] = "urn:uuid:7"

    assert len(judged(json.dumps(told).encode()).resources) == 2


def test_names_of_both_scripts_stand_in_one_person_name() -> None:
    text = patient_text(patient())
    assert text == PatientText("He^Xiaoxi=何^小溪", "QS-2026-0042", "19580402", "F")
    assert next(iter(identifiers(patient()))) == "QS-2026-0042"


def test_a_name_that_is_only_a_text_is_one_too() -> None:
    assert patient_text(patient(name=[{"text": "何小溪"}])).name == "=何小溪"
    assert patient_text({"resourceType": "Patient"}) == PatientText()


@pytest.mark.parametrize(
    ("theirs", "another"),
    [
        (PatientText("He^Xiaoxi=何^小溪", "", "19580402", "F"), False),
        (PatientText("He^Xiaoxi", "", "19580402", "F"), False),
        (PatientText("=王^小明", "", "19580402", "F"), True),
        (PatientText("=何^小溪", "", "19580403", "F"), True),
        (PatientText("=何^小溪", "", "19580402", "M"), True),
    ],
)
def test_a_record_is_of_the_patient_or_of_somebody_else(theirs: PatientText, another: bool) -> None:
    her = HER.model_copy(update={"birth_date": date(1958, 4, 2)})
    assert is_another(her, theirs, ("11010519491231002X", "QS-2026-0042")) is another


def test_an_identity_card_is_not_compared_with_a_record_number() -> None:
    theirs = PatientText("=何^小溪", "", "", "F")
    assert not is_another(HER, theirs, ("11010519491231002X",))
    assert is_another(HER, theirs, ("QS-2026-0043",))


def test_an_identity_number_is_checked_by_form_date_and_check_sign() -> None:
    assert is_valid("11010519491231002X")
    assert is_valid("11010519491231002x")
    assert not is_valid("110105194912310021")
    assert not is_valid("11010519491331002X")
    assert not looks_like_one("QS-2026-0042")
    assert str(birth_of("11010519491231002X")) == "1949-12-31"
    assert sex_of("11010519491231002X") is Sex.FEMALE
