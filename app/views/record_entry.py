"""A window to write something by hand into the clinic's own record."""

from uuid import uuid4

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.commands.emr_wishes import WishEnter
from app.kit.layouts import column, fit_height, row
from app.kit.question import ask
from app.kit.theme import metrics
from app.kit.widgets import Field, LineField, button, label, set_words
from app.models.record_entry import (
    HIGH,
    LOW,
    MEASURED,
    NOTE,
    TITLE,
    VALUE,
    WHEN,
    EntryForm,
    EntryKind,
    EntryProps,
    VitalSign,
    entry_of,
    kind_words,
    note_name,
    sign_words,
    title_name,
    when_hint,
    when_name,
)
from app.models.times import day, moment, now
from app.views.diagnosis_field import DiagnosisField

WIDTH = 560
_NUMBERS = (VALUE, LOW, HIGH)


class RecordEntryWindow(QDialog):
    """What was typed stays until it is in the record, whatever went wrong on the way there. It
    says whose record that is, and nobody goes to another one while it is open."""

    wished = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("recordEntry")
        self.setMinimumWidth(WIDTH)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._done, self._id, self._patient_id = 0, uuid4(), ""
        self._stale: EntryProps | None = None
        self._blank: EntryForm | None = None
        self._whose = label("entryWhose", "lead", wrap=True)
        self._kind = QComboBox()
        self._kind.setObjectName("entryKind")
        self._kind_field = Field(self._kind)
        self._when = LineField("entryWhen")
        self._now = button("entryNow", self._write_now, "quiet")
        self._now.setAutoDefault(False)
        self._title, self._note = LineField("entryTitle"), LineField("entryNote")
        self._codes = DiagnosisField("entryCodes")
        self._severe, self._none = QCheckBox(), QCheckBox()
        self._severe.setObjectName("entrySevere")
        self._none.setObjectName("entryNoneKnown")
        self._none.toggled.connect(lambda _on: self._follow())
        self._numbers = {name: LineField(f"entry_{name}") for name in _NUMBERS}
        self._unit = LineField("entryUnit")
        self._laboratory = QWidget()
        self._laboratory.setLayout(
            row(self._numbers[VALUE], self._unit, self._numbers[LOW], self._numbers[HIGH])
        )
        self._signs = {one: LineField(f"entry_{one.name.lower()}") for one in VitalSign}
        self._vitals = QWidget()
        self._vitals.setLayout(self._grid())
        self._problem = label("entryProblem", "problem", wrap=True)
        self._back = button("entryBack", self.reject)
        self._save = button("entrySave", self._wish, "primary")
        self._back.setAutoDefault(False)
        self._save.setDefault(True)
        self._kind.currentIndexChanged.connect(lambda _index: self._follow())
        self.setLayout(self._arranged())
        self._words()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2 * metrics().grid)
        for number, field in enumerate(self._signs.values()):
            grid.addWidget(field, number // 2, number % 2)
        return grid

    def _at(self) -> QHBoxLayout:
        beside = Field(self._now)
        beside.name.setText(" ")
        return row(self._when, beside, gap=1)

    def _arranged(self) -> QVBoxLayout:
        return column(
            self._whose,
            row(self._kind_field, self._at()),
            self._none,
            self._title,
            self._codes,
            self._vitals,
            self._laboratory,
            self._note,
            self._severe,
            self._problem,
            row(self._back, None, self._save),
            margin=4,
            gap=2,
        )

    def begin(self, props: EntryProps, patient_id: str, who: str) -> None:
        """A new entry of this patient, `who` as words; what was typed before and not sent is
        gone."""
        self._done, self._id, self._patient_id = props.done, uuid4(), patient_id
        self._whose.setText(who)
        for field in self._all_lines():
            field.line.clear()
        for box in (self._severe, self._none):
            box.setChecked(False)
        self._tell({})
        self._stale = None
        self.show_props(EntryProps(running=props.running, problem="", done=props.done))
        self._stale, self._blank = props, self._form()
        self.show()
        self.activateWindow()
        self._kind.setFocus()

    def show_props(self, props: EntryProps) -> None:
        if props == self._stale:
            return  # what went wrong before this form
        self._stale = None
        self._problem.setText(f"⚠ {props.problem}" if props.problem else "")
        self._problem.setVisible(bool(props.problem))
        fit_height(self, self.width())
        self._save.setEnabled(not props.running)
        set_words(self._save, self.tr("Saving…") if props.running else self.tr("Save"), "Return")
        if props.done != self._done:
            self._done = props.done
            self.accept()

    def _all_lines(self) -> tuple[LineField, ...]:
        words = (self._when, self._title, self._note, self._codes, self._unit)
        return (*words, *self._numbers.values(), *self._signs.values())

    @property
    def _chosen(self) -> EntryKind:
        kind = self._kind.currentData()
        return kind if isinstance(kind, EntryKind) else EntryKind.ALLERGY

    def _follow(self) -> None:
        kind = self._chosen
        allergy, vitals = kind is EntryKind.ALLERGY, kind is EntryKind.VITALS
        none = allergy and self._none.isChecked()
        self._none.setVisible(allergy)
        self._severe.setVisible(allergy and not none)
        self._title.setVisible(not vitals and not none)
        self._note.setVisible(not vitals and not none)
        self._codes.setVisible(kind is EntryKind.PROBLEM)
        self._vitals.setVisible(vitals)
        self._laboratory.setVisible(kind is EntryKind.LABORATORY)
        self._title.set_name(title_name(kind), required=True)
        self._note.set_name(note_name(kind))
        self._when.set_name(when_name(kind, none_known=none), required=kind in MEASURED)
        self._when.line.setPlaceholderText(when_hint(kind, none_known=none))
        set_words(self._now, self.tr("Now") if kind in MEASURED else self.tr("Today"))
        self._tell({})

    def _write_now(self) -> None:
        at = now()
        self._when.line.setText(moment(at) if self._chosen in MEASURED else day(at))

    def _tell(self, wrong: dict[str, str]) -> None:
        """What is wrong stands below its field."""
        named = {TITLE: self._title, NOTE: self._note, WHEN: self._when}
        signs = {sign.value: field for sign, field in self._signs.items()}
        for name, field in {**named, **self._numbers, **signs}.items():
            field.set_problem(wrong.get(name, ""))
        fit_height(self, self.width())

    def _form(self) -> EntryForm:
        numbers = {name: field.text for name, field in self._numbers.items()}
        numbers |= {sign.value: field.text for sign, field in self._signs.items()}
        return EntryForm(
            self._id,
            self._chosen,
            self._when.text,
            self._title.text,
            next(iter(self._codes.codes), ""),
            self._note.text,
            self._severe.isChecked(),
            self._none.isChecked(),
            numbers,
            self._unit.text,
        )

    def _wish(self) -> None:
        entry, wrong = entry_of(self._form(), now().astimezone())
        self._tell(wrong)
        if entry is not None:
            self.wished.emit(WishEnter(self._patient_id, entry))

    def reject(self) -> None:
        """What was typed is thrown away only after a question."""
        if not self.isVisible() or self._form() == self._blank:
            super().reject()
            return
        ask(
            self,
            "entryTyped",
            (self.tr("Not saved"), self.tr("Throw away what was typed? It is not in the record.")),
            yes=("discardEntry", self.tr("Throw away")),
            no=("keepTyping", self.tr("Go on writing")),
            on_yes=lambda: self.done(QDialog.DialogCode.Rejected),
        )

    def _words(self) -> None:
        self.setWindowTitle(self.tr("Add to the record"))
        chosen = max(0, self._kind.currentIndex())
        blocked = self._kind.blockSignals(True)
        self._kind.clear()
        for kind in EntryKind:
            self._kind.addItem(kind_words(kind), kind)
        self._kind.setCurrentIndex(chosen)
        self._kind.blockSignals(blocked)
        self._kind_field.set_name(self.tr("What"))
        self._codes.set_read_only(read_only=False)
        self._codes.set_name(self.tr("ICD-10, where it is known"))
        self._severe.setText(self.tr("Dangerous: anaphylaxis, or breath or circulation in danger"))
        self._none.setText(self.tr("No allergies are known: the patient was asked"))
        for box in (self._severe, self._none):
            box.setAccessibleName(box.text())
        self._numbers[VALUE].set_name(self.tr("Value"))
        self._unit.set_name(self.tr("Unit"))
        self._numbers[LOW].set_name(self.tr("Usual from"))
        self._numbers[HIGH].set_name(self.tr("to"))
        for sign, field in self._signs.items():
            field.set_name(sign_words(sign))
        set_words(self._back, self.tr("Cancel"), "Esc")
        set_words(self._save, self.tr("Save"), "Return")
        self._follow()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._words()
        super().changeEvent(event)
