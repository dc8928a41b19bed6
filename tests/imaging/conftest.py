"""Where real pictures are found."""

import os
from pathlib import Path

import pydicom
import pytest

WHEEL = Path(pydicom.__file__).parent / "data" / "test_files"
PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The objects that ship inside pydicom's wheel."""
    return WHEEL


def shared_root() -> Path:
    """Where real DICOM objects beside the project are, if they are there."""
    root = Path(os.environ.get("HUIZHEN_SHARED", PROJECT.parent / "shared"))
    return root / "data" / "dicom"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real DICOM objects beside the project."""
    folder = shared_root()
    if not folder.is_dir():
        pytest.skip("no shared test data beside the project (HUIZHEN_SHARED)")
    return folder
