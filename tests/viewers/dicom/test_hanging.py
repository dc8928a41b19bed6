"""Hanging at work: cells are filled by protocol, priors are marked, hands go before."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot

from app.imaging.series import BadFile, Instance
from app.imaging.source import FolderSource
from app.viewers.dicom.hanging.hanging import Hanging
from app.viewers.dicom.placing import Placing
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object
from tests.viewers.dicom.fields import drag, hand

pytestmark = pytest.mark.qt_log_ignore("does not support")
SHIFT = Qt.KeyboardModifier.ShiftModifier
H, O = Qt.Key.Key_H, Qt.Key.Key_O  # noqa: E741 - the keys' own names


def write_ct(folder: Path, name: str, count: int = 6, **attributes: Any) -> None:
    """A CT of the chest."""
    for n in range(count):
        facts = {
            "StudyDescription": "胸部CT",
            "StudyDate": "20261121",
            "SeriesInstanceUID": f"2.25.{sum(name.encode())}",
            "SeriesDescription": name,
            "InstanceNumber": n + 1,
            "ImagePositionPatient": [0, 0, 2.0 * n],
            "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
            "PixelSpacing": [1, 1],
            **attributes,
        }
        pixels = np.full((32, 32), 50 * n, np.int16)
        (folder / f"{name}-{n}.dcm").write_bytes(ct_object(pixels, **facts))


def write_view(folder: Path, name: str, **attributes: Any) -> None:
    """A mammogram of 60 rows and 30 columns: bright where the chest wall is, at the right."""
    pixels = np.tile(np.linspace(0, 1000, 30), (60, 1)).astype(np.int16)
    facts = {
        "Modality": "MG",
        "StudyDate": "20261121",
        "SeriesInstanceUID": f"2.25.{sum(name.encode())}",
        "SeriesDescription": name,
        "WindowCenter": 500,
        "WindowWidth": 1000,
        **attributes,
    }
    (folder / f"{name}.dcm").write_bytes(ct_object(pixels, **facts))


class SlowSource(FolderSource):
    """Names its first instance at once and the others when told to go."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__(paths)
        self.go = threading.Event()

    def instances(self) -> Iterator[Instance | BadFile]:
        found = super().instances()
        yield next(found)
        self.go.wait(10)
        yield from found


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
        settle(qtbot, viewer)
        return viewer

    yield opened
    for viewer in made:
        viewer.close_source()


def settle(qtbot: QtBot, viewer: DicomViewer) -> None:
    def ready() -> bool:
        cells = viewer.grid.seen
        listed = any(cell.listed for cell in cells)
        return listed and all(c.pane.picture is not None or c.series is None for c in cells)

    qtbot.waitUntil(ready)


def windows(viewer: DicomViewer) -> list[tuple[float, float] | None]:
    return [cell.state.window if cell.state else None for cell in viewer.grid.cells]


def named(viewer: DicomViewer) -> list[str]:
    return [c.series.first.series_description if c.series else "" for c in viewer.grid.cells]


def entries(hanging: Hanging) -> dict[str, QAction]:
    menu = hanging.open_menu()
    found = {action.objectName(): action for action in menu.actions()}
    menu.close()
    return found


