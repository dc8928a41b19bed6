"""Overlay planes and display shutters in the window: there by default, and away by a key."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.imaging.dataset import open_object
from app.imaging.geometry import Turn
from app.imaging.picture import make_picture
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object

ROWS, COLUMNS = 32, 48
WHITE = QColor(255, 255, 255)


def with_overlay(data: bytes) -> bytes:
    """One set bit, over row 8, column 40 (from 0), in group 6000 (PS3.3 C.9.2)."""
    bits = np.zeros((ROWS, COLUMNS), np.uint8)
    bits[8, 40] = 1
    ds = pydicom.dcmread(BytesIO(data))
    ds.add_new(0x60000010, "US", ROWS)
    ds.add_new(0x60000011, "US", COLUMNS)
    ds.add_new(0x60000040, "CS", "G")
    ds.add_new(0x60000050, "SS", [1, 1])
    ds.add_new(0x60000100, "US", 1)
    ds.add_new(0x60000102, "US", 0)
    ds.add_new(0x60003000, "OW", np.packbits(bits.ravel(), bitorder="little").tobytes())
    stream = BytesIO()
    ds.save_as(stream)
    return stream.getvalue()


SHUTTER: dict[str, Any] = {
    "ShutterShape": "RECTANGULAR",
    "ShutterLeftVerticalEdge": 25,
    "ShutterRightVerticalEdge": COLUMNS,
    "ShutterUpperHorizontalEdge": 1,
    "ShutterLowerHorizontalEdge": ROWS,
    "ShutterPresentationValue": 0,
}
"""The left half of the picture is covered with black."""


@pytest.fixture
def seen(qtbot: QtBot) -> Callable[[ImagePane, float, float], QColor]:
    """The colour on the screen over the middle of a pixel."""

    def look(pane: ImagePane, column: float, row: float) -> QColor:
        viewport = pane.own_viewport()
        assert viewport is not None
        x, y = viewport.to_screen(column + 0.5, row + 0.5)
        return pane.grab().toImage().pixelColor(QPoint(int(x), int(y)))

    return look


def pane_of(qtbot: QtBot, *, overlaid: bool = False, **attributes: object) -> ImagePane:
    """A grey picture of middle brightness with what `attributes` say, large on the screen."""
    grey = np.full((ROWS, COLUMNS), 100, np.int16)
    facts: dict[str, object] = {"WindowCenter": 100, "WindowWidth": 400}
    data = ct_object(grey, **facts, **attributes)
    if overlaid:
        data = with_overlay(data)
    pane = ImagePane()
    qtbot.addWidget(pane)
    pane.resize(960, 640)
    pane.set_picture(make_picture(open_object(data), 0))
    return pane


@pytest.mark.parametrize("turn", [Turn(q, m) for q in range(4) for m in (False, True)], ids=str)
def test_a_set_bit_lies_over_its_pixel_however_the_picture_is_turned(
    qtbot: QtBot, seen: Callable[[ImagePane, float, float], QColor], turn: Turn
) -> None:
    pane = pane_of(qtbot, overlaid=True)
    pane.set_turn(turn)
    assert seen(pane, 40, 8) == WHITE
    assert seen(pane, 20, 20) != WHITE
    pane.overlays = False
    assert seen(pane, 40, 8) != WHITE


@pytest.mark.parametrize("turn", [Turn(q, m) for q in range(4) for m in (False, True)], ids=str)
def test_a_shutter_covers_its_part_however_the_picture_is_turned(
    qtbot: QtBot, seen: Callable[[ImagePane, float, float], QColor], turn: Turn
) -> None:
    pane = pane_of(qtbot, **SHUTTER)
    pane.set_turn(turn)
    assert seen(pane, 5, 20) == QColor(0, 0, 0)
    assert seen(pane, 40, 20) != QColor(0, 0, 0)
    pane.set_shuttered(False)
    assert seen(pane, 5, 20) == seen(pane, 40, 20)


def test_keys_take_them_away_and_bring_them_back(opened: DicomViewer) -> None:
    for key, held, switch in (
        (Qt.Key.Key_V, Qt.KeyboardModifier.NoModifier, "overlays"),
        (Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier, "shutter"),
    ):
        for expected in (False, True):
            QTest.keyClick(opened.pane, key, held)
            assert opened.stage.is_on(switch) is expected
