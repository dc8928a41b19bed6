"""Icons of one family (`resources/icons`, 24 px line drawings), coloured by the theme."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from resources import resource

SIZE = 20
PICTURE = "picture"


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """The icon in the palette's text colour, sharp at up to 3× scale."""
    ink = colour or QApplication.palette().windowText().color()
    renderer = QSvgRenderer(QByteArray(_coloured(name, ink.name())))
    made = QIcon()
    for scale in (1, 2, 3):
        pixmap = QPixmap(QSize(SIZE * scale, SIZE * scale))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        made.addPixmap(pixmap)
    return made


def set_picture(control: QAbstractButton, name: str) -> None:
    """The icon of a button, drawn again whenever the theme changes."""
    if control.property(PICTURE) != name:
        control.setProperty(PICTURE, name)
        control.setIcon(icon(name))


def redraw_pictures() -> None:
    """Draws the icon of every button in the theme's present ink."""
    for widget in QApplication.allWidgets():
        name = widget.property(PICTURE)
        if isinstance(name, str) and isinstance(widget, QAbstractButton):
            widget.setIcon(icon(name))


def icon_file(name: str, colour: str, folder: str) -> str:
    """A coloured copy on disk for style sheets, which take files only; the path with slashes."""
    data = _coloured(name, colour)
    digest = hashlib.sha256(data).hexdigest()[:12]
    target = Path(folder) / f"{name}-{digest}.svg"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return target.as_posix()


def _coloured(name: str, colour: str) -> bytes:
    text = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    return text.replace("currentColor", colour).encode()
