"""Segments and contours on planes through a volume, and on series of another direction."""

import io
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.imaging.segmentation import Segmentation
from app.imaging.series import SliceRef
from app.imaging.source import FolderSource
from app.viewers.dicom.mpr.trio import View
from app.viewers.dicom.objects.collection import Key
from app.viewers.dicom.objects.layer import ShapeShelf
from app.viewers.dicom.objects.seen import Seen
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.applied import contour, segmentation, structures, written
from tests.imaging.objects import ct_object
from tests.viewers.dicom.fields import (
    COLUMN_MM,
    COLUMNS,
    ROW_MM,
    ROWS,
    SLICE_MM,
    SLICES,
    slice_bytes,
)
from tests.viewers.dicom.objects_room import open_and_settle
from tests.viewers.dicom.planes_room import cell, settle

SEG, RT = Key("2.25.61"), Key("2.25.71")
BOX = (slice(6, 14), slice(8, 20), slice(6, 18))
"""Slices, rows and columns of the first segment: the middle of the volume lies in it."""
INSIDE = (12 * COLUMN_MM, 14 * ROW_MM, 10 * SLICE_MM)
OUTSIDE = (21 * COLUMN_MM, 14 * ROW_MM, 10 * SLICE_MM)
SIDE = "2.25.33"


@pytest.fixture
def boxed(qtbot: QtBot, viewer: DicomViewer, tmp_path: Path) -> Iterator[DicomViewer]:
    """A volume with a box as its segment and a contour on its tenth slice; beside it a sagittal
    picture of the same space in a series of its own."""
    facts = {
        "StudyID": "1",
        "StudyDate": "20261121",
        "StudyTime": "100000",
        "AccessionNumber": "",
        "ReferringPhysicianName": "",
        "PositionReferenceIndicator": "",
        "SliceThickness": SLICE_MM,
    }
    made = [slice_bytes(n, SOPInstanceUID=f"2.25.{100 + n}", **facts) for n in range(SLICES)]
    for n, data in enumerate(made):
        (tmp_path / f"{n:03}.dcm").write_bytes(data)
    pixels = np.zeros((SLICES, ROWS, COLUMNS, 2), np.uint8)
    pixels[(*BOX, 0)] = 1
    heads = [pydicom.dcmread(io.BytesIO(one)) for one in made]
    (tmp_path / "seg.dcm").write_bytes(written(segmentation(heads, pixels)))
    ring = np.array([[3, 3, 20], [20, 3, 20], [20, 24, 20], [3, 24, 20]], dtype=float)
    (tmp_path / "rt.dcm").write_bytes(structures({"Ring": [contour(ring)]}))
    side = ct_object(
        np.zeros((SLICES, ROWS), np.int16),
        SOPInstanceUID="2.25.34",
        SeriesInstanceUID=SIDE,
        SeriesNumber=2,
        FrameOfReferenceUID="2.25.5",
        ImagePositionPatient=[INSIDE[0], 0, (SLICES - 1) * SLICE_MM],
        ImageOrientationPatient=[0, 1, 0, 0, 0, -1],
        PixelSpacing=[SLICE_MM, ROW_MM],
        WindowCenter=0,
        WindowWidth=100,
    )
    (tmp_path / "side.dcm").write_bytes(side)
    open_and_settle(qtbot, viewer, FolderSource([tmp_path]))
    for key in (SEG, RT):
        viewer.objects.show_object(key, on=True)
    qtbot.waitUntil(lambda: not viewer.objects.waiting)
    yield viewer
    viewer.close_source()


def tinted(pane: ImagePane, point: tuple[float, float, float]) -> bool:
    """Whether a point of the patient is coloured in a pane whose plane it lies on."""
    viewport = pane.own_viewport()
    assert viewport is not None
    assert pane.plane is not None
    at = QPoint(*map(int, viewport.to_screen(*pane.plane.picture(point))))
    image = pane.grab().toImage()
    # Beside the point itself, through which the lines of the planes go.
    near = (image.pixelColor(at + QPoint(x, y)) for x, y in ((6, 6), (-6, 6), (6, -6), (-6, -6)))
    return all(c.red() - min(c.green(), c.blue()) > 20 for c in near)


