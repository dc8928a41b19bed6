"""A viewer that shows planes, as tests speak of it."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.imaging.picture import GreyPicture
from app.imaging.source import FolderSource
from app.viewers.dicom.mpr.plane_view import PlaneView
from app.viewers.dicom.mpr.room import PlanesRoom
from app.viewers.dicom.mpr.trio import Trio, View
from app.viewers.dicom.viewer import DicomViewer
from tests.viewers.dicom.fields import SLICES, farthest

NONE = Qt.KeyboardModifier.NoModifier
FLAT = (View.AXIAL, View.CORONAL, View.SAGITTAL)


def opened(qtbot: QtBot, viewer: DicomViewer, source: FolderSource, slices: int = SLICES) -> None:
    viewer.open_source(source)
    qtbot.waitUntil(lambda: viewer.active.listed)
    assert sum(len(series.slices) for series in viewer.series) == slices


def room(viewer: DicomViewer) -> PlanesRoom:
    return viewer.stage.planes.room


def settle(qtbot: QtBot, viewer: DicomViewer) -> None:
    """Until every cell shows exactly what is wanted."""
    qtbot.waitUntil(lambda: viewer.stage.planes.on and room(viewer).exact)


def cell(viewer: DicomViewer, view: View) -> PlaneView:
    return room(viewer).cells[view]


def trio(viewer: DicomViewer) -> Trio:
    found = room(viewer).trio
    assert found is not None
    return found


def samples(shown: PlaneView) -> np.ndarray:
    picture = shown.pane.picture
    assert isinstance(picture, GreyPicture)
    return picture.samples


def assert_field(viewer: DicomViewer, *views: View) -> None:
    """What the cells show is the field where they say it is."""
    for view in views:
        plane = cell(viewer, view).pane.plane
        assert plane is not None
        assert farthest(samples(cell(viewer, view)), plane) <= 0.5


def key(viewer: DicomViewer, code: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(viewer.stage.cell.pane, code, held)


def caption(viewer: DicomViewer, view: View) -> str:
    return " ".join(cell(viewer, view).pane.corners.bottom_left)


def words(viewer: DicomViewer) -> str:
    """What the line below the pictures says; empty while it is hidden."""
    strip = viewer.stage.planes.strip
    label = strip.findChild(QLabel, "planes_words")
    assert label is not None
    return label.text() if strip.isVisible() else ""
