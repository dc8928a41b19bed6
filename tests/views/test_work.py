"""Own cases are searched and sifted by the keyboard."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.commands.case_wishes import WishSeekCases
from app.commands.keys import CommandId
from app.commands.wishes import Page
from app.kit.theme import Appearance
from app.session.queue import CaseFilter, CasesFound, CasesSought
from app.views.work import WorkPage
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


def test_open_or_ended_is_remembered_and_what_was_searched_for_is_not(
    qtbot: QtBot, appearance: Appearance, tmp_path: Path
) -> None:
    settings = QSettings(str(tmp_path / "kept.ini"), QSettings.Format.IniFormat)

    def page() -> tuple[WorkPage, list[object]]:
        made, wishes = WorkPage(appearance, settings), list[object]()
        qtbot.addWidget(made)
        made.wished.connect(wishes.append)
        made.show()
        return made, wishes

    first, wishes = page()
    assert wishes == []
    field, box = first.findChild(QLineEdit, "caseSearch"), first.findChild(QComboBox, "caseFilter")
    assert field is not None
    assert box is not None
    field.setText("何小溪")
    box.setCurrentIndex(box.findData(CaseFilter.ENDED.value))
    box.activated.emit(box.currentIndex())
    second, wishes = page()
    assert wishes == [WishSeekCases("", CaseFilter.ENDED)]
    settings.sync()
    assert "何小溪" not in (tmp_path / "kept.ini").read_text(encoding="utf-8")
    second.hide()
    second.show()
    assert len(wishes) == 1, "once, when the program has begun"


@pytest.mark.parametrize(("written", "wished"), [("3", CaseFilter.ENDED), ("7", None), ("x", None)])
def test_what_is_remembered_is_read_from_its_file_by_the_next_start(
    qtbot: QtBot,
    appearance: Appearance,
    tmp_path: Path,
    written: str,
    wished: CaseFilter | None,
) -> None:
    file = tmp_path / "kept.ini"
    file.write_text(f"[work]\nfilter={written}\n")
    page = WorkPage(appearance, QSettings(str(file), QSettings.Format.IniFormat))
    wishes: list[object] = []
    qtbot.addWidget(page)
    page.wished.connect(wishes.append)
    page.show()
    assert wishes == ([] if wished is None else [WishSeekCases("", wished)])
