"""A report begins with what the department usually writes, and none is signed half filled in."""

import re

import pytest

from app.models.report_templates import (
    ReportField,
    begun_with,
    with_proposals,
    wording,
)
from app.models.structured import begun, doubt
from app.views.case_fields import DEPARTMENTS
from protocol.report import OPEN_PLACE, Opinion
from protocol.structured import StructuredFinding


def test_the_department_of_the_case_comes_first() -> None:
    for department in ("骨科", "放射科", "超声科"):
        assert wording(chinese=True).for_department(department)[0].department == department
    assert wording(chinese=True).for_department("妇产科")[0].department == ""


@pytest.mark.parametrize("chinese", [True, False], ids=["zh", "en"])
def test_what_comes_with_the_program_is_whole_in_both_languages(chinese: bool) -> None:
    words = wording(chinese=chinese)
    assert len(words.templates) > 10
    for one in words.templates:
        assert one.department in (*DEPARTMENTS, "")
        assert [field for field, _ in one.texts] == list(ReportField)
        assert all(text for _, text in one.texts)
    assert {one.field for one in words.phrases} == set(ReportField)
    han = [t for one in words.templates for _, t in one.texts if any("一" <= c <= "鿿" for c in t)]
    assert bool(han) is chinese


def test_every_text_of_a_template_has_a_place_that_somebody_must_look_at() -> None:
    for one in wording(chinese=True).templates:
        assert all(OPEN_PLACE.search(text) for _, text in one.texts), one.name


@pytest.mark.parametrize("chinese", [True, False], ids=["zh", "en"])
def test_what_templates_ask_for_is_a_number_in_a_unit_or_a_choice(chinese: bool) -> None:
    words = wording(chinese=chinese)
    asked = [one for template in words.templates for one in template.findings]
    assert len({one.code for one in asked}) > 10
    for one in asked:
        assert words.asked(one.code) == one, "one code is one thing, whichever template asks"
        assert bool(one.ucum) is not bool(one.choices)
        assert one.choices or one.least < one.most
        found = StructuredFinding(
            code=one.code, name=one.name, unit=one.unit, ucum=one.ucum, loinc=one.loinc
        )
        assert bool(re.search("[一-鿿]", found.name)) <= chinese


def test_what_has_a_value_stays_when_another_template_is_begun_with() -> None:
    ecg, stroke = (
        next(one for one in wording(chinese=True).templates if one.name == name)
        for name in ("心电图", "急性卒中")
    )
    rate, *_ = begun(ecg, ())
    measured = rate.model_copy(update={"value": "72"})
    codes = [one.code for one in begun(stroke, (measured, *begun(ecg, ())[1:]))]
    assert codes == ["heart-rate", "nihss", "systolic", "diastolic", "glucose"]


def test_a_value_that_is_hardly_ever_meant_is_questioned() -> None:
    asked = wording(chinese=False).asked("qtc-interval")
    assert doubt(asked, "420") == doubt(asked, "") == ""
    assert "200 to 800 ms" in doubt(asked, "42")


def test_what_was_written_stays_above_what_is_proposed() -> None:
    assert begun_with("", "提案") == "提案"
    assert begun_with("已写。\n", "提案") == "已写。\n提案"


def test_a_proposal_can_be_taken_and_an_empty_place_stays() -> None:
    assert with_proposals("边界【清】，大小【】mm") == "边界清，大小【】mm"
    written = Opinion(findings="边界【清】", recommendation="大小【】mm")
    assert written.open_places() == ("【清】", "【】")
