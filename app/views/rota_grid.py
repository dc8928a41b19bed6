"""The week as a grid: experts are rows, blocks are made, moved and stretched by mouse or key."""

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.kit.painting import paint_line, small
from app.kit.theme import Appearance
from app.models.rota import BlockProps, RotaProps, RowProps, span_words
from app.models.rota_change import STEP, USUAL, lasting, later, snapped
from app.models.rota_ghost import Ghost, Grip, dragged
from app.models.tips import plain_tip
from app.views.rota_paint import (
    NAMES,
    PAD,
    ROW,
    Scale,
    kind_at,
    lane,
    paint_block,
    paint_days,
    paint_ghost,
    scale_of,
)
from protocol.rota import RotaKind

EDGE = 5
"""How near to the end of a block the pointer takes hold of it, in pixels."""
PAUSE_MS = 700
"""After the last key a change goes out."""


class RotaGrid(QWidget):
    """`made` with expert, begin and end; `changed` with block, begin and end; `chosen` when the
    cursor stands elsewhere; `entered` when the chosen block is to be edited in fields.

    The cursor is an expert and an hour; what lies there is chosen, of several what `lane` says.
    """

    made = Signal(object, object, object)
    changed = Signal(object, object, object)
    removed = Signal(object)
    chosen = Signal()
    entered = Signal()
    paged = Signal(int)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("rotaGrid")
        self._looks = appearance
        self._props: RotaProps | None = None
        self._row = 0
        self._at: datetime | None = None
        self._ghost: Ghost | None = None
        self._keys = False
        self.kind = RotaKind.SHIFT
        self.lane = RotaKind.SHIFT
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._commit)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        appearance.changed.connect(self.update)

    # --- what it shows -------------------------------------------------------------------

    def show_props(self, props: RotaProps) -> None:
        before, self._props = self._props, props
        if before is None or before.begin != props.begin or before.zone != props.zone:
            self._ghost = None
            day = props.begin if self._at is None or before is None else self._same_hour(before)
            self._at = day.replace(hour=8) if before is None else day
        self._row = max(0, min(self._row, len(props.rows) - 1))
        self.setMinimumHeight(ROW * len(props.rows) + 22)
        if before != props:
            self._say()
            self.update()

    def _same_hour(self, before: RotaProps) -> datetime:
        """The same weekday and hour in the week that is shown now."""
        assert self._props is not None
        assert self._at is not None
        passed = self._at.replace(tzinfo=None) - before.begin.replace(tzinfo=None)
        return self._props.begin + passed

    def row(self) -> RowProps | None:
        rows = () if self._props is None else self._props.rows
        return rows[self._row] if self._row < len(rows) else None

    def block(self) -> BlockProps | None:
        """What lies under the cursor."""
        row, at = self.row(), self._at
        if row is None or at is None:
            return None
        there = [one for one in row.blocks if one.begin <= at < one.end]
        return min(there, key=lambda one: (one.kind is not self.lane, one.kind.value), default=None)

    def place_words(self) -> str:
        """Where the cursor stands."""
        row = self.row()
        return "" if row is None or self._at is None else f"{row.name} · {self._at:%m-%d %H:%M}"

    def sizeHint(self) -> QSize:
        return QSize(700, ROW * (len(self._props.rows) if self._props else 4))

    def _scale(self) -> Scale:
        assert self._props is not None
        return scale_of(self._props, self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        props = self._props
        if props is None:
            return
        painter, looks = QPainter(self), self._looks
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = ROW * len(props.rows)
        painter.fillRect(QRect(0, 0, self.width(), high), looks.colour("surface"))
        scale = self._scale()
        paint_days(painter, looks, props, scale, high)
        plain, chosen = QFont(self.font()), self.block()
        for number, row in enumerate(props.rows):
            painter.setFont(plain)
            self._paint_row(painter, scale, number, row, chosen)
        if self.hasFocus() and chosen is None and self._at is not None and props.rows:
            self._paint_cursor(painter, scale)
        if self._ghost is not None:
            ghost = self._ghost
            area = lane(scale, ghost.row * ROW, ghost.kind, ghost.begin, ghost.end)
            painter.setFont(plain)
            paint_ghost(painter, looks, area, span_words(ghost.begin, ghost.end), self.width())
        painter.end()

    def _paint_row(
        self, painter: QPainter, scale: Scale, number: int, row: RowProps, chosen: BlockProps | None
    ) -> None:
        looks, top = self._looks, number * ROW
        here = number == self._row
        painter.fillRect(
            QRect(0, top, NAMES, ROW), looks.colour("selection" if here else "surface")
        )
        painter.setPen(looks.colour("border"))
        painter.drawLine(0, top + ROW - 1, self.width(), top + ROW - 1)
        font = QFont(painter.font())
        painter.setFont(small(font, bold=True))
        name = QRect(PAD, top + 10, NAMES - 2 * PAD, 18)
        paint_line(painter, name, row.name, looks.colour("text"))
        painter.setFont(small(font))
        paint_line(
            painter, name.translated(0, 19), row.line, looks.colour("text" if here else "muted")
        )
        order = (RotaKind.SHIFT, RotaKind.ON_CALL, RotaKind.LEAVE)
        for block in sorted(row.blocks, key=lambda one: order.index(one.kind)):
            area = lane(scale, top, block.kind, block.begin, block.end)
            painter.setFont(font)
            paint_block(painter, looks, area, block, chosen=here and block == chosen)

    def _paint_cursor(self, painter: QPainter, scale: Scale) -> None:
        assert self._at is not None
        area = lane(
            scale, self._row * ROW, self.kind, self._at, later(self._at, timedelta(hours=1))
        )
        painter.setPen(QPen(self._looks.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, 3, 3)

    # --- the mouse -----------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point, props = event.position().toPoint(), self._props
        row = point.y() // ROW
        if props is None or row >= len(props.rows):
            return
        self._row = row
        if point.x() >= NAMES and event.button() is Qt.MouseButton.LeftButton:
            at, block = self._scale().at(point.x()), self._block_at(point)
            self._at = at if block is not None else snapped(at)
            self.lane = kind_at(point, row * ROW) if block is None else block.kind
            self._ghost = self._gripped(point, at, block) if props.can_edit else None
        self._moved()

    def _block_at(self, point: QPoint) -> BlockProps | None:
        """What lies on top there."""
        props = self._props
        row = point.y() // ROW
        if props is None or row >= len(props.rows):
            return None
        scale = self._scale()
        hit = [
            one
            for one in props.rows[row].blocks
            if lane(scale, row * ROW, one.kind, one.begin, one.end).contains(point)
        ]
        return min(hit, key=lambda one: one.kind is RotaKind.LEAVE, default=None)

    def _gripped(self, point: QPoint, at: datetime, block: BlockProps | None) -> Ghost | None:
        row = point.y() // ROW
        if block is None:
            begin = snapped(at)
            return Ghost(Grip.NEW, row, self.kind, begin, begin, None, begin)
        if not block.can_change:
            return None
        grip = self._grip(point, block)
        return Ghost(grip, row, block.kind, block.begin, block.end, block, at)

    def _grip(self, point: QPoint, block: BlockProps) -> Grip:
        area = lane(self._scale(), 0, block.kind, block.begin, block.end)
        if point.x() >= area.right() - EDGE:
            return Grip.END
        return Grip.BEGIN if point.x() <= area.left() + EDGE else Grip.WHOLE

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._props is None:
            return
        if self._ghost is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._hover(point)
            return
        self._ghost = dragged(self._ghost, self._scale().at(point.x()))
        self.update()

    def _hover(self, point: QPoint) -> None:
        block = self._block_at(point) if point.x() >= NAMES else None
        shape = Qt.CursorShape.ArrowCursor
        if block is not None and block.can_change:
            ends = self._grip(point, block) is not Grip.WHOLE
            shape = Qt.CursorShape.SizeHorCursor if ends else Qt.CursorShape.OpenHandCursor
        self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._keys:
            self._commit()

    # --- keys ----------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._props is not None:
            block = self._block_at(self.mapFromGlobal(event.globalPos()))  # type: ignore[attr-defined]
            QToolTip.showText(
                event.globalPos(),  # type: ignore[attr-defined]
                plain_tip(block.spoken if block is not None else ""),
                self,
            )
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._props is None or self._at is None or not self._pressed(event):
            super().keyPressEvent(event)

    def _pressed(self, event: QKeyEvent) -> bool:
        """Whether the key means something here."""
        held, key = event.modifiers(), event.key()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key))
        if step is not None:
            if held & Qt.KeyboardModifier.ShiftModifier:
                self._nudge(Grip.END, step * STEP)
            elif held & Qt.KeyboardModifier.AltModifier:
                self._nudge(Grip.WHOLE, step * STEP)
            else:
                day = bool(held & Qt.KeyboardModifier.ControlModifier)
                self._go(timedelta(days=step) if day else timedelta(hours=step))
            return True
        match key:
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._to_row(self._row + (1 if key == Qt.Key.Key_Down else -1))
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                self.paged.emit(1 if key == Qt.Key.Key_PageDown else -1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Insert:
                self._enter()
            case Qt.Key.Key_Space:
                self._next_lane()
            case Qt.Key.Key_Escape if self._ghost is not None:
                self._drop()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self._remove()
            case _:
                return False
        return True

    def _go(self, by: timedelta) -> None:
        assert self._at is not None
        assert self._props is not None
        self._commit()
        there = later(self._at, by) if by < timedelta(days=1) else self._at + by
        if self._props.begin <= there < self._props.end:
            self._at = there.replace(minute=0, second=0, microsecond=0)
        self._moved()

    def _to_row(self, row: int) -> None:
        assert self._props is not None
        self._commit()
        self._row = max(0, min(row, len(self._props.rows) - 1))
        self._moved()

    def _next_lane(self) -> None:
        order = list(RotaKind)
        self.lane = order[(order.index(self.lane) + 1) % len(order)]
        self._moved()

    def _enter(self) -> None:
        """What is about to change goes out; else a block is edited in fields, or one is made."""
        if self._ghost is not None:
            self._commit()
            return
        row, block = self.row(), self.block()
        if block is not None:
            self.entered.emit()
        elif row is not None and self._props is not None and self._props.can_edit:
            assert self._at is not None
            self.lane = self.kind
            self.made.emit(row.id, self._at, later(self._at, USUAL))

    def _nudge(self, grip: Grip, by: timedelta) -> None:
        """Moves or stretches the chosen block; it goes out when no key follows."""
        block = self.block()
        if self._ghost is None and block is not None and block.can_change:
            self._ghost = Ghost(grip, self._row, block.kind, block.begin, block.end, block)
        ghost = self._ghost
        if ghost is None or ghost.block is None:
            return
        begin = later(ghost.begin, by) if grip is Grip.WHOLE else ghost.begin
        end = later(ghost.end, by)
        if end > begin:
            self._ghost = replace(ghost, begin=begin, end=end)
        self._keys = True
        self._pause.start()
        self._say()
        self.update()

    def _remove(self) -> None:
        block = self.block()
        if block is not None and block.can_change:
            self.removed.emit(block)

    # --- what goes out -------------------------------------------------------------------

    def _commit(self) -> None:
        """Emits what was dragged or nudged, if it is anything."""
        self._pause.stop()
        ghost, self._ghost, self._keys = self._ghost, None, False
        self.update()
        if ghost is None or self._props is None or ghost.end <= ghost.begin:
            return
        if ghost.block is None:
            self.lane = ghost.kind
            self.made.emit(self._props.rows[ghost.row].id, ghost.begin, ghost.end)
        elif (ghost.begin, ghost.end) != (ghost.block.begin, ghost.block.end):
            self._at = later(ghost.begin, min(STEP, lasting(ghost.begin, ghost.end) / 2))
            self.changed.emit(ghost.block, ghost.begin, ghost.end)

    def _drop(self) -> None:
        self._pause.stop()
        self._ghost, self._keys = None, False
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._keys:
            self._commit()
        super().focusOutEvent(event)
        self.update()

    def _moved(self) -> None:
        self._say()
        self.update()
        self.chosen.emit()

    def _say(self) -> None:
        """For who hears the screen: expert, hour and what lies there."""
        row, block = self.row(), self.block()
        if row is None or self._at is None:
            return
        ghost = self._ghost
        what = "" if block is None else block.spoken
        if ghost is not None:
            what = span_words(ghost.begin, ghost.end)
        said = (row.name, f"{self._at:%m-%d %H:%M}", what or self.tr("nothing planned"))
        text = ", ".join(said)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            told = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(told)
