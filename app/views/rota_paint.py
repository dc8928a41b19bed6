"""How the rota's grid is drawn: where a moment lies, and the looks of blocks, gaps and days."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPainter, QPen

from app.kit.painting import paint_line, small
from app.kit.theme import Appearance
from app.models.rota import BlockProps, GapProps, RotaProps
from app.models.rota_change import lasting, later
from protocol.rota import RotaKind

NAMES = 132
ROW = 58
HEAD = 24
COVER = 26
PAD = 6
LANES = {RotaKind.SHIFT: (5, 25), RotaKind.ON_CALL: (32, 21), RotaKind.LEAVE: (2, ROW - 5)}
"""Top and height of each kind within a row: told apart by place, word and colour."""
LOOKS = {
    RotaKind.SHIFT: ("urgent_soft", "urgent"),
    RotaKind.ON_CALL: ("emergency_soft", "emergency"),
    RotaKind.LEAVE: ("raised", "muted"),
}


@dataclass(frozen=True, slots=True)
class Scale:
    """Between moments and pixels; linear in real time, so a day of 23 hours is narrower."""

    begin: datetime
    end: datetime
    width: int

    def x(self, moment: datetime) -> int:
        share = lasting(self.begin, moment) / lasting(self.begin, self.end)
        return NAMES + round(share * (self.width - NAMES))

    def at(self, x: int) -> datetime:
        """Within the week."""
        share = (x - NAMES) / max(1, self.width - NAMES)
        share = min(1.0, max(0.0, share))
        return later(self.begin, share * lasting(self.begin, self.end))


def scale_of(props: RotaProps, width: int) -> Scale:
    return Scale(props.begin, props.end, width)


def lane(scale: Scale, top: int, kind: RotaKind, begin: datetime, end: datetime) -> QRect:
    """Where a block lies, cut at the ends of the week."""
    left = max(NAMES, scale.x(max(begin, scale.begin)))
    right = min(scale.width, scale.x(min(end, scale.end)))
    offset, height = LANES[kind]
    return QRect(left + 1, top + offset, max(3, right - left - 2), height)


def paint_days(
    painter: QPainter, looks: Appearance, props: RotaProps, scale: Scale, high: int
) -> None:
    """Weekends, midnights and the present."""
    for day in props.days:
        left, right = scale.x(day.begin), scale.x(day.begin + timedelta(days=1))
        if day.weekend:
            painter.fillRect(QRect(left, 0, right - left, high), looks.colour("background"))
        painter.setPen(looks.colour("border"))
        painter.drawLine(left, 0, left, high)
        noon = scale.x(day.begin.replace(hour=12))
        painter.setPen(QPen(looks.colour("border"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(noon, 0, noon, high)
    if props.begin <= props.now < props.end:
        painter.setPen(QPen(looks.colour("accent"), 2))
        now = scale.x(props.now)
        painter.drawLine(now, 0, now, high)


def paint_block(
    painter: QPainter, looks: Appearance, area: QRect, block: BlockProps, *, chosen: bool
) -> None:
    """Repeated ones carry a dot; those of another department have a dashed edge."""
    ground, ink = (looks.colour(token) for token in LOOKS[block.kind])
    if block.kind is RotaKind.LEAVE:
        ground.setAlpha(190)
    style = Qt.PenStyle.DashLine if block.elsewhere else Qt.PenStyle.SolidLine
    painter.setPen(QPen(looks.colour("accent") if chosen else ink, 2 if chosen else 1, style))
    painter.setBrush(looks.colour("selection") if chosen else ground)
    painter.drawRoundedRect(area, 4, 4)
    if block.kind is RotaKind.LEAVE:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(looks.colour("border_strong"), Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(area, 4, 4)
    painter.setFont(small(painter.font()))
    text = fitting(painter.fontMetrics(), block, area.width() - 3)
    wide = painter.fontMetrics().horizontalAdvance(text)
    edge = min(PAD, max(1, (area.width() - wide) // 2))
    place = area.adjusted(edge, 0, 0, 0)
    if block.kind is RotaKind.LEAVE and text:
        plate = QRect(place.left() + 2, place.center().y() - 9, min(wide + 8, place.width()), 18)
        painter.fillRect(plate, looks.colour("surface"))
        place = plate.adjusted(4, 0, 0, 0)
    paint_line(painter, place, text, looks.colour("text") if chosen else ink)
    if block.weekly is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(QRect(area.right() - 5, area.top() + 2, 4, 4))


def fitting(metrics: QFontMetrics, block: BlockProps, room: int) -> str:
    """The longest words that are not cut; empty where there is room for none."""
    for text in block.words:
        if metrics.horizontalAdvance(text) <= room:
            return text
    return ""


def paint_ghost(painter: QPainter, looks: Appearance, area: QRect, words: str, width: int) -> None:
    """What a drag or a key is about to make, with its times beside the pointer."""
    painter.setPen(QPen(looks.colour("accent"), 2, Qt.PenStyle.DashLine))
    painter.setBrush(looks.colour("accent_soft"))
    painter.drawRoundedRect(area, 4, 4)
    painter.setFont(small(painter.font(), bold=True))
    wide = painter.fontMetrics().horizontalAdvance(words) + 2 * PAD
    plate = QRect(area.left(), area.bottom() + 3, wide, 20)
    if plate.right() > width:
        plate.moveRight(area.right())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(looks.colour("accent"))
    painter.drawRoundedRect(plate, 4, 4)
    paint_line(painter, plate.adjusted(PAD, 0, 0, 0), words, looks.colour("on_accent"))


def paint_gap(
    painter: QPainter, looks: Appearance, scale: Scale, gap: GapProps, words: tuple[str, str]
) -> QRect:
    """`words`: for nobody, and for on call only."""
    ground, ink = ("warning_soft", "warning") if gap.on_call else ("error_soft", "error")
    left, right = scale.x(gap.begin), scale.x(gap.end)
    area = QRect(left + 1, HEAD + 3, max(2, right - left - 2), COVER - 6)
    painter.setPen(looks.colour(ink))
    painter.setBrush(looks.colour(ground))
    painter.drawRect(area)
    painter.setFont(small(painter.font(), bold=not gap.on_call))
    text = words[gap.on_call]
    if painter.fontMetrics().horizontalAdvance(text) + 8 <= area.width():
        paint_line(painter, area.adjusted(4, 0, -2, 0), text, looks.colour(ink))
    elif painter.fontMetrics().horizontalAdvance("!") + 4 <= area.width() and not gap.on_call:
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "!")
    return area


def kind_at(point: QPoint, top: int) -> RotaKind:
    """Which lane of a row is pointed at."""
    return RotaKind.SHIFT if point.y() - top <= sum(LANES[RotaKind.SHIFT]) else RotaKind.ON_CALL
