"""What stands in a resource is shown, in whatever shape a server writes it."""

from typing import Any

import pytest

from app.net.emr.clinical import Entry, Flag, Result, Section
from app.net.emr.reading import clinical
from tests.fakes.bundles import condition, haemoglobin, of_patient

Json = dict[str, Any]
NO_RANGE: Json = {"referenceRange": None, "valueQuantity": None}


def only(*told: Json) -> Entry:
    (found,) = clinical(told).entries
    return found


def result(**more: Any) -> Result:
    (found,) = only(haemoglobin(**{**NO_RANGE, **more})).results
    return found


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"valueQuantity": "16.8 mmol/L"}, "16.8 mmol/L"),
        ({"valueQuantity": [{"value": 16.8, "unit": "mmol/L"}]}, "16.8"),
        ({"valueQuantity": [{"value": 1, "unit": "g"}, {"value": 2}]}, "1 g、2"),
        ({"valueQuantity": {"value": "0.040", "unit": "g/L"}}, "0.040"),
        ({"valueQuantity": {"unit": "g/L"}, "valueString": "溶血"}, "溶血"),
        ({"valueString": {"said": "阳性"}}, '{"said": "阳性"}'),
        ({"valueInteger": "abc"}, "abc"),
        ({"valueInteger": {"value": float("nan")}}, "{'value': nan}"),
        ({"valueInteger": 10**400}, "1" + "0" * 199 + "…"),
        ({"valueBoolean": "true"}, "true"),
        ({"valuePeriod": {"start": "2026-01-01", "end": "2026-01-04"}}, "2026-01-01–2026-01-04"),
        ({"valueReference": {"display": "甲"}}, '{"display": "甲"}'),
        ({"valueString": "一\r\n二\r三　四"}, "一\n二\n三　四"),
    ],
)
def test_a_value_of_a_wrong_shape_stands_as_it_was_written(value: Json, text: str) -> None:
    assert result(**value).text == text


def test_what_stands_beside_a_value_in_another_element_is_not_lost() -> None:
    found = result(valueQuantity={"value": 98, "unit": "g/L"}, valueString="标本溶血")
    assert (found.text, found.remarks) == ("98", ("标本溶血",))


def coding(*codes: str) -> list[Json]:
    return [{"coding": [{"code": one}]} for one in codes]


@pytest.mark.parametrize(
    ("told", "flag", "remarks"),
    [
        (coding("H", "HH"), Flag.CRITICAL_HIGH, ()),
        (coding("A", "L"), Flag.LOW, ()),
        (coding("AA"), Flag.CRITICAL, ()),
        (coding("LL", "H"), Flag.CRITICAL_LOW, ("H",)),
        (coding("N", "RR"), None, ("RR",)),
        (coding("R"), None, ("R",)),
        ([{"text": "危急值 高"}], Flag.CRITICAL_HIGH, ()),
        ([{"text": "危急值，已通知"}], None, ("危急值，已通知",)),
        ([{"coding": [{"code": "75540009", "display": "High"}]}], Flag.HIGH, ()),
        ("↑", Flag.HIGH, ()),
        ([{"text": "-"}], None, ()),
    ],
)
def test_the_worst_flag_stands_and_what_is_none_stands_in_words(
    told: object, flag: Flag | None, remarks: tuple[str, ...]
) -> None:
    found = result(valueQuantity={"value": 98, "unit": "g/L"}, interpretation=told)
    assert (found.flag, found.remarks) == (flag, remarks)


def test_an_interpretation_without_a_value_is_the_result() -> None:
    assert result(interpretation=coding("R")).text == "R"


@pytest.mark.parametrize(
    ("code", "substances", "title"),
    [
        ("药物过敏", ("头孢曲松",), "药物过敏、头孢曲松"),
        ("青霉素类过敏", ("青霉素", "磺胺"), "青霉素类过敏、磺胺"),
        ("无已知药物过敏", ("青霉素",), "无已知药物过敏、青霉素"),
    ],
)
def test_an_allergy_names_every_substance(
    code: str, substances: tuple[str, ...], title: str
) -> None:
    reactions = [{"substance": {"text": one}} for one in substances]
    found = only(of_patient("AllergyIntolerance", "a", code={"text": code}, reaction=reactions))
    assert (found.title, found.negates) == (title, False)


def vaccination(**more: Any) -> Json:
    return of_patient("Immunization", "i", vaccineCode={"text": "麻疹疫苗"}, **more)


@pytest.mark.parametrize(
    ("told", "at", "notes"),
    [
        (vaccination(occurrenceString="童年", recorded="2026-11-20"), "", ("童年",)),
        (
            condition(
                onsetDateTime=None,
                onsetRange={"low": {"value": 40}, "high": {"value": 50, "unit": "岁"}},
                recordedDate="2026-11-20",
            ),
            "",
            ("40–50 岁",),
        ),
        (condition(onsetDateTime=None, recordedDate="2026-11-20"), "2026-11-20", ()),
        (condition(onsetDateTime="20240501"), "2024-05-01", ()),
        (condition(onsetDateTime="2024/5/1 10:00"), "2024-05-01T10:00", ()),
        (condition(onsetDateTime="2024年5月"), "2024-05", ()),
        (condition(onsetDateTime="20240501103000+0800"), "2024-05-01T10:30:00+08:00", ()),
        (condition(onsetDateTime="2024-02-30"), "", ("2024-02-30",)),
        (condition(onsetDateTime="去年"), "", ("去年",)),
        (condition(onsetDateTime="0001-01-01T00:00+14:00"), "0001-01-01T00:00+14:00", ()),
        (of_patient("Procedure", "p", code="切除", performedString="儿时"), "", ("儿时",)),
        (
            of_patient("Procedure", "p", code="切除", performedAge={"value": 6, "unit": "岁"}),
            "",
            ("6 岁",),
        ),
    ],
)
def test_a_time_is_one_however_it_is_written_and_else_stands_in_words(
    told: Json, at: str, notes: tuple[str, ...]
) -> None:
    found = only(told)
    assert (found.at, found.notes) == (at, notes)


@pytest.mark.parametrize(
    ("state", "active", "code"),
    [
        ({"clinicalStatus": {"text": "已治愈"}}, False, "resolved"),
        ({"clinicalStatus": {"text": "Inactive"}}, False, "inactive"),
        ({"clinicalStatus": {"text": "病情稳定"}}, True, "病情稳定"),
        ({"verificationStatus": {"text": "已排除"}}, False, "refuted"),
        (
            {"verificationStatus": {"text": "存疑"}, "clinicalStatus": {"text": "活动"}},
            True,
            "存疑",
        ),
    ],
)
def test_a_state_in_words_is_a_state(state: Json, active: bool, code: str) -> None:
    found = only(condition(**state))
    assert (found.active, found.code) == (active, code)


def test_what_is_known_of_relatives_is_told() -> None:
    told = of_patient(
        "FamilyMemberHistory",
        "f",
        relationship={"text": "父亲"},
        deceasedAge={"value": 61, "unit": "岁"},
        condition=[
            {
                "code": {"text": "结肠癌"},
                "onsetAge": {"value": 58, "unit": "岁"},
                "outcome": {"text": "死亡"},
                "contributedToDeath": True,
            },
            {"code": {"text": "高血压"}},
        ],
    )
    found = only(told)
    assert (found.section, found.title) == (Section.FAMILY, "父亲")
    assert found.notes == ("结肠癌 (58 岁; 死亡; †)", "高血压", "† 61 岁")
