"""What the viewers' suites share."""

from pathlib import Path

import pydicom
import pytest
from PySide6.QtWidgets import QApplication

from app.kit.theme import Appearance


@pytest.fixture
def appearance(qapp: QApplication) -> Appearance:
    """The light theme."""
    return Appearance(qapp, "light")


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The objects that ship inside pydicom's wheel."""
    return Path(pydicom.__file__).parent / "data" / "test_files"
