"""Measuring on planes through a volume: in millimetres, kept by plane, written as SCOORD3D."""

import math
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.imaging.annotation import AnnotationKind, PlaneRef
from app.imaging.source import FolderSource
from app.viewers.dicom.mpr.trio import View
from app.viewers.dicom.viewer import DicomViewer
from tests.viewers.dicom.fields import drag, expected, write_series
from tests.viewers.dicom.planes_room import cell, key, opened, room, settle, trio

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Points = tuple[tuple[float, float], tuple[float, float]]


def draw(
    qtbot: QtBot, viewer: DicomViewer, view: View, tool: AnnotationKind, points: Points
) -> None:
    """A shape between two points of a plane's picture."""
    viewer.stage.planes.room.activate(view)
    viewer.stage.act(tool)
    pane = cell(viewer, view).pane
    viewport = pane.own_viewport()
    assert viewport is not None
    first, last = (QPointF(*viewport.to_screen(*point)) for point in points)
    before = len(viewer.marking.sheet.sheet.annotations)
    drag(pane, first, last)
    assert len(viewer.marking.sheet.sheet.annotations) == before + 1


def texts(viewer: DicomViewer) -> list[str]:
    return [row.text for row in viewer.marking.panel.model.rows]


def test_a_length_on_a_coronal_plane_is_told_in_millimetres(
    qtbot: QtBot, planes: DicomViewer
) -> None:
    draw(qtbot, planes, View.CORONAL, AnnotationKind.LENGTH, ((4, 6), (4, 26)))
    (mark,) = planes.marking.sheet.sheet.annotations
    assert isinstance(mark.ref, PlaneRef)
    ends = [mark.ref.plane.point(*point) for point in mark.points]
    assert math.dist(*ends) == pytest.approx(20.0, abs=0.3)
    (told,) = texts(planes)
    assert "mm (patient)" in told
    assert "MPR · Coronal" in told


def test_a_region_reads_the_values_of_its_plane(qtbot: QtBot, planes: DicomViewer) -> None:
    draw(qtbot, planes, View.SAGITTAL, AnnotationKind.RECTANGLE, ((5, 8), (15, 28)))
    (mark,) = planes.marking.sheet.sheet.annotations
    assert isinstance(mark.ref, PlaneRef)
    found = planes.marking.sheet.measured(mark, None)
    assert found is not None
    assert found.statistics is not None
    assert found.statistics.unit == "HU"
    (left, top), (right, bottom) = mark.points
    field = expected(mark.ref.plane)[round(top) : round(bottom), round(left) : round(right)]
    assert found.statistics.mean == pytest.approx(float(np.nanmean(field)), abs=25)


def test_it_is_there_again_when_its_plane_is_and_only_then(
    qtbot: QtBot, planes: DicomViewer
) -> None:
    draw(qtbot, planes, View.AXIAL, AnnotationKind.LENGTH, ((4, 6), (14, 6)))
    axial = cell(planes, View.AXIAL)
    assert len(axial.marks()) == 1
    assert cell(planes, View.CORONAL).marks() == ()
    axial.scroll_by(2)
    settle(qtbot, planes)
    assert axial.marks() == ()
    axial.scroll_by(-2)
    settle(qtbot, planes)
    assert len(axial.marks()) == 1
    key(planes, Qt.Key.Key_M, SHIFT)
    assert not planes.stage.planes.on
    key(planes, Qt.Key.Key_M, SHIFT)
    settle(qtbot, planes)
    room(planes).set_trio(trio(planes).crossing(View.AXIAL.direction, (0.0, 0.0, 20.4)))
    settle(qtbot, planes)
    assert len(axial.marks()) == 1, "nearer than half a slice"


def test_undo_brings_its_plane_to_the_screen(qtbot: QtBot, planes: DicomViewer) -> None:
    draw(qtbot, planes, View.AXIAL, AnnotationKind.LENGTH, ((4, 6), (14, 6)))
    axial = cell(planes, View.AXIAL)
    there = axial.index
    axial.scroll_by(5)
    settle(qtbot, planes)
    QTest.keyClick(axial.pane, Qt.Key.Key_Z, CONTROL)
    assert planes.marking.sheet.sheet.annotations == ()
    settle(qtbot, planes)
    assert axial.index == there


