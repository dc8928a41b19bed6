"""States in the window: chosen for a series, seen exactly as `huizhen render --pr` shows them."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.imaging.dataset import open_file, open_object
from app.imaging.displayed import placement, shown
from app.imaging.picture import make_picture
from app.imaging.presentation_reader import read_presentation_state
from app.imaging.series import ObjectKind
from app.imaging.source import FolderSource
from app.viewers.dicom.objects.collection import Key
from app.viewers.dicom.thumbnails import ThumbnailStrip
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.conftest import shared_root
from tests.imaging.objects import item
from tests.viewers.dicom.fields import COLUMNS, ROWS
from tests.viewers.dicom.objects_room import (
    NONE,
    SHIFT,
    badge,
    lines,
    open_and_settle,
    state_over,
    tick,
    write_stack,
)

ALL = [f"2.25.{100 + n}" for n in range(4)]
WINDOW = item(WindowCenter=300, WindowWidth=500)
LINE = item(
    GraphicType="POLYLINE", GraphicAnnotationUnits="PIXEL", GraphicData=[2.0, 10.0, 20.0, 10.0]
)


def drawn(uid: str) -> list[Any]:
    note = item(GraphicLayer="MARKS", GraphicObjectSequence=[LINE])
    note.ReferencedImageSequence = [item(ReferencedSOPInstanceUID=uid)]
    return [note]


@pytest.fixture
def stated(qtbot: QtBot, viewer: DicomViewer, tmp_path: Path) -> Iterator[DicomViewer]:
    """Four slices; a state for all of them, another for the first two, with a line on the second
    and everything turned and mirrored."""
    write_stack(tmp_path, RescaleIntercept=-100)
    (tmp_path / "one.dcm").write_bytes(state_over(ALL, 1, SoftcopyVOILUTSequence=[WINDOW]))
    (tmp_path / "two.dcm").write_bytes(
        state_over(
            ALL[:2],
            2,
            PresentationLUTShape="INVERSE",
            ContentDescription="turned",
            ImageRotation=90,
            ImageHorizontalFlip="Y",
            GraphicAnnotationSequence=drawn(ALL[1]),
            GraphicLayerSequence=[
                item(
                    GraphicLayer="MARKS",
                    GraphicLayerOrder=1,
                    GraphicLayerRecommendedDisplayRGBValue=[65535, 0, 0],
                )
            ],
            DisplayedAreaSelectionSequence=[
                item(
                    DisplayedAreaTopLeftHandCorner=[3, 5],
                    DisplayedAreaBottomRightHandCorner=[22, 20],
                    PresentationSizeMode="SCALE TO FIT",
                    PresentationPixelAspectRatio=[1, 1],
                )
            ],
        )
    )
    open_and_settle(qtbot, viewer, FolderSource([tmp_path]))
    yield viewer
    viewer.close_source()


def choose(viewer: DicomViewer, number: int) -> None:
    viewer.objects.choose_state(f"2.25.{900 + number}" if number else "")


def rendered(folder: Path, picture: str, state: str) -> np.ndarray:
    """What `huizhen render --pr` makes of the area that the state wants seen."""
    obj = open_file(folder / picture)
    found = read_presentation_state(open_file(folder / state))
    uid = str(obj.dataset.SOPInstanceUID)
    made = make_picture(obj, 0, state=found)
    return shown(made, placement(made, found, uid, 0))


def levels(viewer: DicomViewer) -> np.ndarray:
    found = viewer.grid.cells[0].pane.levels
    assert found is not None
    return found


def seen(viewer: DicomViewer) -> np.ndarray:
    """The levels of the pane where the displayed area is, one screen pixel a picture pixel."""
    region = viewer.pane.home.region
    assert region is not None
    viewer.pane.zoom_to(1.0)
    viewport = viewer.pane.viewport()
    assert viewport is not None
    corners = [
        viewport.to_screen(x, y)
        for x, y in ((region.left, region.top), (region.right, region.bottom))
    ]
    (x0, x1), (y0, y1) = (sorted(round(c[n]) for c in corners) for n in (0, 1))
    return levels(viewer)[y0:y1, x0:x1]


def test_states_are_no_series_of_their_own_but_belong_to_the_pictures(stated: DicomViewer) -> None:
    strip = stated.findChild(ThumbnailStrip)
    assert strip is not None
    assert [strip.item(n).text()[:2] for n in range(strip.count())] == ["CT"]
    assert ObjectKind.APPLIED in {series.kind for series in stated.series}
    assert lines(stated) == [
        "Presentation states",
        "Original",
        "STATE1\n王芳 (Wang Fang)  2026-11-21 14:05",
        "STATE2\nturned\n王芳 (Wang Fang)  2026-11-21 14:05",
    ]
    assert "Objects: 2" in stated.pane.corners.bottom_left


def test_the_newest_state_is_not_applied_by_itself(stated: DicomViewer) -> None:
    assert stated.objects.chosen is None
    assert not badge(stated)


@pytest.mark.parametrize("number", [1, 2])
def test_a_chosen_state_shows_the_very_levels_of_render(
    stated: DicomViewer, tmp_path: Path, number: int
) -> None:
    # An even size, so that picture pixels lie on screen pixels.
    stated.pane.setFixedSize(400, 400)
    choose(stated, number)
    expected = rendered(tmp_path, "slice-0.dcm", "one.dcm" if number == 1 else "two.dcm")
    assert np.array_equal(seen(stated), expected)


@pytest.mark.skipif(not shared_root().is_dir(), reason="no shared test data beside the project")
@pytest.mark.parametrize("number", range(1, 11))
def test_states_of_others_show_the_very_levels_of_render(
    qtbot: QtBot, viewer: DicomViewer, number: int
) -> None:
    folder, stem = shared_root() / "conformance" / "pr-plut", "1.2.276.0.7230010.3.200.5"
    picture, state = f"{stem}.{number}.1.dcm", f"{stem}.0.{number}.dcm"
    open_and_settle(qtbot, viewer, FolderSource([folder / picture, folder / state]))
    viewer.pane.setFixedSize(520, 520)
    viewer.objects.choose_state(str(open_file(folder / state).dataset.SOPInstanceUID))
    assert np.array_equal(seen(viewer), rendered(folder, picture, state))
    viewer.close_source()


def test_a_state_turns_mirrors_and_fits_its_area_as_render_places_it(
    stated: DicomViewer, tmp_path: Path
) -> None:
    choose(stated, 2)
    obj = open_object((tmp_path / "slice-0.dcm").read_bytes())
    state = read_presentation_state(open_file(tmp_path / "two.dcm"))
    place = placement(make_picture(obj, 0, state=state), state, ALL[0], 0)
    viewport = stated.pane.viewport()
    assert viewport is not None
    ends = ((2, 4), (22, 20), (2, 20), (7, 9))
    theirs = np.array([place.to_screen(x, y) for x, y in ends])
    ours = np.array([viewport.to_screen(x, y) for x, y in ends])
    scale = viewport.zoom / place.viewport.zoom
    assert np.allclose(ours - ours[0], (theirs - theirs[0]) * scale)
    # The area fills the pane in one direction and is in its middle.
    size = np.array([viewport.width, viewport.height])
    reach = np.abs(ours[1] - ours[0])
    assert np.isclose(reach, size).any()
    assert (reach <= size + 0.5).all()
    assert np.allclose((ours[0] + ours[1]) / 2, size / 2, atol=0.5)


def test_a_state_is_for_the_whole_series_in_every_cell_and_original_takes_it_off(
    stated: DicomViewer,
) -> None:
    stated.stage.choose_layout(1, 2)
    first, second = stated.grid.cells
    second.show_series(stated.series[0])
    before = levels(stated)
    stated.grid.activate(first)
    choose(stated, 1)
    words = "Presentation state: STATE1"
    assert [cell.pane.corners.badge for cell in (first, second)] == [words, words]
    first.scroll_to(3)
    assert first.pane.corners.badge == words
    first.scroll_to(0)
    assert not np.array_equal(levels(stated), before)
    choose(stated, 0)
    assert not first.pane.corners.badge
    assert np.array_equal(levels(stated), before)


def test_pictures_the_state_is_not_for_stay_as_they_are(
    stated: DicomViewer, shown_slice: Callable[[int], None]
) -> None:
    shown_slice(3)
    before = levels(stated)
    choose(stated, 2)
    assert badge(stated) == "Presentation state: not for this picture"
    assert np.array_equal(levels(stated), before)
    shown_slice(0)
    assert badge(stated) == "Presentation state: STATE2 · turned"
    shown_slice(3)
    assert np.array_equal(levels(stated), before)


@pytest.fixture
def shown_slice(qtbot: QtBot, stated: DicomViewer) -> Callable[[int], None]:
    """Go to a slice and wait until it is there."""

    def go(index: int) -> None:
        stated.scroll_to(index)
        qtbot.waitUntil(lambda: stated.pane.picture is not None)

    return go


def test_graphics_are_drawn_on_the_picture_they_are_for(
    stated: DicomViewer, shown_slice: Callable[[int], None]
) -> None:
    choose(stated, 2)

    def reddish() -> bool:
        viewport = stated.pane.own_viewport()
        assert viewport is not None
        at = QPoint(*map(round, viewport.to_screen(10, 10)))
        image = stated.pane.grab().toImage()
        near = [image.pixelColor(at + QPoint(x, y)) for x in (-1, 0, 1) for y in (-1, 0, 1)]
        return any(c.red() - c.green() > 60 for c in near)

    assert not reddish()
    shown_slice(1)
    assert reddish()
    QTest.keyClick(stated.pane, Qt.Key.Key_V)
    assert not reddish()


def test_a_hand_may_turn_a_stated_picture_and_reset_brings_the_state_s_way_back(
    stated: DicomViewer,
) -> None:
    choose(stated, 2)
    home = stated.pane.camera
    QTest.keyClick(stated.pane, Qt.Key.Key_Period)
    QTest.keyClick(stated.pane, Qt.Key.Key_I)
    assert stated.pane.camera != home
    QTest.keyClick(stated.pane, Qt.Key.Key_R, SHIFT)
    assert stated.pane.camera == home
    assert not stated.pane.inverted


def test_keys_open_the_list_and_go_through_the_states(stated: DicomViewer) -> None:
    assert stated.objects.panel.isHidden()
    QTest.keyClick(stated.pane, Qt.Key.Key_O)
    assert not stated.objects.panel.isHidden()
    assert stated.stage.is_on("objects")
    found = []
    for _ in range(3):
        QTest.keyClick(stated.pane, Qt.Key.Key_O, SHIFT)
        found.append(stated.objects.chosen.label if stated.objects.chosen else "")
    assert found == ["STATE1", "STATE2", ""]


def test_the_list_chooses_one_state_at_a_time_by_the_keyboard(
    stated: DicomViewer, qtbot: QtBot
) -> None:
    def checks() -> list[bool | None]:
        (group,) = stated.objects.panel.rows
        return [row.checked for row in group.rows]

    assert checks() == [True, False, False]
    tick(stated, Key("2.25.902"), qtbot)
    assert checks() == [False, False, True]
    tick(stated, Key("2.25.901"), qtbot)
    assert checks() == [False, True, False]
    tick(stated, Key(""), qtbot)
    assert checks() == [True, False, False]
    tick(stated, Key(""), qtbot)
    assert checks() == [True, False, False]
    item_ = stated.objects.panel.model.itemFromIndex(
        stated.objects.panel.index_of(Key(""))  # type: ignore[arg-type]  # it is there
    )
    assert item_.checkState() is Qt.CheckState.Checked


def told(viewer: DicomViewer) -> str:
    (label,) = viewer.objects.panel.findChildren(QLabel, "objects_told")
    return label.text()


def test_a_state_for_pictures_that_are_not_here_is_said_in_a_sentence(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    write_stack(tmp_path)
    (tmp_path / "away.dcm").write_bytes(state_over(["2.25.7777"]))
    open_and_settle(qtbot, viewer, FolderSource([tmp_path]))
    assert lines(viewer) == []
    assert told(viewer) == "1 object(s) are for pictures that are not here."
    QTest.keyClick(viewer.pane, Qt.Key.Key_O, SHIFT)
    assert "no presentation states" in viewer.pane.marks.note
    viewer.close_source()


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (
            state_over(ALL, SOPClassUID="1.2.840.10008.5.1.4.1.1.11.4", SeriesDescription="Fused"),
            "Fused\nObjects of this kind cannot be shown yet.",
        ),
        (
            state_over(ALL, SOPClassUID="1.2.840.10008.5.1.4.1.1.11.3", SeriesDescription="Hot"),
            "Hot\nThe file lacks what is needed to show it. Export it again.",
        ),
    ],
)
def test_what_cannot_be_read_is_listed_with_its_reason_and_told_among_the_problems(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path, broken: bytes, words: str
) -> None:
    write_stack(tmp_path)
    (tmp_path / "broken.dcm").write_bytes(broken)
    with qtbot.waitSignal(viewer.failed):
        open_and_settle(qtbot, viewer, FolderSource([tmp_path]))
    assert lines(viewer) == ["Presentation states", words]
    assert viewer.pane.picture is not None
    viewer.close_source()


class FarSource(FolderSource):
    """Its states come when `gate` opens."""

    def __init__(self, folder: Path) -> None:
        super().__init__([folder])
        self.gate = threading.Event()
        self.asked = threading.Event()

    def fetch(self, sop_instance_uid: str) -> bytes:
        if sop_instance_uid.startswith("2.25.9"):
            self.asked.set()
            self.gate.wait()
        return super().fetch(sop_instance_uid)


def test_a_far_state_is_fetched_behind_the_pictures_and_wanted_no_more_after_closing(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    write_stack(tmp_path)
    (tmp_path / "one.dcm").write_bytes(state_over(ALL, 1, SoftcopyVOILUTSequence=[WINDOW]))
    far = FarSource(tmp_path)
    viewer.open_source(far)
    qtbot.waitUntil(lambda: viewer.active.listed and viewer.pane.picture is not None)
    qtbot.waitUntil(far.asked.is_set)
    assert told(viewer) == "Loading…"
    far.gate.set()
    qtbot.waitUntil(lambda: not viewer.objects.waiting)
    choose(viewer, 1)
    assert viewer.pane.corners.badge
    late = FarSource(tmp_path)
    viewer.open_source(late)
    assert not viewer.pane.corners.badge
    qtbot.waitUntil(late.asked.is_set)
    viewer.close_source()
    late.gate.set()
    assert not viewer.objects.waiting
    assert viewer.objects.collection.held == ()


def test_a_state_written_here_can_be_chosen_at_once(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    folder, kept = tmp_path / "study", tmp_path / "kept"
    folder.mkdir()
    kept.mkdir()
    write_stack(folder, StudyID="1", StudyDate="20261121", StudyTime="100000", AccessionNumber="")
    open_and_settle(qtbot, viewer, FolderSource([folder]))
    QTest.keyClick(viewer.pane, Qt.Key.Key_L)
    viewport = viewer.pane.own_viewport()
    assert viewport is not None
    for x, y in ((4, 4), (COLUMNS - 4, ROWS - 4)):
        at = QPoint(*map(round, viewport.to_screen(x, y)))
        QTest.mouseClick(viewer.pane, Qt.MouseButton.LeftButton, NONE, at)
    viewer.marking.keep_in(kept)
    qtbot.waitUntil(lambda: len(viewer.objects.states) == 1)
    QTest.keyClick(viewer.pane, Qt.Key.Key_O, SHIFT)
    assert viewer.pane.corners.badge.startswith("Presentation state: REVIEW")
    viewer.close_source()
