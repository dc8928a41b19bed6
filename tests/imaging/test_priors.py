"""Studies of a case in time: what is current, what is a prior, and of whom."""

from typing import Any

import pytest

from app.imaging.priors import Age, Relation, Unit, case_studies, comparable
from app.imaging.series import group
from protocol.patients import PatientText, is_same
from tests.imaging.cases import instance, stack, studies_of

NOW = {"StudyInstanceUID": "2.25.1", "SeriesInstanceUID": "2.25.11"}
THEN = {"StudyInstanceUID": "2.25.7", "SeriesInstanceUID": "2.25.71", "StudyDate": "20250308"}


def relation(**old: Any) -> tuple[Relation, Age | None]:
    """What a study is beside one of 2026-11-21 09:30."""
    found = studies_of([instance(**NOW)], [instance(**{**THEN, **old})])
    study = next(one for one in found if one.uid == "2.25.7")
    return study.relation, study.age


@pytest.mark.parametrize(
    ("date", "age"),
    [
        ("20261120", Age(1, Unit.DAYS)),
        ("20260922", Age(60, Unit.DAYS)),
        ("20260312", Age(8, Unit.MONTHS)),
        ("20250308", Age(20, Unit.MONTHS)),
        ("20241101", Age(2, Unit.YEARS)),
        ("20161121", Age(10, Unit.YEARS)),
    ],
)
def test_a_prior_tells_how_much_earlier_it_is(date: str, age: Age) -> None:
    assert relation(StudyDate=date) == (Relation.PRIOR, age)


@pytest.mark.parametrize("date", [None, "", "2025", "20251399", "heute"])
def test_what_has_no_date_is_no_prior(date: str | None) -> None:
    assert relation(StudyDate=date)[0] is Relation.BESIDE


@pytest.mark.parametrize(
    "other",
    [
        {"PatientBirthDate": "19550505"},
        {"PatientSex": "M"},
        {"PatientName": "Wang^Fang=王^芳"},
        {"PatientName": "Wang^Fang"},
        {"PatientName": "=王^芳", "PatientID": "T-1"},
    ],
)
def test_who_is_contradicted_is_another_patient(other: dict[str, str]) -> None:
    assert relation(**other) == (Relation.OTHER_PATIENT, None)


@pytest.mark.parametrize(
    "alike",
    [
        {"PatientID": "OTHER-HOSPITAL"},
        {"PatientName": "Na^Li=李^娜"},
        {"PatientName": "Li^Na"},
        {"PatientBirthDate": None},
        {"PatientName": None, "PatientSex": None},
    ],
)
def test_the_same_patient_elsewhere_is_a_prior(alike: dict[str, str]) -> None:
    assert relation(**alike)[0] is Relation.PRIOR


def test_a_name_alone_is_not_enough() -> None:
    assert relation(PatientID=None, PatientBirthDate=None)[0] is Relation.BESIDE
    nobody = PatientText()
    assert not is_same(nobody, nobody)


def test_studies_of_one_visit_are_all_current() -> None:
    found = studies_of(
        [instance(**NOW)],
        [instance(**{**THEN, "StudyDate": "20261121", "StudyTime": "1040", "Modality": "MR"})],
    )
    assert [study.relation for study in found] == [Relation.CURRENT, Relation.CURRENT]
    assert found[0].uid == "2.25.1", "the first of them is hung"


def test_a_study_repeated_the_same_day_is_a_prior_in_hours() -> None:
    head = {"StudyDescription": "头颅CT"}
    later = {**THEN, **head, "StudyDate": "20261121", "StudyTime": "154500"}
    found = studies_of([instance(**NOW, **head)], [instance(**later)])
    assert [(s.uid, s.relation) for s in found] == [
        ("2.25.7", Relation.CURRENT),
        ("2.25.1", Relation.PRIOR),
    ]
    assert found[1].age == Age(6, Unit.HOURS)


def test_two_body_parts_of_one_day_do_not_repeat_each_other() -> None:
    found = studies_of(
        [instance(**NOW, BodyPartExamined="HEAD")],
        [
            instance(
                **{**THEN, "StudyDate": "20261121", "StudyTime": "1040"}, BodyPartExamined="LEG"
            )
        ],
    )
    assert {study.relation for study in found} == {Relation.CURRENT}


