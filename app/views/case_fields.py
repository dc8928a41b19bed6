"""The three groups of fields of a case."""

import re
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QSettings, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QWidget

from app.kit.layouts import column, row
from app.kit.widgets import Field, LineField, set_text, text_area
from app.models.identity import number_problem
from app.models.words import Choice, urgency_text, word
from app.views.diagnosis_field import DiagnosisField
from protocol.account import SpokenLanguage
from protocol.consultation import CaseContent, Consent, ConsentForm, Mode, Patient, Sex, Urgency
from protocol.identity_card import birth_of, is_valid, sex_of

EnumT = TypeVar("EnumT", bound=Enum)

DEPARTMENTS = (
    "放射科",
    "超声科",
    "心内科",
    "呼吸内科",
    "消化内科",
    "神经内科",
    "神经外科",
    "骨科",
    "普外科",
    "胸外科",
    "泌尿外科",
    "妇产科",
    "儿科",
    "肿瘤科",
    "急诊科",
    "皮肤科",
)
"""Departments are proper names of the Chinese service catalogue; they are not translated."""


class Fields(QWidget):
    """A group of fields; `edited` when a person changed one."""

    edited = Signal()

    def words(self) -> None:
        """Sets names and choices in the language that is on."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)


def combo(name: str) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    return made


def fill(box: QComboBox, choices: list[tuple[str, object]]) -> None:
    """Puts choices with their words into a box and keeps what was chosen."""
    chosen = box.currentIndex()
    blocked = box.blockSignals(True)
    box.clear()
    for text, value in choices:
        box.addItem(text, value)
    box.setCurrentIndex(chosen)
    box.blockSignals(blocked)


def choose(box: QComboBox, value: Enum | None) -> None:
    index = -1 if value is None else box.findData(value.value)
    if index != box.currentIndex():
        blocked = box.blockSignals(True)
        box.setCurrentIndex(index)
        box.blockSignals(blocked)


def choose_or_any(box: QComboBox, value: Enum | None) -> None:
    """Of a box whose first entry means any."""
    box.setCurrentIndex(0 if value is None else box.findData(value.value))


def chosen(box: QComboBox, kind: type[EnumT]) -> EnumT | None:
    value = box.currentData()
    return None if value is None else kind(value)


def kept(settings: QSettings, key: str, kind: type[EnumT]) -> EnumT | None:
    """What was chosen the last time; None where it was nothing, or is no choice any more. A file
    of settings gives every value back as text."""
    value = str(settings.value(key, ""))
    return next((one for one in kind if str(one.value) == value), None)


def keep(settings: QSettings, key: str, choice: Enum | None) -> None:
    settings.setValue(key, "" if choice is None else choice.value)


def _choices(*values: Choice) -> list[tuple[str, object]]:
    return [(word(value), value.value) for value in values]


class PatientFields(Fields):
    def __init__(self) -> None:
        super().__init__()
        self._name, self._id = LineField("patientName"), LineField("patientId")
        self._sex_box = combo("patientSex")
        self._sex = Field(self._sex_box)
        self._born = LineField("patientBirthDate")
        self._phone, self._allergies = LineField("patientPhone"), LineField("patientAllergies")
        for field in (self._name, self._id, self._born, self._phone, self._allergies):
            field.line.textEdited.connect(lambda _text: self.edited.emit())
        self._born.line.editingFinished.connect(self._check_born)
        self._id.line.editingFinished.connect(self._take_number)
        self._sex_box.activated.connect(lambda _index: self.edited.emit())
        self._sex_box.activated.connect(lambda _index: self._check_number())
        self.setLayout(
            column(
                row(self._name, self._sex, gap=3),
                row(self._born, self._id, gap=3),
                self._allergies,
                self._phone,
                gap=3,
            )
        )
        self.words()

    def words(self) -> None:
        self._name.set_name(self.tr("Name"), required=True)
        self._sex.set_name(self.tr("Sex"), required=True)
        self._born.set_name(self.tr("Born (year-month-day)"), required=True)
        self._born.line.setPlaceholderText("1960-05-17")
        self._id.set_name(self.tr("Number at the clinic"))
        self._phone.set_name(self.tr("Telephone"))
        self._allergies.set_name(self.tr("Allergies (separated by commas)"))
        fill(self._sex_box, _choices(*Sex))

    def clear(self) -> None:
        """Forgets the patient of the case before."""
        for field in (self._name, self._id, self._born, self._phone, self._allergies):
            set_text(field.line, "")
            field.set_problem("")
        choose(self._sex_box, None)

    def show_content(self, content: CaseContent) -> None:
        patient = content.patient
        if patient is None:
            return
        set_text(self._name.line, patient.name)
        other = self._id.text.strip() != patient.patient_id
        set_text(self._id.line, patient.patient_id)
        if self._birth_date() != patient.birth_date:
            set_text(self._born.line, patient.born)
        set_text(self._phone.line, patient.phone)
        shown = self._allergy_list()
        if shown != patient.allergies:
            set_text(self._allergies.line, ", ".join(patient.allergies))
        choose(self._sex_box, patient.sex)
        if other:
            self._check_number()

    def patient(self) -> Patient | None:
        """The patient as far as entered; a date that is not one yet is left out."""
        entered = Patient(
            name=self._name.text.strip(),
            patient_id=self._id.text.strip(),
            sex=chosen(self._sex_box, Sex),
            birth_date=self._birth_date(),
            phone=self._phone.text.strip(),
            allergies=self._allergy_list(),
        )
        return None if entered == Patient() else entered

    def _allergy_list(self) -> tuple[str, ...]:
        parts = re.split(r"[,，;；、]", self._allergies.text)
        return tuple(part.strip() for part in parts if part.strip())

    def _birth_date(self) -> date | None:
        numbers = re.findall(r"\d+", self._born.text)
        if len(numbers) == 1 and len(numbers[0]) == 8:
            numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
        try:
            born = date(*(int(number) for number in numbers))
        except (TypeError, ValueError):
            return None
        today = datetime.now(UTC).astimezone().date()
        return born if date(1890, 1, 1) <= born <= today else None

    def _check_born(self) -> None:
        wrong = bool(self._born.text.strip()) and self._birth_date() is None
        text = self.tr("Write the date like 1960-05-17; it cannot be in the future.")
        self._born.set_problem(text if wrong else "")
        self._check_number()

    def _take_number(self) -> None:
        """An identity number says when somebody was born and of which sex: what is still empty is
        filled from it."""
        number = self._id.text.strip()
        if is_valid(number):
            if not self._born.text.strip():
                self._born.line.setText(str(birth_of(number)))
                self.edited.emit()
            if chosen(self._sex_box, Sex) is None:
                choose(self._sex_box, sex_of(number))
                self.edited.emit()
        self._check_born()

    def _check_number(self) -> None:
        sex = chosen(self._sex_box, Sex)
        self._id.set_problem(number_problem(self._id.text.strip(), sex, self._birth_date()))


class QuestionFields(Fields):
    def __init__(self) -> None:
        super().__init__()
        self._areas = {
            "question": Field(text_area("question", 2)),
            "reason": Field(text_area("reason", 2)),
            "history": Field(text_area("history", 4)),
            "findings": Field(text_area("findings", 2)),
        }
        self.codes = DiagnosisField("diagnosisCodes")
        self._boxes = {name: combo(name) for name in ("mode", "urgency", "department", "language")}
        self._box_fields = {name: Field(box) for name, box in self._boxes.items()}
        self._boxes["department"].setEditable(True)
        for name in DEPARTMENTS:
            self._boxes["department"].addItem(name)
        self._boxes["department"].setCurrentIndex(-1)
        for field in self._areas.values():
            self._area(field).textChanged.connect(self.edited)
        for name in ("mode", "urgency", "language"):
            self._boxes[name].activated.connect(lambda _index: self.edited.emit())
        self._boxes["department"].currentTextChanged.connect(lambda _text: self.edited.emit())
        self.codes.edited.connect(self.edited)
        self.setLayout(
            column(
                self._areas["question"],
                row(self._box_fields["mode"], self._box_fields["urgency"], gap=3),
                row(self._box_fields["department"], self._box_fields["language"], gap=3),
                self._areas["reason"],
                self._areas["history"],
                row(self._areas["findings"], self.codes, gap=3),
                gap=3,
            )
        )
        self.words()

    def words(self) -> None:
        self._areas["question"].set_name(self.tr("Question to the expert"), required=True)
        self._areas["reason"].set_name(self.tr("Reason for the consultation"), required=True)
        self._areas["history"].set_name(self.tr("History"), required=True)
        self._areas["findings"].set_name(self.tr("Findings at the clinic"))
        self.codes.words()
        self._box_fields["mode"].set_name(self.tr("Kind"), required=True)
        self._box_fields["urgency"].set_name(self.tr("Urgency"), required=True)
        self._box_fields["department"].set_name(self.tr("Department"), required=True)
        self._box_fields["language"].set_name(self.tr("Talk language"))
        any_: list[tuple[str, object]] = [(self.tr("Any"), None)]
        fill(self._boxes["language"], [*any_, *_choices(*SpokenLanguage)])
        fill(self._boxes["mode"], _choices(*Mode))
        fill(self._boxes["urgency"], [(urgency_text(u), u.value) for u in Urgency])

    def show_content(self, content: CaseContent) -> None:
        for name, field in self._areas.items():
            text: str = getattr(content, name)
            if self._area(field).toPlainText().strip() != text:
                set_text(self._area(field), text)
        self.codes.set_codes(content.diagnosis_codes)
        choose(self._boxes["mode"], content.mode)
        choose(self._boxes["urgency"], content.urgency)
        choose_or_any(self._boxes["language"], content.language)
        department = self._boxes["department"]
        if department.currentText().strip() != content.department:
            blocked = department.blockSignals(True)
            department.setEditText(content.department)
            department.blockSignals(blocked)

    def take(self, name: str, value: str) -> None:
        """Chooses an urgency or a department, as a person would."""
        box = self._boxes[name]
        if name == "department":
            box.setEditText(value)  # told by its own signal
        else:
            choose(box, Urgency(value))
            self.edited.emit()

    def values(self) -> dict[str, Any]:
        """Keyword arguments of `CaseContent`."""
        texts = {
            name: self._area(field).toPlainText().strip() for name, field in self._areas.items()
        }
        return {
            **texts,
            "diagnosis_codes": self.codes.codes,
            "mode": chosen(self._boxes["mode"], Mode),
            "urgency": chosen(self._boxes["urgency"], Urgency),
            "language": chosen(self._boxes["language"], SpokenLanguage),
            "department": self._boxes["department"].currentText().strip(),
        }

    @staticmethod
    def _area(field: Field) -> QPlainTextEdit:
        assert isinstance(field.inner, QPlainTextEdit)
        return field.inner


class ConsentFields(Fields):
    def __init__(self) -> None:
        super().__init__()
        self._form_box = combo("consentForm")
        self._form = Field(self._form_box)
        self._by = LineField("consentGivenBy")
        self._guardian, self._witness = LineField("consentGuardian"), LineField("consentWitness")
        self._given, self._library = QCheckBox(), QCheckBox()
        self._given.setObjectName("consentGiven")
        self._library.setObjectName("consentLibrary")
        for field in (self._by, self._guardian, self._witness):
            field.line.textEdited.connect(lambda _text: self.edited.emit())
        self._form_box.activated.connect(lambda _index: self.edited.emit())
        for box in (self._given, self._library):
            box.toggled.connect(lambda _on: self.edited.emit())
        self.setLayout(
            column(
                row(self._form, self._by, gap=3),
                row(self._guardian, self._witness, gap=3),
                self._given,
                self._library,
                gap=3,
            )
        )
        self.words()

    def words(self) -> None:
        self._form.set_name(self.tr("How it was given"), required=True)
        self._by.set_name(self.tr("Given by"), required=True)
        self._guardian.set_name(self.tr("Guardian is (under 14)"))
        self._witness.set_name(self.tr("Witness (if oral)"))
        self._given.setText(self.tr("The patient agrees to this remote consultation"))
        self._library.setText(self.tr("… and to its use for learning, without name"))
        for box in (self._given, self._library):
            box.setAccessibleName(box.text())
        fill(self._form_box, _choices(*ConsentForm))

    def clear(self) -> None:
        """Forgets the consent of the case before."""
        for box in (self._given, self._library):
            blocked = box.blockSignals(True)
            box.setChecked(False)
            box.blockSignals(blocked)
        for field in (self._by, self._guardian, self._witness):
            set_text(field.line, "")
        choose(self._form_box, None)

    def show_content(self, content: CaseContent) -> None:
        consent = content.consent
        for box, on in (
            (self._given, consent is not None and consent.given_at is not None),
            (self._library, consent is not None and consent.library),
        ):
            if consent is not None and box.isChecked() != on:
                blocked = box.blockSignals(True)
                box.setChecked(on)
                box.blockSignals(blocked)
        if consent is not None:
            choose(self._form_box, consent.form)
            set_text(self._by.line, consent.given_by)
            set_text(self._guardian.line, consent.guardian_relation)
            set_text(self._witness.line, consent.witness)

    def consent(self, old: Consent | None) -> Consent | None:
        """The consent as far as written; its time is when it was first ticked."""
        given = self._given.isChecked()
        since = old.given_at if old and old.given_at else datetime.now(UTC)
        written = Consent(
            form=chosen(self._form_box, ConsentForm),
            given_by=self._by.text.strip(),
            given_at=since if given else None,
            guardian_relation=self._guardian.text.strip(),
            witness=self._witness.text.strip(),
            library=self._library.isChecked(),
        )
        return None if written == Consent() else written
