"""Whose object it is, as every viewer writes it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.imaging.coded import date_words, person_words
from protocol.patients import PatientText


def patient_words(patient: PatientText) -> tuple[str, ...]:
    """Name, identifier, sex and birth, what of it the file says."""
    translate = QCoreApplication.translate
    sexes = {
        "M": translate("patient", "male"),
        "F": translate("patient", "female"),
        "O": translate("patient", "other sex"),
    }
    born = date_words(patient.birth_date)
    parts = (
        person_words(patient.name),
        patient.patient_id,
        sexes.get(patient.sex.upper(), ""),
        translate("patient", "born {date}").format(date=born) if born else "",
    )
    return tuple(part for part in parts if part)
