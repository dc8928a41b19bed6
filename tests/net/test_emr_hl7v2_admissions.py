"""Admissions (ADT) state allergies, diagnoses and procedures; later messages change or delete."""

import pytest

from app.net.emr.clinical import Entry, Gap, Lack, Section
from app.net.emr.hl7v2 import read_messages
from app.net.emr.reading import clinical
from tests.net.test_emr_hl7v2 import message, only, oru, record

PENICILLIN = "IAM|1|DA|P01^青霉素^L|SV^重度|R1^过敏性休克^L|{}|A7"


def told(section: Section, *texts: str) -> tuple[Entry, ...]:
    return record(*texts).of(section)


def test_allergies_of_an_update_of_adverse_reactions_are_read() -> None:
    found = told(Section.ALLERGIES, message("ADT^A60", PENICILLIN.format("A"), "NTE|1||家属诉"))
    (allergy,) = found
    assert (allergy.title, allergy.critical) == ("青霉素", True)
    assert allergy.notes == ("过敏性休克", "家属诉")


@pytest.mark.parametrize(
    ("second", "titles"),
    [
        (PENICILLIN.format("D"), ()),
        ("IAM|1|DA|P01^青霉素类^L|SV||D|A7", ()),
        ("IAM|1|DA|P02^青霉素V^L|SV||U|A7", ("青霉素V",)),
        ("IAM|1|DA|P02^头孢^L|SV||A|A7", ("头孢", "青霉素")),
        ("IAM|1|DA|P02^头孢^L|SV||D|A7", ()),
    ],
)
def test_an_allergy_is_deleted_and_changed_by_what_it_is_or_its_number(
    second: str, titles: tuple[str, ...]
) -> None:
    first = message("ADT^A60", PENICILLIN.format("A"))
    later = message("ADT^A60", second, at="20260105100000")
    assert tuple(sorted(one.title for one in told(Section.ALLERGIES, first, later))) == titles


@pytest.mark.parametrize("segment", ["IAM|1|DA||SV", "AL1|1|DA||SV", "IAR|R1^皮疹"])
def test_an_allergy_that_cannot_be_read_makes_the_list_incomplete(segment: str) -> None:
    found = only(message("ADT^A01", "AL1|1|DA|P01^青霉素^L", segment))
    assert Gap("AllergyIntolerance", Lack.UNREADABLE, number=1) in found.gaps


def test_procedures_are_read_and_what_was_taken_back_is_not_shown() -> None:
    first = message("ADT^A01", "PR1|1||51.23^腹腔镜胆囊切除术^I9||20260102", "DG1|1||J18^肺炎^I10")
    (done,) = told(Section.PROCEDURES, first)
    assert (done.title, done.at) == ("腹腔镜胆囊切除术", "2026-01-02")
    back = message("ADT^A08", "DG1|1||J18^肺炎^I10" + "|" * 18 + "D", at="20260105100000")
    whole = record(first, back)
    assert (whole.of(Section.PROBLEMS), whole.in_error) == ((), 1)


def test_a_time_that_is_none_stands_in_words() -> None:
    found = message("ADT^A01", "AL1|1|DA|P01^青霉素^L|||童年", "DG1|1||J18^肺炎^I10||20260230")
    assert [one.notes for one in told(Section.ALLERGIES, found)] == [("童年",)]
    assert [one.notes for one in told(Section.PROBLEMS, found)] == [("2026-02-30",)]


def test_a_working_diagnosis_is_provisional_until_a_later_one() -> None:
    working = message("ADT^A01", "DG1|1||J18^肺炎^I10||20260103|W")
    final = message("ADT^A08", "DG1|1||J18^肺炎^I10||20260103|F", at="20260105100000")
    assert [one.reservations for one in told(Section.PROBLEMS, working)] == [("provisional",)]
    assert [one.reservations for one in told(Section.PROBLEMS, working, final)] == [()]


VISIT = "PV1|1|I|呼吸内科||||||||||||||||V77" + "|" * 25 + "20260103"


@pytest.mark.parametrize(
    ("events", "state"),
    [
        (("A01",), "in-progress"),
        (("A01", "A03"), "finished"),
        (("A01", "A03", "A08"), "finished"),
        (("A01", "A03", "A13"), "in-progress"),
    ],
)
def test_a_visit_is_over_with_its_discharge(events: tuple[str, ...], state: str) -> None:
    texts = [message(f"ADT^{one}", VISIT, at=f"2026010{n}10") for n, one in enumerate(events, 3)]
    assert [one.code for one in told(Section.ENCOUNTERS, *texts)] == [state]


def test_a_result_that_is_awaited_says_so() -> None:
    (entry,) = told(Section.LABORATORY, oru("OBX|1|NM|K^钾^L|||mmol/L|||||I"))
    assert (entry.title, entry.code, entry.results) == ("钾", "registered", ())


def test_values_that_come_one_by_one_stay_in_their_panel() -> None:
    one, other = (oru(f"OBX|1|NM|{what}||4.1|mmol/L") for what in ("K^钾^L", "N^钠^L"))
    assert [one.group for one in told(Section.LABORATORY, one, other)] == ["血常规", "血常规"]


def test_lines_of_a_text_stay_lines_and_what_is_no_escape_stays() -> None:
    said = "1. 右肺上叶结节5\\.br\\2. 肝囊肿\\.sp2\\右\\左 \\H\\见图\\N\\ \\XE58FB3\\"
    (entry,) = told(Section.LABORATORY, oru(f"OBX|1|FT|x^所见^L||{said}||||||F"))
    assert entry.results[0].text == "1. 右肺上叶结节5\n2. 肝囊肿\n\n右\\左 见图 右"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("CE|x^培养^L||E^大肠埃希菌^L~S^金葡菌^L", "大肠埃希菌、金葡菌"),
        ("CWE|x^培养^L||^^^^^^^^见报告", "见报告"),
        ("ST|x^血袋号^L||0012345678", "0012345678"),
        ("ST|x^血袋号^L||123456789012", "123456789012"),
        ("ST|x^编码^L||1e5", "1e5"),
        ("ST|x^尿糖^L||+1", "+1"),
        ("NM|x^钾^L||7.40|mmol/L|3.50-5.30", "7.40"),
        ("NM|x^肌钙蛋白^L||0.040|ng/mL", "0.040"),
        ("SN|x^尿糖^L||^2^+", "2+"),
        ("SN|x^CRP^L||<^0.50", "<0.50"),
    ],
)
def test_values_stay_as_they_were_written(field: str, text: str) -> None:
    (entry,) = told(Section.LABORATORY, oru(f"OBX|1|{field}"))
    found = entry.results[0]
    assert found.text == text
    assert found.usual in ("", "3.50–5.30")


def test_of_several_flags_the_worst_stands() -> None:
    (found,) = read_messages([oru("OBX|1|NM|K^钾^L||7.1|mmol/L||H~HH|||F").encode()]).patients
    (entry,) = clinical(found.resources).of(Section.LABORATORY)
    assert str(entry.results[0].flag) == "Flag.CRITICAL_HIGH"
