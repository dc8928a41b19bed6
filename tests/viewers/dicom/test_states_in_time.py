"""States that take their time: large tables over large pictures, and very many of them."""

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from app.imaging.dataset import open_object
from app.imaging.picture import make_picture
from app.imaging.pipeline import render
from app.imaging.presentation_reader import read_presentation_state
from app.imaging.source import FolderSource
from app.viewers.dicom.objects.collection import Key
from app.viewers.dicom.objects.desk import MOST_READ_UNASKED
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object, item, ramp
from tests.viewers.dicom.objects_room import badge, open_and_settle, state_over, tick


def test_a_large_picture_under_a_modality_lut_comes_when_it_is_made(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    pixels = np.arange(1100 * 1000, dtype=np.int64).reshape(1100, 1000) % 251
    data = ct_object(pixels.astype(np.int16), SOPInstanceUID="2.25.100")
    table = item(LUTDescriptor=[251, 0, 8], LUTData=bytes(range(250, -1, -1)) + b"\0")
    state = state_over(["2.25.100"], ModalityLUTSequence=[table])
    (tmp_path / "image.dcm").write_bytes(data)
    (tmp_path / "state.dcm").write_bytes(state)
    open_and_settle(qtbot, viewer, FolderSource([tmp_path]))
    viewer.objects.choose_state("2.25.901")
    assert viewer.pane.message == "Loading…"
    qtbot.waitUntil(lambda: viewer.pane.picture is not None)
    assert badge(viewer) == "Presentation state: STATE1"
    found = read_presentation_state(open_object(state))
    shown = viewer.pane.picture
    assert shown is not None
    expected = render(make_picture(open_object(data), 0, state=found))
    assert np.array_equal(render(shown), expected)
    viewer.close_source()


def test_more_states_than_are_read_unasked_are_read_when_they_are_chosen(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    (tmp_path / "image.dcm").write_bytes(ct_object(ramp(), SOPInstanceUID="2.25.100"))
    for n in range(MOST_READ_UNASKED + 2):
        state = state_over(["2.25.100"], n, SOPInstanceUID=f"2.25.{9000 + n}")
        (tmp_path / f"state-{n:02}.dcm").write_bytes(state)
    open_and_settle(qtbot, viewer, FolderSource([tmp_path]))
    assert len(viewer.objects.states) == MOST_READ_UNASKED
    unread = next(one for one in viewer.objects.collection.held if one.value is None)
    tick(viewer, Key(unread.instance.sop_instance_uid), qtbot)
    qtbot.waitUntil(lambda: viewer.objects.chosen is not None)
    assert viewer.objects.chosen is unread.value
    viewer.close_source()


def test_a_cell_that_comes_back_into_the_layout_shows_what_was_chosen_meanwhile(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    (tmp_path / "image.dcm").write_bytes(ct_object(ramp(), SOPInstanceUID="2.25.100"))
    state = state_over(["2.25.100"], ImageRotation=90, ImageHorizontalFlip="N")
    (tmp_path / "state.dcm").write_bytes(state)
    open_and_settle(qtbot, viewer, FolderSource([tmp_path]))
    viewer.stage.choose_layout(1, 2)
    first, second = viewer.grid.cells
    second.show_series(viewer.series[0])
    viewer.grid.activate(first)
    viewer.stage.choose_layout(1, 1)
    viewer.objects.choose_state("2.25.901")
    viewer.stage.choose_layout(1, 2)
    assert second.pane.corners.badge == first.pane.corners.badge != ""
    assert second.pane.camera == first.pane.camera
    assert second.pane.picture is first.pane.picture
    viewer.close_source()
