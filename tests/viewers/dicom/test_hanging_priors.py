"""Priors beside the current study, and mammograms with their chest walls together."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.imaging.source import FolderSource
from app.viewers.dicom.output.wish import What, Wish
from app.viewers.dicom.study_band import StudyBand
from app.viewers.dicom.viewer import DicomViewer
from protocol.export import Exported
from tests.viewers.dicom.hanging_room import named, settle, write_ct, write_view
from tests.viewers.dicom.test_export import export

pytestmark = pytest.mark.qt_log_ignore("does not support")

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


def test_a_later_study_of_another_case_is_not_hung_as_the_current_one(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    write_ct(tmp_path, "now", StudyInstanceUID="2.25.1")
    write_ct(tmp_path, "since", StudyInstanceUID="2.25.7", StudyDate="20261124")
    viewer.open_source(FolderSource([tmp_path]))
    viewer.expect((), {"2.25.1"})
    settle(qtbot, viewer)
    assert set(named(viewer)) == {"now"}
    assert viewer.pane.badge == ""
    viewer.show_series(viewer.studies[1].series[0].uid)
    assert named(viewer)[0] == "since"
    assert viewer.pane.badge == "Later study · From another case · 2026-11-24"
    viewer.close_source()


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
    cell = viewer.grid.cells[1]
    band = cell.findChild(StudyBand)
    assert band is not None
    assert band.geometry().bottom() < cell.pane.geometry().top(), "it hides nothing of the picture"
    before = band.grab().toImage().pixelColor(band.width() - 4, 6)
    viewer.stage.act("texts")
    viewer.stage.act("overlays")
    assert band.grab().toImage().pixelColor(band.width() - 4, 6) == before
    assert (before.red(), before.blue()) > (200, 60)
    viewer.grid.activate(viewer.grid.cells[1])
    viewer.show_series(viewer.grid.cells[0].series.uid)  # type: ignore[union-attr]  # shown
    assert cell.pane.badge == ""
    assert not band.isVisible()


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


def test_what_is_saved_beside_a_prior_is_noted_of_its_own_study(
    qtbot: QtBot,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    show: Callable[..., DicomViewer],
) -> None:
    with_prior(tmp_path)
    viewer, files, told = show(), tmp_path_factory.mktemp("files"), list[Exported]()
    output = viewer.stage.output
    output.exported.connect(told.append)
    for what in (What.PICTURE, What.CELLS):
        export(qtbot, viewer, files, Wish(what))
    output.ask_print()
    output.print_to(files / "paper.pdf")
    assert [one.study_instance_uid for one in told] == ["2.25.1", None, "2.25.1"]
    qtbot.waitUntil((files / "paper.pdf").exists)


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
    assert x == pytest.approx(viewport.width, abs=1), "whole pixels of the screen come first"
    viewer.stage.act("zoom_in")
    viewer.stage.act("fit")
    again = pane.viewport()
    assert again == viewport
    viewer.stage.act("reset")
    centred = pane.viewport()
    assert centred is not None
    assert centred.center_x == pytest.approx(15, abs=1)


def test_a_missing_view_is_named_in_its_empty_cell(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    four(tmp_path)
    (tmp_path / "LCC.dcm").unlink()
    viewer = show()
    assert named(viewer) == ["RCC", "", "RMLO", "LMLO"]
    assert viewer.grid.cells[1].pane.message.startswith("Left Craniocaudal view (CC)\n")
