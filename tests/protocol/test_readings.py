"""A name in pinyin and a name in characters: whether they can be one person's."""

import pytest

from protocol.attached_study import AttachedStudy
from protocol.consultation import Patient
from protocol.identity import in_doubt, names_another
from protocol.patients import PatientText, apart, differ, is_same
from protocol.readings import can_be, has_characters, initials_in, spelled


@pytest.mark.parametrize(
    ("latin", "characters"),
    [
        ("LIN^DAJIANG", "林大江"),
        ("Da-jiang LIN", "林大江"),
        ("lin2 da4 jiang1", "林^大江"),
        ("Lín^Dàjiāng", "林 大江"),
        ("LÜ^XIAOBU", "吕小步"),
        ("LV^XIAOBU", "吕小步"),
        ("LU^XIAOBU", "吕小步"),
        ("LYU^XIAOBU", "吕小步"),
        ("Lǚ^Xiǎobù", "吕小步"),
        ("Zeng^Li", "曾丽"),
        ("Shan^Li", "单丽"),
        ("Dan^Li", "单丽"),
        ("Gong^Yuchi", "尉迟恭"),
    ],
)
def test_a_reading_that_fits_can_be_the_name(latin: str, characters: str) -> None:
    assert can_be(latin, characters) is True


@pytest.mark.parametrize(
    ("latin", "characters", "answer"),
    [
        ("WANG^LI", "林大江", False),
        ("LIN^DAJIAN", "林大江", False),
        ("LIN^DJ", "林大江", False),
        ("Линь^Дацзян", "林大江", None),
        ("Yamada^Taro", "やまだ", None),
    ],
)
def test_what_fits_no_reading_is_another_and_what_has_none_is_not_compared(
    latin: str, characters: str, answer: bool | None
) -> None:
    assert can_be(latin, characters) is answer


def came(name: str = "", patient_id: str = "", nameless: int = 0) -> AttachedStudy:
    return AttachedStudy(
        study_instance_uid="2.25.1",
        modalities=("CT",),
        description="",
        declared=3,
        received=3,
        verified=True,
        nameless=nameless,
        patient_name=name,
        patient_id=patient_id,
    )


def test_images_that_name_nobody_are_asked_about() -> None:
    patient = Patient(name="林大江")
    assert in_doubt(patient, came(nameless=3))
    assert in_doubt(patient, came("林^大江", nameless=1))
    assert not in_doubt(patient, came(patient_id="QS-1"))


def test_whom_images_name_that_have_just_come_is_not_guessed() -> None:
    """Counts are told at once, names with the next reading of the case."""
    assert not in_doubt(Patient(name="林大江"), came())


def test_pinyin_that_fits_passes_and_pinyin_that_does_not_is_another() -> None:
    patient = Patient(name="林大江")
    assert not in_doubt(patient, came("LIN^DAJIANG"))
    assert names_another(patient, came("WANG^LI"))
    assert not in_doubt(patient, came("WANG^LI=林^大江")), "the characters decide where both are"
    assert not in_doubt(Patient(name="Lin Dajiang"), came("=林^大江"))


def test_a_second_patient_in_another_script_is_noticed() -> None:
    mine = PatientText("林^大江", "QS-1", "19580402", "M")
    other, same = PatientText("WANG^LI"), PatientText("LIN^DAJIANG")
    assert differ(mine, other)
    assert not differ(mine, same)
    assert [len(one) for one in apart([mine, same, other], lambda one: one)] == [2, 1]


def test_under_one_identifier_abbreviated_pinyin_contradicts_nothing() -> None:
    assert not differ(PatientText("林^大江", "QS-1"), PatientText("LIN^DJ", "QS-1"))


def test_pinyin_and_birth_date_together_say_the_same_patient() -> None:
    mine = PatientText("林^大江", "QS-1", "19580402")
    assert is_same(mine, PatientText("LIN^DAJIANG", "", "19580402"))
    assert not is_same(mine, PatientText("WANG^LI", "", "19580402"))


def test_a_name_is_spelled_a_word_a_syllable() -> None:
    assert spelled("林晓峰") == "LIN XIAO FENG"
    assert can_be(spelled("吕青"), "吕青")
    assert spelled("山田たろう") == ""


def test_a_name_in_latin_letters_has_no_characters() -> None:
    assert has_characters("Lin 林")
    assert not has_characters("LIN^DAJIANG")


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Xiaowen", ("XW",)), ("XIAO-WEN", ("XW",)), ("Wei", ()), ("Mark", ()), ("Lüxin", ("LX",))],
)
def test_a_given_name_in_one_word_has_the_initials_of_its_syllables(
    name: str, initials: tuple[str, ...]
) -> None:
    assert initials_in(name) == initials
