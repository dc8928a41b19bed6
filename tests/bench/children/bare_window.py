"""The least PySide6 can do: an application and an empty window on the screen."""

import sys

from PySide6.QtWidgets import QApplication, QWidget

application = QApplication(sys.argv)
widget = QWidget()
widget.show()
while (handle := widget.windowHandle()) is None or not handle.isExposed():
    application.processEvents()
print("shown", flush=True)
