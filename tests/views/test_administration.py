"""An administrator adds an institution with what the page offers at once."""

from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.commands.administration_wishes import WishAddInstitution
from app.views.administration import AdministrationPage
from protocol.account import InstitutionKind


def test_an_institution_is_a_clinic_until_somebody_says_otherwise(qtbot: QtBot) -> None:
    page, wishes = AdministrationPage(), list[object]()
    qtbot.addWidget(page)
    page.wished.connect(wishes.append)
    box = page.findChild(QComboBox, "institutionKind")
    assert box is not None
    assert box.currentText()
    for name, text in (("institutionCode", "c1"), ("institutionName", "青山卫生院")):
        field = page.findChild(QLineEdit, name)
        assert field is not None
        field.setText(text)
    add = page.findChild(QPushButton, "addInstitution")
    assert add is not None
    add.click()
    (wish,) = wishes
    assert isinstance(wish, WishAddInstitution)
    assert wish.body.kind is InstitutionKind.CLINIC
