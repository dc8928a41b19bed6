"""One column of the board: cards that are drawn, chosen by key and dragged."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import (
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QWidget,
)

from app.kit.layouts import column, row, surface
from app.kit.painting import CHIP_HEIGHT, PAD, Option, paint_chip, paint_line, small
from app.kit.theme import Appearance
from app.kit.view import View
from app.kit.widgets import chip, label, set_chip
from app.models.board import CardProps, LaneProps
from app.models.table import Index, SpokenList

CASE_MIME = "application/x-huizhen-case"
LINE = 18
GAP = 6
EDGE = 10
LANE_WIDTH = 136


class CardModel(SpokenList[CardProps]):
    """The cards of one column; a dragged one carries the id of its case."""

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [CASE_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        card = self.row_at(indexes[0].row()) if indexes else None
        if card is not None:
            data.setData(CASE_MIME, QByteArray(str(card.id).encode()))
        return data


def lines_of(card: CardProps) -> tuple[str, ...]:
    """What stands below the number."""
    return tuple(part for part in (card.department, card.clinic, card.people) if part)


def framed(rect: QRect) -> QRect:
    """The card within the place the list gives it."""
    return rect.adjusted(1, 1, -2, -GAP)


def inside(rect: QRect) -> QRect:
    """Where its words are."""
    return framed(rect).adjusted(EDGE, PAD, -PAD, -PAD)


class CardDelegate(QStyledItemDelegate):
    """Draws urgency, number, department, clinic, expert and clock below each other."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def sizeHint(self, option: Option, index: QModelIndex | QPersistentModelIndex) -> QSize:
        card = index.data(Qt.ItemDataRole.UserRole)
        assert isinstance(card, CardProps)
        chips = 1 + bool(card.escalated) + bool(card.clock)
        height = chips * (CHIP_HEIGHT + 4) + (1 + len(lines_of(card))) * LINE + 2 * PAD + GAP
        return QSize(LANE_WIDTH - 2 * EDGE, height)

    def paint(
        self,
        painter: QPainter,
        option: Option,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        card = index.data(Qt.ItemDataRole.UserRole)
        assert isinstance(card, CardProps)
        view = self.parent()
        assert isinstance(view, CardList)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._ground(painter, rect, card, chosen=card.id == view.chosen)
        self._words(painter, area, card, chosen=card.id == view.chosen)
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, card: CardProps, *, chosen: bool) -> QRect:
        colour = self._appearance.colour
        frame = framed(rect)
        painter.setPen(colour("accent" if chosen else "border"))
        painter.setBrush(colour("selection" if chosen else "surface"))
        painter.drawRoundedRect(frame, 5, 5)
        if card.escalated:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("error"))
            painter.drawRoundedRect(QRect(frame.left(), frame.top(), 4, frame.height()), 2, 2)
        return inside(rect)

    def _words(self, painter: QPainter, area: QRect, card: CardProps, *, chosen: bool) -> None:
        colour, font = self._appearance.colour, QFont(painter.font())
        area = QRect(area)
        for text, look in ((card.escalated, "error"), (card.urgency_text, card.urgency.value)):
            if text:
                paint_chip(painter, self._appearance, area, text, look)
                area.setTop(area.top() + CHIP_HEIGHT + 4)
        painter.setFont(small(font, bold=True))
        number = card.number.removeprefix("CONS-")
        first = QRect(area.left(), area.top(), area.width(), LINE)
        paint_line(painter, first, number, colour("text"))
        area.setTop(area.top() + LINE)
        painter.setFont(small(font))
        for text in lines_of(card):
            line = QRect(area.left(), area.top(), area.width(), LINE)
            paint_line(
                painter, line, text, colour("text" if chosen or text == card.people else "muted")
            )
            area.setTop(area.top() + LINE)
        if card.clock:
            area.setTop(area.top() + 3)
            paint_chip(painter, self._appearance, area, card.clock, card.clock_look)


