"""A stack of which most is on its way: every place can be gone to, says what it is, and fills."""

import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.imaging.errors import Reason, UnreadableError
from app.imaging.listed import Awaited
from app.imaging.series import BadFile, Instance, SliceRef, describe_bytes
from app.viewers.dicom.mpr.entries import MprAction
from app.viewers.dicom.output.wish import Form, What, Wish
from app.viewers.dicom.slice_bar import SliceEntry
from app.viewers.dicom.thumbnails import ThumbnailStrip
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object, ramp
from tests.imaging.test_awaiting import listed
from tests.viewers.dicom.conftest import SLICES

NOT_HERE_YET = "Not here yet: shown as soon as it comes"
BEGINNING = 3


class FarSource:
    """The first slices have come, the list of all is known, and others come when they are told."""

    def __init__(self, slices: list[bytes]) -> None:
        self.every = [describe_bytes(data) for data in slices]
        self.data = dict(zip((one.sop_instance_uid for one in self.every), slices, strict=True))
        self.here: set[str] = set()
        self.fetched: list[str] = []
        self.told: queue.SimpleQueue[Instance | BadFile | Awaited | None] = queue.SimpleQueue()
        for number in range(BEGINNING):
            self.come(number)
        self.told.put(Awaited(tuple(map(listed, self.every))))

    def come(self, number: int) -> None:
        one = self.every[number]
        self.here.add(one.sop_instance_uid)
        self.told.put(one)

    def fail(self, number: int) -> None:
        uid = self.every[number].sop_instance_uid
        self.told.put(BadFile(uid, Reason.UNREADABLE, "This image cannot be had now (refused)."))

    def end(self) -> None:
        self.told.put(None)

    def instances(self) -> Iterator[Instance | BadFile | Awaited]:
        while (found := self.told.get()) is not None:
            yield found

    def fetch(self, sop_instance_uid: str) -> bytes:
        self.fetched.append(sop_instance_uid)
        if sop_instance_uid not in self.here:
            raise UnreadableError("asked for what has not come")
        return self.data[sop_instance_uid]

    def peek(self, sop_instance_uid: str) -> tuple[bytes, bool]:
        return self.fetch(sop_instance_uid), True


class Ended(Protocol):
    """A source that is ended, so that nothing waits for it."""

    def end(self) -> None: ...


class EndedWithIt(QObject):
    """A window that is closed has the source ended first, as the program does."""

    def __init__(self, window: QObject, source: Ended) -> None:
        super().__init__(window)
        self._source = source
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            self._source.end()
        return False


@pytest.fixture
def source(slices: list[bytes]) -> Iterator[FarSource]:
    made = FarSource(slices)
    yield made
    made.end()


@pytest.fixture
def far(qtbot: QtBot, viewer: DicomViewer, source: FarSource) -> Iterator[DicomViewer]:
    """The viewer that knows all places and shows the first picture."""
    EndedWithIt(viewer, source)
    viewer.open_source(source)
    qtbot.waitUntil(lambda: bool(viewer.series) and len(viewer.series[0].slices) == SLICES)
    qtbot.waitUntil(lambda: viewer.pane.picture is not None)
    yield viewer
    source.end()
    viewer.close_source()


def lower_left(viewer: DicomViewer) -> tuple[str, ...]:
    return viewer.pane.corners.bottom_left


def test_end_goes_to_the_last_place_which_says_that_it_is_on_its_way(far: DicomViewer) -> None:
    assert lower_left(far)[-1].startswith(f"1 / {SLICES} ({BEGINNING} here)")
    QTest.keyClick(far.pane, Qt.Key.Key_End)
    assert far.index == SLICES - 1
    assert far.pane.picture is None
    assert far.pane.message == NOT_HERE_YET
    assert lower_left(far)[-1].startswith(f"{SLICES} / {SLICES} ({BEGINNING} here)")
    assert "not here yet" in far.pane.accessibleDescription()
    assert far.state is None, "nobody else is shown a picture that is not there"


def test_what_is_around_that_place_is_sought_next(far: DicomViewer, source: FarSource) -> None:
    wished: list[tuple[str, ...]] = []
    far.sought.connect(wished.append)
    far.scroll_to(12)
    uids = [one.sop_instance_uid for one in source.every]
    assert wished[-1][:6] == (uids[12], uids[12], uids[13], uids[14], uids[15], uids[11])
    assert not set(wished[-1]) & source.here


def test_it_is_shown_as_soon_as_it_is_here_and_the_numbers_stay(
    qtbot: QtBot, far: DicomViewer, source: FarSource
) -> None:
    far.active.slider.setValue(20)
    assert far.pane.message == NOT_HERE_YET
    source.come(20)
    qtbot.waitUntil(lambda: far.pane.picture is not None)
    assert far.index == 20
    assert far.active.ref == SliceRef(source.every[20].sop_instance_uid, 0)
    assert far.state is not None
    assert lower_left(far)[-1].startswith(f"21 / {SLICES} ({BEGINNING + 1} here)")
    assert set(source.fetched) <= source.here, "no thread waits for what is on its way"


