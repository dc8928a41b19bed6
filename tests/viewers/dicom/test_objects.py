"""Segments and contours over the slices they are for, shown and hidden by name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTranslator
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from app.imaging.source import FolderSource
from app.viewers.dicom.objects.collection import Key
from app.viewers.dicom.thumbnails import ThumbnailStrip
from app.viewers.dicom.viewer import DicomViewer
from resources import resource
from tests.imaging.applied import (
    SLICES,
    contour,
    slices,
    structures,
)
from tests.viewers.dicom.objects_room import (
    RT,
    SEG,
    SQUARE,
    lines,
    open_and_settle,
    patient,
    tick,
    write_marked_slices,
)

LIVER, SPLEEN, HEART, MARKER = (
    Key("2.25.61", 1),
    Key("2.25.61", 2),
    Key("2.25.71", 1),
    Key("2.25.71", 2),
)
IN_LIVER, IN_SPLEEN, NOWHERE = (5, 5), (16, 12), (21, 3)
"""Column and row of pixels inside the segments of slice 2, and of one in none."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five oblique slices, a segmentation and structures for them."""
    write_marked_slices(tmp_path)
    return tmp_path


@pytest.fixture
def ready(qtbot: QtBot, viewer: DicomViewer, folder: Path) -> Iterator[DicomViewer]:
    """The viewer with them, nothing shown yet."""
    open_and_settle(qtbot, viewer, FolderSource([folder]))
    yield viewer
    viewer.close_source()


def go(qtbot: QtBot, viewer: DicomViewer, index: int) -> None:
    viewer.scroll_to(index)
    qtbot.waitUntil(lambda: viewer.pane.picture is not None)


def seen(viewer: DicomViewer, pixel: tuple[float, float]) -> QColor:
    """What the middle of a picture pixel looks like."""
    viewport = viewer.pane.own_viewport()
    assert viewport is not None
    at = QPoint(*map(int, viewport.to_screen(pixel[0] + 0.5, pixel[1] + 0.5)))
    return viewer.pane.grab().toImage().pixelColor(at)


def tinted(colour: QColor) -> bool:
    parts = (colour.red(), colour.green(), colour.blue())
    return max(parts) - min(parts) > 20


def edge(viewer: DicomViewer, x: float, y: float) -> bool:
    """Whether a coloured line passes a picture point."""
    viewport = viewer.pane.own_viewport()
    assert viewport is not None
    at = QPoint(*map(round, viewport.to_screen(x, y)))
    image = viewer.pane.grab().toImage()
    near = (
        image.pixelColor(at + QPoint(a, b)) for a in (-2, -1, 0, 1, 2) for b in (-2, -1, 0, 1, 2)
    )
    return any(tinted(colour) for colour in near)


def show(qtbot: QtBot, viewer: DicomViewer, key: Key) -> None:
    """Tick its box and wait until it was read."""
    tick(viewer, key, qtbot)
    qtbot.waitUntil(lambda: not viewer.objects.waiting)


def told(viewer: DicomViewer) -> str:
    (label,) = viewer.objects.panel.findChildren(QLabel, "objects_told")
    return label.text()


def test_objects_are_no_tiles_and_are_listed_for_their_series(ready: DicomViewer) -> None:
    strip = ready.findChild(ThumbnailStrip)
    assert strip is not None
    assert strip.count() == 1
    assert lines(ready) == ["Segmentations", "SEG", "Structures (contours)", "RTSTRUCT"]
    assert "Objects: 2" in ready.pane.corners.bottom_left


def test_a_box_has_the_object_read_and_its_parts_named(qtbot: QtBot, ready: DicomViewer) -> None:
    show(qtbot, ready, SEG)
    show(qtbot, ready, RT)
    found = lines(ready)
    assert found[1].startswith("ORGANS\nabdomen\n")
    assert found[2:4] == ["Liver\nOrgan", "Spleen\nOrgan"]
    assert found[5:] == ["PLAN\n2026-11-21 14:05", "Heart\nORGAN", "Marker"]


