"""The invented patient whom demonstration material belongs to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """`name` as DICOM PN, e.g. "Zhang^Wei=张^伟"; `sex` M, F or O; `birth_date` YYYYMMDD."""

    name: str
    patient_id: str
    sex: str
    birth_date: str
