"""Curves on paper: true millimetres, whose they are, and only as many pages as make sense."""

from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.imaging.dataset import open_object
from app.imaging.film import INCH_MM, MARGIN_MM
from app.imaging.series import describe_instance
from app.kit.theme import Appearance
from app.models.times import moment
from app.viewers.waveform.printing import MOST_PAGES, CurvePages
from app.viewers.waveform.sheet import MARGIN_MM as PULSE_MM
from app.viewers.waveform.sheet import Layout
from app.viewers.waveform.viewer import WaveformViewer

DOTS = 300
AT = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


@pytest.fixture
def ecg(qtbot: QtBot, appearance: Appearance, wheel: Path) -> WaveformViewer:
    """A real twelve-lead record of ten seconds."""
    viewer = WaveformViewer(appearance)
    qtbot.addWidget(viewer)
    viewer.resize(1280, 800)
    viewer.show()
    viewer.printing.now, viewer.printing.by = lambda: AT, lambda: "陈一明"
    data = (wheel / "waveform_ecg.dcm").read_bytes()
    viewer.show_content(viewer.parse(data), describe_instance(open_object(data)))
    return viewer


def choose(viewer: WaveformViewer, name: str, row: int) -> None:
    combo = viewer.findChild(QComboBox, name)
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(row)


def told(viewer: WaveformViewer) -> str:
    label = viewer.findChild(QLabel, "waveform_told")
    assert isinstance(label, QLabel)
    return label.text()


def pdf(qtbot: QtBot, viewer: WaveformViewer, target: Path) -> pypdfium2.PdfDocument:
    viewer.printing.print_to(target)
    qtbot.waitUntil(lambda: told(viewer) != "")
    assert told(viewer) == "PDF saved."
    return pypdfium2.PdfDocument(target)


def drawn(document: pypdfium2.PdfDocument) -> NDArray[np.uint8]:
    bitmap = document[0].render(scale=DOTS / 72, grayscale=True)
    return np.asarray(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)


def pulse(page: NDArray[np.uint8]) -> tuple[float, float]:
    """Width of its top and height of the first calibration pulse, millimetres."""
    k = DOTS / INCH_MM
    top, left = 32.0, MARGIN_MM
    part = page[
        round(top * k) : round((top + 30) * k), round(left * k) : round((left + PULSE_MM - 1) * k)
    ]
    dark = part < 70
    rows = np.flatnonzero(dark.any(axis=1))
    plateau = np.flatnonzero(dark[rows[0] + 1])
    return (plateau[-1] - plateau[0]) / k, (rows[-1] - rows[0]) / k


@pytest.mark.parametrize(("gain", "height"), [(0, 5.0), (1, 10.0), (2, 20.0)])
def test_a_millivolt_and_a_fifth_of_a_second_are_as_long_as_they_say(
    qtbot: QtBot, ecg: WaveformViewer, tmp_path: Path, gain: int, height: float
) -> None:
    choose(ecg, "waveform_gain", gain)
    document = pdf(qtbot, ecg, tmp_path / "ecg.pdf")
    width, size = document[0].get_size()
    assert width > size
    found = pulse(drawn(document))
    assert found == pytest.approx((5.0, height), abs=0.45)  # and the line's own 0.22 mm


def test_the_paper_says_whose_curves_and_at_which_scale(
    qtbot: QtBot, ecg: WaveformViewer, tmp_path: Path
) -> None:
    document = pdf(qtbot, ecg, tmp_path / "ecg.pdf")
    assert len(document) == 1
    text = document[0].get_textpage()
    said = " ".join(normalize("NFKC", text.get_text_bounded()).split())
    for word in ("25 mm/s", "10 mm/mV", "true size", "Page 1 of 1", "Print at 100 %", "aVR"):
        assert word in said
    assert patient_of(ecg).split()[0] in said
    assert f"Printed by 陈一明 at {moment(AT)}" in said


def patient_of(viewer: WaveformViewer) -> str:
    label = viewer.findChild(QLabel, "waveform_patient")
    assert isinstance(label, QLabel)
    return label.text()


def test_a_row_each_goes_over_as_many_pages_as_it_takes(ecg: WaveformViewer) -> None:
    rows = [Layout.COLUMNS_4, Layout.COLUMNS_2, Layout.ROWS].index(Layout.ROWS)
    choose(ecg, "waveform_layout", rows)
    pages = ecg.printing.pages()
    assert isinstance(pages, CurvePages)
    assert pages.count == 2
    choose(ecg, "waveform_speed", 2)
    again = ecg.printing.pages()
    assert isinstance(again, CurvePages)
    assert 2 < again.count <= MOST_PAGES


def test_a_folder_that_is_gone_is_told(qtbot: QtBot, ecg: WaveformViewer, tmp_path: Path) -> None:
    ecg.printing.print_to(tmp_path / "none" / "ecg.pdf")
    qtbot.waitUntil(lambda: told(ecg) != "")
    assert told(ecg) == "Nothing was printed: choose another place."


def test_the_button_has_a_name(ecg: WaveformViewer) -> None:
    button = ecg.findChild(QToolButton, "waveform_print")
    assert isinstance(button, QToolButton)
    assert button.accessibleName()
