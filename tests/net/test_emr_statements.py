"""What turns or weakens a statement is read with it, and how a medicine is taken."""

from typing import Any

import pytest

from app.net.emr.clinical import Entry
from tests.fakes.bundles import condition, of_patient
from tests.net.test_emr_reading import only

Json = dict[str, Any]


def allergy(**more: Any) -> Entry:
    return only(of_patient("AllergyIntolerance", "a", **more))


def test_an_allergy_is_named_by_what_made_it_and_none_is_left_out() -> None:
    told = {"substance": {"text": "头孢"}, "description": "喉头水肿", "manifestation": []}
    found = allergy(reaction=[told])
    assert (found.title, found.notes) == ("头孢", ("喉头水肿",))
    assert allergy().title == "?"


@pytest.mark.parametrize(
    ("code", "negates"),
    [
        ({"coding": [{"code": "716186003", "display": "No known allergy"}]}, True),
        ({"text": "否认药物过敏史"}, True),
        ({"text": "NKDA"}, True),
        ({"text": "青霉素"}, False),
    ],
)
def test_that_there_is_no_allergy_is_no_allergy(code: Json, negates: bool) -> None:
    assert allergy(code=code).negates is negates


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (of_patient("MedicationRequest", "m", doNotPerform=True), "do-not-perform"),
        (of_patient("MedicationRequest", "m", intent="proposal"), "proposal"),
        (condition(verificationStatus={"coding": [{"code": "differential"}]}), "differential"),
        (of_patient("Procedure", "p", status="not-done"), "not-done"),
    ],
)
def test_what_turns_or_weakens_a_statement_is_kept(told: Json, code: str) -> None:
    found = only(told | {"medicationCodeableConcept": {"text": "x"}, "code": {"text": "x"}})
    assert found.reservations == (code,)


@pytest.mark.parametrize(
    ("dosage", "words"),
    [
        ({"text": "每日一次", "asNeededBoolean": True}, "每日一次"),
        (
            {
                "doseAndRate": [
                    {
                        "doseRange": {
                            "low": {"value": 1, "unit": "mg"},
                            "high": {"value": 2, "unit": "mg"},
                        },
                        "rateQuantity": {"value": 5, "unit": "mL/h"},
                    }
                ],
                "timing": {"repeat": {"frequency": 1, "period": 8, "periodUnit": "h"}},
                "asNeededBoolean": True,
                "maxDosePerPeriod": {
                    "numerator": {"value": 6, "unit": "mg"},
                    "denominator": {"value": 1, "unit": "d"},
                },
            },
            "1–2 mg · 5 mL/h · 1×/8 h · PRN · ≤ 6 mg/1 d",
        ),
        (
            {
                "asNeededCodeableConcept": {"text": "疼痛"},
                "timing": {"repeat": {"frequency": 1, "frequencyMax": 3, "period": 1}},
            },
            "1–3×/1 · PRN 疼痛",
        ),
        ({"doseAndRate": [{"doseRange": {"high": {"value": 2, "unit": "mg"}}}]}, "≤ 2 mg"),
        (
            {"timing": {"repeat": {"when": ["ACM"], "boundsDuration": {"value": 7, "unit": "d"}}}},
            "ACM · 7 d",
        ),
    ],
)
def test_a_dosage_says_when_it_is_needed_only_and_how_much_at_most(
    dosage: Json, words: str
) -> None:
    told = {"medicationCodeableConcept": {"text": "吗啡"}, "dosageInstruction": [dosage]}
    assert only(of_patient("MedicationRequest", "m", **told)).notes == (words,)


def test_a_problem_that_ended_is_over_and_its_onset_in_words_is_kept() -> None:
    found = only(condition(onsetDateTime=None, onsetString="去年冬天", abatementDateTime="2019"))
    assert (found.code, found.active, found.notes) == ("resolved", False, ("去年冬天",))
