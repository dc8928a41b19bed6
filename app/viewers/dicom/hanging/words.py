"""Studies and protocols in words."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QCoreApplication, QLocale

from app.imaging.hanging.schema import Cell, Name
from app.imaging.priors import Age, CaseStudy, Relation, Unit
from app.viewers.dicom.captions import dicom_date

translate = QCoreApplication.translate


def name_words(name: Name) -> str:
    """A name of a protocol file in the language that is on."""
    # The program's own catalogue is the only one that says what language is on.
    chinese = translate("DicomViewer", "Images") != "Images"
    return name.zh_CN if chinese else name.en


def age_words(age: Age) -> str:
    """How much earlier a prior is."""
    text = _age_pattern(age)
    return text.replace("{n}", QLocale.c().toString(age.count))


def _age_pattern(age: Age) -> str:
    one = age.count == 1
    match age.unit:
        case Unit.YEARS:
            return translate("DicomViewer", "{n} years earlier")
        case Unit.MONTHS:
            return translate("DicomViewer", "{n} months earlier")
        case Unit.DAYS if one:
            return translate("DicomViewer", "1 day earlier")
        case Unit.DAYS:
            return translate("DicomViewer", "{n} days earlier")
        case Unit.HOURS if age.count == 0:
            return translate("DicomViewer", "less than an hour earlier")
        case Unit.HOURS if one:
            return translate("DicomViewer", "1 hour earlier")
        case Unit.HOURS:
            return translate("DicomViewer", "{n} hours earlier")
        case _:
            assert_never(age.unit)


def _from_another_case() -> str:
    return translate("DicomViewer", "From another case")


def relation_words(study: CaseStudy) -> str:
    """What a study is beside the current one: the head of its part of the strip."""
    match study.relation:
        case Relation.CURRENT:
            return translate("DicomViewer", "Current")
        case Relation.PRIOR:
            prior = translate("DicomViewer", "Prior")
            return f"{prior} · {age_words(study.age)}" if study.age is not None else prior
        case Relation.BESIDE:
            return translate("DicomViewer", "Another study")
        case Relation.LATER:
            later = translate("DicomViewer", "Later study")
            return f"{later} · {_from_another_case()}"
        case Relation.OTHER_CASE:
            return _from_another_case()
        case Relation.OTHER_PATIENT:
            return translate("DicomViewer", "Another patient!")
        case _:
            assert_never(study.relation)


def study_words(study: CaseStudy) -> str:
    """Relation, age, date, description: a line each."""
    told = (*relation_words(study).split(" · "), dicom_date(study.date), study.description)
    return "\n".join(part for part in told if part)


def badge_words(study: CaseStudy) -> str:
    """What lies over a picture that is not of the current study; empty for those that are."""
    match study.relation:
        case Relation.CURRENT | Relation.BESIDE:
            return ""
        case Relation.PRIOR | Relation.LATER | Relation.OTHER_CASE:
            return " · ".join(p for p in (relation_words(study), dicom_date(study.date)) if p)
        case Relation.OTHER_PATIENT:
            return relation_words(study)
        case _:
            assert_never(study.relation)


def view_words(view: str) -> str:
    """A ViewPosition (PS3.3 C.8.1.1, C.8.11.7.1) as people call it; others as the file says."""
    lateral = translate("DicomViewer", "Lateral view")
    known = {
        "PA": translate("DicomViewer", "PA view"),
        "AP": translate("DicomViewer", "AP view"),
        "LAT": lateral,
        "LATERAL": lateral,
        "LL": lateral,
        "RL": lateral,
        "CC": translate("DicomViewer", "Craniocaudal view (CC)"),
        "MLO": translate("DicomViewer", "Mediolateral oblique view (MLO)"),
    }
    return known.get(view, view)


def side_words(laterality: str) -> str:
    """R, L or B as a word."""
    known = {
        "R": translate("DicomViewer", "Right"),
        "L": translate("DicomViewer", "Left"),
        "B": translate("DicomViewer", "Both sides"),
    }
    return known.get(laterality, laterality)


def missing_words(cell: Cell) -> str:
    """What a cell would show if the case had it."""
    views = dict.fromkeys(view_words(view) for view in cell.views)
    what = " ".join((side_words(cell.laterality or ""), " / ".join(views))).strip()
    if cell.study == "prior":
        prior = translate("DicomViewer", "Prior")
        what = f"{prior} {what}".strip()
    text = translate("DicomViewer", "Nothing of this kind in the case")
    return f"{what}\n{text}" if what else text
