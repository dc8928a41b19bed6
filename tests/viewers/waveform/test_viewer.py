"""The curves as somebody sees and handles them."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from app.imaging.dataset import open_object
from app.imaging.series import Instance, describe_instance
from app.kit.theme import Appearance
from app.viewers.waveform import viewer as module
from app.viewers.waveform.screen import Ruler
from app.viewers.waveform.sheet import Layout
from app.viewers.waveform.viewer import WaveformViewer
from tests.imaging.others import GENERAL_ECG, HEMODYNAMIC, channel, group, instance

PER_MM = 4.0


def about(data: bytes) -> Instance:
    return describe_instance(open_object(data))


def show(viewer: WaveformViewer, data: bytes) -> None:
    viewer.show_content(viewer.parse(data), about(data))


@pytest.fixture
def viewer(qtbot: QtBot, appearance: Appearance, monkeypatch: pytest.MonkeyPatch) -> WaveformViewer:
    """On a screen of four pixels a millimetre."""
    monkeypatch.setattr(module, "ruler_of", lambda _widget: Ruler(PER_MM, True))
    made = WaveformViewer(appearance)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


@pytest.fixture
def ecg(viewer: WaveformViewer, wheel: Path) -> WaveformViewer:
    """With a real twelve-lead record of ten seconds, 77 annotations."""
    show(viewer, (wheel / "waveform_ecg.dcm").read_bytes())
    return viewer


def choose(viewer: QWidget, name: str, row: int) -> None:
    combo = viewer.findChild(QComboBox, name)
    assert combo is not None
    combo.setCurrentIndex(row)


def words(viewer: QWidget, name: str) -> str:
    found: QWidget | None = viewer.findChild(QWidget, name)
    assert found is not None
    return str(found.property("text"))


def step(millivolts: float) -> bytes:
    """One channel, a second at 0 and a second at so many millivolts."""
    numbers = np.zeros(1000)
    numbers[500:] = millivolts * 1000
    made = group(numbers.astype("<i2").tobytes(), [channel("Lead X")], 1000)
    return instance(GENERAL_ECG, WaveformSequence=[made])


def ink_rows(image: QImage, column: int, ink: QColor) -> list[int]:
    """The rows of a column where a colour is, thin lines blended with the paper included."""
    wanted = np.array([ink.red(), ink.green(), ink.blue()])
    found = []
    for row in range(image.height()):
        seen = image.pixelColor(column, row)
        if np.abs(np.array([seen.red(), seen.green(), seen.blue()]) - wanted).max() < 90:
            found.append(row)
    return found


@pytest.mark.parametrize(("gain", "millimetres"), [(0, 5.0), (1, 10.0)])
def test_a_millivolt_is_as_high_as_the_gain_says(
    viewer: WaveformViewer, appearance: Appearance, gain: int, millimetres: float
) -> None:
    show(viewer, step(1.0))
    choose(viewer, "waveform_gain", gain)
    image = viewer.chart.viewport().grab().toImage()
    drawing = viewer.chart.drawing
    assert drawing is not None
    left = drawing.sheet.traces[0].left_mm
    ink = appearance.colour("ecg_trace")
    at = [int((left + seconds * 25) * PER_MM) for seconds in (0.5, 1.5)]
    low, high = (np.mean(ink_rows(image, column, ink)) for column in at)
    assert low - high == pytest.approx(millimetres * PER_MM, abs=1)


def test_the_step_is_where_the_speed_says(viewer: WaveformViewer, appearance: Appearance) -> None:
    show(viewer, step(1.0))
    image = viewer.chart.viewport().grab().toImage()
    drawing = viewer.chart.drawing
    assert drawing is not None
    trace = drawing.sheet.traces[0]
    middle = round(trace.middle_mm * PER_MM)
    ink = appearance.colour("ecg_trace")
    at = [x for x in range(image.width()) if middle in ink_rows(image, x, ink)]
    assert at[-1] == pytest.approx((trace.left_mm + 25) * PER_MM, abs=2)


def test_the_paper_has_a_stronger_line_every_five_millimetres(
    viewer: WaveformViewer, appearance: Appearance
) -> None:
    show(viewer, step(0.0))
    image = viewer.chart.viewport().grab().toImage()
    major = appearance.colour("ecg_major")
    row = image.height() - 7
    lines = [x for x in range(100, 300) if image.pixelColor(x, row) == major]
    assert np.diff(lines).tolist() == [5 * PER_MM] * (len(lines) - 1)
    assert len(lines) == 10


def test_layouts_of_twelve_leads_are_chosen_by_key(ecg: WaveformViewer) -> None:
    drawing = ecg.chart.drawing
    assert drawing is not None
    assert len(drawing.sheet.traces) == 13
    QTest.keyClick(ecg.chart, Qt.Key.Key_L)
    assert ecg.chart.drawing is not None
    assert ecg.chart.drawing.sheet.rows == 6
    QTest.keyClick(ecg.chart, Qt.Key.Key_L)
    assert ecg.chart.drawing.sheet.rows == 12
    assert ecg.chart.drawing.names[:4] == ("I", "II", "III", "aVR")


def test_curves_without_leads_know_one_layout_and_their_own_scale(viewer: WaveformViewer) -> None:
    numbers = np.tile([0, 120], 250).astype("<i2")
    made = group(numbers.tobytes(), [channel("Arterial", unit="mm[Hg]")], 500)
    show(viewer, instance(HEMODYNAMIC, WaveformSequence=[made]))
    drawing = viewer.chart.drawing
    assert drawing is not None
    assert drawing.scales[0].words == "100 mm[Hg] / 10 mm"
    layouts = viewer.findChild(QComboBox, "waveform_layout")
    gains = viewer.findChild(QComboBox, "waveform_gain")
    assert layouts is not None
    assert gains is not None
    assert (layouts.count(), layouts.currentData()) == (1, Layout.ROWS.value)
    assert not gains.isEnabled(), "a pressure has no millimetres a millivolt"
    assert "mm/mV" not in words(viewer, "waveform_scale")


def test_whose_curves_and_how_they_are_drawn_is_said(ecg: WaveformViewer) -> None:
    assert "Anonymous" in words(ecg, "waveform_patient")
    assert "2013-01-25 10:59:19" in words(ecg, "waveform_patient")
    said = words(ecg, "waveform_scale")
    assert "25 mm/s · 10 mm/mV · 0.05–300 Hz · 1000 Hz" in said


def test_true_size_is_said_only_when_it_is(ecg: WaveformViewer) -> None:
    assert "true size" not in words(ecg, "waveform_scale")
    QTest.keyClick(ecg.chart, Qt.Key.Key_F)
    assert ecg.chart.per_mm == PER_MM
    assert "true size" in words(ecg, "waveform_scale")


def test_a_screen_that_does_not_say_its_size_is_told(
    viewer: WaveformViewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ruler_of", lambda _widget: Ruler(PER_MM, False))
    show(viewer, step(1.0))
    assert "approximate" in words(viewer, "waveform_scale")


def test_calipers_by_keys_alone(ecg: WaveformViewer) -> None:
    QTest.keyClick(ecg.chart, Qt.Key.Key_C)
    assert words(ecg, "waveform_reading") == "1000 ms · 60 /min · +0.00 mV"
    for _ in range(4):
        QTest.keyClick(ecg.chart, Qt.Key.Key_Left)
        QTest.keyClick(ecg.chart, Qt.Key.Key_Up)
    assert words(ecg, "waveform_reading") == "960 ms · 62 /min · +0.10 mV"
    assert ecg.chart.accessibleDescription() == "960 ms · 62 /min · +0.10 mV"
    QTest.keyClick(ecg.chart, Qt.Key.Key_Escape)
    assert ecg.chart.calipers is None
    assert words(ecg, "waveform_reading") == ""


def test_calipers_by_hand(ecg: WaveformViewer) -> None:
    ecg.chart.toggle_calipers()
    laid = ecg.chart.calipers
    assert laid is not None
    x, y = (round(v * ecg.chart.per_mm) for v in laid.ends[0])
    port = ecg.chart.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    QTest.mouseMove(port, QPoint(x - 60, y))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(x - 60, y))
    moved = ecg.chart.calipers
    assert moved is not None
    assert moved.active == 0
    assert moved.ends[0][0] == pytest.approx((x - 60) / ecg.chart.per_mm)
    assert moved.ends[1] == laid.ends[1]


def test_what_the_device_says_is_listed_and_a_mark_leads_to_its_place(
    ecg: WaveformViewer,
) -> None:
    tree = ecg.notes
    heads = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    sizes = [head.childCount() for head in heads if isinstance(head, QTreeWidgetItem)]
    assert sizes == [2, 9, 66]
    choose(ecg, "waveform_layout", 2)
    ecg.findChild(QComboBox, "waveform_speed").setCurrentIndex(2)  # type: ignore[union-attr]  # there
    assert heads[2] is not None
    tree.setCurrentItem(heads[2].child(65))
    assert ecg.chart.drawing is not None
    assert ecg.chart.drawing.chosen is not None
    assert ecg.chart.horizontalScrollBar().value() > 0


def test_marks_can_be_hidden(ecg: WaveformViewer) -> None:
    button = ecg.findChild(QToolButton, "waveform_marks")
    assert button is not None
    button.click()
    assert ecg.chart.drawing is not None
    assert ecg.chart.drawing.notes == ()


def test_the_next_group_of_channels(ecg: WaveformViewer) -> None:
    QTest.keyClick(ecg.chart, Qt.Key.Key_N)
    drawing = ecg.chart.drawing
    assert drawing is not None
    assert (drawing.number, drawing.group.label) == (1, "MEDIAN BEAT")


def test_a_record_that_ends_early_says_so(viewer: WaveformViewer) -> None:
    made = group(bytes(1000), [channel()], 5000)
    show(viewer, instance(GENERAL_ECG, WaveformSequence=[made]))
    assert "the file ends before the record does" in words(viewer, "waveform_scale")


def test_where_there_is_little_width_the_notes_lie_under_the_paper(ecg: WaveformViewer) -> None:
    beside = ecg.chart.per_mm
    assert ecg.notes.geometry().left() >= ecg.chart.geometry().right()
    ecg.resize(800, 800)
    QApplication.processEvents()
    assert ecg.notes.geometry().top() >= ecg.chart.geometry().bottom()
    assert ecg.chart.width() == 800
    assert ecg.chart.per_mm <= beside


def test_closing_leaves_nothing_of_the_patient(ecg: WaveformViewer) -> None:
    ecg.close_content()
    assert ecg.chart.drawing is None
    assert words(ecg, "waveform_patient") == ""
    assert ecg.notes.topLevelItemCount() == 0


def test_colours_follow_the_theme(ecg: WaveformViewer, appearance: Appearance) -> None:
    def corner() -> QColor:
        return ecg.chart.viewport().grab().toImage().pixelColor(2, 2)

    light = corner()
    appearance.apply("dark")
    assert corner().lightness() < 60 < light.lightness()
    appearance.apply("light")


def test_everything_has_a_name_and_a_place_in_the_tab_order(ecg: WaveformViewer) -> None:
    for part in (*ecg.findChildren(QComboBox), *ecg.findChildren(QToolButton), ecg.chart):
        if part.objectName().startswith("waveform"):
            assert part.accessibleName(), part.objectName()
            assert part.focusPolicy() & Qt.FocusPolicy.TabFocus, part.objectName()
