"""The page of cases: what waits for an expert, and the cases one takes part in."""

from uuid import UUID

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter

from app.commands.case_wishes import WishSeekCases
from app.commands.keys import COMMANDS, CommandId
from app.commands.wishes import WishClaim, WishDecline, WishNewCase, WishOpenCase, WishRefresh
from app.kit.layouts import column, row, surface
from app.kit.theme import Appearance
from app.kit.typing_pause import TypingPause
from app.kit.view import View
from app.kit.widgets import button, label, line, set_text, set_words
from app.models.queue import RowProps, WorkProps
from app.models.tips import plain_tip
from app.session.queue import CaseFilter, Search
from app.views.case_fields import choose, chosen, combo, fill, keep, kept
from app.views.case_list import CaseList
from app.views.decline_form import DeclineForm
from protocol.transition import DeclineReason

SEEK_WIDTH = 220


class WorkPage(View):
    """Queue above, own cases below; a requester sees only the latter."""

    breaking = Signal()
    """Somebody wants to open a case in an emergency."""

    def __init__(self, appearance: Appearance, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings
        self._remembered = kept(settings, "work/filter", CaseFilter) or CaseFilter.ALL
        """What is searched for is not remembered: it may be a patient's name."""
        self._props: WorkProps | None = None
        self._title = label("pageTitle", "title")
        self._offline = label("offline", "problem")
        self._new = button("newCase", lambda: self.wished.emit(WishNewCase()), "primary")
        self._emergency = button("breakGlassButton", self.breaking.emit, "quiet")
        self._waiting_title, self._mine_title = label(kind="lead"), label(kind="lead")
        self._claim = button("claim", self._wish_claim, "primary")
        self._pass = button("passOver", self._ask_why)
        self._passing = DeclineForm("passOver", across=True)
        self._passing.given.connect(self._wish_pass)
        self._passing.hide()
        self._asked: RowProps | None = None
        """What the form is about; it stays what it was when the form closed by itself."""
        self._gone = label("passOverGone", "problem")
        self._gone.hide()
        self._turn, self._behind = label("turnNote", "muted"), label("behindNote", "muted")
        self.waiting = CaseList("queueTable", appearance)
        self.mine = CaseList("caseTable", appearance)
        for listing in (self.waiting, self.mine):
            listing.opened.connect(lambda id_: self.wished.emit(WishOpenCase(id_)))
            listing.retried.connect(lambda: self.wished.emit(WishRefresh()))
        self.mine.acted.connect(lambda: self.wished.emit(WishNewCase()))
        self._waiting_part = surface(
            "card",
            column(
                row(self._waiting_title, self._turn, self._behind, None, self._pass, self._claim),
                self._passing,
                self._gone,
                self.waiting,
                margin=3,
                gap=2,
            ),
        )
        self._seek, self._filter = line("caseSearch"), combo("caseFilter")
        self._seek.setClearButtonEnabled(True)
        self._seek.setMinimumWidth(SEEK_WIDTH)
        self._pause = TypingPause(self)
        self._pause.due.connect(self._wish_seek)
        self._seek.textChanged.connect(lambda _text: self._pause.touch())
        self._filter.activated.connect(lambda _place: self._wish_filter())
        head = row(self._mine_title, None, self._seek, self._filter)
        mine_part = surface("card", column(head, self.mine, margin=3, gap=2))
        self._parts = QSplitter()
        self._parts.setObjectName("gap")
        self._parts.setOrientation(self._parts.orientation().Vertical)
        self._parts.setHandleWidth(8)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(self._waiting_part)
        self._parts.addWidget(mine_part)
        self.setLayout(
            column(
                row(self._title, self._offline, None, self._emergency, self._new),
                self._parts,
                margin=5,
                gap=3,
            )
        )
        self.words()

    def show_props(self, props: WorkProps) -> None:
        self._props = props
        self._waiting_part.setVisible(props.shows_waiting)
        self._new.setVisible(props.can_create)
        self._emergency.setVisible(props.may_break_glass)
        self._claim.setVisible(props.can_claim)
        self._claim.setEnabled(bool(props.waiting.rows) and not props.offline)
        self._pass.setVisible(bool(props.heads))
        self._pass.setEnabled(not props.offline)
        self._turn.setVisible(bool(props.heads))
        self._behind.setVisible(props.waiting.behind > 0)
        asked = self._asked is not None and self._asked.id in props.heads
        if not asked and not self._passing.isHidden():
            self._passing.hide()
            self._gone.show()
        self._offline.setVisible(props.offline)
        self.waiting.show_rows(props.waiting)
        self.mine.show_rows(props.mine)
        if not self._pause.active and self._seek.text().strip() != props.search.text:
            set_text(self._seek, props.search.text)
        choose(self._filter, props.search.filter)
        self._state_words()

    def words(self) -> None:
        self._title.setText(self.tr("Consultations"))
        self._offline.setText(self.tr("No network: the lists may be old. Drafts can be written."))
        self._waiting_title.setText(self.tr("Waiting for an expert"))
        self._mine_title.setText(self.tr("My cases"))
        set_words(self._new, self.tr("New case"), "Ctrl+N")
        set_words(self._claim, self.tr("Take the case"), "Ctrl+T")
        set_words(self._pass, self.tr("Pass over…"))
        self._gone_words()
        self._passing.set_act(self.tr("Pass over with this reason"))
        self._turn.setText(self.tr("Experts pull: the next case comes after this one."))
        set_words(self._emergency, self.tr("Emergency…"), "Ctrl+Alt+E")
        self.waiting.set_name(self.tr("Cases waiting for an expert"))
        self.mine.set_name(self.tr("My cases"))
        names = {
            CaseFilter.ALL: self.tr("All"),
            CaseFilter.OPEN: self.tr("Open"),
            CaseFilter.ENDED: self.tr("Ended"),
        }
        fill(self._filter, [(name, kind.value) for kind, name in names.items()])
        self._filter.setAccessibleName(self.tr("Open or ended cases"))
        self._seek.setPlaceholderText(self.tr("Name, number, reason"))
        self._seek.setAccessibleName(self.tr("Search my cases"))
        self._seek.setToolTip(plain_tip(COMMANDS[CommandId.CASE_SEARCH].key))
        self._state_words()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        kind, self._remembered = self._remembered, CaseFilter.ALL
        if kind is not CaseFilter.ALL:
            self.wished.emit(WishSeekCases("", kind))

    def _wish_filter(self) -> None:
        kind = chosen(self._filter, CaseFilter) or CaseFilter.ALL
        keep(self._settings, "work/filter", kind)
        self._wish_seek()

    def _wish_seek(self) -> None:
        self._pause.stop()
        kind = chosen(self._filter, CaseFilter) or CaseFilter.ALL
        self.wished.emit(WishSeekCases(self._seek.text().strip(), kind))

    def _state_words(self) -> None:
        behind = 0 if self._props is None else self._props.waiting.behind
        text = self.tr("{n} more wait behind these")
        self._behind.setText(text.format(n=behind))
        error = (
            self.tr("The list could not be read"),
            self.tr("The server did not answer. Check the network, then try again."),
            self.tr("Try again"),
        )
        self.waiting.set_words(
            (
                self.tr("Nothing is waiting"),
                self.tr("New cases of your specialty appear here; take them, not all of them ring.")
                if self._props is not None and self._props.quiet
                else self.tr("New cases of your specialty appear here and ring."),
                "",
            ),
            error,
        )
        if self._props is not None and self._props.search != Search():
            nothing = (self.tr("No such case"), self.tr("None of your cases fits."), "")
            self.mine.set_words(nothing, error)
            return
        can_create = self._props is not None and self._props.can_create
        self.mine.set_words(
            (
                self.tr("No cases yet"),
                self.tr("Write down the question, add the images, submit: an expert is rung.")
                if can_create
                else self.tr("Cases you take from the queue stay here."),
                self.tr("New case") if can_create else "",
            ),
            error,
        )

    def search(self) -> None:
        if self.isVisible():
            self._seek.setFocus()
            self._seek.selectAll()

    def claim_chosen(self) -> None:
        """The key of "Take the case": the chosen row, else the first."""
        self._wish_claim()

    def _wish_claim(self) -> None:
        chosen = self._chosen_or_first()
        if chosen is not None:
            self.wished.emit(WishClaim(chosen))

    def _chosen_or_first(self) -> UUID | None:
        first = self.waiting.model.row_at(0)
        return self.waiting.current() or (first.id if first else None)

    def _head(self) -> RowProps | None:
        """The case that is to be passed over: the chosen one, else the first that can be."""
        if self._props is None:
            return None
        heads = [one for one in self._props.waiting.rows if one.id in self._props.heads]
        chosen = self._chosen_or_first()
        return next((one for one in heads if one.id == chosen), heads[0] if heads else None)

    def _ask_why(self) -> None:
        self._gone.hide()
        if self._passing.isVisible():
            self._passing.hide()
        elif (head := self._head()) is not None:
            self._asked = head
            self._gone_words()
            self._passing.ask(head.number)

    def _wish_pass(self, reason: DeclineReason, text: str) -> None:
        self._passing.hide()
        if self._asked is not None:
            self.wished.emit(WishDecline(self._asked.id, reason, text))

    def _gone_words(self) -> None:
        text = self.tr("Case {number} can be passed over no longer; nothing was sent.")
        self._gone.setText(text.format(number="" if self._asked is None else self._asked.number))
