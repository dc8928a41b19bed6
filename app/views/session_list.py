"""Where one is signed in: a card of the settings."""

from uuid import UUID

from app.commands.identity_wishes import WishEndOtherSessions, WishEndOwnSession
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.signed_in import OwnSessionsProps, own_columns
from app.models.table import TextTable
from app.session.queue import Load
from app.views.text_table import TextTableView

WIDTHS = {1: 140, 2: 140, 3: 130}
HEIGHT = 190


class OwnSessions(View):
    def __init__(self) -> None:
        super().__init__()
        self._props: OwnSessionsProps | None = None
        self._head = label("sessionsHead", "lead")
        self._hint = label("sessionsHint", "muted", wrap=True)
        self._table = TextTableView("ownSessions", TextTable(own_columns, self), WIDTHS, 0)
        self._table.setFixedHeight(HEIGHT)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._show_chosen())
        self._table.deleted.connect(self._wish_end)
        self._end = button("endSession", self._wish_end)
        self._others = button("endOtherSessions", lambda: self.wished.emit(WishEndOtherSessions()))
        card = column(
            self._head, self._hint, self._table, row(None, self._end, self._others), margin=4
        )
        self.setLayout(column(surface("card", card)))
        self.words()

    def show_props(self, props: OwnSessionsProps) -> None:
        if props == self._props:
            return
        self._props = props
        self._table.show_rows(props.rows)
        self._others.setEnabled(any(one.key not in props.here for one in props.rows))
        self._hint_words()
        self._show_chosen()

    def words(self) -> None:
        self._head.setText(self.tr("Where you are signed in"))
        self._table.setAccessibleName(self._head.text())
        set_words(self._end, self.tr("Sign out there"))
        set_words(self._others, self.tr("Sign out everywhere else"))
        self._hint_words()

    def _hint_words(self) -> None:
        failed = self._props is not None and self._props.load is Load.FAILED
        self._hint.setText(
            self.tr("This cannot be read now: check the network and open the settings again.")
            if failed
            else self.tr("If you do not know one of these, sign it out and change your password.")
        )

    def _show_chosen(self) -> None:
        """This computer is signed out by the button below, which keeps what is written."""
        here = self._props.here if self._props is not None else frozenset()
        chosen = self._table.chosen()
        self._end.setEnabled(bool(chosen) and not here.intersection(chosen))

    def _wish_end(self) -> None:
        if self._end.isEnabled():
            self.wished.emit(WishEndOwnSession(UUID(self._table.chosen()[0])))
