"""Files and paper with segments and contours, and with what a cell says besides."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.imaging.source import FolderSource
from app.viewers.dicom.mpr.trio import View
from app.viewers.dicom.objects.collection import Key
from app.viewers.dicom.output.leaf import rgb_of
from app.viewers.dicom.output.scene import Over
from app.viewers.dicom.output.wish import What, Wish
from app.viewers.dicom.tools import Action
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.applied import (
    SLICES,
    heads,
    segmentation,
    written,
)
from tests.imaging.objects import ct_object
from tests.viewers.dicom.export_room import (
    FACTS,
    NAMED,
    assert_series_as_seen,
    go,
    grabbed,
    reddish,
)
from tests.viewers.dicom.objects_room import (
    RT,
    SEG,
    SHIFT,
    open_and_settle,
    write_marked_slices,
    write_stack,
)
from tests.viewers.dicom.planes_room import cell, settle
from tests.viewers.dicom.test_export import export, pixels, sheet_of


@pytest.fixture
def oblique(tmp_path: Path) -> Path:
    """Oblique slices with two segments, a contour and a point."""
    write_marked_slices(tmp_path)
    return tmp_path


@pytest.fixture
def marked(qtbot: QtBot, viewer: DicomViewer, oblique: Path) -> Iterator[DicomViewer]:
    """The viewer with all of it switched on."""
    open_and_settle(qtbot, viewer, FolderSource([oblique]))
    for key in (SEG, RT):
        viewer.objects.show_object(key, on=True)
    qtbot.waitUntil(lambda: not viewer.objects.waiting)
    yield viewer
    viewer.close_source()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


# --- segments and contours ------------------------------------------------------------------------


def test_segments_and_contours_go_with_every_slice(
    qtbot: QtBot, marked: DicomViewer, folder: Path
) -> None:
    made = assert_series_as_seen(qtbot, marked, folder)
    for key in (SEG, RT):
        marked.objects.show_object(key, on=False)
    sheet_of(marked).told.setText("")
    (folder / "bare").mkdir()
    bare = assert_series_as_seen(qtbot, marked, folder / "bare")
    differ = [bool((a != b).any()) for a, b in zip(made, bare, strict=True)]
    assert differ == [False, *[True] * (SLICES - 1)]


def test_what_is_switched_off_is_left_out(qtbot: QtBot, marked: DicomViewer, folder: Path) -> None:
    marked.objects.show_object(Key(SEG.uid, 1), on=False)
    marked.objects.show_object(RT, on=False)
    marked.objects.collection.set_look(outlined=True)
    assert_series_as_seen(qtbot, marked, folder)


def test_a_segment_that_cannot_be_read_is_not_left_out_silently(
    qtbot: QtBot, viewer: DicomViewer, oblique: Path, folder: Path
) -> None:
    cut = oblique / "seg.dcm"
    cut.write_bytes(cut.read_bytes()[:-200])
    open_and_settle(qtbot, viewer, FolderSource([oblique]))
    viewer.objects.show_object(SEG, on=True)
    qtbot.waitUntil(lambda: not viewer.objects.waiting)
    whole = Wish(What.SERIES)
    assert export(qtbot, viewer, folder, whole) == []
    assert sheet_of(viewer).told.text().startswith("Nothing was saved. ")
    sheet_of(viewer).told.setText("")
    viewer.objects.show_object(SEG, on=False)
    assert len(export(qtbot, viewer, folder, whole)) == SLICES
    viewer.close_source()


def test_nothing_drawn_is_the_picture_alone(
    qtbot: QtBot, marked: DicomViewer, folder: Path
) -> None:
    go(qtbot, marked, 2)
    (file,) = export(qtbot, marked, folder, Wish(own=True, over=Over(drawn=False)))
    assert reddish(pixels(file)) == 0


def test_segments_on_a_plane_are_exported_as_they_are_cut(
    qtbot: QtBot, viewer: DicomViewer, folder: Path, tmp_path: Path
) -> None:
    made = write_stack(tmp_path, 20, SliceThickness=2, **FACTS)
    sources = heads(made)
    marks = np.zeros((20, sources[0].Rows, sources[0].Columns, 2), np.uint8)
    marks[6:14, 8:20, 6:18, 0] = 1
    (tmp_path / "seg.dcm").write_bytes(written(segmentation(sources, marks)))
    open_and_settle(qtbot, viewer, FolderSource([tmp_path]))
    viewer.objects.show_object(SEG, on=True)
    qtbot.waitUntil(lambda: not viewer.objects.waiting)
    viewer.scroll_to(10)
    QTest.keyClick(viewer.pane, Qt.Key.Key_M, SHIFT)
    settle(qtbot, viewer)
    # The lines to take hold of are for the hand alone.
    viewer.stage.act(Action.LINES)
    for view in (View.AXIAL, View.CORONAL):
        pane = cell(viewer, view).pane
        viewer.stage.planes.room.activate(view)
        assert viewer.stage.cell.pane is pane
        out = folder / view.name
        out.mkdir()
        (file,) = export(qtbot, viewer, out, NAMED)
        sheet_of(viewer).told.setText("")
        image = pixels(file)
        assert reddish(image) > 200
        qtbot.waitUntil(partial(_pane_is, viewer, view, image))
    viewer.close_source()


def _pane_is(viewer: DicomViewer, view: View, image: NDArray[np.uint8]) -> bool:
    pane = cell(viewer, view).pane
    pane.active = False
    # Above lies a strip in the colour of the plane's lines.
    return np.array_equal(rgb_of(pane.grab().toImage())[3:], image[3:])


# --- paper ----------------------------------------------------------------------------------------


def printed(qtbot: QtBot, viewer: DicomViewer, target: Path) -> NDArray[np.int64]:
    """The first page at 300 an inch."""
    output = viewer.stage.output
    output.ask_print()
    sheet = output.print_sheet
    assert sheet is not None
    sheet.told.setText("")
    output.print_to(target)
    qtbot.waitUntil(lambda: sheet.told.text() == "PDF saved.")
    document = pypdfium2.PdfDocument(target)
    return np.asarray(document[0].render(scale=300 / 72).to_numpy()).astype(np.int64)


def test_lines_are_as_wide_on_paper_as_its_letters_are_large(
    qtbot: QtBot, marked: DicomViewer, folder: Path
) -> None:
    """A contour is no hair of one of the printer's pixels."""
    go(qtbot, marked, 1)
    marked.objects.show_object(SEG, on=False)
    page = printed(qtbot, marked, folder / "with.pdf")
    marked.objects.show_object(RT, on=False)
    bare = printed(qtbot, marked, folder / "without.pdf")
    line = (np.abs(page - bare) > 60).any(axis=2)
    rows, columns = np.flatnonzero(line.any(axis=1)), np.flatnonzero(line.any(axis=0))
    middle = line[(rows[0] + rows[-1]) // 2]
    # 1.5 of 120 an inch with a rim of 1 at both sides, at 300 an inch.
    assert 3 <= int(middle[: (columns[0] + columns[-1]) // 2].sum()) <= 10


# --- what the cell says besides -------------------------------------------------------------------


def test_a_picture_of_another_study_says_so_outside_as_well(
    qtbot: QtBot, opened: DicomViewer, folder: Path
) -> None:
    opened.pane.set_badge("Prior · 2020-01-02")
    (file,) = export(qtbot, opened, folder, NAMED)
    assert np.array_equal(pixels(file), grabbed(opened))
    made = []
    for day in ("2020-01-02", "2021-03-04"):
        opened.pane.set_badge(f"Prior · {day}")
        sheet_of(opened).told.setText("")
        out = folder / day
        out.mkdir()
        made.append(export(qtbot, opened, out, Wish())[0].read_bytes())
    assert made[0] == made[1]
    opened.pane.set_badge("")
    sheet_of(opened).told.setText("")
    (folder / "none").mkdir()
    assert export(qtbot, opened, folder / "none", Wish())[0].read_bytes() != made[0]


def test_letters_of_a_projection_are_exported(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path, folder: Path
) -> None:
    ramp = np.tile(np.arange(64), (64, 1)).astype(np.int16)
    (tmp_path / "mg.dcm").write_bytes(
        ct_object(ramp, Modality="MG", PatientOrientation=["A", "FR"])
    )
    open_and_settle(qtbot, viewer, FolderSource([tmp_path]))
    assert viewer.pane.letters is not None
    (file,) = export(qtbot, viewer, folder, NAMED)
    assert np.array_equal(pixels(file), grabbed(viewer))
    viewer.close_source()
