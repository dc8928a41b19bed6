"""At 1366×768 every word has its room, on every page, in both languages and both themes."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.commands.wishes import Language, Page
from app.kit.theme import Appearance, ThemeName
from app.kit.widgets import ElidedLabel
from app.session.owner import Session
from app.session.queue import OffersLoaded
from app.session.state import AnyFact
from app.viewers.dicom.viewer import DicomViewer
from app.views.main_window import MainWindow
from tests.fakes.examples import NOW, offer
from tests.views import facts

pytestmark = pytest.mark.looks
WIDTH, HEIGHT = 1366, 768
WORDED = (QLabel, QPushButton, QCheckBox, QRadioButton, QToolButton)


def facts_of(page: Page) -> tuple[AnyFact, ...]:
    """Enough to fill a page."""
    common = (*facts.online(), *facts.lists())
    match page:
        case Page.WORK:
            return (*common, OffersLoaded((offer("a"),)))
        case Page.WORKSPACE:
            return (*common, *facts.reading())
        case Page.CASE_FORM:
            return (*common, facts.draft())
        case Page.BOARD:
            return facts.dispatching("f")
        case _:
            return common


def test_nothing_is_cut_off(
    theme: ThemeName, language: Language, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    appearance = Appearance(qapp, theme)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(DicomViewer(), lambda _id: None, appearance, settings, lambda: NOW)
    qtbot.addWidget(window)
    window.resize(WIDTH, HEIGHT)
    with qtbot.waitExposed(window):
        window.show()
    for page in Page:
        session = Session()
        for fact in facts_of(page):
            session.apply(fact)
        window.show_state(session.state)
        window.show_page(page)
        for _ in range(4):  # a layout that changed asks its parent, one level at a time
            QCoreApplication.sendPostedEvents()
        assert (window.width(), window.height()) == (WIDTH, HEIGHT), page
        cut = [describe(widget) for widget in window.findChildren(QWidget) if is_cut(widget)]
        assert not cut, page
        areas = window.findChildren(QScrollArea)
        aside = [one.objectName() for one in areas if one.isVisible() and scrolls_aside(one)]
        assert not aside, page


def scrolls_aside(area: QScrollArea) -> bool:
    """Whether part of it lies beyond its right edge: words are read from above to below."""
    return area.horizontalScrollBar().maximum() > 0


def is_cut(widget: QWidget) -> bool:
    """Whether a shown word has less room than it needs."""
    if not isinstance(widget, WORDED) or not widget.isVisible() or not widget.text():
        return False
    if isinstance(widget, ElidedLabel):
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.height() < widget.heightForWidth(widget.width())
    needed = widget.minimumSizeHint()
    return widget.width() < needed.width() or widget.height() < needed.height()


def describe(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, WORDED) else ""
    return f"{widget.objectName()} “{text}”: {widget.size()} of {widget.minimumSizeHint()}"
