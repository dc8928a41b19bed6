"""The product's viewer in a window of the given size; F9 opens the folder."""

import argparse
import sys
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow

from app.composition.garbage import GuiThreadCollector
from app.imaging.guard import guarded_decoder
from app.imaging.source import FolderSource
from app.kit.theme import Appearance
from app.viewers.dicom.hanging.hanging import setting_key
from app.viewers.dicom.viewer import DicomViewer
from app.viewers.room import ViewerRoom


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("width", type=int)
    parser.add_argument("height", type=int)
    parser.add_argument("--budget", type=int, help="bytes of pictures to keep")
    given = parser.parse_args()
    app = QApplication(sys.argv[:1])
    appearance = Appearance(app, "dark")
    GuiThreadCollector(app)
    decoder = guarded_decoder()
    decoder.warm_up()
    settings = QSettings(str(given.folder.parent / "window.ini"), QSettings.Format.IniFormat)
    # One picture fills the window, as in the programs beside.
    settings.setValue(setting_key("CT", "off"), True)
    viewer = DicomViewer(decoder=decoder, budget=given.budget, settings=settings)
    room = ViewerRoom(viewer, appearance)
    window = QMainWindow()
    window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    window.setCentralWidget(room)
    window.setGeometry(0, 0, given.width, given.height)
    window.show()

    def open_folder() -> None:
        room.open_source(FolderSource([given.folder]))

    QShortcut(QKeySequence("F9"), window, open_folder)
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main())
