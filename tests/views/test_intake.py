"""Inbox, search, preview and settings as they are used: keyboard, words, and what they wish."""

from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QTableView,
)

from app.commands.intake_wishes import (
    StudyQuery,
    WishAttach,
    WishLook,
    WishRemoveFromInbox,
    WishRetrieve,
    WishSearchPacs,
    WishSettle,
)
from app.commands.wishes import Page
from app.models.inbox import listening_words
from app.models.pacs import derive_pacs
from app.net.studies import FoundStudy
from app.session.intake import (
    IntakeConfigured,
    IntakeTold,
    RetrieveBegun,
    SearchBegun,
)
from app.session.queue import MineLoaded
from app.store.intake_settings import Caller, IntakeSettings, Pacs, Receiver
from app.transfer.intake_messages import (
    InboxPerson,
    InboxRow,
    InboxState,
    IntakeState,
    PacsAnswered,
    PacsProblem,
    RetrieveProgress,
)
from app.views.pacs import PacsWindow
from protocol.consultation import Phase
from tests.fakes.examples import NOW, named, person
from tests.fakes.examples import row as case_row
from tests.views.conftest import Shown
from tests.views.facts import EVERYBODY, lists, online
from tests.views.test_access import nameless

pytestmark = pytest.mark.qt_log_ignore("does not support")
HE = InboxPerson(name="何^小溪", patient_id="QS-2026-0042", birth_date="19580402", sex="F")
LIN = InboxPerson(
    name="Lin^Yuanshan=林^远山", patient_id="QS-2026-0043", birth_date="19640112", sex="M"
)
PACS = Pacs(id=uuid4(), name="County", ae_title="ORTHANC", host="10.1.2.10", port=4242)
SETTINGS = IntakeSettings(
    receiver=Receiver(on=True, callers=(Caller(ae_title="CT01", host="10.1.2.3", port=104),)),
    pacs=(PACS,),
)


def row(uid: str, **changed: object) -> InboxRow:
    values: dict[str, object] = {
        "study_instance_uid": uid,
        "patients": (HE,),
        "description": "Chest",
        "study_date": "20261126",
        "accession_number": "A1",
        "modalities": ("CT",),
        "images": 180,
        "size": 1 << 20,
        "expected": None,
        "conflicts": 0,
        "source": "CT01",
        "last_at": NOW,
        "attached": (),
        **changed,
    }
    return InboxRow.model_validate(values)


def inbox(shown: Shown, *rows: InboxRow) -> QTableView:
    shown.apply(*online(), *lists(), IntakeConfigured(SETTINGS))
    shown.apply(IntakeTold(InboxState(studies=rows)))
    shown.go(Page.INBOX)
    return shown.find(QTableView, "inboxTable")


def texts(table: QTableView, number: int) -> list[str]:
    model = table.model()
    return [str(model.index(number, column).data()) for column in range(model.columnCount())]


def test_what_is_wrong_with_a_study_stands_in_its_row(shown: Shown) -> None:
    table = inbox(
        shown,
        row("1.1"),
        row("1.2", images=127, expected=180),
        row("1.3", patients=(HE, LIN), conflicts=2),
        row("1.4", broke_off=True),
    )
    assert texts(table, 0)[-1] == ""
    assert texts(table, 1)[4] == "127 / 180"
    assert texts(table, 1)[-1] == "⚠ incomplete: 53 missing"
    assert "names several patients" in texts(table, 2)[-1]
    assert "2 other images" in texts(table, 2)[-1]
    assert texts(table, 2)[0] == "何小溪 ⚠ 林远山 / Lin Yuanshan"
    assert "broke off: send or fetch again" in texts(table, 3)[-1]


def test_marks_that_a_person_has_seen_to_are_taken_away_after_a_question(shown: Shown) -> None:
    table = inbox(shown, row("1.1"), row("1.2", lost=2), row("1.3", broke_off=True, arriving=True))
    settle = shown.find(QPushButton, "inboxSettle")
    for number, offered in enumerate((False, True, False)):
        table.selectRow(number)
        assert settle.isVisible() is offered
    table.selectRow(1)
    settle.click()
    shown.find(QPushButton, "settleQuestionYes").click()
    assert shown.wishes[-1] == WishSettle(("1.2",))


