"""A record on the screen while it is read: what comes later moves nothing somebody looks at."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QProgressBar, QPushButton, QTableView, QWidget

from app.commands.emr_wishes import WishLeavePatient, WishReadPatient, WishStopReading
from app.models.emr import EVERYTHING
from app.net.emr.clinical import Unfinished
from app.net.emr.gathering import Gathered
from app.net.emr.reading import clinical
from app.session.emr import EmrComing, EmrRead, EmrReading
from tests.fakes.bundles import condition, haemoglobin, patient
from tests.fakes.records import resources
from tests.views.conftest import Shown
from tests.views.test_emr import HER, at_hospital, click

VALUES = (Unfinished("Observation"),)


def come(shown: Shown, *told: dict[str, Any], unfinished: tuple[Unfinished, ...] = VALUES) -> None:
    whole = (patient(), *told)
    record = clinical(whole, unfinished=unfinished)
    gathered = Gathered(whole[0], whole[1:], unfinished=unfinished)
    shown.apply(
        EmrRead(EmrReading("p1", HER.person, 11, 12, coming=EmrComing(gathered, record)))
        if unfinished
        else EmrRead(EmrReading("p1", HER.person, 12, 12, gathered, record))
    )


def stop(shown: Shown) -> None:
    gathered = Gathered(patient(), resources()[1:], unfinished=VALUES)
    coming = EmrComing(gathered, clinical(resources(), unfinished=VALUES), stopped=True)
    shown.apply(EmrRead(EmrReading("p1", HER.person, 11, 12, coming=coming)))


def problems(*years: int) -> list[dict[str, Any]]:
    return [condition(f"c{year}", onsetDateTime=str(year)) for year in years]


def in_window(shown: Shown, kind: type[QWidget], name: str) -> Any:
    return shown.find(kind, name, "emrWindow")


def test_what_has_come_is_read_while_the_rest_comes(shown: Shown) -> None:
    at_hospital(shown)
    come(shown, *problems(2016))
    table = in_window(shown, QTableView, "recordList")
    assert table.isVisible()
    assert table.model().rowCount() == 1
    assert in_window(shown, QProgressBar, "emrBar").isVisible()
    assert not shown.find(QPushButton, "emrShare").isEnabled()
    choice = in_window(shown, QComboBox, "recordSection")
    choice.setCurrentIndex(choice.findData("LABORATORY"))
    coming = in_window(shown, QLabel, "recordComing")
    assert coming.isVisible()
    assert coming.text() == "Still being read: Values and findings"
    come(shown, *problems(2016), haemoglobin(), unfinished=())
    assert not coming.isVisible()
    assert not in_window(shown, QProgressBar, "emrBar").isVisible()
    assert shown.find(QPushButton, "emrShare").isEnabled()


def test_what_comes_later_leaves_the_marked_row_and_the_place_as_they_are(shown: Shown) -> None:
    at_hospital(shown)
    old = problems(*range(1500, 1700, 2))
    come(shown, *old)
    table = in_window(shown, QTableView, "recordList")
    bar = table.verticalScrollBar()
    table.setFocus()
    table.selectRow(60)
    table.scrollTo(table.model().index(55, 0), QTableView.ScrollHint.PositionAtTop)

    def seen() -> tuple[str, int, int]:
        (index,) = table.selectionModel().selectedRows()
        assert table.currentIndex().row() == index.row()
        return index.data(), table.rowViewportPosition(index.row()), len(table.chosen())

    before, place = seen(), bar.value()
    come(shown, *old, *problems(*range(1501, 1800, 2)))
    assert table.model().rowCount() == 250
    assert seen() == before
    assert bar.value() > place
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert table.selectionModel().selectedRows()[0].row() > 60


def test_who_scrolled_and_marked_nothing_stays_where_they_were(shown: Shown) -> None:
    at_hospital(shown)
    old = problems(*range(1500, 1700, 2))
    come(shown, *old)
    table = in_window(shown, QTableView, "recordList")

    def top() -> str:
        return str(table.model().index(table.rowAt(0), 1).data())

    assert top() == "1698"
    come(shown, *old, *problems(1700))
    assert top() == "1700", "nobody has scrolled: the newest is seen"
    table.scrollTo(table.model().index(40, 0), QTableView.ScrollHint.PositionAtTop)
    before = top()
    come(shown, *old, *problems(*range(1700, 1800)))
    assert top() == before


def test_the_section_that_is_open_stays_open_though_nothing_came_of_it(shown: Shown) -> None:
    at_hospital(shown)
    come(shown)
    choice = in_window(shown, QComboBox, "recordSection")
    choice.setCurrentIndex(choice.findData("VITALS"))
    choice.activated.emit(choice.currentIndex())
    come(shown, *problems(2016), haemoglobin())
    assert choice.currentData() == "VITALS"
    come(shown, *problems(2016), haemoglobin(), unfinished=())
    assert (choice.currentData(), choice.currentText()) == ("VITALS", "Vital signs (0)")
    keys = [choice.itemData(n) for n in range(choice.count())]
    assert keys == ["PROBLEMS", "LABORATORY", "VITALS", EVERYTHING]


def test_nothing_of_one_patient_stays_marked_or_open_for_the_next(shown: Shown) -> None:
    at_hospital(shown)
    come(shown, *problems(2016))
    table = in_window(shown, QTableView, "recordList")
    table.selectRow(0)
    other = (patient(id="p2"), *problems(2016))
    coming = EmrComing(Gathered(other[0], other[1:], unfinished=VALUES), clinical(other))
    shown.apply(EmrRead(None), EmrRead(EmrReading("p2", HER.person, coming=coming)))
    assert table.model().rowCount() == 1
    assert table.chosen() == ()


def test_reading_is_stopped_by_button_or_escape_and_what_came_stays(shown: Shown) -> None:
    at_hospital(shown)
    come(shown, *problems(2016))
    click(shown, "emrBack")
    window = shown.find(QWidget, "emrWindow")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert shown.wishes == [WishStopReading(), WishStopReading()]
    assert window.isVisible()
    stop(shown)
    assert in_window(shown, QTableView, "recordList").isVisible()
    assert "not the whole record" in shown.find(QLabel, "emrReading").text()
    assert not shown.find(QPushButton, "emrShare").isEnabled()
    click(shown, "emrAgain")
    click(shown, "emrBack")
    assert shown.wishes[2:] == [WishReadPatient("p1"), WishLeavePatient()]
