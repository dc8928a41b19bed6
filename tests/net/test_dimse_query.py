"""What is typed becomes a question of DICOM, and what an archive answers is read in any charset."""

import io

import pytest
from pydicom import Dataset
from pynetdicom.dsutils import decode, encode

from app.imaging.attributes import text
from app.net.dimse.query import (
    date_range,
    found_study,
    identifier,
    name_pattern,
    teach_escapes,
    usable_charset,
)
from app.net.studies import FoundStudy, StudyQuery, distinct


@pytest.mark.parametrize(
    ("typed", "pattern"),
    [
        ("", ""),
        ("张三", "*张*三*"),
        (" 张 三 ", "*张*三*"),
        ("Li Ming", "*Li*Ming*"),
        ("Li, Ming", "*Li*Ming*"),
        ("Li 明", "*Li*明*"),
        ("ZHANG^SAN*", "ZHANG^SAN*"),
        ("Müller", "*Müller*"),
    ],
)
def test_a_name_as_people_type_it_matches_however_the_archive_writes_it(
    typed: str, pattern: str
) -> None:
    assert name_pattern(typed) == pattern


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("", "", ""),
        ("20261101", "20261101", "20261101"),
        ("20261101", "20261130", "20261101-20261130"),
        ("20261101", "", "20261101-"),
        ("", "20261130", "-20261130"),
    ],
)
def test_days_are_a_range_that_may_be_open(first: str, last: str, expected: str) -> None:
    assert date_range(first, last) == expected


@pytest.mark.parametrize(
    ("wanted", "words", "expected"),
    [
        ("ISO_IR 100", "Li Ming", "ISO_IR 100"),
        ("ISO_IR 100", "李明", "ISO_IR 192"),
        ("GB18030", "李明", "GB18030"),
        ("GBK", "李明", "GBK"),
        ("ISO 2022 IR 58", "李明", ["", "ISO 2022 IR 58"]),
        ("ISO 2022 IR 58", "李𠮷", "ISO_IR 192"),
        (["", "ISO 2022 IR 58"], "李明", ["", "ISO 2022 IR 58"]),
        ("NO SUCH SET", "李明", "ISO_IR 192"),
        (None, "李明", "ISO_IR 192"),
    ],
)
def test_a_question_goes_in_a_character_set_that_can_say_it(
    wanted: object, words: str, expected: object
) -> None:
    assert usable_charset(wanted, (words,)) == expected


@pytest.mark.parametrize("charset", ["ISO_IR 192", "GB18030", "GBK", "ISO 2022 IR 58"])
def test_a_chinese_name_survives_the_way_to_the_archive_and_back(charset: str) -> None:
    teach_escapes()
    asked = identifier(StudyQuery(name="林远山"), charset)
    asked.StudyInstanceUID = "1.2.3"
    wire = encode(asked, True, True)
    assert wire is not None
    answer = decode(io.BytesIO(wire), True, True)
    read = found_study(answer, charset, text)
    assert read is not None
    assert read.patient_name == "*林*远*山*"


def test_an_archive_that_names_no_character_set_is_read_in_that_of_the_question() -> None:
    asked = identifier(StudyQuery(name="林远山"), "GB18030")
    asked.StudyInstanceUID = "1.2.3"
    wire = encode(asked, True, True)
    assert wire is not None
    answer = decode(io.BytesIO(wire), True, True)
    del answer.SpecificCharacterSet
    read = found_study(answer, "GB18030", text)
    assert read is not None
    assert read.patient_name == "*林*远*山*"


@pytest.mark.parametrize("uid", ["", "x", "1.2.3; drop", "1." + "2" * 80])
def test_an_answer_that_names_no_study_is_none(uid: str) -> None:
    answer = Dataset()
    answer.add_new(0x0020000D, "UI", "")
    answer["StudyInstanceUID"]._value = uid
    assert found_study(answer, "ISO_IR 192", text) is None


def test_a_study_that_is_listed_twice_is_one_with_the_larger_count() -> None:
    twice = (FoundStudy("1.2", images=127), FoundStudy("1.2", images=180), FoundStudy("1.3"))
    assert [(one.study_instance_uid, one.images) for one in distinct(twice)] == [
        ("1.2", 180),
        ("1.3", None),
    ]
