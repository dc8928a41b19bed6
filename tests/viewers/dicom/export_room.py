"""Exported pictures held against what the cell shows, as tests speak of it."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from app.viewers.dicom.output.leaf import rgb_of
from app.viewers.dicom.output.scene import Over
from app.viewers.dicom.output.wish import What, Wish
from app.viewers.dicom.study_band import StudyBand
from app.viewers.dicom.viewer import DicomViewer
from tests.viewers.dicom.test_export import export, pixels

FACTS: dict[str, Any] = {
    "StudyID": "1",
    "StudyDate": "20261121",
    "StudyTime": "100000",
    "AccessionNumber": "",
    "ReferringPhysicianName": "",
    "PositionReferenceIndicator": "",
}
NAMED = Wish(over=Over(texts=True))


def grabbed(viewer: DicomViewer) -> NDArray[np.uint8]:
    """The active cell as it is on the screen, without the frame that says it is active."""
    pane = viewer.pane
    pane.clearFocus()
    pane.active = False
    lying = rgb_of(pane.grab().toImage())
    band = viewer.active.findChild(StudyBand)
    if band is None or not band.isVisible():
        return lying
    above = rgb_of(band.grab().toImage())
    above = above[:, : lying.shape[1]]  # the slider is below the band
    return np.concatenate([above, lying])


def reddish(image: NDArray[np.uint8]) -> int:
    """How many pixels are plainly red, which no badge is."""
    levels = image.astype(int)
    return int((levels[..., 0] - levels[..., 1] > 70).sum())


def go(qtbot: QtBot, viewer: DicomViewer, index: int) -> None:
    viewer.scroll_to(index)
    qtbot.waitUntil(lambda: viewer.pane.picture is not None)


def assert_series_as_seen(
    qtbot: QtBot, viewer: DicomViewer, folder: Path
) -> list[NDArray[np.uint8]]:
    """Every file of the whole series is what the cell shows of that slice."""
    files = export(qtbot, viewer, folder, Wish(What.SERIES, over=Over(texts=True)))
    found = [pixels(file) for file in files]
    for index, made in enumerate(found):
        go(qtbot, viewer, index)
        qtbot.waitUntil(partial(_same, viewer, made))
    return found


def _same(viewer: DicomViewer, made: NDArray[np.uint8]) -> bool:
    return np.array_equal(grabbed(viewer), made)
