"""Everybody reaches everything: by keyboard, by name, in both languages, on a small screen."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.commands.wishes import Page
from app.kit.theme import Appearance
from app.models.sign_in import derive_sign_in
from app.session.entry import Entry, EntryChanged, EntryStage
from app.session.owner import Session
from app.views.sign_in import SignInWindow
from tests.views.conftest import Marked, Shown
from tests.views.facts import draft, lists, online, reading, reported

INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
PAGES = list(Page)


def controls(root: QWidget) -> Iterator[QWidget]:
    """What a person can act on; not what Qt builds inside of it."""
    for widget in root.findChildren(QWidget):
        inside = isinstance(widget.parent(), QComboBox | QAbstractSpinBox)
        popup = widget.window() is not root.window()
        inner = widget.objectName().startswith("qt_") or isinstance(widget, QHeaderView)
        corner = type(widget).__name__ == "QAbstractButton"
        cleared = isinstance(widget.parent(), QLineEdit)
        tabs = type(widget.parent()).__name__ == "QTabBar"
        unused = widget.isHidden() and widget.objectName() == "emptyAction"
        if (
            isinstance(widget, INTERACTIVE)
            and not unused
            and not (inside or popup or inner or corner or cleared or tabs)
        ):
            yield widget


def nameless(root: QWidget) -> list[str]:
    return [
        f"{type(w).__name__} {w.objectName() or '(no object name)'}"
        for w in controls(root)
        if not w.accessibleName().strip() or not w.objectName()
    ]


def fill(shown: Shown) -> None:
    shown.apply(*online(), *lists(), *reported())
    for page in PAGES:
        shown.go(page)


def test_every_control_of_the_main_window_has_a_name(shown: Shown) -> None:
    fill(shown)
    assert nameless(shown.window) == []


def test_every_control_has_a_name_in_the_other_language_too(shown: Shown, marked: None) -> None:
    fill(shown)
    assert nameless(shown.window) == []


def test_every_control_of_the_sign_in_window_has_a_name(sign_in: SignInWindow) -> None:
    assert nameless(sign_in) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.value)
def test_the_window_fits_the_small_screens_of_clinics(shown: Shown, page: Page) -> None:
    fill(shown)
    shown.apply(draft() if page is Page.CASE_FORM else reading()[0])
    shown.go(page)
    hint = shown.window.minimumSizeHint()
    assert (hint.width() <= 1366, hint.height() <= 768) == (True, True), hint


def texts(root: QWidget) -> dict[str, str]:
    """Static words: buttons and the names of fields, by control."""
    found: dict[str, str] = {}
    for number, widget in enumerate(root.findChildren(QWidget)):
        named = isinstance(widget, QLabel) and widget.property("type") == "fieldname"
        if widget.window() is root.window() and (named or isinstance(widget, QAbstractButton)):
            found[f"{number} {widget.objectName()}"] = str(widget.property("text"))
    return {name: text for name, text in found.items() if text}


LANGUAGE_NAMES = {"中文", "English", "中文 / English"}


def test_switching_the_language_rewords_a_window_that_is_shown(
    shown: Shown, qapp: QApplication
) -> None:
    fill(shown)
    shown.go(Page.WORK)
    before = texts(shown.window)
    translator = Marked()
    qapp.installTranslator(translator)
    qapp.sendPostedEvents()
    marked = texts(shown.window)
    plain = [
        f"{name}: {text}"
        for name, text in marked.items()
        if "«" not in text and text not in LANGUAGE_NAMES
    ]
    qapp.removeTranslator(translator)
    qapp.sendPostedEvents()
    # The record's columns are built anew from props, which only the visible page derives.
    assert [line for line in plain if not _page_is_derived_later(line)] == []
    assert texts(shown.window).keys() == before.keys()
    assert not any("«" in text for text in texts(shown.window).values())


def _page_is_derived_later(line: str) -> bool:
    return line.split(" ", 1)[1].startswith(": ")


def test_the_sign_in_window_is_reworded_and_keeps_what_was_typed(
    sign_in: SignInWindow, qapp: QApplication
) -> None:
    field = sign_in.findChild(QLineEdit, "username")
    assert field is not None
    QTest.keyClicks(field, "lin.doctor")
    translator = Marked()
    qapp.installTranslator(translator)
    qapp.sendPostedEvents()
    button = sign_in.findChild(QAbstractButton, "signIn")
    assert button is not None
    assert button.text() == "«Sign in»"
    assert field.text() == "lin.doctor"
    qapp.removeTranslator(translator)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_dress_every_page_without_a_complaint(
    shown: Shown, appearance: Appearance, theme: str
) -> None:
    appearance.apply("dark" if theme == "dark" else "light")
    fill(shown)
    for page in PAGES:
        shown.go(page)
        assert not shown.window.grab().isNull()


def test_tab_reaches_every_field_of_the_sign_in_form_in_order(sign_in: SignInWindow) -> None:
    sign_in.show_props(derive_sign_in(Session().state))
    seen = []
    widget = sign_in.findChild(QLineEdit, "server")
    assert widget is not None
    widget.setFocus()
    for _ in range(4):
        focused = sign_in.focusWidget()
        seen.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == ["server", "username", "password", "signIn"]


@pytest.mark.parametrize("stage", EntryStage, ids=lambda stage: stage.name)
def test_every_stage_of_the_way_in_can_be_shown(sign_in: SignInWindow, stage: EntryStage) -> None:
    session = Session()
    session.apply(EntryChanged(Entry(stage=stage, ca_subject="Hub CA", ca_fingerprint="ab" * 32)))
    sign_in.show_props(derive_sign_in(session.state))
    buttons = [b for b in sign_in.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
    assert len(buttons) > 2
    QApplication.sendEvent(sign_in, QEvent(QEvent.Type.LanguageChange))
