"""A reference range is this patient's, or it flags nothing."""

from typing import Any

import pytest

from app.net.emr.clinical import Flag, Section
from app.net.emr.reading import clinical
from app.net.emr.results import result_of
from protocol import decimals
from tests.fakes.bundles import haemoglobin, patient

Json = dict[str, Any]


def limits(low: float, high: float, unit: str = "", **more: object) -> Json:
    bounds = ("low", low), ("high", high)
    return {key: {"value": value, "unit": unit} for key, value in bounds} | more


def of_sex(code: str) -> list[Json]:
    return [{"coding": [{"code": code}]}]


def aged(low: int, high: int) -> Json:
    return {"low": {"value": low, "unit": "岁"}, "high": {"value": high, "code": "a"}}


MAN, WOMAN = limits(130, 175, appliesTo=of_sex("male")), limits(115, 150, appliesTo=of_sex("F"))
CHILD, ADULT = limits(150, 420, age=aged(0, 17)), limits(35, 100, age=aged(18, 120))
PREGNANT = limits(110, 140, appliesTo=[{"text": "孕妇"}])


@pytest.mark.parametrize(
    ("who", "value", "ranges", "usual", "flag"),
    [
        ({}, 125, [MAN, WOMAN], "115–150", None),
        ({"gender": "male"}, 125, [MAN, WOMAN], "130–175", Flag.LOW),
        ({"gender": None}, 125, [MAN, WOMAN], "male 130–175; F 115–150", None),
        ({}, 300, [CHILD, ADULT], "35–100", Flag.HIGH),
        ({"birthDate": "2019-02-01"}, 300, [CHILD, ADULT], "150–420", None),
        ({"birthDate": "1958"}, 300, [CHILD, ADULT], "0–17 岁 150–420; 18–120 岁 35–100", None),
        ({}, 105, [WOMAN, PREGNANT], "F 115–150; 孕妇 110–140", None),
        ({}, 105, [limits(120, 160), WOMAN], "115–150", Flag.LOW),
        ({}, 125, [MAN], "male 130–175", None),
        ({}, 105, [limits(120, 160), limits(110, 150)], "120–160; 110–150", None),
        ({}, 105, [limits(20, 40, type={"text": "治疗"})], "治疗 20–40", None),
        ({}, 98, [limits(3.9, 6.1, "mmol/L")], "3.9–6.1 mmol/L", None),
        ({}, 98, [limits(115, 150, "G/L")], "115–150", Flag.LOW),
        ({}, 98, [{"text": "115～150 g/L"}], "115～150 g/L", Flag.LOW),
        ({}, 160, [{"text": "≤150"}], "≤150", Flag.HIGH),
        ({}, 98, [{"text": "115-150 mg/dL"}], "115-150 mg/dL", None),
        ({}, 125, [{"text": "男 130-175"}, {"text": "女 115-150"}], "男 130-175; 女 115-150", None),
        ({}, 98, [{"text": "男130-175 女115-150"}], "男130-175 女115-150", None),
    ],
)
def test_a_range_is_of_this_patient_or_all_are_shown_and_none_flags(
    who: Json, value: float, ranges: list[Json], usual: str, flag: Flag | None
) -> None:
    told = haemoglobin(value=value, referenceRange=ranges)
    (entry,) = clinical([told, patient(**who)]).of(Section.LABORATORY)
    (found,) = entry.results
    assert (found.usual, found.flag, found.derived) == (usual, flag, flag is not None)
    if flag is None and usual not in ("115–150", "150–420"):
        assert (found.low, found.high) == (None, None)


def test_zeros_at_the_end_of_a_number_were_measured() -> None:
    """R4 2.24.0.1: 0.040 is not 0.04; it goes to the hospital, to the expert and to the screen."""
    raw = (
        '{"resourceType": "Observation", "code": {"text": "TSH"}, "valueQuantity":'
        ' {"value": 0.040, "unit": "mIU/L"}, "referenceRange": [{"low": {"value": 0.270},'
        ' "high": {"value": 4.20}}]}'
    )
    told = decimals.loads(raw)
    found = result_of(told)
    assert found is not None
    assert (found.text, found.number, found.usual) == ("0.040", 0.04, "0.270–4.20")
    assert decimals.loads(decimals.dumps(told)) == told
    assert all(one in decimals.dumps(told) for one in ("0.040", "0.270", "4.20"))


def test_the_unit_that_says_there_is_none_is_no_figure_of_the_range() -> None:
    gravity = {"value": 1.0305, "code": "1", "system": "http://unitsofmeasure.org"}
    told = haemoglobin(valueQuantity=gravity, referenceRange=[{"text": "1.005-1.031"}])
    (entry,) = clinical([told, patient()]).of(Section.LABORATORY)
    (found,) = entry.results
    assert (found.high, found.flag) == (1.031, None)
