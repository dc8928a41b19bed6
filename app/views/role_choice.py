"""The roles of a person, changed by ticks and one button."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from app.kit.layouts import column, row
from app.kit.widgets import button, label, set_words
from app.models.administration import AdminRow
from app.models.words import word
from protocol.account import Role

ACROSS = 4


class RoleChoice(QWidget):
    """The roles of the chosen person, changed by ticks and one button."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._title = label(kind="fieldname")
        self._boxes = {role: QCheckBox() for role in Role}
        self._save = button("saveRoles", self._say)
        ticks = QGridLayout()
        for number, (role, box) in enumerate(self._boxes.items()):
            box.setObjectName(f"change_role_{role.value}")
            ticks.addWidget(box, number // ACROSS, number % ACROSS)
        self.setLayout(column(self._title, row(ticks, None, self._save), gap=1))
        self.show_roles(None)

    def show_roles(self, person: AdminRow | None) -> None:
        self.setEnabled(person is not None)
        for role, box in self._boxes.items():
            box.setChecked(person is not None and role in person.roles)

    def words(self) -> None:
        self._title.setText(self.tr("Roles of the chosen person"))
        set_words(self._save, self.tr("Save the roles"))
        for role, box in self._boxes.items():
            box.setText(word(role))
            box.setAccessibleName(box.text())

    def _say(self) -> None:
        roles = tuple(role for role, box in self._boxes.items() if box.isChecked())
        if roles:
            self.chosen.emit(roles)
