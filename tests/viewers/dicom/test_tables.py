"""Window and level on pictures whose grey levels come from a VOI LUT, as those of CR, DX and MG."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.imaging.voi import VoiLut, Window
from app.viewers.dicom.tools import Action, Tool
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object, item

ENTRIES = 4096
RISING = np.arange(ENTRIES)
FALLING = RISING[::-1]
SHOULDERS = np.clip((RISING - 1000) * 2, 0, ENTRIES - 1)
"""Black up to 1000, white from 3048 on."""


def opened_with(
    show: Callable[..., DicomViewer], folder: Path, entries: np.ndarray, first: int = 0
) -> DicomViewer:
    table = item(LUTDescriptor=[ENTRIES, first, 12], LUTData=entries.astype("<u2").tobytes())
    pixels = np.tile(np.arange(0, 3968, 62), (64, 1)).astype(np.int16)
    (folder / "table.dcm").write_bytes(ct_object(pixels, VOILUTSequence=[table]))
    viewer = show()
    viewer.pane.tool = Tool.WINDOW
    assert isinstance(viewer.pane.voi, VoiLut)
    return viewer


def levels(viewer: DicomViewer) -> np.ndarray:
    found = viewer.pane.levels
    assert found is not None
    return found.astype(int)


def drag(viewer: DicomViewer, across: int, down: int) -> None:
    start, left, none = QPoint(200, 200), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(viewer.pane, left, none, start)
    QTest.mouseMove(viewer.pane, start + QPoint(across, down))
    QTest.mouseRelease(viewer.pane, left, none, start + QPoint(across, down))


@pytest.mark.parametrize("entries", [RISING, FALLING, SHOULDERS], ids=["up", "down", "shoulders"])
def test_a_drag_goes_on_from_the_brightness_of_the_table(
    show: Callable[..., DicomViewer], tmp_path: Path, entries: np.ndarray
) -> None:
    viewer = opened_with(show, tmp_path, entries)
    before = levels(viewer)
    drag(viewer, 0, 1)  # one pixel: a three-hundredth of the window
    assert isinstance(viewer.pane.voi, Window)
    assert np.abs(levels(viewer) - before).max() <= 2
    drag(viewer, 0, 60)
    assert np.abs(levels(viewer) - before).max() > 20


def test_a_reset_goes_back_to_the_table(show: Callable[..., DicomViewer], tmp_path: Path) -> None:
    viewer = opened_with(show, tmp_path, FALLING)
    table, before = viewer.pane.voi, levels(viewer)
    drag(viewer, 40, 60)
    assert not np.array_equal(levels(viewer), before)
    viewer.stage.act(Action.RESET)
    assert viewer.pane.voi is table
    assert np.array_equal(levels(viewer), before)


@pytest.mark.parametrize("entries", [RISING, FALLING], ids=["up", "down"])
def test_the_table_chosen_again_shows_what_it_showed(
    show: Callable[..., DicomViewer], tmp_path: Path, entries: np.ndarray
) -> None:
    viewer = opened_with(show, tmp_path, entries)
    before = levels(viewer)
    drag(viewer, 40, 60)
    viewer.stage.choose_preset(0)
    assert np.array_equal(levels(viewer), before)
    viewer.stage.act(Action.AUTO)
    assert np.corrcoef(levels(viewer)[100:500:50].ravel(), before[100:500:50].ravel())[0, 1] > 0.9


def test_the_window_of_a_table_spans_the_inputs_that_it_tells_apart(
    show: Callable[..., DicomViewer], tmp_path: Path
) -> None:
    table = opened_with(show, tmp_path, SHOULDERS).pane.voi
    assert isinstance(table, VoiLut)
    found = table.as_window()
    assert (found.center, found.width) == pytest.approx((1000 + 1023.75, 2047.5), abs=1)


def test_a_table_of_one_level_is_dragged_over_all_its_inputs(
    show: Callable[..., DicomViewer], tmp_path: Path
) -> None:
    table = opened_with(show, tmp_path, np.full(ENTRIES, 2000)).pane.voi
    assert isinstance(table, VoiLut)
    assert table.as_window().width == ENTRIES - 1
