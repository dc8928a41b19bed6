"""The tool bar where there is no room for words."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.kit.theme import Appearance
from app.viewers.dicom.toolbar import ICONS, ViewerToolbar
from app.viewers.dicom.viewer import DicomViewer

ALONE = Qt.ToolButtonStyle.ToolButtonIconOnly


def with_icons(bar: ViewerToolbar) -> list[QToolButton]:
    """Without the one of Qt's own behind which folds away what has no room."""
    buttons = [b for b in bar.findChildren(QToolButton) if not b.objectName().startswith("qt_")]
    return [one for one in buttons if one.toolButtonStyle() is ALONE]


def picture(button: QToolButton) -> QImage:
    return button.icon().pixmap(20, 20).toImage()


def test_icons_come_with_too_little_room_and_words_with_enough(
    qtbot: QtBot, viewer: DicomViewer
) -> None:
    bar = viewer.stage.toolbar
    viewer.resize(700, 600)
    qtbot.waitUntil(lambda: len(with_icons(bar)) == len(ICONS))
    assert not any(button.icon().isNull() for button in with_icons(bar))
    viewer.resize(2400, 600)
    qtbot.waitUntil(lambda: not with_icons(bar))


def test_icons_take_the_ink_of_another_theme(
    qtbot: QtBot, viewer: DicomViewer, appearance: Appearance
) -> None:
    viewer.resize(700, 600)
    qtbot.waitUntil(lambda: bool(with_icons(viewer.stage.toolbar)))
    button = with_icons(viewer.stage.toolbar)[0]
    before = picture(button)
    appearance.apply("dark")
    qtbot.waitUntil(lambda: picture(button) != before)
    appearance.apply("light")
    qtbot.waitUntil(lambda: picture(button) == before)
