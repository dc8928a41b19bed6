"""A series whose value is known everywhere: linear in the patient's millimetres."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.imaging.planes import Plane
from app.viewers.dicom.pane import ImagePane
from tests.imaging.objects import ct_object

SLICES, ROWS, COLUMNS = 20, 28, 24
SLICE_MM, ROW_MM, COLUMN_MM = 2.0, 1.0, 1.0
TOP = ((COLUMNS - 1) * COLUMN_MM, (ROWS - 1) * ROW_MM, (SLICES - 1) * SLICE_MM)
"""The centre of the last voxel, millimetres; the first is at the origin."""


def field(x: float, y: float, z: float) -> float:
    """Linear, so that interpolation is exact."""
    return 10 * x + 20 * y - 30 * z + 500


def slice_bytes(number: int, **attributes: Any) -> bytes:
    """Slice `number` from the feet."""
    z = number * SLICE_MM
    values = [
        [field(column * COLUMN_MM, row * ROW_MM, z) for column in range(COLUMNS)]
        for row in range(ROWS)
    ]
    facts: dict[str, Any] = {
        "ImagePositionPatient": [0, 0, z],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [ROW_MM, COLUMN_MM],
        "FrameOfReferenceUID": "2.25.5",
        "InstanceNumber": number + 1,
        "WindowCenter": 100,
        "WindowWidth": 2000,
    }
    return ct_object(np.array(values, np.int16), **{**facts, **attributes})


def write_series(folder: Path, **attributes: Any) -> None:
    """All slices; `attributes` as `ct_object`."""
    for number in range(SLICES):
        (folder / f"{number:03}.dcm").write_bytes(slice_bytes(number, **attributes))


def expected(plane: Plane) -> NDArray[np.float64]:
    """The field on a plane, NaN outside of the centres of the outermost voxels."""
    values = np.full((plane.rows, plane.columns), np.nan)
    for row in range(plane.rows):
        for column in range(plane.columns):
            place = plane.point(column + 0.5, row + 0.5)
            if all(-1e-6 <= p <= t + 1e-6 for p, t in zip(place, TOP, strict=True)):
                values[row, column] = field(*place)
    return values


def farthest(samples: NDArray[Any], plane: Plane) -> float:
    """How far samples are from the field at worst."""
    off = np.abs(samples - expected(plane))
    assert np.isfinite(off).sum() > 100
    return float(np.nanmax(off))


def hand(
    pane: ImagePane,
    kind: QEvent.Type,
    at: QPointF,
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """The left button, or the mouse alone, over a pane."""
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    button = none if kind == QEvent.Type.MouseMove else left
    down = left if kind == QEvent.Type.MouseButtonPress else none
    event = QMouseEvent(kind, at, pane.mapToGlobal(at), button, down, held)
    QApplication.sendEvent(pane, event)


def drag(pane: ImagePane, start: QPointF, end: QPointF) -> None:
    """Press, move in steps, let go."""
    hand(pane, QEvent.Type.MouseButtonPress, start)
    for step in range(1, 9):
        hand(pane, QEvent.Type.MouseMove, start + (end - start) * (step / 8))
    hand(pane, QEvent.Type.MouseButtonRelease, end)
