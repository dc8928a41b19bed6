"""Which use case answers which wish; one `match` a room."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, assert_never
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.commands.administration_wishes import AdministrationWish
from app.commands.audit_wishes import AuditWish
from app.commands.board_wishes import BoardWish
from app.commands.call_wishes import CallSetupWish
from app.commands.case_wishes import CaseWish
from app.commands.emr_wishes import EmrWish
from app.commands.identity_wishes import IdentityWish
from app.commands.intake_wishes import IntakeWish
from app.commands.invitation_wishes import InvitationWish
from app.commands.notification_wishes import NotificationWish
from app.commands.recording_wishes import RecordingWish
from app.commands.report_wishes import ReportWish
from app.commands.rota_wishes import RotaWish
from app.commands.service_line_wishes import WishChooseMode
from app.commands.wishes import (
    CallWish,
    ClinicWish,
    ExpertWish,
    LibraryWish,
    NavigationWish,
    Page,
    Wish,
    WishCameraOff,
    WishCancelImport,
    WishCancelUpload,
    WishChat,
    WishClaim,
    WishDecide,
    WishDecline,
    WishDismissNotice,
    WishEditCase,
    WishEditOpinion,
    WishFetchAgain,
    WishGoWithout,
    WishImport,
    WishJoinCall,
    WishLanguage,
    WishLeaveCall,
    WishMute,
    WishNewCase,
    WishOpenCase,
    WishOpenEntry,
    WishPage,
    WishPause,
    WishRefresh,
    WishRelease,
    WishResume,
    WishSearchLibrary,
    WishSign,
    WishStopFetching,
    WishSubmit,
    WishTakeUpMessage,
    WishTheme,
    WishWithdraw,
)
from app.composition.fulfil_administration import fulfil_administration
from app.composition.fulfil_audit import fulfil_audit
from app.composition.fulfil_board import fulfil_board
from app.composition.fulfil_call import fulfil_call, fulfil_invitation
from app.composition.fulfil_case import fulfil_case
from app.composition.fulfil_emr import fulfil_emr
from app.composition.fulfil_identity import fulfil_identity
from app.composition.fulfil_intake import IntakeFulfilment
from app.composition.fulfil_notification import fulfil_notification
from app.composition.fulfil_recording import fulfil_recording
from app.composition.fulfil_report import fulfil_report
from app.composition.fulfil_rota import fulfil_rota
from app.models.late_images import is_written
from app.models.workspace import derive_workspace
from app.services.proposals import PatientProposals
from app.session.call import CallPhase
from app.session.chat import MessageTakenUp
from app.session.notices import NoticeDismissed
from app.views.call_question import ask_to_end_call
from protocol.account import Role
from protocol.consultation import Action, Decision, Status

if TYPE_CHECKING:
    from app.composition.desk import Desk


class Fulfilment:
    """Starts use cases; never does their work."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._intake = IntakeFulfilment(desk)
        self.proposals = PatientProposals(
            desk.session,
            lambda content, of: self._start(desk.cases.edit(content, of=of), only="edit case"),
        )

    def fulfil(self, wish: Wish) -> None:
        if isinstance(wish, NavigationWish):
            self._navigate(wish)
        elif isinstance(wish, NotificationWish):
            fulfil_notification(self._desk, wish)
        elif isinstance(wish, BoardWish):
            fulfil_board(self._desk, wish)
        elif isinstance(wish, RotaWish):
            fulfil_rota(self._desk, wish)
        elif isinstance(wish, WishChooseMode):
            self._start(self._desk.link.lines.choose(wish.department, wish.mode))
        elif isinstance(wish, ClinicWish):
            self._clinic(wish)
        elif isinstance(wish, CaseWish):
            fulfil_case(self._desk, wish)
        elif isinstance(wish, ExpertWish):
            self._expert(wish)
        elif isinstance(wish, CallWish):
            self._call(wish)
        elif isinstance(wish, InvitationWish):
            fulfil_invitation(self._desk, wish)
        elif isinstance(wish, CallSetupWish):
            fulfil_call(self._desk, wish)
        elif isinstance(wish, RecordingWish):
            fulfil_recording(self._desk, wish)
        elif isinstance(wish, ReportWish):
            fulfil_report(self._desk, wish)
        elif isinstance(wish, LibraryWish):
            self._library(wish)
        elif isinstance(wish, IdentityWish):
            fulfil_identity(self._desk, wish)
        elif isinstance(wish, AuditWish):
            fulfil_audit(self._desk, wish)
        elif isinstance(wish, IntakeWish):
            self._intake.fulfil(wish)
        elif isinstance(wish, EmrWish):
            fulfil_emr(self._desk, wish)
        elif isinstance(wish, AdministrationWish):
            fulfil_administration(self._desk, wish)

    def _start(self, work: Coroutine[Any, Any, object], only: str = "") -> None:
        self._desk.tasks.start(work, only=only)

    # --- getting about -------------------------------------------------------------------

    def _navigate(self, wish: NavigationWish) -> None:
        desk = self._desk
        match wish:
            case WishPage(page):
                self.go(page)
            case WishOpenCase(id_):
                self._unless_in_call(id_, lambda: self._start(self._open(id_), only="open case"))
            case WishStopFetching():
                desk.images.fetching.stop()
            case WishFetchAgain():
                desk.images.fetching.go_on()
                desk.viewer.retry()
            case WishRefresh():
                desk.tasks.renew(desk.link.refresh, only="refresh")
            case WishDismissNotice(id_):
                desk.session.apply(NoticeDismissed(id_))
            case WishTheme() | WishLanguage():
                pass  # answered by the program, which also serves the sign-in window
            case _:
                assert_never(wish)

    def go(self, page: Page) -> None:
        desk = self._desk
        if page is Page.LIBRARY:
            self._start(desk.library.search(desk.session.state.library.query), only="library")
        if page is Page.BOARD:
            desk.tasks.renew(desk.board.load, only="board")
        if page is Page.NOTIFICATIONS:
            desk.tasks.renew(desk.link.notifications.load, only="notifications")
        if page is Page.ROTA:
            self._start(desk.rota.open(), only="rota")
        if page is Page.ADMINISTRATION:
            self._start(desk.administration.load(), only="administration")
        if page is Page.SETTINGS:
            self._start(desk.identity.factor.load(), only="second factor")
            self._start(desk.identity.signed_in.load_own(), only="own sessions")
        if page is Page.SECURITY:
            self._start(desk.identity.signed_in.load_all(), only="all sessions")
            if desk.plays(Role.SECURITY):
                self._start(desk.identity.emergency.load(), only="emergencies")
                self._start(desk.identity.auditing.load_lock_outs(), only="lock-outs")
        if page is Page.AUDIT:
            self._start(desk.identity.auditing.load_alerts(), only="alerts")
            self._start(desk.identity.auditing.search(desk.session.state.audit.query))
        desk.window.show_page(page)

    def _unless_in_call(self, id_: UUID, go_on: Callable[[], None]) -> None:
        """The call of another case is never ended without a word."""
        call = self._desk.session.state.call
        if call.phase is CallPhase.OUT or call.consultation_id in (None, id_):
            go_on()
        else:
            ask_to_end_call(self._desk.window, go_on)

    async def _open(self, id_: UUID) -> None:
        """What this clinic writes opens in the form, all else in the workspace."""
        desk = self._desk
        await self._desk.keep_words()
        await self._desk.workplace.keep()
        if desk.session.state.call.consultation_id not in (None, id_):
            await desk.call.leave()
        case = await desk.cases.open(id_)
        summary, account = case.consultation.summary, desk.session.state.link.account
        mine = account is not None and summary.requester.id == account.id
        form = summary.status is Status.DRAFT or (mine and is_written(summary))
        desk.window.show_page(Page.CASE_FORM if form else Page.WORKSPACE)
        desk.show_state(desk.session.state)

    # --- the clinic ----------------------------------------------------------------------

    def _clinic(self, wish: ClinicWish) -> None:
        desk = self._desk
        match wish:
            case WishNewCase():
                self._start(self._new_case(), only="open case")
            case WishEditCase(content, of):
                self._start(desk.cases.edit(content, of=of), only="edit case")
            case WishImport(paths):
                words = QCoreApplication.translate("CaseForm", "Photographs and documents")
                desk.images.import_paths(paths, words)
            case WishCancelImport():
                desk.images.cancel_import()
            case WishCancelUpload(uid):
                desk.images.cancel_upload(uid)
            case WishGoWithout(uid):
                desk.images.go_without(uid)
            case WishSubmit():
                self._start(self._submit(), only="submit")
            case WishWithdraw(id_, reason):
                work = desk.cases.withdraw(id_, reason)
                self._start(desk.case_actions.told(Action.WITHDRAW, work))
            case WishDecide(decision, note):
                self._start(self._decide(decision, note), only="decide")
            case _:
                assert_never(wish)

    async def _new_case(self) -> None:
        await self._desk.keep_words()
        await self._desk.cases.new_case()
        self._desk.window.show_page(Page.CASE_FORM)

    async def _submit(self) -> None:
        await self._desk.cases.submit()
        case = self._desk.session.state.case
        if case is not None and not is_written(case.consultation.summary):
            await self._open(case.id)

    async def _decide(self, decision: Decision, note: str) -> None:
        case = self._desk.session.state.case
        await self._desk.cases.decide(decision, note)
        if case is not None:
            await self._desk.reports.archiving.received(case)

    # --- the expert ----------------------------------------------------------------------

    def _expert(self, wish: ExpertWish) -> None:
        desk = self._desk
        match wish:
            case WishClaim(id_):
                self._unless_in_call(id_, lambda: self._start(self._claim(id_), only="open case"))
            case WishResume():
                self._start(self._resume(), only="open case")
            case WishDecline(id_, reason, text):
                self._start(desk.expert.decline(id_, reason, text))
            case WishRelease(reason):
                self._start(desk.case_actions.told(Action.RELEASE, self._release(reason)))
            case WishEditOpinion(opinion, of):
                work = desk.expert.edit_opinion(opinion, of=of)
                self._start(work, only="edit opinion")
            case WishSign(password, secret):
                self._start(self._sign(password, secret), only="sign")
            case WishPause(minutes, until):
                self._start(desk.chat.pause(minutes, until))
            case _:
                assert_never(wish)

    async def _claim(self, id_: UUID) -> None:
        await self._desk.expert.claim(id_)
        await self._open(id_)

    async def _resume(self) -> None:
        """Also takes the claim over to this computer: the server knows whose the case is."""
        case = self._desk.session.state.case
        if case is not None and case.claim is None:
            await self._claim(case.id)
        else:
            await self._desk.expert.go_on()
            await self._desk.expert.save_opinion()

    async def _release(self, reason: str) -> None:
        await self._desk.expert.release(reason)
        self._desk.window.show_page(Page.WORK)

    async def _sign(self, password: str, secret: str) -> None:
        """What was typed a moment ago is signed too, and only where all of it may be."""
        await self._desk.keep_words()
        props = derive_workspace(self._desk.session.state, self._desk.now())
        if props is None or not props.report.can_sign:
            return
        await self._desk.expert.go_on()
        await self._desk.reports.signing.sign(password, secret)

    # --- call, library -------------------------------------------------------------------

    def _call(self, wish: CallWish) -> None:
        desk = self._desk
        match wish:
            case WishJoinCall():
                self._start(desk.call.join(), only="join call")
            case WishLeaveCall():
                self._start(desk.call.leave(), only="join call")
            case WishMute(muted):
                desk.call.mute(muted=muted)
            case WishCameraOff(off):
                desk.call.camera_off(off=off)
            case WishChat(text, audience):
                self._start(desk.chat.send(text, audience))
            case WishTakeUpMessage(id_):
                desk.session.apply(MessageTakenUp(id_))
            case _:
                assert_never(wish)

    def _library(self, wish: LibraryWish) -> None:
        library = self._desk.library
        match wish:
            case WishSearchLibrary(query):
                self._start(library.search(query), only="library")
            case WishOpenEntry(id_):
                self._start(library.open(id_), only="library entry")
            case _:
                assert_never(wish)
