"""Since when something is wanted: of all times, some years back, or since a day."""

from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QWidget

from app.kit.layouts import column
from app.kit.widgets import Field, label
from app.views.case_fields import combo, fill
from app.views.times_fields import day_edit

_ALL_TIMES, _OWN_DAY = 0, -1
"""Beside years back."""


class SinceChoice(QWidget):
    """Begins with all times; says what stays whatever is chosen, once something else is."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._choice = combo(name)
        self._field = Field(self._choice)
        self._day = day_edit(f"{name}Day")
        self._day.setDate(QDate.currentDate().addYears(-1))
        self._always = label(f"{name}Always", "small", wrap=True)
        self.setLayout(column(self._field, self._day, self._always, gap=1))
        self._choice.currentIndexChanged.connect(lambda _index: self._follow())
        self._day.dateChanged.connect(lambda _day: self.changed.emit())
        self.words()
        self.begin()

    def day(self, today: date) -> date | None:
        """None: of all times."""
        chosen = self._choice.currentData()
        if chosen == _ALL_TIMES:
            return None
        now = QDate(today.year, today.month, today.day)
        some = self._day.date() if chosen == _OWN_DAY else now.addYears(-chosen)
        return date(some.year(), some.month(), some.day())

    def begin(self) -> None:
        """Of all times again."""
        self._choice.setCurrentIndex(0)

    def words(self) -> None:
        fill(
            self._choice,
            [
                (self.tr("Of all times"), _ALL_TIMES),
                (self.tr("Of the last year"), 1),
                (self.tr("Of the last 3 years"), 3),
                (self.tr("Since a day…"), _OWN_DAY),
            ],
        )
        self._field.set_name(self.tr("From which time"))
        self._day.setAccessibleName(self.tr("Since this day"))
        self._always.setText(
            self.tr(
                "Allergies, current problems and medicines, family history, and what has no date "
                "go along however old they are."
            )
        )
        self._show()

    def _follow(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        chosen = self._choice.currentData()
        self._day.setVisible(chosen == _OWN_DAY)
        self._always.setVisible(chosen != _ALL_TIMES)
