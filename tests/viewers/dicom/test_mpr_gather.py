"""How planes come to be or are refused, what they hold, and how they end."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.imaging.errors import UnreadableError
from app.imaging.picture import GreyPicture
from app.imaging.series import Instance, SliceRef, describe_file
from app.imaging.source import FolderSource
from app.viewers.dicom.mpr.trio import View
from app.viewers.dicom.viewer import DicomViewer
from tests.viewers.dicom.fields import (
    COLUMNS,
    ROWS,
    SLICES,
    slice_bytes,
    write_series,
)
from tests.viewers.dicom.planes_room import (
    FLAT,
    assert_field,
    caption,
    cell,
    key,
    opened,
    room,
    samples,
    settle,
    trio,
    words,
)

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key


# Refusing


def _missing(folder: Path) -> None:
    (folder / "007.dcm").unlink()


def _uneven(folder: Path) -> None:
    data = slice_bytes(7, ImagePositionPatient=[0, 0, 14.9])
    (folder / "007.dcm").write_bytes(data)


def _hole(folder: Path) -> None:
    for number in range(6, 12):
        (folder / f"{number:03}.dcm").unlink()


def _placeless(folder: Path) -> None:
    write_series(folder, ImagePositionPatient=None)


def _other_spacing(folder: Path) -> None:
    (folder / "007.dcm").write_bytes(slice_bytes(7, PixelSpacing=[1.0, 1.5]))


def _half_other_spacing(folder: Path) -> None:
    for number in range(0, SLICES, 2):
        data = slice_bytes(number, PixelSpacing=[1.0, 1.5])
        (folder / f"{number:03}.dcm").write_bytes(data)


def _few(folder: Path) -> None:
    for number in range(2, SLICES):
        (folder / f"{number:03}.dcm").unlink()


def _twice(folder: Path) -> None:
    for number in range(SLICES):
        (folder / f"b{number:03}.dcm").write_bytes(slice_bytes(number, TemporalPositionIndex=2))


def _cut_off(folder: Path, *numbers: int) -> None:
    for number in numbers or (7,):
        path = folder / f"{number:03}.dcm"
        data = path.read_bytes()
        path.write_bytes(data[: len(data) - ROWS * COLUMNS * 2 - 12])


def _many_cut_off(folder: Path) -> None:
    _cut_off(folder, *range(1, SLICES, 3))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_hole, "too many slices are missing"),
        (_placeless, "do not say where"),
        (_half_other_spacing, "differ in size or pixel spacing"),
        (_few, "at least three"),
        (_twice, "lie at one place"),
        (_many_cut_off, "cannot be opened"),
    ],
)
def test_what_is_no_volume_is_refused_in_words_and_nothing_changes(
    qtbot: QtBot,
    viewer: DicomViewer,
    tmp_path: Path,
    spoil: Callable[[Path], None],
    says: str,
) -> None:
    write_series(tmp_path)
    spoil(tmp_path)
    opened(qtbot, viewer, FolderSource([tmp_path]), len(list(tmp_path.iterdir())))
    series = viewer.active.series
    key(viewer, Key.Key_M, SHIFT)
    qtbot.waitUntil(lambda: says in words(viewer))
    assert not viewer.stage.planes.on
    assert viewer.grid.isVisible()
    assert viewer.active.series is series
    key(viewer, Key.Key_Escape)
    assert words(viewer) == ""
    viewer.close_source()


@pytest.mark.parametrize(
    ("spoil", "warns"),
    [
        (_missing, "Missing slices: 1"),
        (_uneven, "Uneven slice spacing"),
        (_cut_off, "Missing slices: 1"),
        (_other_spacing, "Missing slices: 1"),
    ],
)
def test_slices_that_are_not_even_are_cut_by_their_real_places_and_it_is_told(
    qtbot: QtBot,
    viewer: DicomViewer,
    tmp_path: Path,
    spoil: Callable[[Path], None],
    warns: str,
) -> None:
    write_series(tmp_path)
    spoil(tmp_path)
    opened(qtbot, viewer, FolderSource([tmp_path]), len(list(tmp_path.iterdir())))
    key(viewer, Key.Key_M, SHIFT)
    settle(qtbot, viewer)
    if spoil is not _uneven:
        assert_field(viewer, *FLAT)
    for view in View:
        assert warns in cell(viewer, view).pane.corners.badge
    viewer.close_source()


def test_without_memory_for_it_the_numbers_are_told(qtbot: QtBot, tmp_path: Path) -> None:
    write_series(tmp_path)
    small = DicomViewer(budget=SLICES * ROWS * COLUMNS * 3)
    qtbot.addWidget(small)
    small.resize(800, 600)
    small.show()
    opened(qtbot, small, FolderSource([tmp_path]))
    key(small, Key.Key_M, SHIFT)
    assert words(small) == "MPR needs 1 MB of memory for pictures; there are 0 MB."
    assert not small.stage.planes.on
    small.close_source()


# Gathering


class Gated(FolderSource):
    """Gives out `free` objects and holds back the others until `go`."""

    def __init__(self, paths: list[Path], free: int) -> None:
        super().__init__(paths)
        self.go = threading.Event()
        self._left = free
        self._counting = threading.Lock()

    def fetch(self, sop_instance_uid: str) -> bytes:
        with self._counting:
            self._left -= 1
            held = self._left < 0
        if held:
            assert self.go.wait(20)
        return super().fetch(sop_instance_uid)


@pytest.fixture
def gated(qtbot: QtBot, viewer: DicomViewer, tmp_path: Path) -> Iterator[Gated]:
    """The source of a viewer that gets nine slices only; MPR has been asked for."""
    write_series(tmp_path)
    source = Gated([tmp_path], 9)
    opened(qtbot, viewer, source)
    key(viewer, Key.Key_M, SHIFT)
    qtbot.waitUntil(lambda: words(viewer) == f"MPR: 9 / {SLICES} slices")
    yield source
    source.go.set()
    viewer.close_source()


def test_the_wait_is_counted_and_ends_with_the_planes(
    qtbot: QtBot, viewer: DicomViewer, gated: Gated
) -> None:
    assert viewer.grid.isVisible()
    gated.go.set()
    settle(qtbot, viewer)
    assert words(viewer) == ""
    assert_field(viewer, *FLAT)


class Stumbling(Gated):
    """A gated source whose connection breaks once, at one slice."""

    def __init__(self, paths: list[Path], free: int, lost: str) -> None:
        super().__init__(paths, free)
        self._lost = lost

    def fetch(self, sop_instance_uid: str) -> bytes:
        found = super().fetch(sop_instance_uid)
        if sop_instance_uid == self._lost:
            self._lost = ""
            raise UnreadableError("The connection broke.")
        return found


def test_a_slice_that_was_left_out_and_comes_after_all_stays_out(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    write_series(tmp_path)
    lost = describe_file(tmp_path / "003.dcm")
    assert isinstance(lost, Instance)
    source = Stumbling([tmp_path], 9, lost.sop_instance_uid)
    opened(qtbot, viewer, source)
    key(viewer, Key.Key_M, SHIFT)
    qtbot.waitUntil(lambda: words(viewer) == f"MPR: 8 / {SLICES - 1} slices")
    viewer.go_to(SliceRef(lost.sop_instance_uid, 0))
    viewer.retry()
    source.go.set()
    settle(qtbot, viewer)
    assert "Missing slices: 1" in cell(viewer, View.AXIAL).pane.corners.badge
    viewer.close_source()


@pytest.mark.parametrize("way", ["Esc", "the same key", "the button"])
def test_waiting_can_be_given_up(qtbot: QtBot, viewer: DicomViewer, gated: Gated, way: str) -> None:
    if way == "Esc":
        key(viewer, Key.Key_Escape)
    elif way == "the same key":
        key(viewer, Key.Key_M, SHIFT)
    else:
        button = viewer.findChild(QToolButton, "planes_end")
        assert button is not None
        button.click()
    assert words(viewer) == ""
    assert not viewer.stage.planes.busy
    gated.go.set()
    key(viewer, Key.Key_End)
    qtbot.waitUntil(lambda: viewer.index == SLICES - 1 and viewer.pane.picture is not None)
    assert not viewer.stage.planes.on


def test_the_samples_are_in_memory_once_while_planes_are_shown(
    qtbot: QtBot, planes: DicomViewer
) -> None:
    """And afterwards no slice keeps the whole volume alive."""
    session, series = planes.stage.planes._session, planes.active.series
    assert session is not None
    assert series is not None
    volume = trio(planes).volume

    def shared() -> list[bool]:
        pictures = [session.picture(ref) for ref in series.slices]
        assert all(isinstance(picture, GreyPicture) for picture in pictures)
        return [
            np.shares_memory(picture.samples, volume.samples)
            for picture in pictures
            if isinstance(picture, GreyPicture)
        ]

    assert all(shared())
    key(planes, Key.Key_Escape)
    qtbot.waitUntil(lambda: not any(shared()))


def test_a_real_head_shows_its_own_slice_in_the_axial_plane(
    qtbot: QtBot, shared_data: Path
) -> None:
    """Bit by bit, at the place the file names."""
    big = DicomViewer(budget=1 << 29)
    qtbot.addWidget(big)
    big.resize(1000, 700)
    big.show()
    big.open_source(FolderSource([shared_data / "ct-head-neck"]))
    qtbot.waitUntil(lambda: big.active.listed, timeout=20_000)
    series, session = big.active.series, big.stage.planes._session
    assert series is not None
    assert session is not None
    key(big, Key.Key_M, SHIFT)
    qtbot.waitUntil(lambda: big.stage.planes.on and room(big).exact, timeout=60_000)
    z = trio(big).cursor[2]
    ref = next(
        ref
        for ref, plane in zip(series.slices, series.planes(), strict=True)
        if plane is not None and abs(plane.position[2] - z) < 1e-3
    )
    slice_ = session.picture(ref)
    assert isinstance(slice_, GreyPicture)
    assert np.array_equal(samples(cell(big, View.AXIAL)), slice_.samples)
    assert f"{z:.1f} mm" in caption(big, View.AXIAL)
    assert "Lossy" in cell(big, View.AXIAL).pane.corners.badge
    big.close_source()


# The end


def working() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("mpr-")]


def test_closing_the_source_ends_the_planes_and_their_threads(planes: DicomViewer) -> None:
    planes.stage.act("slab_50mm")
    planes.stage.act("mpr_turn_left")
    planes.close_source()
    assert working() == []
    assert not planes.stage.planes.on
    assert planes.grid.isVisible()


@pytest.mark.parametrize("entered", [True, False])
def test_a_viewer_deleted_with_its_planes_is_never_spoken_to_again(
    qtbot: QtBot, tmp_path: Path, entered: bool
) -> None:
    write_series(tmp_path)
    viewer = DicomViewer(budget=1 << 26)
    viewer.resize(800, 600)
    opened(qtbot, viewer, FolderSource([tmp_path]))
    viewer.stage.act("mpr")
    if entered:
        settle(qtbot, viewer)
        viewer.stage.act("slab_50mm")
    shiboken6.delete(viewer)
    for thread in threading.enumerate():
        if thread.name.startswith(("mpr-", "decode-")):
            thread.join(10)
    assert working() == []


def test_no_widget_of_the_planes_is_without_a_name(planes: DicomViewer) -> None:
    strip: QWidget = planes.stage.planes.strip
    for button in strip.findChildren(QToolButton):
        assert button.accessibleName()
