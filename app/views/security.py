"""Security: where everybody is signed in."""

from uuid import UUID

from app.commands.identity_wishes import WishEndSession, WishEndSessionsOf
from app.commands.wishes import Page, WishPage
from app.kit.layouts import column, row, surface
from app.kit.list_states import ListState, ListStates
from app.kit.question import ask
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.security import SecurityProps
from app.models.signed_in import AllSessionsProps, all_columns
from app.models.table import TextTable
from app.session.queue import Load
from app.views.text_table import TextTableView

WIDTHS = {0: 220, 1: 220, 3: 140, 4: 140, 5: 140}
DEVICE = 2


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
        match props.load:
            case Load.LOADING if not props.rows:
                self._states.show_state(ListState.LOADING)
            case Load.FAILED:
                self._states.show_state(ListState.ERROR)
            case _:
                self._states.show_state(ListState.CONTENT if props.rows else ListState.EMPTY)
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


class SecurityPage(View):
    def __init__(self) -> None:
        super().__init__()
        self._title = label("pageTitle", "title")
        self.sessions = AllSessions()
        self.sessions.wished.connect(self.wished)
        whole = column(self._title, surface("card", column(self.sessions)), margin=5, gap=3)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.words()

    def show_props(self, props: SecurityProps) -> None:
        self.sessions.show_props(props.sessions)

    def words(self) -> None:
        self._title.setText(self.tr("Where people are signed in"))
