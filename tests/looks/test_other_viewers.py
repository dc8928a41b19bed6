"""Curves and documents in the workspace at 1366×768: every word has its room, the banner stays."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication, QToolBar, QWidget
from pytestqt.qtbot import QtBot

from app.commands.wishes import Language, Page
from app.imaging.source import FolderSource
from app.kit.theme import Appearance, ThemeName
from app.session.owner import Session
from app.viewers.dicom.viewer import DicomViewer
from app.viewers.room import ViewerRoom
from app.views.main_window import MainWindow
from tests.fakes.examples import NOW
from tests.imaging.others import (
    ENCAPSULATED_PDF,
    GENERAL_ECG,
    KEY_OBJECTS,
    channel,
    content,
    group,
    instance,
    referenced,
    report,
)
from tests.looks.test_room import describe, is_cut
from tests.viewers.document.pdfs import pdf_of
from tests.views import facts

pytestmark = pytest.mark.looks


def objects(kind: str) -> bytes:
    match kind:
        case "ecg":
            made = group(bytes(120_000), [channel() for _ in range(12)], 5000)
            return instance(GENERAL_ECG, Modality="ECG", WaveformSequence=[made])
        case "pdf":
            return instance(ENCAPSULATED_PDF, EncapsulatedDocument=pdf_of("one", "two"))
        case "report":
            return report(content("TEXT", "Finding", TextValue="x"))
        case _:
            image = content("IMAGE", ReferencedSOPSequence=referenced("1.2.3"))
            return report(image, sop_class=KEY_OBJECTS, Modality="KO")


@pytest.mark.parametrize("kind", ["ecg", "pdf", "report", "key images"])
def test_nothing_is_cut_off_and_the_banner_stays(
    kind: str,
    theme: ThemeName,
    language: Language,
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
) -> None:
    (tmp_path / "one.dcm").write_bytes(objects(kind))
    appearance = Appearance(qapp, theme)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    room = ViewerRoom(DicomViewer(budget=1 << 24), appearance)
    window = MainWindow(room, lambda _id: None, appearance, settings, lambda: NOW)
    qtbot.addWidget(window)
    session = Session()
    for fact in (*facts.online(), *facts.lists(), *facts.reading()):
        session.apply(fact)
    window.resize(1366, 768)
    with qtbot.waitExposed(window):
        window.show()
    window.show_state(session.state)
    window.show_page(Page.WORKSPACE)
    room.open_source(FolderSource([tmp_path / "one.dcm"]))
    qtbot.waitUntil(lambda: bool(room.pictures.series))
    room.show_other(room.pictures.series[0])
    viewer: QWidget = room.waveform if kind == "ecg" else room.document
    qtbot.waitUntil(lambda: room.other is viewer)
    for _ in range(4):
        QCoreApplication.sendPostedEvents()
    cut = [describe(widget) for widget in room.findChildren(QWidget) if is_cut(widget)]
    folded = [
        action
        for bar in viewer.findChildren(QToolBar)
        for action in bar.actions()
        if action.isVisible() and not bar.widgetForAction(action).isVisible()
    ]
    assert window.workspace.banner.isVisible()
    assert not cut
    assert not folded, "a tool that has no room cannot be found"
    room.close_source()
