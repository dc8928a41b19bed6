"""HL7 v2 files of hospitals without FHIR become the same record, whatever engine wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.net.emr.clinical import ClinicalRecord, Flag, Result, Section
from app.net.emr.gathering import Gathered
from app.net.emr.hl7v2 import range_of, read_messages, split, time_of
from app.net.emr.reading import clinical
from app.net.emr.sharing import shared_bundle
from protocol.fhir_bundle import judged, patient_text
from protocol.patients import PatientText
from tests.fakes.bundles import instant

MSH = "MSH|^~\\&|LIS|SYYY|HIS|SYYY|{at}||{kind}|{number}|P|2.4|||||CHN|UNICODE UTF-8"
PID = (
    "PID|1||QS-2026-0042^^^SYYY^MR~11010519491231002X^^^^NNCHN||何^小溪~He^Xiaoxi||19580402|F"
    "|||||0571-0000042"
)
CBC = "OBR|1||L123|58410-2^血常规^LN|||202601040900|||||||||||||||||LAB|F"


def message(kind: str, *segments: str, at: str = "20260104100000", pid: str = PID) -> str:
    head = MSH.format(at=at, kind=kind, number="M1")
    return "\r".join((head, pid, *segments)) + "\r"


def oru(*observations: str, **more: str) -> str:
    return message("ORU^R01", CBC, *observations, **more)


def only(*texts: str) -> Gathered:
    (found,) = read_messages([text.encode() for text in texts]).patients
    return found


def record(*texts: str) -> ClinicalRecord:
    found = only(*texts)
    return clinical((found.patient, *found.resources))


def value(observation: str) -> Result:
    (entry,) = record(oru(observation)).of(Section.LABORATORY)
    return entry.results[0]


def test_who_it_is_stands_in_both_scripts_with_all_numbers() -> None:
    found = only(message("ADT^A08"))
    assert patient_text(found.patient) == PatientText(
        "He^Xiaoxi=何^小溪", "QS-2026-0042", "19580402", "F"
    )
    person = record(message("ADT^A08")).person
    assert person.identifiers == ("QS-2026-0042", "11010519491231002X")
    assert person.phone == "0571-0000042"


@pytest.mark.parametrize(
    ("observation", "text", "flag"),
    [
        ("OBX|1|NM|718-7^血红蛋白^LN||98|g/L|115-150|L|||F", "98", Flag.LOW),
        ("OBX|1|NM|718-7^血红蛋白^LN||98|g/L|115-150||||F", "98", Flag.LOW),
        ("OBX|1|SN|1988-5^CRP^LN||>^200|mg/L|<8|HH|||F", ">200", Flag.CRITICAL_HIGH),
        ("OBX|1|ST|x^甲胎蛋白^L||<0.5|ng/mL|<7||||F", "<0.5", None),
        ("OBX|1|ST|x^尿蛋白^L||阴性||阴性||||F", "阴性", None),
        ("OBX|1|CE|x^血型^L||A^A型^L||||||F", "A型", None),
        ("OBX|1|FT|x^镜检^L||白细胞\\T\\脓细胞||||||F", "白细胞&脓细胞", None),
    ],
)
def test_a_value_of_any_type_is_read_with_its_flag(
    observation: str, text: str, flag: Flag | None
) -> None:
    found = value(observation)
    assert (found.text, found.flag) == (text, flag)


def test_values_stand_under_their_panel_with_the_laboratorys_note() -> None:
    found = record(oru("OBX|1|NM|718-7^血红蛋白^LN||98|g/L|115-150|L|||F", "NTE|1||标本溶血"))
    (entry,) = found.of(Section.LABORATORY)
    assert (entry.group, entry.notes, entry.at[:16]) == (
        "血常规",
        ("标本溶血",),
        "2026-01-04T09:00",
    )


def test_allergies_diagnoses_and_visits_of_admissions_are_read() -> None:
    found = record(
        message(
            "ADT^A01",
            "PV1|1|I|呼吸内科^12床^^市一院||||||||||||||||V77|||||||||||||||||||||||||20260103",
            "AL1|1|DA|P01^青霉素^L|SV|过敏性休克",
            "DG1|1||J18.900^肺炎^I10||20260103|A",
        )
    )
    (allergy,) = found.of(Section.ALLERGIES)
    assert (allergy.title, allergy.critical, allergy.notes) == ("青霉素", True, ("过敏性休克",))
    assert [one.title for one in found.of(Section.PROBLEMS)] == ["肺炎"]
    (visit,) = found.of(Section.ENCOUNTERS)
    assert (visit.title, visit.at) == ("呼吸内科 12床 市一院", "2026-01-03")


def test_a_correction_stands_instead_of_what_it_corrects_in_whatever_order_they_lie() -> None:
    first = oru("OBX|1|NM|718-7^血红蛋白^LN||98|g/L||||F")
    second = oru("OBX|1|NM|718-7^血红蛋白^LN||89|g/L|||||C", at="20260104120000")
    for order in ((first, second), (second, first)):
        (entry,) = record(*order).of(Section.LABORATORY)
        assert entry.results[0].text == "89"


def test_what_was_deleted_is_not_shown() -> None:
    found = record(oru("OBX|1|NM|718-7^血红蛋白^LN||98|g/L|||||D"))
    assert (found.of(Section.LABORATORY), found.in_error) == ((), 1)


def test_attached_documents_are_counted_and_not_read() -> None:
    assert only(oru("OBX|1|ED|PDF^报告||^application^pdf^Base64^AAAA||||||F")).unread == 1


def test_two_patients_in_one_file_stay_two() -> None:
    other = PID.replace("QS-2026-0042", "QS-2026-0099")
    found = read_messages([(oru() + message("ADT^A08", pid=other)).encode()])
    assert len(found.patients) == 2
    one_number = PID.replace("何^小溪~He^Xiaoxi", "王^小明")
    assert len(read_messages([(oru() + oru(pid=one_number)).encode()]).patients) == 2


def test_messages_of_other_kinds_and_rubbish_are_counted() -> None:
    found = read_messages([message("ACK").encode(), b"no message", b"MSH|broken\r"])
    assert (found.patients, found.others) == ([], 3)


@pytest.mark.parametrize(
    "raw",
    [
        oru().encode(),
        oru().encode("gb18030"),
        oru().replace("\r", "\n").encode(),
        oru().replace("\r", "\r\n").encode(),
        b"\xef\xbb\xbf" + oru().encode(),
        b"\x0b" + oru().encode() + b"\x1c\r",
        b"FHS|^~\\&\rBHS|^~\\&\r" + oru().encode() + b"BTS|1\rFTS|1\r",
    ],
)
def test_a_message_is_found_however_it_was_packed(raw: bytes) -> None:
    assert len(split(raw)) == 1
    assert patient_text(read_messages([raw]).patients[0].patient).name == "He^Xiaoxi=何^小溪"


def test_what_was_read_can_be_shared() -> None:
    found = only(oru("OBX|1|NM|718-7^血红蛋白^LN||98|g/L|115-150|L|||F"))
    raw = shared_bundle(found, (Section.LABORATORY,), instant())
    assert [one["resourceType"] for one in judged(raw).resources] == ["Patient", "Observation"]


def test_what_was_read_follows_the_standard() -> None:
    from fhir.resources.R4B import get_fhir_model_class

    found = only(
        oru("OBX|1|NM|718-7^血红蛋白^LN||98|g/L|115-150|L|||F"),
        message("ADT^A01", "AL1|1|DA|P01^青霉素^L|SV|皮疹", "DG1|1||J18.9^肺炎^I10||20260103|A"),
    )
    for one in (found.patient, *found.resources):
        get_fhir_model_class(one["resourceType"]).model_validate(one)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2016", "2016"),
        ("201603", "2016-03"),
        ("20160305", "2016-03-05"),
        ("20160305101112+0800", "2016-03-05T10:11:12+08:00"),
        ("20161305101112", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_times_are_as_exact_as_they_were_written(text: str, told: str) -> None:
    assert time_of(text) == told


def test_a_range_is_two_numbers_a_limit_or_words() -> None:
    assert range_of("3.5~9.5") == {
        "referenceRange": [{"low": {"value": 3.5}, "high": {"value": 9.5}}]
    }
    assert range_of("≥ 90") == {"referenceRange": [{"low": {"value": 90}, "text": "≥ 90"}]}
    assert range_of("阴性") == {"referenceRange": [{"text": "阴性"}]}
    assert range_of("1.2.3-4") == {"referenceRange": [{"text": "1.2.3-4"}]}


@given(st.lists(st.text("MSHPIDOBXR|^~\\&\r\n0129何", max_size=40), max_size=5))
def test_no_file_breaks_the_reading(lines: list[str]) -> None:
    read_messages(["\r".join((oru(), *lines)).encode()])
