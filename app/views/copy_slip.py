"""The slip of paper with which a patient opens the copy of a report."""

from html import escape

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QFont, QImage, QTextDocument, QTextOption

from app.models.report_copy import CurrentCopy
from app.viewers.paper import searchable
from app.views.qr_code import QUIET_SQUARES

SIDE = 220
"""Of the code, in the units of HTML: about 58 mm."""
_DOTS_A_SQUARE = 8


def slip(made: CurrentCopy) -> QTextDocument:
    """Whoever finds it reads nothing of whose it is, and opens nothing without the birthday."""
    translate = QCoreApplication.translate
    document = QTextDocument()
    font = searchable(QFont())
    font.setPointSizeF(11)
    document.setDefaultFont(font)
    wrapped = QTextOption()
    wrapped.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(wrapped)
    document.addResource(
        QTextDocument.ResourceType.ImageResource, QUrl("code"), code_image(made.squares)
    )
    lines = (
        translate("copy_slip", "Scan the code with your phone, or type the address below."),
        translate("copy_slip", "Have the patient's date of birth ready: the page asks for it."),
        translate("copy_slip", "It opens until {time}.").format(time=made.until),
        translate("copy_slip", "Keep this slip as you would keep the report itself."),
    )
    title = translate("copy_slip", "Your consultation report")
    words = "".join(f"<p>{escape(one)}</p>" for one in lines)
    document.setHtml(
        f"<p align='center'>{escape(made.house)}</p><h2 align='center'>{escape(title)}</h2>"
        f"<p align='center'><img src='code' width='{SIDE}' height='{SIDE}'></p>{words}"
        f"<p><small>{escape(made.link)}</small></p>"
    )
    return document


def code_image(squares: tuple[bytes, ...]) -> QImage:
    """The QR code, dark on light, with the margin that a reader of it needs."""
    across = len(squares) + 2 * QUIET_SQUARES
    image = QImage(across, across, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    for y, one in enumerate(squares):
        for x, dark in enumerate(one):
            if dark:
                image.setPixel(x + QUIET_SQUARES, y + QUIET_SQUARES, 0xFF000000)
    return image.scaled(across * _DOTS_A_SQUARE, across * _DOTS_A_SQUARE)
