"""What stands in the strip for a series that has no picture: a drawing and a short name."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap, QPolygonF

from app.imaging.series import ObjectKind, Series

translate = QCoreApplication.translate

GROUND = QColor(14, 16, 18)
_INK = QColor(150, 178, 205)
_WORDS = QColor(226, 230, 234)
_STORAGE = "1.2.840.10008.5.1.4.1.1."


class Sign(Enum):
    """The kinds that are told apart; the value is the short name, the same in every language."""

    ECG = "ECG"
    WAVEFORM = "WF"
    PDF = "PDF"
    CDA = "CDA"
    MODEL = "3D"
    REPORT = "SR"
    KEY_OBJECTS = "KO"
    PRESENTATION = "PR"
    SEGMENTATION = "SEG"
    REGISTRATION = "REG"
    STRUCTURES = "RTSTRUCT"
    DOSE = "RTDOSE"
    PLAN = "RTPLAN"
    VIDEO = "VIDEO"
    OTHER = "?"


_BY_CLASS = (
    ("9.1.", Sign.ECG),
    ("104.1", Sign.PDF),
    ("104.2", Sign.CDA),
    ("104.", Sign.MODEL),
    ("88.59", Sign.KEY_OBJECTS),
    ("88.", Sign.REPORT),
    ("11.", Sign.PRESENTATION),
    ("66.4", Sign.SEGMENTATION),
    ("66.5", Sign.SEGMENTATION),
    ("66.1", Sign.REGISTRATION),
    ("66.3", Sign.REGISTRATION),
    ("481.3", Sign.STRUCTURES),
    ("481.2", Sign.DOSE),
    ("481.5", Sign.PLAN),
    ("481.8", Sign.PLAN),
)


def sign_of(series: Series) -> Sign:
    """The sign of a series that is no picture, by its SOP class."""
    kind, tail = series.kind, series.first.sop_class_uid.removeprefix(_STORAGE)
    if kind is ObjectKind.VIDEO:
        return Sign.VIDEO
    found = next((sign for start, sign in _BY_CLASS if tail.startswith(start)), None)
    if found is not None:
        return found
    return Sign.WAVEFORM if kind is ObjectKind.WAVEFORM else Sign.OTHER


def sign_words(sign: Sign) -> str:
    """The kind in words, below its short name."""
    words = {
        Sign.ECG: translate("DicomViewer", "Electrocardiogram"),
        Sign.WAVEFORM: translate("DicomViewer", "Waveform"),
        Sign.PDF: translate("DicomViewer", "PDF document"),
        Sign.CDA: translate("DicomViewer", "Clinical document"),
        Sign.MODEL: translate("DicomViewer", "3D model"),
        Sign.REPORT: translate("DicomViewer", "Structured report"),
        Sign.KEY_OBJECTS: translate("DicomViewer", "Key images"),
        Sign.PRESENTATION: translate("DicomViewer", "Presentation state"),
        Sign.SEGMENTATION: translate("DicomViewer", "Segmentation"),
        Sign.REGISTRATION: translate("DicomViewer", "Registration"),
        Sign.STRUCTURES: translate("DicomViewer", "Contours"),
        Sign.DOSE: translate("DicomViewer", "Radiotherapy dose"),
        Sign.PLAN: translate("DicomViewer", "Radiotherapy plan"),
        Sign.VIDEO: translate("DicomViewer", "Video"),
        Sign.OTHER: translate("DicomViewer", "Other object"),
    }
    return words[sign]


def sign_picture(sign: Sign, side: int, font: QFont) -> QPixmap:
    """A drawing on the dark ground of thumbnails, with the short name below it."""
    pixmap = QPixmap(side, side)
    pixmap.fill(GROUND)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(_INK, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    half = side * 0.22
    _DRAWINGS.get(sign, _page)(painter, QRectF(side / 2 - half, side * 0.14, 2 * half, 2 * half))
    bold = QFont(font)
    bold.setBold(True)
    painter.setFont(bold)
    painter.setPen(_WORDS)
    below = QRectF(0, side * 0.64, side, side * 0.26)
    painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), sign.value)
    painter.end()
    return pixmap


def cross(painter: QPainter, side: int) -> None:
    """In the place of a picture that cannot be shown."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_INK, 2.2))
    near, far = side * 0.3, side * 0.7
    painter.drawLine(QPointF(near, near), QPointF(far, far))
    painter.drawLine(QPointF(near, far), QPointF(far, near))


