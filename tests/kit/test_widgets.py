"""Fields, and the room they take."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.kit.layouts import row
from app.kit.widgets import LineField, label


def test_a_row_of_fields_keeps_its_widths_when_one_is_wrong(qtbot: QtBot) -> None:
    fields = born, number = LineField("born"), LineField("number")
    form = QWidget()
    qtbot.addWidget(form)
    form.setLayout(row(*fields))
    form.resize(360, 200)
    with qtbot.waitExposed(form):
        form.show()
    before = [field.width() for field in fields]
    number.set_problem("The identity number names 1949-12-31 as the date of birth. " * 2)
    qtbot.waitUntil(lambda: number.problem.height() > 2 * born.name.height())
    assert [field.width() for field in fields] == before
    assert number.problem.height() >= number.problem.heightForWidth(number.problem.width())


@pytest.mark.parametrize("rich", [False, True])
def test_a_word_without_end_is_broken_where_its_line_ends(qtbot: QtBot, *, rich: bool) -> None:
    words, column = label(wrap=True), QWidget()
    qtbot.addWidget(column)
    if rich:
        words.setTextFormat(Qt.TextFormat.RichText)
    words.setText("m" * 300)
    column.setLayout(row(words))
    column.resize(220, 400)
    with qtbot.waitExposed(column):
        column.show()
    assert words.width() <= 220
    lines = words.fontMetrics().horizontalAdvance(words.text()) / words.width()
    assert words.heightForWidth(words.width()) >= lines * words.fontMetrics().height()
    assert words.text() == "m" * 300, "what is copied and read aloud is what was written"
    words.setText("short")
    assert words.heightForWidth(200) < 2 * words.fontMetrics().height()
