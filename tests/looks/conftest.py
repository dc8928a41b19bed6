"""Scenes are looked at in both languages."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.commands.wishes import Language
from app.composition.language import Languages


@pytest.fixture(params=list(Language), ids=lambda language: language.value)
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Language]:
    languages = Languages(qapp)
    languages.use(request.param)
    yield request.param
    languages.use(Language.EN)
