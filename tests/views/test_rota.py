"""The rota by mouse and by key: making, stretching, moving, removing, weeks, and contacts."""

from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.commands.keys import CommandId
from app.commands.rota_wishes import (
    WishAddShift,
    WishChangeShift,
    WishContact,
    WishCopyWeek,
    WishRemoveShift,
    WishRota,
    WishRotaZone,
    WishSetContact,
)
from app.commands.wishes import Page, WishPage
from app.session.link import ConnectionLost
from app.session.rota import ContactLoaded, RotaAsked, RotaFailed, RotaLoaded
from app.session.state import AnyFact
from app.views.rota_grid import RotaGrid
from app.views.rota_paint import ROW, scale_of
from protocol.account import Account, Role
from protocol.on_call import Contact
from protocol.rota import CopyWeek, RotaKind, SetRotaZone
from tests.fakes.examples import DOCTOR, NOW, account, named
from tests.fakes.rotas import DEPARTMENT, MONDAY, SHANGHAI, at, rota
from tests.views.conftest import Shown
from tests.views.facts import DISPATCHER, online
from tests.views.test_pages import click, press

SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
LEFT = Qt.MouseButton.LeftButton


def planned(who: Account = DISPATCHER, **more: bool) -> tuple[AnyFact, ...]:
    return (*online(who), RotaAsked("", MONDAY), RotaLoaded(MONDAY, rota(None, **more)))


def on_rota(shown: Shown, who: Account = DISPATCHER, **more: bool) -> RotaGrid:
    shown.apply(*planned(who, **more))
    shown.go(Page.ROTA)
    grid = shown.find(RotaGrid, "rotaGrid")
    grid.setFocus()
    return grid


def place(grid: RotaGrid, row: int, day: int, hour: float, low: bool = False) -> QPoint:
    """In the lane of shifts, or of calls."""
    props = grid._props
    assert props is not None
    x = scale_of(props, grid.width()).x(at(day, hour).astimezone(SHANGHAI))
    return QPoint(x, row * ROW + (42 if low else 15))


def drag(grid: RotaGrid, start: QPoint, end: QPoint) -> None:
    none = Qt.KeyboardModifier.NoModifier
    QTest.mousePress(grid, LEFT, none, start)
    place_there = grid.mapToGlobal(QPointF(end))
    kind, no = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
    QApplication.sendEvent(grid, QMouseEvent(kind, QPointF(end), place_there, no, LEFT, none))
    QTest.mouseRelease(grid, LEFT, none, end)


def go_to(grid: RotaGrid, row: int, day: int, hour: int) -> None:
    """By keys alone, from where one begins: the first expert on Monday at eight."""
    for _ in range(row):
        QTest.keyClick(grid, Qt.Key.Key_Down)
    for _ in range(day):
        QTest.keyClick(grid, Qt.Key.Key_Right, CTRL)
    key = Qt.Key.Key_Right if hour >= 8 else Qt.Key.Key_Left
    for _ in range(abs(hour - 8)):
        QTest.keyClick(grid, key)


def wishes(shown: Shown) -> list[object]:
    return [wish for wish in shown.wishes if not isinstance(wish, WishPage)]


def test_dragging_over_free_hours_makes_a_shift_on_half_hours(shown: Shown) -> None:
    grid = on_rota(shown)
    drag(grid, place(grid, 4, 2, 9), place(grid, 4, 2, 17.6))
    (wish,) = wishes(shown)
    assert isinstance(wish, WishAddShift)
    assert wish.body.expert_id == named("李明")
    assert (wish.body.department, wish.body.kind) == (DEPARTMENT, RotaKind.SHIFT)
    assert (wish.body.from_at, wish.body.until_at) == (at(2, 9), at(2, 17.5))


def test_a_click_makes_nothing(shown: Shown) -> None:
    grid = on_rota(shown)
    drag(grid, place(grid, 4, 2, 9), place(grid, 4, 2, 9))
    assert wishes(shown) == []


def test_what_dragging_makes_is_chosen_above(shown: Shown) -> None:
    grid = on_rota(shown)
    kind = shown.find(QComboBox, "rotaKind")
    kind.setCurrentIndex(kind.findData(RotaKind.LEAVE))
    kind.activated.emit(kind.currentIndex())
    drag(grid, place(grid, 4, 2, 0), place(grid, 4, 4, 0))
    (wish,) = wishes(shown)
    assert isinstance(wish, WishAddShift)
    assert wish.body.kind is RotaKind.LEAVE


def test_a_shift_is_stretched_at_its_end_and_moved_in_its_middle(shown: Shown) -> None:
    grid = on_rota(shown)
    drag(grid, place(grid, 2, 5, 18) - QPoint(3, 0), place(grid, 2, 5, 20))
    drag(grid, place(grid, 2, 5, 13), place(grid, 2, 5, 11))
    stretched, moved = wishes(shown)
    assert isinstance(stretched, WishChangeShift)
    assert (stretched.body.from_at, stretched.body.until_at) == (at(5, 8), at(5, 20))
    assert isinstance(moved, WishChangeShift)
    assert (moved.body.from_at, moved.body.until_at) == (at(5, 6), at(5, 16))


