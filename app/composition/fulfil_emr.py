"""Wishes about the hospital's record and the use cases that answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from PySide6.QtWidgets import QApplication

from app.commands.emr_wishes import (
    DocumentContent,
    EmrWish,
    WishCancelEmrSignIn,
    WishCorrectPatient,
    WishEndEntry,
    WishEnter,
    WishEnterPatient,
    WishFindPatient,
    WishLeavePatient,
    WishLeaveWrites,
    WishOpenDocument,
    WishReadHl7,
    WishReadPatient,
    WishReadReceived,
    WishReadShared,
    WishSaveEmr,
    WishShareRecord,
    WishShowStudy,
    WishSignInEmr,
    WishSignOutEmr,
    WishStopReading,
    WishStopSharing,
    WishTakeBackEntry,
    WishTakeBackRecord,
    WishTestEmr,
    WishWriteAgain,
    WishWriteOver,
)
from app.models.emr_troubles import trouble_words
from app.views.record_document import DocumentWindow

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from app.composition.desk import Desk


def fulfil_emr(desk: Desk, wish: EmrWish) -> None:
    emr, start = desk.records.emr, desk.tasks.start
    if isinstance(wish, SetUp):
        _set_up(desk, wish)
        return
    match wish:
        case WishFindPatient(words):
            start(emr.search(words), only="find patient")
        case WishReadPatient(patient_id):
            start(emr.read(patient_id), only="read patient")
        case WishReadHl7(paths):
            start(emr.read_files(paths), only="find patient")
        case WishReadReceived(words):
            start(emr.read_received(words), only="find patient")
        case WishStopReading():
            emr.stop()
        case WishLeavePatient():
            emr.leave()
        case WishShareRecord() | WishStopSharing() | WishTakeBackRecord() | WishReadShared():
            _share(desk, wish)
        case WishShowStudy(study_instance_uid):
            _show_study(desk, study_instance_uid)
        case WishOpenDocument():
            _open(desk, wish)
        case (
            WishEnterPatient()
            | WishEnter()
            | WishTakeBackEntry()
            | WishEndEntry()
            | WishCorrectPatient()
        ):
            start(_by_hand(desk, wish), only="enter record")
        case WishWriteAgain() | WishWriteOver() | WishLeaveWrites():
            _mend(desk, wish)
        case _:
            assert_never(wish)


Sharing = WishShareRecord | WishStopSharing | WishTakeBackRecord | WishReadShared


def _share(desk: Desk, wish: Sharing) -> None:
    """What of the record goes with the case, and what came with it."""
    shared, tasks = desk.records.shared, desk.tasks
    match wish:
        case WishShareRecord(id_, chosen, compared, since, contents):
            share = shared.share(id_, chosen, compared=compared, since=since, contents=contents)
            tasks.start(share, only="share record")
        case WishStopSharing():
            tasks.cancel("share record")
        case WishTakeBackRecord(id_):
            tasks.start(shared.take_back(id_))
        case WishReadShared():
            case = desk.session.state.case
            if case is not None and case.consultation.record is not None:
                shared.read(case.id, case.consultation.record)
        case _:
            assert_never(wish)


SetUp = WishTestEmr | WishSaveEmr | WishSignInEmr | WishCancelEmrSignIn | WishSignOutEmr


def _set_up(desk: Desk, wish: SetUp) -> None:
    """Which server it is, and how this computer or person is admitted."""
    emr, signing, start = desk.records.emr, desk.records.sign_in, desk.tasks.start
    match wish:
        case WishTestEmr(server, secret, key):
            start(emr.test(server, secret, key), only="test emr")
        case WishSaveEmr(server, secret, key):
            start(emr.save(server, secret, key), only="save emr")
        case WishSignInEmr(server):
            start(signing.sign_in(server), only="sign in emr")
        case WishCancelEmrSignIn():
            signing.cancel()
        case WishSignOutEmr():
            start(signing.sign_out(), only="sign in emr")
        case _:
            assert_never(wish)


ByHand = WishEnterPatient | WishEnter | WishTakeBackEntry | WishEndEntry | WishCorrectPatient


def _by_hand(desk: Desk, wish: ByHand) -> Coroutine[Any, Any, None]:
    """What is written into the clinic's own record."""
    entry = desk.records.entry
    match wish:
        case WishEnterPatient(id_):
            return entry.enter_patient(id_)
        case WishEnter(patient_id, told):
            return entry.enter(patient_id, told)
        case WishTakeBackEntry(patient_id, name):
            return entry.take_back(patient_id, name)
        case WishEndEntry(patient_id, name, at):
            return entry.end(patient_id, name, at)
        case WishCorrectPatient(patient_id, id_):
            return entry.correct_patient(patient_id, id_)
        case _:
            assert_never(wish)


def _mend(desk: Desk, wish: WishWriteAgain | WishWriteOver | WishLeaveWrites) -> None:
    writes = desk.records.writes
    match wish:
        case WishWriteAgain(id_, whose):
            writes.again(id_, whose)
        case WishWriteOver(id_):
            writes.over(id_)
        case WishLeaveWrites(id_):
            writes.leave(id_)


def _open(desk: Desk, wish: WishOpenDocument) -> None:
    """Closing the window ends the fetching of what is not there yet."""
    above = QApplication.activeWindow() or desk.window
    there, appearance = wish.at_hospital, desk.window.appearance
    window = DocumentWindow(above, appearance, wish.content, at_hospital=there)
    if there and wish.content.url:
        task = desk.tasks.start(_fetch(desk, window, wish.content))
        window.finished.connect(task.cancel)
    window.show()


async def _fetch(desk: Desk, window: DocumentWindow, content: DocumentContent) -> None:
    told = await desk.records.emr.document(content)
    if isinstance(told, DocumentContent):
        window.show_content(told)
    else:
        ours = desk.session.state.emr.server.is_ours
        window.show_problem(trouble_words(told, ours=ours))


def _show_study(desk: Desk, study_instance_uid: str) -> None:
    """Its first series with pictures, in the cell that is active."""
    for series in desk.viewer.series:
        if series.first.study_instance_uid == study_instance_uid:
            desk.viewer.show_series(series.uid)
            return