def test_a_study_goes_to_a_new_case_or_to_a_draft(shown: Shown) -> None:
    table = inbox(shown, row("1.1"))
    attach = shown.find(QPushButton, "attach")
    assert not attach.isEnabled()
    table.selectRow(0)
    attach.click()
    menu = shown.find(QMenu, "attachMenu")
    next(one for one in menu.actions() if one.text() == "New case").trigger()
    assert shown.wishes[-1] == WishAttach(("1.1",))
    menu.close()


def test_a_submitted_case_is_not_offered_among_those_being_written(shown: Shown) -> None:
    table = inbox(shown, row("1.1"))
    me = person(EVERYBODY)
    written = case_row(phase=Phase.EDITING, requester=me)
    waits = case_row(id=named("case b"), number="CONS-2", phase=Phase.QUEUED, requester=me)
    shown.apply(MineLoaded((waits, written)))
    table.selectRow(0)
    shown.find(QPushButton, "attach").click()
    menu = shown.find(QMenu, "attachMenu")
    heads = [one.text() for one in menu.actions()][1:]
    assert heads == [
        "Being written",
        f"{written.number} · {written.patient_name}",
        "Submitted: the images come late",
        f"CONS-2 · {waits.patient_name}",
    ]
    menu.close()


def test_an_incomplete_study_is_named_as_such_where_it_is_given_to_a_case(shown: Shown) -> None:
    table = inbox(shown, row("1.1", images=127, expected=180))
    table.selectRow(0)
    shown.find(QPushButton, "attach").click()
    menu = shown.find(QMenu, "attachMenu")
    assert menu.actions()[0].text() == "⚠ incomplete: 53 missing"
    assert not menu.actions()[0].isEnabled()
    menu.close()


def test_what_was_chosen_stays_chosen_when_more_comes_in(shown: Shown) -> None:
    table = inbox(shown, row("1.1"), row("1.2"))
    table.selectRow(1)
    shown.apply(IntakeTold(InboxState(studies=(row("1.9"), row("1.1"), row("1.2")))))
    assert [index.row() for index in table.selectionModel().selectedRows()] == [2]


def test_removing_asks_once_and_says_what_will_happen(shown: Shown) -> None:
    table = inbox(shown, row("1.1"))
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Delete)
    box = shown.find(QMessageBox, "removeQuestion")
    assert "What has gone to a case stays there" in box.text()
    shown.find(QPushButton, "removeQuestionYes").click()
    assert shown.wishes[-1] == WishRemoveFromInbox(("1.1",))


def test_files_dropped_on_the_inbox_are_looked_into(shown: Shown) -> None:
    inbox(shown)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/disc/study.zip")])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    shown.window.inbox.dropEvent(event)
    assert shown.wishes[-1] == WishLook((Path("/disc/study.zip"),), for_case=False)


def test_who_was_refused_and_a_taken_port_are_said_with_their_mend(shown: Shown) -> None:
    inbox(shown)
    told = IntakeState(listening=False, port_taken=True, refused=("DR07@10.1.2.44",))
    shown.apply(IntakeTold(told))
    said = shown.find(QLabel, "inboxWarning").text()
    assert "Choose another port" in said
    assert "DR07@10.1.2.44" in said


# --- the archive ---------------------------------------------------------------------------


def answered(shown: Shown, *, problem: PacsProblem | None = None) -> None:
    job = uuid4()
    shown.apply(SearchBegun(job, PACS.id))
    study = FoundStudy(
        study_instance_uid="1.5",
        patient_name=LIN.name,
        patient_id=LIN.patient_id,
        birth_date=LIN.birth_date,
        sex="M",
        study_date="20261126",
        accession_number="A5",
        description="Head",
        modalities="CT",
        images=180,
    )
    studies = () if problem else (study,)
    shown.apply(IntakeTold(PacsAnswered(job=job, studies=studies, problem=problem, status=0xA700)))