@pytest.mark.parametrize("only", [True, False], ids=["one day", "every week"])
def test_what_repeats_is_changed_for_one_day_or_for_all(shown: Shown, only: bool) -> None:
    grid = on_rota(shown)
    QTest.mouseClick(grid, LEFT, Qt.KeyboardModifier.NoModifier, place(grid, 0, 2, 12))
    box = shown.find(QCheckBox, "rotaOnlyDay")
    assert box.isVisible()
    box.setChecked(only)
    click(shown.find(QPushButton, "rotaRemove"))
    (wish,) = wishes(shown)
    day = date(2026, 11, 18) if only else None
    assert wish == WishRemoveShift(named("entry day"), 1, day)


def test_everything_is_done_by_keys_too(shown: Shown, qtbot: QtBot) -> None:
    grid = on_rota(shown)
    go_to(grid, 4, 1, 10)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    (made,) = wishes(shown)
    assert isinstance(made, WishAddShift)
    assert (made.body.from_at, made.body.until_at) == (at(1, 10), at(1, 18))
    for _ in range(2):
        QTest.keyClick(grid, Qt.Key.Key_Up)
    for _ in range(4):
        QTest.keyClick(grid, Qt.Key.Key_Right, CTRL)
    assert "孙丽 · " in shown.find(QLabel, "rotaChosen").text()
    for _ in range(2):
        QTest.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(grid, Qt.Key.Key_Left, ALT)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    moved = wishes(shown)[-1]
    assert isinstance(moved, WishChangeShift), "keys that follow each other are one change"
    assert (moved.body.from_at, moved.body.until_at) == (at(5, 7.5), at(5, 18.5))
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert wishes(shown)[-1] == WishRemoveShift(named("entry saturday"), 1)
    QTest.keyClick(grid, Qt.Key.Key_PageDown)
    assert wishes(shown)[-1] == WishRota(DEPARTMENT, MONDAY + timedelta(days=7))
    assert len(wishes(shown)) == 4


def test_a_change_by_keys_goes_out_by_itself_and_escape_takes_it_back(
    shown: Shown, qtbot: QtBot
) -> None:
    grid = on_rota(shown)
    go_to(grid, 2, 5, 9)
    QTest.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    assert wishes(shown) == []
    QTest.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    qtbot.waitUntil(lambda: len(wishes(shown)) == 1)


def test_space_chooses_what_lies_below(shown: Shown) -> None:
    grid = on_rota(shown)
    leave, shift = at(1, 7), at(1, 13.5)
    more = rota()
    again = more.model_copy(
        update={
            "entries": (
                *more.entries,
                more.entries[-1].model_copy(update={"id": named("x"), "from_at": leave}),
            ),
            "shifts": (
                *more.shifts,
                more.shifts[0].model_copy(
                    update={"entry_id": named("x"), "from_at": leave, "until_at": shift}
                ),
            ),
        }
    )
    shown.apply(RotaLoaded(MONDAY, again))
    go_to(grid, 2, 1, 9)
    block = grid.block()
    assert block is not None
    assert block.kind is RotaKind.SHIFT
    seen = set()
    for _ in range(3):
        QTest.keyClick(grid, Qt.Key.Key_Space)
        block = grid.block()
        assert block is not None
        seen.add(block.kind)
    assert seen == {RotaKind.SHIFT, RotaKind.LEAVE}


def test_the_cursor_is_told_to_who_hears_the_screen(shown: Shown) -> None:
    grid = on_rota(shown)
    go_to(grid, 0, 0, 9)
    assert "陈专家" in grid.accessibleDescription()
    assert "08:00–16:00" in grid.accessibleDescription()
    go_to(grid, 4, 0, 8)
    assert "nothing planned" in grid.accessibleDescription()


def test_a_block_is_edited_in_fields(shown: Shown) -> None:
    from PySide6.QtCore import QDate, QDateTime, QTime, QTimeZone
    from PySide6.QtWidgets import QDateTimeEdit

    grid = on_rota(shown)
    QTest.mouseClick(grid, LEFT, Qt.KeyboardModifier.NoModifier, place(grid, 2, 5, 12))
    end = shown.find(QDateTimeEdit, "rotaEnd")
    assert end.time() == QTime(18, 0), "the time on the wall of the rota"
    end.setDateTime(QDateTime(QDate(2026, 11, 21), QTime(19, 15), QTimeZone.utc()))
    click(shown.find(QPushButton, "rotaSave"))
    (wish,) = wishes(shown)
    assert isinstance(wish, WishChangeShift)
    assert wish.body.until_at == at(5, 19.25)


