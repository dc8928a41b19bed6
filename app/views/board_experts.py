"""The experts beside the board: presence, load, and how a case suits them; cards drop here."""

from uuid import UUID

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QWidget,
)

from app.kit.painting import PAD, Option, chip_width, paint_chip, paint_line, small
from app.kit.theme import Appearance, metrics
from app.models.board_experts import ExpertProps
from app.models.table import SpokenList
from app.views.board_cards import CASE_MIME

LINE = 18
WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop


class ExpertDelegate(QStyledItemDelegate):
    """Name and presence, title and departments, load, and below the score or what speaks
    against."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def _height(self, text: str, width: int) -> int:
        """Of small words that are wrapped."""
        if not text:
            return 0
        view = self.parent()
        assert isinstance(view, QWidget)
        fine = QFontMetrics(small(view.font()))
        return fine.boundingRect(QRect(0, 0, width, 1000), WRAP, text).height()

    def sizeHint(self, option: Option, index: QModelIndex | QPersistentModelIndex) -> QSize:
        expert = index.data(Qt.ItemDataRole.UserRole)
        assert isinstance(expert, ExpertProps)
        view = self.parent()
        assert isinstance(view, QListView)
        width = view.viewport().width()
        below = sum(self._height(text, width - 2 * PAD) for text in (expert.lately, expert.why))
        return QSize(width - 2, 22 + 2 * LINE + below + 2 * PAD)

    def paint(
        self,
        painter: QPainter,
        option: Option,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        expert = index.data(Qt.ItemDataRole.UserRole)
        assert isinstance(expert, ExpertProps)
        view = self.parent()
        assert isinstance(view, ExpertList)
        rect: QRect = option.rect
        lit = index.row() == view.currentIndex().row() or expert.id == view.target
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if lit:
            painter.fillRect(rect, self._appearance.colour("selection"))
        painter.setPen(self._appearance.colour("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        self._words(painter, rect.adjusted(PAD, PAD, -PAD, -PAD), expert, lit=lit)
        painter.restore()

    def _words(self, painter: QPainter, area: QRect, expert: ExpertProps, *, lit: bool) -> None:
        colour, font = self._appearance.colour, QFont(painter.font())
        quiet = colour("text" if lit else "muted")
        painter.setFont(small(font, bold=True))
        wide = min(chip_width(painter, expert.presence), area.width() * 3 // 5)
        place = QRect(area.right() - wide, area.top(), wide + 1, LINE)
        paint_chip(painter, self._appearance, place, expert.presence, expert.presence_look)
        name = QFont(font)
        name.setBold(True)
        painter.setFont(name)
        first = QRect(area.left(), area.top(), area.width() - wide - PAD, 21)
        paint_line(painter, first, expert.name, colour("text"))
        painter.setFont(small(font))
        second = QRect(area.left(), area.top() + 22, area.width(), LINE)
        if expert.mark:
            painter.setFont(small(font, bold=True))
            wide = chip_width(painter, expert.mark)
            place = QRect(second.right() - wide, second.top(), wide + 1, LINE)
            paint_chip(painter, self._appearance, place, expert.mark, "good")
            painter.setFont(small(font))
            second.setRight(place.left() - PAD)
        paint_line(painter, second, expert.line, quiet)
        third = QRect(area.left(), second.top() + LINE, area.width(), LINE)
        paint_line(painter, third, expert.load, quiet)
        if expert.score:
            self._score(painter, third, expert)
        painter.setFont(small(font))
        below = QRect(third.left(), third.bottom() + 1, area.width(), 1000)
        painter.setPen(quiet)
        painter.drawText(below, WRAP, expert.lately)
        painter.setPen(colour("text") if expert.eligible else quiet)
        below.translate(0, self._height(expert.lately, area.width()))
        painter.drawText(below, WRAP, expert.why)

    def _score(self, painter: QPainter, line: QRect, expert: ExpertProps) -> None:
        font = QFont(painter.font())
        font.setPixelSize(metrics().type_lead)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self._appearance.colour("accent"))
        painter.drawText(
            line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, expert.score
        )


class ExpertList(QListView):
    """Return and a dropped case choose: `entered` with the expert, `dropped` with case and expert.

    While a case is over them the rows keep their places, so that nobody moves under the pointer.
    """

    entered = Signal(object)
    dropped = Signal(object, object)
    picked = Signal()

    def __init__(self, name: str, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName(name)
        self.experts = SpokenList[ExpertProps](self)
        self.target: UUID | None = None
        self._later: tuple[ExpertProps, ...] | None = None
        self.setModel(self.experts)
        self.setItemDelegate(ExpertDelegate(appearance, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(True)
        self.selectionModel().currentChanged.connect(lambda _now, _was: self.picked.emit())
        self.activated.connect(self._enter)
        appearance.changed.connect(self.viewport().update)

    @property
    def holds_still(self) -> bool:
        """A case is over the list."""
        return self._later is not None

    def hold(self, *, still: bool) -> None:
        if still:
            self._later = self._later or self._rows()
        elif self._later is not None:
            later, self._later = self._later, None
            self.show_experts(later)

    def _rows(self) -> tuple[ExpertProps, ...]:
        rows = (self.experts.row_at(n) for n in range(self.experts.rowCount()))
        return tuple(row for row in rows if row is not None)

    def show_experts(self, experts: tuple[ExpertProps, ...]) -> None:
        if self._later is not None:
            self._later = experts
            return
        chosen, words = self.chosen(), [_height_of(one) for one in self._rows()]
        self.experts.show_rows(experts)
        at = self.experts.row_of(chosen.id) if chosen is not None else -1
        if at >= 0 and self.currentIndex().row() != at:
            self.setCurrentIndex(self.experts.index(at, 0))
        if words != [_height_of(one) for one in experts]:
            self.scheduleDelayedItemsLayout()

    def chosen(self) -> ExpertProps | None:
        return self.experts.row_at(self.currentIndex().row())

    def aim_at_best(self) -> None:
        """Chooses the first who is eligible, where nobody is chosen."""
        if self.chosen() is None and not self.holds_still:
            rows = (n for n, one in enumerate(self._rows()) if one.eligible)
            best = next(rows, None)
            if best is not None:
                self.setCurrentIndex(self.experts.index(best, 0))

    def forget(self) -> None:
        """Nobody is chosen."""
        self.setCurrentIndex(QModelIndex())

    def take_focus(self) -> None:
        self.setFocus(Qt.FocusReason.TabFocusReason)
        if self.chosen() is None and self.experts.rowCount():
            self.setCurrentIndex(self.experts.index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _enter(self, index: QModelIndex) -> None:
        expert = self.experts.row_at(index.row())
        if expert is not None:
            self.entered.emit(expert.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    # --- a card over an expert -----------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(CASE_MIME):
            self.hold(still=True)
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        expert = self.experts.row_at(self.indexAt(event.position().toPoint()).row())
        self._aim(None if expert is None else expert.id)
        if expert is None:
            event.ignore()
        else:
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: object) -> None:
        self._aim(None)
        self.hold(still=False)

    def dropEvent(self, event: QDropEvent) -> None:
        expert = self.experts.row_at(self.indexAt(event.position().toPoint()).row())
        self._aim(None)
        self.hold(still=False)
        data = event.mimeData().data(CASE_MIME).data()
        if expert is None or not data:
            event.ignore()
            return
        event.acceptProposedAction()
        self.dropped.emit(UUID(bytes(data).decode()), expert.id)

    def _aim(self, expert_id: UUID | None) -> None:
        self.target = expert_id
        self.viewport().update()


def _height_of(expert: ExpertProps) -> tuple[UUID, str, str]:
    """What the height of a row depends on."""
    return expert.id, expert.lately, expert.why
