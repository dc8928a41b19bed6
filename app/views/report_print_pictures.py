"""The pictures of a report on paper, each with its number and caption."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QTextDocument

from protocol.report import ReportPicture


@dataclass(frozen=True, slots=True)
class PictureRoom:
    """How many stand beside each other, and the room for one in points."""

    a_row: int
    width: float
    height: float


TWO_A_ROW = PictureRoom(2, 232, 216)
ONE_A_ROW = PictureRoom(1, 330, 205)
_POINTS_AN_INCH = 72.0


def picture_part(
    document: QTextDocument,
    shown: Sequence[ReportPicture],
    pictures: Mapping[str, bytes | None],
    room: PictureRoom = TWO_A_ROW,
) -> str:
    """HTML; its images are put into the document. Empty where the report shows none."""
    if not shown:
        return ""
    cells = [
        _cell(document, number, one, pictures.get(one.sha256), room)
        for number, one in enumerate(shown, start=1)
    ]
    title = QCoreApplication.translate("report_print", "Pictures")
    rows = "".join(
        f"<tr>{''.join(cells[first : first + room.a_row])}</tr>"
        for first in range(0, len(cells), room.a_row)
    )
    return f"<p class='head'>{escape(title)}</p><table width='100%'>{rows}</table>"


def _cell(
    document: QTextDocument, number: int, shown: ReportPicture, png: bytes | None, room: PictureRoom
) -> str:
    translate = QCoreApplication.translate
    name = translate("report_print", "Picture {n}").format(n=number)
    words = f"{name}: {shown.caption}" if shown.caption else name
    place = f"width='{100 // room.a_row}%' valign='top'"
    image = QImage.fromData(png) if png is not None else QImage()
    if image.isNull():
        gone = translate("report_print", "This picture cannot be had any more.")
        return f"<td {place}><p>{escape(words)}</p><p>{escape(gone)}</p></td>"
    where = f"picture:{number}"
    document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(where), _opaque(image))
    width, height = _fitted(image, room)
    drawn = f"<img src='{where}' width='{width}' height='{height}'>"
    return f"<td {place}><p>{drawn}</p><p>{escape(words)}</p></td>"


def _opaque(image: QImage) -> QImage:
    """PDF/A-1 knows no transparency (ISO 19005-1, 6.4)."""
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _fitted(image: QImage, room: PictureRoom) -> tuple[int, int]:
    """Width and height in the units of HTML, which follow the screen's resolution: text layouts
    have them so, whatever they are painted on."""
    unit = QGuiApplication.primaryScreen().logicalDotsPerInch() / _POINTS_AN_INCH
    share = min(room.width * unit / image.width(), room.height * unit / image.height())
    return round(image.width() * share), round(image.height() * share)
