"""The dispatcher's board: open cases in columns by state, and the experts beside them."""

from collections.abc import Callable

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QComboBox, QScrollArea, QWidget

from app.commands.board_wishes import WishBoardCase
from app.commands.keys import COMMANDS, CommandId
from app.commands.wishes import Page, WishPage
from app.kit.layouts import column, row
from app.kit.list_states import ListState, ListStates
from app.kit.theme import Appearance
from app.kit.view import View
from app.kit.widgets import button, label, line, set_words
from app.models.board import BoardFilter, BoardProps, Lane
from app.models.tips import plain_tip
from app.models.words import urgency_text
from app.session.queue import Load
from app.views.board_cards import LaneView
from app.views.board_side import BoardSide
from app.views.case_fields import keep, kept
from protocol.consultation import Urgency


class BoardPage(View):
    """`filtered` asks for a new derivation with `filter`.

    Department and urgency are kept on the computer; what is searched for is not, because people
    type names of patients.
    """

    filtered = Signal()

    def __init__(self, appearance: Appearance, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings
        self._props: BoardProps | None = None
        self.filter = BoardFilter(
            str(settings.value("board/department", "")),
            kept(settings, "board/urgency", Urgency),
        )
        self._title, self._count = label("pageTitle", "title"), label("boardCount", "muted")
        self._offline = label("boardOffline", "problem")
        self._department, self._urgency = QComboBox(), QComboBox()
        self._department.setObjectName("boardDepartment")
        self._urgency.setObjectName("boardUrgency")
        self._search = line("boardSearch")
        self._search.setClearButtonEnabled(True)
        self._search.setMinimumWidth(190)
        self._search.setMaximumWidth(240)
        self._all = button("boardShowAll", self._show_all, "quiet")
        self._department.activated.connect(self._chosen)
        self._urgency.activated.connect(self._chosen)
        self._search.textChanged.connect(self._chosen)
        self.side = BoardSide(appearance)
        self.side.wished.connect(self.wished)
        self.lanes = {lane: LaneView(f"lane_{lane.name.lower()}", appearance) for lane in Lane}
        for lane, view in self.lanes.items():
            view.list.picked.connect(lambda id_: self.wished.emit(WishBoardCase(id_)))
            view.list.sideways.connect(lambda step, at=lane: self._sideways(at, step))
            view.list.entered.connect(self.side.experts.take_focus)
        across = row(*self.lanes.values(), gap=2)
        inner = QWidget()
        inner.setLayout(across)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setObjectName("boardLanes")
        self._states = ListStates(scroll)
        self._states.retried.connect(lambda: self.wished.emit(WishPage(Page.BOARD)))
        head = row(
            self._title, self._count, self._offline, None,
            self._department, self._urgency, self._search, self._all, gap=2,
        )  # fmt: skip
        body = row(self._states, self.side, gap=2)
        body.setStretch(0, 1)
        self.setLayout(column(head, body, margin=3, gap=2))
        self.words()

    # --- what it shows -------------------------------------------------------------------

    def show_props(self, props: BoardProps) -> None:
        self._props = props
        self._fill_departments(props.departments)
        self._offline.setVisible(props.offline)
        self._offline.setText(self.tr("No network: the board may be old."))
        narrowed = self.filter != BoardFilter()
        self._all.setVisible(narrowed)
        self._count.setText(self._count_words(props) if props.load is Load.READY else "")
        chosen = props.chosen.id if props.chosen else None
        for lane in props.lanes:
            self.lanes[lane.lane].show_lane(lane, chosen)
        self.side.show_props(props)
        self._states.show_state(self._list_state(props))

    def _count_words(self, props: BoardProps) -> str:
        if props.shown_cases == props.open_cases:
            return self.tr("Open cases: {n}").format(n=props.open_cases)
        text = self.tr("{n} of {total} open cases")
        return text.format(n=props.shown_cases, total=props.open_cases)

    def _list_state(self, props: BoardProps) -> ListState:
        match props.load:
            case Load.LOADING:
                return ListState.LOADING
            case Load.FAILED:
                return ListState.ERROR
            case Load.READY:
                return ListState.CONTENT if props.open_cases else ListState.EMPTY

    def words(self) -> None:
        self._title.setText(self.tr("Board"))
        self._department.setAccessibleName(self.tr("Department"))
        self._urgency.setAccessibleName(self.tr("Urgency"))
        self._search.setAccessibleName(self.tr("Search the board"))
        self._search.setPlaceholderText(self.tr("Number, clinic, expert"))
        self._search.setToolTip(plain_tip(COMMANDS[CommandId.BOARD_SEARCH].key))
        set_words(self._all, self.tr("Show all"))
        self._urgency.clear()
        self._urgency.addItem(self.tr("Every urgency"), None)
        for urgency in reversed(Urgency):
            self._urgency.addItem(urgency_text(urgency), urgency)
        self._urgency.setCurrentIndex(max(0, self._urgency.findData(self.filter.urgency)))
        self._department.clear()
        self._fill_departments(() if self._props is None else self._props.departments)
        self._states.set_words(
            (
                self.tr("No open cases"),
                self.tr("Every case is done. New ones appear here by themselves."),
                "",
            ),
            (
                self.tr("The board could not be read"),
                self.tr("Check the network. It is read again by itself when it is back."),
                self.tr("Try again"),
            ),
        )

    def _fill_departments(self, names: tuple[str, ...]) -> None:
        """The one that is kept stays on offer, also while nobody is of it."""
        chosen = self.filter.department
        wanted = [self.tr("Every department"), *sorted({*names, *([chosen] if chosen else [])})]
        if wanted != [self._department.itemText(n) for n in range(self._department.count())]:
            self._department.clear()
            self._department.addItem(wanted[0], "")
            for name in wanted[1:]:
                self._department.addItem(name, name)
            self._department.setCurrentIndex(max(0, self._department.findData(chosen)))

    # --- what is asked of it -------------------------------------------------------------

    def key_actions(self) -> dict[CommandId, Callable[[], None]]:
        return {
            **self.side.key_actions(),
            CommandId.BOARD_SEARCH: self._search_by_key,
        }

    def _search_by_key(self) -> None:
        if self.isVisible():
            self._search.setFocus()
            self._search.selectAll()

    def _chosen(self) -> None:
        self.filter = BoardFilter(
            self._department.currentData() or "",
            self._urgency.currentData(),
            self._search.text().strip(),
        )
        self._settings.setValue("board/department", self.filter.department)
        keep(self._settings, "board/urgency", self.filter.urgency)
        self.filtered.emit()

    def _show_all(self) -> None:
        self._department.setCurrentIndex(0)
        self._urgency.setCurrentIndex(0)
        blocked = self._search.blockSignals(True)
        self._search.clear()
        self._search.blockSignals(blocked)
        self._chosen()

    def _sideways(self, lane: Lane, step: int) -> None:
        """To the next column with a card in it, at the same height."""
        near = self.lanes[lane].list.currentIndex().row()
        order = list(Lane)
        at = order.index(lane) + step
        while 0 <= at < len(order):
            if self.lanes[order[at]].list.take_focus(max(0, near)):
                return
            at += step
