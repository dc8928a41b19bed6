"""The workspace of an open case: banner above; record, images, and call with chat and report.

The three columns collapse and remember their widths; below `NARROW` pixels the images take the
window and the side columns become drawers, below `ROOM_FOR_BOTH` one at a time.
"""

from collections.abc import Callable

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QTabWidget, QToolButton, QWidget

from app.commands.case_wishes import WishLateImages
from app.commands.wishes import WishClaim, WishResume
from app.kit.layouts import LowScroll, column, row, surface
from app.kit.view import View
from app.kit.widgets import button, set_words, tool
from app.models.case_actions import ActionEntry, ActionForm
from app.models.report import ReportStage
from app.models.workspace import NextStep, WorkspaceProps
from app.viewers.video.pictures import LatestFrame
from app.views.banner import PatientBanner
from app.views.call_room import CallRoom
from app.views.case_action_panel import CaseActionPanel
from app.views.case_menu import CaseMenu
from app.views.case_strip import CaseStrip
from app.views.chat import ChatPane
from app.views.comparison import ComparisonWindow
from app.views.fetch_line import FetchLine
from app.views.invitation import InvitationWindow
from app.views.record import RecordPane
from app.views.recording_player import RecordingPlayerWindow
from app.views.report import ReportPane
from app.views.report_copy import ReportCopyWindow
from protocol.consultation import Action

NARROW = 1400
ROOM_FOR_BOTH = 1180
"""From here on the report can be written beside the open record."""
SIDE_WIDTH = 360
SIDE_LEAST = 330
RECORD_WIDTH = 270


