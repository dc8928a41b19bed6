"""One question with two answers; nothing waits for it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

Answer = tuple[str, str]
"""The object name of a button, and its words."""


def ask(
    parent: QWidget,
    name: str,
    texts: tuple[str, str],
    *,
    yes: Answer,
    no: Answer,
    on_yes: Callable[[], object],
) -> None:
    """Asks `texts` (title, question); `no` is what Return and Escape mean."""
    title, question = texts
    box = QMessageBox(parent)
    box.setObjectName(name)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    back = box.addButton(no[1], QMessageBox.ButtonRole.RejectRole)
    doing = box.addButton(yes[1], QMessageBox.ButtonRole.AcceptRole)
    for shown, of in ((back, no), (doing, yes)):
        shown.setObjectName(of[0])
        shown.setAccessibleName(of[1])
    box.setDefaultButton(back)
    box.setEscapeButton(back)
    doing.clicked.connect(on_yes)
    box.open()
