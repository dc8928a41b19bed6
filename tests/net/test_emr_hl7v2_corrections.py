"""What corrects or takes back a value reaches it, however else it is written."""

import pytest

from app.net.emr.clinical import Flag, Gap, Lack, Section
from tests.net.test_emr_hl7v2 import CBC, message, only, oru, record, values_of
from tests.net.test_emr_hl7v2_letters import unreadable

ORDER = "OBR|1|P9^HIS|L9^LIS|BIO^生化^L|||20260104080000" + "|" * 18 + "F"
LATER = "20260104120000"


def glucose(
    value: str,
    status: str,
    *,
    code: str = "2345-7^血糖^LN",
    at: str = "20260104080000",
    sub: str = "",
) -> str:
    return f"OBX|1|NM|{code}|{sub}|{value}|mmol/L|3.9-6.1||||{status}|||{at}"


def told(*observations: str, order: str = ORDER, at: str = "20260104100000") -> str:
    return message("ORU^R01", order, *observations, at=at)


WRONG = told(glucose("15.0", "F"))
OTHERWISE = (
    {"code": "2345-7^^LN"},
    {"code": "2345-7"},
    {"code": "2345-7^葡萄糖^LN"},
    {"code": "2345-7^血糖^LN^GLU^葡萄糖^L"},
    {"code": "GLU^葡萄糖^L^2345-7^血糖^LN"},
    {"code": "^血糖"},
    {"at": "20260104083000"},
    {"at": ""},
    {"sub": "1"},
)
ORDERS = (
    ORDER.replace("BIO^生化^L", "BIO^生化全套^L"),
    ORDER.replace("BIO^生化^L", "BIO"),
    ORDER.replace("BIO^生化^L", "BIO2^生化二^L"),
    ORDER.replace("P9^HIS", ""),
    ORDER.replace("L9^LIS", ""),
    ORDER.replace("20260104080000", "20260104080500"),
    ORDER.replace("||||||||||||||||||F", "||||||||血清||||||||||F"),
)


@pytest.mark.parametrize("order", [ORDER, *ORDERS])
@pytest.mark.parametrize("otherwise", [{}, *OTHERWISE])
def test_a_corrected_value_stands_alone_however_it_is_written(
    order: str, otherwise: dict[str, str]
) -> None:
    anew = told(glucose("5.0", "C", **otherwise), order=order, at=LATER)
    found = only(WRONG, anew, anew.replace(LATER, "20260104130000"))
    assert [text for _, text in values_of(found)] == ["5.0"]
    assert not [one for one in found.gaps if one.why is Lack.UNREADABLE]
    assert record(WRONG, anew).dangling == 0


@pytest.mark.parametrize("status", ["D", "W"])
@pytest.mark.parametrize("order", [ORDER, *ORDERS])
@pytest.mark.parametrize("otherwise", [{}, *OTHERWISE])
def test_a_value_that_is_taken_back_does_not_stand_however_it_is_written(
    status: str, order: str, otherwise: dict[str, str]
) -> None:
    said = (WRONG, told(glucose("", status, **otherwise), order=order, at=LATER))
    found = record(*said)
    assert (found.of(Section.LABORATORY), found.in_error, found.dangling) == ((), 1, 0)
    assert unreadable(*said) == 0


CURVE = (glucose("5.0", "F"), glucose("9.9", "F", at="20260104090000"))


def test_two_readings_of_one_order_stay_two() -> None:
    assert [text for _, text in values_of(only(told(*CURVE)))] == ["5.0", "9.9"]
    one_by_one = [told(one, at=f"202601041{n}") for n, one in enumerate(CURVE)]
    assert [text for _, text in values_of(only(*one_by_one))] == ["5.0", "9.9"]


def test_a_correction_reaches_the_reading_of_its_time() -> None:
    anew = told(glucose("7.7", "C", code="2345-7", at="20260104090000"), at=LATER)
    assert values_of(only(told(*CURVE), anew)) == [("血糖", "5.0"), ("血糖", "7.7")]
    gone = told(glucose("", "D", code="2345-7"), at=LATER)
    assert [text for _, text in values_of(only(told(*CURVE), gone))] == ["9.9"]