@pytest.fixture
def planes(qtbot: QtBot, boxed: DicomViewer) -> DicomViewer:
    boxed.scroll_to(10)
    QTest.keyClick(boxed.pane, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, boxed)
    return boxed


def test_planes_cut_segments_where_they_lie_in_the_patient(
    qtbot: QtBot, planes: DicomViewer
) -> None:
    for view in (View.AXIAL, View.CORONAL, View.SAGITTAL):
        pane = cell(planes, view).pane
        assert pane.plane is not None
        away = pane.plane.distance(INSIDE)
        normal = pane.plane.normal
        x, y, z = (p - away * n for p, n in zip(INSIDE, normal, strict=True))
        qtbot.waitUntil(partial(tinted, pane, (x, y, z)))
    axial = cell(planes, View.AXIAL).pane
    assert axial.plane is not None
    assert not tinted(axial, OUTSIDE)


def test_a_slab_carries_no_segments(qtbot: QtBot, planes: DicomViewer) -> None:
    axial, slab = cell(planes, View.AXIAL), cell(planes, View.SLAB)
    assert slab.cut is not None
    assert slab.cut.wish.slab.thickness > 0
    qtbot.waitUntil(lambda: tinted(axial.pane, INSIDE))
    assert not tinted(slab.pane, INSIDE)


def test_hiding_a_segment_hides_it_on_the_planes(qtbot: QtBot, planes: DicomViewer) -> None:
    pane = cell(planes, View.AXIAL).pane
    qtbot.waitUntil(lambda: tinted(pane, INSIDE))
    planes.objects.show_object(Key("2.25.61", 1), on=False)
    assert not tinted(pane, INSIDE)


def test_a_series_of_another_direction_gets_segments_cut(qtbot: QtBot, boxed: DicomViewer) -> None:
    boxed.show_series(SIDE)
    qtbot.waitUntil(lambda: boxed.pane.picture is not None)
    qtbot.waitUntil(lambda: tinted(boxed.pane, INSIDE))
    assert not tinted(boxed.pane, (INSIDE[0], 25.0, INSIDE[2]))


def test_the_first_picture_of_a_segment_is_found_across_its_frames_as_well(
    qtbot: QtBot, boxed: DicomViewer
) -> None:
    boxed.objects.go_to_first(Key("2.25.61", 1))
    qtbot.waitUntil(lambda: boxed.index == BOX[0].start)
    boxed.show_series(SIDE)
    (said,) = boxed.objects.panel.findChildren(QLabel, "objects_told")
    boxed.objects.go_to_first(Key("2.25.61", 2))
    qtbot.waitUntil(lambda: said.text() == "It lies on no picture of this series.")
    boxed.objects.go_to_first(Key("2.25.61", 1))
    qtbot.waitUntil(lambda: said.text() == "")


def test_a_source_gets_what_names_it_and_nothing_by_place(
    boxed: DicomViewer,
) -> None:
    """Two phases lie at one place: what was drawn on the first is not cut for the second."""
    held = boxed.objects.collection.find(SEG.uid)
    assert held is not None
    assert isinstance(held.value, Segmentation)
    place = Seen(SliceRef("2.25.999", 0), boxed.series[0].plane(10), SLICE_MM)
    counts = []
    for found in (held.value, replace(held.value, named=held.value.named | {"2.25.999"})):
        shelf = ShapeShelf()
        shelf.make(found, (SEG.uid, place))
        made = shelf.get((SEG.uid, place))
        assert made is not None
        counts.append(len(made.found))
    assert counts == [1, 0]
