"""The rows that files and paper add to the table of tools."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.viewers.dicom.entry import Entry, Group, Kind


class OutputAction(StrEnum):
    """The ids of these rows."""

    EXPORT = "export_pictures"
    PRINT = "print_pictures"


ENTRIES: tuple[Entry, ...] = (
    Entry(
        OutputAction.EXPORT,
        Group.OUTPUT,
        Kind.ACTION,
        str(QT_TRANSLATE_NOOP("DicomViewer", "Save pictures as files…")),
        ("Ctrl+S",),
    ),
    Entry(
        OutputAction.PRINT,
        Group.OUTPUT,
        Kind.ACTION,
        str(QT_TRANSLATE_NOOP("DicomViewer", "Print pictures…")),
        ("Shift+P",),
    ),
)
