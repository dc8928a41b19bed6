"""Several things in one sentence stand one after another as the language does it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from app.models.field_names import field_words
from app.models.notices import words_for
from app.models.words import word
from app.net.errors import Refused
from app.services.troubles import trouble_of
from app.session.notices import Good
from protocol.consultation import CaseItem
from protocol.errors import ErrorCode, Problem
from resources import resource


@pytest.fixture
def in_chinese(qapp: QApplication) -> Iterator[None]:
    chinese = QTranslator()
    assert chinese.load(str(resource("translations", "huizhen_zh_CN.qm")))
    qapp.installTranslator(chinese)
    yield
    qapp.removeTranslator(chinese)


def lacking(*items: str) -> str:
    problem = Problem(code=ErrorCode.INCOMPLETE_CASE, title="", status=409, missing=items)
    return words_for(*trouble_of(Refused(problem)))


@pytest.mark.usefixtures("in_chinese")
def test_in_chinese_they_are_parted_as_chinese_parts_them() -> None:
    assert field_words(("name", "sex")) == "姓名、性别"
    assert lacking("patient", "consent").count("、") == 1
    assert "consent" not in lacking("consent")
    calling = words_for(Good.CALL_WAITING, (("holder", "林医生"), ("holder", "陈医生")))
    assert "林医生、陈医生" in calling


def test_what_a_case_lacks_is_called_as_its_form_calls_it() -> None:
    assert lacking("question", "consent") == (
        f"The case still needs: {word(CaseItem.QUESTION)}, Patient's consent"
    )
    clash = words_for(ErrorCode.ROTA_OVERLAP, (("holder", "Lin"), ("what", "Radiology")))
    assert "(Radiology, from" in clash
