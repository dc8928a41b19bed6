"""How a department finds an expert: chosen in the settings, told in the form, seen in the queue."""

from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QTableView

from app.commands.service_line_wishes import WishChooseMode
from app.commands.wishes import Page, WishDecline, WishEditCase
from app.session.case import Case, CaseOpened
from app.session.queue import WaitingLoaded
from app.session.service_lines import ExpertsRead, ServiceLinesRead
from protocol.account import Role
from protocol.consultation import Phase
from protocol.service_line import LineMode, ServiceLine, ServiceLines
from protocol.transition import DeclineReason
from tests.fakes.examples import DOCTOR, EXPERT, account, consultation, content, named, row
from tests.views.conftest import Shown
from tests.views.facts import DISPATCHER, online


def lines(mode: LineMode, *, agreed: bool = True) -> ServiceLinesRead:
    line = ServiceLine(department="放射科", mode=mode, chosen=True, agreed=agreed)
    return ServiceLinesRead(ServiceLines(default=LineMode.OPEN, lines=(line,)))


def drafting(shown: Shown, mode: LineMode, **more: Any) -> QLabel:
    words = content(department="放射科", **more)
    shown.apply(*online(DOCTOR), lines(mode), ExpertsRead((EXPERT,)))
    shown.apply(CaseOpened(Case(consultation(row(phase=Phase.EDITING), words), content=words)))
    shown.go(Page.CASE_FORM)
    return shown.find(QLabel, "lineNote")


@pytest.mark.parametrize("mode", LineMode)
def test_the_clinic_reads_how_the_department_finds_an_expert(shown: Shown, mode: LineMode) -> None:
    note = drafting(shown, mode)
    assert note.isVisible()
    assert len(note.text()) > 20


def test_where_clinics_name_experts_a_missing_name_is_told_and_one_is_chosen(shown: Shown) -> None:
    note = drafting(shown, LineMode.DIRECTED)
    assert note.property("type") == "problem"
    box = shown.find(QComboBox, "directedExpert")
    box.setCurrentIndex(box.findData(str(EXPERT.id)))
    box.activated.emit(box.currentIndex())
    typed = shown.window.case_form.take_typed()
    assert isinstance(typed, WishEditCase)
    assert typed.content.directed_expert_id == EXPERT.id


def test_a_clinic_without_an_agreement_is_warned_before_it_sends_the_case(shown: Shown) -> None:
    note = drafting(shown, LineMode.OPEN)
    shown.apply(lines(LineMode.OPEN, agreed=False))
    assert note.property("type") == "problem"
    assert "no agreement" in note.text()


def test_whom_a_case_names_stays_named_and_can_be_taken_back(shown: Shown) -> None:
    drafting(shown, LineMode.OPEN, directed_expert_id=named("somebody else"))
    box = shown.find(QComboBox, "directedExpert")
    assert box.currentData() == str(named("somebody else"))
    box.setCurrentIndex(0)
    box.activated.emit(0)
    typed = shown.window.case_form.take_typed()
    assert typed is not None
    assert typed.content.directed_expert_id is None


def test_dispatchers_and_administrators_choose_it_and_others_do_not_see_it(shown: Shown) -> None:
    shown.apply(*online(DOCTOR), lines(LineMode.PULL))
    shown.go(Page.SETTINGS)
    assert not shown.window.settings_page.lines.isVisible()
    for who in (DISPATCHER, account("管理员", Role.ADMIN)):
        shown.apply(*online(who))
        assert shown.window.settings_page.lines.isVisible()
    shown.find(QTableView, "lineTable").selectRow(0)
    assert shown.find(QLineEdit, "lineDepartment").text() == "放射科"
    box = shown.find(QComboBox, "lineMode")
    assert box.currentData() == LineMode.PULL.value
    box.setCurrentIndex(0)
    shown.find(QPushButton, "saveLine").click()
    assert shown.wishes[-1] == WishChooseMode("放射科", None)


def test_the_head_of_a_pull_queue_is_passed_over_with_a_reason_in_words(shown: Shown) -> None:
    shown.apply(*online(EXPERT), lines(LineMode.PULL))
    shown.apply(WaitingLoaded((row("c", department="放射科"),)))
    shown.go(Page.WORK)
    shown.find(QPushButton, "passOver").click()
    shown.find(QPushButton, "passOverConfirm").click()
    assert not [one for one in shown.wishes if isinstance(one, WishDecline)]
    shown.find(QLineEdit, "passOverText").setText("先看更急的")
    shown.find(QPushButton, "passOverConfirm").click()
    assert shown.wishes[-1] == WishDecline(
        named("case c"), DeclineReason.NOT_MY_SPECIALTY, "先看更急的"
    )


def test_a_reason_is_sent_of_the_case_it_was_written_for_or_not_at_all(shown: Shown) -> None:
    first, second = row("c", department="放射科"), row("d", department="放射科")
    shown.apply(*online(EXPERT), lines(LineMode.PULL), WaitingLoaded((first, second)))
    shown.go(Page.WORK)
    shown.find(QPushButton, "passOver").click()
    assert shown.find(QLabel, "passOverAbout").text() == first.number
    shown.find(QLineEdit, "passOverText").setText("先看更急的")
    shown.apply(WaitingLoaded((second, first)))
    shown.find(QPushButton, "passOverConfirm").click()
    assert shown.wishes[-1] == WishDecline(first.id, DeclineReason.NOT_MY_SPECIALTY, "先看更急的")
    shown.apply(WaitingLoaded((first, second)))
    shown.find(QPushButton, "passOver").click()
    shown.apply(WaitingLoaded((second,)))
    assert not shown.find(QLineEdit, "passOverText").isVisible()
    assert first.number in shown.find(QLabel, "passOverGone").text()
    shown.find(QPushButton, "passOver").click()
    assert not shown.find(QLabel, "passOverGone").isVisible()
    assert shown.find(QLabel, "passOverAbout").text() == second.number


def test_where_experts_are_rung_nothing_is_passed_over(shown: Shown) -> None:
    shown.apply(*online(EXPERT), lines(LineMode.OPEN))
    shown.apply(WaitingLoaded((row("c", department="放射科"),)))
    shown.go(Page.WORK)
    assert not shown.find(QPushButton, "passOver").isVisible()


def test_an_empty_queue_does_not_promise_a_ring_where_experts_pull(shown: Shown) -> None:
    shown.apply(*online(EXPERT), lines(LineMode.PULL), WaitingLoaded(()))
    shown.go(Page.WORK)
    words = " ".join(one.text() for one in shown.window.work.waiting.findChildren(QLabel))
    assert "not all of them ring" in words
    shown.apply(lines(LineMode.OPEN))
    words = " ".join(one.text() for one in shown.window.work.waiting.findChildren(QLabel))
    assert "appear here and ring" in words


def test_how_many_wait_behind_the_list_is_said(shown: Shown) -> None:
    shown.apply(*online(EXPERT), WaitingLoaded((row("c"),), behind=12))
    shown.go(Page.WORK)
    note = shown.find(QLabel, "behindNote")
    assert note.isVisible()
    assert "12" in note.text()
    shown.apply(WaitingLoaded((row("c"),)))
    assert not note.isVisible()