def test_a_place_is_gone_to_by_its_number(far: DicomViewer) -> None:
    QTest.keyClick(far.pane, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    entry = far.pane.findChild(SliceEntry)
    assert entry is not None
    assert entry.suffix() == f" / {SLICES}"
    QTest.keyClicks(entry, "17")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert far.index == 16
    assert entry.isHidden()
    assert far.pane.message == NOT_HERE_YET


def test_the_strip_counts_what_is_here(far: DicomViewer) -> None:
    strip = far.findChild(ThumbnailStrip)
    assert strip is not None
    assert strip.item(0).text().splitlines()[0] == f"CT · {BEGINNING}"


def all_but_one_come(qtbot: QtBot, far: DicomViewer, source: FarSource, lost: int) -> None:
    """One fails, which is looked at; all is listed."""
    far.scroll_to(lost)
    for number in range(BEGINNING, SLICES):
        if number != lost:
            source.come(number)
    source.fail(lost)
    source.end()
    qtbot.waitUntil(lambda: far.active.listed)


def test_a_place_that_cannot_be_had_says_why_and_counts_as_missing(
    qtbot: QtBot, far: DicomViewer, source: FarSource
) -> None:
    all_but_one_come(qtbot, far, source, 7)
    assert far.index == 7
    assert "connection" in far.pane.message
    assert lower_left(far)[-1].startswith(f"8 / {SLICES} ({SLICES - 1} here)")
    assert far.active.stack_shape().missing == 1
    far.stage.act(MprAction.MPR)
    qtbot.waitUntil(lambda: far.stage.planes.on)


def test_what_is_fetched_again_says_why_it_is_not_here_until_it_comes(
    qtbot: QtBot, far: DicomViewer, source: FarSource
) -> None:
    all_but_one_come(qtbot, far, source, 7)
    far.retry()
    assert "connection" in far.pane.message, "it may fail again, and nobody would tell"
    far.stage.act(MprAction.MPR)
    qtbot.waitUntil(lambda: far.stage.planes.on)
    far.stage.act(MprAction.MPR)
    source.here.add(source.every[7].sop_instance_uid)
    far.add_instance(source.every[7])
    qtbot.waitUntil(lambda: far.pane.picture is not None)
    assert far.index == 7
    assert lower_left(far)[-1].startswith(f"8 / {SLICES}  ")


def test_a_place_that_failed_is_hoped_for_again_while_the_list_goes_on(
    qtbot: QtBot, far: DicomViewer, source: FarSource
) -> None:
    far.scroll_to(7)
    source.fail(7)
    qtbot.waitUntil(lambda: "connection" in far.pane.message)
    far.retry()
    assert far.pane.message == NOT_HERE_YET
    source.fail(7)
    qtbot.waitUntil(lambda: "connection" in far.pane.message)


def test_a_stack_of_another_direction_appears_with_its_first_picture_and_keeps_its_name(
    qtbot: QtBot, viewer: DicomViewer, slices: list[bytes]
) -> None:
    def turned(orientation: list[float], number: int) -> bytes:
        place = {"ImageOrientationPatient": orientation, "ImagePositionPatient": [number] * 3}
        return ct_object(ramp(8, 8), InstanceNumber=100 + number, **place)

    sagittal = [turned([0, 1, 0, 0, 0, -1], number) for number in range(3)]
    coronal = [turned([1, 0, 0, 0, 0, -1], number) for number in range(3, 6)]
    source = FarSource([*slices[:6], *sagittal, *coronal])
    viewer.open_source(source)
    qtbot.waitUntil(lambda: bool(viewer.series) and len(viewer.series[0].slices) == 6)
    assert [one.part for one in viewer.series] == [1], "of the others nothing is here"
    source.come(10)
    qtbot.waitUntil(lambda: [one.part for one in viewer.series] == [1, 3])
    later = viewer.series[1]
    source.come(7)
    qtbot.waitUntil(lambda: [one.part for one in viewer.series] == [1, 2, 3])
    assert viewer.series[2] == later
    source.end()
    viewer.close_source()


def test_cine_plays_what_has_come_and_takes_in_what_comes(
    qtbot: QtBot, far: DicomViewer, source: FarSource
) -> None:
    far.active.toggle_cine()
    assert far.active.cine.playing
    assert far.active.cine.rate == pytest.approx(15.0)
    seen = set()
    far.active.scrolled.connect(lambda: seen.add(far.index))
    qtbot.waitUntil(lambda: len(seen) == BEGINNING)
    assert seen == set(range(BEGINNING))
    source.come(SLICES - 1)
    qtbot.waitUntil(lambda: SLICES - 1 in seen)


def test_planes_wait_for_all_and_of_an_empty_place_nothing_is_kept(far: DicomViewer) -> None:
    far.stage.act(MprAction.MPR)
    assert not far.stage.planes.on
    far.scroll_to(9)
    QTest.keyClick(far.pane, Qt.Key.Key_K)
    assert far.marking.sheet.sheet.key_images == frozenset()
    taken: list[object] = []
    far.stage.output.seen(taken.append)
    assert taken == [None], "a report gets no picture of it, at once"


def test_a_series_is_exported_as_far_as_it_is_here(
    qtbot: QtBot, far: DicomViewer, tmp_path: Path
) -> None:
    far.stage.output.ask_export()
    sheet = far.stage.output.export_sheet
    assert sheet is not None
    far.stage.output.export(Wish(What.SERIES, Form.DICOM), tmp_path)
    qtbot.waitUntil(lambda: len(list(tmp_path.glob("*.dcm"))) == BEGINNING)
