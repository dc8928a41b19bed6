"""What may be shared of a record: one dated collection of one patient's resources."""

import json
from datetime import date

import pytest

from protocol.consultation import CaseContent, Patient, Sex
from protocol.fhir_bundle import (
    BundleFault,
    BundleRefused,
    identifiers,
    judged,
    names_of,
    patient_text,
    refers_to,
)
from protocol.identity_card import birth_of, is_valid, looks_like_one, sex_of
from protocol.patients import PatientText
from protocol.record_owner import Owner, is_another, owner_of, record_key, record_settled
from protocol.shared_record import MAX_RECORD_BYTES
from tests.fakes.bundles import bundle, condition, of_patient, patient, raw
from tests.fakes.records import shared

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
        (
            raw(patient(), condition(subject={"reference": "https://x.example/fhir/Patient/p1"})),
            BundleFault.TWO_PATIENTS,
        ),
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
    names = names_of(patient(), "urn:uuid:7", "https://his.example/fhir/")
    assert refers_to("https://his.example/fhir/Patient/p1/_history/3", names)
    assert refers_to("Patient/p1/_history/3", names)
    assert refers_to("urn:uuid:7", names)
    assert not refers_to("Patient/p11", names)
    assert not refers_to("https://elsewhere.example/fhir/Patient/p1", names)


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


@pytest.mark.parametrize(
    ("born", "compared"),
    [
        ("1990", "1990"),
        ("1990-05", "199005"),
        ("19900501", "19900501"),
        ("1990/05/01", "19900501"),
        (1990, ""),
    ],
)
def test_a_birth_date_is_compared_as_far_as_it_is_told(born: object, compared: str) -> None:
    assert patient_text(patient(birthDate=born)).birth_date == compared


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
    assert is_another(her, theirs, ("11010519580402002X", "QS-2026-0042")) is another


def test_an_identity_card_is_not_compared_with_a_record_number() -> None:
    theirs = PatientText("=何^小溪", "", "", "F")
    assert not is_another(HER, theirs, ("11010519580402002X",))
    assert is_another(HER, theirs, ("QS-2026-0043",))


BORN = date(1990, 1, 1)
HIM = Patient(name="张伟", sex=Sex.MALE)
CARD, OTHER_CARD = "110101199001011237", "320102199001014526"


@pytest.mark.parametrize(
    ("ours", "theirs", "numbers", "owner"),
    [
        ({"birth_date": BORN}, PatientText("=张^伟", "", "19900101", "M"), (), Owner.SAME),
        ({"patient_id": "QS-1"}, PatientText("=张^伟"), ("qs-1",), Owner.SAME),
        ({"patient_id": CARD.lower()}, PatientText("=张^伟"), (CARD,), Owner.SAME),
        ({}, PatientText("=张^伟", "", "19900101", "M"), (), Owner.NAME_ALONE),
        ({"birth_date": BORN}, PatientText("=张^伟"), ("QS-1",), Owner.NAME_ALONE),
        (
            {"birth_date": BORN, "patient_id": CARD},
            PatientText("=张^伟", "", "19900101", "M"),
            (OTHER_CARD,),
            Owner.ANOTHER,
        ),
        (
            {"birth_date": BORN, "patient_id": CARD},
            PatientText("=张^伟", "", "19900101", "M"),
            (OTHER_CARD, CARD),
            Owner.SAME,
        ),
        (
            {"birth_date": BORN},
            PatientText("=張^偉", "", "19900101", "M"),
            (),
            Owner.WRITTEN_OTHERWISE,
        ),
        ({}, PatientText("=張^偉"), (), Owner.ANOTHER),
        ({"birth_date": BORN}, PatientText("=張^偉", "", "19900102", "M"), (), Owner.ANOTHER),
        ({"birth_date": BORN}, PatientText("=張^偉", "", "19900101", "F"), (), Owner.ANOTHER),
        ({"birth_date": BORN}, PatientText("=王^伟", "", "19900101", "M"), (), Owner.ANOTHER),
    ],
)
def test_a_record_is_the_patients_by_more_than_a_name(
    ours: dict[str, object], theirs: PatientText, numbers: tuple[str, ...], owner: Owner
) -> None:
    assert owner_of(HIM.model_copy(update=ours), theirs, numbers) is owner


