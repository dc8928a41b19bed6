"""The one object that holds the state and says when it changed."""

from PySide6.QtCore import QObject, Signal

from app.session.state import AnyFact, State, reduce


class Session(QObject):
    """Facts go in by `apply`, on the GUI thread; everybody else reads `state`."""

    changed = Signal(object)
    """Carries the new `State`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = State()

    @property
    def state(self) -> State:
        return self._state

    def apply(self, fact: AnyFact) -> None:
        new = reduce(self._state, fact)
        if new is not self._state:
            self._state = new
            self.changed.emit(new)
