"""Nobody may take what is not known for what is not there."""

from datetime import date
from typing import Any

import pytest

from app.models.emr import EVERYTHING, record_view
from app.models.emr_gaps import allergies_of
from app.net.emr.clinical import Gap, Lack
from app.net.emr.reading import clinical
from tests.fakes.bundles import condition, of_patient, patient

TODAY = date(2026, 11, 21)


NONE_KNOWN = of_patient(
    "AllergyIntolerance", "n", code={"text": "无已知过敏"}, recordedDate="2025-03-01"
)
PENICILLIN = of_patient("AllergyIntolerance", "a", code={"text": "青霉素"})
DOUBTED = PENICILLIN | {"verificationStatus": {"coding": [{"code": "unconfirmed"}]}}
ALLERGIES = "AllergyIntolerance"


@pytest.mark.parametrize(
    ("told", "gaps", "line", "warns"),
    [
        ((), (), "No current allergy is entered in this record. Ask the patient.", False),
        ((NONE_KNOWN,), (), "As the hospital entered it: 无已知过敏 2025-03-01", False),
        ((NONE_KNOWN, PENICILLIN), (), "⚠ Allergies: 青霉素", True),
        ((DOUBTED,), (), "⚠ Allergies: Unconfirmed: 青霉素", True),
        (
            (of_patient(ALLERGIES, "x"),),
            (),
            "⚠ Allergies: to something that is not named",
            True,
        ),
        (
            (),
            (Gap(ALLERGIES, Lack.FORBIDDEN),),
            "⚠ Allergies are not known: the hospital does not allow reading them",
            True,
        ),
        (
            (),
            (Gap("ALLERGIES", Lack.NOT_SHARED),),
            "⚠ Allergies are not known: the clinic did not share them",
            True,
        ),
        (
            (),
            (Gap(ALLERGIES, Lack.NOT_TOLD),),
            "⚠ Allergies are not known: nothing is said of them",
            True,
        ),
        (
            (NONE_KNOWN,),
            (Gap(ALLERGIES, Lack.MORE, "3 entries are withheld"),),
            "⚠ Allergies are not known: not all of them could be read",
            True,
        ),
        (
            (PENICILLIN,),
            (Gap(ALLERGIES, Lack.UNREADABLE, number=1),),
            "⚠ Allergies: 青霉素. This list is not complete.",
            True,
        ),
    ],
)
def test_allergies_that_nobody_knows_are_never_none(
    told: tuple[Any, ...], gaps: tuple[Gap, ...], line: str, warns: bool
) -> None:
    view = record_view(clinical(told, gaps=gaps), TODAY)
    assert (view.allergies, view.warns) == (line, warns)


def test_who_has_no_allergy_has_none_in_the_banner_of_the_case() -> None:
    assert allergies_of(clinical([NONE_KNOWN])) == ()


def test_what_turns_a_statement_stands_before_it() -> None:
    told = of_patient(
        "MedicationRequest", "m", doNotPerform=True, medicationCodeableConcept={"text": "华法林"}
    )
    doubted = condition(
        clinicalStatus={"coding": [{"code": "active"}]},
        verificationStatus={"coding": [{"code": "differential"}]},
    )
    view = record_view(clinical([told, doubted]), TODAY)
    assert view.section("MEDICATIONS").rows[0].cells[0] == "Not to be given: 华法林"
    assert view.section("PROBLEMS").rows[0].cells[0] == "Differential diagnosis: 高血压病"
    assert {one.cells[0] for one in view.section(EVERYTHING).rows} == {
        "Medications: Not to be given: 华法林",
        "Problems: Differential diagnosis: 高血压病",
    }


def test_a_number_that_was_merged_into_the_patient_is_told_masked() -> None:
    gaps = (Gap("Patient", Lack.MERGED, "QS-OLD-7"), Gap("Immunization", Lack.TOO_LARGE))
    assert record_view(clinical([], gaps=gaps), TODAY).remarks == (
        "Immunisations: larger than can be read",
        "The hospital merged another number into this patient; look for it too: QS••••-7",
    )


@pytest.mark.parametrize(
    ("who", "told"),
    [({}, False), ({"birthDate": "1958-04-03"}, True), ({"gender": "male"}, True)],
)
def test_an_identity_number_that_names_somebody_else_is_told(who: Any, told: bool) -> None:
    remarks = record_view(clinical([patient(**who)]), TODAY).remarks
    assert bool(remarks) is told
    if told:
        assert remarks[0].startswith("The identity number 110•••••••••••002X names another")


def test_kinds_that_are_refused_alike_stand_in_one_line() -> None:
    gaps = (
        Gap("Immunization", Lack.FORBIDDEN),
        Gap("Condition", Lack.FORBIDDEN),
        Gap("Encounter", Lack.FORBIDDEN, "ask the ward"),
    )
    assert record_view(clinical([], gaps=gaps), TODAY).remarks == (
        "Immunisations, Problems: the hospital does not allow it",
        "Visits: the hospital does not allow it: ask the ward",
    )
