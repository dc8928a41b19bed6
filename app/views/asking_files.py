"""Windows that ask for files; none of them stops the program meanwhile."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

Chosen = Callable[[tuple[Path, ...]], object]


def ask_folder(parent: QWidget, title: str, chosen: Chosen) -> None:
    """A folder that is there."""
    dialog = _dialog(parent, title, chosen)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.open()


def ask_files(parent: QWidget, title: str, names: str, chosen: Chosen) -> None:
    """Files that are there; `names` as Qt's name filters."""
    dialog = _dialog(parent, title, chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilter(names)
    dialog.open()


def ask_target(
    parent: QWidget, title: str, name: str, chosen: Chosen, *, names: str = "PDF (*.pdf)"
) -> None:
    """Where a file is to be written; its ending is that of `name`."""
    dialog = _dialog(parent, title, chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(names)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.selectFile(name)
    dialog.open()


def _dialog(parent: QWidget, title: str, chosen: Chosen) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setObjectName("fileDialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: chosen(tuple(Path(name) for name in names)))
    return dialog
