"""A viewer may end at any moment: what its threads still do reaches nobody."""

import gc
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from app.imaging.source import FolderSource
from app.viewers.dicom.viewer import DicomViewer

NAMES = ("decode-", "study-listing")
TIMES = 12


OTHERS: set[threading.Thread] = set()
"""Threads of tests before this one: not the viewer's that is ended here."""


@pytest.fixture(autouse=True)
def of_this_test_only() -> None:
    OTHERS.clear()
    OTHERS.update(threading.enumerate())


def working() -> list[threading.Thread]:
    begun = set(threading.enumerate()) - OTHERS
    return [thread for thread in begun if thread.name.startswith(NAMES)]


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


def test_nothing_outlives_the_viewer_to_be_ended_in_a_decoding_thread(
    qtbot: QtBot, study: Path
) -> None:
    """Python collects cycles in whichever thread allocates; a QObject must be gone by then."""
    gc.collect()
    viewer = DicomViewer(budget=1 << 26)
    viewer.open_source(FolderSource([study]))
    viewer.grid.set_layout(2, 2)
    viewer.close_source()
    shiboken6.delete(viewer)
    del viewer
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    before = len(gc.garbage)
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
    finally:
        gc.set_debug(0)
    found, gc.garbage[before:] = gc.garbage[before:], []
    assert [o for o in found if isinstance(o, QObject) and shiboken6.isValid(o)] == []