@pytest.mark.parametrize(
    ("status", "left"), [("C", ["5.0", "7.7", "9.9"]), ("D", ["5.0", "9.9"]), ("W", ["5.0", "9.9"])]
)
def test_where_nobody_says_which_of_two_it_is_nothing_goes_and_that_is_told(
    status: str, left: list[str]
) -> None:
    said = (told(*CURVE), told(glucose("7.7", status, at="20260104100000"), at=LATER))
    assert [text for _, text in values_of(only(*said))] == left
    assert unreadable(*said) == 1


@pytest.mark.parametrize("turned", [1, -1])
def test_a_curve_that_is_sent_anew_as_corrected_keeps_its_new_reading(turned: int) -> None:
    anew = [glucose("5.1", "C"), glucose("9.8", "C", at="20260104090000")][::turned]
    said = (told(CURVE[0]), told(*anew, at=LATER))
    assert [text for _, text in values_of(only(*said))] == ["5.1", "9.8"]
    assert unreadable(*said) == 0


def test_a_correction_that_comes_first_is_no_gap() -> None:
    other = ORDER.replace("P9^HIS", "P8^HIS").replace("L9^LIS", "L8^LIS")
    said = (WRONG, told(glucose("5.0", "C"), order=other, at=LATER))
    assert [text for _, text in values_of(only(*said))] == ["15.0", "5.0"]
    assert unreadable(*said) == 0


@pytest.mark.parametrize("status", ["C", "D"])
def test_without_a_number_of_the_order_another_time_is_told(status: str) -> None:
    order = ORDER.replace("P9^HIS", "").replace("L9^LIS", "")
    anew = glucose("5.0", status, at="20260104083000")
    said = (told(glucose("15.0", "F"), order=order), told(anew, order=order, at=LATER))
    assert "15.0" in [text for _, text in values_of(only(*said))]
    assert unreadable(*said) == 1


def test_what_is_late_and_preliminary_does_not_stand_beside_the_correction() -> None:
    anew = told(glucose("5.0", "C", at="20260104083000"), at=LATER)
    late = told(glucose("15.0", "P"), at="20260104130000")
    assert [text for _, text in values_of(only(WRONG, anew, late))] == ["5.0"]


def test_what_one_message_calls_by_one_code_keeps_its_words_apart() -> None:
    both = (glucose("4.1", "F", code="LAB^钾^L"), glucose("140", "F", code="LAB^钠^L"))
    anew = told(glucose("141", "C", code="LAB^钠^L"), at=LATER)
    assert values_of(only(told(*both), anew)) == [("钠", "141"), ("钾", "4.1")]
    turned = told(*both[::-1], at=LATER)
    assert values_of(only(told(*both), turned)) == [("钠", "140"), ("钾", "4.1")]


def test_the_note_and_the_flag_of_a_correction_stand_with_it() -> None:
    anew = told(glucose("2.0", "C", code="2345-7^血糖"), "NTE|1||复查", at=LATER)
    (entry,) = record(WRONG, anew).of(Section.LABORATORY)
    assert (entry.results[0].flag, entry.notes, entry.group) == (Flag.LOW, ("复查",), "生化")


def text(status: str, at: str, *lines: str) -> tuple[str, ...]:
    rows = enumerate(lines, 1)
    return tuple(f"OBX|{n}|TX|CT^所见^L|{n}|{one}||||||{status}|||{at}" for n, one in rows)


SEEN = told(*text("F", "20260104080000", "右肺气胸", "建议穿刺"))


