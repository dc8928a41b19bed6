"""The clinic's worklist says where each waiting case stands and when an expert is expected."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from app.models.case_strip import derive_strip
from app.models.queue import CaseTable, Column, derive_work
from app.session.case import Case, CaseOpened
from app.session.queue import MineLoaded, PlacesSeen, WaitingLoaded
from protocol.consultation import Phase
from protocol.waiting import WaitingPlace, WaitUnknown
from tests.fakes.examples import DOCTOR, NOW, consultation, place, row
from tests.models.test_derived import after


@pytest.mark.parametrize(
    ("stands", "text"),
    [
        (place(), "No. 2 of 5 · about 12 min"),
        (place(position=1, of=1, unknown=WaitUnknown.NO_EXPERT), "No. 1 of 1 · no expert there"),
        (place(unknown=WaitUnknown.NO_AGREEMENT), "No. 2 of 5 · no agreement"),
        (place(unknown=WaitUnknown.DISPATCHER), "No. 2 of 5 · centre decides"),
        (place(unknown=WaitUnknown.NO_MEASURE), "No. 2 of 5 · wait unknown"),
        (place(unknown=WaitUnknown.LONGER), "No. 2 of 5 · longer than usual"),
        (place(expected_at=NOW - timedelta(minutes=1)), "No. 2 of 5 · longer than usual"),
    ],
)
def test_a_waiting_case_says_where_it_stands(stands: WaitingPlace, text: str) -> None:
    state = after(MineLoaded((row(),)), PlacesSeen((stands,)), who=DOCTOR)
    (shown,) = derive_work(state, NOW).mine.rows
    assert shown.cells[Column.OTHER] == text


def test_the_whole_sentence_is_read_aloud_and_shown_on_hovering() -> None:
    state = after(MineLoaded((row(),)), PlacesSeen((place(),)), who=DOCTOR)
    table = CaseTable()
    table.show_rows(derive_work(state, NOW).mine.rows)
    cell = table.index(0, Column.OTHER)
    spoken = table.data(cell, Qt.ItemDataRole.AccessibleTextRole)
    assert isinstance(spoken, str)
    assert spoken.startswith("No. 2 of 5 in the queue of 放射科. An expert is expected in about 12")
    assert spoken in str(table.data(cell, Qt.ItemDataRole.ToolTipRole))


def test_once_an_expert_has_it_the_expert_is_named_again() -> None:
    held = row(phase=Phase.CLAIMED)
    state = after(MineLoaded((held,)), PlacesSeen((place(),)), who=DOCTOR)
    (shown,) = derive_work(state, NOW).mine.rows
    assert shown.cells[Column.OTHER] == "–"


def test_the_open_case_says_it_too() -> None:
    opened = CaseOpened(Case(consultation(row())))
    state = after(opened, PlacesSeen((place(unknown=WaitUnknown.NO_EXPERT),)), who=DOCTOR)
    (line,) = derive_strip(state, NOW)
    assert line.text == (
        "No. 2 of 5 in the queue of 放射科. No expert who could take it can be reached now."
    )


def test_two_masked_names_are_told_apart_by_the_number_in_the_row() -> None:
    first, second = (row(name, patient_name="何**") for name in ("a", "b"))
    rows = derive_work(after(WaitingLoaded((first, second))), NOW).waiting.rows
    assert len({one.cells[Column.PATIENT] for one in rows}) == 2
