"""The rows that hanging adds to the table of tools."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.viewers.dicom.entry import Entry, Group, Kind


class HangAction(StrEnum):
    """The ids of these rows."""

    CHOOSE = "hanging_choose"
    NEXT_STAGE = "hanging_next_stage"
    PREVIOUS_STAGE = "hanging_previous_stage"
    AUTOMATIC = "hanging_automatic"


def _row(id_: HangAction, kind: Kind, source: object, key: str) -> Entry:
    return Entry(id_, Group.HANGING, kind, str(source), (key,))


ENTRIES: tuple[Entry, ...] = (
    _row(
        HangAction.NEXT_STAGE,
        Kind.ACTION,
        QT_TRANSLATE_NOOP("DicomViewer", "Next stage"),
        "H",
    ),
    _row(
        HangAction.PREVIOUS_STAGE,
        Kind.ACTION,
        QT_TRANSLATE_NOOP("DicomViewer", "Previous stage"),
        "Shift+H",
    ),
    _row(
        HangAction.CHOOSE,
        Kind.ACTION,
        QT_TRANSLATE_NOOP("DicomViewer", "Choose how to hang…"),
        "U",
    ),
    _row(
        HangAction.AUTOMATIC,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("DicomViewer", "Hang by itself"),
        "Shift+U",
    ),
)
