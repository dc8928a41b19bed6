"""From one day to another, each of which may be left open."""

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QDateEdit, QWidget

from app.kit.layouts import row
from app.kit.widgets import Field


def day_edit(name: str) -> QDateEdit:
    """Begins with today."""
    made = QDateEdit(QDate.currentDate())
    made.setObjectName(name)
    made.setCalendarPopup(True)
    made.setDisplayFormat("yyyy-MM-dd")
    return made


class DaySpan(QWidget):
    """Today, some days back, any day, or two days; answers DA (PS3.5 6.2)."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._choice = QComboBox()
        self._choice.setObjectName(name)
        self._first, self._last = day_edit(f"{name}From"), day_edit(f"{name}To")
        self._field = Field(self._choice)
        self._between = row(self._first, self._last, gap=1)
        inner = QWidget()
        inner.setLayout(self._between)
        self._ends = Field(inner)
        self._ends.name.setText(" ")
        self.setLayout(row(self._field, self._ends, gap=1))
        self._choice.currentIndexChanged.connect(lambda _index: self._follow())
        self.words()

    def set_name(self, text: str) -> None:
        self._field.set_name(text)
        self.words()
        self._first.setAccessibleName(self.tr("{name}: from").format(name=text))
        self._last.setAccessibleName(self.tr("{name}: to").format(name=text))

    def words(self) -> None:
        chosen = max(0, self._choice.currentIndex())
        blocked = self._choice.blockSignals(True)
        self._choice.clear()
        self._choice.addItems(
            [
                self.tr("any day"),
                self.tr("today"),
                self.tr("3 days"),
                self.tr("30 days"),
                self.tr("from … to …"),
            ]
        )
        self._choice.setCurrentIndex(chosen)
        self._choice.blockSignals(blocked)
        self._follow()

    def days(self) -> tuple[str, str]:
        """First and last day, both included; empty where open."""
        today = QDate.currentDate()
        back = {1: 0, 2: 3, 3: 30}
        index = self._choice.currentIndex()
        if index in back:
            return _da(today.addDays(-back[index])), _da(today)
        if index == 4:
            first, last = sorted((_da(self._first.date()), _da(self._last.date())))
            return first, last
        return "", ""

    def _follow(self) -> None:
        self._ends.setVisible(self._choice.currentIndex() == 4)


def _da(day: QDate) -> str:
    return day.toString("yyyyMMdd")
