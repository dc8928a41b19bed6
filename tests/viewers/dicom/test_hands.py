"""Tools in the hand: turning, lens, probe, windows from pixels, true size, layers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.imaging.dataset import open_object
from app.imaging.geometry import Calibration, Spacing
from app.imaging.picture import GreyPicture, make_picture
from app.imaging.pipeline import render
from app.imaging.resample import Viewport
from app.imaging.source import FolderSource
from app.imaging.voi import Window, auto_window
from app.viewers.dicom.lens import TIMES, lens_viewport
from app.viewers.dicom.pane_layer import Point
from app.viewers.dicom.probe import probe, probe_words
from app.viewers.dicom.screen import true_zoom
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.tools import Action, Tool
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object, ramp

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NOTHING = Qt.MouseButton.NoButton


def mouse(
    viewer: DicomViewer,
    kind: QEvent.Type,
    at: QPointF,
    button: Qt.MouseButton = NOTHING,
    held: Qt.KeyboardModifier = NONE,
) -> None:
    down = NOTHING if kind == QEvent.Type.MouseButtonRelease else button
    QApplication.sendEvent(viewer.pane, QMouseEvent(kind, at, at, button, down, held))


def viewport_of(viewer: DicomViewer) -> Viewport:
    viewport = viewer.pane.own_viewport()
    assert viewport is not None
    return viewport


def grey(viewer: DicomViewer) -> GreyPicture:
    picture = viewer.pane.picture
    assert isinstance(picture, GreyPicture)
    return picture


# Turning


@pytest.mark.parametrize(
    ("keys", "letters"),
    [
        ([], ("R", "L", "A", "P")),
        ([Qt.Key.Key_Period], ("P", "A", "R", "L")),
        ([Qt.Key.Key_Comma], ("A", "P", "L", "R")),
        ([Qt.Key.Key_X], ("L", "R", "A", "P")),
        ([Qt.Key.Key_Y], ("R", "L", "P", "A")),
        ([Qt.Key.Key_Period, Qt.Key.Key_X], ("A", "P", "R", "L")),
        ([Qt.Key.Key_Period] * 4, ("R", "L", "A", "P")),
    ],
)
def test_keys_turn_the_picture_and_its_letters(
    opened: DicomViewer, keys: list[Qt.Key], letters: tuple[str, ...]
) -> None:
    for key in keys:
        QTest.keyClick(opened.pane, key)
    shown = opened.pane.letters
    assert shown is not None
    assert (shown.left, shown.right, shown.top, shown.bottom) == letters


def test_a_turned_picture_moves_with_the_hand(opened: DicomViewer) -> None:
    QTest.keyClick(opened.pane, Qt.Key.Key_Period)
    QTest.keyClick(opened.pane, Qt.Key.Key_X)
    QTest.keyClick(opened.pane, Qt.Key.Key_Plus)
    QTest.keyClick(opened.pane, Qt.Key.Key_P)
    point = opened.pane.picture_point(QPointF(300, 300))
    mouse(opened, QEvent.Type.MouseButtonPress, QPointF(300, 300), LEFT)
    mouse(opened, QEvent.Type.MouseMove, QPointF(311, 293), LEFT)
    mouse(opened, QEvent.Type.MouseButtonRelease, QPointF(311, 293), LEFT)
    assert opened.pane.picture_point(QPointF(311, 293)) == pytest.approx(point)


def test_fit_keeps_the_turn_and_reset_undoes_it(opened: DicomViewer) -> None:
    QTest.keyClick(opened.pane, Qt.Key.Key_Period)
    QTest.keyClick(opened.pane, Qt.Key.Key_Plus)
    QTest.keyClick(opened.pane, Qt.Key.Key_F)
    assert opened.state is not None
    assert opened.state.quarters == 1
    assert opened.pane.camera.zoom is None
    QTest.keyClick(opened.pane, Qt.Key.Key_R, SHIFT)
    assert opened.state.quarters == 0


# Lens


def test_the_lens_is_there_while_the_button_is_held(opened: DicomViewer) -> None:
    QTest.keyClick(opened.pane, Qt.Key.Key_G)
    mouse(opened, QEvent.Type.MouseButtonPress, QPointF(200, 200), LEFT)
    assert opened.pane.marks.lens == QPointF(200, 200)
    mouse(opened, QEvent.Type.MouseMove, QPointF(220, 210), LEFT)
    assert opened.pane.marks.lens == QPointF(220, 210)
    mouse(opened, QEvent.Type.MouseButtonRelease, QPointF(220, 210), LEFT)
    assert opened.pane.marks.lens is None


def test_a_lens_in_the_right_hand_needs_no_movement_and_opens_no_menu(opened: DicomViewer) -> None:
    asked: list[object] = []
    opened.pane.menu_asked.connect(asked.append)
    mouse(opened, QEvent.Type.MouseButtonPress, QPointF(200, 200), RIGHT, SHIFT)
    assert opened.pane.marks.lens == QPointF(200, 200)
    mouse(opened, QEvent.Type.MouseButtonRelease, QPointF(200, 200), RIGHT, SHIFT)
    assert asked == []


def test_the_lens_has_in_its_middle_what_lies_under_the_pointer() -> None:
    view = Viewport(640, 480, 1.5, 100, 90)
    lens = lens_viewport(view, (123.0, 45.0), 1.0)
    assert lens.zoom == view.zoom * TIMES
    assert lens.to_picture(lens.width / 2, lens.height / 2) == view.to_picture(123.0, 45.0)


def test_what_the_lens_paints_are_pixels_of_the_pipeline(opened: DicomViewer) -> None:
    at = QPointF(300, 300)
    QTest.keyClick(opened.pane, Qt.Key.Key_G)
    mouse(opened, QEvent.Type.MouseButtonPress, at, LEFT)
    lens = lens_viewport(viewport_of(opened), (at.x(), at.y()), 1.0)
    expected = render(grey(opened), opened.pane.voi, viewport=lens)
    painted = opened.pane.grab().toImage()
    for dx, dy in ((0, 0), (-40, 12), (33, -50)):
        there = painted.pixelColor(int(at.x()) + dx, int(at.y()) + dy).red()
        assert there == expected[lens.height // 2 + dy, lens.width // 2 + dx]


# Probe


def test_the_probe_tells_value_unit_stored_value_and_place() -> None:
    data = ct_object(ramp(), RescaleSlope=2, RescaleIntercept=-100)
    found = probe(make_picture(open_object(data), 0), 3.7, 1.2)
    assert found is not None
    stored = -1000 + 48 + 3
    assert (found.column, found.row) == (3, 1)
    assert (found.stored, found.value, found.unit) == (stored, stored * 2 - 100, "HU")
    assert probe_words(found, (1.0, -2.04, 30.0)) == (
        "(4, 2)",
        "-1998 HU".replace("-1998", f"{stored * 2 - 100}"),
        f"stored {stored}",
        "1.0  -2.0  30.0 mm",
    )


def test_the_probe_says_nothing_beside_the_picture() -> None:
    picture = make_picture(open_object(ct_object(ramp())), 0)
    assert probe(picture, -0.1, 3) is None
    assert probe(picture, 48.0, 3) is None


def test_padding_is_no_value() -> None:
    picture = make_picture(open_object(ct_object(ramp(), PixelPaddingValue=-1000)), 0)
    found = probe(picture, 0.5, 0.5)
    assert found is not None
    assert found.padding
    assert not any("HU" in line for line in probe_words(found, None))


def test_the_probe_follows_the_pointer_in_a_turned_picture(opened: DicomViewer) -> None:
    QTest.keyClick(opened.pane, Qt.Key.Key_Period)
    QTest.keyClick(opened.pane, Qt.Key.Key_Q)
    at = QPointF(*viewport_of(opened).to_screen(10.5, 20.5))
    mouse(opened, QEvent.Type.MouseMove, at)
    assert opened.pane.marks.probe == at
    point = opened.pane.picture_point(at)
    assert point is not None
    found = probe(grey(opened), *point)
    assert found is not None
    assert (found.column, found.row, found.value) == (10, 20, 40.0)


# Windows from pixels


def test_the_automatic_window_spans_the_pixels(opened: DicomViewer) -> None:
    QTest.keyClick(opened.pane, Qt.Key.Key_W, SHIFT)
    picture = grey(opened)
    assert opened.pane.voi == auto_window(picture.modality.apply(picture.samples))


def test_a_dragged_rectangle_windows_its_own_pixels(opened: DicomViewer) -> None:
    opened.stage.act(Tool.REGION)
    view = viewport_of(opened)
    start, end = QPointF(*view.to_screen(8.1, 4.1)), QPointF(*view.to_screen(23.9, 30.9))
    mouse(opened, QEvent.Type.MouseButtonPress, start, LEFT)
    mouse(opened, QEvent.Type.MouseMove, end, LEFT)
    during = opened.pane.marks.region
    mouse(opened, QEvent.Type.MouseButtonRelease, end, LEFT)
    assert (during is None, opened.pane.marks.region is None) == (False, True)
    picture = grey(opened)
    expected = auto_window(picture.modality.apply(picture.samples[4:31, 8:24]))
    assert opened.pane.voi == expected


# True size


def test_true_size_puts_a_millimetre_on_a_millimetre() -> None:
    spacing = Spacing(0.5, 0.5, Calibration.PATIENT)
    assert true_zoom(spacing, 0.25) == 2.0
    assert true_zoom(Spacing(), 0.25) is None
    assert true_zoom(spacing, None) is None


def test_true_size_says_when_the_picture_has_no_size(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    (tmp_path / "a.dcm").write_bytes(ct_object(ramp()))
    with qtbot.waitSignal(viewer.first_image_shown):
        viewer.open_source(FolderSource([tmp_path]))
    before = viewer.state
    QTest.keyClick(viewer.pane, Qt.Key.Key_T, SHIFT)
    assert "does not say how large" in viewer.pane.marks.note
    assert viewer.state == before


# What lies over the picture


def test_overlays_go_and_warnings_stay(qtbot: QtBot, viewer: DicomViewer, tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(ct_object(ramp(), LossyImageCompression="01"))
    with qtbot.waitSignal(viewer.first_image_shown):
        viewer.open_source(FolderSource([tmp_path]))
    pane = viewer.pane

    def painted_lines() -> tuple[bool, bool]:
        """Whether words stand in the lower left and in the upper right corner."""
        image = pane.grab().toImage().convertToFormat(pane.grab().toImage().Format.Format_RGB32)
        levels = np.array(image.constBits()).reshape(image.height(), image.width(), 4)[..., :3]
        left = levels[-40:-14, 14:60].max() > 150
        right = levels[14:90, -60:-14].max() > 150
        return bool(left), bool(right)

    assert painted_lines() == (True, True)
    QTest.keyClick(pane, Qt.Key.Key_V)
    assert painted_lines() == (False, True)


def test_missing_slices_are_told_once_the_list_is_complete(
    qtbot: QtBot, viewer: DicomViewer, study: Path
) -> None:
    for n in (7, 8, 15):
        (study / f"{n:03}.dcm").unlink()
    viewer.open_source(FolderSource([study]))
    qtbot.waitUntil(lambda: viewer.pane.corners.badge != "")
    assert viewer.pane.corners.badge == "Missing slices: 3"


# Layers


class Recorder:
    """A layer that takes presses on its tool and tells what it was asked."""

    tools = frozenset({"stamp"})

    def __init__(self, stack: StackView) -> None:
        self.stack = stack
        self.told: list[tuple[str, Point]] = []
        self.painted: list[Viewport] = []

    def press(self, point: Point, event: QMouseEvent) -> bool:
        self.told.append(("press", point))
        return self.stack.pane.tool in self.tools

    def move(self, point: Point, event: QMouseEvent) -> bool:
        self.told.append(("move", point))
        return False

    def release(self, point: Point, event: QMouseEvent) -> bool:
        self.told.append(("release", point))
        return True

    def double_click(self, point: Point, event: QMouseEvent) -> bool:
        return self.stack.pane.tool in self.tools

    def key(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Delete

    def act(self, action: str) -> bool:
        self.told.append((action, (0, 0)))
        return action == "stamped"

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        self.painted.append(viewport)


@pytest.fixture
def layered(qtbot: QtBot, study: Path) -> tuple[DicomViewer, list[Recorder]]:
    layers: list[Recorder] = []

    def make(stack: StackView) -> Recorder:
        layers.append(Recorder(stack))
        return layers[-1]

    viewer = DicomViewer(budget=1 << 26, layers=make)
    qtbot.addWidget(viewer)
    viewer.resize(900, 640)
    viewer.show()
    with qtbot.waitSignal(viewer.first_image_shown):
        viewer.open_source(FolderSource([study]))
    return viewer, layers


def test_a_layer_takes_its_tool_s_drag_in_picture_coordinates(
    layered: tuple[DicomViewer, list[Recorder]],
) -> None:
    viewer, (layer,) = layered
    viewer.pane.tool = "stamp"
    voi = viewer.pane.voi
    start, end = QPointF(200, 220), QPointF(260, 240)
    mouse(viewer, QEvent.Type.MouseButtonPress, start, LEFT)
    mouse(viewer, QEvent.Type.MouseMove, end, LEFT)
    mouse(viewer, QEvent.Type.MouseButtonRelease, end, LEFT)
    to_picture = viewport_of(viewer).to_picture
    a, b = to_picture(200, 220), to_picture(260, 240)
    assert layer.told == [("press", a), ("move", b), ("release", b)]
    assert viewer.pane.voi == voi


def test_a_layer_hears_the_release_even_when_the_slice_went_away(
    layered: tuple[DicomViewer, list[Recorder]],
) -> None:
    viewer, (layer,) = layered
    viewer.pane.tool = "stamp"
    mouse(viewer, QEvent.Type.MouseButtonPress, QPointF(200, 220), LEFT)
    point = layer.told[-1][1]
    viewer.pane.set_message("Loading…")
    mouse(viewer, QEvent.Type.MouseButtonRelease, QPointF(260, 240), LEFT)
    assert layer.told[-1] == ("release", point)


def test_what_a_layer_does_not_take_goes_to_the_tool(
    layered: tuple[DicomViewer, list[Recorder]],
) -> None:
    viewer, (layer,) = layered
    voi = viewer.pane.voi
    mouse(viewer, QEvent.Type.MouseButtonPress, QPointF(200, 200), LEFT)
    mouse(viewer, QEvent.Type.MouseMove, QPointF(260, 200), LEFT)
    assert layer.told[0][0] == "press"
    assert isinstance(viewer.pane.voi, Window)
    assert viewer.pane.voi != voi


def test_a_layer_hears_actions_that_are_not_the_cell_s_own(
    layered: tuple[DicomViewer, list[Recorder]],
) -> None:
    viewer, (layer,) = layered
    viewer.stage.act("stamped")
    viewer.stage.act(Action.INVERT)
    assert [what for what, _ in layer.told] == ["stamped"]


def test_every_new_cell_gets_a_layer_and_paints_it_in_its_own_pixels(
    qtbot: QtBot, layered: tuple[DicomViewer, list[Recorder]]
) -> None:
    viewer, layers = layered
    viewer.grid.set_layout(1, 2)
    assert [layer.stack for layer in layers] == list(viewer.grid.cells)
    viewer.pane.grab()
    assert layers[0].painted[-1] == viewport_of(viewer)
    viewer.stage.act(Action.OVERLAYS)
    layers[0].painted.clear()
    viewer.pane.grab()
    assert layers[0].painted == []


def test_a_layer_may_keep_a_double_click(
    layered: tuple[DicomViewer, list[Recorder]], shown: Callable[[DicomViewer, int], None]
) -> None:
    viewer, _layers = layered
    viewer.grid.set_layout(1, 2)
    viewer.pane.tool = "stamp"
    QTest.mouseDClick(viewer.pane, LEFT, NONE, QPoint(100, 100))
    assert not viewer.grid.alone
    viewer.pane.tool = Tool.PAN
    QTest.mouseDClick(viewer.pane, LEFT, NONE, QPoint(100, 100))
    assert viewer.grid.alone