def test_slabs_key_images_and_arrows_are_declined(qtbot: QtBot, planes: DicomViewer) -> None:
    axial = cell(planes, View.AXIAL).pane
    planes.stage.act("key_image")
    assert "Esc" in axial.marks.note
    planes.stage.act(AnnotationKind.ARROW)
    assert "Esc" in axial.marks.note
    room(planes).activate(View.SLAB)
    planes.stage.act(AnnotationKind.LENGTH)
    slab = cell(planes, View.SLAB).pane
    voi = slab.voi
    drag(slab, QPointF(60, 60), QPointF(120, 110))
    assert "slab" in slab.marks.note
    assert slab.voi == voi
    assert planes.marking.sheet.sheet.annotations == ()


@pytest.mark.parametrize("hold", [False, True], ids=["a new shape", "a shape that is moved"])
def test_a_drag_that_planes_interrupt_changes_nothing(
    qtbot: QtBot, ready: DicomViewer, hold: bool
) -> None:
    ready.scroll_to(4)
    qtbot.waitUntil(lambda: ready.pane.picture is not None)
    pane = ready.pane
    pane.tool = AnnotationKind.LENGTH
    if hold:
        drag(pane, QPointF(200, 200), QPointF(260, 230))
    before = ready.marking.sheet.sheet
    first, last = QPoint(200, 200), QPoint(300, 260)
    QTest.mousePress(pane, Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseMove(pane, last)
    QTest.keyClick(pane, Qt.Key.Key_M, SHIFT)
    settle(qtbot, ready)
    QTest.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=last)
    assert ready.marking.sheet.sheet == before
    assert len(before.annotations) == hold


def save(qtbot: QtBot, viewer: DicomViewer, folder: Path) -> str:
    viewer.marking.keep_in(folder)
    label = viewer.marking.panel.findChild(QLabel, "marks_told")
    assert label is not None
    qtbot.waitUntil(lambda: label.text() not in ("", "Saving…"))
    return str(label.text())


def test_the_report_holds_places_in_the_patient(
    qtbot: QtBot, planes: DicomViewer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    draw(qtbot, planes, View.CORONAL, AnnotationKind.LENGTH, ((4, 6), (4, 26)))
    draw(qtbot, planes, View.SAGITTAL, AnnotationKind.RECTANGLE, ((5, 8), (15, 28)))
    draw(qtbot, planes, View.AXIAL, AnnotationKind.ELLIPSE, ((4, 6), (14, 12)))
    folder = tmp_path_factory.mktemp("files")
    assert save(qtbot, planes, folder) == "1 file(s) saved."
    (file,) = folder.iterdir()
    report = pydicom.dcmread(BytesIO(file.read_bytes()))
    highdicom.sr.Comprehensive3DSR.from_dataset(report)
    spatial = [
        item
        for element in report.iterall()
        if element.VR == "SQ"
        for item in element.value
        if item.get("ValueType") == "SCOORD3D"
    ]
    assert {item.GraphicType for item in spatial} == {"POLYLINE", "POLYGON", "ELLIPSE"}
    assert {item.ReferencedFrameOfReferenceUID for item in spatial} == {"2.25.5"}
    line = next(item for item in spatial if item.GraphicType == "POLYLINE")
    ends = np.array(line.GraphicData).reshape(2, 3)
    assert np.linalg.norm(ends[0] - ends[1]) == pytest.approx(20.0, abs=0.3)
    program = shutil.which("dciodvfy")
    if program is not None:
        done = subprocess.run([program, file], capture_output=True, text=True, check=False)
        assert [one for one in done.stderr.splitlines() if one.startswith("Error")] == []


def test_without_a_frame_of_reference_it_is_said_not_to_be_saved(
    qtbot: QtBot,
    viewer: DicomViewer,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    write_series(tmp_path, FrameOfReferenceUID="")
    opened(qtbot, viewer, FolderSource([tmp_path]))
    key(viewer, Qt.Key.Key_M, SHIFT)
    settle(qtbot, viewer)
    draw(qtbot, viewer, View.AXIAL, AnnotationKind.LENGTH, ((4, 6), (14, 6)))
    told = save(qtbot, viewer, tmp_path_factory.mktemp("files"))
    assert "lacks its FrameOfReferenceUID" in told
    viewer.close_source()
