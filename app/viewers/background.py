"""Work away from the GUI thread, whose answer comes back by a queued signal or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal, Slot

from app.imaging.errors import ImagingError, MalformedError
from app.viewers.gate import Gate


class Background(QObject):
    """One piece of work at a time; a new one makes the answer of the old one unwanted.

    `rich_text` says that the work lays out texts or prints, and never waits for long.

    `work` runs in a thread of its own and must not touch widgets; `then` is called in the GUI
    thread with what it made, or with the `ImagingError` that stopped it.
    """

    _came = Signal(int, object)

    def __init__(self, parent: QObject, *, rich_text: bool = False) -> None:
        super().__init__(parent)
        self._gate = Gate()
        # Trap: Qt's text layout starts timers, which only threads of Qt's own can have. Work that
        # may wait for the network stays out of them: the program's end waits for Qt's threads.
        self._rich_text = rich_text
        self._turn = 0
        self._then: Callable[[object], None] | None = None
        self._came.connect(self._on_came, Qt.ConnectionType.QueuedConnection)
        # A parent says so before it deletes its children: nobody need have called `close`.
        parent.destroyed.connect(self._gate.close)

    def start(self, work: Callable[[], object], then: Callable[[object], None]) -> None:
        """Begin; whatever ran before is forgotten."""
        self._turn += 1
        self._then = then
        run = partial(self._run, self._gate, self._came.emit, self._turn, work)
        if self._rich_text:
            QThreadPool.globalInstance().start(run)
        else:
            threading.Thread(target=run, name="viewer-work", daemon=True).start()

    def drop(self) -> None:
        """Nobody wants the answer any more."""
        self._turn += 1
        self._then = None

    @staticmethod
    def _run(
        gate: Gate, emit: Callable[[int, object], object], turn: int, work: Callable[[], object]
    ) -> None:
        result: object
        try:
            result = work()
        except ImagingError as error:
            result = error
        except Exception as error:  # no file may leave its reader waiting
            result = MalformedError("The file cannot be understood.")
            result.__cause__ = error
        gate.say(emit, turn, result)

    @Slot(int, object)
    def _on_came(self, turn: int, result: object) -> None:
        if turn == self._turn and self._then is not None:
            then, self._then = self._then, None
            then(result)
