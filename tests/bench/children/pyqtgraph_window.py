"""pyqtgraph's ImageView on a folder, as its documentation shows it; drag and wheel as a viewer's.

`pyqtgraph_window FOLDER WIDTH HEIGHT`
"""

import sys
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut, QWheelEvent

from tests.bench.children.volume import read_volume


class Hands(QObject):
    """Left drag is window and level, the wheel is the slice: what the others have built in."""

    def __init__(self, view: pg.ImageView) -> None:
        super().__init__(view)
        self._view = view
        self._at = 0.0, 0.0
        self._levels = -150.0, 250.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent):
            self._view.jumpFrames(1 if event.angleDelta().y() < 0 else -1)
            return True
        if not isinstance(event, QMouseEvent):
            return False
        at = event.position().x(), event.position().y()
        if event.type() == QEvent.Type.MouseMove and event.buttons() & Qt.MouseButton.LeftButton:
            dx, dy = at[0] - self._at[0], at[1] - self._at[1]
            low, high = self._levels
            self._levels = low + dy - dx / 2, high + dy + dx / 2
            self._view.getImageItem().setLevels(self._levels)
        self._at = at
        return event.type() != QEvent.Type.Paint


def main() -> int:
    folder, size = Path(sys.argv[1]), sys.argv[2:4]
    pg.setConfigOptions(imageAxisOrder="row-major")
    app = pg.mkQApp()
    view = pg.ImageView()
    view.ui.roiBtn.hide()
    view.ui.menuBtn.hide()
    view.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    view.setGeometry(0, 0, int(size[0]), int(size[1]))
    hands = Hands(view)
    view.ui.graphicsView.viewport().installEventFilter(hands)
    view.show()

    def open_folder() -> None:
        view.setImage(read_volume(folder), autoLevels=False, levels=(-150, 250))

    QShortcut(QKeySequence("F9"), view, open_folder)
    return int(app.exec())


if __name__ == "__main__":
    raise SystemExit(main())
