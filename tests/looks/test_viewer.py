"""The viewer on real pictures: words have room, the active cell shows, in every look."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from app.commands.keys import COMMANDS
from app.commands.wishes import Language
from app.imaging.source import FolderSource
from app.kit.theme import Appearance, ThemeName
from app.viewers.dicom.key_editor import KeyEditor
from app.viewers.dicom.key_words import viewer_keys
from app.viewers.dicom.viewer import DicomViewer
from app.views.palette import KeySheet
from tests.looks.test_room import describe, is_cut

pytestmark = [pytest.mark.looks, pytest.mark.qt_log_ignore("does not support")]
SCREENS = [(1366, 768), (1920, 1080)]


@pytest.fixture
def appearance(theme: ThemeName, qapp: QApplication) -> Appearance:
    return Appearance(qapp, theme)


def opened(qtbot: QtBot, folder: Path, size: tuple[int, int]) -> DicomViewer:
    viewer = DicomViewer(budget=1 << 28)
    qtbot.addWidget(viewer)
    viewer.resize(*size)
    viewer.show()
    with qtbot.waitSignal(viewer.first_image_shown, timeout=20_000):
        viewer.open_source(FolderSource([folder]))
    return viewer


@pytest.mark.parametrize("screen", SCREENS, ids=lambda size: f"{size[0]}×{size[1]}")
@pytest.mark.parametrize("study", ["mr-lumbar", "ct-head-neck"])
def test_tools_have_room_and_the_active_cell_stands_out(
    qtbot: QtBot,
    appearance: Appearance,
    language: Language,
    shared_data: Path,
    study: str,
    screen: tuple[int, int],
) -> None:
    viewer = opened(qtbot, shared_data / study, screen)
    viewer.grid.set_layout(2, 2)
    viewer.grid.activate(viewer.grid.cells[1])
    for _ in range(4):
        QCoreApplication.sendPostedEvents()
    cut = [describe(w) for w in viewer.findChildren(QWidget) if is_cut(w)]
    assert not cut
    tools = [b for b in viewer.findChildren(QToolButton) if b.objectName().startswith("tool_")]
    assert all(button.isVisible() for button in tools), "tools never fold away"
    edges = [cell.pane.grab().toImage().pixelColor(1, 100) for cell in viewer.grid.cells]
    assert _contrast(edges[1], edges[0]) >= 3
    viewer.close_source()


@pytest.mark.parametrize("width", [560, 760, 1000])
def test_layout_and_menu_stay_reachable_in_a_narrow_column(
    qtbot: QtBot, appearance: Appearance, language: Language, width: int
) -> None:
    viewer = DicomViewer(budget=1 << 20)
    qtbot.addWidget(viewer)
    viewer.resize(width, 600)
    viewer.show()
    for _ in range(4):
        QCoreApplication.sendPostedEvents()
    for name in ("viewer_layout", "viewer_more"):
        button = viewer.findChild(QToolButton, name)
        assert button is not None
        assert button.isVisible()
        assert not is_cut(button)
        right = button.mapTo(viewer, button.rect().topRight()).x()
        assert right < viewer.width()


def _contrast(a: QColor, b: QColor) -> float:
    """WCAG 2 contrast of two colours."""

    def luminance(colour: QColor) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_key_sheet_fits_a_small_screen(
    qtbot: QtBot, appearance: Appearance, language: Language
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    sheet = KeySheet(parent, tuple(COMMANDS.values()), viewer_keys())
    sheet.show()
    for _ in range(4):
        QCoreApplication.sendPostedEvents()
    assert sheet.width() <= 1366
    assert sheet.height() <= 768
    table = sheet.findChild(QTreeWidget)
    assert table is not None
    assert not table.horizontalScrollBar().isVisible(), "no key is out of sight at the side"
    sheet.close()


def test_the_key_editor_cuts_nothing(
    qtbot: QtBot, appearance: Appearance, language: Language, qapp: QApplication
) -> None:
    viewer = DicomViewer(budget=1 << 20)
    qtbot.addWidget(viewer)
    viewer.show()
    viewer.stage.act("edit_keys")
    editor = viewer.findChild(KeyEditor)
    assert editor is not None
    for _ in range(4):
        QCoreApplication.sendPostedEvents()
    assert not [describe(w) for w in editor.findChildren(QWidget) if is_cut(w)]
    editor.close()


def test_on_a_small_screen_presets_and_planes_stay_on_the_bar(
    qtbot: QtBot, appearance: Appearance, language: Language, shared_data: Path
) -> None:
    """1366 wide with a column of the workspace beside the viewer."""
    viewer = opened(qtbot, shared_data / "mr-lumbar", (900, 700))
    for _ in range(4):
        QCoreApplication.sendPostedEvents()
    bar = viewer.stage.toolbar
    for name in ("tool_ellipse", "action_mpr"):
        button = bar.findChild(QToolButton, name)
        assert button is not None
        assert button.isVisible(), name
        assert not button.icon().isNull()
        assert button.accessibleName()
        assert button.accessibleName() in button.toolTip()
        assert not is_cut(button)
    presets = bar.findChild(QComboBox, "viewer_presets")
    assert presets is not None
    assert presets.isVisible()
    viewer.resize(1900, 900)
    for _ in range(4):
        QCoreApplication.sendPostedEvents()
    words = bar.findChild(QToolButton, "action_mpr")
    assert words is not None
    assert words.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextOnly
    viewer.close_source()
