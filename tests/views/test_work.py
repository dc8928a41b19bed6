"""Own cases are searched and sifted by the keyboard."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit

from app.commands.case_wishes import WishSeekCases
from app.commands.keys import CommandId
from app.commands.wishes import Page
from app.session.queue import CaseFilter, CasesFound, CasesSought
from tests.views.conftest import Shown
from tests.views.facts import lists, online
from tests.views.test_pages import press


def work(shown: Shown) -> QLineEdit:
    shown.apply(*online(), *lists())
    shown.go(Page.WORK)
    press(shown, CommandId.CASE_SEARCH)
    return shown.find(QLineEdit, "caseSearch")


def test_a_key_leads_to_the_search_and_a_pause_asks(shown: Shown) -> None:
    field = work(shown)
    assert field.hasFocus()
    QTest.keyClicks(field, "0007")
    shown.window.work._pause.due.emit()
    assert shown.wishes[-1] == WishSeekCases("0007", CaseFilter.ALL)


def test_a_choice_asks_at_once(shown: Shown) -> None:
    work(shown)
    box = shown.find(QComboBox, "caseFilter")
    box.setCurrentIndex(box.findData(CaseFilter.OPEN.value))
    box.activated.emit(box.currentIndex())
    assert shown.wishes[-1] == WishSeekCases("", CaseFilter.OPEN)


def test_nothing_found_is_said_and_does_not_offer_a_new_case(shown: Shown) -> None:
    work(shown)
    shown.apply(CasesSought("nobody", CaseFilter.ALL), CasesFound("nobody", ()))
    words = [one.text() for one in shown.window.work.mine.findChildren(QLabel)]
    assert "No such case" in words
    assert "New case" not in words