@pytest.mark.parametrize(
    ("mine", "born", "theirs", "owner"),
    [
        ("QS-1", "1958", "QS-1", Owner.ANOTHER),
        ("QS-1", "199005", "QS-1", Owner.ANOTHER),
        ("QS-1", "199001", "QS-1", Owner.SAME),
        ("QS-1", "1990", "", Owner.NAME_ALONE),
        ("QS-1", "19900101", "QS-27", Owner.NUMBERED_OTHERWISE),
        ("CT1", "19900101", "QS-27", Owner.SAME),
    ],
)
def test_half_dates_and_other_numbers_of_one_house_are_compared(
    mine: str, born: str, theirs: str, owner: Owner
) -> None:
    him = HIM.model_copy(update={"birth_date": BORN, "patient_id": mine})
    numbers = (theirs,) if theirs else ()
    assert owner_of(him, PatientText("=张^伟", "", born, "M"), numbers) is owner


HIS_CARD = "110105199001010010"
"""A man's, by its 17th digit."""


@pytest.mark.parametrize(
    ("mine", "sex", "theirs", "numbers", "owner"),
    [
        (HIS_CARD, None, "M", (HIS_CARD,), Owner.SAME),
        (HIS_CARD, None, "F", (HIS_CARD,), Owner.ANOTHER),
        ("QS-1", Sex.FEMALE, "", (HIS_CARD,), Owner.ANOTHER),
        ("QS-1", Sex.FEMALE, "", (HIS_CARD[:-1] + "7",), Owner.SAME),
        ("QS-1", Sex.OTHER, "", (HIS_CARD,), Owner.SAME),
        (HIS_CARD, Sex.OTHER, "F", (), Owner.SAME),
    ],
)
def test_an_identity_number_says_the_sex_where_nothing_else_does(
    mine: str, sex: Sex | None, theirs: str, numbers: tuple[str, ...], owner: Owner
) -> None:
    him = HIM.model_copy(update={"birth_date": BORN, "patient_id": mine, "sex": sex})
    assert owner_of(him, PatientText("=张^伟", "", "19900101", theirs), numbers) is owner


def test_who_has_compared_settles_what_can_be_compared_and_nothing_else() -> None:
    named = {"patient_name": "=張^偉", "patient_birth_date": "19900101", "patient_sex": "M"}
    told = shared()[0].model_copy(update={**named, "patient_ids": ()})
    him = HIM.model_copy(update={"birth_date": BORN})
    key = record_key(him, told.patient_name, told.patient_ids)
    asked, compared = CaseContent(patient=him), CaseContent(patient=him, record_checked=key)
    assert not record_settled(asked, told)
    assert record_settled(compared, told)
    renamed = him.model_copy(update={"name": "章伟"})
    assert not record_settled(compared.model_copy(update={"patient": renamed}), told)
    older = him.model_copy(update={"birth_date": date(1980, 1, 1)})
    assert not record_settled(compared.model_copy(update={"patient": older}), told)


@pytest.mark.parametrize(("mine", "settled"), [("QS-1", True), ("QS-2", False)])
def test_who_has_compared_a_number_is_asked_again_of_another(mine: str, settled: bool) -> None:
    named = {"patient_name": "=张^伟", "patient_birth_date": "19900101", "patient_sex": "M"}
    told = shared()[0].model_copy(update={**named, "patient_ids": ("QS-27",)})
    him = HIM.model_copy(update={"birth_date": BORN, "patient_id": "QS-1"})
    key = record_key(him, told.patient_name, told.patient_ids)
    now = him.model_copy(update={"patient_id": mine})
    assert record_settled(CaseContent(patient=now, record_checked=key), told) is settled


def test_an_identity_number_is_checked_by_form_date_and_check_sign() -> None:
    assert is_valid("11010519491231002X")
    assert is_valid("11010519491231002x")
    assert not is_valid("110105194912310021")
    assert not is_valid("11010519491331002X")
    assert not looks_like_one("QS-2026-0042")
    assert str(birth_of("11010519491231002X")) == "1949-12-31"
    assert sex_of("11010519491231002X") is Sex.FEMALE
