"""The structured findings of a report: a value, and a side where the template asks for one."""

import re

from PySide6.QtCore import Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import Field, label, line, set_text
from app.models.language import reads_chinese
from app.models.report_templates import ReportTemplate, wording
from app.models.structured import begun, doubt, lines_of
from app.models.typed_numbers import narrowed, number_typed, thousands
from app.models.words import word
from app.views.case_fields import choose, chosen, combo, fill
from protocol.structured import NUMBER, Side, StructuredFinding

SIDE_WIDTH, VALUE_WIDTH = 96, 88


class NumberValidator(QValidator):
    """Writes what a Chinese input method types in half width, and once the field is left a decimal
    comma as a point: before, nobody knows whether it is one.

    Nothing is refused: a character that vanished would leave another number behind.
    """

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        plain = narrowed(text)
        found = re.fullmatch(NUMBER, plain)
        state = QValidator.State.Acceptable if found else QValidator.State.Intermediate
        return state, plain, position

    def fixup(self, text: str) -> str:
        return number_typed(text) or text


class FindingRow(QWidget):
    """One value; what is hardly ever meant is said below it, and may stand. What is no number
    stays in the field, is said below it, too, and is not in the report."""

    edited = Signal()

    def __init__(self, finding: StructuredFinding) -> None:
        super().__init__()
        self._finding = finding
        self._asked = wording(chinese=reads_chinese()).asked(finding.code)
        choices = () if self._asked is None else self._asked.choices
        self._value = _choice(finding.code, choices) if choices else _number(finding.code)
        self._side = combo(f"findingSide_{finding.code}")
        self._side.setFixedWidth(SIDE_WIDTH)
        self._side.setVisible(self._asked is not None and self._asked.sides)
        self._unit = label(f"findingUnit_{finding.code}", "muted")
        self._unit.setText(finding.unit)
        inside = row(self._value, self._unit, self._side, None, gap=2)
        inside.setContentsMargins(0, 0, 0, 0)
        inner = QWidget()
        inner.setLayout(inside)
        inner.setFocusProxy(self._value)
        self._field = Field(inner)
        self.setLayout(column(self._field))
        self.words()
        self.show_finding(finding)
        self._side.activated.connect(lambda _at: self.edited.emit())
        if isinstance(self._value, QComboBox):
            self._value.activated.connect(lambda _at: self.edited.emit())
        else:
            self._value.textEdited.connect(lambda _text: self._typed())

    def show_finding(self, finding: StructuredFinding) -> None:
        self._finding = finding
        if isinstance(self._value, QComboBox):
            self._value.setCurrentIndex(self._value.findData(finding.value))
        elif self.finding.value != finding.value:
            set_text(self._value, finding.value)
        choose(self._side, finding.side)
        self._say_doubt()

    @property
    def finding(self) -> StructuredFinding:
        if isinstance(self._value, QComboBox):
            value = str(self._value.currentData() or "")
        else:
            text = number_typed(self._value.text().rstrip(".,"))
            value = text if re.fullmatch(NUMBER, text) else ""
        side = chosen(self._side, Side) or Side.NONE
        return self._finding.model_copy(update={"value": value, "side": side})

    @property
    def unreadable(self) -> str:
        """What was typed and is no number."""
        typed = self._value.text() if isinstance(self._value, QLineEdit) else ""
        return "" if self.finding.value else typed

    def set_read_only(self, off: bool) -> None:
        for box in (self._value, self._side):
            if isinstance(box, QLineEdit):
                box.setReadOnly(off)
            else:
                box.setEnabled(not off)

    def _typed(self) -> None:
        self._say_doubt()
        self.edited.emit()

    def _say_doubt(self) -> None:
        problem = doubt(self._asked, self.finding.value)
        if self.unreadable:
            no_number = self.tr("This is no number and is not in the report. Write it like 8.5.")
            problem = thousands(self.unreadable) or no_number
        self._field.problem.setText(problem)
        self._field.problem.setVisible(bool(self._field.problem.text()))

    def words(self) -> None:
        name = self._finding.name
        self._field.set_name(name)
        self._value.setAccessibleName(f"{name} {self._finding.unit}".strip())
        self._side.setAccessibleName(self.tr("Side: {name}").format(name=name))
        fill(self._side, [(word(one), one.value) for one in Side])
        self._say_doubt()


class StructuredPart(View):
    """`structured` as it stands here. Who reads has one line for each instead."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("structuredPart")
        self._rows: list[FindingRow] = []
        self._title = label("structuredTitle", "fieldname")
        self._read = label("structuredLines", wrap=True)
        self._column = column(self._title, self._read, gap=2)
        self.setLayout(self._column)
        self.hide()
        self.words()

    def show_findings(
        self, findings: tuple[StructuredFinding, ...], *, can_edit: bool, typing: bool
    ) -> None:
        if not typing:
            self._show_rows(findings if can_edit else ())
        self._read.setText("\n".join(lines_of(findings)))
        self._read.setVisible(not can_edit)
        self.setVisible(bool(self._rows) or (bool(self._read.text()) and not can_edit))

    def forget(self) -> None:
        """What was typed and taken by nobody belonged to another case."""
        self._show_rows(())

    def begin(self, template: ReportTemplate) -> None:
        """The template's findings, to be filled in."""
        self._show_rows(begun(template, self.structured))
        self.setVisible(bool(self._rows))
        self.edited.emit()

    @property
    def structured(self) -> tuple[StructuredFinding, ...]:
        return tuple(one.finding for one in self._rows)

    @property
    def unfinished(self) -> str:
        """A value that was typed and would not be in the report, with the mend."""
        for one in self._rows:
            if one.unreadable:
                text = self.tr("{name}: “{words}” is no number. Write it like 8.5, or delete it.")
                return text.format(name=one.finding.name, words=one.unreadable)
        return ""

    def _show_rows(self, findings: tuple[StructuredFinding, ...]) -> None:
        if [one.code for one in findings] != [one.finding.code for one in self._rows]:
            for gone in self._rows:
                self._column.removeWidget(gone)
                gone.hide()
                gone.deleteLater()
            self._rows = [self._made(one) for one in findings]
        for shown, finding in zip(self._rows, findings, strict=True):
            shown.show_finding(finding)

    def _made(self, finding: StructuredFinding) -> FindingRow:
        made = FindingRow(finding)
        made.edited.connect(self.edited)
        self._column.addWidget(made)
        made.show()
        return made

    def words(self) -> None:
        self._title.setText(self.tr("Measured and graded"))
        for one in self._rows:
            one.words()


def _number(code: str) -> QLineEdit:
    made = line(f"finding_{code}")
    made.setFixedWidth(VALUE_WIDTH)
    made.setValidator(NumberValidator(made))
    return made


def _choice(code: str, choices: tuple[str, ...]) -> QComboBox:
    made = combo(f"finding_{code}")
    made.setFixedWidth(VALUE_WIDTH)
    made.addItem("–", "")
    for one in choices:
        made.addItem(one, one)
    return made
