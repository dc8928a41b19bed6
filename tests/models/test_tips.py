"""What a stranger has named is read in tool tips letter by letter."""

import pytest
from PySide6.QtGui import Qt, QTextDocument

from app.models.tips import plain_tip


@pytest.mark.parametrize(
    "text",
    [
        "胸部CT\n120 kV",
        "<b>axial</b>",
        "<img src='//elsewhere/share/a.png'>",
        "WBC < 3 & CRP > 5",
        "&lt;b>",
        "<?xml version='1.0'?>",
    ],
)
def test_every_sign_is_shown_and_nothing_is_loaded(text: str) -> None:
    tip = plain_tip(text)
    shown = QTextDocument()
    if Qt.mightBeRichText(tip):
        shown.setHtml(tip)
    else:
        shown.setPlainText(tip)
    assert shown.toPlainText() == text
