"""Cells that show one lumbar spine: lines, points and slices of each other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.imaging.planes import Plane
from app.imaging.source import FolderSource
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.tools import Action
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object, ramp

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


def uid_of(viewer: DicomViewer, description: str) -> str:
    return next(s.uid for s in viewer.series if s.first.series_description == description)


def show(viewer: DicomViewer, *descriptions: str) -> tuple[StackView, ...]:
    """These series in the cells from the first on, the first one active."""
    for cell, description in zip(viewer.grid.cells, descriptions, strict=False):
        viewer.grid.activate(cell)
        viewer.show_series(uid_of(viewer, description))
    viewer.grid.activate(viewer.grid.cells[0])
    return viewer.grid.cells[: len(descriptions)]


def window_of(cell: StackView) -> tuple[float, float]:
    assert cell.state is not None
    assert cell.state.window is not None
    return cell.state.window


def plane_of(cell: StackView) -> Plane:
    plane = cell.plane
    assert plane is not None
    return plane


@pytest.fixture
def spine(qtbot: QtBot, shared_data: Path) -> Iterator[DicomViewer]:
    """Sagittal T2, sagittal T1 and axial discs in three cells of four; slices decode meanwhile."""
    viewer = DicomViewer(budget=1 << 28)
    qtbot.addWidget(viewer)
    viewer.resize(1000, 800)
    viewer.show()
    with qtbot.waitSignal(viewer.first_image_shown):
        viewer.open_source(FolderSource([shared_data / "mr-lumbar"]))
    qtbot.waitUntil(lambda: sum(len(s.slices) for s in viewer.series) == 97)
    viewer.grid.set_layout(2, 2)
    show(viewer, "Sag T2 frFSE S", "Sag T1 Flair", "Ax FRFSE PD")
    qtbot.waitUntil(lambda: all(c.pane.picture is not None for c in viewer.grid.cells))
    yield viewer
    viewer.close_source()


def hover(pane: ImagePane, at: QPointF, held: Qt.KeyboardModifier) -> None:
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, at, QPointF(pane.mapToGlobal(at)), none, none, held)
    QApplication.sendEvent(pane, event)


def test_the_active_plane_is_a_line_in_the_others_with_its_stack_s_ends_thin(
    spine: DicomViewer,
) -> None:
    sagittal, other, discs = spine.grid.cells[:3]
    spine.grid.activate(discs)
    spine.scroll_to(11)
    for cell in (sagittal, other):
        assert [thin for _segment, thin in cell.pane.marks.lines] == [True, True, False]
        segment = cell.pane.marks.lines[-1][0]
        for end in segment:
            assert plane_of(discs).distance(plane_of(cell).point(*end)) == pytest.approx(
                0, abs=0.01
            )
    assert discs.pane.marks.lines == ()


def test_lines_follow_the_slice_and_go_out_with_their_switch(spine: DicomViewer) -> None:
    sagittal, _other, discs = spine.grid.cells[:3]
    spine.grid.activate(discs)
    before = sagittal.pane.marks.lines
    spine.scroll_to(15)
    assert sagittal.pane.marks.lines[-1] != before[-1]
    QTest.keyClick(spine.pane, Qt.Key.Key_L, SHIFT)
    assert sagittal.pane.marks.lines == ()


def test_parallel_series_scroll_together_when_asked(spine: DicomViewer) -> None:
    first, second = spine.grid.cells[:2]
    spine.scroll_to(3)
    assert second.index == 0, "nothing moves unasked"
    QTest.keyClick(spine.pane, Qt.Key.Key_S, SHIFT)
    spine.scroll_to(7)
    assert (first.index, second.index) == (7, 7)
    assert plane_of(second).distance(plane_of(first).middle) == pytest.approx(0, abs=0.5)


def test_the_other_cell_leads_once_it_is_active(spine: DicomViewer) -> None:
    first, second = spine.grid.cells[:2]
    spine.stage.act(Action.SYNC)
    spine.grid.activate(second)
    spine.scroll_to(9)
    assert first.index == 9


def test_a_plane_across_goes_to_the_point_under_the_pointer(spine: DicomViewer) -> None:
    sagittal, _other, discs = spine.grid.cells[:3]
    spine.stage.act(Action.SYNC)
    target = discs.finder.planes[14]
    assert target is not None
    x, y = plane_of(sagittal).picture(target.middle)
    viewport = sagittal.pane.own_viewport()
    assert viewport is not None
    hover(sagittal.pane, QPointF(*viewport.to_screen(x, y)), NONE)
    spine.scroll_to(6)
    moved = plane_of(sagittal)
    best = min(abs(p.distance(moved.point(x, y))) for p in discs.finder.planes if p is not None)
    assert abs(plane_of(discs).distance(moved.point(x, y))) == pytest.approx(best, abs=0.01)
    assert discs.index > 0


def test_shift_and_moving_shows_one_point_of_the_patient_everywhere(
    qtbot: QtBot, spine: DicomViewer
) -> None:
    sagittal, other, discs = spine.grid.cells[:3]
    spine.scroll_to(6)
    qtbot.waitUntil(lambda: sagittal.pane.picture is not None)
    target = discs.finder.planes[12]
    assert target is not None
    viewport = sagittal.pane.own_viewport()
    assert viewport is not None
    at = viewport.to_screen(*plane_of(sagittal).picture(target.middle))
    hover(sagittal.pane, QPointF(*at), SHIFT)
    point = sagittal.pane.marks.cross
    assert point is not None
    place = plane_of(sagittal).point(*point)
    assert other.index == 6
    for cell in (other, discs):
        cross = cell.pane.marks.cross
        assert cross is not None
        there = plane_of(cell)
        assert abs(there.distance(place)) == pytest.approx(
            min(abs(p.distance(place)) for p in cell.finder.planes if p is not None), abs=0.01
        )
        assert there.picture(place) == pytest.approx(cross)
    QApplication.sendEvent(sagittal.pane, QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Shift, NONE))
    assert [cell.pane.marks.cross for cell in (sagittal, other, discs)] == [None] * 3


def test_one_window_for_one_modality_when_asked(spine: DicomViewer) -> None:
    second = spine.grid.cells[1]
    spine.set_window(300, 600)
    assert window_of(second) != (300, 600)
    spine.stage.act(Action.LINK_WINDOW)
    assert window_of(second) == (300, 600)
    spine.set_window(310, 500)
    assert window_of(second) == (310, 500)


def test_one_zoom_means_one_size_on_the_screen_in_millimetres(spine: DicomViewer) -> None:
    first, _second, discs = spine.grid.cells[:3]
    spine.stage.act(Action.LINK_ZOOM)
    spine.pane.zoom_by(1.7)

    def pixels_per_mm(cell: StackView) -> float:
        assert cell.state is not None
        return cell.state.zoom / plane_of(cell).column_spacing

    assert pixels_per_mm(discs) == pytest.approx(pixels_per_mm(first), rel=1e-3)


# Another frame of reference


@pytest.fixture
def prior(qtbot: QtBot, tmp_path: Path) -> Iterator[DicomViewer]:
    """Now: 20 slices of 2 mm. Before: 8 slices of 5 mm, in a space of its own."""
    for series, (count, step, start) in enumerate(((20, 2.0, 0.0), (8, 5.0, 300.0)), start=1):
        for n in range(count):
            data = ct_object(
                ramp(16, 16),
                SeriesInstanceUID=f"2.25.{series}0",
                SeriesNumber=series,
                SeriesDescription=f"S{series}",
                FrameOfReferenceUID=f"2.25.{series}9",
                InstanceNumber=n + 1,
                ImagePositionPatient=[0, 0, start + n * step],
                ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
                PixelSpacing=[1, 1],
            )
            (tmp_path / f"{series}-{n:02}.dcm").write_bytes(data)
    viewer = DicomViewer(budget=1 << 26)
    qtbot.addWidget(viewer)
    viewer.resize(800, 500)
    viewer.show()
    viewer.open_source(FolderSource([tmp_path]))
    qtbot.waitUntil(lambda: sum(len(s.slices) for s in viewer.series) == 28)
    viewer.grid.set_layout(1, 2)
    qtbot.waitUntil(lambda: all(c.pane.picture is not None for c in viewer.grid.cells))
    yield viewer
    viewer.close_source()


def test_a_prior_keeps_the_offset_a_hand_gave_it_in_millimetres(prior: DicomViewer) -> None:
    now, before = prior.grid.cells
    prior.grid.activate(before)
    prior.scroll_to(2)
    prior.grid.activate(now)
    prior.scroll_to(5)
    prior.stage.act(Action.SYNC)
    prior.scroll_to(10)  # 10 mm on
    assert before.index == 4
    prior.scroll_to(0)
    assert before.index == 0


def test_a_prior_in_another_space_gets_no_lines_and_no_cross(prior: DicomViewer) -> None:
    now, before = prior.grid.cells
    now.pane.pointed.emit((4.0, 4.0))
    assert now.pane.marks.cross == (4.0, 4.0)
    assert before.pane.marks.cross is None
    assert before.pane.marks.lines == ()
