"""Which of several HL7 v2 messages stands, whose it is, and between what is usual."""

from collections.abc import Callable

import hl7
import pytest

from app.net.emr.clinical import Flag
from app.net.emr.hl7v2 import read_messages
from app.net.emr.hl7v2_fields import range_of
from tests.net.test_emr_hl7v2 import CBC, message, only, oru, value, values_of

POTASSIUM = "OBX|1|NM|2823-3^血钾^LN||{value}|mmol/L|3.5-5.5||||{status}"


def potassium(value: str, status: str, at: str) -> str:
    return oru(POTASSIUM.format(value=value, status=status), at=at)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3.5--5.5", "3.5", "5.5"),
        ("3.5-5.5", "3.5", "5.5"),
        ("-2--1", "-2", "-1"),
        ("-2-1", "-2", "1"),
        ("3.5---5.5", "", ""),
        ("5.5-3.5", "", ""),
    ],
)
def test_a_range_goes_from_the_lower_to_the_higher_or_is_words(
    text: str, low: str, high: str
) -> None:
    (told,) = range_of(text)["referenceRange"]
    limits = tuple(str(told.get(side, {}).get("value", "")) for side in ("low", "high"))
    assert limits == (low, high)
    assert low or told["text"] == text


def test_a_normal_value_between_two_hyphens_is_not_high() -> None:
    assert value("OBX|1|NM|2823-3^血钾^LN||4.0|mmol/L|3.5--5.5").flag is None
    assert value("OBX|1|NM|2823-3^血钾^LN||6.0|mmol/L|3.5--5.5").flag is Flag.HIGH


@pytest.mark.parametrize(
    "messages",
    [
        (
            potassium("7.5", "C", "202601010005+0000"),
            potassium("4.0", "F", "202601010800+0800"),
        ),
        (potassium("4.0", "F", "20260101080000"), potassium("7.5", "C", "")),
        (potassium("4.0", "F", "20260101080000"), potassium("7.5", "C", "00010101")),
        (potassium("7.5", "C", "20260101080000"), potassium("4.0", "P", "20260101090000")),
    ],
)
def test_the_newest_stands_and_nothing_is_preliminary_again(messages: tuple[str, ...]) -> None:
    ((_, told),) = values_of(only(*messages))
    assert told == "7.5"


def text_of(status: str, *lines: str) -> tuple[str, ...]:
    rows = enumerate(lines, 1)
    return tuple(f"OBX|{n}|TX|18748-4^CT^LN|{n}|{line}||||||{status}" for n, line in rows)


LONGER = text_of("P", "右肺气胸", "建议穿刺", "急诊处理")


def test_a_text_that_is_sent_anew_keeps_no_line_of_before() -> None:
    first = oru(*LONGER, at="20260101080000")
    found = only(first, oru(*text_of("F", "未见气胸"), at="20260101090000"))
    assert [told for _, told in values_of(found)] == ["未见气胸"]
    (report,) = (one for one in found.resources if one["resourceType"] == "DiagnosticReport")
    assert len(report["result"]) == 1


def test_a_preliminary_text_that_comes_late_takes_no_line_of_the_final_one() -> None:
    final = oru(*text_of("F", "未见气胸"), at="20260101080000")
    found = only(final, oru(*LONGER, at="20260101090000"))
    assert [told for _, told in values_of(found)] == ["未见气胸"]


def test_a_preliminary_order_that_comes_late_makes_no_final_report_preliminary() -> None:
    found = only(
        *(
            message("ORU^R01", CBC.removesuffix("F") + status, at=at)
            for status, at in (("F", "20260101080000"), ("P", "20260101090000"))
        )
    )
    (report,) = (one for one in found.resources if one["resourceType"] == "DiagnosticReport")
    assert report["status"] == "final"


def test_texts_of_orders_without_number_and_time_are_two() -> None:
    days = (("右肺气胸", "20260101080000"), ("未见气胸", "20260105080000"))
    found = only(
        *(
            message("ORU^R01", "OBR|1|||CT^胸部CT^L", *text_of("F", line), at=at)
            for line, at in days
        )
    )
    assert [told for _, told in values_of(found)] == ["右肺气胸", "未见气胸"]


def test_two_houses_that_give_one_number_have_two_patients() -> None:
    def somebody(house: str) -> bytes:
        pid = f"PID|1||77^^^{house}^MR||王^伟"
        return message("ADT^A08", "AL1|1|DA|^青霉素", pid=pid).encode()

    found = read_messages([somebody("H1"), somebody("H2"), somebody("H1")])
    assert len(found.patients) == 2
    houses = [one.patient["identifier"][0]["assigner"]["display"] for one in found.patients]
    assert sorted(houses) == ["H1", "H2"]


def test_who_was_said_to_be_dead_by_mistake_is_not() -> None:
    def said(dead: str, at: str) -> str:
        pid = "PID|1||77^^^H1^MR||王^伟||19700101|M" + "|" * 22 + dead
        return message("ADT^A08", at=at, pid=pid)

    found = only(said("Y", "20260101080000"), said("N", "20260101090000"))
    assert found.patient["deceasedBoolean"] is False


def test_a_message_without_order_or_time_is_written_out_once_for_all_its_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With thousands of values each would take as long as all of it."""
    written: list[hl7.Message] = []
    plain: Callable[[hl7.Message], str] = hl7.Message.__str__

    def counted(told: hl7.Message) -> str:
        written.append(told)
        return plain(told)

    monkeypatch.setattr(hl7.Message, "__str__", counted)
    values = [POTASSIUM.format(value=f"4.{number}", status="F") for number in range(9)]
    assert len(only(message("ORU^R01", *values)).resources) == len(values)
    assert len(written) == 1