class CardList(QListView):
    """Up and down choose within the column; left and right leave it.

    Emits `picked` with the case, `sideways` with -1 or 1, and `entered` when Return is pressed.
    """

    picked = Signal(object)
    sideways = Signal(int)
    entered = Signal()

    def __init__(self, name: str, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName(name)
        self.cards = CardModel(self)
        self.chosen: UUID | None = None
        self._pressed: UUID | None = None
        self.setModel(self.cards)
        self.setItemDelegate(CardDelegate(appearance, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.pressed.connect(self._pick)
        appearance.changed.connect(self.viewport().update)

    def show_cards(self, cards: tuple[CardProps, ...], chosen: UUID | None) -> None:
        before = [self.cards.row_at(n) for n in range(self.cards.rowCount())]
        tall = [c and (bool(c.escalated), bool(c.clock), len(lines_of(c))) for c in before]
        self.cards.show_rows(cards)
        if tall != [(bool(c.escalated), bool(c.clock), len(lines_of(c))) for c in cards]:
            self.scheduleDelayedItemsLayout()
        moved, self.chosen = chosen != self.chosen, chosen
        at = self.cards.row_of(chosen)
        if at >= 0 and self.currentIndex().row() != at:
            self.setCurrentIndex(self.cards.index(at, 0))
        if moved:
            if at >= 0:
                self.scrollTo(self.cards.index(at, 0))
            self.viewport().update()

    def take_focus(self, near: int) -> bool:
        """Chooses the card nearest to a row; False in an empty column."""
        count = self.cards.rowCount()
        if not count:
            return False
        self.setFocus(Qt.FocusReason.TabFocusReason)
        self._go(min(near, count - 1))
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        if by_key and self.cards.rowCount() and not self.currentIndex().isValid():
            self._go(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at, count = self.currentIndex().row(), self.cards.rowCount()
        match event.key():
            case Qt.Key.Key_Left:
                self.sideways.emit(-1)
            case Qt.Key.Key_Right:
                self.sideways.emit(1)
            case Qt.Key.Key_Up if count:
                self._go(max(0, at - 1))
            case Qt.Key.Key_Down if count:
                self._go(min(count - 1, at + 1))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._pick(self.currentIndex())
                self.entered.emit()
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        card = self.cards.row_at(self.indexAt(event.position().toPoint()).row())
        self._pressed = None if card is None else card.id
        super().mousePressEvent(event)

    def startDrag(self, actions: Qt.DropAction) -> None:
        if self.take_pressed():
            super().startDrag(actions)

    def take_pressed(self) -> bool:
        """The card under the pointer goes along, and no other: news between press and drag may
        have moved the selection, or the card away."""
        at = self.cards.row_of(self._pressed)
        if at >= 0:
            self.setCurrentIndex(self.cards.index(at, 0))
        return at >= 0

    def _go(self, row_number: int) -> None:
        index = self.cards.index(row_number, 0)
        self.setCurrentIndex(index)
        self._pick(index)

    def _pick(self, index: QModelIndex) -> None:
        card = self.cards.row_at(index.row())
        if card is not None:
            self.picked.emit(card.id)


class LaneView(View):
    """A column with its name and how many cases are in it."""

    def __init__(self, name: str, appearance: Appearance) -> None:
        super().__init__()
        self._title = label(f"{name}Title", "lead")
        self._count = chip(f"{name}Count")
        self.list = CardList(name, appearance)
        self.setMinimumWidth(LANE_WIDTH)
        inside = column(row(1, self._title, None, self._count), self.list, margin=1, gap=1)
        self.setLayout(column(surface("card", inside)))

    def show_lane(self, props: LaneProps, chosen: UUID | None) -> None:
        self._title.setText(props.title)
        set_chip(self._count, str(len(props.cards)), "neutral")
        self.list.setAccessibleName(props.title)
        self.list.show_cards(props.cards, chosen)
