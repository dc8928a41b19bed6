"""Playing in time: by a clock that the test turns."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.imaging.series import Instance, Series, describe_bytes, make_series
from app.imaging.source import FolderSource
from app.viewers.dicom.cine import Cine, Timeline, frame_times
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object, ramp
from tests.viewers.dicom.conftest import total

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
TENTH = (100.0,) * 5


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Watched:
    """A cine with what it showed."""

    def __init__(self, parent: QObject, clock: Clock) -> None:
        self.cine = Cine(parent, clock)
        self.shown: list[int] = []
        self.cine.due.connect(self.shown.append)
        self._clock = clock

    def after(self, seconds: float) -> list[int]:
        """What it has shown in all once so much more time has passed."""
        self._clock.now += seconds
        self.cine.tick()
        return self.shown


@pytest.fixture
def watched(qapp: QObject, clock: Clock) -> Watched:
    return Watched(qapp, clock)


def cine_object(**attributes: object) -> Series:
    made = describe_bytes(ct_object(ramp(4, 4), NumberOfFrames=4, **attributes))
    return make_series("s", [made])


@pytest.mark.parametrize(
    ("attributes", "times"),
    [
        ({"FrameTime": 40}, (40.0,) * 4),
        ({"FrameTimeVector": [0, 10, 20, 30]}, (10.0, 20.0, 30.0, 20.0)),
        ({"RecommendedDisplayFrameRate": 25}, (40.0,) * 4),
        ({"CineRate": 50}, (20.0,) * 4),
        ({"FrameTime": 40, "CineRate": 50}, (40.0,) * 4),
        ({"RecommendedDisplayFrameRate": 25, "CineRate": 50}, (40.0,) * 4),
        ({}, (1000 / 15,) * 4),
        ({"FrameTime": 0}, (1000 / 15,) * 4),
        ({"FrameTimeVector": [0, 10]}, (1000 / 15,) * 4),
    ],
)
def test_the_file_says_how_long_a_frame_stands(
    attributes: dict[str, object], times: tuple[float, ...]
) -> None:
    assert frame_times(cine_object(**attributes)) == pytest.approx(times)


def test_no_file_makes_the_screen_flicker_or_stand_still(qapp: QObject) -> None:
    series = cine_object(FrameTime=40)
    for asked, given in ((0.001, 4.0), (1e9, 60_000.0)):
        fast = replace(series.first, frame_time_ms=asked)
        assert set(frame_times(make_series("s", [fast]))) == {given}


def test_a_real_ultrasound_plays_by_its_frame_time_vector(shared_data: Path) -> None:
    (cine,) = FolderSource([shared_data / "us-cine"]).instances()
    assert isinstance(cine, Instance)
    vector = cine.frame_time_vector_ms
    times = frame_times(make_series("s", [cine]))
    assert len(times) == 65
    assert times[:-1] == vector[1:]
    assert times[-1] == pytest.approx(sum(vector[1:]) / 64)


def test_unequal_frames_stand_as_long_as_each_is_told() -> None:
    line = Timeline((10, 30, 20), sweep=False)
    assert [line.at(t) for t in (0, 9.9, 10, 39.9, 40, 59.9, 60)] == [0, 0, 1, 1, 2, 2, 0]


def test_to_and_fro_turns_at_both_ends_without_a_stop() -> None:
    line = Timeline((10,) * 4, sweep=True)
    assert [line.at(t * 10) for t in range(8)] == [0, 1, 2, 3, 2, 1, 0, 1]


def test_it_plays_round(watched: Watched) -> None:
    watched.cine.play(TENTH, 3)
    for _ in range(4):
        watched.after(0.1)
    assert watched.shown == [4, 0, 1, 2]


def test_slices_whose_time_has_passed_are_left_out(watched: Watched) -> None:
    watched.cine.play(TENTH, 0)
    assert watched.after(0.35) == [3]


def test_a_new_speed_goes_on_from_where_it_is(watched: Watched) -> None:
    watched.cine.play(TENTH, 0)
    watched.after(0.25)
    watched.cine.faster(2)  # ×2
    assert watched.cine.speed == 2
    assert watched.cine.rate == pytest.approx(20)
    assert watched.after(0.06) == [2, 3]
    watched.cine.faster(-99)
    assert watched.cine.speed == pytest.approx(0.1)


def test_a_single_slice_does_not_run(watched: Watched) -> None:
    watched.cine.play((100.0,), 0)
    assert not watched.cine.playing


SECONDS = (1000.0,) * 5


def test_a_stack_that_grows_lets_no_slice_stand_longer(watched: Watched) -> None:
    watched.cine.play((*SECONDS[:3], 0.0, 0.0), 0)
    for _ in range(4):
        assert watched.after(0.24) == []
        watched.cine.follow(SECONDS, 0)
    assert watched.after(0.24) == [1]
    watched.cine.follow(SECONDS, 1)
    assert watched.after(0.98) == [1]
    assert watched.after(0.04) == [1, 2]


def test_a_stack_that_grows_goes_on_in_its_direction(watched: Watched) -> None:
    watched.cine.set_sweep(True)
    watched.cine.play(TENTH, 3)
    assert [watched.after(0.1)[-1] for _ in range(2)] == [4, 3]
    watched.cine.follow(TENTH, 3)
    assert [watched.after(0.1)[-1] for _ in range(4)] == [2, 1, 0, 1]


def test_a_stack_of_which_one_slice_is_left_stands(watched: Watched) -> None:
    watched.cine.play(TENTH, 0)
    watched.cine.follow((100.0, 0.0), 0)
    assert not watched.cine.playing


# In a cell


@pytest.fixture
def playing(qtbot: QtBot, study: Path, clock: Clock) -> DicomViewer:
    """A stack whose cine runs by the test's clock."""
    viewer = DicomViewer(budget=1 << 26, clock=clock)
    qtbot.addWidget(viewer)
    viewer.resize(900, 640)
    viewer.show()
    viewer.open_source(FolderSource([study]))
    qtbot.waitUntil(lambda: total(viewer) == 24 and viewer.pane.picture is not None)
    session = viewer._session
    assert session is not None
    qtbot.waitUntil(lambda: all(session.picture(ref) for ref in viewer.series[0].slices))
    QTest.keyClick(viewer.pane, Qt.Key.Key_Space)
    return viewer


def test_space_plays_a_stack_at_fifteen_and_says_so(playing: DicomViewer, clock: Clock) -> None:
    assert playing.pane.corners.bottom_left[0] == "Cine 15/s ×1"
    clock.now += 1.01
    playing.active.cine.tick()
    assert playing.index == 15
    QTest.keyClick(playing.pane, Qt.Key.Key_BracketRight)
    assert playing.pane.corners.bottom_left[0] == "Cine 22.5/s ×1.5"
    QTest.keyClick(playing.pane, Qt.Key.Key_Space)
    assert not playing.active.cine.playing
    assert playing.pane.corners.bottom_left[0].startswith("CT")


def test_a_hand_that_scrolls_stops_it(playing: DicomViewer) -> None:
    QTest.keyClick(playing.pane, Qt.Key.Key_Down)
    assert not playing.active.cine.playing


def test_what_nobody_sees_does_not_play(playing: DicomViewer) -> None:
    playing.hide()
    assert not playing.active.cine.playing


def test_a_slice_that_is_not_there_yet_is_left_out(playing: DicomViewer, clock: Clock) -> None:
    playing._pictures.clear()
    clock.now += 0.34
    playing.active.cine.tick()
    assert playing.index == 0
    assert playing.pane.picture is not None