class Workspace(View):
    """Takes the image viewer from outside: it knows nothing of pixels."""

    def __init__(self, viewer: QWidget, latest: LatestFrame, settings: QSettings) -> None:
        super().__init__()
        self.setObjectName("workspace")
        self._props: WorkspaceProps | None = None
        self._settings = settings
        self._narrow: bool | None = None
        self._unread = False
        self.banner = PatientBanner()
        self.record = RecordPane()
        self.call = CallRoom(viewer, latest, settings)
        self.call.setParent(self)  # it has no place of its own, and ends with the workspace
        self.invitation = InvitationWindow(self)
        self.call.inviting.connect(self.invitation.begin)
        self.call.chatted.connect(self.show_chat)
        self.player = RecordingPlayerWindow(self, latest)
        self.comparison = ComparisonWindow(self)
        self.report_copy = ReportCopyWindow(self)
        self.chat, self.report = ChatPane(), ReportPane()
        self._side_tabs = QTabWidget()
        self._side_tabs.setObjectName("sideTabs")
        self._side_tabs.setDocumentMode(True)
        # On a small screen with a panel above, all of the report scrolls, its decision included.
        self._report_part = LowScroll(self.report)
        self.report.signing.asking.connect(self._fold)
        self._side_tabs.addTab(self._report_part, "")
        self._side_tabs.addTab(self.chat, "")
        self._record_part = surface("flat", column(self.record))
        self._side_part = surface("flat", column(self.call.bar, self._side_tabs, gap=0))
        self._side_part.setMinimumWidth(SIDE_LEAST)
        self._record_part.setMinimumWidth(220)
        self._record_part.hide()  # until it is known how much room there is
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._columns.setObjectName("columns")
        self._columns.setHandleWidth(1)
        for part in (self._record_part, viewer, self._side_part):
            self._columns.addWidget(part)
        self._columns.setStretchFactor(1, 1)
        self._columns.setSizes([RECORD_WIDTH, 900, SIDE_WIDTH])
        self._columns.splitterMoved.connect(self._remember)
        self._claim = button("claimHere", self._wish_claim, "primary")
        self._resume = button("resumeCase", lambda: self.wished.emit(WishResume()), "primary")
        self.menu, self.action_panel, self.strip = CaseMenu(), CaseActionPanel(), CaseStrip()
        self.menu.chosen.connect(self._begin)
        self.report.waived.connect(lambda: self._begin_action(Action.WAIVE_IMAGES))
        self.report.belonging.connect(lambda: self._begin_action(Action.CONFIRM_IMAGES))
        self.action_panel.leaving.connect(self.menu.take_keys)
        self.strip.asked.connect(self._begin_action)
        self._record_button = self._toggle("toggleRecord", "record", self.toggle_record)
        self._side_button = self._toggle("toggleCall", "phone", self.toggle_side)
        self.fetch_line = FetchLine()
        bar = surface(
            "banner",
            row(
                self._record_button,
                self.fetch_line,
                None,
                self._claim,
                self._resume,
                self.menu,
                self._side_button,
                margin=1,
            ),
        )
        self._above = (self.banner, bar, self.strip, self.action_panel)
        inner, below = QWidget(), column(self.strip, self.action_panel, self._columns, gap=0)
        below.setStretch(2, 1)
        inner.setLayout(below)
        whole = column(self.banner, bar, LowScroll(inner), gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        panes = (self.record, self.call, self.chat, self.report)
        around = (self.fetch_line, self.invitation, self.player, self.action_panel, self.strip)
        self.report.copying.connect(self.report_copy.begin)
        self.comparison.inserting.connect(self.report.help.insert_comparison)
        for view in (*panes, *around, self.comparison, self.report_copy):
            view.wished.connect(self.wished)
        self._restore()
        self.words()

    def _toggle(self, name: str, picture: str, act: Callable[[], None]) -> QToolButton:
        made = tool(name, picture, act)
        made.setCheckable(True)
        made.setChecked(True)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return made

    # --- what it shows -------------------------------------------------------------------

    def show_props(self, props: WorkspaceProps) -> None:
        before, self._props = self._props, props
        self.banner.show_props(props.banner)
        self.record.show_props(props.record)
        self.record.show_recordings(props.recordings)
        self.record.show_emr(props.emr)
        self.player.show_props(props.recordings.player)
        self.fetch_line.show_props(props.fetching)
        self.call.show_props(props.call)
        self.invitation.show_props(props.invitation)
        self.chat.show_props(props.chat)
        self.report.show_props(props)
        self._claim.setVisible(props.next_step is NextStep.CLAIM)
        self._resume.setVisible(props.next_step is NextStep.RESUME)
        self.menu.show_props(props.actions)
        self.action_panel.show_props(props.actions)
        self.strip.show_props(props)
        self.comparison.show_props(props)
        self.report_copy.show_props(props.report_copy)
        if before is not None and before.consultation_id != props.consultation_id:
            self.invitation.close()
        arrived = props.report.stage is ReportStage.SIGNED and (
            before is None or before.report.stage is not ReportStage.SIGNED
        )
        if arrived:
            self._side_tabs.setCurrentWidget(self._report_part)
        had = before.chat if before else props.chat
        unread = len(props.chat.lines) - len(had.lines)
        if unread > 0 and self._side_tabs.currentWidget() is not self.chat:
            self._chat_tab(unread=True)
        elif self._side_tabs.currentWidget() is self.chat:
            self._chat_tab(unread=False)
        else:
            self.call.show_chat(props.chat, unread=self._unread)

    def words(self) -> None:
        self._side_tabs.setTabText(0, self.tr("Report"))
        self._chat_tab(unread=False)
        self._side_tabs.setAccessibleName(self.tr("Report and chat"))
        self._columns.setAccessibleName(self.tr("Record, images, call"))
        set_words(self._record_button, self.tr("Record"), "F2")
        set_words(self._side_button, self.tr("Call and report"), "F3")
        set_words(self._claim, self.tr("Take the case"), "Ctrl+T")
        set_words(self._resume, self.tr("Go on with the case"))

    def _chat_tab(self, *, unread: bool) -> None:
        text = self.tr("Chat")
        self._unread = unread
        self._side_tabs.setTabText(1, f"{text} ●" if unread else text)
        if self._props is not None:
            self.call.show_chat(self._props.chat, unread=unread)

    def _begin_action(self, action: Action) -> None:
        actions = self._props.actions if self._props is not None else None
        if actions is not None and (entry := actions.entry(action)) is not None:
            self._begin(entry)

    def _begin(self, entry: ActionEntry) -> None:
        """Images are added where images are added; all else is asked for here."""
        if entry.form is not ActionForm.IMAGES:
            self.action_panel.begin(entry)
        elif self._props is not None:
            self.wished.emit(WishLateImages(self._props.consultation_id))

    def _fold(self, asking: bool) -> None:
        """What signs is whole on the screen."""
        self.call.bar.fold(folded=asking)
        if asking:
            self._report_part.seek(self.report.signing)

    # --- columns and drawers -------------------------------------------------------------

    @property
    def columns(self) -> QSplitter:
        """Record, images, call and report."""
        return self._columns

    @property
    def parts(self) -> tuple[tuple[QWidget, str], ...]:
        """The columns that can be hidden, by name."""
        return (self._record_part, "record"), (self._side_part, "side")

    @property
    def tabs(self) -> dict[str, QTabWidget]:
        """By name."""
        return {"side": self._side_tabs, "record": self.record.tabs}

    def show_part(self, name: str, *, visible: bool) -> None:
        """Shows or hides a column, as its button does."""
        toggle = {"record": self.toggle_record, "side": self.toggle_side}[name]
        part = next(part for part, named in self.parts if named == name)
        if part.isHidden() is visible:
            toggle()

    def toggle_record(self) -> None:
        self._show_part(self._record_part, self._record_button)

    def toggle_side(self) -> None:
        self._show_part(self._side_part, self._side_button)

    def show_chat(self) -> None:
        """Beside the case, ready to be written in."""
        if self._side_part.isHidden():
            self.toggle_side()
        self._side_tabs.setCurrentWidget(self.chat)
        self._chat_tab(unread=False)
        self.chat.write()

    def _show_part(self, part: QWidget, control: QToolButton) -> None:
        visible = part.isHidden()
        part.setVisible(visible)
        control.setChecked(visible)
        if visible and self.width() < ROOM_FOR_BOTH:
            other, button_ = (
                (self._side_part, self._side_button)
                if part is self._record_part
                else (self._record_part, self._record_button)
            )
            other.hide()
            button_.setChecked(False)

    def minimumSizeHint(self) -> QSize:
        """Where there is no room for both, the record goes before the window asks for more."""
        columns = self._columns.minimumSizeHint().width()
        if not (self._record_part.isHidden() or self._side_part.isHidden()):
            columns -= self._record_part.minimumWidth()
        above = [one.minimumSizeHint().width() for one in self._above if not one.isHidden()]
        return QSize(max(columns, *above), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow is not self._narrow:
            self._narrow = narrow
            self._record_part.setVisible(not narrow)
        elif self.width() < ROOM_FOR_BOTH and not self._side_part.isHidden():
            self._record_part.hide()
        self._record_button.setChecked(not self._record_part.isHidden())

    def _remember(self) -> None:
        if self._narrow is False:
            self._settings.setValue("workspace/columns", self._columns.saveState())

    def _restore(self) -> None:
        saved = self._settings.value("workspace/columns")
        if saved is not None:
            self._columns.restoreState(saved)

    def _wish_claim(self) -> None:
        if self._props is not None:
            self.wished.emit(WishClaim(self._props.consultation_id))
