"""Fields, and the room they take."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.kit.layouts import row
from app.kit.widgets import LineField


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
