"""A state whose table is worked through millions of samples does it away from the screen."""

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from app.imaging.dataset import open_object
from app.imaging.picture import make_picture
from app.imaging.pipeline import render
from app.imaging.presentation_reader import read_presentation_state
from app.imaging.source import FolderSource
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object, item
from tests.viewers.dicom.objects_room import badge, open_and_settle, state_over


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
