"""The form by which a clinic without an EMR writes into its record: texts become an entry, or a
sentence says what is wrong."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.emr_search import EntryProps
from app.models.typed_numbers import number_typed, thousands
from app.models.typed_times import time_typed
from app.net.emr.entering import PRESSURE, VITALS, EntryKind, NewEntry, VitalSign

__all__ = ["PRESSURE", "VITALS", "EntryKind", "EntryProps", "NewEntry", "VitalSign"]

TITLE, NOTE, WHEN, VALUE, LOW, HIGH = "title", "note", "when", "value", "low", "high"
"""Names of fields; those of vital signs are the codes of `VitalSign`."""
MOST_DIGITS = 12
MEASURED = (EntryKind.VITALS, EntryKind.LABORATORY)
"""What says nothing without its time."""


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What somebody typed, as they typed it."""

    id: UUID
    kind: EntryKind
    when: str = ""
    title: str = ""
    icd10: str = ""
    note: str = ""
    severe: bool = False
    none_known: bool = False
    numbers: dict[str, str] = field(default_factory=dict)
    unit: str = ""


def entry_of(form: EntryForm, now: datetime) -> tuple[NewEntry | None, dict[str, str]]:
    """The entry, or what is wrong by the name of the field."""
    translate = QCoreApplication.translate
    at, problem = time_typed(form.when, now)
    if form.kind in MEASURED and not form.when.strip():
        problem = translate("emr", "Write when it was measured: a day, or a day and a time.")
    wrong = {WHEN: problem} if problem else {}
    if form.kind is EntryKind.VITALS:
        return _vitals(form, at, wrong)
    title = form.title.strip()
    none_known = form.none_known and form.kind is EntryKind.ALLERGY
    if not title and not none_known:
        wrong[TITLE] = translate("emr", "Write what it is.")
    numbers, note = {}, form.note.strip()
    if form.kind is EntryKind.LABORATORY:
        numbers = _numbers(form, (VALUE, LOW, HIGH), wrong)
        if VALUE not in numbers and not note and VALUE not in wrong:
            wrong[VALUE] = translate("emr", "Write a number, or the result in words.")
        low, high = numbers.get(LOW), numbers.get(HIGH)
        if low is not None and high is not None and low > high:
            wrong[HIGH] = translate("emr", "The range ends below where it begins.")
    if wrong:
        return None, wrong
    return NewEntry(
        form.id,
        form.kind,
        at or (now.date().isoformat() if none_known else ""),
        "" if none_known else title,
        form.icd10 if form.kind is EntryKind.PROBLEM else "",
        "" if none_known else note,
        severe=form.severe and form.kind is EntryKind.ALLERGY and not none_known,
        none_known=none_known,
        value=numbers.get(VALUE),
        unit=form.unit.strip() if VALUE in numbers else "",
        low=numbers.get(LOW) if VALUE in numbers else None,
        high=numbers.get(HIGH) if VALUE in numbers else None,
    ), {}


def _vitals(
    form: EntryForm, at: str, wrong: dict[str, str]
) -> tuple[NewEntry | None, dict[str, str]]:
    translate = QCoreApplication.translate
    values = _numbers(form, tuple(one.value for one in VitalSign), wrong)
    for sign, measure in VITALS.items():
        value = values.get(sign.value)
        if value is not None and not measure.low <= value <= measure.high:
            text = translate("emr", "From {low} to {high} {unit}.")
            wrong[sign.value] = text.format(low=measure.low, high=measure.high, unit=measure.unit)
    systolic, diastolic = (values.get(one.value) for one in PRESSURE)
    if systolic is not None and diastolic is not None and systolic <= diastolic:
        wrong.setdefault(VitalSign.DIASTOLIC.value, translate("emr", "Below the systolic one."))
    if not values and not wrong.keys() - {WHEN}:
        wrong[VitalSign.SYSTOLIC.value] = translate("emr", "Write at least one value.")
    if wrong:
        return None, wrong
    told = tuple((one, values[one.value]) for one in VitalSign if one.value in values)
    return NewEntry(form.id, form.kind, at, vitals=told), {}


