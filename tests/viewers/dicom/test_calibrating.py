"""Calibrating by hand at the real viewer: a line, a length, and what every number says after it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QPushButton
from pytestqt.qtbot import QtBot

from app.imaging.annotation import AnnotationKind
from app.imaging.geometry import Calibration
from app.viewers.dicom.calibrating.entry import LengthEntry
from app.viewers.dicom.viewer import DicomViewer
from tests.viewers.dicom.test_marking import drag, drawn

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def entry(viewer: DicomViewer) -> LengthEntry:
    (found,) = viewer.pane.findChildren(LengthEntry)
    assert isinstance(found, LengthEntry)
    return found


def field(viewer: DicomViewer) -> QDoubleSpinBox:
    found = entry(viewer).findChild(QDoubleSpinBox, "known_length")
    assert isinstance(found, QDoubleSpinBox)
    return found


def scope(viewer: DicomViewer) -> QComboBox:
    found = entry(viewer).findChild(QComboBox, "calibration_scope")
    assert isinstance(found, QComboBox)
    return found


def typed(viewer: DicomViewer, length: str, *, series: bool = False) -> None:
    """A line of 40 columns, what it is long, and Enter."""
    QTest.keyClick(viewer.pane, Qt.Key.Key_C, SHIFT)
    drag(viewer, (10, 40), (50, 40))
    assert entry(viewer).isVisible()
    if series:
        scope(viewer).setCurrentIndex(1)
    field(viewer).selectAll()
    QTest.keyClicks(field(viewer), length)
    QTest.keyClick(field(viewer), Qt.Key.Key_Return)
    assert not entry(viewer).isVisible()


def length_of(viewer: DicomViewer) -> tuple[object, Calibration]:
    """What the first shape says."""
    found = viewer.marking.sheet.measured(drawn(viewer)[0], None)
    assert found is not None
    return found.quantities[0].value, found.scale.calibration


def calibration(viewer: DicomViewer) -> Calibration:
    assert viewer.pane.picture is not None
    return viewer.pane.picture.spacing.calibration


@pytest.fixture
def measured(opened: DicomViewer) -> DicomViewer:
    """A line of 40 columns on the first slice: 20 mm by the file."""
    opened.pane.tool = AnnotationKind.LENGTH
    drag(opened, (10, 10), (50, 10))
    assert length_of(opened) == (pytest.approx(20.0, abs=0.2), Calibration.PATIENT)
    return opened


def test_a_length_told_by_the_reader_holds_for_the_picture(measured: DicomViewer) -> None:
    typed(measured, "100")
    assert length_of(measured) == (pytest.approx(100.0, rel=0.02), Calibration.MANUAL)
    assert "Calibrated by hand" in measured.pane.corners.badge
    measured.scroll_by(1)
    assert calibration(measured) is Calibration.PATIENT
    assert "Calibrated by hand" not in measured.pane.corners.badge
    measured.scroll_by(-1)
    assert calibration(measured) is Calibration.MANUAL


def test_it_can_be_undone_and_taken_off(measured: DicomViewer) -> None:
    typed(measured, "100")
    QTest.keyClick(measured.pane, Qt.Key.Key_Z, CONTROL)
    assert length_of(measured) == (pytest.approx(20.0, abs=0.2), Calibration.PATIENT)
    assert calibration(measured) is Calibration.PATIENT
    QTest.keyClick(measured.pane, Qt.Key.Key_Y, CONTROL)
    assert calibration(measured) is Calibration.MANUAL
    QTest.keyClick(measured.pane, Qt.Key.Key_C, ALT)
    assert calibration(measured) is Calibration.PATIENT
    QTest.keyClick(measured.pane, Qt.Key.Key_C, ALT)
    assert measured.pane.marks.note == "This picture is not calibrated by hand."


def test_for_a_series_in_centimetres(measured: DicomViewer) -> None:
    QTest.keyClick(measured.pane, Qt.Key.Key_C, SHIFT)
    drag(measured, (10, 40), (50, 40))
    unit = entry(measured).findChild(QComboBox, "known_unit")
    assert isinstance(unit, QComboBox)
    unit.setCurrentText("cm")
    scope(measured).setCurrentIndex(1)
    field(measured).setValue(4.0)
    button = entry(measured).findChild(QPushButton, "calibrate_now")
    assert isinstance(button, QPushButton)
    button.click()
    measured.scroll_to(7)
    assert calibration(measured) is Calibration.MANUAL
    assert length_of(measured) == (pytest.approx(40.0, rel=0.02), Calibration.MANUAL)


def test_it_survives_another_series_in_between(measured: DicomViewer) -> None:
    typed(measured, "100")
    series = measured.active.series
    assert series is not None
    measured.active.clear()
    measured.active.show_series(series)
    assert calibration(measured) is Calibration.MANUAL


def test_another_study_knows_nothing_of_it(measured: DicomViewer) -> None:
    typed(measured, "100", series=True)
    measured.close_source()
    assert measured.marking.sheet.sheet.calibrations == ()


def test_esc_drops_the_line_and_nothing_changes(measured: DicomViewer) -> None:
    QTest.keyClick(measured.pane, Qt.Key.Key_C, SHIFT)
    drag(measured, (10, 40), (50, 40))
    QTest.keyClick(field(measured), Qt.Key.Key_Escape)
    assert not entry(measured).isVisible()
    assert calibration(measured) is Calibration.PATIENT


def test_without_a_length_nothing_can_be_calibrated(measured: DicomViewer) -> None:
    QTest.keyClick(measured.pane, Qt.Key.Key_C, SHIFT)
    drag(measured, (10, 40), (50, 40))
    button = entry(measured).findChild(QPushButton, "calibrate_now")
    assert isinstance(button, QPushButton)
    assert not button.isEnabled()
    QTest.keyClick(field(measured), Qt.Key.Key_Return)
    assert calibration(measured) is Calibration.PATIENT


def test_a_click_is_no_line(measured: DicomViewer) -> None:
    QTest.keyClick(measured.pane, Qt.Key.Key_C, SHIFT)
    drag(measured, (10, 40), (11, 40))
    assert not entry(measured).isVisible()
    assert "known length" in measured.pane.marks.note


def test_without_a_mouse_the_line_is_put_in_the_middle(measured: DicomViewer) -> None:
    QTest.keyClick(measured.pane, Qt.Key.Key_C, SHIFT)
    QTest.keyClick(measured.pane, Qt.Key.Key_Insert)
    assert entry(measured).isVisible()
    field(measured).setValue(32.0)
    QTest.keyClick(field(measured), Qt.Key.Key_Return)
    assert measured.pane.picture is not None
    assert measured.pane.picture.spacing.column == pytest.approx(2.0)  # 16 of 64 columns


def test_an_end_can_be_moved_before_the_length_is_told(measured: DicomViewer) -> None:
    QTest.keyClick(measured.pane, Qt.Key.Key_C, SHIFT)
    drag(measured, (10, 40), (50, 40))
    drag(measured, (50, 40), (30, 40))
    field(measured).setValue(20.0)
    QTest.keyClick(field(measured), Qt.Key.Key_Return)
    assert measured.pane.picture is not None
    assert measured.pane.picture.spacing.column == pytest.approx(1.0, rel=0.03)


def test_another_slice_drops_the_line(qtbot: QtBot, measured: DicomViewer) -> None:
    QTest.keyClick(measured.pane, Qt.Key.Key_C, SHIFT)
    drag(measured, (10, 40), (50, 40))
    measured.scroll_by(1)
    qtbot.waitUntil(lambda: not entry(measured).isVisible())
    measured.scroll_by(-1)
    assert not entry(measured).isVisible()
