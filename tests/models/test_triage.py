"""The words of a case speak for a department and an urgency; a person decides."""

from datetime import date
from typing import Any

import pytest

from app.models.triage import TriageProps, derive_triage, rules
from app.views.case_fields import DEPARTMENTS
from protocol.consultation import CaseContent, Patient, Urgency
from tests.fakes.examples import study

TODAY = date(2026, 1, 5)


def told(modalities: tuple[str, ...] = (), **content: Any) -> TriageProps:
    studies = (study(modalities=modalities),) if modalities else ()
    return derive_triage(CaseContent(**content), studies, TODAY)


def department(modalities: tuple[str, ...] = (), **content: Any) -> str:
    hint = told(modalities, **content).department
    return "" if hint is None else hint.value


def urgency(**content: Any) -> str:
    hint = told(**content).urgency
    return "" if hint is None else hint.value


def test_every_department_of_the_rules_can_be_chosen_in_the_form() -> None:
    assert {rule.name for rule in rules().departments} <= set(DEPARTMENTS)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"diagnosis_codes": ("I21.0",)}, "心内科"),
        ({"diagnosis_codes": ("I63.9",)}, "神经内科"),
        ({"diagnosis_codes": ("K35.8",)}, "普外科"),
        ({"diagnosis_codes": ("K29.7",)}, "消化内科"),
        ({"reason": "咳嗽、咳痰三周"}, "呼吸内科"),
        ({"reason": "咳嗽三周", "diagnosis_codes": ("R91",)}, "放射科"),
        ({"history": "Chest pain since morning"}, "心内科"),
        ({"reason": "请会诊"}, ""),
    ],
)
def test_codes_weigh_more_than_words_and_long_ones_more_than_short(
    content: dict[str, Any], expected: str
) -> None:
    assert department(**content) == expected


def test_images_speak_where_nothing_else_does() -> None:
    assert department(("US",), reason="复查") == "超声科"
    assert department(("CT",), reason="心悸、胸闷") == "心内科"


def test_children_go_to_paediatrics_unless_a_diagnosis_says_otherwise() -> None:
    child = Patient(birth_date=date(2019, 3, 1))
    assert department(patient=child, reason="咳嗽") == "儿科"
    assert department(patient=child, diagnosis_codes=("S52.5",)) == "骨科"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("突发意识丧失", "critical"),
        ("胸痛两小时", "emergency"),
        ("高热三天", "urgent"),
        ("咳嗽三周", ""),
        ("否认胸痛、呼吸困难", ""),
        ("无胸痛。今晨咯血", "emergency"),
        ("无明显诱因出现胸痛", "emergency"),
        ("肢体无力伴抽搐", "emergency"),
        ("denies chest pain", ""),
    ],
)
def test_red_flags_ask_for_urgency_and_denied_ones_do_not(text: str, expected: str) -> None:
    assert urgency(history=text) == expected


def test_an_urgency_is_never_talked_down() -> None:
    assert urgency(history="高热三天", urgency=Urgency.URGENT) == ""
    assert urgency(history="高热三天", urgency=Urgency.CRITICAL) == ""
    assert urgency(history="休克", urgency=Urgency.EMERGENCY) == "critical"


def test_a_hint_says_what_it_is_drawn_from_and_goes_once_it_is_followed() -> None:
    hints = told(reason="胸痛、胸闷", diagnosis_codes=("I20.0",))
    assert hints.department is not None
    assert hints.department.text == "Department 心内科? It says: I20.0, 胸痛, 胸闷"
    assert hints.urgency is not None
    assert hints.urgency.text.endswith("It says: 胸痛")
    followed = told(reason="胸痛", department="心内科", urgency=Urgency.EMERGENCY)
    assert followed == TriageProps()
