"""The rows that calibrating adds to the table of tools."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.viewers.dicom.entry import Entry, Group, Kind


class CalibrationRow(StrEnum):
    """The ids of these rows."""

    CALIBRATE = "calibrate"
    TAKE_OFF = "calibration_off"


ENTRIES: tuple[Entry, ...] = (
    Entry(
        CalibrationRow.CALIBRATE,
        Group.MEASURE,
        Kind.TOOL,
        str(QT_TRANSLATE_NOOP("DicomViewer", "Calibrate by hand")),
        ("Shift+C",),
    ),
    Entry(
        CalibrationRow.TAKE_OFF,
        Group.MEASURE,
        Kind.ACTION,
        str(QT_TRANSLATE_NOOP("DicomViewer", "Take the calibration by hand off")),
        ("Alt+C",),
    ),
)
