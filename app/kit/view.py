"""The base of every view: words that follow the language, and wishes."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QWidget


class View(QWidget):
    """A widget without decisions: it shows props and emits wishes.

    A subclass sets its static texts in `words()` and calls it at the end of `__init__`; it is
    called again when the language changes, followed by a new derivation of the props.
    """

    wished = Signal(object)
    """Carries one `app.commands.wishes.Wish`."""

    def words(self) -> None:
        """Sets every static text."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)
