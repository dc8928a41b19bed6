"""What hands do to the viewer, and what it shows for it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.imaging.errors import Reason, UnreadableError
from app.imaging.listed import ListedSeries
from app.imaging.picture import GreyPicture, Picture
from app.imaging.pipeline import render
from app.imaging.series import BadFile, Instance, describe_bytes
from app.imaging.source import FolderSource
from app.imaging.voi import Window
from app.viewers.dicom.tools import Tool, ViewState
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object, ramp

# The offscreen platform says so of every window with a least size.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

Shown = Callable[[DicomViewer, int], None]


def wheel(viewer: DicomViewer, notches: int, *, ctrl: bool = False) -> None:
    pane = viewer.pane
    middle = QPointF(pane.width() / 2, pane.height() / 2)
    event = QWheelEvent(
        middle,
        QPointF(pane.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane, event)
    QApplication.sendPostedEvents()


def drag(viewer: DicomViewer, by: QPoint, button: Qt.MouseButton) -> None:
    pane, start = viewer.pane, QPoint(200, 200)
    none = Qt.KeyboardModifier.NoModifier
    QTest.mousePress(pane, button, none, start)
    QTest.mouseMove(pane, start + by)
    QTest.mouseRelease(pane, button, none, start + by)


def window_of(viewer: DicomViewer) -> tuple[float, float]:
    assert viewer.state is not None
    assert viewer.state.window is not None
    return viewer.state.window


def picture_of(viewer: DicomViewer) -> Picture:
    assert viewer.pane.picture is not None
    return viewer.pane.picture


def levels_of(viewer: DicomViewer) -> NDArray[np.uint8]:
    assert viewer.pane.levels is not None
    return viewer.pane.levels


def test_the_first_image_shows_and_says_so(qtbot: QtBot, viewer: DicomViewer, study: Path) -> None:
    with qtbot.waitSignal(viewer.first_image_shown):
        viewer.open_source(FolderSource([study]))
    assert viewer.pane.picture is not None


def test_the_pane_shows_exactly_what_the_pipeline_gives(opened: DicomViewer) -> None:
    levels = levels_of(opened)
    expected = render(picture_of(opened), Window(100, 200), viewport=opened.pane.viewport())
    assert np.array_equal(levels, expected)


def test_the_wheel_scrolls_slice_by_slice(opened: DicomViewer, shown: Shown) -> None:
    wheel(opened, -3)
    shown(opened, 3)
    wheel(opened, 1)
    shown(opened, 2)


def test_scrolling_stops_at_the_ends(opened: DicomViewer, shown: Shown) -> None:
    wheel(opened, 5)
    assert opened.index == 0
    opened.scroll_to(1000)
    shown(opened, 23)


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        ([Qt.Key.Key_Down, Qt.Key.Key_Right], 2),
        ([Qt.Key.Key_PageDown, Qt.Key.Key_Up], 9),
        ([Qt.Key.Key_End], 23),
        ([Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_Left], 12),
        ([Qt.Key.Key_End, Qt.Key.Key_Home], 0),
    ],
)
def test_keys_scroll(opened: DicomViewer, shown: Shown, keys: list[Qt.Key], index: int) -> None:
    for key in keys:
        QTest.keyClick(opened.pane, key)
    shown(opened, index)


def test_the_right_button_drags_the_window(opened: DicomViewer) -> None:
    center, width = window_of(opened)
    drag(opened, QPoint(60, 30), Qt.MouseButton.RightButton)
    moved_center, moved_width = window_of(opened)
    assert moved_width == pytest.approx(width + 60 * width / 300)
    assert moved_center == pytest.approx(center + 30 * width / 300)


def test_dragging_the_window_resamples_nothing(opened: DicomViewer) -> None:
    before = levels_of(opened)
    view = opened.pane._view
    drag(opened, QPoint(80, 0), Qt.MouseButton.RightButton)
    assert opened.pane._view is view
    assert not np.array_equal(levels_of(opened), before)


def test_the_left_button_does_what_the_active_tool_says(opened: DicomViewer, shown: Shown) -> None:
    opened.pane.tool = Tool.SCROLL
    drag(opened, QPoint(0, 48), Qt.MouseButton.LeftButton)
    shown(opened, 4)
    opened.pane.tool = Tool.PAN
    before = opened.state
    drag(opened, QPoint(40, 0), Qt.MouseButton.LeftButton)
    assert before is not None
    assert opened.state is not None
    assert opened.state.pan[0] == pytest.approx(before.pan[0] - 40 / before.zoom)


def test_ctrl_wheel_zooms_around_the_pointer(opened: DicomViewer) -> None:
    before = opened.pane.viewport()
    wheel(opened, 2, ctrl=True)
    after = opened.pane.viewport()
    assert before is not None
    assert after is not None
    middle = (opened.pane.width() / 2, opened.pane.height() / 2)
    assert after.zoom == pytest.approx(before.zoom * 1.15**2)
    half = 0.5 / after.zoom + 0.5 / before.zoom  # each lies on whole pixels of the screen
    assert after.to_picture(*middle) == pytest.approx(before.to_picture(*middle), abs=half)
    assert opened.index == 0


def test_zooming_in_and_out_a_hundred_times_ends_where_it_began(opened: DicomViewer) -> None:
    before = opened.pane.viewport()
    for _ in range(50):
        wheel(opened, 1, ctrl=True)
        wheel(opened, -1, ctrl=True)
    after = opened.pane.viewport()
    assert before is not None
    assert after is not None
    assert after.to_screen(0, 0) == pytest.approx(before.to_screen(0, 0), abs=1)


def test_i_inverts_and_reset_undoes_everything(opened: DicomViewer) -> None:
    normal = levels_of(opened)
    QTest.keyClick(opened.pane, Qt.Key.Key_I)
    inverted = levels_of(opened)
    rows = slice(100, 500)
    middle = slice(normal.shape[1] // 2 - 50, normal.shape[1] // 2 + 50)
    total = normal[rows, middle].astype(int) + inverted[rows, middle]
    assert np.abs(total - 255).max() <= 1
    opened.set_window(0, 50)
    QTest.keyClick(opened.pane, Qt.Key.Key_Plus)
    QTest.keyClick(opened.pane, Qt.Key.Key_Period)
    QTest.keyClick(opened.pane, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    assert np.array_equal(levels_of(opened), normal)


def test_zero_shows_one_picture_pixel_per_screen_pixel(opened: DicomViewer) -> None:
    QTest.keyClick(opened.pane, Qt.Key.Key_0)
    assert opened.state is not None
    assert opened.state.zoom == pytest.approx(1.0)


def test_the_corners_say_who_what_where_and_how(opened: DicomViewer) -> None:
    corners = opened.pane.corners
    assert corners.top_left[:2] == ("李娜  Li Na", "T-1")
    assert "平扫CT" in corners.top_right
    assert "2026-11-21" in corners.top_right
    assert corners.bottom_left[0] == "CT · Test"
    assert corners.bottom_left[1].startswith("1 / 24")
    assert "WL 100  WW 200" in corners.bottom_right
    assert not corners.badge


def test_t_hides_who_the_patient_is(opened: DicomViewer) -> None:
    QTest.keyClick(opened.pane, Qt.Key.Key_T)
    assert opened.pane.corners.top_left == ()


def test_the_lossy_badge_shows(qtbot: QtBot, viewer: DicomViewer, tmp_path: Path) -> None:
    data = ct_object(ramp(), LossyImageCompression="01")
    (tmp_path / "a.dcm").write_bytes(data)
    with qtbot.waitSignal(viewer.first_image_shown):
        viewer.open_source(FolderSource([tmp_path]))
    assert viewer.pane.corners.badge


def test_a_chosen_window_holds_while_scrolling(opened: DicomViewer, shown: Shown) -> None:
    opened.set_window(55, 77)
    opened.scroll_to(7)
    shown(opened, 7)
    assert window_of(opened) == (55, 77)


def test_every_change_publishes_a_view_state(opened: DicomViewer) -> None:
    states: list[ViewState] = []
    opened.view_changed.connect(states.append)
    opened.set_window(1, 2)
    assert states[-1].window == (1.0, 2.0)
    assert states[-1].series_instance_uid == "2.25.2"
    assert states[-1].sop_instance_uid == opened.series[0].slices[0].sop_instance_uid


def test_a_bad_file_is_reported_and_the_rest_shows(
    qtbot: QtBot, viewer: DicomViewer, study: Path
) -> None:
    (study / "000-notes.dcm").write_text("not a picture")
    reported: list[list[BadFile]] = []
    viewer.failed.connect(reported.append)
    with qtbot.waitSignal(viewer.first_image_shown):
        viewer.open_source(FolderSource([study]))
    qtbot.waitUntil(lambda: bool(reported))
    assert [(file.label, file.code) for file in reported[-1]] == [
        ("000-notes.dcm", Reason.NOT_DICOM)
    ]


def test_a_folder_without_pictures_says_so(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    viewer.open_source(FolderSource([tmp_path]))
    qtbot.waitUntil(lambda: "no pictures" in viewer.pane.message)


class LateSource:
    """A far source: it lists one instance, the next comes to exist later, fetching may fail."""

    def __init__(self) -> None:
        self.objects = {
            uid: ct_object(ramp(), SOPInstanceUID=uid, InstanceNumber=n)
            for n, uid in enumerate(("2.25.11", "2.25.12"))
        }
        self.online = True

    def instances(self) -> Iterator[Instance | BadFile]:
        yield describe_bytes(self.objects["2.25.11"])

    def fetch(self, sop_instance_uid: str) -> bytes:
        if not self.online:
            raise UnreadableError("The network is gone.")
        return self.objects[sop_instance_uid]

    def peek(self, sop_instance_uid: str) -> tuple[bytes, bool]:
        return self.fetch(sop_instance_uid), True


def test_an_instance_that_comes_later_joins_its_series(qtbot: QtBot, viewer: DicomViewer) -> None:
    source = LateSource()
    with qtbot.waitSignal(viewer.first_image_shown):
        viewer.open_source(source)
    viewer.add_instance(describe_bytes(source.objects["2.25.12"]))
    viewer.scroll_to(1)
    qtbot.waitUntil(lambda: viewer.pane.picture is not None)
    assert viewer.pane.corners.bottom_left[1].startswith("2 / 2")


class TricklingSource(LateSource):
    """A far source whose second image comes first; the rest when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.rest = threading.Event()

    def instances(self) -> Iterator[Instance | BadFile]:
        yield describe_bytes(self.objects["2.25.12"])
        self.rest.wait(10)
        yield describe_bytes(self.objects["2.25.11"])


