"""The rows that measuring and marking add to the table of tools."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.imaging.annotation import AnnotationKind
from app.viewers.dicom.entry import Entry, Group, Kind


class MarkAction(StrEnum):
    """What is done at once; the ids of these rows."""

    UNDO = "undo"
    REDO = "redo"
    KEY_IMAGE = "key_image"
    PLACE = "place_shape"
    REMOVE = "remove_mark"
    MARKS = "marks"


def _tool(kind: AnnotationKind, source: object, key: str, *, bar: bool = False) -> Entry:
    return Entry(kind, Group.MEASURE, Kind.TOOL, str(source), (key,), bar=bar)


def _act(id_: MarkAction, source: object, *keys: str, switch: bool = False) -> Entry:
    kind = Kind.SWITCH if switch else Kind.ACTION
    return Entry(id_, Group.MEASURE, kind, str(source), keys)


ENTRIES: tuple[Entry, ...] = (
    _tool(AnnotationKind.LENGTH, QT_TRANSLATE_NOOP("DicomViewer", "Length"), "L", bar=True),
    _tool(AnnotationKind.ANGLE, QT_TRANSLATE_NOOP("DicomViewer", "Angle"), "A"),
    _tool(AnnotationKind.COBB, QT_TRANSLATE_NOOP("DicomViewer", "Cobb angle"), "Shift+A"),
    _tool(AnnotationKind.RECTANGLE, QT_TRANSLATE_NOOP("DicomViewer", "Rectangle"), "R"),
    _tool(AnnotationKind.ELLIPSE, QT_TRANSLATE_NOOP("DicomViewer", "Ellipse"), "E", bar=True),
    _tool(AnnotationKind.POLYGON, QT_TRANSLATE_NOOP("DicomViewer", "Polygon"), "N"),
    _tool(AnnotationKind.ARROW, QT_TRANSLATE_NOOP("DicomViewer", "Arrow"), "D"),
    _tool(AnnotationKind.TEXT, QT_TRANSLATE_NOOP("DicomViewer", "Text"), "B"),
    _act(MarkAction.PLACE, QT_TRANSLATE_NOOP("DicomViewer", "Put the shape in the middle"), "Ins"),
    _act(
        MarkAction.REMOVE,
        QT_TRANSLATE_NOOP("DicomViewer", "Delete the chosen mark"),
        "Del",
        "Backspace",
    ),
    _act(MarkAction.KEY_IMAGE, QT_TRANSLATE_NOOP("DicomViewer", "Key image"), "K", switch=True),
    _act(MarkAction.UNDO, QT_TRANSLATE_NOOP("DicomViewer", "Undo"), "Ctrl+Z"),
    _act(MarkAction.REDO, QT_TRANSLATE_NOOP("DicomViewer", "Redo"), "Ctrl+Y", "Ctrl+Shift+Z"),
    _act(
        MarkAction.MARKS,
        QT_TRANSLATE_NOOP("DicomViewer", "List of measurements and marks"),
        "M",
        switch=True,
    ),
)
