"""Security: where everybody is signed in, which cases were opened in an emergency, lock-outs."""

from uuid import UUID

from PySide6.QtWidgets import QTabWidget

from app.commands.identity_wishes import WishEndEmergency, WishEndSession, WishEndSessionsOf
from app.commands.wishes import Page, WishPage
from app.kit.layouts import column, row, surface
from app.kit.list_states import ListStates
from app.kit.question import ask
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.auditing import LockOutsProps, lock_out_columns
from app.models.emergency import EmergenciesProps, emergency_columns
from app.models.security import SecurityProps
from app.models.signed_in import AllSessionsProps, all_columns
from app.models.table import TextTable
from app.views.loading import show_load
from app.views.text_table import TextTableView

WIDTHS = {0: 220, 1: 220, 3: 140, 4: 140, 5: 140}
PERSON, DEVICE, REASON = 1, 2, 3


class AllSessions(View):
    """Everybody's sessions; ending all of a person is asked once."""

    def __init__(self) -> None:
        super().__init__()
        self._props: AllSessionsProps | None = None
        table = TextTable(all_columns, self)
        self._table = TextTableView("allSessions", table, WIDTHS, DEVICE)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._show_chosen())
        self._states = ListStates(self._table)
        self._states.retried.connect(lambda: self.wished.emit(WishPage(Page.SECURITY)))
        self._end = button("endSomebodysSession", self._wish_end)
        self._end_all = button("endSomebodysSessions", self._ask_end_all, "danger")
        whole = column(self._states, row(None, self._end, self._end_all), margin=3)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.words()

    def show_props(self, props: AllSessionsProps) -> None:
        self._props = props
        show_load(self._states, props.load, filled=bool(props.rows))
        self._table.show_rows(props.rows)
        self._show_chosen()

    def words(self) -> None:
        self._table.setAccessibleName(self.tr("Sessions"))
        set_words(self._end, self.tr("Sign out there"))
        set_words(self._end_all, self.tr("Sign this person out everywhere"))
        again = self.tr("Check the network, then try again.")
        self._states.set_words(
            (self.tr("Nobody is signed in"), "", ""),
            (self.tr("The sessions could not be read"), again, self.tr("Try again")),
        )

    def _show_chosen(self) -> None:
        for control in (self._end, self._end_all):
            control.setEnabled(bool(self._table.chosen()))

    def _wish_end(self) -> None:
        if chosen := self._table.chosen():
            self.wished.emit(WishEndSession(UUID(chosen[0])))

    def _ask_end_all(self) -> None:
        chosen = self._table.chosen()
        if self._props is None or not chosen:
            return
        account_id, name = self._props.whose[chosen[0]]
        text = self.tr("{name} is signed out on every device. What is written there stays saved.")
        ask(
            self,
            "askEndAll",
            (self.tr("Sign this person out everywhere"), text.format(name=name)),
            yes=("endAllYes", self.tr("Sign out")),
            no=("endAllNo", self.tr("Cancel")),
            on_yes=lambda: self.wished.emit(WishEndSessionsOf(account_id)),
        )


class Emergencies(View):
    """Who opened which case in an emergency, and why; one that runs can be ended."""

    def __init__(self) -> None:
        super().__init__()
        self._props: EmergenciesProps | None = None
        table = TextTable(emergency_columns, self)
        self._table = TextTableView("emergencies", table, {0: 140, 1: 220, 2: 170, 4: 140}, REASON)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._show_chosen())
        self._states = ListStates(self._table)
        self._states.retried.connect(lambda: self.wished.emit(WishPage(Page.SECURITY)))
        self._end = button("endEmergency", self._wish_end, "danger")
        whole = column(self._states, row(None, self._end), margin=3)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.words()

    def show_props(self, props: EmergenciesProps) -> None:
        self._props = props
        show_load(self._states, props.load, filled=bool(props.rows))
        self._table.show_rows(props.rows)
        self._show_chosen()

    def words(self) -> None:
        self._table.setAccessibleName(self.tr("Emergency accesses"))
        set_words(self._end, self.tr("End this access now"))
        again = self.tr("Check the network, then try again.")
        self._states.set_words(
            (self.tr("No case was opened in an emergency"), "", ""),
            (self.tr("The emergency accesses could not be read"), again, self.tr("Try again")),
        )

    def _show_chosen(self) -> None:
        running = self._props.running if self._props is not None else frozenset()
        self._end.setEnabled(bool(running.intersection(self._table.chosen())))

    def _wish_end(self) -> None:
        if chosen := self._table.chosen():
            self.wished.emit(WishEndEmergency(UUID(chosen[0])))


class LockOuts(View):
    """Whose password or code was guessed wrong in the last day."""

    def __init__(self) -> None:
        super().__init__()
        widths = {0: 140, 2: 180, 3: 260, 4: 150}
        self._table = TextTableView("lockOuts", TextTable(lock_out_columns, self), widths, PERSON)
        self._states = ListStates(self._table)
        self._states.retried.connect(lambda: self.wished.emit(WishPage(Page.SECURITY)))
        self.setLayout(column(self._states, margin=3))
        self.words()

    def show_props(self, props: LockOutsProps) -> None:
        show_load(self._states, props.load, filled=bool(props.rows))
        self._table.show_rows(props.rows)

    def words(self) -> None:
        self._table.setAccessibleName(self.tr("Lock-outs"))
        again = self.tr("Check the network, then try again.")
        self._states.set_words(
            (self.tr("Nobody has given a wrong password or code today"), "", ""),
            (self.tr("The lock-outs could not be read"), again, self.tr("Try again")),
        )


class SecurityPage(View):
    def __init__(self) -> None:
        super().__init__()
        self._title = label("pageTitle", "title")
        self.sessions, self.emergencies = AllSessions(), Emergencies()
        self.lock_outs = LockOuts()
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        for part in (self.sessions, self.emergencies, self.lock_outs):
            part.wished.connect(self.wished)
            self._tabs.addTab(part, "")
        card = surface("card", column(self._tabs, margin=1))
        whole = column(self._title, card, margin=5, gap=3)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.words()

    def show_props(self, props: SecurityProps) -> None:
        self.sessions.show_props(props.sessions)
        self._tabs.setTabVisible(1, props.emergencies is not None)
        if props.emergencies is not None:
            self.emergencies.show_props(props.emergencies)
        self._tabs.setTabVisible(2, props.lock_outs is not None)
        if props.lock_outs is not None:
            self.lock_outs.show_props(props.lock_outs)

    def words(self) -> None:
        self._title.setText(self.tr("Security"))
        self._tabs.setTabText(0, self.tr("Where people are signed in"))
        self._tabs.setTabText(1, self.tr("Opened in an emergency"))
        self._tabs.setTabText(2, self.tr("Lock-outs"))
