"""The rows that curves add to the table of tools."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.viewers.dicom.entry import Entry, Group, Kind, Room


class CurveAction(StrEnum):
    """The ids of these rows."""

    GAIN = "curves_gain"
    SPEED = "curves_speed"
    LAYOUT = "curves_layout"
    CHANNELS = "curves_channels"
    FIT = "curves_fit"
    CALIPERS = "curves_calipers"
    OTHER_END = "curves_other_end"
    MARKS = "curves_marks"
    BACK = "curves_back"
    ON = "curves_on"
    BEGIN = "curves_begin"
    END = "curves_end"
    PRINT = "curves_print"
    PDF = "curves_pdf"


def _row(id_: CurveAction, source: object, key: str, kind: Kind = Kind.ACTION) -> Entry:
    return Entry(id_, Group.CURVES, kind, str(source), (key,), room=Room.CURVES)


ENTRIES: tuple[Entry, ...] = (
    _row(CurveAction.GAIN, QT_TRANSLATE_NOOP("DicomViewer", "Next gain"), "G"),
    _row(CurveAction.SPEED, QT_TRANSLATE_NOOP("DicomViewer", "Next paper speed"), "S"),
    _row(CurveAction.LAYOUT, QT_TRANSLATE_NOOP("DicomViewer", "Next layout of the leads"), "L"),
    _row(CurveAction.CHANNELS, QT_TRANSLATE_NOOP("DicomViewer", "Next group of channels"), "N"),
    _row(CurveAction.FIT, QT_TRANSLATE_NOOP("DicomViewer", "Fit the paper"), "F", Kind.SWITCH),
    _row(CurveAction.CALIPERS, QT_TRANSLATE_NOOP("DicomViewer", "Calipers"), "C", Kind.SWITCH),
    _row(CurveAction.OTHER_END, QT_TRANSLATE_NOOP("DicomViewer", "Other end of the calipers"), "X"),
    _row(CurveAction.MARKS, QT_TRANSLATE_NOOP("DicomViewer", "Marks"), "M", Kind.SWITCH),
    _row(CurveAction.BACK, QT_TRANSLATE_NOOP("DicomViewer", "Back in time"), "PgUp"),
    _row(CurveAction.ON, QT_TRANSLATE_NOOP("DicomViewer", "On in time"), "PgDown"),
    _row(CurveAction.BEGIN, QT_TRANSLATE_NOOP("DicomViewer", "Begin of the curves"), "Home"),
    _row(CurveAction.END, QT_TRANSLATE_NOOP("DicomViewer", "End of the curves"), "End"),
    _row(CurveAction.PRINT, QT_TRANSLATE_NOOP("DicomViewer", "Print curves…"), "P"),
    _row(CurveAction.PDF, QT_TRANSLATE_NOOP("DicomViewer", "Curves as PDF…"), "Shift+P"),
)
