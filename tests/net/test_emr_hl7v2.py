"""HL7 v2 files of hospitals without FHIR become the same record, whatever engine wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.net.emr.clinical import ClinicalRecord, Flag, Gap, Lack, Result, Section
from app.net.emr.gathering import Gathered
from app.net.emr.hl7v2 import read_messages
from app.net.emr.hl7v2_fields import range_of, time_of
from app.net.emr.hl7v2_files import split
from app.net.emr.reading import clinical
from app.net.emr.sharing import shared_bundle
from protocol.fhir_bundle import judged, patient_text
from protocol.patients import PatientText
from tests.fakes.bundles import instant

MSH = "MSH|^~\\&|LIS|SYYY|HIS|SYYY|{at}||{kind}|{number}|P|2.4|||||CHN|UNICODE UTF-8"
PID = (
    "PID|1||QS-2026-0042^^^SYYY^MR~11010519580402002X^^^^NNCHN||何^小溪~He^Xiaoxi||19580402|F"
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
    assert person.identifiers == ("QS-2026-0042", "11010519580402002X")
    assert person.phone == "0571-0000042"


@pytest.mark.parametrize(
    ("observation", "text", "flag"),
    [
        ("OBX|1|NM|718-7^血红蛋白^LN||98|g/L|115-150|L|||F", "98", Flag.LOW),
        ("OBX|1|NM|718-7^血红蛋白^LN||98|g/L|115-150||||F", "98", Flag.LOW),
        ("OBX|1|SN|1988-5^CRP^LN||>^200|mg/L|<8|HH|||F", ">200", Flag.CRITICAL_HIGH),
        ("OBX|1|ST|x^甲胎蛋白^L||<0.5|ng/mL|<7||||F", "<0.5", None),
        ("OBX|1|NM|x^钾^L||5.9|mmol/L|３．５～５．５||||F", "5.9", Flag.HIGH),
        ("OBX|1|NM|x^钾^L||5．9|mmol/L|＜5.2||||F", "5.9", Flag.HIGH),
        ("OBX|1|ST|x^肌钙蛋白^L||＞50|ng/mL|≦0.04||||F", ">50", Flag.HIGH),
        ("OBX|1|ST|x^尿蛋白^L||阴性||阴性||||F", "阴性", None),
        ("OBX|1|NM|x^比例^L||5^6|||||||F", "5^6", None),
        ("OBX|1|NM|x^滴度^L||5~6|||||||F", "5\n6", None),
        ("OBX|1|CE|x^血型^L||A^A型^L||||||F", "A型", None),
        ("OBX|1|FT|x^镜检^L||白细胞\\T\\脓细胞||||||F", "白细胞&脓细胞", None),
    ],
)
def test_a_value_of_any_type_is_read_with_its_flag(
    observation: str, text: str, flag: Flag | None
) -> None:
    found = value(observation)
    assert (found.text, found.flag) == (text, flag)


@pytest.mark.parametrize(
    ("fields", "unit", "usual", "flag"),
    [
        ("15.6|10^9/L|3.5~9.5", "10^9/L", "3.5–9.5", Flag.HIGH),
        ("5.6|×10^12/L^^UCUM|3.5~9.5", "×10^12/L", "3.5–9.5", None),
        ("5.6|10\\S\\9/L|3.5\\R\\9.5", "10^9/L", "3.5–9.5", None),
        ("5.6|x10^-3/L|<1.0×10^3", "x10^-3/L", "<1.0×10^3", None),
        ("5.6|mmol/L^毫摩尔每升^UCUM|3.5-9.5^", "mmol/L", "3.5–9.5", None),
        ("5.6|10*9/L^10^9/L^UCUM|", "10*9/L", "", None),
        ("5.6|U10^10个^L|男 4~9~女 3~8", "U10", "男 4~9~女 3~8", None),
        ("5.6|^克每升|", "克每升", "", None),
    ],
)
def test_units_and_ranges_stay_whole_where_the_engine_escapes_nothing(
    fields: str, unit: str, usual: str, flag: Flag | None
) -> None:
    found = value(f"OBX|1|NM|6690-2^白细胞^LN||{fields}||||F")
    assert (found.unit, found.usual, found.flag) == (unit, usual, flag)


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


def test_two_patients_in_one_file_stay_two() -> None:
    other = PID.replace("QS-2026-0042", "QS-2026-0099")
    found = read_messages([(oru() + message("ADT^A08", pid=other)).encode()])
    assert len(found.patients) == 2
    one_number = PID.replace("何^小溪~He^Xiaoxi", "王^小明")
    assert len(read_messages([(oru() + oru(pid=one_number)).encode()]).patients) == 2


def test_that_another_number_was_merged_into_the_patient_is_told() -> None:
    found = only(oru(), message("ADT^A40", "MRG|QS-OLD-7^^^SYYY^MR", at="20260105100000"))
    assert Gap("Patient", Lack.MERGED, "QS-OLD-7") in found.gaps
    assert values_of(found) == []


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
    assert [one["resourceType"] for one in judged(raw).resources] == [
        *("Patient", "Observation", "OperationOutcome")
    ]


def test_messages_that_say_nothing_of_allergies_leave_them_unknown() -> None:
    lacking = {one.kind for one in only(oru()).gaps if one.why is Lack.NOT_TOLD}
    assert "AllergyIntolerance" in lacking
    told = only(message("ADT^A01", "AL1|1|DA|P01^青霉素^L|SV|皮疹"))
    assert "AllergyIntolerance" not in {one.kind for one in told.gaps}


def test_what_was_read_follows_the_standard() -> None:
    from fhir.resources.R4B import get_fhir_model_class

    found = only(
        oru("OBX|1|NM|718-7^血红蛋白^LN||98|g/L|115-150|L|||F"),
        message("ADT^A01", "AL1|1|DA|P01^青霉素^L|SV|皮疹", "DG1|1||J18.9^肺炎^I10||20260103|A"),
    )
    for one in (found.patient, *found.resources):
        get_fhir_model_class(one["resourceType"]).model_validate(one)


HIM = "PID|2||MRN002^^^SYYY^MR||李^四||19700101|M"
K = "OBX|1|NM|K^钾^L||{}|mmol/L|3.5-5.3|{}|||F"


def values_of(found: Gathered) -> list[tuple[str, str]]:
    entries = clinical((found.patient, *found.resources)).of(Section.LABORATORY)
    results = (result for one in entries for result in one.results)
    return sorted((one.title.split(" (")[0], one.text) for one in results)


def test_each_patient_of_one_message_has_their_own_values() -> None:
    told = oru(K.format("4.2", "N"), HIM, "OBR|2||L124|C^生化^L|||20260104", K.format("7.9", "HH"))
    hers, his = read_messages([told.encode()]).patients
    assert [patient_text(one.patient).patient_id for one in (hers, his)] == [
        "QS-2026-0042",
        "MRN002",
    ]
    assert [values_of(one) for one in (hers, his)] == [[("钾", "4.2")], [("钾", "7.9")]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("OBR|1||A1|BLD^血常规|||20260104073000", "OBR|2||A2|URI^尿常规|||20260104073000"),
        ("OBR|1||A1|C^血培养|||20260104", "OBR|2||A1|U^尿培养|||20260104"),
        ("OBR|1|||C^培养|||20260104||||||||血液", "OBR|2|||C^培养|||20260104||||||||尿液"),
        ("OBR|1||A1|C^生化", "OBR|2||A2|C^生化"),
    ],
)
def test_orders_that_measure_the_same_do_not_overwrite_each_other(first: str, second: str) -> None:
    told = only(message("ORU^R01", first, K.format("7.9", "HH"), second, K.format("4.2", "N")))
    assert values_of(told) == [("钾", "4.2"), ("钾", "7.9")]


def test_without_order_and_time_each_message_stands_for_itself_and_said_twice_is_once() -> None:
    first = message("ORU^R01", "OBR|1|||C^生化", K.format("2.4", "LL"))
    second = message("ORU^R01", "OBR|1|||C^生化", K.format("4.1", "N"), at="20260105100000")
    assert values_of(only(first, second, first)) == [("钾", "2.4"), ("钾", "4.1")]


def test_what_one_order_says_twice_of_the_same_is_twice() -> None:
    organisms = ("OBX|1|ST|ORG^菌^L||大肠埃希菌||||||F", "OBX|2|ST|ORG^菌^L||金葡菌||||||F")
    told = only(oru(*organisms), oru(*organisms, at="20260104120000"))
    assert [text for _, text in values_of(told)] == ["大肠埃希菌", "金葡菌"]


@pytest.mark.parametrize(
    ("order", "after", "specimen"),
    [
        ("OBR|1||A1|C^生化|||20260104||||||||血清", (), "血清"),
        ("OBR|1||A1|C^生化|||20260104||||||||CSF&脑脊液&L", (), "脑脊液"),
        ("OBR|1||A1|C^生化|||20260104", ("SPM|1|||CSF^脑脊液^L",), "脑脊液"),
    ],
)
def test_the_specimen_of_a_value_is_told(order: str, after: tuple[str, ...], specimen: str) -> None:
    found = only(message("ORU^R01", order, K.format("4.2", "N"), *after))
    told = [one["specimen"] for one in found.resources if one["resourceType"] == "Observation"]
    assert told == [{"display": specimen}]


def test_who_has_no_number_and_no_birth_date_is_not_taken_for_a_namesake() -> None:
    nameless = "PID|1||||王^小明"
    told = [oru(K.format(value, "N"), pid=nameless) for value in ("4.2", "5.1")]
    found = read_messages([one.encode() for one in (*told, told[0])]).patients
    assert [values_of(one) for one in found] == [[("钾", "4.2")], [("钾", "5.1")]]


VISIT = "PV1|1|I|内科^12" + "|" * 16 + "{}" + "|" * 25 + "20260101|{}"


@pytest.mark.parametrize(
    ("kind", "ended", "status"),
    [
        ("ADT^A03", "20260103", "finished"),
        ("ADT^A11", "", "cancelled"),
        ("ADT^A13", "20260103", "in-progress"),
    ],
)
def test_a_visit_that_was_cancelled_or_goes_on_is_told_so(
    kind: str, ended: str, status: str
) -> None:
    later = message(kind, VISIT.format("V1", ended), at="20260105100000")
    found = only(message("ADT^A01", VISIT.format("V1", "")), later)
    visit, *_ = found.resources
    assert (visit["status"], len(found.resources)) == (status, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2016", "2016"),
        ("201603", "2016-03"),
        ("20160305", "2016-03-05"),
        ("20160305101112+0800", "2016-03-05T10:11:12+08:00"),
        ("20161305101112", ""),
        ("2016-03-05 10:11", "2016-03-05T10:11"),
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
