"""A viewer may end at any moment: what its threads still do reaches nobody."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from app.imaging.source import FolderSource
from app.viewers.dicom.viewer import DicomViewer

NAMES = ("decode-", "study-listing")
TIMES = 12


def working() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith(NAMES)]


def delete(viewer: DicomViewer) -> None:
    shiboken6.delete(viewer)


def delete_later(viewer: DicomViewer) -> None:
    viewer.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def reopen_and_delete(viewer: DicomViewer) -> None:
    viewer.close_source(wait=False)
    shiboken6.delete(viewer)


@pytest.mark.parametrize("end", [delete, delete_later, reopen_and_delete])
def test_a_viewer_deleted_while_it_loads_is_never_spoken_to_again(
    qtbot: QtBot, study: Path, end: Callable[[DicomViewer], None]
) -> None:
    """A thread that speaks to a deleted object raises, or ends the program; both fail here."""
    for number in range(TIMES):
        viewer = DicomViewer(budget=1 << 26)
        viewer.open_source(FolderSource([study]))
        for _ in range(number):
            QCoreApplication.processEvents()
        end(viewer)
    for thread in working():
        thread.join(10)
    assert working() == []


def test_a_closed_source_leaves_no_session_behind(qtbot: QtBot, study: Path) -> None:
    viewer = DicomViewer(budget=1 << 26)
    qtbot.addWidget(viewer)
    for _ in range(3):
        viewer.open_source(FolderSource([study]))
    viewer.close_source()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [child for child in viewer.children() if "Session" in type(child).__name__] == []