def _numbers(form: EntryForm, names: tuple[str, ...], wrong: dict[str, str]) -> dict[str, Decimal]:
    found = {}
    for name in names:
        typed = form.numbers.get(name, "").strip()
        number = number_typed(typed)
        if number and len(number) <= MOST_DIGITS:
            found[name] = Decimal(number)
        elif typed:
            no_number = QCoreApplication.translate("emr", "This is no number.")
            wrong[name] = thousands(typed) or no_number
    return found


def kind_words(kind: EntryKind) -> str:
    translate = QCoreApplication.translate
    return {
        EntryKind.ALLERGY: translate("emr", "Allergy"),
        EntryKind.PROBLEM: translate("emr", "Problem"),
        EntryKind.MEDICATION: translate("emr", "Medicine"),
        EntryKind.VITALS: translate("emr", "Vital signs"),
        EntryKind.LABORATORY: translate("emr", "Laboratory value"),
        EntryKind.IMMUNISATION: translate("emr", "Vaccination"),
    }[kind]


def title_name(kind: EntryKind) -> str:
    """What the first field asks for."""
    translate = QCoreApplication.translate
    return {
        EntryKind.ALLERGY: translate("emr", "Substance"),
        EntryKind.PROBLEM: translate("emr", "Problem or diagnosis"),
        EntryKind.MEDICATION: translate("emr", "Medicine and strength"),
        EntryKind.VITALS: "",
        EntryKind.LABORATORY: translate("emr", "Name of the test"),
        EntryKind.IMMUNISATION: translate("emr", "Vaccine"),
    }[kind]


def when_name(kind: EntryKind, *, none_known: bool = False) -> str:
    """What the field of the time asks for."""
    translate = QCoreApplication.translate
    if none_known:
        return translate("emr", "Asked on")
    return {
        EntryKind.VITALS: translate("emr", "Measured on"),
        EntryKind.LABORATORY: translate("emr", "Taken on"),
        EntryKind.IMMUNISATION: translate("emr", "Given on"),
    }.get(kind, translate("emr", "Since"))


def when_hint(kind: EntryKind, *, none_known: bool = False) -> str:
    """How exactly that may be written."""
    translate = QCoreApplication.translate
    if none_known:
        return translate("emr", "today, or 2026-11-20")
    if kind in MEASURED:
        return translate("emr", "2026-11-20 14:05, or the day")
    return translate("emr", "2026, 2026-11 or 2026-11-20; empty: not known")


def note_name(kind: EntryKind) -> str:
    """What the second field asks for."""
    translate = QCoreApplication.translate
    return {
        EntryKind.ALLERGY: translate("emr", "Reaction"),
        EntryKind.PROBLEM: translate("emr", "Remark"),
        EntryKind.MEDICATION: translate("emr", "How it is taken"),
        EntryKind.VITALS: "",
        EntryKind.LABORATORY: translate("emr", "Result in words, where it is no number"),
        EntryKind.IMMUNISATION: translate("emr", "Batch"),
    }[kind]


def sign_words(sign: VitalSign) -> str:
    """Name and unit of a vital sign."""
    translate = QCoreApplication.translate
    name = {
        VitalSign.SYSTOLIC: translate("emr", "Systolic pressure"),
        VitalSign.DIASTOLIC: translate("emr", "Diastolic pressure"),
        VitalSign.HEART_RATE: translate("emr", "Heart rate"),
        VitalSign.RESPIRATORY_RATE: translate("emr", "Respiratory rate"),
        VitalSign.TEMPERATURE: translate("emr", "Temperature"),
        VitalSign.OXYGEN: translate("emr", "Oxygen saturation"),
        VitalSign.WEIGHT: translate("emr", "Weight"),
        VitalSign.HEIGHT: translate("emr", "Height"),
    }[sign]
    return f"{name} ({VITALS[sign].unit})"
