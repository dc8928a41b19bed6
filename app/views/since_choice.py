"""Since when something is wanted: of all times, some years back, or since a day."""

from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QWidget

from app.kit.layouts import column
from app.kit.widgets import Field, label

_YEARS = {1: 1, 2: 3}
_OWN_DAY = 3


class SinceChoice(QWidget):
    """Begins with all times; says what stays whatever is chosen, once something else is."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._choice = QComboBox()
        self._choice.setObjectName(name)
        self._field = Field(self._choice)
        self._day = QDateEdit(QDate.currentDate().addYears(-1))
        self._day.setObjectName(f"{name}Day")
        self._day.setCalendarPopup(True)
        self._day.setDisplayFormat("yyyy-MM-dd")
        self._always = label(f"{name}Always", "small", wrap=True)
        self.setLayout(column(self._field, self._day, self._always, gap=1))
        self._choice.currentIndexChanged.connect(lambda _index: self._follow())
        self._day.dateChanged.connect(lambda _day: self.changed.emit())
        self.words()

    def day(self, today: date) -> date | None:
        """None: of all times."""
        index = self._choice.currentIndex()
        if index == _OWN_DAY:
            return date.fromisoformat(self._day.date().toString("yyyy-MM-dd"))
        back = _YEARS.get(index)
        if back is None:
            return None
        some = QDate(today.year, today.month, today.day).addYears(-back)
        return date(some.year(), some.month(), some.day())

    def begin(self) -> None:
        """Of all times again."""
        self._choice.setCurrentIndex(0)

    def words(self) -> None:
        chosen = max(0, self._choice.currentIndex())
        blocked = self._choice.blockSignals(True)
        self._choice.clear()
        self._choice.addItems(
            [
                self.tr("Of all times"),
                self.tr("Of the last year"),
                self.tr("Of the last 3 years"),
                self.tr("Since a day…"),
            ]
        )
        self._choice.setCurrentIndex(chosen)
        self._choice.blockSignals(blocked)
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
        self._day.setVisible(self._choice.currentIndex() == _OWN_DAY)
        self._always.setVisible(self._choice.currentIndex() > 0)
