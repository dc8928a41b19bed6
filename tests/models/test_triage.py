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


SAID = """
    不排除急性心梗 不能排除脑出血 急性心梗不除外 未排除主动脉夹层 不除外肺栓塞
    不能完全排除心肌梗死 尚不能排除蛛网膜下腔出血 无法排除脑出血 难以排除心梗 待排除心梗
    请排除脑出血 需排除肺栓塞 心梗待排 急性心肌梗死可能 考虑急性心肌梗塞 无外伤史突发昏迷
    无外伤史昏迷半小时 无外伤史胸痛、咯血 无外伤突发胸痛、咯血 无明显原因突发意识丧失
    无明显原因咯血 无原因抽搐 没有外伤突然咯血 无脉 患者无脉、血压测不出 脉搏摸不到 测不到血压
    呼之不应 无自主呼吸 呼吸停止 心搏骤停 无明显诱因胸痛 无诱因出现呕血 无力伴言语不清 胸痛无缓解
    服药无好转仍胸痛 无发热但咯血 无发热，咯血一天 否认外伤。今晨抽搐 无胸痛史今晨胸痛
    无高血压病史突感胸痛 否认高血压、糖尿病、冠心病等慢性病史咯血两天 无咳嗽有咯血
    """.split()
DENIED = """
    无胸痛、咯血 无胸痛 否认胸痛、呼吸困难 未见脑出血 没有咯血 不伴抽搐 已排除心梗 排除脑出血
    无突发胸痛 否认突发意识丧失 未出现昏迷 未发生休克 否认曾出现咯血 未再抽搐 未诉胸痛
    无发热、咳嗽、咳痰、盗汗及咯血 否认心脏病史、胸痛史 无活动后胸痛 无明显胸痛 无伴胸痛
    否认有胸痛 陈旧性心肌梗死 无意识丧失或抽搐 否认昏迷和抽搐 咳嗽三周，无胸痛
    """.split()


@pytest.mark.parametrize("text", [*SAID, "no trauma, sudden chest pain", "no relief of chest pain"])
def test_what_cannot_be_excluded_or_began_behind_a_denial_is_said(text: str) -> None:
    assert urgency(history=text) in ("emergency", "critical")


@pytest.mark.parametrize("text", [*DENIED, "denies chest pain or seizure", "without chest pain"])
def test_a_denial_reaches_through_its_list(text: str) -> None:
    assert urgency(history=text) == ""


def test_no_pulse_and_no_pressure_are_critical() -> None:
    assert {urgency(history=text) for text in ("无脉", "血压测不出", "突发昏迷")} == {"critical"}


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