def test_the_picture_somebody_sees_stays_when_earlier_slices_arrive(
    qtbot: QtBot, viewer: DicomViewer
) -> None:
    source = TricklingSource()
    with qtbot.waitSignal(viewer.first_image_shown):
        viewer.open_source(source)
    (series,) = viewer.series
    viewer.expect([ListedSeries(series.series_instance_uid, "2.25.1", "CT", "", 2)])
    source.rest.set()
    qtbot.waitUntil(lambda: viewer.active.listed)
    assert viewer.pane.corners.bottom_left[1].startswith("2 / 2")
    assert viewer.active.ref is not None
    assert viewer.active.ref.sop_instance_uid == "2.25.12"


def test_what_failed_while_the_network_was_gone_shows_on_retry(
    qtbot: QtBot, viewer: DicomViewer
) -> None:
    source = LateSource()
    source.online = False
    viewer.open_source(source)
    qtbot.waitUntil(lambda: "connection" in viewer.pane.message)
    source.online = True
    viewer.retry()
    qtbot.waitUntil(lambda: viewer.pane.picture is not None)


def test_another_source_replaces_everything(
    qtbot: QtBot, opened: DicomViewer, shown: Shown
) -> None:
    opened.scroll_to(9)
    shown(opened, 9)
    with qtbot.waitSignal(opened.first_image_shown):
        opened.open_source(LateSource())
    assert opened.index == 0
    assert [s.first.sop_instance_uid for s in opened.series] == ["2.25.11"]


