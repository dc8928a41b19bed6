"""Planes and slabs in the viewer: coming and going, moving, turning, refusing, ending."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from app.imaging.source import FolderSource
from app.imaging.voi import modality_presets
from app.imaging.volume import Direction
from app.viewers.dicom.mpr.crosshair import Crosshair, Mark
from app.viewers.dicom.mpr.trio import View
from app.viewers.dicom.viewer import DicomViewer
from tests.viewers.dicom.fields import (
    COLUMNS,
    ROWS,
    SLICES,
    drag,
    field,
    hand,
    write_series,
)
from tests.viewers.dicom.planes_room import (
    FLAT,
    NONE,
    assert_field,
    caption,
    cell,
    key,
    opened,
    samples,
    settle,
    trio,
)

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


# Coming and going


def test_a_key_puts_the_planes_of_the_patient_in_the_cells_place(planes: DicomViewer) -> None:
    assert not planes.grid.isVisible()
    assert all(cell(planes, view).isVisible() for view in View)
    assert_field(planes, *FLAT)
    assert samples(cell(planes, View.AXIAL)).shape == (ROWS, COLUMNS)


@pytest.mark.parametrize("way", ["Esc", "the same key", "a layout"])
def test_the_cells_come_back_as_they_were(qtbot: QtBot, ready: DicomViewer, way: str) -> None:
    key(ready, Key.Key_3, ALT)
    ready.scroll_to(7)
    ready.set_window(120.0, 900.0)
    before = (ready.grid.shape, ready.index, ready.active, ready.pane.voi)
    key(ready, Key.Key_M, SHIFT)
    settle(qtbot, ready)
    if way == "Esc":
        key(ready, Key.Key_Escape)
    elif way == "the same key":
        key(ready, Key.Key_M, SHIFT)
    else:
        key(ready, Key.Key_3, ALT)
    assert not ready.stage.planes.on
    assert ready.grid.isVisible()
    assert (ready.grid.shape, ready.index, ready.active, ready.pane.voi) == before
    assert ready.pane.hasFocus()


def test_the_tool_bar_has_it_and_shows_that_it_is_on(qtbot: QtBot, ready: DicomViewer) -> None:
    button = ready.findChild(QToolButton, "action_mpr")
    assert button is not None
    button.click()
    settle(qtbot, ready)
    assert button.isChecked()
    button.click()
    assert not button.isChecked()
    assert not ready.stage.planes.on


def test_the_window_is_brought_along_and_is_one_for_all_cells(
    qtbot: QtBot, ready: DicomViewer
) -> None:
    ready.set_window(120.0, 900.0)
    key(ready, Key.Key_M, SHIFT)
    settle(qtbot, ready)
    assert {str(cell(ready, view).pane.voi) for view in View} == {str(ready.pane.voi)}
    key(ready, Key.Key_1)
    key(ready, Key.Key_I)
    windows = {str(cell(ready, view).pane.voi) for view in View}
    assert windows == {str(modality_presets("CT")[0])}
    assert all(cell(ready, view).pane.inverted for view in View)


def test_another_series_leaves_the_planes(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    for n in (2, 3):
        folder = tmp_path / str(n)
        folder.mkdir()
        write_series(folder, SeriesInstanceUID=f"2.25.{n}", SeriesNumber=n)
    opened(qtbot, viewer, FolderSource([tmp_path]), 2 * SLICES)
    key(viewer, Key.Key_M, SHIFT)
    settle(qtbot, viewer)
    key(viewer, Key.Key_PageDown, CTRL)
    assert not viewer.stage.planes.on
    assert viewer.active.series is viewer.series[1]
    viewer.close_source()


# What each cell says


def test_captions_say_plane_place_slab_and_that_the_source_is_lossy(planes: DicomViewer) -> None:
    assert "Axial 11 / 20 20.0 mm" in " ".join(caption(planes, View.AXIAL).split())
    assert "Coronal 15 / 28 14.0 mm" in " ".join(caption(planes, View.CORONAL).split())
    assert "Sagittal" in caption(planes, View.SAGITTAL)
    assert "MIP 20 mm" in caption(planes, View.SLAB)
    assert {cell(planes, view).pane.corners.badge for view in View} == {"MPR · Lossy"}
    letters = cell(planes, View.CORONAL).pane.letters
    assert letters is not None
    assert (letters.left, letters.right, letters.top, letters.bottom) == ("R", "L", "H", "F")


def test_every_cell_has_a_name_for_those_who_do_not_see_it(planes: DicomViewer) -> None:
    names = [cell(planes, view).pane.accessibleName() for view in View]
    assert names == ["Axial plane", "Coronal plane", "Sagittal plane", "Coronal slab"]
    assert "11 / 20" in cell(planes, View.AXIAL).pane.accessibleDescription()
    assert all(cell(planes, view).slider.accessibleName() for view in View)


def test_the_probe_reads_the_patients_point(planes: DicomViewer) -> None:
    pane = cell(planes, View.SAGITTAL).pane
    plane = pane.plane
    assert plane is not None
    x, y, z = plane.point(8.5, 9.5)
    assert samples(cell(planes, View.SAGITTAL))[9, 8] == pytest.approx(field(x, y, z), abs=0.5)


# Moving


@pytest.mark.parametrize("view", FLAT)
def test_keys_wheel_and_slider_move_the_plane_by_a_voxel(
    qtbot: QtBot, planes: DicomViewer, view: View
) -> None:
    shown = cell(planes, view)
    shown.pane.setFocus()
    assert planes.stage.cell is shown
    first = trio(planes).place(view.direction)[0]
    key(planes, Key.Key_Down)
    assert trio(planes).place(view.direction)[0] == first + 1
    at = QPointF(40, 40)
    wheel = QWheelEvent(
        at,
        shown.pane.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(shown.pane, wheel)
    QApplication.sendPostedEvents()
    assert trio(planes).place(view.direction)[0] == first
    shown.slider.setValue(3)
    assert trio(planes).place(view.direction)[0] == 3
    key(planes, Key.Key_End)
    at_end, count = trio(planes).place(view.direction)
    assert at_end == count - 1
    settle(qtbot, planes)
    assert_field(planes, view)
    assert shown.slider.value() == shown.slider.maximum()


def marks(viewer: DicomViewer, view: View) -> tuple[Crosshair, dict[Direction, Mark]]:
    pane = cell(viewer, view).pane
    layer, viewport = pane.layers[0], pane.own_viewport()
    assert isinstance(layer, Crosshair)
    assert viewport is not None
    return layer, {mark.direction: mark for mark in layer.marks(viewport)}


def test_a_line_lies_where_its_plane_cuts_the_picture(planes: DicomViewer) -> None:
    _, found = marks(planes, View.AXIAL)
    assert set(found) == {Direction.CORONAL, Direction.SAGITTAL}
    pane = cell(planes, View.AXIAL).pane
    mark = found[Direction.CORONAL]
    for along in (-60.0, 0.0, 60.0):
        point = pane.picture_point(mark.middle + mark.along * along)
        assert point is not None
        assert pane.plane is not None
        assert trio(planes).plane(Direction.CORONAL).distance(
            pane.plane.point(*point)
        ) == pytest.approx(0.0, abs=1e-6)


def test_dragging_a_line_moves_its_plane_alone(qtbot: QtBot, planes: DicomViewer) -> None:
    pane = cell(planes, View.AXIAL).pane
    _, found = marks(planes, View.AXIAL)
    start = found[Direction.CORONAL].middle + QPointF(40, 0)
    viewport = pane.own_viewport()
    assert viewport is not None
    before = trio(planes)
    drag(pane, start, start + QPointF(0, 5 * viewport.zoom))
    after = trio(planes)
    assert after.cursor == pytest.approx((12.0, 19.0, 20.0), abs=0.01)
    assert after.plane(Direction.SAGITTAL) is before.plane(Direction.SAGITTAL)
    settle(qtbot, planes)
    assert_field(planes, View.CORONAL)


def test_dragging_the_crossing_moves_both(planes: DicomViewer) -> None:
    pane = cell(planes, View.AXIAL).pane
    _, found = marks(planes, View.AXIAL)
    viewport = pane.own_viewport()
    assert viewport is not None
    start = found[Direction.CORONAL].middle
    drag(pane, start, start + QPointF(-4, 6) * viewport.zoom)
    assert trio(planes).cursor == pytest.approx((8.0, 20.0, 20.0), abs=0.01)


def test_a_handle_turns_the_plane_and_reset_straightens_it(
    qtbot: QtBot, planes: DicomViewer
) -> None:
    pane = cell(planes, View.AXIAL).pane
    layer, found = marks(planes, View.AXIAL)
    mark = found[Direction.CORONAL]
    start = mark.ends(layer.reach)[1]
    # A quarter of a right angle around where the lines cross.
    end = mark.middle + QPointF(mark.along.x(), mark.along.x()) * (layer.reach * 0.7)
    drag(pane, start, end)
    assert not trio(planes).is_straight(Direction.CORONAL)
    assert trio(planes).is_straight(Direction.SAGITTAL)
    turned = marks(planes, View.AXIAL)[1][Direction.CORONAL].along
    assert abs(turned.x()) == pytest.approx(abs(turned.y()), rel=0.05)
    settle(qtbot, planes)
    assert "Coronal, oblique" in caption(planes, View.CORONAL)
    assert_field(planes, *FLAT)
    key(planes, Key.Key_Home, SHIFT)
    settle(qtbot, planes)
    assert trio(planes).is_straight(Direction.CORONAL)
    assert "oblique" not in caption(planes, View.CORONAL)


def test_escape_puts_back_what_is_being_dragged_and_nothing_else(planes: DicomViewer) -> None:
    pane = cell(planes, View.AXIAL).pane
    before = trio(planes)
    start = marks(planes, View.AXIAL)[1][Direction.SAGITTAL].middle + QPointF(0, 40)
    hand(pane, QEvent.Type.MouseButtonPress, start)
    hand(pane, QEvent.Type.MouseMove, start + QPointF(30, 0))
    assert trio(planes) != before
    key(planes, Key.Key_Escape)
    assert trio(planes) == before
    assert planes.stage.planes.on


@pytest.mark.parametrize(
    ("code", "axis"),
    [(Key.Key_Right, "down"), (Key.Key_Left, "down"), (Key.Key_Up, "across")],
)
def test_keys_turn_the_active_plane(
    qtbot: QtBot, planes: DicomViewer, code: Qt.Key, axis: str
) -> None:
    cell(planes, View.SAGITTAL).pane.setFocus()
    before = trio(planes).plane(Direction.SAGITTAL)
    key(planes, code, SHIFT)
    after = trio(planes).plane(Direction.SAGITTAL)
    kept = getattr(before, axis)
    assert getattr(after, axis) == pytest.approx(kept)
    assert np.degrees(np.arccos(np.dot(before.normal, after.normal))) == pytest.approx(5.0)
    settle(qtbot, planes)
    assert_field(planes, View.SAGITTAL)


def test_shift_and_moving_points_all_planes_there(qtbot: QtBot, planes: DicomViewer) -> None:
    pane = cell(planes, View.CORONAL).pane
    viewport, plane = pane.own_viewport(), pane.plane
    assert viewport is not None
    assert plane is not None
    at = QPointF(*viewport.to_screen(*plane.picture((5.0, 14.0, 9.0))))
    hand(pane, QEvent.Type.MouseMove, at, SHIFT)
    assert trio(planes).cursor == pytest.approx((5.0, 14.0, 9.0), abs=0.01)
    settle(qtbot, planes)
    assert_field(planes, *FLAT)


def test_zoom_stays_at_its_place_when_a_plane_turns(qtbot: QtBot, planes: DicomViewer) -> None:
    shown = cell(planes, View.CORONAL)
    shown.pane.setFocus()
    for _ in range(3):
        key(planes, Key.Key_Plus)

    def middle() -> tuple[float, float, float]:
        at = shown.pane.picture_point(QPointF(shown.pane.rect().center()))
        assert at is not None
        assert shown.pane.plane is not None
        return shown.pane.plane.point(*at)

    before, zoom = middle(), shown.pane.camera.zoom
    key(planes, Key.Key_Right, SHIFT)
    settle(qtbot, planes)
    assert shown.pane.camera.zoom == zoom
    assert middle() == pytest.approx(before, abs=0.5)


# Slabs


def test_keys_choose_how_thick_a_slab_is_and_what_becomes_of_it(
    qtbot: QtBot, planes: DicomViewer
) -> None:
    """Across an axial slab the field falls by 30 a millimetre."""
    middle = samples(cell(planes, View.AXIAL)).astype(float)
    for _ in range(2):
        key(planes, Key.Key_Up, ALT)
    found = {}
    for kind in ("MIP", "MinIP", "Mean"):
        settle(qtbot, planes)
        assert f"{kind} 10 mm" in caption(planes, View.AXIAL)
        found[kind] = samples(cell(planes, View.AXIAL)) - middle
        key(planes, Key.Key_K, SHIFT)
    assert np.abs(found["MIP"] - 150).max() <= 0.5
    assert np.abs(found["MinIP"] + 150).max() <= 0.5
    assert np.abs(found["Mean"]).max() <= 0.5
    for _ in range(2):
        key(planes, Key.Key_Down, ALT)
    settle(qtbot, planes)
    assert "mm" not in caption(planes, View.AXIAL).rsplit("20.0 mm", 1)[1]


def test_the_menu_chooses_slabs_for_one_cell(qtbot: QtBot, planes: DicomViewer) -> None:
    cell(planes, View.SAGITTAL).pane.setFocus()
    planes.stage.act("slab_50mm")
    planes.stage.act("slab_minip")
    settle(qtbot, planes)
    assert "MinIP 50 mm" in caption(planes, View.SAGITTAL)
    assert "50 mm" not in caption(planes, View.AXIAL)
    assert planes.stage.is_on("slab_50mm")
    assert planes.stage.is_on("slab_minip")
    assert not planes.stage.is_on("slab_mip")


# What is not offered


def test_cine_is_declined_in_words(planes: DicomViewer) -> None:
    key(planes, Key.Key_Space)
    assert "Cine" in cell(planes, View.AXIAL).pane.marks.note
    assert not planes.grid.active.cine.playing
    assert not planes.stage.is_on("play")


def test_without_planes_their_keys_say_what_to_do(ready: DicomViewer) -> None:
    key(ready, Key.Key_Up, ALT)
    assert "MPR" in ready.pane.marks.note


def test_lines_can_be_hidden(planes: DicomViewer) -> None:
    key(planes, Key.Key_L, SHIFT)
    assert marks(planes, View.AXIAL)[1] == {}
    key(planes, Key.Key_L, SHIFT)
    assert len(marks(planes, View.AXIAL)[1]) == 2


def test_one_plane_alone_for_a_while(planes: DicomViewer) -> None:
    cell(planes, View.CORONAL).pane.setFocus()
    key(planes, Key.Key_Return)
    assert [view for view in View if cell(planes, view).isVisible()] == [View.CORONAL]
    key(planes, Key.Key_Return)
    assert all(cell(planes, view).isVisible() for view in View)


def test_ctrl_and_arrows_go_to_the_neighbour(planes: DicomViewer) -> None:
    key(planes, Key.Key_Right, CTRL)
    assert planes.stage.cell is cell(planes, View.CORONAL)
    key(planes, Key.Key_Down, CTRL)
    assert planes.stage.cell is cell(planes, View.SLAB)
    assert cell(planes, View.SLAB).pane.hasFocus()