def test_segments_lie_on_their_slices_in_their_colours(qtbot: QtBot, ready: DicomViewer) -> None:
    go(qtbot, ready, 2)
    assert not tinted(seen(ready, IN_LIVER))
    show(qtbot, ready, SEG)
    qtbot.waitUntil(lambda: tinted(seen(ready, IN_LIVER)))
    liver, spleen = seen(ready, IN_LIVER), seen(ready, IN_SPLEEN)
    assert liver.red() > liver.green() + 40
    assert spleen.blue() > spleen.red() + 20
    assert not tinted(seen(ready, NOWHERE))
    go(qtbot, ready, 0)
    assert not tinted(seen(ready, IN_LIVER))
    go(qtbot, ready, 4)
    qtbot.waitUntil(lambda: tinted(seen(ready, IN_SPLEEN)))
    assert not tinted(seen(ready, IN_LIVER))


def test_one_segment_is_hidden_and_comes_back(qtbot: QtBot, ready: DicomViewer) -> None:
    go(qtbot, ready, 2)
    show(qtbot, ready, SEG)
    qtbot.waitUntil(lambda: tinted(seen(ready, IN_LIVER)))
    tick(ready, LIVER, qtbot)
    assert not tinted(seen(ready, IN_LIVER))
    assert tinted(seen(ready, IN_SPLEEN))
    tick(ready, LIVER, qtbot)
    assert tinted(seen(ready, IN_LIVER))
    tick(ready, SEG, qtbot)
    assert not tinted(seen(ready, IN_SPLEEN))


def test_opacity_and_edges_alone(qtbot: QtBot, ready: DicomViewer) -> None:
    go(qtbot, ready, 2)
    show(qtbot, ready, SEG)
    qtbot.waitUntil(lambda: tinted(seen(ready, IN_LIVER)))
    (opacity,) = ready.objects.panel.findChildren(QSlider)
    opacity.setValue(100)
    strong = seen(ready, IN_LIVER)
    assert (strong.red(), strong.green() < 10, strong.blue() < 10) == (255, True, True)
    opacity.setValue(0)
    assert not tinted(seen(ready, IN_LIVER))
    (outlined,) = ready.objects.panel.findChildren(QCheckBox)
    opacity.setValue(40)
    outlined.setChecked(True)
    assert not tinted(seen(ready, IN_LIVER))
    assert edge(ready, 5.5, 4)
    assert not edge(ready, 9, 15)


def test_contours_lie_on_their_slices(qtbot: QtBot, ready: DicomViewer) -> None:
    show(qtbot, ready, RT)
    on = []
    for n in range(SLICES):
        go(qtbot, ready, n)
        on.append((edge(ready, 12, 3), edge(ready, 4, 10), edge(ready, 12, 10)))
    nothing, square = (False, False, False), (True, True, False)
    assert on == [nothing, square, square, (False, False, True), nothing]


def test_a_region_is_hidden_by_its_box(qtbot: QtBot, ready: DicomViewer) -> None:
    go(qtbot, ready, 1)
    show(qtbot, ready, RT)
    assert edge(ready, 12, 3)
    tick(ready, HEART, qtbot)
    assert not edge(ready, 12, 3)


@pytest.mark.parametrize(
    ("shown", "part", "index"), [(SEG, LIVER, 1), (SEG, SPLEEN, 2), (RT, HEART, 1), (RT, MARKER, 3)]
)
def test_a_button_goes_to_the_first_picture_of_a_part(
    qtbot: QtBot, ready: DicomViewer, shown: Key, part: Key, index: int
) -> None:
    show(qtbot, ready, shown)
    go(qtbot, ready, 4)
    ready.objects.panel.choose(part)
    (first,) = ready.objects.panel.findChildren(QPushButton, "object_first")
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ready.index == index)


