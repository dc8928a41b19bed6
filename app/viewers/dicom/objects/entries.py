"""The rows that objects over pictures add to the table of tools."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.viewers.dicom.entry import Entry, Group, Kind


class ObjectAction(StrEnum):
    """The ids of these rows."""

    PANEL = "objects"
    NEXT_STATE = "next_state"
    ORIGINAL = "original"


ENTRIES: tuple[Entry, ...] = (
    Entry(
        ObjectAction.PANEL,
        Group.SHOW,
        Kind.SWITCH,
        str(QT_TRANSLATE_NOOP("DicomViewer", "Objects")),
        ("O",),
    ),
    Entry(
        ObjectAction.NEXT_STATE,
        Group.SHOW,
        Kind.ACTION,
        str(QT_TRANSLATE_NOOP("DicomViewer", "Next presentation state")),
        ("Shift+O",),
    ),
    Entry(
        ObjectAction.ORIGINAL,
        Group.SHOW,
        Kind.ACTION,
        str(QT_TRANSLATE_NOOP("DicomViewer", "Without presentation state")),
        ("Alt+O",),
    ),
)