def test_the_latest_comparable_prior_is_compared_with() -> None:
    def old(uid: str, date: str, **more: Any) -> list[Any]:
        return [
            instance(StudyInstanceUID=uid, SeriesInstanceUID=f"{uid}.1", StudyDate=date, **more)
        ]

    found = studies_of(
        [instance(**NOW, BodyPartExamined="CHEST")],
        old("2.25.5", "20200101"),
        old("2.25.6", "20240101", BodyPartExamined="CHEST"),
        old("2.25.7", "20250101", BodyPartExamined="HEAD"),
        old("2.25.8", "20260101", Modality="DX"),
    )
    assert [study.uid[5:] for study in found] == ["1", "8", "7", "6", "5"]
    chosen = comparable(found)
    assert chosen is not None
    assert chosen.uid == "2.25.6"


def test_nothing_has_no_studies() -> None:
    assert case_studies(()) == ()
    assert comparable(()) is None


def test_a_name_that_no_one_can_have_is_another_patient() -> None:
    assert relation(PatientName="L" * 60 + "^" + "N" * 60)[0] is Relation.OTHER_PATIENT


def test_one_study_number_with_two_patients_becomes_two_studies() -> None:
    mine = stack("2.25.11")
    theirs = stack("2.25.12", PatientName="Wang^Fang", PatientID="T-2", PatientBirthDate="19550505")
    first, second = studies_of(mine, theirs)
    assert (first.relation, second.relation) == (Relation.CURRENT, Relation.OTHER_PATIENT)
    assert first.uid != second.uid


def test_one_series_number_with_two_patients_becomes_two_series() -> None:
    mine = stack("2.25.11")
    theirs = stack("2.25.11", PatientName="Wang^Fang", PatientID="T-2", PatientBirthDate="19550505")
    (study,) = group([*mine, *theirs])
    assert [len(one.slices) for one in study.series] == [3, 3]
    for one in study.series:
        assert len({i.patient for i in one.instances}) == 1
    first, second = studies_of([*mine, *theirs])
    assert (first.relation, second.relation) == (Relation.CURRENT, Relation.OTHER_PATIENT)


def test_an_identifier_alone_parts_a_series_and_a_missing_one_does_not() -> None:
    mine, other = stack("2.25.11"), stack("2.25.11", PatientID="T-2")
    unnamed = stack("2.25.11", PatientID=None, PatientBirthDate=None)
    (study,) = group([*mine, *other])
    assert len(study.series) == 2
    (study,) = group([*mine, *unnamed])
    assert len(study.series) == 1


# --- studies of other cases of the patient, which come with the claim -------------------------


def beside_own(**other: Any) -> list[tuple[str, Relation, Age | None]]:
    """What is told where 2.25.1 of 2026-11-21 09:30 is the case's own, and 2.25.7 is not."""
    found = studies_of([instance(**NOW)], [instance(**{**THEN, **other})], own=["2.25.1"])
    return [(study.uid, study.relation, study.age) for study in found]


def test_a_later_study_of_another_case_is_never_current() -> None:
    assert beside_own(StudyDate="20261124") == [
        ("2.25.1", Relation.CURRENT, None),
        ("2.25.7", Relation.LATER, None),
    ]


def test_an_earlier_study_of_another_case_is_a_prior() -> None:
    assert beside_own(StudyDate="20261118")[1][1:] == (Relation.PRIOR, Age(3, Unit.DAYS))
    assert beside_own(StudyDate="20261121", StudyTime="0730")[1][1:] == (
        Relation.PRIOR,
        Age(2, Unit.HOURS),
    )


def test_a_study_of_another_case_that_repeats_the_own_one_the_same_day_does_not_replace_it() -> (
    None
):
    assert beside_own(StudyDate="20261121", StudyTime="1530") == [
        ("2.25.1", Relation.CURRENT, None),
        ("2.25.7", Relation.LATER, None),
    ]


@pytest.mark.parametrize(
    "unknown",
    [
        {"StudyDate": None},
        {"StudyDate": "20261121", "StudyTime": None},
        {"PatientID": None, "PatientBirthDate": None},
    ],
)
def test_a_study_of_another_case_always_says_that_it_is_one(unknown: dict[str, str]) -> None:
    assert beside_own(**unknown)[1][1:] == (Relation.OTHER_CASE, None)


def test_a_study_of_another_case_that_contradicts_the_patient_is_another_patients() -> None:
    assert beside_own(PatientSex="M")[1][1:] == (Relation.OTHER_PATIENT, None)


def test_while_nothing_of_the_case_itself_is_here_nothing_is_current() -> None:
    found = studies_of([instance(**NOW)], [instance(**THEN)], own=["2.25.3"])
    assert {study.relation for study in found} == {Relation.OTHER_CASE}
    assert comparable(found) is None