def test_what_lies_on_no_picture_is_told_when_it_is_looked_for(
    qtbot: QtBot, viewer: DicomViewer, folder: Path
) -> None:
    far = [contour(patient(SQUARE, 40))]
    (folder / "rt.dcm").write_bytes(structures({"Heart": far}))
    open_and_settle(qtbot, viewer, FolderSource([folder]))
    show(qtbot, viewer, RT)
    viewer.objects.go_to_first(HEART)
    qtbot.waitUntil(lambda: told(viewer) == "It lies on no picture of this series.")
    viewer.close_source()


def test_an_object_of_another_space_is_not_listed_and_that_is_said(
    qtbot: QtBot, viewer: DicomViewer, folder: Path
) -> None:
    for n, data in enumerate(slices(FrameOfReferenceUID="2.25.6")):
        (folder / f"slice-{n}.dcm").write_bytes(data)
    (folder / "seg.dcm").unlink()
    open_and_settle(qtbot, viewer, FolderSource([folder]))
    assert lines(viewer) == ["Structures (contours)", "RTSTRUCT"]
    show(qtbot, viewer, RT)
    assert lines(viewer) == []
    assert told(viewer) == "1 object(s) are for pictures that are not here."
    viewer.close_source()


def test_a_damaged_segmentation_is_told_and_the_rest_opens(
    qtbot: QtBot, viewer: DicomViewer, folder: Path
) -> None:
    file = folder / "seg.dcm"
    data = file.read_bytes()
    file.write_bytes(data[: data.index(b"\x62\x00\x02\x00")])
    open_and_settle(qtbot, viewer, FolderSource([folder]))
    with qtbot.waitSignal(viewer.failed):
        tick(viewer, SEG, qtbot)
    assert lines(viewer)[1] == "SEG\nThe file carries no picture, or ends before it."
    assert not viewer.objects.collection.is_shown(SEG)
    assert viewer.pane.picture is not None
    viewer.close_source()


def test_pixels_that_end_too_early_are_told_once(
    qtbot: QtBot, viewer: DicomViewer, folder: Path
) -> None:
    file = folder / "seg.dcm"
    file.write_bytes(file.read_bytes()[:-200])
    open_and_settle(qtbot, viewer, FolderSource([folder]))
    failed: list[object] = []
    viewer.failed.connect(failed.append)
    show(qtbot, viewer, SEG)
    for index in (1, 2, 3, 4, 3, 4):
        go(qtbot, viewer, index)
        viewer.pane.grab()
    qtbot.waitUntil(lambda: len(failed) == 1)
    viewer.close_source()


def test_planes_say_what_they_do_not_show(ready: DicomViewer) -> None:
    ready.objects.show_planes(on=True)
    assert told(ready) == (
        "Planes show the pictures without presentation states. "
        "Contours lie on planes that are parallel to theirs."
    )
    ready.objects.show_planes(on=False)
    assert told(ready) == ""


def test_rows_and_panel_change_their_language(
    qtbot: QtBot, qapp: QApplication, ready: DicomViewer
) -> None:
    show(qtbot, ready, RT)
    chinese = QTranslator()
    assert chinese.load(str(resource("translations", "huizhen_zh_CN.qm")))
    qapp.installTranslator(chinese)
    try:
        qtbot.waitUntil(lambda: lines(ready)[0] == "分割")
        assert lines(ready)[2] == "结构（轮廓）"
        assert "附加对象：2" in ready.pane.corners.bottom_left
        assert ready.objects.panel.tree.accessibleName() == "图像附加对象"
    finally:
        qapp.removeTranslator(chinese)
    qtbot.waitUntil(lambda: lines(ready)[0] == "Segmentations")


def test_the_title_of_an_empty_panel_stands_at_its_top(opened: DicomViewer) -> None:
    panel = opened.objects.panel
    panel.show()
    QApplication.processEvents()
    title = panel.findChild(QLabel, "object_title")
    assert isinstance(title, QLabel)
    assert title.geometry().bottom() < 60
