"""A window is painted where it changes the pane only; the screen looks as if all were painted."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.viewers.dicom.viewer import DicomViewer

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

Change = Callable[[DicomViewer], None]


def on_screen(widget: QWidget) -> QImage:
    """What has been painted: only what was asked for is painted before."""
    QApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest)
    picture = widget.screen().grabWindow(widget.window().winId())
    return picture.toImage().convertToFormat(QImage.Format.Format_RGB32)


def by_key(key: Qt.Key) -> Change:
    return lambda viewer: QTest.keyClick(viewer.pane, key)


def nothing(_: DicomViewer) -> None:
    """As it opens."""


def panned(viewer: DicomViewer) -> None:
    viewer.pane.pan_by(QPointF(260, 90))


def with_a_lens(viewer: DicomViewer) -> None:
    viewer.pane.show_lens(QPointF(60, 60))


CHANGES = {
    "fitted": nothing,
    "turned": by_key(Qt.Key.Key_Period),
    "mirrored": by_key(Qt.Key.Key_X),
    "inverted": by_key(Qt.Key.Key_I),
    "enlarged": by_key(Qt.Key.Key_Plus),
    "half outside": panned,
    "under a lens": with_a_lens,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_window_painted_in_part_looks_like_one_painted_whole(
    opened: DicomViewer, change: Change
) -> None:
    change(opened)
    opened.set_window(40, 400)
    before = on_screen(opened.pane)
    for center, width in ((-600.0, 1500.0), (80.0, 90.0), (123.0, 77.0)):
        opened.set_window(center, width)
        in_part = on_screen(opened.pane)
    opened.pane.update()
    assert in_part != before
    assert in_part == on_screen(opened.pane)
