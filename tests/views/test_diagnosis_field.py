"""Codes are chosen while typing, with the keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.kit.theme import Appearance
from app.models.diagnosis import Diagnosis, DiagnosisTable
from app.views.diagnosis_field import DiagnosisField


@pytest.fixture
def field(appearance: Appearance, qtbot: QtBot, qapp: QApplication) -> DiagnosisField:
    made = DiagnosisField("codes")
    qtbot.addWidget(made)
    made.words()
    with qtbot.waitActive(made):
        made.show()
    made.line.setFocus()
    return made


def key(field: DiagnosisField, which: Qt.Key) -> None:
    """As the window system hands it out: to what pops up, where something does."""
    QTest.keyClick(QApplication.activePopupWidget() or field.line, which)


def test_initials_and_return_choose_the_first(field: DiagnosisField, qtbot: QtBot) -> None:
    with qtbot.waitSignal(field.edited):
        QTest.keyClicks(field.line, "dnjs")
    key(field, Qt.Key.Key_Return)
    assert field.codes == ("K80.2",)
    assert field.text == "K80.2, "
    assert "Calculus of gallbladder" in field.names.toolTip()


def test_arrows_go_down_the_list_and_a_second_code_follows(field: DiagnosisField) -> None:
    QTest.keyClicks(field.line, "J93")
    key(field, Qt.Key.Key_Down)
    key(field, Qt.Key.Key_Return)
    QTest.keyClicks(field.line, "R91")
    key(field, Qt.Key.Key_Return)
    assert field.codes == ("J93.9", "R91")


def test_a_code_may_be_typed_whole_and_escape_keeps_it(field: DiagnosisField) -> None:
    QTest.keyClicks(field.line, "i10.x00")
    key(field, Qt.Key.Key_Escape)
    assert field.codes == ("I10.x00",)


def test_what_is_no_code_is_told_when_one_goes_on(field: DiagnosisField) -> None:
    QTest.keyClicks(field.line, "qqqq")
    assert field.problem.text() == ""
    field.line.clearFocus()
    assert "qqqq" in field.problem.text().lower()
    assert field.codes == ()


def test_words_that_come_from_elsewhere_take_nothing_from_who_types(field: DiagnosisField) -> None:
    field.set_codes(("R91",))
    QTest.keyClicks(field.line, ", xq")
    field.set_codes(("R91",))
    assert field.text == "R91, xq"


def test_the_hospitals_own_table_is_searched(field: DiagnosisField) -> None:
    field.use(DiagnosisTable([Diagnosis("Z99.x01", "本院诊断", "", "byzd")]))
    QTest.keyClicks(field.line, "byzd")
    key(field, Qt.Key.Key_Return)
    assert field.codes == ("Z99.x01",)
    assert "本院诊断" in field.names.toolTip()
