"""The inbox: what devices, archives and folders have brought, and where it goes from here."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu

from app.commands.intake_wishes import (
    WishAttach,
    WishForgetLost,
    WishLook,
    WishRemoveFromInbox,
    WishSettle,
)
from app.kit.layouts import column, row, surface
from app.kit.list_states import ListState, ListStates
from app.kit.question import ask
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.inbox import AttachTarget, InboxProps, inbox_columns
from app.models.several_patients import Person
from app.models.table import TextTable
from app.session.queue import Load
from app.views.several_patients import ask_if_several
from app.views.text_table import TextTableView

PATIENT, STATE = 0, 7
WIDTHS = {0: 340, 1: 96, 2: 56, 3: 130, 4: 80, 5: 84, 6: 130}


class InboxPage(View):
    """One row a study; the obvious step is to give it to a case."""

    browsed = Signal()
    """Asks the window for a folder."""
    files_browsed = Signal()
    pacs_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._targets: tuple[AttachTarget, ...] = ()
        self._title, self._line = label("pageTitle", "title"), label("inboxLine", "muted")
        self._warning = label("inboxWarning", "problem", wrap=True)
        self._lost = label("inboxLost", "problem", wrap=True)
        self._forget = button("inboxForget", self._ask_forgetting, "quiet")
        self._table = TextTableView("inboxTable", TextTable(inbox_columns, self), WIDTHS, STATE)
        self._states = ListStates(self._table)
        self._states.acted.connect(self.browsed)
        self._menu = QMenu(self)
        self._menu.setObjectName("attachMenu")
        self._attach = button("attach", self._open_menu, "primary")
        self._remove = button("inboxRemove", self._ask_removal, "danger")
        self._settle = button("inboxSettle", self._ask_settling, "quiet")
        self._settled_by_hand: frozenset[str] = frozenset()
        self._people: tuple[tuple[str, Person], ...] = ()
        self._pacs = button("openPacs", self.pacs_wanted.emit)
        self._folder = button("inboxFolder", self.browsed.emit)
        self._files = button("inboxFiles", self.files_browsed.emit)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._follow())
        self._table.deleted.connect(self._ask_removal)
        self._table.activated.connect(lambda _index: self._open_menu())
        lost = row(self._lost, self._forget)
        lost.setStretch(0, 1)
        self.setLayout(
            column(
                row(self._title, None, self._pacs, self._files, self._folder),
                row(self._line, None),
                self._warning,
                lost,
                surface("card", column(self._states, margin=2)),
                row(self._remove, self._settle, None, self._attach),
                margin=5,
                gap=3,
            )
        )
        self._follow()
        self.words()

    def show_props(self, props: InboxProps) -> None:
        self._line.setText(props.listening)
        self._warning.setText(props.warning)
        self._warning.setVisible(bool(props.warning))
        self._lost.setText(props.lost)
        for part in (self._lost, self._forget):
            part.setVisible(bool(props.lost))
        self._targets, self._settled_by_hand = props.targets, props.settled_by_hand
        self._people = props.people
        self._table.show_rows(props.rows)
        if props.load is Load.LOADING:
            self._states.show_state(ListState.LOADING)
        else:
            self._states.show_state(ListState.CONTENT if props.rows else ListState.EMPTY)
        self._pacs.setEnabled(props.has_pacs)
        self._follow()

    def words(self) -> None:
        self._title.setText(self.tr("Inbox"))
        self._table.setAccessibleName(self.tr("Studies that have come in"))
        self._states.set_words(
            (
                self.tr("Nothing has come in"),
                self.tr(
                    "Devices send here, archives are searched, and files can be dropped here. "
                    "Receiver and archives are set up in the settings."
                ),
                self.tr("Add a folder…"),
            ),
            ("", "", self.tr("Try again")),
        )
        set_words(self._attach, self.tr("Add to a case…"), "Return")
        set_words(self._remove, self.tr("Remove from the inbox"), "Delete")
        set_words(self._settle, self.tr("All images are here…"))
        set_words(self._forget, self.tr("Remove them…"))
        set_words(self._pacs, self.tr("Search the archive…"), "Ctrl+Shift+F")
        set_words(self._files, self.tr("Add files…"))
        set_words(self._folder, self.tr("Add a folder…"), "Ctrl+O")

    def _follow(self) -> None:
        chosen = bool(self._table.chosen())
        self._attach.setEnabled(chosen)
        self._remove.setEnabled(chosen)
        self._settle.setVisible(bool(self._marked()))

    # --- to a case -----------------------------------------------------------------------

    def _open_menu(self) -> None:
        studies = self._table.chosen()
        if not studies:
            return
        self._menu.clear()
        for said in self._table.texts(STATE):
            if "⚠" in said:
                self._menu.addAction(said).setEnabled(False)
        new = self._menu.addAction(self.tr("New case"))
        new.triggered.connect(lambda: self._wish_attach(WishAttach(studies)))
        self._offer(studies, self.tr("Being written"), late=False)
        self._offer(studies, self.tr("Submitted: the images come late"), late=True)
        self._menu.popup(self._attach.mapToGlobal(self._attach.rect().topLeft()))

    def _offer(self, studies: tuple[str, ...], head: str, *, late: bool) -> None:
        targets = [one for one in self._targets if one.late is late]
        if targets:
            self._menu.addSection(head)
        for target in targets:
            wish = WishAttach(studies, target.consultation_id)
            action = self._menu.addAction(target.title.replace("&", "&&"))
            action.triggered.connect(lambda _on=False, w=wish: self._wish_attach(w))

    def _wish_attach(self, wish: WishAttach) -> None:
        people = [who for uid, who in self._people if uid in wish.studies]
        ask_if_several(self, people, lambda: self.wished.emit(wish))

    def _ask_removal(self) -> None:
        studies = self._table.chosen()
        if studies:
            text = self.tr(
                "{n} studies are removed from this computer. What has gone to a case stays there; "
                "what has not must be sent again by the device or archive."
            ).format(n=len(studies))
            self._ask("removeQuestion", text, WishRemoveFromInbox(studies))

    def _marked(self) -> tuple[str, ...]:
        """Those of the chosen studies whose marks a person may take away."""
        return tuple(one for one in self._table.chosen() if one in self._settled_by_hand)

    def _ask_settling(self) -> None:
        ask(
            self,
            "settleQuestion",
            (
                self.tr("All images are here"),
                self.tr(
                    "Have you compared the images with the device or the disc? The marks that it "
                    "broke off and that images could not be read are taken away then. What an "
                    "archive has announced stays."
                ),
            ),
            yes=("settleQuestionYes", self.tr("All are here")),
            no=("settleQuestionNo", self.tr("Keep the marks")),
            on_yes=lambda: self.wished.emit(WishSettle(self._marked())),
        )

    def _ask_forgetting(self) -> None:
        text = self.tr(
            "The images that cannot be opened are removed from this computer. If their key file "
            "may be found again, keep them."
        )
        self._ask("forgetQuestion", text, WishForgetLost())

    def _ask(self, name: str, text: str, wish: WishRemoveFromInbox | WishForgetLost) -> None:
        ask(
            self,
            name,
            (self.tr("Remove from the inbox"), text),
            yes=(f"{name}Yes", self.tr("Remove")),
            no=(f"{name}No", self.tr("Keep")),
            on_yes=lambda: self.wished.emit(wish),
        )

    # --- files ---------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        paths = tuple(Path(url.toLocalFile()) for url in urls if url.isLocalFile())
        if paths:
            event.acceptProposedAction()
            self.wished.emit(WishLook(paths, for_case=False))
