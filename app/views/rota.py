"""The rota of a department: a week as a grid, the chosen block beside it."""

from datetime import date, datetime, timedelta
from uuid import UUID

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QScrollArea, QToolTip, QWidget

from app.commands.rota_wishes import (
    WishAddShift,
    WishChangeShift,
    WishCopyWeek,
    WishRota,
    WishRotaZone,
)
from app.commands.wishes import Page, WishPage
from app.kit.layouts import column, row
from app.kit.list_states import ListState, ListStates
from app.kit.painting import paint_line, small
from app.kit.theme import Appearance
from app.kit.view import View
from app.kit.widgets import button, chip, label, set_chip, set_words
from app.models.rota import ZONES, BlockProps, RotaProps
from app.models.rota_change import changed, new_shift
from app.models.tips import plain_tip
from app.models.words import word
from app.session.queue import Load
from app.session.rota import Rota
from app.views.rota_grid import RotaGrid
from app.views.rota_paint import COVER, HEAD, PAD, paint_gap, scale_of
from app.views.rota_side import RotaSide
from protocol.rota import CopyWeek, RotaKind, SetRotaZone

WEEK = timedelta(days=7)


class RotaHead(QWidget):
    """Days above the grid, and the hours nobody covers."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("rotaHead")
        self.setFixedHeight(HEAD + COVER)
        self._looks = appearance
        self._props: RotaProps | None = None
        self._drawn: list[tuple[QRect, str]] = []
        appearance.changed.connect(self.update)

    def show_props(self, props: RotaProps) -> None:
        if props != self._props:
            self._props = props
            self.setAccessibleDescription("; ".join(gap.words for gap in props.gaps))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(700, HEAD + COVER)

    def paintEvent(self, event: QPaintEvent) -> None:
        props = self._props
        if props is None:
            return
        painter, looks = QPainter(self), self._looks
        scale = scale_of(props, self.width())
        plain = small(self.font())
        painter.setFont(small(self.font(), bold=True))
        for day in props.days:
            left, right = scale.x(day.begin), scale.x(day.begin + timedelta(days=1))
            today = day.begin.date() == props.now.date()
            ink = looks.colour("accent" if today else "text")
            paint_line(painter, QRect(left + 4, 0, right - left - 6, HEAD), day.words, ink)
            painter.setPen(looks.colour("border"))
            painter.drawLine(left, 0, left, HEAD + COVER)
        if props.can_edit or props.gaps:
            painter.setFont(plain)
            name = QRect(PAD, HEAD, scale.x(props.begin) - PAD, COVER)
            paint_line(painter, name, self.tr("Without shift"), looks.colour("muted"))
        words = (self.tr("No shift"), self.tr("On call only"))
        self._drawn = []
        for gap in props.gaps:
            painter.setFont(plain)
            area = paint_gap(painter, looks, scale, gap, words)
            self._drawn.append((area, gap.words))
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            said = next((text for area, text in self._drawn if area.contains(event.pos())), "")
            QToolTip.showText(event.globalPos(), plain_tip(said), self)
            return True
        return super().event(event)


class RotaPage(View):
    """Experts see their own rows; who plans may change them."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._props: RotaProps | None = None
        self._asked: tuple[str, date] | None = None
        self._title = label("pageTitle", "title")
        self._week = label("rotaWeek", "lead")
        self._covered = chip("rotaCovered")
        self._department, self._kind, self._zone = QComboBox(), QComboBox(), QComboBox()
        for name, box in (
            ("rotaDepartment", self._department),
            ("rotaKind", self._kind),
            ("rotaZone", self._zone),
        ):
            box.setObjectName(name)
        self._zone.setEditable(True)
        zone_line = self._zone.lineEdit()
        assert zone_line is not None
        self._zone_line = zone_line
        self._zone.setMinimumWidth(150)
        self._back = button("rotaBack", lambda: self._page(-1), "quiet")
        self._now = button("rotaThisWeek", self._this_week, "quiet")
        self._next = button("rotaNext", lambda: self._page(1), "quiet")
        self._copy = button("rotaCopy", self._wish_copy)
        self._department.activated.connect(self._look_at_department)
        self._kind.activated.connect(self._choose_kind)
        self._zone_line.editingFinished.connect(self._wish_zone)
        self._zone.activated.connect(self._wish_zone)
        self.grid, self.side = RotaGrid(appearance), RotaSide()
        self._head = RotaHead(appearance)
        self.side.wished.connect(self.wished)
        self.side.done.connect(self.grid.setFocus)
        self.grid.made.connect(self._made)
        self.grid.changed.connect(self._changed)
        self.grid.removed.connect(self.side.remove)
        self.grid.chosen.connect(self._show_side)
        self.grid.entered.connect(self.side.take_focus)
        self.grid.paged.connect(self._page)
        scroll = QScrollArea()
        scroll.setObjectName("rotaScroll")
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.grid)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar = QWidget()
        self._bar.setFixedWidth(scroll.verticalScrollBar().sizeHint().width())
        self._bar.hide()
        scroll.verticalScrollBar().rangeChanged.connect(
            lambda _least, most: self._bar.setVisible(most > 0)
        )
        self._legend = {
            RotaKind.SHIFT: chip("rotaShift", "urgent"),
            RotaKind.ON_CALL: chip("rotaOnCall", "emergency"),
            RotaKind.LEAVE: chip("rotaLeave"),
        }
        self._every = label(kind="small")
        legend = row(*self._legend.values(), self._every, None, gap=2)
        table = column(row(self._head, self._bar, gap=0), scroll, 1, legend, gap=0)
        table.setStretch(1, 1)
        inner = QWidget()
        inner.setLayout(table)
        self._states = ListStates(inner)
        self._states.retried.connect(lambda: self.wished.emit(WishPage(Page.ROTA)))
        head = row(
            self._title, self._department, self._back, self._week, self._next, self._now,
            self._covered, None, gap=2,
        )  # fmt: skip
        self._tools_name, self._zone_name = label(kind="small"), label(kind="small")
        self._tools = QWidget()
        self._tools.setLayout(
            row(self._tools_name, self._kind, self._copy, None, self._zone_name, self._zone, gap=2)
        )
        body = row(self._states, self.side, gap=2)
        body.setStretch(0, 1)
        whole = column(head, self._tools, body, margin=3, gap=2)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.words()

    # --- what it shows -------------------------------------------------------------------

    def show_props(self, props: RotaProps | None, rota: Rota) -> None:
        """`rota` says what is asked for; `props` may be of an earlier week while that is on its
        way."""
        self._props = props
        self._asked = None if rota.from_day is None else (rota.department, rota.from_day)
        if props is None:
            state = ListState.ERROR if rota.load is Load.FAILED else ListState.LOADING
            self._states.show_state(state)
            self.side.hide()
            self._tools.hide()
            set_chip(self._covered, "", "neutral")
            return
        self._fill_departments(props)
        self._week.setText(props.week_words)
        set_chip(self._covered, props.gap_words, props.gap_look)
        self._tools.setVisible(props.can_edit)
        if not self._zone_line.hasFocus() and self._zone.currentText() != props.zone:
            self._zone.setEditText(props.zone)
        self._head.show_props(props)
        self.grid.show_props(props)
        self._states.show_state(ListState.CONTENT if props.rows else ListState.EMPTY)
        self.side.show()
        self._show_side()

    def _show_side(self) -> None:
        if self._props is not None:
            place = self.grid.place_words()
            self.side.show_props(self._props, self.grid.row(), self.grid.block(), place)

    def _fill_departments(self, props: RotaProps) -> None:
        shown = [self._department.itemText(n) for n in range(self._department.count())]
        wanted = list(props.departments or (props.department,))
        if shown != wanted:
            self._department.clear()
            self._department.addItems(wanted)
        self._department.setCurrentText(props.department)

    def words(self) -> None:
        self._title.setText(self.tr("Rota"))
        self._department.setAccessibleName(self.tr("Department"))
        self._tools_name.setText(self.tr("Dragging makes"))
        self._kind.setAccessibleName(self.tr("Dragging makes"))
        self._zone_name.setText(self.tr("Time zone"))
        self._zone.setAccessibleName(self.tr("Time zone"))
        for kind in RotaKind:
            at = self._kind.findData(kind)
            if at < 0:
                self._kind.addItem(word(kind), kind)
            else:
                self._kind.setItemText(at, word(kind))
            self._legend[kind].setText(word(kind))
        self._every.setText(self.tr("With a dot: every week · dashed: another department"))
        if self._zone.count() == 0:
            self._zone.addItems(ZONES)
        set_words(self._back, self.tr("‹ Before"))
        self._back.setAccessibleName(self.tr("The week before"))
        self._back.setToolTip(plain_tip(self.tr("The week before") + "  (PgUp)"))
        set_words(self._next, self.tr("After ›"))
        self._next.setAccessibleName(self.tr("The week after"))
        self._next.setToolTip(plain_tip(self.tr("The week after") + "  (PgDown)"))
        set_words(self._now, self.tr("This week"))
        set_words(self._copy, self.tr("Copy to the next week"))
        self.grid.setAccessibleName(self.tr("Rota of the week"))
        self._head.setAccessibleName(self.tr("Without shift"))
        self._states.set_words(
            (
                self.tr("No experts here"),
                self.tr("Experts appear here when their profile names this department."),
                "",
            ),
            (
                self.tr("The rota could not be read"),
                self.tr("Check the network. It is read again by itself when it is back."),
                self.tr("Try again"),
            ),
        )

    # --- what is asked of it -------------------------------------------------------------

    def _made(self, expert_id: UUID, begin: datetime, end: datetime) -> None:
        props = self._props
        if props is not None:
            body = new_shift(expert_id, props.department, self.grid.kind, begin, end)
            self.wished.emit(WishAddShift(body))

    def _changed(self, block: BlockProps, begin: datetime, end: datetime) -> None:
        body = changed(block, begin, end, only_day=self.side.only_day)
        self.wished.emit(WishChangeShift(block.entry_id, body))

    def _choose_kind(self) -> None:
        self.grid.kind = self.grid.lane = RotaKind(self._kind.currentData())
        self.grid.setFocus()

    def _look_at_department(self) -> None:
        if self._asked is not None:
            _, monday = self._asked
            self.wished.emit(WishRota(self._department.currentText(), monday))

    def _page(self, weeks: int) -> None:
        if self._asked is not None:
            _, monday = self._asked
            self._look(monday + weeks * WEEK)

    def _this_week(self) -> None:
        if self._props is not None:
            today = self._props.now.date()
            self._look(today - timedelta(days=today.weekday()))

    def _look(self, monday: date) -> None:
        assert self._asked is not None
        department, _ = self._asked
        self.wished.emit(WishRota(department, monday))

    def _wish_copy(self) -> None:
        props = self._props
        if props is not None and props.can_edit:
            first = props.from_day
            body = CopyWeek(department=props.department, from_day=first, to_day=first + WEEK)
            self.wished.emit(WishCopyWeek(body))

    def _wish_zone(self) -> None:
        props, zone = self._props, self._zone.currentText().strip()
        if props is not None and props.can_edit and zone and zone != props.zone:
            self.wished.emit(WishRotaZone(SetRotaZone(department=props.department, zone=zone)))
