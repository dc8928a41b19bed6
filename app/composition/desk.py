"""Everything behind the sign-in: built when somebody has signed in, taken down at sign-out."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt

from app.commands.wishes import Language, Page, Wish
from app.composition.draft_preview import DraftPreview
from app.composition.emr_desk import EmrDesk
from app.composition.fulfil import Fulfilment
from app.composition.identity_desk import IdentityDesk
from app.composition.reports import build_reports
from app.composition.workplace import Workplace
from app.imaging.errors import ImagingError
from app.imaging.guard import guarded_decoder
from app.imaging.writing.origin import Author
from app.media.playing_messages import PlayerEvent
from app.media.recording_messages import RecordingWritten
from app.net.errors import NetError
from app.net.recordings import RecordingApi
from app.net.rota import RotaApi
from app.services.administration import AdministrationService
from app.services.appointments import Appointments
from app.services.board import BoardService
from app.services.call import CallService
from app.services.call_check import CallCheckService
from app.services.case_actions import CaseActionService
from app.services.cases import CaseService
from app.services.chat import ChatService
from app.services.drafts import Drafts
from app.services.entry import SignedInAs
from app.services.expert import ExpertService
from app.services.fetching import own_studies, wholly_late, with_priors
from app.services.images import ImageService
from app.services.intake import IntakeService
from app.services.invitation import InvitationService
from app.services.library import LibraryService
from app.services.link import CallMessage, LinkService
from app.services.news import NewsService
from app.services.recording import RecordingService
from app.services.recording_player import RecordingPlayer, may_see_recordings
from app.services.recording_upload import RecordingUpload
from app.services.ringing import RingingService
from app.services.rota import RotaService
from app.services.server_time import server_now
from app.services.tasks import Tasks
from app.services.troubles import raise_error, raise_notice
from app.services.yielding import Yielding
from app.session.case import Case, Saved
from app.session.link import LinkPhase
from app.session.notices import Severity, Trouble
from app.session.state import State
from app.store.profile import DeviceChoices, SealedStore, ToneChoice
from app.store.sealed import Sealer
from app.transfer.intake_messages import IntakeEvent
from app.transfer.messages import Command, PatientFound
from app.transfer.recording_messages import RecordingEvent
from app.viewers.dicom.viewer import DicomViewer
from app.viewers.room import ViewerRoom
from app.views.main_window import MainWindow
from app.views.offered import first_page
from protocol import readings
from protocol.account import Role
from protocol.consultation import Status
from protocol.socket import CallChanged, Refused

if TYPE_CHECKING:
    from app.composition.program import Program

log = logging.getLogger(__name__)


class Desk:
    """The use cases of one signed-in person, and the main window they are asked through."""

    def __init__(self, program: Program, who: SignedInAs, *, generated_media: bool) -> None:
        self._program = program
        self.session = session = program.session
        api, account = who.api, who.tokens.account
        folder = program.profile.folder
        sealer = Sealer(who.store_key)
        self._phase: LinkPhase | None = None
        self._api = api
        self.tasks = Tasks(lambda error: raise_error(session, error))
        self.drafts = Drafts(folder, sealer)
        self.appointments = Appointments(session, self.tasks, now=self.now)
        self.expert = ExpertService(session, api, self.drafts, self.tasks, account)
        self.news = NewsService(session, account, self.expert.claimed_somewhere, api.changed)
        self.reports = build_reports(
            session, api, self.drafts, self.expert, self.tasks, account, folder, sealer, self.tell
        )
        self.link = LinkService(
            session,
            api,
            self.tasks,
            on_call=self._on_call,
            on_online=self._online,
            on_report=self.reports.arrived,
            on_over=program.session_over,
            on_left=self._on_left,
            on_board=self._board_moved,
            on_presence=self._expert_moved,
            on_rota=self._rota_moved,
            on_news=self.news.heard,
        )
        self.board = BoardService(session, api)
        self.rota = RotaService(session, RotaApi(api.connection))
        self.cases = CaseService(session, api, self.drafts, account, self._opened)
        self.case_actions = CaseActionService(
            session, api, self.drafts, self.expert, self.news, account
        )
        self.images = ImageService(
            session,
            api,
            self.tasks,
            account,
            folder=folder / "transfer",
            store_key=who.store_key,
            pin=who.pin,
            on_patients=self._patients_found,
            on_told=self._transfer_told,
            on_ready=self._transfer_ready,
            on_late=lambda uid: self.tasks.start(self._late(uid)),
            on_more=lambda uid: self.viewer.renew(uid),  # noqa: PLW0108 - it is made later
            goes_on=self._goes_on,
        )
        self.intake = IntakeService(
            session, program.profile, SealedStore(folder / "archives", sealer), self.images.tell
        )
        self.call = CallService(
            session,
            lambda: self.link.socket,
            self.tasks,
            generated=generated_media,
            yielding=Yielding(self.images.limit),
            devices=DeviceChoices(program.profile),
        )
        tones = ToneChoice(program.profile)
        self.ringing = RingingService(
            session, tones, self.call.media, self.tasks, self.now, silent=generated_media
        )
        self._build_recording(who)
        self.records = EmrDesk(self, program, who, sealer)
        self.identity = IdentityDesk(self, program, who)
        self.call_check = CallCheckService(session, api.connection, self.call.equipment.devices)
        self.invitation = InvitationService(session, api)
        self.chat = ChatService(session, self.link.socket, self.tasks)
        self.library = LibraryService(session, api)
        self.administration = AdministrationService(session, api)
        self._decoder = guarded_decoder()
        self._decoder.warm_up()
        threading.Thread(target=readings.warm_up, daemon=True).start()
        self.viewer = DicomViewer(decoder=self._decoder, settings=program.settings)
        self.viewer.sought.connect(self.images.fetching.remote.near)
        self.images.fetching.on_thumbnail = self.viewer.preview
        author = Author(account.display_name, account.institution_name or "")
        self.viewer.marking.author = lambda: author
        self.viewer.marking.keep_unsaved_in(SealedStore(folder / "marks", sealer))
        self.room = ViewerRoom(self.viewer, program.appearance)
        self.room.exported.connect(self.reports.exports.tell)
        self.window = MainWindow(
            self.room, self.call.media.latest_frame, program.appearance, program.settings, self.now
        )
        self.workplace = Workplace(session, self.drafts, account, self.window, self.viewer)
        self._prepare_window(who)
        self.draft = DraftPreview(self)
        self._fulfilment = Fulfilment(self)

    def tell(self, command: Command) -> None:
        self.images.tell(command)

    def now(self) -> datetime:
        return server_now(self.session.state)

    def _build_recording(self, who: SignedInAs) -> None:
        program, session, media = self._program, self.session, self.call.media
        folder, api = program.profile.folder, RecordingApi(who.api.connection)
        self.recording = RecordingService(
            session,
            lambda: self.link.socket,
            media,
            self.tasks,
            folder=folder,
            store_key=who.store_key,
            language=lambda: "zh" if program.language is Language.ZH_CN else "en",
        )
        self.player = RecordingPlayer(session, api, media, self.tasks)
        self.upload = RecordingUpload(
            session, self.images.tell, lambda: not self.recording.writing, self._load_recordings
        )
        self.call.on_recording = self._recording_told
        self.call.on_media_lost = self._media_lost

    def _recording_told(self, event: RecordingWritten | PlayerEvent) -> None:
        if isinstance(event, RecordingWritten):
            self.recording.written(event)
            self.upload.recorded()
            self.upload.follow(self.session.state)
        else:
            self.player.heard(event)

    def _media_lost(self) -> None:
        self.recording.media_lost()
        self.player.media_lost()
        self.ringing.media_lost()

    def _load_recordings(self, _sent: UUID | None = None) -> None:
        if (case := self.session.state.case) is not None:
            self.tasks.start(self.player.load(case.id), only="recordings")

    def _prepare_window(self, who: SignedInAs) -> None:
        window = self.window
        window.language, window.version = self._program.language, version("huizhen")
        window.workspace.call.use_levels(self.call.media.latest_level)
        window.fingerprint = who.pin.fingerprint if who.pin else ""
        window.wished.connect(self._program.wish, Qt.ConnectionType.QueuedConnection)
        window.closed.connect(self._program.window_closed)

    # --- start and end -------------------------------------------------------------------

    async def start(self) -> None:
        self.window.show_state(self.session.state)
        account = self.session.state.link.account
        self._fulfilment.go(first_page(account.roles if account is not None else ()))
        self.window.show()
        self.link.socket.start()
        await self.images.start()
        if await self.drafts.has_foreign():
            raise_notice(self.session, Trouble.STORE_KEY_LOST, severity=Severity.WARNING)
        self.reports.begin(self.window.diagnosis_fields)

    async def close(self) -> None:
        """The program ends; what is written is kept, uploads go on by themselves."""
        await self._leave()
        await self.images.close()
        await self._take_down()

    async def sign_out(self) -> None:
        await self._leave()
        await self.images.sign_out()
        await self._take_down()

    async def _leave(self) -> None:
        self.ringing.close()
        await self.keep_words()
        await self.workplace.keep()
        await self.call.close()

    async def keep_words(self) -> None:
        """What was typed up to this moment is kept, here and as far as possible on the server."""
        form, report = self.window.case_form.take_typed(), self.window.workspace.report.take_typed()
        if form is not None:
            self.cases.note(form.content, form.consultation_id)
        if report is not None:
            self.expert.note(report.opinion, report.consultation_id)
        for save in (self.cases.save, self.expert.save_opinion):
            try:
                await save()
            except NetError as error:
                log.info("what was typed is kept here only: %s", error)

    async def _take_down(self) -> None:
        await self.link.socket.stop()
        await self.tasks.finish()
        self.room.close_source()
        self._decoder.close()
        self.identity.close()
        self.window.closed.disconnect()
        self.window.close()
        self.window.deleteLater()

    # --- what happens --------------------------------------------------------------------

    def show_state(self, state: State) -> None:
        if state.link.phase is not self._phase:
            self._phase = state.link.phase
            if self._phase is LinkPhase.OFFLINE:
                self.call.connection_lost()
        self._follow_images(state)
        self.recording.follow(state)
        self.chat.follow(state)
        self.player.follow(state)
        self.ringing.follow(state)
        self.upload.follow(state)
        self.appointments.follow(state)
        self.records.follow(state)
        self.identity.follow(state)
        self.reports.pictures.follow(state)
        self.draft.follow(state)
        if unknown := self.intake.follow(state):
            self.tasks.start(self.intake.ask_about(self._api, unknown))
        if state.case is None and self.window.page in (Page.WORKSPACE, Page.CASE_FORM):
            self._left_case()
        self.window.show_state(state)

    def _left_case(self) -> None:
        """The open case went to somebody else: nothing of its patient stays on the screen."""
        self.room.close_source()
        self.images.fetching.remote.close()
        self.window.show_page(Page.WORK)

    def _online(self) -> None:
        self.tasks.renew(self.rota.follow, only="follow rota")
        self.images.connection_back()
        self.call.connection_back()
        self.reports.exports.wake()
        self.tasks.start(self.records.send_kept(), only="send kept")
        self.tasks.start(self.expert.save_opinion(), only="save opinion")
        case = self.session.state.case
        begun = case is not None and case.claim and case.opinion_saved is not Saved.CLEAN
        if case is not None and not begun and self.plays(Role.EXPERT):
            self.tasks.start(self.expert.resume_claim(case), only="claim")

    def _on_call(self, message: CallMessage) -> None:
        self.call.heard(message)
        if isinstance(message, Refused):
            self.recording.refused(message)
            self.chat.refused(message)
        if isinstance(message, CallChanged) and self.invitation.follows(message.consultation_id):
            following = partial(self.invitation.follow, message.consultation_id)
            self.tasks.renew(following, only="follow invitations")

    def _on_left(self, case: Case) -> None:
        self.tasks.start(self.expert.part_with(case))

    def _board_moved(self) -> None:
        if self.plays(Role.DISPATCHER):
            self.tasks.renew(self.board.follow, only="board")

    def _expert_moved(self) -> None:
        if self.plays(Role.DISPATCHER):
            self.tasks.renew(self.board.follow_presence, only="board presence")

    def _rota_moved(self, department: str) -> None:
        if department == self.session.state.rota.department:
            self.tasks.renew(self.rota.follow, only="follow rota")

    def plays(self, role: Role) -> bool:
        account = self.session.state.link.account
        return account is not None and role in account.roles

    def _opened(self, case: Case) -> None:
        self._fulfilment.proposals.opened(case)
        self.tasks.start(self.reports.signing.load(case))
        self.tasks.start(self.case_actions.opened(case), only="answers")
        self.tasks.start(self.workplace.restore(case), only="workplace")
        if may_see_recordings(self.session.state.link.account, case):
            self._load_recordings()
        if self.plays(Role.EXPERT):
            self.tasks.start(self.expert.resume_claim(case), only="claim")

    def _follow_images(self, state: State) -> None:
        """The viewer shows the whole studies of the open case, and nothing of another."""
        case = state.case
        if case is None or case.consultation.summary.status is Status.DRAFT:
            return
        studies = with_priors(case)
        shown = self.images.fetching.remote.shows(case.id, studies, wholly_late(case))
        if self.window.page is Page.WORKSPACE and not shown:
            self.room.open_source(self.images.fetching.begin(case))
        self.viewer.expect(self.session.state.fetching.series.values(), own_studies(case))

    async def _late(self, sop_instance_uid: str) -> None:
        """An image that could not be had at first: the viewer takes it in."""
        try:
            instance = await self.images.fetching.remote.describe(sop_instance_uid)
        except ImagingError as error:
            log.info("a late image cannot be shown: %s", error.code.value)
            return
        if self.images.fetching.remote.looks_at(instance.study_instance_uid):
            self.room.add_instance(instance)

    def _patients_found(self, case: UUID, patients: tuple[PatientFound, ...]) -> None:
        """An empty form takes the patient of the pictures as a proposal: that of their own case."""
        self._fulfilment.proposals.found(case, patients)

    def _transfer_told(self, event: IntakeEvent | RecordingEvent) -> None:
        if isinstance(event, RecordingEvent):
            self.upload.heard(event)
        else:
            self.intake.heard(event)

    def _transfer_ready(self) -> None:
        self.intake.begin()
        self.upload.begin()

    def _goes_on(self) -> bool:
        """Whether there is work for the transfer process when the window has closed."""
        return self.intake.serving or self.upload.unsent or self.reports.archiving.unsent

    def fulfil(self, wish: Wish) -> None:
        self._fulfilment.fulfil(wish)
