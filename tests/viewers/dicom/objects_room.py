"""A viewer with objects for its pictures, as tests speak of it."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.uid import CTImageStorage
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.imaging.source import StudySource
from app.viewers.dicom.objects.collection import Key
from app.viewers.dicom.objects.rows import Row
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.applied import (
    FACING,
    SPACING,
    blobs,
    contour,
    heads,
    place_of,
    segmentation,
    slices,
    structures,
    written,
)
from tests.imaging.objects import item, state_for
from tests.viewers.dicom.fields import slice_bytes

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
SEG, RT = Key("2.25.61"), Key("2.25.71")
SQUARE = np.array([[4.0, 3.0], [20.0, 3.0], [20.0, 17.0], [4.0, 17.0]])


def patient(points: np.ndarray, number: float) -> np.ndarray:
    """Picture points of a slice in the patient."""
    right = np.outer((points[:, 0] - 0.5) * SPACING[1], FACING[:3])
    down = np.outer((points[:, 1] - 0.5) * SPACING[0], FACING[3:])
    found: np.ndarray = np.array(place_of(number)) + right + down
    return found


def write_marked_slices(folder: Path) -> None:
    """Oblique slices with two segments, a contour and a point."""
    made = slices()
    for n, data in enumerate(made):
        (folder / f"slice-{n}.dcm").write_bytes(data)
    (folder / "seg.dcm").write_bytes(written(segmentation(heads(made), blobs())))
    heart = [contour(patient(SQUARE, n)) for n in (1, 2)]
    marker = [contour(patient(np.array([[12.0, 10.0]]), 3), "POINT")]
    (folder / "rt.dcm").write_bytes(structures({"Heart": heart, "Marker": marker}))


def write_stack(folder: Path, count: int = 4, **attributes: Any) -> list[bytes]:
    """The first slices of the field, each with a UID of its own: 2.25.100, 2.25.101, …"""
    made = [slice_bytes(n, SOPInstanceUID=f"2.25.{100 + n}", **attributes) for n in range(count)]
    for n, data in enumerate(made):
        (folder / f"slice-{n}.dcm").write_bytes(data)
    return made


def state_over(uids: list[str], number: int = 1, **attributes: Any) -> bytes:
    """A grey state called STATE1, STATE2, … for instances of one series."""
    image = slice_bytes(0)
    series = item(SeriesInstanceUID="2.25.2")
    series.ReferencedImageSequence = [
        item(ReferencedSOPClassUID=CTImageStorage, ReferencedSOPInstanceUID=uid) for uid in uids
    ]
    facts: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "SOPInstanceUID": f"2.25.{900 + number}",
        "SeriesInstanceUID": "2.25.90",
        "StudyInstanceUID": "2.25.1",
        "ContentLabel": f"STATE{number}",
        "PresentationCreationDate": "20261121",
        "PresentationCreationTime": "140500",
        "ContentCreatorName": "Wang^Fang=王^芳",
        "ReferencedSeriesSequence": [series],
    }
    made = state_for(image, **{**facts, **attributes})
    # The file's own name of the instance has to be the same.
    ds = pydicom.dcmread(io.BytesIO(made))
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    stream = io.BytesIO()
    ds.save_as(stream)
    return stream.getvalue()


def open_and_settle(qtbot: QtBot, viewer: DicomViewer, source: StudySource) -> None:
    """Until everything is listed, the first picture shown and every state read."""
    viewer.open_source(source)
    qtbot.waitUntil(lambda: viewer.active.listed and viewer.pane.picture is not None)
    qtbot.waitUntil(lambda: not viewer.objects.waiting)


def lines(viewer: DicomViewer) -> list[str]:
    """The rows of the panel, those below others as well."""

    def walk(rows: tuple[Row, ...]) -> list[str]:
        return [text for row in rows for text in (row.text, *walk(row.rows))]

    return walk(viewer.objects.panel.rows)


def tick(viewer: DicomViewer, key: Key, qtbot: QtBot) -> None:
    """With the space bar, as somebody without a mouse does."""
    tree = viewer.objects.panel.tree
    index = viewer.objects.panel.index_of(key)
    assert index is not None
    viewer.objects.panel.show()
    qtbot.waitUntil(tree.isVisible)
    tree.setCurrentIndex(index)
    QTest.keyClick(tree, Qt.Key.Key_Space)


def badge(viewer: DicomViewer) -> str:
    """What warns in the corner of the active cell."""
    return viewer.pane.corners.badge
