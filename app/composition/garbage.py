"""Cyclic garbage is collected in the GUI thread only.

Trap: a collection that happens to run in a decoding thread destroys whatever Qt objects lie in dead
cycles there, and destroying a QObject outside of its thread ends the program.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 200


class GuiThreadCollector(QObject):
    """Takes the automatic collection's place while it lives; same generations, same thresholds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """One collection of the oldest generation that is due; nothing where none is."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation] > 0:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """The automatic collection works again."""
        self._timer.stop()
        gc.enable()
