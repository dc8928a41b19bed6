"""A viewer on a small series of made slices."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.imaging.source import FolderSource
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object
from tests.viewers.dicom.fields import SLICES as WHOLE
from tests.viewers.dicom.fields import slice_bytes
from tests.viewers.dicom.hanging_room import settle as hung
from tests.viewers.dicom.planes_room import opened as open_whole
from tests.viewers.dicom.planes_room import settle

SLICES = 24


@pytest.fixture(scope="session")
def slices() -> list[bytes]:
    """24 slices of 64², each a brighter ramp than the one before."""
    ramp = np.tile(np.arange(64), (64, 1))
    return [
        ct_object(
            (ramp * 4 + n * 10).astype(np.int16),
            ImagePositionPatient=[0, 0, float(n)],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            PixelSpacing=[0.5, 0.5],
            InstanceNumber=n + 1,
            WindowCenter=[100, 300],
            WindowWidth=[200, 600],
            StudyDescription="平扫CT",
            StudyDate="20261121",
        )
        for n in range(SLICES)
    ]


@pytest.fixture
def study(tmp_path: Path, slices: list[bytes]) -> Path:
    """The slices in a folder."""
    for n, data in enumerate(slices):
        (tmp_path / f"{n:03}.dcm").write_bytes(data)
    return tmp_path


@pytest.fixture
def viewer(qtbot: QtBot) -> DicomViewer:
    """An empty viewer on the screen."""
    widget = DicomViewer(budget=1 << 26)
    qtbot.addWidget(widget)
    widget.resize(900, 640)
    widget.show()
    return widget


@pytest.fixture
def opened(qtbot: QtBot, viewer: DicomViewer, study: Path) -> Iterator[DicomViewer]:
    """The viewer with the study listed and its first slice shown."""
    viewer.open_source(FolderSource([study]))
    qtbot.waitUntil(lambda: total(viewer) == SLICES and viewer.pane.picture is not None)
    yield viewer
    viewer.close_source()


def total(viewer: DicomViewer) -> int:
    """Slices of the first series."""
    return len(viewer.series[0].slices) if viewer.series else 0


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[DicomViewer, int], None]:
    """Wait until slice `index` (from 0) is on the screen."""

    def wait(viewer: DicomViewer, index: int) -> None:
        qtbot.waitUntil(lambda: viewer.index == index and viewer.pane.picture is not None)

    return wait


@pytest.fixture(scope="session")
def volume() -> list[bytes]:
    """A series that is a volume."""
    return [slice_bytes(number, LossyImageCompression="01") for number in range(WHOLE)]


@pytest.fixture
def ready(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path, volume: list[bytes]
) -> Iterator[DicomViewer]:
    """The viewer with a series that is a volume, as a folder of 20 slices."""
    for number, data in enumerate(volume):
        (tmp_path / f"{number:03}.dcm").write_bytes(data)
    open_whole(qtbot, viewer, FolderSource([tmp_path]))
    yield viewer
    viewer.close_source()


@pytest.fixture
def planes(qtbot: QtBot, ready: DicomViewer) -> DicomViewer:
    """The viewer with its planes shown, through the middle."""
    ready.scroll_to(WHOLE // 2)
    QTest.keyClick(ready.pane, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, ready)
    return ready


@pytest.fixture
def show(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., DicomViewer]]:
    """Open what lies in the folder and wait until it is listed and shown."""
    made: list[DicomViewer] = []

    def opened(settings: QSettings | None = None) -> DicomViewer:
        viewer = DicomViewer(budget=1 << 26, settings=settings)
        qtbot.addWidget(viewer)
        viewer.resize(900, 640)
        viewer.show()
        viewer.open_source(FolderSource([tmp_path]))
        made.append(viewer)
        hung(qtbot, viewer)
        return viewer

    yield opened
    for viewer in made:
        viewer.close_source()
