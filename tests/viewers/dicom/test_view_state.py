"""What the viewer tells others about what is seen: slices, planes, presentation states."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.imaging.source import FolderSource
from app.viewers.dicom.mpr.trio import View
from app.viewers.dicom.tools import ViewState
from app.viewers.dicom.viewer import DicomViewer
from tests.viewers.dicom.objects_room import SHIFT, open_and_settle, state_over, write_stack
from tests.viewers.dicom.planes_room import cell, key, room, settle


def told(viewer: DicomViewer) -> list[ViewState]:
    """Everything the viewer publishes from now on."""
    states: list[ViewState] = []
    viewer.view_changed.connect(states.append)
    return states


def test_a_plane_is_told_as_a_plane_and_never_as_a_slice(planes: DicomViewer) -> None:
    state = planes.state
    assert state is not None
    assert state.sop_instance_uid == ""
    assert state.series_instance_uid == planes.series[0].series_instance_uid
    assert state.plane == cell(planes, View.AXIAL).pane.plane
    assert state.slab is None


def test_the_cell_of_the_planes_that_is_active_is_the_one_that_is_told(
    qtbot: QtBot, planes: DicomViewer
) -> None:
    states = told(planes)
    room(planes).activate(View.CORONAL)
    assert states[-1].plane == cell(planes, View.CORONAL).pane.plane
    key(planes, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, planes)
    assert states[-1].slab == ("MIP", 5.0)


def test_the_hidden_cell_of_the_grid_tells_nothing(planes: DicomViewer) -> None:
    states = told(planes)
    planes.active.report()
    assert states == []


def test_scrolling_and_windowing_from_outside_move_what_is_seen(
    qtbot: QtBot, planes: DicomViewer
) -> None:
    before, states = planes.active.state, told(planes)
    planes.scroll_to(3)
    settle(qtbot, planes)
    assert planes.index == 3
    planes.scroll_by(1)
    settle(qtbot, planes)
    assert planes.index == 4
    planes.set_window(30, 200)
    assert states[-1].window == (30.0, 200.0)
    planes.scroll_to(10_000)
    settle(qtbot, planes)
    assert planes.index == cell(planes, View.AXIAL).slider.maximum()
    assert planes.active.state == before


def test_planes_give_way_to_a_slice_or_series_that_is_asked_for(planes: DicomViewer) -> None:
    states = told(planes)
    ref = planes.series[0].slices[5]
    planes.go_to(ref)
    assert not planes.stage.planes.on
    assert states[-1].sop_instance_uid == ref.sop_instance_uid
    assert states[-1].plane is None


def test_leaving_the_planes_tells_the_slice_again(planes: DicomViewer) -> None:
    states = told(planes)
    key(planes, Qt.Key.Key_Escape)
    assert states[-1] == planes.active.state
    assert states[-1].sop_instance_uid


@pytest.fixture
def stated(qtbot: QtBot, viewer: DicomViewer, tmp_path: Path) -> DicomViewer:
    """Four slices, and a state for the first two."""
    write_stack(tmp_path)
    (tmp_path / "one.dcm").write_bytes(state_over(["2.25.100", "2.25.101"], 1))
    open_and_settle(qtbot, viewer, FolderSource([tmp_path]))
    return viewer


def test_the_presentation_state_that_is_on_is_told_where_it_is_on(stated: DicomViewer) -> None:
    states = told(stated)
    key(stated, Qt.Key.Key_O, SHIFT)
    assert states[-1].presentation_state_uid == "2.25.901"
    stated.scroll_to(3)
    assert states[-1].presentation_state_uid == "", "it is not for this slice"
    stated.scroll_to(1)
    assert states[-1].presentation_state_uid == "2.25.901"
    stated.stage.act("original")
    assert states[-1].presentation_state_uid == ""
