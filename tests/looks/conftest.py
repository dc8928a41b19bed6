"""Scenes are looked at in both languages."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.commands.wishes import Language
from app.composition.language import Languages
from app.kit.theme import ThemeName


@pytest.fixture(params=list(Language), ids=lambda language: language.value)
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Language]:
    languages = Languages(qapp)
    languages.use(request.param)
    yield request.param
    languages.use(Language.EN)


@pytest.fixture
def theme(language: Language) -> ThemeName:
    """Sizes are those of both themes alike (`resources/themes/metrics.json`), so each language is
    looked at in one of them."""
    return "light" if language is Language.ZH_CN else "dark"