def ini(tmp_path: Path) -> QSettings:
    folder = tmp_path / ".own"
    folder.mkdir(exist_ok=True)
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def test_a_chest_hangs_in_lung_and_mediastinum_and_scrolls_together(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    viewer = show()
    assert viewer.grid.shape == (1, 2)
    assert windows(viewer) == [(-600, 1500), (40, 350)]
    assert named(viewer) == ["axial", "axial"]
    QTest.keyClick(viewer.pane, Qt.Key.Key_Down)
    assert [cell.index for cell in viewer.grid.cells] == [1, 1]


def test_keys_go_through_the_stages_and_round(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    viewer = show()
    shapes = []
    for _ in range(3):
        QTest.keyClick(viewer.pane, H)
        shapes.append(viewer.grid.shape)
    assert shapes == [(1, 1), (1, 3), (1, 2)]
    QTest.keyClick(viewer.pane, H, SHIFT)
    assert viewer.grid.shape == (1, 3)
    assert windows(viewer) == [(-600, 1500), (40, 350), (300, 1500)]
    assert "3/3" in viewer.pane.marks.note


def test_who_has_taken_over_is_left_in_peace(
    qtbot: QtBot, tmp_path: Path, viewer: DicomViewer
) -> None:
    write_ct(tmp_path, "axial")
    source = SlowSource([tmp_path])
    viewer.open_source(source)
    qtbot.waitUntil(lambda: viewer.pane.picture is not None)
    viewer.stage.act("invert")
    source.go.set()
    settle(qtbot, viewer)
    assert viewer.grid.shape == (1, 1)
    assert viewer.pane.inverted
    QTest.keyClick(viewer.pane, H)
    assert viewer.grid.shape == (1, 2), "asked for, it hangs all the same"
    viewer.close_source()


def test_a_drag_is_taking_over_and_a_click_is_not(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    viewer = show()
    placing = viewer.hanging.parent()
    assert isinstance(placing, Placing)
    placing.touched = False
    at = QPointF(60, 60)
    hand(viewer.pane, QEvent.Type.MouseButtonPress, at)
    hand(viewer.pane, QEvent.Type.MouseButtonRelease, at)
    assert not placing.touched
    drag(viewer.pane, at, QPointF(90, 90))
    assert placing.touched


def test_a_layout_chosen_by_hand_ends_the_protocol_and_fills_its_cells(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "a", SeriesNumber=1)
    write_ct(tmp_path, "b", SeriesNumber=2, count=3)
    viewer = show()
    viewer.stage.choose_layout(2, 2)
    assert viewer.hanging.protocol is None
    assert sorted(named(viewer)) == ["", "a", "a", "b"]


def test_a_protocol_chosen_in_the_menu_is_kept_for_the_modality(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    settings = ini(tmp_path)
    viewer = show(settings)
    found = entries(viewer.hanging)
    assert list(found)[:2] == ["hang_ct-chest", "hang_default"]
    assert found["hang_ct-chest"].isChecked()
    found["hang_default"].trigger()
    assert viewer.grid.shape == (1, 1)
    again = show(settings)
    assert again.grid.shape == (1, 1)
    assert again.hanging.protocol is not None
    assert again.hanging.protocol.id == "default"


def test_the_layout_button_offers_the_ways_to_hang(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    viewer = show()
    button = viewer.findChild(QToolButton, "viewer_layout")
    assert button is not None
    menu = button.menu()
    assert isinstance(menu, QMenu)
    for _ in range(2):  # opened again, nothing stands there twice
        menu.aboutToShow.emit()
        offered = [a.objectName() for a in menu.actions() if a.objectName().startswith("hang_")]
        assert offered == ["hang_ct-chest", "hang_default", *(f"hang_stage_{n}" for n in range(3))]
    next(a for a in menu.actions() if a.objectName() == "hang_stage_2").trigger()
    assert viewer.grid.shape == (1, 3)


def test_automatic_hanging_is_turned_off_and_on_by_modality(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    settings = ini(tmp_path)
    viewer = show(settings)
    assert viewer.stage.is_on("hanging_automatic")
    QTest.keyClick(viewer.pane, O, SHIFT)
    assert not viewer.stage.is_on("hanging_automatic")
    assert [key for key in settings.allKeys() if "hanging" in key] == ["viewer/hanging/CT/off"]
    again = show(settings)
    assert again.grid.shape == (1, 1)
    QTest.keyClick(again.pane, O, SHIFT)
    assert again.grid.shape == (1, 2)


def test_a_person_s_own_protocols_are_used_and_a_broken_file_is_told(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    settings = ini(tmp_path)
    own = tmp_path / ".own" / "hanging.toml"
    own.write_text(
        '[[protocol]]\nid = "mine"\nname = { en = "Mine", zh_CN = "我的" }\n'
        '[protocol.match]\nmodalities = ["CT"]\nwords = ["胸部"]\nbody_parts = []\n'
        '[[protocol.stages]]\nname = { en = "One", zh_CN = "一" }\nrows = 2\ncolumns = 1\n'
        "cells = [{ window = [100, 200], invert = true }, { again = true, fit = 'fill' }]\n",
        encoding="utf-8",
    )
    viewer = show(settings)
    assert viewer.grid.shape == (2, 1)
    assert windows(viewer)[0] == (100, 200)
    assert viewer.grid.cells[0].pane.inverted
    own.write_text("protocol = 1", encoding="utf-8")
    again = show(settings)
    assert again.grid.shape == (1, 2)
    menu = again.hanging.open_menu()
    assert any("hanging.toml" in a.text() and not a.isEnabled() for a in menu.actions())
    menu.close()


def test_cells_too_narrow_to_read_begin_with_the_first_alone(
    qtbot: QtBot, tmp_path: Path, viewer: DicomViewer
) -> None:
    write_ct(tmp_path, "axial")
    viewer.resize(520, 500)
    viewer.open_source(FolderSource([tmp_path]))
    settle(qtbot, viewer)
    assert viewer.grid.shape == (1, 2)
    assert viewer.grid.alone
    QTest.keyClick(viewer.pane, Qt.Key.Key_Return)
    assert len(viewer.grid.seen) == 2
    viewer.close_source()


# Priors


def with_prior(folder: Path, **old: Any) -> None:
    write_ct(folder, "now")
    facts = {"StudyInstanceUID": "2.25.7", "StudyDate": "20260312", "FrameOfReferenceUID": "2.25.8"}
    write_ct(folder, "then", **{**facts, **old})


def test_a_prior_hangs_beside_and_says_so(tmp_path: Path, show: Callable[..., DicomViewer]) -> None:
    with_prior(tmp_path)
    viewer = show()
    assert named(viewer) == ["now", "then"]
    assert [cell.pane.badge for cell in viewer.grid.cells] == [
        "",
        "Prior · 8 months earlier · 2026-03-12",
    ]


def test_a_prior_scrolls_along_from_where_it_was_put(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    with_prior(tmp_path)
    viewer = show()
    now, then = viewer.grid.cells
    QTest.keyClick(now.pane, Qt.Key.Key_Down)
    assert (now.index, then.index) == (1, 1)
    viewer.stage.act("synchronise")
    then.scroll_to(3)
    viewer.stage.act("synchronise")
    QTest.keyClick(now.pane, Qt.Key.Key_Down)
    assert (now.index, then.index) == (2, 4)


def test_the_badge_stays_when_overlays_and_texts_are_hidden_and_follows_its_series(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    with_prior(tmp_path)
    viewer = show()
    band = viewer.grid.cells[1].pane
    before = band.grab().toImage().pixelColor(band.width() - 4, 6)
    viewer.stage.act("texts")
    viewer.stage.act("overlays")
    assert band.grab().toImage().pixelColor(band.width() - 4, 6) == before
    assert (before.red(), before.blue()) > (200, 60)
    viewer.grid.activate(viewer.grid.cells[1])
    viewer.show_series(viewer.grid.cells[0].series.uid)  # type: ignore[union-attr]  # shown
    assert band.badge == ""


def test_planes_of_a_prior_say_so_too(
    qtbot: QtBot, tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    with_prior(tmp_path)
    viewer = show()
    viewer.grid.activate(viewer.grid.cells[1])
    viewer.stage.act("mpr")
    qtbot.waitUntil(lambda: viewer.stage.planes.on)
    badges = {cell.pane.badge for cell in viewer.stage.planes.room.cells.values()}
    assert badges == {"Prior · 8 months earlier · 2026-03-12"}


def test_another_patient_is_never_hung_as_a_prior_and_shouts_where_it_is_shown(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    with_prior(tmp_path, PatientName="Wang^Fang=王^芳", PatientID="T-2")
    viewer = show()
    assert named(viewer) == ["now", "now"]
    for protocol in viewer.hanging.suited():
        viewer.hanging.use(protocol.protocol)
        if protocol.protocol.id != "default":
            assert "then" not in named(viewer)
    viewer.show_series(next(s.uid for s in viewer.series if s.first.patient.patient_id == "T-2"))
    assert viewer.pane.badge == "Another patient!"


def test_without_a_protocol_the_current_study_comes_first(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "now", Modality="NM", StudyDescription="")
    old: dict[str, Any] = {"StudyInstanceUID": "2.25.7", "StudyDescription": ""}
    write_ct(tmp_path, "then", Modality="NM", StudyDate="20200101", **old)
    viewer = show()
    assert named(viewer) == ["now"]


# Mammograms


def four(folder: Path, **more: Any) -> None:
    for side, name, letters in (
        ("R", "CC", ["P", "L"]),
        ("L", "CC", ["P", "R"]),  # stored with its chest wall at the wrong side
        ("R", "MLO", ["P", "FL"]),
        ("L", "MLO", ["P", "FR"]),
    ):
        facts = {"ImageLaterality": side, "ViewPosition": name, "PatientOrientation": letters}
        write_view(folder, f"{side}{name}", **{**facts, **more})


def test_chest_walls_meet_in_the_middle(tmp_path: Path, show: Callable[..., DicomViewer]) -> None:
    four(tmp_path)
    viewer = show()
    assert viewer.grid.shape == (2, 2)
    assert named(viewer) == ["RCC", "LCC", "RMLO", "LMLO"]
    for cell, edge in zip(viewer.grid.cells, (1, -1, 1, -1), strict=True):
        levels = cell.pane.levels
        assert levels is not None
        middle = levels[levels.shape[0] // 2].astype(int)
        inner, outer = (middle[-1], middle[0]) if edge > 0 else (middle[0], middle[-1])
        assert inner > 240, "the chest wall lies at the edge to the other breast"
        assert outer == 0
        letters = cell.pane.letters
        assert letters is not None
        assert (letters.right if edge > 0 else letters.left) == "P"
        assert cell.pane.corners.lean == -edge, "words stand where the air is"
        assert cell.pane.corners.bottom_left[0].startswith("MG")


def test_alignment_survives_another_size_and_ends_with_the_hand(
    qtbot: QtBot, tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    four(tmp_path)
    viewer = show()
    viewer.resize(1100, 500)
    qtbot.waitUntil(lambda: viewer.grid.width() > 850)
    pane = viewer.grid.cells[0].pane
    viewport = pane.viewport()
    assert viewport is not None
    x, _y = viewport.to_screen(30, 30)
    assert x == pytest.approx(viewport.width)
    viewer.stage.act("zoom_in")
    viewer.stage.act("fit")
    again = pane.viewport()
    assert again == viewport
    viewer.stage.act("reset")
    centred = pane.viewport()
    assert centred is not None
    assert centred.center_x == 15


def test_a_missing_view_is_named_in_its_empty_cell(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    four(tmp_path)
    (tmp_path / "LCC.dcm").unlink()
    viewer = show()
    assert named(viewer) == ["RCC", "", "RMLO", "LMLO"]
    assert viewer.grid.cells[1].pane.message.startswith("L CC\n")
