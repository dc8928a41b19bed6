"""The profile that matching reads of an expert: of a new person, and of one who is there."""

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QSpinBox

from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import Field, LineField, button, label, set_words
from app.models.administration import AdminRow
from app.models.words import word
from app.views.case_fields import DEPARTMENTS, choose, chosen, combo, fill
from app.views.language_choice import LanguageChoice
from protocol.account import ExpertProfile, ExpertTitle, Role

MOST_CASES = 100


class ExpertFields(View):
    """`names` begins the names of the fields."""

    def __init__(self, names: str) -> None:
        super().__init__()
        self._title_box, self._department_box = combo(f"{names}Title"), combo(f"{names}Department")
        self._department_box.setEditable(True)
        self._title, self._department = Field(self._title_box), Field(self._department_box)
        self._years_box = _count(f"{names}Years", 70)
        self._capacity_box = _count(f"{names}Capacity", MOST_CASES)
        self._capacity_box.setMinimumWidth(84)
        self._years, self._capacity = Field(self._years_box), Field(self._capacity_box)
        self._icd10, self._licence = LineField(f"{names}Icd10"), LineField(f"{names}Licence")
        self._languages = LanguageChoice(f"{names}Languages")
        self._spoken = Field(self._languages)
        self._head = QCheckBox()
        self._head.setObjectName(f"{names}Head")
        self._heads: tuple[str, ...] = ()
        across = row(
            self._title,
            self._department,
            self._years,
            self._icd10,
            self._licence,
            self._spoken,
            self._capacity,
            self._head,
        )
        for place, share in ((1, 3), (3, 2), (4, 2)):
            across.setStretch(place, share)
        self.setLayout(across)
        self.words()

    def show_profile(self, profile: ExpertProfile) -> None:
        choose(self._title_box, profile.title)
        self._department_box.setEditText("、".join(profile.departments))
        if (written := self._department_box.lineEdit()) is not None:
            written.setCursorPosition(0)
        self._years_box.setValue(profile.years)
        self._icd10.line.setText(" ".join(profile.icd10_prefixes))
        self._licence.line.setText(profile.licence_number)
        self._languages.show_languages(profile.languages)
        self._capacity_box.setValue(profile.capacity or 0)
        self._head.setChecked(bool(profile.heads))
        self._heads = profile.heads

    def profile(self) -> ExpertProfile:
        """Raises `ValidationError` without a department."""
        departments = tuple(
            dict.fromkeys(_listed(self._department_box.currentText(), "[、，,;；]"))
        )
        kept = tuple(one for one in self._heads if one in departments)
        return ExpertProfile(
            title=chosen(self._title_box, ExpertTitle) or ExpertTitle.ATTENDING,
            departments=departments,
            heads=(kept or departments) if self._head.isChecked() else (),
            icd10_prefixes=tuple(_listed(self._icd10.text.upper(), "[,，、 ]")),
            years=self._years_box.value(),
            licence_number=self._licence.text.strip(),
            languages=self._languages.languages,
            capacity=self._capacity_box.value() or None,
        )

    def words(self) -> None:
        self._title.set_name(self.tr("Title"))
        self._department.set_name(self.tr("Departments"))
        self._years.set_name(self.tr("Years"))
        self._icd10.set_name(self.tr("ICD-10 prefixes"))
        self._licence.set_name(self.tr("Licence number"))
        self._spoken.set_name(self.tr("Languages"))
        self._capacity.set_name(self.tr("Cases at once"))
        self._capacity_box.setSpecialValueText(self.tr("No limit"))
        self._head.setText(self.tr("Head of the department"))
        self._head.setAccessibleName(self._head.text())
        fill(self._title_box, [(word(title), title.value) for title in ExpertTitle])
        written = self._department_box.currentText()
        fill(self._department_box, [(name, name) for name in DEPARTMENTS])
        self._department_box.setEditText(written)


class ProfileEditor(View):
    """The chosen expert's profile; hidden for everybody else."""

    saved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown: AdminRow | None = None
        self._head = label(kind="fieldname")
        self._fields = ExpertFields("edit")
        self._problem = label(kind="problem")
        self._save = button("saveProfile", self._say)
        self.setLayout(column(row(self._head, self._problem, None, self._save), self._fields))
        self.words()
        self.hide()

    def show_person(self, person: AdminRow | None) -> None:
        """What is being written stays while the same person is shown."""
        if person == self._shown:
            return
        self._shown = person
        self._problem.setText("")
        expert = person is not None and Role.EXPERT in person.roles
        self.setVisible(expert)
        if person is not None and person.profile is not None:
            self._fields.show_profile(person.profile)

    def words(self) -> None:
        self._head.setText(self.tr("Profile of the chosen expert"))
        set_words(self._save, self.tr("Save the profile"))
        self._fields.words()

    def _say(self) -> None:
        try:
            profile = self._fields.profile()
        except ValueError:
            self._problem.setText(self.tr("Name at least one department."))
            return
        self._problem.setText("")
        self.saved.emit(profile)


def _count(name: str, most: int) -> QSpinBox:
    made = QSpinBox()
    made.setObjectName(name)
    made.setRange(0, most)
    made.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    return made


def _listed(text: str, between: str) -> list[str]:
    return [part.strip() for part in re.split(between, text) if part.strip()]