def test_enter_searches_and_enter_on_a_row_fetches(shown: Shown) -> None:
    inbox(shown)
    shown.find(QPushButton, "openPacs").click()
    name = shown.find(QLineEdit, "pacsName")
    name.setText("林远山")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert shown.wishes[-1] == WishSearchPacs(PACS.id, StudyQuery(name="林远山"))
    answered(shown)
    table = shown.find(QTableView, "pacsTable")
    assert texts(table, 0)[0] == "林远山 / Lin Yuanshan"
    table.selectRow(0)
    shown.find(QPushButton, "pacsRetrieve").click()
    assert WishRetrieve(PACS.id, "1.5", 180) in shown.wishes


def test_an_archive_that_failed_is_said_with_its_code_and_can_be_asked_again(shown: Shown) -> None:
    inbox(shown)
    shown.find(QPushButton, "openPacs").click()
    answered(shown, problem=PacsProblem.REFUSED)
    props = derive_pacs(shown.session.state)
    assert "0xA700" in props.problem
    window = shown.find(PacsWindow, "pacsWindow")
    retry = window.findChild(QPushButton, "retry")
    assert retry is not None
    assert retry.isVisible()


def test_an_archive_that_finds_no_characters_is_searched_by_pinyin(shown: Shown) -> None:
    inbox(shown)
    shown.find(QPushButton, "openPacs").click()
    window, job = shown.find(PacsWindow, "pacsWindow"), uuid4()
    act = window.findChild(QPushButton, "emptyAction")
    assert act is not None
    for name, offered in (("Lin", False), ("林远山", True)):
        shown.apply(SearchBegun(job, PACS.id, name))
        shown.apply(IntakeTold(PacsAnswered(job=job, studies=())))
        assert act.isVisible() is offered
    assert "LIN YUAN SHAN" in derive_pacs(shown.session.state).hint
    act.click()
    assert shown.wishes[-1] == WishSearchPacs(PACS.id, StudyQuery(name="LIN YUAN SHAN"))


def test_every_control_of_the_archive_s_window_has_a_name(shown: Shown) -> None:
    inbox(shown, row("1.1"))
    shown.find(QPushButton, "openPacs").click()
    answered(shown)
    shown.apply(RetrieveBegun(uuid4(), "1.5", 180))
    assert nameless(shown.find(PacsWindow, "pacsWindow")) == []


def test_what_is_being_fetched_comes_in_and_says_how_long_it_takes(shown: Shown) -> None:
    shown.apply(*online(), *lists(), IntakeConfigured(IntakeSettings(pacs=(PACS,))))
    assert "Nothing comes in" in listening_words(shown.session.state.intake)
    job = uuid4()
    shown.apply(RetrieveBegun(job, "1.5", 180))
    told = RetrieveProgress(
        job=job,
        study_instance_uid="1.5",
        arrived=60,
        expected=180,
        bytes_per_second=512_000,
        seconds_left=125.4,
    )
    shown.apply(IntakeTold(told))
    (one,) = derive_pacs(shown.session.state).retrieves
    assert one.line == "60 of 180 images · 500 KB/s · 2 min left"
    assert listening_words(shown.session.state.intake).endswith("from the archive: 1")


def test_zip_files_of_the_watched_folder_are_told_with_what_to_do(shown: Shown) -> None:
    inbox(shown)
    shown.apply(IntakeTold(IntakeState(listening=False, watching=True, archives=2)))
    assert "ZIP files in the watched folder (2)" in shown.find(QLabel, "inboxWarning").text()
    assert "Add files" in shown.find(QLabel, "inboxWarning").text()


def test_180_promised_and_127_delivered_is_shown_as_incomplete(shown: Shown) -> None:
    inbox(shown)
    job = uuid4()
    shown.apply(RetrieveBegun(job, "1.5", 180))
    told = RetrieveProgress(
        job=job, study_instance_uid="1.5", arrived=127, expected=180, ended=True
    )
    shown.apply(IntakeTold(told))
    (one,) = derive_pacs(shown.session.state).retrieves
    assert (one.look, one.running) == ("warning", False)
    assert one.line.startswith("127 of 180 images · Incomplete")
