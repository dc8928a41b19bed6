"""A main window and a sign-in window on a screen that nobody sees."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QTranslator
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.commands.wishes import Page
from app.kit.theme import Appearance
from app.session.owner import Session
from app.session.state import AnyFact
from app.views.main_window import MainWindow
from app.views.sign_in import SignInWindow
from tests.fakes.examples import NOW

WidgetT = TypeVar("WidgetT", bound=QWidget)


class Marked(QTranslator):
    """Every word of the program between brackets, so that a forgotten one is seen."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        return f"«{source}»"


@dataclass
class Shown:
    """A window with what it wished for."""

    window: MainWindow
    session: Session
    wishes: list[object] = field(default_factory=list)

    def apply(self, *facts: AnyFact) -> None:
        for fact in facts:
            self.session.apply(fact)

    def go(self, page: Page) -> None:
        self.window.show_page(page)

    def find(self, kind: type[WidgetT], name: str, within: str = "") -> WidgetT:
        """`within` names the widget it is in, where others have one of the name too."""
        whole = self.find(QWidget, within) if within else self.window
        found = whole.findChild(kind, name)
        assert found is not None, f"no {kind.__name__} {name}"
        return found


@pytest.fixture(scope="session")
def one_appearance(qapp: QApplication) -> Appearance:
    """Dressing the whole program is slow: once."""
    return Appearance(qapp, "light")


@pytest.fixture
def appearance(one_appearance: Appearance, qapp: QApplication) -> Iterator[Appearance]:
    """Bare: to dress a window is most of what building it costs. Who looks at the style sheet
    puts it on with `apply`."""
    if one_appearance.name != "light":
        one_appearance.apply("light")
    dressed = qapp.styleSheet()
    qapp.setStyleSheet("")
    yield one_appearance
    qapp.setStyleSheet(dressed)


def destroy(window: QWidget) -> None:
    """Now, not when an event loop runs again: every window alive is restyled and reworded."""
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def shown(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[Shown]:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(QWidget(), lambda _id: None, appearance, settings, lambda: NOW)
    session = Session()
    session.changed.connect(window.show_state)
    made = Shown(window, session)
    window.wished.connect(made.wishes.append)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()  # a test before this one may have left another active
    qtbot.waitExposed(window)
    yield made
    session.changed.disconnect(window.show_state)
    destroy(window)


@pytest.fixture
def sign_in(qtbot: QtBot, appearance: Appearance) -> Iterator[SignInWindow]:
    window = SignInWindow()
    window.show()
    qtbot.waitExposed(window)
    yield window
    destroy(window)


@pytest.fixture
def marked(qapp: QApplication) -> Iterator[None]:
    """Another language is on."""
    translator = Marked()
    assert QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)
