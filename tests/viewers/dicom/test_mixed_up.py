"""Files whose numbers say that they belong together, and whose patients say that they do not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from app.imaging.errors import Reason
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object

Show = Callable[..., DicomViewer]
OTHER = {"PatientName": "Wang^Fang", "PatientID": "T-2", "PatientBirthDate": "19550505"}


def write(folder: Path, name: str, **attributes: Any) -> bytes:
    data = ct_object(np.full((16, 16), 100, np.int16), **attributes)
    (folder / name).write_bytes(data)
    return data


def reasons(viewer: DicomViewer) -> list[tuple[str, Reason]]:
    return [(bad.label, bad.code) for bad in viewer._problems.files]


def test_another_file_of_the_same_number_is_listed(show: Show, tmp_path: Path) -> None:
    write(tmp_path, "a.dcm", SOPInstanceUID="2.25.77")
    write(tmp_path, "b.dcm", SOPInstanceUID="2.25.77", **OTHER)
    viewer = show()
    assert reasons(viewer) == [("b.dcm", Reason.SAME_UID)]
    problems = viewer.findChild(QListWidget, "viewer_problem_list")
    assert isinstance(problems, QListWidget)
    assert "SOP Instance UID" in problems.item(0).text()
    assert "Li^Na" in str(viewer.series[0].first.patient.name)


def test_a_copy_of_a_file_is_no_problem(show: Show, tmp_path: Path) -> None:
    data = write(tmp_path, "a.dcm")
    (tmp_path / "b.dcm").write_bytes(data)
    viewer = show()
    assert reasons(viewer) == []
    assert len(viewer.series[0].slices) == 1


@pytest.mark.parametrize("study", ["2.25.1", "2.25.9"])
def test_two_patients_in_one_series_never_share_a_stack_and_it_is_said(
    qtbot: QtBot, show: Show, tmp_path: Path, study: str
) -> None:
    write(tmp_path, "a.dcm", InstanceNumber=1)
    write(tmp_path, "b.dcm", InstanceNumber=2, StudyInstanceUID=study, **OTHER)
    viewer = show()
    assert [len(series.slices) for series in viewer.series] == [1, 1]
    assert viewer.pane.badge == ""
    viewer.show_series(viewer.series[1].uid)
    qtbot.waitUntil(lambda: viewer.pane.picture is not None)
    assert viewer.pane.badge == "Another patient!"
    strip = viewer.findChild(QListWidget, "series_thumbnails")
    assert isinstance(strip, QListWidget)
    heads = [strip.item(row).text() for row in range(strip.count())]
    assert any("Another patient!" in head for head in heads)
