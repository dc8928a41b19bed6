"""What strangers write may be one word without end: no window grows by it, and nothing that
tells who the patient is goes away."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from itertools import product
from typing import Any

import pytest
from pydantic import BaseModel
from PySide6.QtWidgets import QDialog, QLabel, QListWidget, QScrollArea, QWidget

from app.commands.wishes import Page
from app.net.emr.gathering import Gathered
from app.net.emr.reading import clinical
from app.session.board import BoardCaseChosen, BoardLoaded, CandidatesLoaded
from app.session.case import Case, CaseOpened, OpinionEdited
from app.session.emr import (
    EmrConfigured,
    EmrRead,
    EmrReading,
    EmrSearch,
    EmrSearched,
    FoundPatient,
    SharedReading,
    SharedRecordRead,
)
from app.session.notices import Good, Notice, NoticeRaised, Severity
from app.session.owner import Session
from app.session.queue import Load, MineLoaded, OffersLoaded, WaitingLoaded
from app.session.state import AnyFact
from app.views.main_window import MainWindow
from protocol.consultation import Action, Phase
from tests.fakes.boards import board, candidates
from tests.fakes.examples import (
    CASE,
    DOCTOR,
    EXPERT,
    NOW,
    consultation,
    content,
    message,
    named,
    offer,
    opinion,
    person,
    row,
    study,
)
from tests.fakes.hospital import OWN
from tests.fakes.records import resources, shared
from tests.looks.test_room import HEIGHT, WIDTH, describe, is_cut, scrolls_aside
from tests.looks.test_scenes import settled
from tests.views import facts

pytestmark = pytest.mark.looks
LONG = "Wm" * 150
SMALLEST = 960, 540
"""1920×1080 at 200 %."""
WRITTEN = {
    *("name", "patient_id", "patient_name", "phone", "allergies", "reason", "question", "history"),
    *("findings", "impression", "recommendation", "critical_finding", "department", "description"),
    *("display_name", "institution_name", "given_by", "text", "display", "family", "given"),
    *("title", "valueString", "requester_name", "requester_institution", "expert_name"),
    *("expert_institution", "by", "author", "patient_ids", "shared_by", "caption", "manifestation"),
}
"""Fields that somebody else fills in."""


def endless(told: Any, *, written: bool = False) -> Any:
    """The same with one endless word in every field that somebody else filled in."""
    if type(told) is str:
        return LONG if written and told else told
    if isinstance(told, tuple | list):
        return type(told)(endless(one, written=written) for one in told)
    if isinstance(told, Mapping):
        return {key: endless(one, written=key in WRITTEN) for key, one in told.items()}
    if isinstance(told, BaseModel):
        parts = {name: getattr(told, name) for name in type(told).model_fields}
        return told.model_copy(update=endless(parts))
    if is_dataclass(told) and not isinstance(told, type):
        kept = {one.name: getattr(told, one.name) for one in fields(told) if one.init}
        return replace(told, **endless(kept))
    return told


def record_facts() -> tuple[AnyFact, ...]:
    """The expert reads a case that carries a record; the same is open at the hospital."""
    told = endless(resources())
    carried, _bundle = shared(*told)
    summary = row(phase=Phase.READING, expert=person(EXPERT))
    case = consultation(summary, record=carried, studies=(study(),), allowed_actions=tuple(Action))
    record = clinical(told)
    her = FoundPatient("W" * 200, record.person)
    messages = (endless(message()),)
    return (
        CaseOpened(Case(endless(case), content=endless(content()), messages=messages)),
        *facts.CLAIMED,
        OpinionEdited(CASE, endless(opinion())),
        SharedRecordRead(SharedReading(CASE, carried.sha256, Load.READY, record)),
        EmrConfigured(OWN.server),
        EmrSearched(EmrSearch(LONG, found=(her,))),
        EmrRead(EmrReading(her.id, her.person, 12, 12, Gathered(told[0], told[1:]), record)),
    )


def facts_of(page: Page) -> tuple[AnyFact, ...]:
    details = (("number", row().number), ("holder", LONG))
    notice = Notice(named("notice"), NOW, Good.REPORT_ARCHIVED, Severity.SUCCESS, details)
    common: tuple[AnyFact, ...] = (
        *facts.online(endless(facts.EVERYBODY)),
        MineLoaded(endless((row("a", Phase.READING), row("b", Phase.EDITING)))),
        WaitingLoaded(endless((row("c"), row("d"))), behind=12_345),
        NoticeRaised(notice),
    )
    match page:
        case Page.WORK:
            return (*common, OffersLoaded((endless(offer("a")),)))
        case Page.WORKSPACE:
            return (*common, *record_facts())
        case Page.CASE_FORM:
            return (*common, endless(facts.draft()))
        case Page.BOARD:
            chosen = named("case f")
            return (
                *facts.online(endless(facts.DISPATCHER)),
                BoardLoaded(endless(board())),
                BoardCaseChosen(chosen),
                CandidatesLoaded(chosen, endless(candidates())),
            )
        case _:
            return common


def shows(window: MainWindow, page: Page, *told: AnyFact) -> None:
    session = Session()
    for fact in told:
        session.apply(fact)
    window.show_page(page)
    window.show_state(session.state)
    settled()


def assert_whole(window: QWidget, what: object) -> None:
    settled()
    assert window.minimumSizeHint().width() <= SMALLEST[0], what
    assert not [describe(one) for one in window.findChildren(QWidget) if is_cut(one)], what
    areas = window.findChildren(QScrollArea)
    aside = [one.objectName() for one in areas if one.isVisible() and scrolls_aside(one)]
    assert not aside or what is Page.BOARD, what  # its columns are side by side


def test_every_page_keeps_its_place_and_is_no_larger_than_a_small_screen(
    main_window: MainWindow,
) -> None:
    window = main_window
    for page in Page:
        window.resize(WIDTH, HEIGHT)
        shows(window, page, *facts_of(page))
        assert_whole(window, page)
        assert (window.width(), window.height()) == (WIDTH, HEIGHT), page
        window.resize(*SMALLEST)
        settled()
        assert_whole(window, page)
        assert (window.width(), window.height()) == SMALLEST, page


def test_every_window_with_a_strangers_words_fits(main_window: MainWindow) -> None:
    window = main_window
    window.resize(WIDTH, HEIGHT)
    shows(window, Page.WORKSPACE, *facts_of(Page.WORKSPACE))
    workspace = window.workspace
    workspace.show_part("record", visible=True)
    tabs = workspace.record.tabs
    for number in range(tabs.count()):
        tabs.setCurrentIndex(number)
        assert_whole(window, tabs.tabText(number))
    who = workspace.record.emr.sections.findChild(QLabel, "recordPerson")
    assert who is not None
    assert who.heightForWidth(who.width()) <= 6 * who.fontMetrics().lineSpacing()
    assert LONG in who.toolTip()
    assert LONG in who.accessibleName()
    workspace.show_chat()
    settled()
    messages = window.findChild(QListWidget, "chatMessages")
    assert messages is not None
    words = messages.visualItemRect(messages.item(0))
    lines = messages.fontMetrics().horizontalAdvance(LONG) / messages.viewport().width()
    assert words.height() > lines * messages.fontMetrics().height(), "none of it is left out"
    workspace.show_part("record", visible=True)
    workspace.record.emr.enlarge()
    shows(window, Page.CASE_FORM, *record_facts(), *facts_of(Page.CASE_FORM))
    window.intake.open_emr()
    opened = [one for one in window.findChildren(QDialog) if one.isVisible()]
    assert {"recordWindow", "emrWindow"} <= {one.objectName() for one in opened}
    for dialog in opened:
        assert_whole(dialog, dialog.objectName())
        assert dialog.width() <= WIDTH - 40
        assert dialog.height() <= HEIGHT - 40
        dialog.close()


def test_who_it_is_and_the_first_allergy_are_read_at_any_width(main_window: MainWindow) -> None:
    for name, width in product(("何小溪", LONG), (WIDTH, 1139, SMALLEST[0])):
        assert_is_told(main_window, name, width)


def assert_is_told(window: MainWindow, name: str, width: int) -> None:
    whose = content()
    assert whose.patient is not None
    told = whose.patient.model_copy(update={"name": name, "allergies": ("碘造影剂", LONG)})
    case = consultation(row(phase=Phase.READING, expert=person(EXPERT), requester=person(DOCTOR)))
    opened = CaseOpened(Case(case, content=whose.model_copy(update={"patient": told})))
    window.resize(width, HEIGHT)
    shows(window, Page.WORKSPACE, *facts.online(EXPERT), opened, *facts.CLAIMED)
    assert window.width() == width
    words = {
        one: window.findChild(QLabel, f"banner{one}")
        for one in ("Name", "Line", "PatientId", "Allergies", "Number", "Status", "Clock")
    }
    for one, shown in words.items():
        assert shown is not None
        assert shown.text(), one
        needed = shown.fontMetrics().horizontalAdvance(
            {"Name": "何小溪", "Allergies": "⚠ 碘造影剂…"}.get(one, shown.text())
        )
        assert shown.width() >= needed, one
        assert shown.visibleRegion().boundingRect() == shown.rect(), one
