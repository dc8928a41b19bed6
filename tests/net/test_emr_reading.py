"""A record is read from whatever resources say; one that cannot be read hides no other."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.net.emr.clinical import ClinicalRecord, Entry, Flag, Result, Section
from app.net.emr.names import pinyin, written, written_names
from app.net.emr.reading import Before, clinical, record_of, sections
from app.net.emr.results import result_of
from tests.fakes.bundles import LOINC, condition, haemoglobin, of_patient, patient, raw
from tests.fakes.records import resources

Json = dict[str, Any]
CBC = {"coding": [{"system": LOINC, "code": "58410-2"}], "text": "血常规"}


def lab(value: float, low: float = 115, high: float = 150, **more: Any) -> Result:
    told = haemoglobin(value=value, **more)
    told["referenceRange"] = [{"low": {"value": low}, "high": {"value": high}}]
    found = result_of(told)
    assert found is not None
    return found


def only(*resources: Json) -> Entry:
    (found,) = clinical(resources).entries
    return found


def interpretation(code: str) -> list[Json]:
    return [{"coding": [{"code": code}]}]


def test_a_shared_bundle_is_a_record_with_its_person_and_date() -> None:
    record = record_of(raw())
    assert record.dated_at == "2026-01-05T08:30:00+08:00"
    assert record.person.names == ("何小溪", "Xiaoxi He")
    assert record.person.identifiers == ("QS-2026-0042", "11010519580402002X")
    assert [one.title for one in record.of(Section.PROBLEMS)] == ["高血压病"]
    (value,) = record.of(Section.LABORATORY)[0].results
    assert (value.text, value.unit, value.usual, value.flag) == ("98", "g/L", "115–150", Flag.LOW)


@pytest.mark.parametrize(
    ("told", "flag", "derived"),
    [
        (lab(98), Flag.LOW, True),
        (lab(151), Flag.HIGH, True),
        (lab(115), None, False),
        (lab(98, interpretation=interpretation("N")), None, False),
        (lab(120, interpretation=interpretation("H")), Flag.HIGH, False),
        (lab(50, interpretation=interpretation("LL")), Flag.CRITICAL_LOW, False),
        (lab(120, interpretation=interpretation("POS")), Flag.ABNORMAL, False),
    ],
)
def test_flags_are_the_laboratorys_and_ours_only_where_it_gives_none(
    told: Result, flag: Flag | None, derived: bool
) -> None:
    assert (told.flag, told.derived) == (flag, derived)


def test_a_range_in_another_unit_flags_nothing() -> None:
    told = haemoglobin(value=9.8)
    told["referenceRange"] = [{"low": {"value": 115, "unit": "mg/dL"}}]
    found = result_of(told)
    assert found is not None
    assert found.flag is None


def test_below_what_can_be_measured_is_flagged_only_where_it_is_certain() -> None:
    told = haemoglobin(valueQuantity={"value": 5, "comparator": "<", "unit": "g/L"})
    found = result_of(told)
    assert found is not None
    assert (found.text, found.flag) == ("<5", Flag.LOW)
    told["referenceRange"] = [{"low": {"value": 3}}]
    found = result_of(told)
    assert found is not None
    assert found.flag is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"valueString": "阴性"}, "阴性"),
        ({"valueCodeableConcept": {"coding": [{"display": "Negative", "code": "N"}]}}, "Negative"),
        ({"valueBoolean": True}, "+"),
        ({"valueInteger": 3}, "3"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, "1:128"),
        ({"valueRange": {"low": {"value": 2}, "high": {"value": 5}}}, "2–5"),
        ({"valueRange": {"low": {"value": 2}}}, "≥ 2"),
        ({"dataAbsentReason": {"text": "溶血"}}, "(溶血)"),
        ({"valueQuantity": {"value": "12.5", "unit": "g/L"}}, "12.5"),
        ({"valueQuantity": {"value": 8.133641907300753}}, "8.1336"),
        ({"valueQuantity": {"value": 123456.78901234567}}, "123457"),
        ({"valueQuantity": {"value": 12345678}}, "12345678"),
        ({"valueQuantity": {"value": 123456.7}}, "123456.7"),
        ({"valueQuantity": {"value": 1.5e12}}, "1500000000000"),
        ({"valueQuantity": {"value": 0.00000012}}, "0.00000012"),
    ],
)
def test_a_value_may_be_anything_a_laboratory_reports(value: Json, text: str) -> None:
    found = result_of({"code": {"text": "x"}, **value})
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize(
    ("comparator", "value", "flag"),
    [("<=", 10, None), ("<", 10, Flag.LOW), (">=", 20, None), (">", 20, Flag.HIGH)],
)
def test_a_limit_that_may_be_met_is_no_flag(comparator: str, value: int, flag: Flag | None) -> None:
    quantity = {"value": value, "comparator": comparator, "unit": "g/L"}
    assert lab(0, 10, 20, valueQuantity=quantity).flag is flag


@pytest.mark.parametrize(
    ("specimen", "more"),
    [
        (({"display": "血清"}, {"display": "脑脊液"}), {}),
        (({"reference": "#s"}, {"reference": "Specimen/csf"}), {}),
        (({"reference": "Specimen/1"}, {"reference": "Specimen/2"}), {}),
    ],
)
def test_values_of_two_specimens_are_two_things(specimen: tuple[Json, Json], more: Json) -> None:
    told: Any = {"code": {"text": "葡萄糖"}, "referenceRange": None}
    serum = [{"resourceType": "Specimen", "id": "s", "type": {"text": "血清"}}]
    csf = {"resourceType": "Specimen", "id": "csf", "type": {"text": "脑脊液"}}
    first = haemoglobin("1", 15.2, specimen=specimen[0], contained=serum, **told)
    second = haemoglobin("2", 3.0, specimen=specimen[1], **told)
    entries = clinical([patient(), first, second, csf]).of(Section.LABORATORY)
    results = [result for one in entries for result in one.results]
    assert len({one.key for one in results}) == 2
    if "Specimen/1" not in str(specimen):
        assert [one.title for one in results] == ["葡萄糖 (血清)", "葡萄糖 (脑脊液)"]


def test_what_has_no_code_of_its_own_is_told_apart_by_its_panel() -> None:
    told: Any = {"code": {"text": "白细胞"}, "referenceRange": None}
    values = [haemoglobin(id_, **told) for id_ in ("1", "2")]
    panels = [
        of_patient(
            "DiagnosticReport",
            name,
            code={"text": name},
            result=[{"reference": f"Observation/{id_}"}],
        )
        for name, id_ in (("血常规", "1"), ("尿常规", "2"))
    ]
    entries = clinical([*values, *panels]).of(Section.LABORATORY)
    assert len({one.results[0].key for one in entries}) == 2


def test_a_panel_is_read_from_its_components() -> None:
    parts = [
        {"code": {"text": "白细胞"}, "valueQuantity": {"value": 12.1, "unit": "10^9/L"}},
        {"code": {"text": "血小板"}, "valueQuantity": {"value": 210, "unit": "10^9/L"}},
    ]
    found = only(of_patient("Observation", "cbc", code=CBC, component=parts))
    assert found.section is Section.LABORATORY
    assert [(one.title, one.text) for one in found.results] == [
        ("白细胞", "12.1"),
        ("血小板", "210"),
    ]


@pytest.mark.parametrize("kind", ["Observation", "DiagnosticReport"])
def test_members_of_a_panel_stand_under_its_name_though_they_have_no_category(kind: str) -> None:
    member = haemoglobin("hb", category=None, referenceRange=None)
    element = {"Observation": "hasMember", "DiagnosticReport": "result"}[kind]
    told = {"reference": "Observation/hb"}
    panel = of_patient(
        kind, "cbc", code=CBC, **{element: [told, {"reference": "Observation/gone"}]}
    )
    record = clinical([panel, member])
    (value,) = [one for one in record.entries if one.results]
    assert (value.section, value.group) == (Section.LABORATORY, "血常规")
    assert record.dangling == 1


def test_an_old_blood_pressure_without_category_is_a_vital_sign() -> None:
    pressure = {"coding": [{"system": LOINC, "code": "55284-4"}]}
    parts = [{"code": {"text": "收缩压"}, "valueQuantity": {"value": 132, "unit": "mmHg"}}]
    found = only(of_patient("Observation", "bp", code=pressure, component=parts))
    assert found.section is Section.VITALS


def test_what_was_entered_in_error_is_not_shown_but_counted() -> None:
    wrong = condition("x", verificationStatus={"coding": [{"code": "entered-in-error"}]})
    record = clinical([wrong, haemoglobin(status="entered-in-error"), condition()])
    assert (len(record.entries), record.in_error) == (1, 2)


def test_what_says_nothing_is_counted_as_unread() -> None:
    record = clinical([of_patient("Condition", "empty"), "no resource", condition()])
    assert (len(record.entries), record.unread) == (1, 2)


def test_a_text_alone_is_shown() -> None:
    told = of_patient("Condition", "t", text={"div": "<div>慢性<b>胃炎</b></div>"})
    assert only(told).title == "慢性 胃炎"
    assert only(of_patient("Condition", "u", code="慢性胃炎")).title == "慢性胃炎"


def test_a_high_criticality_and_a_refuted_allergy_are_told() -> None:
    penicillin = of_patient(
        "AllergyIntolerance",
        "a",
        code={"text": "青霉素"},
        criticality="high",
        reaction=[{"manifestation": [{"text": "皮疹"}]}],
    )
    refuted = of_patient(
        "AllergyIntolerance",
        "b",
        code={"text": "头孢"},
        clinicalStatus={"coding": [{"code": "active"}]},
        verificationStatus={"coding": [{"code": "refuted"}]},
    )
    first, second = clinical([refuted, penicillin]).of(Section.ALLERGIES)
    assert (first.title, first.critical, first.notes) == ("青霉素", True, ("皮疹",))
    assert (second.active, second.code) == (False, "refuted")


def test_active_stands_before_over_and_new_before_old() -> None:
    over = condition("1", clinicalStatus={"coding": [{"code": "resolved"}]}, onsetDateTime="2025")
    old, new = condition("2", onsetDateTime="2010"), condition("3", onsetDateTime="2024-05-01")
    assert [one.id[-1] for one in clinical([over, old, new]).entries] == ["3", "2", "1"]


def test_an_imaging_study_names_its_study_instance_uid() -> None:
    identifier = [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}]
    modality = [{"code": "CT"}, {"code": "CT"}]
    told = {"description": "胸部CT", "identifier": identifier, "modality": modality}
    found = only(of_patient("ImagingStudy", "s", numberOfInstances=120, **told))
    assert (found.study_instance_uid, found.images, found.notes) == ("1.2.3", 120, ("CT",))


def test_sections_are_told_in_the_order_of_the_resources() -> None:
    told = sections([patient(), haemoglobin(), condition()])
    assert told == (None, Section.LABORATORY, Section.PROBLEMS)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ({"family": "欧阳", "given": ["小", "明"]}, "欧阳小明"),
        ({"text": "何 小溪"}, "何小溪"),
        ({"family": "Hintz", "given": ["Ned"]}, "Ned Hintz"),
        ({"family": "Hintz", "given": ["Ned"], "text": "Dr. Ned Hintz"}, "Dr. Ned Hintz"),
        ({"given": ["小溪"]}, "小溪"),
        ({}, ""),
    ],
)
def test_a_chinese_name_is_family_then_given(name: Json, shown: str) -> None:
    assert written(name) == shown


def test_pinyin_stands_beside_a_chinese_name_only() -> None:
    assert pinyin("何小溪") == "HE XIAO XI"
    assert pinyin("Ned Hintz") == ""
    assert written_names({"name": "何小溪"}) == ("何小溪",)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["coding", "code", "display", "text", "reference", "value", "unit", "start"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
ELEMENTS = (
    *("id", "code", "status", "category", "subject", "valueQuantity", "component", "hasMember"),
    *("referenceRange", "interpretation", "onsetDateTime", "reaction", "dosageInstruction", "name"),
    *("medicationReference", "identifier", "note", "text", "content", "condition", "period"),
)
KINDS = (
    "Patient",
    "Condition",
    "Observation",
    "MedicationRequest",
    "DiagnosticReport",
    "Encounter",
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(
    st.lists(
        st.tuples(
            st.sampled_from(KINDS), st.dictionaries(st.sampled_from(ELEMENTS), JSON, max_size=6)
        ),
        max_size=4,
    )
)
def test_nothing_a_server_may_send_raises_or_goes_by_silently(told: list[tuple[str, Json]]) -> None:
    resources = [{"resourceType": kind, **rest} for kind, rest in told]
    record = clinical(resources)
    assert isinstance(record, ClinicalRecord)
    read = len(record.entries) + record.unread + record.in_error
    assert read == sum(1 for kind, _ in told if kind != "Patient")


SHARED = Path(os.environ.get("HUIZHEN_SHARED", Path(__file__).resolve().parents[3] / "shared"))
SYNTHEA = sorted((SHARED / "data" / "fhir").glob("synthea-*.json"))


@pytest.mark.skipif(not SYNTHEA, reason="the shared sample data are not on this machine")
def test_whole_histories_of_another_program_are_read_without_a_rest() -> None:
    for path in SYNTHEA:
        entries = json.loads(path.read_bytes())["entry"]
        known = {one["fullUrl"]: one["resource"] for one in entries}
        record = clinical([one["resource"] for one in entries], known=known)
        assert (record.unread, record.dangling) == (0, 0)
        assert len(record.entries) > 50
        cbc = [one for one in record.of(Section.LABORATORY) if one.group.startswith("Complete bl")]
        assert all(one.results for one in cbc)


def test_what_was_read_before_others_came_says_the_same_as_when_all_is_read_at_once() -> None:
    """Panels, names of medicines and results of reports come after what they are of."""
    told = (
        *resources(),
        of_patient("MedicationRequest", "m9", medicationReference={"reference": "Medication/x"}),
        of_patient("DiagnosticReport", "r9", result=[{"reference": "Observation/777-3-0"}]),
        {"resourceType": "Medication", "id": "x", "code": {"text": "氨氯地平片 5mg"}},
        "no resource",
    )
    before: Before = {}
    for number in range(1, len(told) + 1):
        grown = clinical(told[:number], before=before)
        whole = clinical(told[:number])
        assert (grown.entries, grown.unread, grown.dangling) == (
            *(whole.entries, whole.unread, whole.dangling),
        )
    kept = clinical(told, before=before).entries
    assert sum(one is other for one, other in zip(kept, grown.entries, strict=True)) > 15