def test_a_corrected_text_has_its_own_lines_alone() -> None:
    for again in ("20260104120000", "20260104130000"):
        anew = told(*text("C", "20260104083000", "未见气胸"), at=again)
        late = told(*text("P", "20260104080000", "右肺气胸"), at="20260104140000")
        found = only(SEEN, anew, late)
        assert [one for _, one in values_of(found)] == ["未见气胸"]
        assert record(SEEN, anew).dangling == 0


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        (text("W", "20260104083000", "右肺气胸"), ["建议穿刺"]),
        (text("W", "20260104080000", "右肺气胸"), ["建议穿刺"]),
        (("OBX|1|TX|CT^所见^L||||||||D|||20260104080000",), []),
        (text("W", "20260104083000", "右肺气胸", "建议穿刺"), []),
        (("OBX|1|TX|CT^所见^L||||||||D|||20260104083000",), []),
        (("OBX|1||CT||||||||D",), []),
    ],
)
def test_lines_of_a_text_are_taken_back(gone: tuple[str, ...], left: list[str]) -> None:
    found = only(SEEN, told(*gone, at=LATER))
    assert [one for _, one in values_of(found)] == left


@pytest.mark.parametrize("order", [ORDER, *ORDERS[:2], *ORDERS[3:6]])
def test_an_order_that_is_cancelled_has_no_value(order: str) -> None:
    said = (WRONG, told(order=order.removesuffix("F") + "X", at=LATER))
    found = record(*said)
    assert [one.code for one in found.of(Section.LABORATORY)] == ["cancelled"]
    assert [one.code for one in found.of(Section.REPORTS)] in ([], ["cancelled"])
    assert unreadable(*said) == 0


def test_an_order_that_is_cancelled_costs_no_other_and_what_is_said_with_it_stands() -> None:
    cancelled = ORDER.removesuffix("F") + "X"
    other = told(glucose("4.4", "F"), order=ORDER.replace("P9", "P8").replace("L9", "L8"))
    found = record(WRONG, other, told(order=cancelled, at=LATER))
    assert sorted(one.code for one in found.of(Section.LABORATORY)) == ["cancelled", "final"]
    found = record(WRONG, told(glucose("5.0", "F"), order=cancelled, at=LATER))
    assert [one.code for one in found.of(Section.LABORATORY)] == ["final"]


PENICILLIN = "IAM|1|DA|P01^青霉素^L|SV|皮疹|A|1"


@pytest.mark.parametrize("gone", ["P01", "P01^^L", "P01^青霉素类^L", "^青霉素"])
@pytest.mark.parametrize("first", [PENICILLIN, "AL1|1|DA|P01^青霉素^L|SV"])
def test_an_allergy_is_deleted_by_its_code_alone(first: str, gone: str) -> None:
    others = ("IAM|2|DA|P02^头孢^L|SV||A|2", "IAM|3|DA|P03^磺胺^L|SV||A|1")
    said = (
        message("ADT^A60", first, *others),
        message("ADT^A60", f"IAM|1|DA|{gone}|||D|1", at="20260105100000"),
    )
    found = record(*said)
    assert {one.title for one in found.of(Section.ALLERGIES)} == {"头孢", "磺胺"}
    assert found.in_error == 1


def test_an_allergy_that_is_deleted_and_not_found_is_told() -> None:
    said = [
        message("ADT^A60", "IAM|1|DA|DRUG^青霉素^L|SV||A", "IAM|2|DA|DRUG^头孢^L|SV||A"),
        message("ADT^A60", "IAM|1|DA|DRUG|||D", at="20260105100000"),
    ]
    assert {one.title for one in record(*said).of(Section.ALLERGIES)} == {"青霉素", "头孢"}
    assert Gap("AllergyIntolerance", Lack.UNREADABLE, number=1) in only(*said).gaps


def test_a_diagnosis_is_deleted_by_its_code_alone() -> None:
    first = message("ADT^A01", "DG1|1||J18^肺炎^I10")
    back = message("ADT^A08", "DG1|1||J18" + "|" * 18 + "D", at="20260105100000")
    assert record(first, back).of(Section.PROBLEMS) == ()


def test_the_same_value_with_another_name_is_one_and_keeps_its_place() -> None:
    first = oru("OBX|1|NM|718-7^Hb^LN||98|g/L||||P")
    final = message(
        "ORU^R01",
        CBC.replace("血常规", "全血细胞计数"),
        "OBX|1|NM|718-7^血红蛋白^LN||96|g/L||||F",
        at=LATER,
    )
    assert values_of(only(first, final)) == [("血红蛋白", "96")]
