"""The main window: rail, pages, status line, notices and the ringing card."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QWidget

from app.commands.identity_wishes import WishLock
from app.commands.keys import COMMANDS, Command, CommandId
from app.commands.report_wishes import WishPaper
from app.commands.wishes import (
    Language,
    Page,
    Theme,
    WishLanguage,
    WishNewCase,
    WishOpenCase,
    WishPage,
    WishRefresh,
    WishSignOut,
    WishTheme,
)
from app.kit.layouts import column, row
from app.kit.theme import Appearance
from app.kit.view import View
from app.models.emergency import derive_break_glass
from app.models.presence import derive_presence
from app.models.queue import derive_rings
from app.models.rail import derive_rail
from app.models.status import derive_status
from app.session.state import State
from app.viewers.dicom.key_words import viewer_keys
from app.viewers.video.pictures import LatestFrame
from app.views.administration import AdministrationPage
from app.views.audit import AuditPage
from app.views.board import BoardPage
from app.views.break_glass import BreakGlassWindow
from app.views.case_form import CaseForm
from app.views.current_page import show_current
from app.views.diagnosis_field import DiagnosisField
from app.views.inbox import InboxPage
from app.views.intake_windows import IntakeWindows
from app.views.library import LibraryPage
from app.views.notices import NoticeArea
from app.views.notifications import NotificationsPage
from app.views.offered import offered, reaches
from app.views.page_stack import PageStack
from app.views.palette import Findable, KeySheet, Palette
from app.views.rail import Rail
from app.views.ring_card import RingCard
from app.views.rota import RotaPage
from app.views.security import SecurityPage
from app.views.settings import SettingsPage
from app.views.status_line import StatusLine
from app.views.work import WorkPage
from app.views.workspace import Workspace

CLOCK_MS = 1000
TITLE_BAR = 40


class MainWindow(QMainWindow):
    """Derives props from the state it is shown and hands them to the visible page."""

    wished = Signal(object)
    closed = Signal()

    def __init__(
        self,
        viewer: QWidget,
        latest: LatestFrame,
        appearance: Appearance,
        settings: QSettings,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self._state = State()
        self._page = Page.WORK
        self._now = now
        self.appearance = appearance
        self._settings = settings
        self.language = Language.ZH_CN
        self.fingerprint, self.version = "", ""
        self.rail, self.notices = Rail(), NoticeArea()
        self.work, self.board = WorkPage(appearance, settings), BoardPage(appearance, settings)
        self.work.breaking.connect(self._ask_to_break_glass)
        self.board.filtered.connect(lambda: self.show_state(self._state))
        self.rota, self.notifications = RotaPage(appearance), NotificationsPage(settings)
        self.inbox, self.case_form, self.library = InboxPage(), CaseForm(), LibraryPage()
        self.administration, self.settings_page = AdministrationPage(), SettingsPage()
        self.security, self.audit = SecurityPage(), AuditPage()
        self.workspace = Workspace(viewer, latest, settings)
        self._pages: dict[Page, View] = {
            Page.WORK: self.work,
            Page.NOTIFICATIONS: self.notifications,
            Page.BOARD: self.board,
            Page.ROTA: self.rota,
            Page.INBOX: self.inbox,
            Page.LIBRARY: self.library,
            Page.ADMINISTRATION: self.administration,
            Page.SECURITY: self.security,
            Page.AUDIT: self.audit,
            Page.SETTINGS: self.settings_page,
            Page.CASE_FORM: self.case_form,
            Page.WORKSPACE: self.workspace,
        }
        self._stack = PageStack(self._pages.values())
        self._build_frame()
        for view in (
            self.rail,
            self.notices,
            *self._pages.values(),
            self.ring,
            self.status,
        ):
            view.wished.connect(self.wished)
        self.glass.wished.connect(self.wished)
        self.workspace.report.printed.connect(self.ask_print)
        self.intake = IntakeWindows(self, self.case_form, self.inbox, self.settings_page.intake)
        self.intake.wished.connect(self.wished)
        self.settings_page.devices.bind_key(self.workspace.call.talk)
        self._bind_keys()
        self._ticks = QTimer(self)
        self._ticks.setInterval(CLOCK_MS)
        self._ticks.timeout.connect(lambda: self.show_state(self._state))
        self._ticks.start()
        geometry = settings.value("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1366, 768)
            room = self.screen().availableSize()
            if room.width() >= 1024 and room.height() < 768 + TITLE_BAR:
                self.setWindowState(Qt.WindowState.WindowMaximized)
        self._words()

    def _build_frame(self) -> None:
        self.status = StatusLine()
        body = column(self.notices, self._stack, gap=0)
        body.setStretch(1, 1)
        across = row(self.rail, body, gap=0)
        across.setStretch(1, 1)
        whole = column(across, self.status, gap=0)
        whole.setStretch(0, 1)
        central = QWidget()
        central.setObjectName("page")
        central.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        central.setLayout(whole)
        self.setCentralWidget(central)
        self.ring = RingCard(central, self._now, body)
        self.glass = BreakGlassWindow(self)

    # --- what it shows -------------------------------------------------------------------

    @property
    def page(self) -> Page:
        return self._page

    def show_page(self, page: Page) -> None:
        if self._page is Page.CASE_FORM and page is not Page.CASE_FORM:
            self.case_form.flush()
        self._page = page
        self._stack.show_page(self._pages[page])
        self.show_state(self._state)

    def show_state(self, state: State) -> None:
        self._state = state
        now = self._now()
        status = derive_status(state)
        self.rail.show_page(self._page, derive_rail(state))
        self.notices.show_props(status.notices)
        self.status.show_props(status, derive_presence(state, now))
        writes = self._page in (Page.WORKSPACE, Page.CASE_FORM)
        self.ring.show_props(
            derive_rings(state), busy=writes or state.call.consultation_id is not None
        )
        self.intake.show_state(state)
        self.glass.show_props(derive_break_glass(state))
        show_current(self, state, now)

    def theme(self) -> Theme:
        return Theme(self.appearance.name)

    def _words(self) -> None:
        self.setWindowTitle(self.tr("Huizhen – remote consultation"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._words()
            self.show_state(self._state)
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.ring.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.case_form.flush()
        self.workspace.report.flush()
        self._settings.setValue("window/geometry", self.saveGeometry())
        self.closed.emit()
        super().closeEvent(event)

    # --- keys ----------------------------------------------------------------------------

    def _actions(self) -> dict[CommandId, Callable[[], None]]:
        wish = self.wished.emit
        return {
            CommandId.PALETTE: self.open_palette,
            CommandId.KEYS: self.open_keys,
            CommandId.WORK: lambda: wish(WishPage(Page.WORK)),
            CommandId.NOTIFICATIONS: lambda: wish(WishPage(Page.NOTIFICATIONS)),
            CommandId.LIBRARY: lambda: self._go(Page.LIBRARY),
            CommandId.SETTINGS: lambda: wish(WishPage(Page.SETTINGS)),
            CommandId.REFRESH: lambda: wish(WishRefresh()),
            CommandId.NEW_CASE: lambda: wish(WishNewCase()),
            CommandId.IMPORT: lambda: self.intake.ask_folder(self._page),
            CommandId.INBOX: lambda: self._go(Page.INBOX),
            CommandId.ARCHIVE: self.intake.open_pacs,
            CommandId.SUBMIT: self._submit,
            CommandId.CLAIM: self.work.claim_chosen,
            CommandId.CASE_SEARCH: self.work.search,
            CommandId.RINGING: self.ring.take_keys,
            CommandId.RECORD_PANE: self.workspace.toggle_record,
            CommandId.CALL_PANE: self.workspace.toggle_side,
            CommandId.CASE_ACTIONS: self.workspace.menu.open,
            CommandId.SIGN: self.workspace.report.ask_signature,
            CommandId.TAKE_PICTURE: self.workspace.report.take_picture,
            CommandId.EARLIER_REPORT: self.workspace.report.help.compare,
            CommandId.PRINT: self.ask_print,
            **self.workspace.call.key_actions(),
            CommandId.BOARD: lambda: self._go(Page.BOARD),
            CommandId.ROTA: lambda: self._go(Page.ROTA),
            **self.board.key_actions(),
            CommandId.THEME: self.toggle_theme,
            CommandId.LANGUAGE: self.toggle_language,
            CommandId.BREAK_GLASS: self._ask_to_break_glass,
            CommandId.LOCK: lambda: wish(WishLock()),
            CommandId.SIGN_OUT: lambda: wish(WishSignOut()),
        }

    def _bind_keys(self) -> None:
        actions = self._actions()
        missing = set(CommandId) - set(actions)
        if missing:
            raise LookupError(f"commands without action: {missing}")
        for id_, act in actions.items():
            if not COMMANDS[id_].held:
                QShortcut(QKeySequence(COMMANDS[id_].key), self).activated.connect(act)

    def _go(self, page: Page) -> None:
        if reaches(derive_rail(self._state), page):
            self.wished.emit(WishPage(page))

    def _ask_to_break_glass(self) -> None:
        if derive_break_glass(self._state).offered:
            self.glass.begin()

    def toggle_theme(self) -> None:
        dark = self.theme() is Theme.DARK
        self.wished.emit(WishTheme(Theme.LIGHT if dark else Theme.DARK))

    def toggle_language(self) -> None:
        english = self.language is Language.EN
        self.wished.emit(WishLanguage(Language.ZH_CN if english else Language.EN))

    def _submit(self) -> None:
        if self._page is Page.CASE_FORM:
            self.case_form.flush()
            self.case_form.submit()

    def _offered(self) -> tuple[Command, ...]:
        return offered(derive_rail(self._state))

    def open_palette(self) -> None:
        actions = self._actions()
        found = [Findable(c.title, c.key, actions[c.id]) for c in self._offered() if not c.held]
        for item in (*self._state.queue.mine.items, *self._state.queue.waiting.items):
            opened = WishOpenCase(item.id)
            act = lambda wish=opened: self.wished.emit(wish)  # noqa: E731 - bound to its case
            found.append(Findable(item.patient_name or item.number, item.number, act))
        Palette(self).open_with(tuple(found))

    def open_keys(self) -> None:
        KeySheet(self, self._offered(), viewer_keys(self._settings)).open()

    @property
    def diagnosis_fields(self) -> tuple[DiagnosisField, ...]:
        """Where codes are written: of the case, of the report."""
        return self.case_form.question.codes, self.workspace.report.codes

    def ask_print(self) -> None:
        if self._page is Page.WORKSPACE:
            self.wished.emit(WishPaper())