def test_colour_pictures_keep_their_colours_and_take_a_window(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    from tests.imaging.conftest import WHEEL

    with qtbot.waitSignal(viewer.first_image_shown):
        viewer.open_source(FolderSource([WHEEL / "examples_rgb_color.dcm"]))
    assert not isinstance(viewer.pane.picture, GreyPicture)
    before = levels_of(viewer)
    drag(viewer, QPoint(-120, 0), Qt.MouseButton.RightButton)
    assert levels_of(viewer).shape[2] == 3
    assert not np.array_equal(levels_of(viewer), before)


def test_every_control_has_a_name_for_screen_readers_and_for_tests(opened: DicomViewer) -> None:
    controls = [
        widget
        for widget in opened.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget.parent(), QAbstractScrollArea)
        and widget.window() is opened  # not the popup of a box
    ]
    assert len(controls) >= 10
    for control in controls:
        assert control.objectName(), control
        assert control.accessibleName(), control.objectName()


def test_notches_that_come_at_once_are_one_step(opened: DicomViewer, qtbot: QtBot) -> None:
    seen: list[int] = []
    opened.pane.stepped.connect(seen.append)
    for _ in range(3):
        opened.pane.step_soon(1)
    assert seen == []
    qtbot.waitUntil(lambda: seen == [3])