def _line(painter: QPainter, area: QRectF, *points: tuple[float, float]) -> None:
    """A line through points given as fractions of an area."""
    places = [
        QPointF(area.left() + x * area.width(), area.top() + y * area.height()) for x, y in points
    ]
    painter.drawPolyline(QPolygonF(places))


def _curve(painter: QPainter, area: QRectF) -> None:
    beat = ((0, 0.6), (0.2, 0.6), (0.27, 0.48), (0.34, 0.6), (0.42, 0.6), (0.48, 0.72))
    _line(painter, area, *beat, (0.54, 0.08), (0.6, 0.92), (0.66, 0.6), (0.78, 0.6), (0.85, 0.44))
    _line(painter, area, (0.85, 0.44), (0.92, 0.6), (1, 0.6))


def _page(painter: QPainter, area: QRectF) -> None:
    outline = ((0.14, 0), (0.64, 0), (0.88, 0.24), (0.88, 1), (0.14, 1), (0.14, 0))
    _line(painter, area, *outline)
    _line(painter, area, (0.64, 0), (0.64, 0.24), (0.88, 0.24))


def _written(painter: QPainter, area: QRectF) -> None:
    _page(painter, area)
    for y, end in ((0.44, 0.72), (0.6, 0.72), (0.76, 0.54)):
        _line(painter, area, (0.3, y), (end, y))


def _key(painter: QPainter, area: QRectF) -> None:
    _line(
        painter, area, (0.2, 1), (0.2, 0.04), (0.86, 0.04), (0.7, 0.28), (0.86, 0.52), (0.2, 0.52)
    )


def _contours(painter: QPainter, area: QRectF) -> None:
    painter.drawEllipse(area)
    inner = area.adjusted(area.width() * 0.3, area.height() * 0.26, -6, -area.height() * 0.2)
    painter.drawEllipse(inner)


def _state(painter: QPainter, area: QRectF) -> None:
    painter.drawRect(area)
    _line(painter, area, (0.2, 0.78), (0.72, 0.28))
    _line(painter, area, (0.72, 0.28), (0.48, 0.32))
    _line(painter, area, (0.72, 0.28), (0.68, 0.52))


def _film(painter: QPainter, area: QRectF) -> None:
    painter.drawRect(area)
    _line(painter, area, (0.38, 0.28), (0.38, 0.72), (0.72, 0.5), (0.38, 0.28))


def _cube(painter: QPainter, area: QRectF) -> None:
    ring = ((0.5, 0), (0.95, 0.25), (0.95, 0.75), (0.5, 1), (0.05, 0.75), (0.05, 0.25), (0.5, 0))
    _line(painter, area, *ring)
    _line(painter, area, (0.05, 0.25), (0.5, 0.5), (0.95, 0.25))
    _line(painter, area, (0.5, 0.5), (0.5, 1))


_DRAWINGS: dict[Sign, Callable[[QPainter, QRectF], None]] = {
    Sign.ECG: _curve,
    Sign.WAVEFORM: _curve,
    Sign.MODEL: _cube,
    Sign.REPORT: _written,
    Sign.CDA: _written,
    Sign.KEY_OBJECTS: _key,
    Sign.PRESENTATION: _state,
    Sign.SEGMENTATION: _contours,
    Sign.STRUCTURES: _contours,
    Sign.DOSE: _contours,
    Sign.VIDEO: _film,
}