def test_weeks_departments_zones_and_copies(shown: Shown) -> None:
    on_rota(shown)
    click(shown.find(QPushButton, "rotaBack"))
    click(shown.find(QPushButton, "rotaThisWeek"))
    click(shown.find(QPushButton, "rotaCopy"))
    department = shown.find(QComboBox, "rotaDepartment")
    department.setCurrentText("心内科")
    department.activated.emit(1)
    zone = shown.find(QComboBox, "rotaZone")
    zone.setEditText("Asia/Urumqi")
    zone.activated.emit(0)
    week = timedelta(days=7)
    assert wishes(shown) == [
        WishRota(DEPARTMENT, MONDAY - week),
        WishRota(DEPARTMENT, MONDAY),
        WishCopyWeek(CopyWeek(department=DEPARTMENT, from_day=MONDAY, to_day=MONDAY + week)),
        WishRota("心内科", MONDAY),
        WishRotaZone(SetRotaZone(department=DEPARTMENT, zone="Asia/Urumqi")),
    ]


def test_two_steps_are_two_weeks_also_before_the_first_has_come(shown: Shown) -> None:
    on_rota(shown)
    week = timedelta(days=7)
    shown.apply(RotaAsked(DEPARTMENT, MONDAY + week))
    click(shown.find(QPushButton, "rotaNext"))
    assert wishes(shown) == [WishRota(DEPARTMENT, MONDAY + 2 * week)]


def test_while_another_department_is_on_its_way_nothing_is_planned_in_the_last_one(
    shown: Shown,
) -> None:
    grid = on_rota(shown)
    shown.apply(RotaAsked("心内科", MONDAY))
    assert not grid.isVisible()
    assert not shown.find(QPushButton, "rotaCopy").isVisible()
    click(shown.find(QPushButton, "rotaNext"))
    assert wishes(shown) == [WishRota("心内科", MONDAY + timedelta(days=7))]
    shown.apply(RotaLoaded(MONDAY, rota(None)))
    assert not grid.isVisible(), "an answer of the last department"


def test_where_somebody_is_reached_is_read_only_when_asked_for(shown: Shown) -> None:
    on_rota(shown)
    click(shown.find(QPushButton, "rotaReadContact"))
    assert wishes(shown) == [WishContact(named("陈专家"))]
    shown.apply(ContactLoaded(named("陈专家"), Contact(mail="chen@hospital.example")))
    mail, phone = shown.find(QLineEdit, "rotaMail"), shown.find(QLineEdit, "rotaPhone")
    assert mail.text() == "chen@hospital.example"
    phone.setText("not a number")
    click(shown.find(QPushButton, "rotaSaveContact"))
    assert len(wishes(shown)) == 1, "what cannot be right does not go out"
    phone.setText("+86 138 0000 0000")
    shown.window.show_state(shown.session.state)  # a second passes
    assert phone.text() == "+86 138 0000 0000", "nobody is typed over"
    click(shown.find(QPushButton, "rotaSaveContact"))
    kept = Contact(mail="chen@hospital.example", phone="+86 138 0000 0000")
    assert wishes(shown)[-1] == WishSetContact(named("陈专家"), kept)
    assert "138" not in repr(wishes(shown)[-1])


def test_who_does_not_plan_looks_only(shown: Shown) -> None:
    expert = account("陈专家", Role.EXPERT)
    grid = on_rota(shown, expert, may_edit=False, may_contact=False)
    drag(grid, place(grid, 4, 2, 9), place(grid, 4, 2, 17))
    go_to(grid, 0, 0, 9)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    QTest.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    assert wishes(shown) == []
    assert not shown.find(QPushButton, "rotaCopy").isVisible()
    assert not shown.find(QPushButton, "rotaReadContact").isVisible()


def test_offline_it_can_be_looked_at(shown: Shown) -> None:
    grid = on_rota(shown)
    shown.apply(ConnectionLost(NOW))
    go_to(grid, 4, 0, 8)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert wishes(shown) == []
    assert "No network" in shown.find(QLabel, "rotaHint").text()


def test_a_rota_that_cannot_be_read_says_so_and_is_read_again(shown: Shown) -> None:
    shown.apply(*online(DISPATCHER), RotaAsked("", MONDAY), RotaFailed())
    shown.go(Page.ROTA)
    click(shown.window.rota.findChild(QPushButton, "retry"))
    assert shown.wishes == [WishPage(Page.ROTA)]


def test_an_answer_that_was_overtaken_is_not_shown(shown: Shown) -> None:
    grid = on_rota(shown)
    shown.apply(RotaAsked(DEPARTMENT, MONDAY + timedelta(days=7)), RotaLoaded(MONDAY, rota(())))
    assert grid.block() is not None


def test_the_key_leads_experts_and_dispatchers_there_and_nobody_else(shown: Shown) -> None:
    shown.apply(*online(DOCTOR))
    press(shown, CommandId.ROTA)
    assert shown.wishes == []
    shown.apply(*online(DISPATCHER))
    press(shown, CommandId.ROTA)
    assert shown.wishes == [WishPage(Page.ROTA)]


def test_a_time_is_never_before_its_beginning(shown: Shown) -> None:
    grid = on_rota(shown)
    drag(grid, place(grid, 2, 5, 18) - QPoint(3, 0), place(grid, 2, 5, 2))
    (wish,) = wishes(shown)
    assert isinstance(wish, WishChangeShift)
    assert wish.body.until_at == at(5, 8.5)
    assert isinstance(wish.body.from_at, datetime)
